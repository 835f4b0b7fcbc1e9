"""Follow the references of a reply once all its rows are read, and bound what they build.

    [{"a": 1}, "$0:0"]   ->   the same dict twice

A reference walks own keys of plain dicts and lists, nothing else: no attribute is read here. References that
only lead to each other are refused; so is a circle through a Map, a Set, a promise, a stream or an action.
A circle of dicts and lists is data, as it is in React.
"""

from __future__ import annotations

import re
from array import array
from collections.abc import Callable, Iterable, Iterator, Sized
from itertools import chain
from typing import Final, cast, final

from wingbeat.errors import ReplyError

from .budget import Budget
from .model import UNDEFINED, ServerReference
from .reply_values import (
    ArrayBuffer,
    DataView,
    Map,
    Promise,
    ReplyIterator,
    ReplyStream,
    Set,
    Uint8ClampedArray,
)

__all__ = ["Alias", "Container", "check_graph", "follow_aliases"]

Container = list[object] | dict[str, object]

INDEX = re.compile(r"0|[1-9][0-9]{0,9}", re.ASCII)


@final
class Alias:
    """A reference that is not followed yet. It stands in its container until its value takes its place."""

    __slots__ = ("at", "container", "is_done", "is_waiting", "key", "keys", "row")

    def __init__(self, row: int, keys: list[str], container: Container, key: int | str) -> None:
        self.row = row
        self.keys = keys[::-1]
        self.container = container
        self.key = key
        self.at: object = None
        self.is_waiting = False
        self.is_done = False


def follow_aliases(aliases: list[Alias], roots: dict[int, list[object]], budget: Budget) -> None:
    """Replace every alias by what it names. `roots` holds each row's value as the one item of a list."""
    for alias in aliases:
        alias.at = roots[alias.row][0]
    for alias in aliases:
        waiting = [alias]
        while waiting:
            needed = _advance(waiting[-1])
            if needed is None:
                waiting.pop()
            elif needed.is_waiting:
                raise ReplyError("references lead to each other and to no value")
            elif len(waiting) >= budget.limits.graph_depth:
                raise ReplyError(f"references follow each other more than {budget.limits.graph_depth} times")
            else:
                waiting.append(needed)


def _advance(alias: Alias) -> Alias | None:
    """Walk on; return the alias that must be followed first, or None when this one is done."""
    alias.is_waiting = True
    while not alias.is_done:
        if type(alias.at) is Alias:
            if not alias.at.is_done:
                return alias.at
            alias.at = alias.at.at
        elif alias.keys:
            alias.at = own_value(alias.at, alias.keys.pop())
        else:
            alias.is_done = True
            put(alias.container, alias.key, alias.at)
    alias.is_waiting = False
    return None


def own_value(container: object, key: str) -> object:
    """Return the item or entry. Raises ReplyError for anything but a key of plain data."""
    if type(container) is dict and key in container:
        return container[key]
    if type(container) is list and INDEX.fullmatch(key) and (index := int(key)) < len(container):
        return container[index]
    raise ReplyError(f"reference key {key[:80]!r} is not in plain data")


def put(container: Container, key: int | str, value: object) -> None:
    """Set the item or entry; `key` was read from this very container. An undefined entry is absent."""
    if isinstance(container, list):
        container[int(key)] = value
    elif value is UNDEFINED:
        del container[str(key)]
    else:
        container[str(key)] = value


PLAIN: Final[dict[type, Callable[..., Iterable[object]]]] = {list: iter, dict: dict.values}
OPAQUE: Final[dict[type, Callable[..., Iterable[object]]]] = {
    Map: lambda value: chain.from_iterable(value.items()),
    Set: iter,
    Promise: lambda value: (value.value,),
    ReplyIterator: lambda value: value.items,
    ReplyStream: lambda value: (*value.items, value.return_value),
    ServerReference: lambda value: value.bound or (),
}
CONTENTS: Final = PLAIN | OPAQUE
LENGTHS: Final[dict[type, Callable[..., int]]] = {
    dict: lambda value: sum(map(len, value)),
    **dict.fromkeys((str, bytes, ArrayBuffer, Uint8ClampedArray, DataView, array), len),
}
"""What is long by itself, and how long: a dict through its keys."""
SHORT: Final = 64
"""Shorter texts cost no more than a number, however often they are met."""


def is_weighty(value: object) -> bool:
    """Whether a value leads further, or is a text or bytes so long that meeting it again costs."""
    if type(value) in CONTENTS:
        return True
    return type(value) in LENGTHS and len(cast("Sized", value)) > SHORT  # each kind in LENGTHS has a length


class _Walk:
    """A depth-first walk along every path of the finished graph; its cost is what it counts."""

    __slots__ = ("_budget", "_levels", "_opaque_levels", "_seen", "_stack")

    def __init__(self, budget: Budget) -> None:
        self._budget = budget
        self._levels: dict[int, int] = {}
        self._opaque_levels: list[int] = []
        self._seen: set[int] = set()
        self._stack: list[tuple[object, Iterator[object]]] = []

    def run(self, root: object) -> None:
        self._enter(root)
        while self._stack:
            container, contents = self._stack[-1]
            for value in contents:
                if self._enter(value):
                    break
            else:
                self._leave(container)

    def _enter(self, value: object) -> bool:
        """Pay for what is in the value; return whether there is a way on."""
        kind = type(value)
        if kind in LENGTHS:
            self._charge_repetition(value, LENGTHS[kind])
        if kind not in CONTENTS:
            return False
        if id(value) in self._levels:
            self._check_circle(self._levels[id(value)])
            return False
        if len(self._stack) >= self._budget.limits.graph_depth:
            raise ReplyError(f"values are nested deeper than {self._budget.limits.graph_depth}")
        contents = tuple(CONTENTS[kind](value))
        self._budget.charge_values(len(contents))
        further = [item for item in contents if is_weighty(item)]
        if further:
            self._push(value, iter(further))
        return bool(further)

    def _push(self, container: object, contents: Iterator[object]) -> None:
        if type(container) in OPAQUE:
            self._opaque_levels.append(len(self._stack))
        self._levels[id(container)] = len(self._stack)
        self._stack.append((container, contents))

    def _leave(self, container: object) -> None:
        self._stack.pop()
        level = self._levels.pop(id(container))
        if self._opaque_levels and self._opaque_levels[-1] == level:
            self._opaque_levels.pop()

    def _check_circle(self, level: int) -> None:
        if self._opaque_levels and self._opaque_levels[-1] >= level:
            raise ReplyError("a Map, Set, promise, stream or action contains itself")

    def _charge_repetition(self, value: object, length: Callable[..., int]) -> None:
        if id(value) in self._seen:
            self._budget.charge_text(length(value))
        else:
            self._seen.add(id(value))


def check_graph(root: object, budget: Budget) -> None:
    """Refuse a graph that is too deep, expands to too much, or has a circle that is not plain data."""
    _Walk(budget).run(root)
