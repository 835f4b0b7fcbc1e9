"""Values -> the JSON model of a row: text, numbers, elements and containers.

    h.a(href="/")[h.b]   ->   ["$", "a", None, {"href": "/", "children": ["$", "b", None, {}]}]

One function per Python type, found by the exact type; subclasses are looked at once per response. Text is
looked at only for `$` and its length: most of a page is text, and orjson does the rest in C.
What needs a row of its own (maps, references, files, promises, …) is in `payload_outlined`.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping
from typing import Final, NoReturn, TypeAlias, cast

import orjson

from wingbeat.errors import SerializationError

from .leaves import record_fields
from .model import ClientReference, Element, ReactSymbol
from .payload_ledger import ELSEWHERE, PROPS, Ledger, Place, describe_place, path_reference
from .payload_refusals import explain_refusal
from .tags import LONG_TEXT, escape_dollar
from .taint import is_anything_tainted, taint_of
from .temporary_references import TemporaryReference

__all__ = ["MAX_DEPTH", "Failed", "ModelWriter", "Unaddressable", "Writer", "json_bytes"]

MAX_DEPTH: Final = 150
"""JSON levels of one row. What is deeper gets its own row: orjson stops at 254, Python's stack later."""

Writer: TypeAlias = "Callable[[ModelWriter, object, Place | None, str | int, int], object]"
"""Returns the JSON model of a value: encoder, value, the place it stands in, its key there, depth."""


class Unaddressable(Exception):
    """A value met twice stands where no reference can point: it needs a row of its own."""

    def __init__(self, value: object) -> None:
        self.value = value


class Failed(Exception):
    """An element or a settled promise cannot be written: it alone fails in the browser, when it may."""

    def __init__(self, value: object, error: SerializationError) -> None:
        self.value = value
        self.error = error


class _NotText:
    """Stands for `str` where every text has to be shown to the guard first."""


class ModelWriter:
    """Writes models for one response; `ledger` is what it remembers."""

    def __init__(
        self,
        ledger: Ledger,
        writers: Mapping[type, Writer],
        find_writer: Callable[[object], Writer],
        *,
        development: bool,
        digest: Callable[[BaseException], str],
        guard: Callable[[object], str | None] | None,
    ) -> None:
        self.ledger = ledger
        self.development = development
        self.digest = digest
        self.deferred: list[tuple[int, object]] = []
        """Rows to write after the current one."""
        self.under_construction: set[int] = set()
        """Ids of Maps and Sets whose row is being written."""
        self.waiting: set[int] = set()
        """Ids of Maps and Sets that may have to wait in the browser: for a module, or for another row."""
        self.open_rows: set[int] = set()
        """Rows that are being written."""
        self.isolates = False
        """Whether what cannot be written fails alone, with the nearest element or promise around it."""
        self.failed: dict[int, tuple[object, bytes]] = {}
        """What failed alone in the row that is being written, and its error row."""
        self.promises: dict[int, object] = {}
        """Rows left for later that are a promise's, and the promise."""
        self._seen = ledger.seen
        self._writers = dict(writers)
        self._find_writer = find_writer
        self._own_guard = guard
        self._guard: Callable[[object], str | None] | None = None
        self._plain_text: type = str

    def start_rows(self) -> None:
        """Forget what held for the rows written so far, and look what is tainted now."""
        self.deferred.clear()
        self.under_construction.clear()
        self.waiting.clear()
        self.open_rows.clear()
        self.promises.clear()
        # Asked again for each row: a component that runs later may taint what an earlier one has not sent.
        self._guard = self._own_guard or (taint_of if is_anything_tainted() else None)
        self._plain_text = str if self._guard is None else _NotText

    def check(self, value: object, parent: Place | None, key: str | int) -> None:
        """Raise SerializationError, with the path to the value, if it must not leave the server."""
        if self._guard is not None and (message := self._guard(value)) is not None:
            raise SerializationError(f"Cannot send {describe_place(self.ledger, parent, key)}: {message}")

    def visit(self, value: object, parent: Place | None, key: str | int, depth: int) -> object:
        """Return the model of any value."""
        if self._guard is not None:
            self.check(value, parent, key)
        kind = type(value)
        writer = self._writers.get(kind)
        if writer is None:
            writer = self._writers[kind] = self._find_writer(value)
        return writer(self, value, parent, key, depth)

    def element(self, element: Element, parent: Place | None, key: str | int, depth: int) -> object:
        """Write an element as React's tuple."""
        seen = self._seen
        if id(element) in seen or depth > MAX_DEPTH:
            return self.elsewhere(element, parent, key)
        seen[id(element)] = here = (element, parent, key)
        plain_text = self._plain_text
        props: dict[str, object] = {}
        tag, own_key = element.type, element.key
        try:
            for name, value in _own(element.props):
                kind = type(value)
                if kind is plain_text:
                    if "$" in value or len(value) >= LONG_TEXT:  # type: ignore[operator,arg-type]  # it is a str
                        value = self.text(value)  # type: ignore[arg-type]  # noqa: PLW2901 (the fast path has no second name)
                    props[name] = value
                elif kind is Element:
                    props[name] = self.element(value, here, PROPS + name, depth + 2)  # type: ignore[arg-type]
                else:
                    props[name] = self.visit(value, here, PROPS + name, depth + 2)
            if type(tag) is not str or "$" in tag:
                tag = self.element_type(tag, here)
        except SerializationError as error:
            self.fail(element, error)
        if own_key is not None:
            own_key = escape_dollar(str(own_key))
        if self.development:
            # Children in a list came from data and need keys; the rest the author wrote out.
            validated = 0 if parent is not None and type(parent[0]) is list else 1
            return ["$", tag, own_key, props, None, None, validated]
        return ["$", tag, own_key, props]

    def element_type(self, kind: object, place: Place) -> str:
        """Return what names the type of an element, which is rendered by now."""
        if isinstance(kind, str):
            return escape_dollar(kind)
        if isinstance(kind, ReactSymbol):
            return f"$S{kind.name}"
        if isinstance(kind, ClientReference):
            return f"$L{self.module_row(kind):x}"
        if isinstance(kind, TemporaryReference):
            return f"$T{kind.wire_path}"
        return self.refuse(kind, place, f"{PROPS}type")

    def mapping(
        self, value: Mapping[str, object], parent: Place | None, key: str | int, depth: int
    ) -> object:
        """Write a dict whose keys are all text."""
        seen = self._seen
        if id(value) in seen or depth > MAX_DEPTH:
            return self.elsewhere(value, parent, key)
        seen[id(value)] = here = (value, parent, key)
        plain_text = self._plain_text
        model: dict[str, object] = {}
        for name, item in _own(value):
            kind = type(item)
            if kind is plain_text:
                if "$" in item or len(item) >= LONG_TEXT:  # type: ignore[operator,arg-type]  # it is a str
                    item = self.text(item)  # type: ignore[arg-type]  # noqa: PLW2901
                model[name] = item
            else:
                model[name] = self.visit(item, here, name, depth + 1)
        return model

    def sequence(self, value: Iterable[object], parent: Place | None, key: str | int, depth: int) -> object:
        """Write a list or tuple."""
        seen = self._seen
        if id(value) in seen or depth > MAX_DEPTH:
            return self.elsewhere(value, parent, key)
        seen[id(value)] = here = (value, parent, key)
        return self.items(value, here, depth)

    def items(self, value: Iterable[object], here: Place, depth: int) -> list[object]:
        """Write each item of an array that stands `here`."""
        plain_text = self._plain_text
        model: list[object] = []
        add = model.append
        for index, item in enumerate(value):
            kind = type(item)
            if kind is Element:
                add(self.element(item, here, index, depth + 1))  # type: ignore[arg-type]
            elif kind is plain_text:
                if "$" in item or len(item) >= LONG_TEXT:  # type: ignore[operator,arg-type]  # it is a str
                    item = self.text(item)  # type: ignore[arg-type]  # noqa: PLW2901
                add(item)
            else:
                add(self.visit(item, here, index, depth + 1))
        return model

    def record(self, value: object, parent: Place | None, key: str | int, depth: int) -> object:
        """Write the fields of a dataclass or Pydantic model as an object."""
        if id(value) in self._seen or depth > MAX_DEPTH:
            return self.elsewhere(value, parent, key)
        self._seen[id(value)] = here = (value, parent, key)
        model: dict[str, object] = {}
        for name in record_fields(type(value)) or ():
            model[name] = self.visit(getattr(value, name), here, name, depth + 1)
        extra: object = getattr(value, "__pydantic_extra__", None)
        if isinstance(extra, dict):
            for name, item in cast("dict[str, object]", extra).items():
                model[name] = self.visit(item, here, name, depth + 1)
        return model

    def text(self, value: str) -> str:
        """Escape a text, or give it a row of its own when it is long."""
        if len(value) >= LONG_TEXT:
            known = self.ledger.texts.get(value)
            if known is not None:
                return known
            try:
                body = value.encode()
            except UnicodeEncodeError:
                pass  # half a surrogate pair: only an escape inside JSON can carry it
            else:
                reference = f"${self.ledger.write_bytes('T', body):x}"
                self.ledger.texts[value] = reference
                return reference
        return escape_dollar(value)

    def elsewhere(self, value: object, parent: Place | None, key: str | int) -> str:
        """Refer to a value that was met before, or leave one that stands too deep for a later row."""
        if id(value) in self.failed:
            return self.error_row("$L", value)
        place = self._seen.get(id(value))
        if place is None or (place[1] is None and place[2] == ELSEWHERE):
            return self.defer(value, parent, key)
        if id(value) in self.under_construction:
            self.refuse(value, parent, key, "It contains itself, which React cannot send of a Map or Set")
        self.waiting |= self.under_construction
        own_row = self.ledger.own_rows.get(id(value))
        if _root_place(place)[2] in self.open_rows:
            # While a Map waits, its position in the row holds null, and a path from inside the same row
            # would give the null. It needs a row of its own, which can be waited for. From outside the row
            # the path is better: a cycle through the Map must be entered where it began.
            if own_row is not None:
                return f"${own_row:x}"
            if id(value) in self.waiting:
                raise Unaddressable(value)
        reference = path_reference(place) or (None if own_row is None else f"${own_row:x}")
        if reference is None:
            raise Unaddressable(_root(place) if path_reference(_root_place(place)) is None else value)
        return reference

    def fail(self, value: object, error: SerializationError) -> NoReturn:
        """Let an element or settled promise fail alone, or all that is being written with it."""
        if self.isolates:
            raise Failed(value, error) from error
        raise error

    def error_row(self, prefix: str, value: object) -> str:
        """Refer to the error of a value that failed alone."""
        references = self.ledger.references
        if id(value) not in references:
            row = self.ledger.new_row()
            self.ledger.write(row, self.failed[id(value)][1], b"E")
            references[id(value)] = (value, f"{prefix}{row:x}")
        return references[id(value)][1]

    def defer(self, value: object, parent: Place | None, key: str | int) -> str:
        """Leave a container for a row that is written after the current one."""
        row = self.ledger.new_row()
        self.ledger.origins[row] = (parent, key)
        self._seen[id(value)] = (value, None, row)
        self.deferred.append((row, value))
        if isinstance(value, Element):
            return f"$L{row:x}"
        self.waiting |= self.under_construction
        return f"${row:x}"

    def module_row(self, reference: ClientReference) -> int:
        """Return the row that imports `reference`; each is imported once per response."""
        identity = (reference.module, reference.name)
        row = self.ledger.modules.get(identity)
        if row is None:
            row = self.ledger.modules[identity] = self.ledger.new_row()
            # No chunks: the browser's module loader finds them. 1: what it returns is a promise.
            metadata: list[object] = [escape_dollar(reference.module), [], escape_dollar(reference.name), 1]
            self.ledger.write(row, json_bytes(metadata), b"I")
        return row

    def refuse(self, value: object, parent: Place | None, key: str | int, reason: str = "") -> NoReturn:
        """Raise SerializationError with the path to the value and the fix, never the value."""
        path = describe_place(self.ledger, parent, key)
        raise SerializationError(f"Cannot send {path} to the browser. {explain_refusal(value, reason)}")


def _own(fields: Mapping[str, object]) -> Iterable[tuple[str, object]]:
    # React's client drops `__proto__` on arrival: no reference could lead there, so it does not leave.
    if "__proto__" in fields:
        return [(name, value) for name, value in fields.items() if name != "__proto__"]
    return fields.items()


def json_bytes(model: object) -> bytes:
    """Return compact JSON. Only text with half a surrogate pair takes the slow way."""
    try:
        return orjson.dumps(model)
    except TypeError:
        return json.dumps(model, separators=(",", ":"), allow_nan=False).encode("ascii")


def _root_place(place: Place) -> Place:
    while place[1] is not None:
        place = place[1]
    return place


def _root(place: Place) -> object:
    return _root_place(place)[0]
