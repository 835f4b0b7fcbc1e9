"""Taint: objects and values that must not leave the server, whatever page or action tries to send them.

    taint_object("Do not send users to the browser.", user)
    taint_value("Do not send the API key.", settings, settings.api_key)

React's `experimental_taintObjectReference` and `experimental_taintUniqueValue`, in their order of arguments.
The encoder asks `taint_of` for every value of a payload. A net, not a boundary: a copy of an object and a text
made from a value are new, and nobody knows where they came from.

What Python can watch (instances of most classes) is forgotten with its last reference; what a value belongs to, not
before the request ends in which the value was tainted. A dict, list or tuple cannot be watched: it is kept until the
scope ends in which it was tainted, which the server opens for each request; outside of one, such as at import, for
the life of the process.
"""

from __future__ import annotations

import weakref
from array import array
from collections.abc import Generator, Hashable
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Final, cast, final
from uuid import UUID

from wingbeat.errors import UsageError

from .model import BigInt

__all__ = ["carry_taint", "is_anything_tainted", "taint_object", "taint_of", "taint_scope", "taint_value"]

DEFAULT_MESSAGE: Final = "It is tainted: it must not leave the server"


@final
class _Taints:
    """Tainted objects by identity, tainted values by their content; each value as often as it was tainted."""

    __slots__ = ("kept", "objects", "values")

    def __init__(self) -> None:
        self.objects: dict[int, str] = {}
        self.values: dict[Hashable, list[str]] = {}
        self.kept: list[object] = []
        """What cannot be watched, kept so that no other object gets its identity."""

    def forget_value(self, value: Hashable, message: str) -> None:
        messages = self.values[value]
        messages.remove(message)
        if not messages:
            del self.values[value]

    def taint_of(self, value: object) -> str | None:
        if (message := self.objects.get(id(value))) is not None:
            return message
        if self.values and _is_unique(value):
            messages = self.values.get(_content(value))
            return messages[-1] if messages else None
        return None


_process: Final = _Taints()
_scope: ContextVar[_Taints | None] = ContextVar("wingbeat_taints", default=None)


@contextmanager
def taint_scope() -> Generator[None]:
    """Forget at the end what cannot be watched and was tainted inside, in this task and those it starts."""
    taints = _Taints()
    token = _scope.set(taints)
    try:
        yield
    finally:
        _scope.reset(token)
        taints.kept.clear()


def taint_object(message: str | None, value: object) -> None:
    """Refuse from now on to send this very object to the browser.

    `message` is what the developer reads; None: a general sentence. The object's own fields are not tainted.
    Raises UsageError for a text, a number or bytes, which have no identity: see `taint_value`.
    React: `experimental_taintObjectReference`.
    """
    if _is_unique(value) or _is_too_general(value):
        raise UsageError(
            f"taint_object takes an object, not a {type(value).__name__}. "
            "Use taint_value(message, lifetime, value) for texts and bytes."
        )
    taints = _taints_for(value)
    taints.objects[id(value)] = message or DEFAULT_MESSAGE
    if taints is _process and _can_be_watched(value):
        weakref.finalize(value, _process.objects.pop, id(value), None).atexit = False


def taint_value(message: str | None, lifetime: object, value: object) -> None:
    """Refuse to send this text, bytes, UUID or BigInt to the browser, for as long as `lifetime` lives.

    Equal values are refused too, wherever they come from; texts that merely contain the value are not.
    `lifetime` is the object that the value belongs to; a module for ever. Raises UsageError for a value that is
    too general to be a secret, such as a number, and for an object.
    React: `experimental_taintUniqueValue`.
    """
    if _is_too_general(value):
        raise UsageError(
            f"taint_value cannot taint a {type(value).__name__}: "
            "equal ones are everywhere. Taint long texts or bytes that are secret."
        )
    if not _is_unique(value):
        raise UsageError(
            f"taint_value cannot taint a {type(value).__name__}. Use taint_object(message, value)."
        )
    if _is_unique(lifetime) or _is_too_general(lifetime):
        raise UsageError(
            f"taint_value needs the object that the value belongs to, not a {type(lifetime).__name__}: "
            "the value is tainted for as long as this object lives."
        )
    message = message or DEFAULT_MESSAGE
    content = _content(value)
    if content in ("", b""):
        raise UsageError(
            "taint_value got an empty value: every empty text of a page would be refused. Is it set?"
        )
    taints = _taints_for(lifetime)
    taints.values.setdefault(content, []).append(message)
    if (scope := _scope.get()) is not None:
        # As React does: whatever is still on its way out of this request may hold the value longer than its owner.
        scope.kept.append(lifetime)
    if taints is _process and _can_be_watched(lifetime):
        weakref.finalize(lifetime, _process.forget_value, content, message).atexit = False


def is_anything_tainted() -> bool:
    """Whether the encoder has to look at every value at all."""
    scope = _scope.get()
    return bool(_process.objects or _process.values or (scope and (scope.objects or scope.values)))


def taint_of(value: object) -> str | None:
    """Return why this value must not leave the server, or None."""
    message = _process.taint_of(value)
    if message is None and (scope := _scope.get()) is not None:
        return scope.taint_of(value)
    return message


def carry_taint(original: object, copy: object) -> None:
    """Taint `copy` as `original` is: for whoever sends a changed copy of a container in its place."""
    if (message := taint_of(original)) is not None:
        taint_object(message, copy)


def _taints_for(owner: object) -> _Taints:
    """Return where the taint of an object belongs: what can be watched is the same in every request."""
    if _can_be_watched(owner):
        return _process
    taints = _scope.get() or _process
    taints.kept.append(owner)
    return taints


def _can_be_watched(value: object) -> bool:
    return type(value).__weakrefoffset__ != 0


def _is_unique(value: object) -> bool:
    return isinstance(value, str | UUID | BigInt | bytes | bytearray | memoryview | array)


def _is_too_general(value: object) -> bool:
    return value is None or (isinstance(value, int | float) and not isinstance(value, BigInt))


def _content(value: object) -> Hashable:
    """Return what makes two values the same: text by its characters, any kind of bytes by its bytes."""
    if isinstance(value, str):
        return str.__str__(value)
    if isinstance(value, UUID):
        return str(value)
    if isinstance(value, BigInt):
        return int(value)
    if isinstance(value, bytes | bytearray):
        return bytes(value)
    try:
        return cast("memoryview", value).tobytes()  # or an array's
    except ValueError:  # a released view, which holds nothing
        return b""
