"""Temporary references: values that stayed in the browser, known here only by where they stood.

    [1, {"onClose": "$T"}]   ->   a TemporaryReference of path "0:1:onClose"   (row in hexadecimal, then keys)

A payload writes it back as "$T0:1:onClose" and the browser puts its own value there. Below a key with a
colon, and in the chunks of a stream, there is no position.
"""

from __future__ import annotations

from typing import Any, NoReturn, final

from wingbeat.errors import ReplyError

from .model import Json

__all__ = ["TemporaryReference", "name_temporary_references"]


@final
class TemporaryReference:
    """A value that only the browser has: return it unchanged or put it into a tree."""

    __slots__ = ("wire_path",)

    def __init__(self, path: str = "") -> None:
        self.wire_path = path
        """Where the value stood: what a payload writes behind `$T`. No template asks for this by chance."""

    def __repr__(self) -> str:
        return "<temporary reference>"

    def __str__(self) -> NoReturn:
        raise TypeError(
            "A temporary reference has no text: its value stayed in the browser. Return it unchanged."
        )

    def __format__(self, spec: str, /) -> NoReturn:
        self.__str__()

    def __reduce__(self) -> NoReturn:
        raise TypeError("A temporary reference lives for one request: it cannot be stored.")


def name_temporary_references(root: object, row: int | None) -> None:
    """Give every temporary reference of one row its path. Raises ReplyError where there is none.

    `row` is None for a chunk of a stream.
    """
    stack: list[tuple[Any, str | None]] = [(root, None if row is None else f"{row:x}")]
    value: Json | TemporaryReference  # or another leaf, which is not looked at
    while stack:
        value, path = stack.pop()
        if type(value) is TemporaryReference:
            if path is None:
                raise ReplyError("temporary reference stands where it has no position")
            value.wire_path = path
        elif type(value) is list:
            stack += [(item, _step(path, str(index))) for index, item in enumerate(value)]
        elif type(value) is dict:
            stack += [(item, _step(path, key)) for key, item in value.items()]


def _step(path: str | None, key: str) -> str | None:
    return None if path is None or ":" in key else f"{path}:{key}"
