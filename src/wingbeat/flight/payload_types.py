"""Which Python type is written how: one table for the exact types, one rule for everything else.

    str, int, None, dict, list, Element, datetime, bytes, set, Lazy, …      by table
    subclasses, dataclasses, Pydantic models, awaitables, iterators, …      by `find_writer`, once per type
    functions, modules, ORM objects, anything unknown                       refused

Default deny: a type that nobody thought of does not travel.
"""

from __future__ import annotations

from array import array
from collections import deque
from collections.abc import (
    AsyncIterable,
    Awaitable,
    Iterator,
    Mapping,
    MappingView,
    Sequence,
    Set as AbstractSet,
)
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from enum import Enum
from typing import Final, cast
from uuid import UUID

from .form_data import File, FormData
from .leaves import date_text, duration_text, float_model, record_fields
from .model import (
    BigInt,
    ClientReference,
    Element,
    Lazy,
    ReactSymbol,
    ReadableStream,
    ServerReference,
    Undefined,
)
from .payload_ledger import Place
from .payload_models import ModelWriter, Writer
from .payload_outlined import (
    write_binary,
    write_client_reference,
    write_error,
    write_file,
    write_form_data,
    write_hole,
    write_iterator,
    write_lazy,
    write_map,
    write_promise,
    write_server_reference,
    write_set,
    write_stream,
)
from .reply_values import (
    ArrayBuffer,
    DataView,
    Map as ReplyMap,
    Promise,
    ReplyStream,
    Set as ReplySet,
    Uint8ClampedArray,
)
from .tags import JS_SAFE_INTEGER
from .temporary_references import TemporaryReference

__all__ = ["WRITERS", "find_writer"]


def _same(_writer: ModelWriter, value: object, _parent: Place | None, _key: str | int, _depth: int) -> object:
    return value


def _text(writer: ModelWriter, value: str, _parent: Place | None, _key: str | int, _depth: int) -> str:
    return writer.text(str.__str__(value))


def _integer(writer: ModelWriter, value: int, parent: Place | None, key: str | int, _depth: int) -> int:
    if -JS_SAFE_INTEGER <= value <= JS_SAFE_INTEGER:
        return int(value)
    return writer.refuse(value, parent, key)


def _big_integer(
    writer: ModelWriter, value: BigInt, parent: Place | None, key: str | int, _depth: int
) -> str:
    try:
        return f"$n{int(value)}"
    except ValueError:
        return writer.refuse(value, parent, key, "It has more digits than Python turns into text")


def _float(
    _writer: ModelWriter, value: float, _parent: Place | None, _key: str | int, _depth: int
) -> float | str:
    return float_model(float(value))


def _undefined(
    _writer: ModelWriter, _value: Undefined, _parent: Place | None, _key: str | int, _depth: int
) -> str:
    return "$undefined"


def _symbol(
    _writer: ModelWriter, value: ReactSymbol, _parent: Place | None, _key: str | int, _depth: int
) -> str:
    return f"$S{value.name}"


def _moment(writer: ModelWriter, value: datetime, parent: Place | None, key: str | int, _depth: int) -> str:
    try:
        return f"$D{date_text(value)}"
    except OverflowError:
        writer.refuse(value, parent, key, "In UTC it is outside the years 1 to 9999")


def _iso_text(
    _writer: ModelWriter, value: date | time, _parent: Place | None, _key: str | int, _depth: int
) -> str:
    return value.isoformat()


def _duration(
    _writer: ModelWriter, value: timedelta, _parent: Place | None, _key: str | int, _depth: int
) -> str:
    return duration_text(value)


def _as_text(
    _writer: ModelWriter, value: Decimal | UUID, _parent: Place | None, _key: str | int, _depth: int
) -> str:
    return str(value)


def _enum(writer: ModelWriter, value: Enum, parent: Place | None, key: str | int, depth: int) -> object:
    return writer.visit(value.value, parent, key, depth)


def _dict(
    writer: ModelWriter, value: Mapping[object, object], parent: Place | None, key: str | int, depth: int
) -> object:
    for name in value:
        if type(name) is not str:
            return _mixed_dict(writer, value, parent, key, depth)
    return writer.mapping(cast("Mapping[str, object]", value), parent, key, depth)


def _mixed_dict(
    writer: ModelWriter, value: Mapping[object, object], parent: Place | None, key: str | int, depth: int
) -> object:
    """Write a dict with a key that is no plain text: a Map, unless every key is some kind of text."""
    if all(isinstance(name, str) for name in value):
        return writer.mapping(cast("Mapping[str, object]", value), parent, key, depth)
    return write_map(writer, value, parent, key, depth)


def _temporary(
    _writer: ModelWriter, value: TemporaryReference, _parent: Place | None, _key: str | int, _depth: int
) -> str:
    return f"$T{value.wire_path}"


def _root_model(
    writer: ModelWriter, value: object, parent: Place | None, key: str | int, depth: int
) -> object:
    return writer.visit(getattr(value, "root"), parent, key, depth)  # noqa: B009 (of a Pydantic RootModel)


def _refuse(writer: ModelWriter, value: object, parent: Place | None, key: str | int, _depth: int) -> object:
    writer.refuse(value, parent, key)


# Each function takes the type it stands beside, which a table cannot say to the type checker.
WRITERS: Final = cast(
    "dict[type, Writer]",
    {
        str: _text,
        int: _integer,
        bool: _same,
        type(None): _same,
        float: _float,
        dict: _dict,
        list: ModelWriter.sequence,
        tuple: ModelWriter.sequence,
        range: ModelWriter.sequence,
        deque: ModelWriter.sequence,
        Element: ModelWriter.element,
        Lazy: write_lazy,
        ServerReference: write_server_reference,
        ClientReference: write_client_reference,
        ReactSymbol: _symbol,
        Undefined: _undefined,
        BigInt: _big_integer,
        datetime: _moment,
        date: _iso_text,
        time: _iso_text,
        timedelta: _duration,
        UUID: _as_text,
        Decimal: _as_text,
        set: write_set,
        frozenset: write_set,
        bytes: write_binary,
        bytearray: write_binary,
        memoryview: write_binary,
        array: write_binary,
        ArrayBuffer: write_binary,
        DataView: write_binary,
        Uint8ClampedArray: write_binary,
        File: write_file,
        FormData: write_form_data,
        Promise: write_promise,
        ReadableStream: write_stream,
        ReplyStream: write_stream,
        ReplyMap: write_map,
        ReplySet: write_set,
        TemporaryReference: _temporary,
    },
)

# In this order: an enum of text is an enum, and a record that is a list is a list.
RULES: Final = cast(
    "tuple[tuple[type, Writer], ...]",
    (
        (Enum, _enum),
        (BigInt, _big_integer),
        (str, _text),
        (int, _integer),
        (float, _float),
        (datetime, _moment),
        (date, _iso_text),
        (time, _iso_text),
        (timedelta, _duration),
        (UUID, _as_text),
        (Decimal, _as_text),
        (bytes, write_binary),
        (bytearray, write_binary),
        (array, write_binary),
        (Element, ModelWriter.element),
        (ServerReference, write_server_reference),
        (BaseException, write_error),
        (Mapping, _dict),
        (MappingView, ModelWriter.sequence),
        (AbstractSet, write_set),
        (Sequence, ModelWriter.sequence),
        (deque, ModelWriter.sequence),
        (Awaitable, write_hole),
        (AsyncIterable, write_stream),
        (Iterator, write_iterator),
    ),
)


def find_writer(value: object) -> Writer:
    """Return how to write a type that is not in the table. A class itself is never a value."""
    if isinstance(value, type):
        return _refuse
    for kind, writer in RULES:
        if isinstance(value, kind):
            return writer
    if getattr(type(value), "__pydantic_root_model__", False) is True:
        return _root_model
    return _refuse if record_fields(type(value)) is None else ModelWriter.record
