"""The letters of the protocol: what stands after `$` in a string, and after the colon of a row.

In both directions a JSON string that begins with `$` is an instruction, so text of a user that begins
with `$` gets one more in front. Ids are lower-case hexadecimal. The same letter can mean another thing
in a reply (browser to server): these tables are the payload's (server to browser).
"""

from __future__ import annotations

from types import MappingProxyType
from typing import Final

__all__ = [
    "ARRAY_TYPECODES",
    "BINARY_TAGS",
    "JS_SAFE_INTEGER",
    "LENGTH_ROW_TAGS",
    "LONG_TEXT",
    "escape_dollar",
]

JS_SAFE_INTEGER: Final = 2**53 - 1
"""JavaScript's `Number.MAX_SAFE_INTEGER`: beyond it a JSON number silently becomes another number."""

LONG_TEXT: Final = 1024
"""From this many characters on, a text gets a row of its own, which the browser need not unescape."""

BINARY_TAGS: Final = MappingProxyType(
    {
        "ArrayBuffer": "A",
        "Int8Array": "O",
        "Uint8Array": "o",
        "Uint8ClampedArray": "U",
        "Int16Array": "S",
        "Uint16Array": "s",
        "Int32Array": "L",
        "Uint32Array": "l",
        "Float32Array": "G",
        "Float64Array": "g",
        "BigInt64Array": "M",
        "BigUint64Array": "m",
        "DataView": "V",
    }
)
"""JavaScript's name of a binary type -> its row tag (the same letters in both directions)."""

ARRAY_TYPECODES: Final = MappingProxyType(
    {
        "Int8Array": "b",
        "Int16Array": "h",
        "Uint16Array": "H",
        "Int32Array": "i",
        "Uint32Array": "I",
        "Float32Array": "f",
        "Float64Array": "d",
        "BigInt64Array": "q",
        "BigUint64Array": "Q",
    }
)
"""JavaScript's name of a binary type -> the typecode of the `array.array` that holds it."""

LENGTH_ROW_TAGS: Final = frozenset([*BINARY_TAGS.values(), "T", "b"])
"""Rows with these tags announce their length in bytes and have no line feed at the end."""


def escape_dollar(text: str) -> str:
    """Return the JSON string value that arrives as `text`."""
    return "$" + text if text.startswith("$") else text
