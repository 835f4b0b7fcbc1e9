"""Follow the references of a reply once all its rows are read, and bound what they build.

    [{"a": 1}, "$0:0"]   ->   the same dict twice

A reference walks own keys of plain dicts and lists, nothing else: no attribute is read here. References that
only lead to each other are refused; so is a circle through a Map, a Set, a promise, a stream or an action.
A circle of dicts and lists is data, as it is in React.
"""

from __future__ import annotations

import re
from array import array
from collections.abc import Callable, Iterable, Iterator
from itertools import chain
from typing import Final, final

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


class _Walk:
    """A depth-first walk through every path of the finished graph; its cost is what it counts."""

    __slots__ = ("_budget", "_levels", "_opaque_levels", "_seen")

    def __init__(self, budget: Budget) -> None:
        self._budget = budget
        self._levels: dict[int, int] = {}
        self._opaque_levels: list[int] = []
        self._seen: set[int] = set()

    def run(self, root: object) -> None:
        stack: list[tuple[object, Iterator[object]]] = []
        self._enter(root, stack)
        while stack:
            container, contents = stack[-1]
            for value in contents:
                if self._enter(value, stack):
                    break
            else:
                self._leave(container)
                stack.pop()

    def _enter(self, value: object, stack: list[tuple[object, Iterator[object]]]) -> bool:
        kind = type(value)
        self._budget.charge_visit(self._repeated(value, LENGTHS[kind]) if kind in LENGTHS else 0)
        contents = CONTENTS.get(kind)
        if contents is None:
            return False
        if id(value) in self._levels:
            self._check_circle(self._levels[id(value)])
            return False
        if len(stack) >= self._budget.limits.graph_depth:
            raise ReplyError(f"values are nested deeper than {self._budget.limits.graph_depth}")
        if kind in OPAQUE:
            self._opaque_levels.append(len(stack))
        self._levels[id(value)] = len(stack)
        stack.append((value, iter(contents(value))))
        return True

    def _leave(self, container: object) -> None:
        level = self._levels.pop(id(container))
        if self._opaque_levels and self._opaque_levels[-1] == level:
            self._opaque_levels.pop()

    def _check_circle(self, level: int) -> None:
        if self._opaque_levels and self._opaque_levels[-1] >= level:
            raise ReplyError("a Map, Set, promise, stream or action contains itself")

    def _repeated(self, value: object, length: Callable[..., int]) -> int:
        """Return how long the value is when it is met again, and 0 at first."""
        if id(value) in self._seen:
            return length(value)
        self._seen.add(id(value))
        return 0


def check_graph(root: object, budget: Budget) -> None:
    """Refuse a graph that is too deep, expands to too much, or has a circle that is not plain data."""
    _Walk(budget).run(root)
