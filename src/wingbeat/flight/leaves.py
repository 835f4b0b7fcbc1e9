r"""Python's leaf values as a payload holds them: numbers, dates, durations, bytes, fields of records.

    datetime(2020, 1, 1, tzinfo=UTC)  ->  "$D2020-01-01T00:00:00.000Z"      timedelta(hours=1)  ->  "PT1H"
    float("nan")  ->  "$NaN"        array("h", [1])  ->  ("Int16Array", b"\x01\x00")

Never: reads a clock or a time zone database. A `datetime` without time zone is taken as UTC.
"""

from __future__ import annotations

import dataclasses
import sys
from array import array
from datetime import UTC, datetime, timedelta
from typing import Final, cast

from .tags import ARRAY_TYPECODES, JS_SAFE_INTEGER

__all__ = ["array_view", "date_text", "duration_text", "float_model", "memory_view", "record_fields"]

ARRAY_KINDS: Final = {typecode: kind for kind, typecode in ARRAY_TYPECODES.items()} | {
    "B": "Uint8Array",
    "l": "Int32Array" if array("l").itemsize == 4 else "BigInt64Array",  # noqa: PLR2004 (bytes of a C long)
    "L": "Uint32Array" if array("L").itemsize == 4 else "BigUint64Array",  # noqa: PLR2004 (bytes of a C long)
}
VIEW_KINDS: Final = ARRAY_KINDS | {"c": "Uint8Array", "?": "Uint8Array"}
NATIVE_ORDER: Final = {"little": "@=<", "big": "@=>"}[sys.byteorder]


def float_model(value: float) -> float | str:
    """Return the JSON number, or the instruction for a number that JSON does not have."""
    if value != value:  # noqa: PLR0124 (the definition of NaN)
        return "$NaN"
    if value in {float("inf"), float("-inf")}:
        return "$Infinity" if value > 0 else "$-Infinity"
    if value.is_integer() and abs(value) <= JS_SAFE_INTEGER:
        # JavaScript has one kind of number: 1.0 is printed as 1, there and here.
        return "$-0" if value == 0 and str(value).startswith("-") else int(value)
    return value


def date_text(value: datetime) -> str:
    """Return the moment as JavaScript prints it: UTC, to the millisecond."""
    moment = value if value.tzinfo is None else value.astimezone(UTC)
    return moment.replace(tzinfo=None).isoformat(timespec="milliseconds") + "Z"


def duration_text(value: timedelta) -> str:
    """Return an ISO 8601 duration, such as `P1DT2H3M4.5S`."""
    sign = "-" if value < timedelta() else ""
    value = abs(value)
    minutes, seconds = divmod(value.seconds, 60)
    hours, minutes = divmod(minutes, 60)
    fraction = f".{value.microseconds:06}".rstrip("0") if value.microseconds else ""
    days = f"{value.days}D" if value.days else ""
    clock = (f"{hours}H" if hours else "") + (f"{minutes}M" if minutes else "")
    clock += f"{seconds}{fraction}S" if seconds or fraction else ""
    return f"{sign}P{days}T{clock}" if clock else f"{sign}P{days or '0D'}"


def array_view(value: array[int] | array[float]) -> tuple[str, bytes] | None:
    """Return the JavaScript kind and a snapshot of the bytes, or `None` for an array of characters."""
    kind = ARRAY_KINDS.get(value.typecode)
    if kind is None:
        return None
    if sys.byteorder == "big":
        value = value[:]
        value.byteswap()
    return kind, value.tobytes()


def memory_view(value: memoryview) -> tuple[str, bytes] | None:
    """Return the JavaScript kind and a snapshot of the bytes, or `None` for a format JavaScript lacks."""
    order, typecode = value.format[:-1], value.format[-1:]
    kind = VIEW_KINDS.get(typecode)
    if kind is None or (order and order not in NATIVE_ORDER):
        return None
    if value.itemsize == 1:
        return kind, value.tobytes()
    if order in {"", "@"}:
        return array_view(array(typecode, value.tobytes()))
    return None


def record_fields(kind: type[object]) -> tuple[str, ...] | None:
    """Return the names of the fields of a dataclass or Pydantic model, or `None` for any other class.

    A Pydantic field with `exclude=True` stays out here as it does in `model_dump`. Pydantic itself is not
    imported: its models are known by the table of fields that they carry.
    """
    if dataclasses.is_dataclass(kind):
        return tuple(field.name for field in dataclasses.fields(kind))
    fields: object = getattr(kind, "__pydantic_fields__", None)
    if isinstance(fields, dict):
        table = cast("dict[str, object]", fields)
        return tuple(name for name, field in table.items() if not getattr(field, "exclude", None))
    return None
