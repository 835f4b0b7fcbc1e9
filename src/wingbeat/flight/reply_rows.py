"""Read the rows of a reply: from row 0, every row that is named, each once, into plain data with gaps.

In:    the four stores. Out: the value of row 0, its gaps filled.

    0: ["$Q1", "$@2"]   1: [["a", 1]]   2: 5     ->   [Map([("a", 1)]), Promise(5)]

Two passes: first rows become data, where a Map, promise, stream or action stands as an empty shell and a
reference as an Alias; then aliases are followed and shells are filled. Nothing is built from unfinished
data, so nothing can be built twice. No recursion: rows wait in a list.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final, cast

import orjson

from wingbeat.errors import ReplyError

from .budget import Budget
from .form_data import File, FormData
from .model import UNDEFINED, Json, ServerReference
from .reply_graph import check_graph
from .reply_references import Alias, Container, follow_aliases
from .reply_shells import Root, Shells
from .reply_store import ReplyStore
from .reply_strings import (
    BINARY_KINDS,
    CONSTANTS,
    decode_bigint,
    decode_binary,
    decode_date,
    decode_path,
    decode_row_name,
)
from .reply_values import Map, Promise, ReplyIterator, ReplyStream, Set, StreamKind
from .tags import JS_SAFE_INTEGER
from .temporary_references import TemporaryReference, name_temporary_references

__all__ = ["HIDDEN_PREFIX", "decode_json", "is_literal", "is_plain", "read_rows"]

ONE_DIGIT: Final = bytes.maketrans(b"123456789", b"000000000")
LONG_NUMBER: Final = b"0" * len(str(JS_SAFE_INTEGER))
HIDDEN_PREFIX: Final = "$ACTION_"
"""What the names of React's own hidden fields begin with; user code never sees one."""


def is_plain(text: str) -> bool:
    """Whether the JSON of a row is its value: it names nothing, and no key or number needs a change."""
    return '"$' not in text and is_literal(text)


def is_literal(text: str) -> bool:
    """Whether what names something can be seen in the text, and no key or number needs a change."""
    if "\\u" in text or "__proto__" in text:
        return False
    # Every digit made 0: ten times as fast as the regular expression that looks for sixteen of them.
    return LONG_NUMBER not in text.encode("utf-8", "replace").translate(ONE_DIGIT)


def decode_json(text: str, budget: Budget) -> object:
    """Decode strict JSON: no NaN, no lone surrogates, no number beyond a float."""
    budget.charge_row(text)
    try:
        return cast("object", orjson.loads(text))
    except orjson.JSONDecodeError as error:
        raise ReplyError("row is not JSON") from error


def without_plain(arguments: list[Container]) -> list[Container]:
    """Return the arguments in which something is named."""
    if is_plain(orjson.dumps(arguments).decode()):
        return []
    return [argument for argument in arguments if not is_plain(orjson.dumps(argument).decode())]


def read_rows(store: ReplyStore, budget: Budget) -> object:
    """Return the value of row 0, and of every row that it names."""
    return _RowReader(store, budget).read()


class _RowReader:
    """Reads the rows of one reply."""

    __slots__ = ("_aliases", "_budget", "_has_temporary", "_roots", "_shells", "_store", "_taken", "_wanted")

    def __init__(self, store: ReplyStore, budget: Budget) -> None:
        self._store = store
        self._budget = budget
        self._roots: dict[int, Root] = {}
        self._wanted: list[tuple[str, int | None, Root]] = []
        self._aliases: list[Alias] = []
        self._shells = Shells()
        self._taken: set[int] = set()
        self._has_temporary = False

    def read(self) -> object:
        self._want(0)
        while self._wanted:
            self._read_text(*self._wanted.pop())
        if self._aliases or self._shells.are_used:
            self._connect()
        return self._roots[0][0]

    def _connect(self) -> None:
        """Follow the references and fill the shells, now that all data is there."""
        follow_aliases(self._aliases, self._roots, self._budget)
        used = self._shells.fill(self._roots, self._budget.limits)
        if any(id(alias.at) in used for alias in self._aliases):
            raise ReplyError("reference names the entries of a collection")
        check_graph(self._roots[0][0], self._budget)

    def _want(self, row: int) -> None:
        """Have the row read, once."""
        if row in self._roots:
            return
        if row not in self._store.strings:
            raise ReplyError(f"row {row:x} is missing")
        root: Root = []
        self._roots[row] = root
        self._wanted.append((self._store.strings[row], row, root))

    def _take(self, name: str) -> int:
        """Return the row of a name that may stand in the whole reply once."""
        self._budget.charge_reference()
        row = decode_row_name(name)
        if row in self._taken:
            raise ReplyError(f"row {row:x} is used twice")
        self._taken.add(row)
        return row

    def _read_text(self, text: str, row: int | None, root: Root) -> None:
        root.append(decode_json(text, self._budget))
        if is_plain(text):
            return
        self._has_temporary = False
        self._revive(root)
        if self._has_temporary:
            name_temporary_references(root[0], row)

    def _revive(self, root: Root) -> None:
        """Put what strings stand for in their places, container by container, without recursion."""
        value = root[0]
        if type(value) is not list:
            waiting: list[Container] = [root]
        else:
            waiting = []
            self._revive_one(cast("list[object]", value), waiting)
            # Most calls name a form or a date in one argument and nothing in the others, and orjson writes a
            # value faster than Python walks through it.
            waiting = without_plain(waiting)
        while waiting:
            self._revive_one(waiting.pop(), waiting)

    def _revive_one(self, container: list[Any] | dict[str, Any], waiting: list[Container]) -> None:
        """Revive the strings of one container, and have its containers wait for their turn."""
        absent: list[str] = []
        # Loosely typed, because list and dict agree on these methods but not on the type of the key.
        put: Callable[..., None] = container.__setitem__
        drop: Callable[..., None] = container.__delitem__
        if isinstance(container, dict) and "__proto__" in container:
            del container["__proto__"]  # a key of its own in JSON, a trap in JavaScript
        key: int | str
        value: Json
        # Only values of existing keys change meanwhile, which Python allows while it iterates.
        for key, value in container.items() if isinstance(container, dict) else enumerate(container):
            if type(value) is str:
                if value[:1] == "$":
                    revived = self._revive_string(value, container, key)
                    put(key, revived)
                    if revived is UNDEFINED and isinstance(key, str):
                        absent.append(key)
            elif type(value) is dict or type(value) is list:
                waiting.append(value)
            elif type(value) is int and not -JS_SAFE_INTEGER <= value <= JS_SAFE_INTEGER:
                put(key, float(value))
        for name in absent:
            drop(name)

    def _revive_string(self, text: str, container: Container, key: int | str) -> object:
        read = READERS.get(text[1:2])
        if read is not None:
            return read(self, text)
        if text in CONSTANTS:
            return CONSTANTS[text]
        self._budget.charge_reference()
        row, keys = decode_path(text[1:], self._budget.limits)
        self._want(row)
        alias = Alias(row, keys, container, key)
        self._aliases.append(alias)
        return alias

    def escaped(self, text: str) -> object:
        return text[1:]

    def date(self, text: str) -> object:
        return decode_date(text[2:])

    def bigint(self, text: str) -> object:
        return decode_bigint(text[2:], self._budget.limits)

    def temporary(self, text: str) -> object:
        if text != "$T":
            raise ReplyError("temporary reference has a name of its own")
        self._has_temporary = True
        return TemporaryReference()

    def promise(self, text: str) -> object:
        self._budget.charge_reference()
        row = decode_row_name(text[2:])
        self._want(row)
        return self._shells.promises.setdefault(row, Promise())

    def action(self, text: str) -> object:
        self._budget.charge_reference()
        row = decode_row_name(text[2:])
        self._want(row)
        return self._shells.actions.setdefault(row, ServerReference(""))

    def collection(self, text: str) -> object:
        row = self._take(text[2:])
        self._want(row)
        self._shells.collections[row] = collection = COLLECTIONS[text[1]]()
        return collection

    def form(self, text: str) -> object:
        row = self._take(text[2:])
        if self._store.is_outlined(row):
            raise ReplyError(f"row {row:x} is not a form")
        entries = self._store.forms.get(row, [])
        if HIDDEN_PREFIX in "".join([name for name, _ in entries]):
            entries = [entry for entry in entries if not entry[0].startswith(HIDDEN_PREFIX)]
        return FormData(entries)

    def file(self, text: str) -> File:
        row = self._take(text[2:])
        if row not in self._store.blobs:
            raise ReplyError(f"row {row:x} is not a file")
        return self._store.blobs[row]

    def binary(self, text: str) -> object:
        return decode_binary(BINARY_KINDS[text[1]], self.file(text).content)

    def stream(self, text: str) -> object:
        row = self._take(text[2:])
        *chunks, closing = self._store.streams.get(row, [""])
        if closing[:1] != "C" or any(chunk[:1] == "C" for chunk in chunks):
            raise ReplyError(f"stream {row:x} does not end once")
        self._budget.charge_stream(len(chunks))
        stream_roots: list[Root] = [[] for _ in range(len(chunks) + 1)]
        *roots, end = stream_roots
        for chunk, root in zip([*chunks, closing[1:] or '"$undefined"'], stream_roots, strict=True):
            self._wanted.append((chunk, None, root))
        stream = ReplyStream(cast("StreamKind", text[1]))  # READERS has these four letters only
        self._shells.streams.append((stream, roots, end))
        return stream


Collection = Map | Set | ReplyIterator
COLLECTIONS: Final[dict[str, type[Collection]]] = {"Q": Map, "W": Set, "i": ReplyIterator}
READERS: Final[dict[str, Callable[[_RowReader, str], object]]] = {
    "$": _RowReader.escaped,
    "@": _RowReader.promise,
    "h": _RowReader.action,
    "T": _RowReader.temporary,
    "K": _RowReader.form,
    "B": _RowReader.file,
    "D": _RowReader.date,
    "n": _RowReader.bigint,
    **dict.fromkeys(COLLECTIONS, _RowReader.collection),
    **dict.fromkeys(BINARY_KINDS, _RowReader.binary),
    **dict.fromkeys("RrXx", _RowReader.stream),
}
"""The letter after `$` -> who reads the string; every other one is the name of a row or refused."""
