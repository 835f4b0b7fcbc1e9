"""Follow the references of a payload once its rows are read.

    "$0:items:3"   ->   row 0, "items", 3         "$Q5"   ->   a Map, filled from row 5 at the end

A path walks own keys of plain dicts and lists, and type, key and props of elements; no other attribute.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import cast, final

from wingbeat.errors import ProtocolError

from .form_data import File, FormData
from .model import ClientReference, Element, Lazy, ServerReference
from .payload_values import PayloadError, RejectedPromise
from .reply_strings import decode_row_name
from .reply_values import Map, Promise, ReplyIterator, ReplyStream, Set, StreamKind

__all__ = ["Alias", "Aliases", "Cell", "put"]

Cell = list[object]
"""A row's value as the only item of a list, so that it has a container too."""

MAX_STEPS = 200
"""References that only lead to another reference, one after the other."""


@final
class Alias:
    """A reference that is not followed yet: kind of value (`""`: as it is), row and path."""

    __slots__ = ("kind", "path", "row")

    def __init__(self, kind: str, row: int, path: tuple[str, ...]) -> None:
        self.kind = kind
        self.row = row
        self.path = path

    @classmethod
    def of(cls, kind: str, text: str) -> Alias:
        """Read `5` or `0:items:3`. Raises ReplyError unless the row is canonical."""
        row, *path = text.split(":")
        return cls(kind, decode_row_name(row), tuple(path))


class Aliases:
    """The rows of one payload and the places in them that refer to a row."""

    def __init__(self) -> None:
        self._cells: dict[int, Cell] = {}
        self._errors: dict[int, PayloadError] = {}
        self._modules: dict[int, tuple[ClientReference, Cell]] = {}
        self._streams: dict[int, tuple[ReplyStream, list[Cell]]] = {}
        self._closings: dict[int, Cell] = {}
        self._noted: list[tuple[object, int | str, Alias]] = []
        self._made: dict[tuple[str, int], object] = {}
        self._lazy_rows: dict[int, int] = {}
        self._promises: list[tuple[Promise, int]] = []
        self._fillings: list[Callable[[], None]] = []
        self._steps = 0

    def add(self, row: int, cell: Cell) -> None:
        """Take the value of a row, or the next item of a stream."""
        if row in self._streams:
            self._streams[row][1].append(cell)
        elif row in self._cells or row in self._errors:
            raise ProtocolError(f"row {row:x} comes twice")
        else:
            self._cells[row] = cell

    def fail(self, row: int, error: PayloadError) -> None:
        """Take the error of a row or a stream."""
        self._errors[row] = error

    def add_module(self, row: int, metadata: Cell) -> None:
        """Take an import."""
        self._modules[row] = ClientReference("", ""), metadata

    def open_stream(self, row: int, kind: StreamKind) -> None:
        """Take the beginning of a stream."""
        self._streams[row] = ReplyStream(kind), []

    def close_stream(self, row: int, value: Cell) -> None:
        """Take the end of a stream."""
        self._closings[row] = value

    def note(self, container: object, key: int | str, alias: Alias) -> None:
        """Remember where an alias stands."""
        self._noted.append((container, key, alias))

    def finish(self) -> object:
        """Follow every alias, fill what stands empty, and return the value of row 0."""
        for container, key, alias in self._noted:
            put(container, key, self._follow(alias))
        for reference, metadata in self._modules.values():
            _fill_module(reference, metadata[0])
        for row, (stream, items) in self._streams.items():
            self._fill_stream(row, stream, items)
        for promise, settled in self._promises:
            promise.value = self._value(settled)
        for fill in self._fillings:
            fill()
        return self._value(0)

    def _value(self, row: int) -> object:
        if row in self._errors and row not in self._streams:
            raise self._errors[row]
        if row in self._modules:
            return self._modules[row][0]
        if row in self._streams:
            return self._streams[row][0]
        if row not in self._cells:
            raise ProtocolError(f"row {row:x} is missing")
        return self._cells[row][0]

    def _follow(self, alias: Alias) -> object:
        if alias.kind:
            return self._make(alias)
        self._steps += 1
        if self._steps > MAX_STEPS:
            raise ProtocolError(f"reference to row {alias.row:x} leads to itself")
        value = self._settle(self._value(alias.row))
        for name in alias.path:
            value = self._settle(_step(self._unwrap(value), name))
        self._steps -= 1
        return value

    def _settle(self, value: object) -> object:
        return self._follow(value) if isinstance(value, Alias) else value

    def _unwrap(self, value: object) -> object:
        while isinstance(value, Lazy):
            value = self._settle(self._value(self._lazy_rows[id(value)]))
        return value

    def _make(self, alias: Alias) -> object:
        """Return the value that is made from a row; the same one each time."""
        identity = alias.kind, alias.row
        if identity not in self._made:
            self._made[identity] = self._new(alias.kind, alias.row)
        return self._made[identity]

    def _new(self, kind: str, row: int) -> object:
        if kind == "L":
            return self._new_lazy(row)
        if kind == "@":
            return self._new_promise(row)
        if kind == "B":
            return self._new_file(row)
        if kind == "K":
            return self._new_form(row)
        empty: Map | Set | ReplyIterator | ServerReference | PayloadError
        if kind == "Z":
            empty = PayloadError()
        elif kind == "h":
            empty = ServerReference("")
        else:
            empty = Map() if kind == "Q" else Set() if kind == "W" else ReplyIterator()
        self._fillings.append(lambda: _fill(empty, self._value(row)))
        return empty

    def _new_lazy(self, row: int) -> object:
        if row in self._modules:
            return self._modules[row][0]
        lazy = Lazy()
        if row in self._errors:
            lazy.reject(self._errors[row])
            return lazy
        self._lazy_rows[id(lazy)] = row
        self._fillings.append(lambda: lazy.resolve(self._value(row)))
        return lazy

    def _new_promise(self, row: int) -> Promise | RejectedPromise:
        if row in self._errors:
            return RejectedPromise(self._errors[row])
        promise = Promise()
        self._promises.append((promise, row))
        return promise

    def _new_file(self, row: int) -> File:
        mime, *parts = [self._settle(part) for part in _array(self._value(row))]
        content = b"".join(part if isinstance(part, bytes) else str(part).encode() for part in parts)
        return File(content, "blob", str(mime))

    def _new_form(self, row: int) -> FormData:
        entries: list[tuple[str, str | File]] = []
        for entry in _array(self._value(row)):
            name, value = (self._settle(part) for part in _array(entry))
            entries.append((str(name), value if isinstance(value, File) else str(value)))
        return FormData(entries)

    def _fill_stream(self, row: int, stream: ReplyStream, items: list[Cell]) -> None:
        stream.items = [item[0] for item in items]
        if row in self._errors:
            stream.error = self._errors[row]
        elif row in self._closings:
            stream.return_value = self._closings[row][0]
        else:
            raise ProtocolError(f"stream {row:x} has no end")


def put(container: object, key: int | str, value: object) -> None:
    """Set an item of a list or dict, or a slot of an element."""
    if isinstance(container, Element):
        setattr(container, str(key), value)
    else:
        cast("list[object]", container)[cast("int", key)] = value  # or a dict and its key


def _step(value: object, name: str) -> object:
    if isinstance(value, dict):
        entries = cast("dict[str, object]", value)
        if name in entries:
            return entries[name]
    elif isinstance(value, list):
        items = cast("list[object]", value)
        if name.isdecimal() and int(name) < len(items):
            return items[int(name)]
    elif isinstance(value, Element) and name in {"type", "key", "props"}:
        return getattr(value, name)
    raise ProtocolError(f"reference to {name[:80]!r}, which is not there")


def _array(value: object) -> list[object]:
    if not isinstance(value, list):
        raise ProtocolError("row is not an array")
    return cast("list[object]", value)


def _fill(empty: Map | Set | ReplyIterator | ServerReference | PayloadError, value: object) -> None:
    if isinstance(empty, Map):
        empty.fill(map(_pair, _array(value)))
    elif isinstance(empty, Set):
        empty.fill(_array(value))
    elif isinstance(empty, ReplyIterator):
        empty.items = list(_array(value))
    elif not isinstance(value, dict):
        raise ProtocolError("row is not an object")
    else:
        _fill_fields(empty, cast("dict[str, object]", value))


def _fill_fields(empty: ServerReference | PayloadError, fields: dict[str, object]) -> None:
    if isinstance(empty, ServerReference):
        bound = fields.get("bound")
        empty.id = str(fields.get("id"))
        empty.bound = tuple(_array(bound.value)) if isinstance(bound, Promise) else None
    else:
        empty.name, empty.message = str(fields.get("name", "")), str(fields.get("message", ""))


def _pair(entry: object) -> tuple[object, object]:
    pair = _array(entry)
    if len(pair) != 2:  # noqa: PLR2004 (key and value)
        raise ProtocolError("Map entry is not a pair")
    return pair[0], pair[1]


def _fill_module(reference: ClientReference, metadata: object) -> None:
    fields = _array(metadata)
    if len(fields) < 3:  # noqa: PLR2004 (module, chunks, export)
        raise ProtocolError("import is not a module, its chunks and an export")
    reference.module, reference.name = str(fields[0]), str(fields[2])
