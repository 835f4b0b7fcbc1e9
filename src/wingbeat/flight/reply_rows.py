"""Read the rows of a reply: from row 0, every row that is named, each once, into plain data with gaps.

In:    the four stores. Out: the value of row 0, its gaps filled.

    0: ["$Q1", "$@2"]   1: [["a", 1]]   2: 5     ->   [Map([("a", 1)]), Promise(5)]

Two passes: first rows become data, where a Map, promise, stream or action stands as an empty shell and a
reference as an Alias; then aliases are followed and shells are filled. Nothing is built from unfinished
data, so nothing can be built twice. No recursion: rows wait in a list.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from typing import Final, cast

import orjson

from wingbeat.errors import ReplyError

from .budget import Budget
from .form_data import File, FormData
from .model import UNDEFINED, ServerReference
from .reply_references import Alias, Container, check_graph, follow_aliases
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

__all__ = ["HIDDEN_PREFIX", "decode_json", "is_plain", "read_rows"]

NOT_PLAIN = re.compile(r'"\$|\\u|__proto__|[0-9]{16}', re.ASCII)
HIDDEN_PREFIX: Final = "$ACTION_"
"""What the names of React's own hidden fields begin with; user code never sees one."""


def is_plain(text: str) -> bool:
    """Whether the JSON of a row is its value: it names nothing, and no key or number needs a change."""
    return NOT_PLAIN.search(text) is None


def decode_json(text: str, budget: Budget) -> object:
    """Decode strict JSON: no NaN, no lone surrogates, no number beyond a float."""
    budget.charge_row(text)
    try:
        return cast("object", orjson.loads(text))
    except orjson.JSONDecodeError as error:
        raise ReplyError("row is not JSON") from error


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
        follow_aliases(self._aliases, self._roots, self._budget)
        used = self._shells.fill(self._roots, self._budget.limits)
        if any(id(alias.at) in used for alias in self._aliases):
            raise ReplyError("reference names the entries of a collection")
        root = self._roots[0][0]
        if self._aliases or self._shells.are_used:
            check_graph(root, self._budget)
        return root

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
        waiting: list[Container] = [root]
        while waiting:
            container = waiting.pop()
            if type(container) is list:
                self._revive_items(container, enumerate(container), waiting)
                continue
            assert isinstance(container, dict)
            container.pop("__proto__", None)  # a key of its own in JSON, a trap in JavaScript
            for key in self._revive_items(container, container.items(), waiting):
                del container[str(key)]

    def _revive_items(
        self, container: Container, items: Iterable[tuple[int | str, object]], waiting: list[Container]
    ) -> list[int | str]:
        """Revive one container and return the keys of what is undefined."""
        # A cast, because list and dict agree on this method but not on the type of its key.
        # Only values of existing keys change, which Python allows while it iterates.
        put = cast("Callable[[int | str, object], None]", container.__setitem__)
        absent: list[int | str] = []
        for key, value in items:
            if type(value) is str:
                if value[:1] == "$":
                    revived = self._revive_string(value, container, key)
                    put(key, revived)
                    if revived is UNDEFINED:
                        absent.append(key)
            elif type(value) is list or type(value) is dict:
                waiting.append(value)
            elif type(value) is int and not -JS_SAFE_INTEGER <= value <= JS_SAFE_INTEGER:
                put(key, float(value))
        return absent

    def _revive_string(self, text: str, container: Container, key: int | str) -> object:
        if text in CONSTANTS:
            return CONSTANTS[text]
        read = READERS.get(text[1:2])
        if read is not None:
            return read(self, text)
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
        entries = self._store.forms.get(row, ())
        return FormData([entry for entry in entries if not entry[0].startswith(HIDDEN_PREFIX)])

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
