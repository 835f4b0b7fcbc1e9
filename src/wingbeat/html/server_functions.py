"""What may stand where React takes a server reference, before it is sealed for one response.

`wingbeat.actions` implements `ServerFunction`; elements, components and the renderer only pass it on.

    h.form(action=delete)                 ->  delete.handed_over()
    h.form(action=partial(delete, 7))     ->  delete.handed_over().bind((7,), {})

`hand_over` takes the snapshot at the moment the value is given to an element: a loop variable that moves on
afterwards is not seen. It never calls the function and copies a container only when something in it changed.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Iterable
from functools import partial
from typing import Any, TypeVar

from wingbeat.errors import SerializationError
from wingbeat.flight import carry_taint

__all__ = ["PLAIN_TYPES", "ServerFunction", "hand_over", "hand_over_within"]

_Container = TypeVar("_Container")

PLAIN_TYPES: frozenset[type] = frozenset({str, int, float, bool, type(None)})
"""Exact types that hold nothing to hand over."""


class ServerFunction(ABC):
    """What may stand where React takes a server reference: an action, not yet sealed for a response."""

    __slots__ = ()

    @property
    def open_arity(self) -> int:
        """How many positional arguments it still takes; a large number where any number will do."""
        return 255

    @abstractmethod
    def handed_over(self) -> ServerFunction:
        """Return this function with what it captures as it is now."""

    @abstractmethod
    def bind(self, args: tuple[object, ...], kwargs: dict[str, object]) -> ServerFunction:
        """Return this function with more arguments bound, as JavaScript's `bind` does."""


def hand_over(value: object) -> object:
    """Return `value` with every server function in it handed over, at any depth of containers.

    Raises SerializationError for a container that holds itself, and what `handed_over` and `bind` raise.
    """
    try:
        return hand_over_within(value)
    except RecursionError:
        raise SerializationError(
            f"a {type(value).__name__} holds itself, or is nested too deeply to be sent. "
            "Give the page what it shows of it, without the way back."
        ) from None


def hand_over_within(value: object) -> object:
    """Do as `hand_over` for a caller that ends too deep a recursion itself: RecursionError passes."""
    kind = type(value)
    if kind in PLAIN_TYPES:
        return value
    container = _CONTAINERS.get(kind)
    if container is not None:
        return container(value)
    return value.handed_over() if isinstance(value, ServerFunction) else value


def _hand_over_partial(value: partial[object]) -> object:
    args: tuple[object, ...] = ()
    kwargs: dict[str, object] = {}
    function: object = value
    while isinstance(function, partial):
        # A partial of a partial binds its own arguments after the inner one's, as `bind` of a bound one does.
        args = (*function.args, *args)
        kwargs = {**function.keywords, **kwargs}
        function = function.func
    if isinstance(function, ServerFunction):
        return function.handed_over().bind(args, kwargs)
    return value


def _hand_over_list(value: list[object]) -> list[object]:
    handed = [hand_over_within(item) for item in value]
    return _instead_of(value, handed) if _differs(handed, value) else value


def _hand_over_tuple(value: tuple[object, ...]) -> tuple[object, ...]:
    handed = tuple([hand_over_within(item) for item in value])
    return _instead_of(value, handed) if _differs(handed, value) else value


def _hand_over_dict(value: dict[object, object]) -> dict[object, object]:
    handed = {key: hand_over_within(item) for key, item in value.items()}
    return _instead_of(value, handed) if _differs(handed.values(), value.values()) else value


def _instead_of(value: object, handed: _Container) -> _Container:
    carry_taint(value, handed)
    return handed


def _differs(new: Iterable[object], old: Iterable[object]) -> bool:
    # Identity, not equality: comparing user objects would run user code.
    return any(a is not b for a, b in zip(new, old, strict=True))


_CONTAINERS: dict[type, Callable[[Any], object]] = {
    partial: _hand_over_partial,
    list: _hand_over_list,
    tuple: _hand_over_tuple,
    dict: _hand_over_dict,
}
