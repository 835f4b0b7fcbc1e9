"""Decode the `$`-strings of a reply that need no other row, and the spelling of row names.

    "$D2020-01-01T00:00:00.000Z"   ->   datetime(2020, 1, 1, tzinfo=UTC)
    "$0:user:name"                 ->   row 0, path ("user", "name")

Only the one spelling that a React client writes is taken; Python's own converters are far more lenient.
"""

from __future__ import annotations

import re
import sys
from array import array
from datetime import UTC, datetime
from functools import lru_cache
from typing import Final

from wingbeat.errors import ReplyError

from .limits import Limits
from .model import UNDEFINED, BigInt
from .reply_store import MAX_ROW_ID
from .reply_values import ArrayBuffer, DataView, Uint8ClampedArray
from .tags import ARRAY_TYPECODES, BINARY_TAGS

__all__ = [
    "BINARY_KINDS",
    "CONSTANTS",
    "decode_bigint",
    "decode_binary",
    "decode_date",
    "decode_path",
    "decode_row_name",
]

CONSTANTS: Final[dict[str, object]] = {
    "$undefined": UNDEFINED,
    "$NaN": float("nan"),
    "$Infinity": float("inf"),
    "$-Infinity": float("-inf"),
    "$-0": -0.0,
}

BINARY_KINDS: Final = {tag: kind for kind, tag in BINARY_TAGS.items()}
"""Tag of a binary value -> JavaScript's name of its type."""

BYTES_KINDS: Final[dict[str, type[bytes]]] = {
    "Uint8Array": bytes,
    "ArrayBuffer": ArrayBuffer,
    "Uint8ClampedArray": Uint8ClampedArray,
    "DataView": DataView,
}

ROW = re.compile(r"0|[1-9a-f][0-9a-f]{0,7}", re.ASCII)
DIGITS = re.compile(r"0|-?[1-9][0-9]*", re.ASCII)
MOMENT = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}\.[0-9]{3}Z", re.ASCII)


@lru_cache(maxsize=256)
def decode_row_name(text: str) -> int:
    """Return the row that hexadecimal text names. Raises ReplyError unless it is canonical."""
    if ROW.fullmatch(text) is None or (row := int(text, 16)) > MAX_ROW_ID:
        raise ReplyError(f"reference {text[:80]!r} names no row")
    return row


def decode_path(text: str, limits: Limits) -> tuple[int, list[str]]:
    """Return row and keys of `0:user:name`."""
    row, *keys = text.split(":", limits.path_segments + 1)
    if len(keys) > limits.path_segments:
        raise ReplyError(f"reference has more than {limits.path_segments} keys")
    return decode_row_name(row), keys


def decode_date(text: str) -> datetime:
    """Return the moment that `Date.prototype.toISOString` wrote."""
    if MOMENT.fullmatch(text) is None:
        # Also a year before 0 or after 9999, which JavaScript can write and Python cannot hold.
        raise ReplyError(f"date {text[:80]!r} is not a moment of the years 1 to 9999")
    try:
        return datetime.fromisoformat(text[:-1]).replace(tzinfo=UTC)
    except ValueError as error:
        raise ReplyError(f"date {text[:80]!r} is not in the calendar") from error


def decode_bigint(text: str, limits: Limits) -> BigInt:
    """Return the integer of decimal digits."""
    if len(text) > limits.bigint_characters:
        raise ReplyError(
            f"BigInt has {len(text)} characters, expected no more than {limits.bigint_characters}"
        )
    if DIGITS.fullmatch(text) is None:
        raise ReplyError("BigInt is not decimal digits")
    return BigInt(text)


def decode_binary(kind: str, content: bytes) -> object:
    """Return the Python value for the bytes of a JavaScript buffer or typed array."""
    if kind in BYTES_KINDS:
        return BYTES_KINDS[kind](content)
    numbers: array[int] | array[float] = array(ARRAY_TYPECODES[kind])
    if len(content) % numbers.itemsize:
        raise ReplyError(f"{kind} has {len(content)} bytes, expected a multiple of {numbers.itemsize}")
    numbers.frombytes(content)
    if sys.byteorder == "big":
        numbers.byteswap()
    return numbers
