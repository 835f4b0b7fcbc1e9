"""JavaScript's conversions of plain values, where React's output depends on them.

    text_of(1e21) -> "1e+21"     text_of(True) -> "true"     text_of([1, None, 2]) -> "1,,2"
    number_of("0x10") -> 16.0    is_truthy([]) -> True       is_truthy(nan) -> False

Never calls user code: what is no plain value is "[object Object]", as in JavaScript.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable
from typing import Any

from wingbeat.flight import BigInt, ClientReference, ReactSymbol, ServerReference, Undefined

__all__ = [
    "WHITESPACE",
    "is_function",
    "is_function_or_symbol",
    "is_nothing",
    "is_truthy",
    "number_of",
    "number_text",
    "text_of",
]

WHITESPACE = (
    "\t\n\v\f\r \xa0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a"
    "\u2028\u2029\u202f\u205f\u3000\ufeff"
)
"""What `trim()` removes; `str.strip()` differs at both ends of the table."""

MAX_SAFE_INTEGER = 2**53
_REFERENCES = (ServerReference, ClientReference)
_NO_FUNCTIONS = frozenset({str, int, float, bool, type(None)})
_DECIMAL = re.compile(r"[+-]?(Infinity|([0-9]+(\.[0-9]*)?|\.[0-9]+)([eE][+-]?[0-9]+)?)")
_PREFIXED = re.compile(r"0[xX][0-9a-fA-F]+|0[oO][0-7]+|0[bB][01]+")
_FIRST_EXPONENT = 21
_LAST_PLAIN_ZEROS = 6


def number_text(value: float) -> str:
    """Return `value` as JavaScript's `Number.prototype.toString` writes it."""
    if type(value) is int and -MAX_SAFE_INTEGER <= value <= MAX_SAFE_INTEGER:
        return str(value)
    if isinstance(value, BigInt):
        return int.__repr__(value)
    value = _as_double(value)
    if not math.isfinite(value):
        return "NaN" if math.isnan(value) else ("Infinity" if value > 0 else "-Infinity")
    return ("-" if value < 0 else "") + _digits_text(repr(abs(value)))


def text_of(value: object) -> str:
    """Return `"" + value`."""
    kind = type(value)
    if kind is str:
        return value  # type: ignore[return-value]  # the exact type was just compared
    convert = _TEXTS.get(kind)
    return "[object Object]" if convert is None else convert(value)


def is_truthy(value: object) -> bool:
    """Return `!!value`."""
    if isinstance(value, float):
        return bool(value) and not math.isnan(value)
    if value is None or isinstance(value, str | int | Undefined):
        return bool(value)
    return True


def number_of(value: object) -> float:
    """Return `Number(value)`, which comparisons with numbers use too."""
    if isinstance(value, int | float):
        return _as_double(value)
    if value is None:
        return 0.0
    if isinstance(value, Undefined):
        return math.nan
    text = text_of(value).strip(WHITESPACE)
    if not text:
        return 0.0
    if _PREFIXED.fullmatch(text):
        return float(int(text, 0))
    return float(text) if _DECIMAL.fullmatch(text) else math.nan


def is_nothing(value: object) -> bool:
    """Return `value == null`: None and UNDEFINED."""
    return value is None or isinstance(value, Undefined)


def is_function(value: object) -> bool:
    """Return whether `value` is a function in the browser."""
    return callable(value) or isinstance(value, _REFERENCES)


def is_function_or_symbol(value: object) -> bool:
    """Return whether `value` is a function or symbol in the browser, which no attribute can hold."""
    return type(value) not in _NO_FUNCTIONS and (isinstance(value, ReactSymbol) or is_function(value))


def _as_double(value: float) -> float:
    try:
        return float(value)
    except OverflowError:
        return math.inf if value > 0 else -math.inf


def _digits_text(shortest: str) -> str:
    # `repr` gives the same shortest digits as JavaScript; only where the exponent starts differs.
    mantissa, _, exponent = shortest.partition("e")
    whole, _, fraction = mantissa.partition(".")
    digits = (whole + ("" if fraction == "0" else fraction)).lstrip("0")
    point = len(whole) + int(exponent or 0) - (len(whole + fraction) - len((whole + fraction).lstrip("0")))
    digits = digits.rstrip("0") or "0"
    if digits == "0":
        return "0"
    if len(digits) <= point <= _FIRST_EXPONENT:
        return digits + "0" * (point - len(digits))
    if 0 < point <= _FIRST_EXPONENT:
        return f"{digits[:point]}.{digits[point:]}"
    if -_LAST_PLAIN_ZEROS < point <= 0:
        return "0." + "0" * -point + digits
    power = f"e{point - 1:+d}"
    return digits + power if len(digits) == 1 else f"{digits[0]}.{digits[1:]}{power}"


def _array_text(values: list[object] | tuple[object, ...]) -> str:
    return ",".join("" if is_nothing(value) else text_of(value) for value in values)


_TEXTS: dict[type, Callable[[Any], str]] = {
    bool: lambda value: "true" if value else "false",
    int: number_text,
    float: number_text,
    BigInt: number_text,
    type(None): lambda _: "null",
    Undefined: lambda _: "undefined",
    list: _array_text,
    tuple: _array_text,
}
