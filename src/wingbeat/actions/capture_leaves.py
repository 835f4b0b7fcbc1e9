"""Scalars of captured variables <-> JSON, with their Python types kept.

    date(2026, 1, 2)  <->  ["a", "2026-01-02"]        2**70  <->  ["i", "400000000000000000"]
    datetime(2026, 3, 29, 2, 30, fold=1, tzinfo=ZoneInfo("Europe/Berlin"))
                      <->  ["D", "2026-03-29T02:30:00", 1, ["Z", "Europe/Berlin"]]

None, bools, ordinary texts and numbers stand for themselves. Types are compared exactly: of a subclass only
its own reader would know how to make one.
"""

from __future__ import annotations

import base64
import math
import pathlib
from collections.abc import Callable
from datetime import date, datetime, time, timedelta, timezone, tzinfo
from decimal import Decimal
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from wingbeat.flight import UNDEFINED, BigInt, File, FormData, Undefined

__all__ = ["LEAF_READERS", "LEAF_WRITERS"]

_JSON_INT_LIMIT = 2**63


def _write_str(value: str) -> object:
    try:
        value.encode()
    except UnicodeEncodeError:
        return ["x", base64.b64encode(value.encode("utf-8", "surrogatepass")).decode()]
    return value


def _write_int(value: int) -> object:
    return value if -_JSON_INT_LIMIT <= value < _JSON_INT_LIMIT else ["i", format(value, "x")]


def _write_float(value: float) -> object:
    return value if math.isfinite(value) else ["f", repr(value)]


def _write_bytes(value: bytes) -> object:
    return ["b", base64.b64encode(value).decode()]


def _write_datetime(value: datetime) -> object:
    return ["D", value.replace(tzinfo=None).isoformat(), value.fold, _zone(value.tzinfo, value)]


def _write_time(value: time) -> object:
    return ["m", value.replace(tzinfo=None).isoformat(), value.fold, _zone(value.tzinfo, None)]


def _write_timedelta(value: timedelta) -> list[object]:
    return ["e", value.days, value.seconds, value.microseconds]


def _zone(zone: tzinfo | None, moment: datetime | None) -> object:
    """Return a time zone by name, else as the offset that it has at `moment`."""
    if zone is None:
        return None
    if isinstance(zone, ZoneInfo) and zone.key:
        return ["Z", zone.key]
    offset = zone.utcoffset(moment)
    return ["z", _write_timedelta(offset)] if offset is not None else None


def _read_zone(written: Any) -> tzinfo | None:
    match written:
        case ["Z", key]:
            return ZoneInfo(key)
        case ["z", [_, *parts]]:
            return timezone(timedelta(*parts))
        case _:
            return None


def _write_form(value: FormData) -> object:
    return ["O", *([name, _entry(entry)] for name, entry in value.items())]


def _entry(entry: str | File) -> object:
    if isinstance(entry, str):
        return _write_str(entry)
    return [entry.name, entry.type, base64.b64encode(entry.content).decode()]


def _read_entry(written: Any) -> str | File:
    match written:
        case [name, kind, content]:
            return File(base64.b64decode(content), name, kind)
        case ["x", _]:
            return _read_text(written[1])
        case _:
            return str(written)


def _read_text(encoded: str) -> str:
    return base64.b64decode(encoded).decode("utf-8", "surrogatepass")


def _read_int(digits: str) -> int:
    return int(digits, 16)


def _read_big_int(digits: str) -> BigInt:
    return BigInt(digits, 16)


def _read_datetime(text: str, fold: int, zone: Any) -> datetime:
    return datetime.fromisoformat(text).replace(fold=fold, tzinfo=_read_zone(zone))


def _read_time(text: str, fold: int, zone: Any) -> time:
    return time.fromisoformat(text).replace(fold=fold, tzinfo=_read_zone(zone))


def _write_path(path: pathlib.PurePath) -> object:
    return ["p", type(path).__name__, str(path)]


def _read_path(name: str, text: str) -> pathlib.PurePath:
    return _PATHS[name](text)


_PATHS: dict[str, type[pathlib.PurePath]] = {
    kind.__name__: kind for kind in (pathlib.PurePosixPath, pathlib.PureWindowsPath, type(pathlib.Path()))
}

LEAF_WRITERS: dict[type, Callable[[Any], object]] = {
    str: _write_str,
    int: _write_int,
    float: _write_float,
    bytes: _write_bytes,
    BigInt: lambda value: ["I", format(value, "x")],
    Decimal: lambda value: ["n", str(value)],
    datetime: _write_datetime,
    date: lambda value: ["a", value.isoformat()],
    time: _write_time,
    timedelta: _write_timedelta,
    timezone: lambda value: ["y", _zone(value, None)],
    ZoneInfo: lambda value: ["y", _zone(value, None)],
    UUID: lambda value: ["u", str(value)],
    FormData: _write_form,
    Undefined: lambda _: ["U"],
    **dict.fromkeys(_PATHS.values(), _write_path),
}
"""Exact type -> how it is written: as itself, or as an array that starts with its tag."""

LEAF_READERS: dict[str, Callable[..., object]] = {
    "x": _read_text,
    "f": float,
    "i": _read_int,
    "I": _read_big_int,
    "b": base64.b64decode,
    "n": Decimal,
    "D": _read_datetime,
    "a": date.fromisoformat,
    "m": _read_time,
    "e": timedelta,
    "y": _read_zone,
    "u": UUID,
    "O": lambda *entries: FormData((name, _read_entry(entry)) for name, entry in entries),
    "U": lambda: UNDEFINED,
    "p": _read_path,
}
