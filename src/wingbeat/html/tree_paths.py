"""Where a component stands in the tree: React's tree ids and component key paths.

A `Path` is a chain of steps from the root: `(parent, element)`, `(parent, length, index)` in an array, or
`(parent, None)` for a component that called `useId`. The writer makes a step for every element, which must
stay cheap; an id or a key is computed from the chain only where a hook asks for it. The tree is the one that
goes over the wire.

    html > [head, body > [h1, Counter]]     Counter's first useId  ->  "_R_6_"
"""

from __future__ import annotations

import hashlib
import json
from typing import Any, TypeAlias

from wingbeat.flight import ReactSymbol

__all__ = ["Path", "action_state_key", "react_name", "tree_id"]

Path: TypeAlias = tuple[Any, ...]

_ID_BITS = 30
_BITS_PER_DIGIT = 5
_DIGITS = "0123456789abcdefghijklmnopqrstuv"
_ARRAY_STEP = 3
_SYMBOL_NAMES = {
    "react.fragment": "Fragment",
    "react.suspense": "Suspense",
    "react.strict_mode": "StrictMode",
    "react.profiler": "Profiler",
    "react.activity": "Activity",
}


def tree_id(path: Path | None) -> str:
    """Return the id of the place that `path` leads to: what `useId` puts its prefix and suffix around."""
    bits, overflow = 1, ""
    for step in _steps(path):
        if len(step) == _ARRAY_STEP:
            bits, overflow = _enter(bits, overflow, step[1], step[2])
        elif step[1] is None:
            bits, overflow = _enter(bits, overflow, 1, 0)
    return _base32(bits ^ (1 << (bits.bit_length() - 1))) + overflow


def action_state_key(path: Path | None, hook: int, permalink: str | None) -> str:
    """Return the key by which a component's `hook`-th useActionState finds its form state."""
    if permalink is not None:
        return f"p{permalink}"
    text = json.dumps([_key_path(path), None, hook], ensure_ascii=False, separators=(",", ":"))
    return "k" + hashlib.md5(text.encode("utf-8", "surrogatepass"), usedforsecurity=False).hexdigest()


def react_name(kind: object) -> str | None:
    """Return the name React knows an element's type by."""
    if isinstance(kind, ReactSymbol):
        return _SYMBOL_NAMES.get(kind.name)
    name: object = kind if isinstance(kind, str) else getattr(kind, "__name__", None)
    return name if isinstance(name, str) and name else None


def _steps(path: Path | None) -> list[Path]:
    steps: list[Path] = []
    while path is not None:
        steps.append(path)
        path = path[0]
    steps.reverse()
    return steps


def _key_path(path: Path | None) -> object:
    keys: object = None
    index: int | None = None
    for step in _steps(path):
        if len(step) == _ARRAY_STEP:
            # Only an array directly inside an array is a level of its own.
            keys = keys if index is None else [keys, "Fragment", index]
            index = step[2]
        elif step[1] is not None:
            element = step[1]
            keys = [keys, react_name(element.type), (index or 0) if element.key is None else element.key]
            index = None
    return keys


def _enter(bits: int, overflow: str, length: int, index: int) -> tuple[int, str]:
    used = bits.bit_length() - 1
    bits ^= 1 << used
    width = length.bit_length()
    if width + used > _ID_BITS:
        moved = used - used % _BITS_PER_DIGIT
        overflow = _base32(bits & ((1 << moved) - 1)) + overflow
        bits >>= moved
        used -= moved
    return (1 << (width + used)) | ((index + 1) << used) | bits, overflow


def _base32(number: int) -> str:
    digits = ""
    while number:
        number, digit = divmod(number, 32)
        digits = _DIGITS[digit] + digits
    return digits or "0"
