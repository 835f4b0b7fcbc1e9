"""Encode a reply as React's client does: for the test client, and for the hidden fields of a bound action.

In:    any value a reply can hold. Out: text, or the parts of a form body.

    [FormData([("name", "Ada")]), 42]   ->   [("_1_name", "Ada"), ("0", '["$K1",42]')]

A value met again is written as a reference to its first place, so circles of dicts and lists can travel.
What cannot travel raises SerializationError.
"""

from __future__ import annotations

import math
from array import array
from collections.abc import Callable, Iterable
from datetime import datetime
from typing import Final, cast

import orjson

from wingbeat.errors import SerializationError

from .form_data import File, FormData
from .leaves import array_view, date_text
from .model import BigInt, ServerReference, Undefined
from .reply_store import Part
from .reply_values import (
    ArrayBuffer,
    DataView,
    Map,
    Promise,
    ReplyIterator,
    ReplyStream,
    Set,
    Uint8ClampedArray,
)
from .tags import BINARY_TAGS, JS_SAFE_INTEGER, escape_dollar
from .temporary_references import TemporaryReference

__all__ = ["encode_parts", "encode_reply"]

MAX_DEPTH: Final = 100
"""As deep as the decoder reads one row."""


def encode_reply(value: object) -> str | list[Part]:
    """Return the body that React's `encodeReply` makes of the value: text when one row is enough."""
    parts = encode_parts(value)
    return cast("str", parts[0][1]) if len(parts) == 1 else parts  # a single part is row 0, which is text


def encode_parts(value: object, *, promises_first: bool = False) -> list[Part]:
    """Return the parts in React's order: what a promise holds comes after row 0, because it is waited for.

    With `promises_first` it comes where the promise stands, as when React knows what it holds.
    """
    return _ReplyWriter(promises_first=promises_first).write(value)


class _ReplyWriter:
    """Writes one reply. `place` is how a later reference names the position of a value, or None."""

    def __init__(self, *, promises_first: bool) -> None:
        self.parts: list[Part] = []
        self._promises_first = promises_first
        self._later: list[Callable[[], None]] = []
        self._next_id = 1
        self._written: dict[int, str] = {}
        self._kept: list[object] = []  # or else a new object could get the identity of a dead one

    def write(self, value: object) -> list[Part]:
        self.parts.append(("0", self._row(value, 0)))
        while self._later:
            self._later.pop(0)()
        return self.parts

    def visit(self, value: object, place: str | None, depth: int) -> object:
        kind = type(value)
        write = _find(SCALAR_WRITERS, kind)
        if write is not None:
            return write(self, value, place, depth)
        write = _find(OBJECT_WRITERS, kind)
        if write is None:
            where = place or "a place without a name"
            raise SerializationError(f"Cannot send {kind.__name__!r} to an action at {where}.")
        if id(value) in self._written:
            return self._written[id(value)]
        if depth > MAX_DEPTH:
            raise SerializationError(f"Values are nested deeper than {MAX_DEPTH}.")
        if place is not None:
            self._remember(value, place)
        return write(self, value, place, depth)

    def _remember(self, value: object, reference: str) -> None:
        self._written[id(value)] = reference
        self._kept.append(value)

    def _take_id(self) -> int:
        self._next_id += 1
        return self._next_id - 1

    def _row(self, value: object, row: int) -> str:
        return _json(self.visit(value, f"${row:x}", 0))

    def _defer(self, write: Callable[[], None]) -> None:
        if self._promises_first:
            write()
        else:
            self._later.append(write)

    def text(self, value: str, _place: str | None, _depth: int) -> object:
        return escape_dollar(value)

    def integer(self, value: int, place: str | None, _depth: int) -> object:
        if isinstance(value, BigInt):
            return f"$n{int(value)}"
        if abs(value) > JS_SAFE_INTEGER:
            raise SerializationError(f"{value} at {place} is beyond JavaScript's numbers. Send a BigInt.")
        return int(value)

    def number(self, value: float, _place: str | None, _depth: int) -> object:
        if math.isnan(value):
            return "$NaN"
        if math.isinf(value):
            return "$Infinity" if value > 0 else "$-Infinity"
        if value.is_integer() and abs(value) <= JS_SAFE_INTEGER:
            return "$-0" if math.copysign(1, value) < 0 and not value else int(value)
        return value

    def constant(self, value: object, _place: str | None, _depth: int) -> object:
        return value

    def undefined(self, _value: object, _place: str | None, _depth: int) -> object:
        return "$undefined"

    def temporary(self, _value: object, _place: str | None, _depth: int) -> object:
        return "$T"

    def date(self, value: datetime, _place: str | None, _depth: int) -> object:
        return f"$D{date_text(value)}"

    def items(self, value: Iterable[object], place: str | None, depth: int) -> object:
        return [self.visit(item, _step(place, str(index)), depth + 1) for index, item in enumerate(value)]

    def entries(self, value: dict[object, object], place: str | None, depth: int) -> object:
        if not all(isinstance(key, str) for key in value):
            return self.map(value, place, depth)
        return {str(key): self.visit(item, _step(place, str(key)), depth + 1) for key, item in value.items()}

    def map(self, value: dict[object, object] | Map, _place: str | None, _depth: int) -> object:
        return self._outlined("Q", [list(entry) for entry in value.items()])

    def set(self, value: Iterable[object], _place: str | None, _depth: int) -> object:
        return self._outlined("W", list(value))

    def iterator(self, value: ReplyIterator, _place: str | None, _depth: int) -> object:
        return self._outlined("i", list(value.items))

    def _outlined(self, tag: str, items: list[object]) -> str:
        row = self._take_id()
        self.parts.append((str(row), self._row(items, row)))
        return f"${tag}{row:x}"

    def form(self, value: FormData, _place: str | None, _depth: int) -> object:
        row = self._take_id()
        self.parts += [(f"_{row}_{name}", content) for name, content in value.items()]
        return f"$K{row:x}"

    def file(self, value: File, _place: str | None, _depth: int) -> object:
        row = self._take_id()
        self.parts.append((str(row), value))
        return f"$B{row:x}"

    def binary(self, value: bytes | array[int], place: str | None, depth: int) -> object:
        if isinstance(value, array):
            view = array_view(value)
            if view is None:
                raise SerializationError(f"Cannot send an array of characters at {place}.")
            kind, content = view
        else:
            kind, content = BYTES_NAMES.get(type(value), "Uint8Array"), bytes(value)
        return "$" + BINARY_TAGS[kind] + cast("str", self.file(File(content, "blob"), place, depth))[2:]

    def promise(self, value: Promise, _place: str | None, _depth: int) -> object:
        row = self._take_id()
        self._remember(value, f"$@{row:x}")
        self._defer(lambda: self.parts.append((str(row), self._row(value.value, row))))
        return f"$@{row:x}"

    def action(self, value: ServerReference, _place: str | None, depth: int) -> object:
        bound = None if value.bound is None else self.promise(Promise(list(value.bound)), None, depth)
        row = self._take_id()
        self.parts.append((str(row), _json({"id": value.id, "bound": bound})))
        self._remember(value, f"$h{row:x}")
        return f"$h{row:x}"

    def stream(self, value: ReplyStream, _place: str | None, depth: int) -> object:
        row = self._take_id()
        self._defer(lambda: self._chunks(value, f"S{row}", depth))
        return f"${value.kind}{row:x}"

    def _chunks(self, stream: ReplyStream, name: str, depth: int) -> None:
        for item in stream.items:
            self.parts.append((name, _json(self.visit(item, None, depth + 1))))
        end = stream.return_value
        self.parts.append(
            (name, "C" if isinstance(end, Undefined) else "C" + _json(self.visit(end, None, depth)))
        )


def _step(place: str | None, key: str) -> str | None:
    return None if place is None or ":" in key else f"{place}:{key}"


def _json(model: object) -> str:
    try:
        return orjson.dumps(model).decode()
    except orjson.JSONEncodeError as error:
        raise SerializationError("Text with half a surrogate pair cannot be sent.") from error


BYTES_NAMES: Final[dict[type, str]] = {
    ArrayBuffer: "ArrayBuffer",
    Uint8ClampedArray: "Uint8ClampedArray",
    DataView: "DataView",
}
SCALAR_WRITERS: Final[dict[type, Callable[..., object]]] = {
    str: _ReplyWriter.text,
    bool: _ReplyWriter.constant,
    type(None): _ReplyWriter.constant,
    int: _ReplyWriter.integer,
    float: _ReplyWriter.number,
    Undefined: _ReplyWriter.undefined,
    datetime: _ReplyWriter.date,
    TemporaryReference: _ReplyWriter.temporary,
}
OBJECT_WRITERS: Final[dict[type, Callable[..., object]]] = {
    list: _ReplyWriter.items,
    tuple: _ReplyWriter.items,
    dict: _ReplyWriter.entries,
    Map: _ReplyWriter.map,
    Set: _ReplyWriter.set,
    set: _ReplyWriter.set,
    frozenset: _ReplyWriter.set,
    ReplyIterator: _ReplyWriter.iterator,
    FormData: _ReplyWriter.form,
    File: _ReplyWriter.file,
    bytes: _ReplyWriter.binary,
    array: _ReplyWriter.binary,
    Promise: _ReplyWriter.promise,
    ServerReference: _ReplyWriter.action,
    ReplyStream: _ReplyWriter.stream,
}
"""What JavaScript has by identity: met again, it is a reference."""


def _find(writers: dict[type, Callable[..., object]], kind: type) -> Callable[..., object] | None:
    return writers.get(kind) or next((writers[base] for base in kind.__mro__ if base in writers), None)
