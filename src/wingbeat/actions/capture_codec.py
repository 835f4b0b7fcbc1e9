"""Captured values <-> bytes, with their Python types kept. What is written here is sealed before it travels.

    {"row": Record(id=7), "due": date(2026, 1, 2)}   ->   ["d","row",["R","id",7],"due",["a","2026-01-02"]]

JSON scalars stand for themselves; everything else is an array that starts with its one-letter tag. The set of
types is closed and no constructor of user code is called: dataclasses, models, enums and named tuples are
looked up by name among the modules that are loaded already, functions among those that the import hook read.
"""

from __future__ import annotations

import orjson

from wingbeat.errors import StaleCapture

from .capture_decoder import CaptureDecoder, FindDefinition
from .capture_encoder import CaptureEncoder

__all__ = ["FindDefinition", "decode_captured", "encode_captured"]

PADDING_BYTES = 64
"""Sealed lengths are multiples of this, so that they tell little about the values."""


def encode_captured(value: object, where: str) -> bytes:
    """Return `value` as bytes; `where` names it in the error.

    Raises SerializationError naming the path of a value that cannot travel, and the fix.
    """
    text = orjson.dumps(CaptureEncoder(where).encode(value, "", 0))
    return text.ljust(-(-len(text) // PADDING_BYTES) * PADDING_BYTES)


def decode_captured(content: bytes, find: FindDefinition) -> object:
    """Return the value that `encode_captured` wrote. Raises StaleCapture when this deployment cannot read it."""
    try:
        return CaptureDecoder(find).decode(orjson.loads(content))
    except (LookupError, TypeError, ValueError, AttributeError) as error:
        raise StaleCapture(f"captured values are of another deployment ({type(error).__name__})") from error
