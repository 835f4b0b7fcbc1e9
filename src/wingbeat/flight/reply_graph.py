"""Bound what the references of a reply build: how deep, how large when each is followed, and no circles.

    30 rows of two references to the next row   ->   2^30 values: refused, after 30 steps

What is met again costs what it holds, again. A circle of dicts and lists is data, as it is in React; one
that leads through a Map, a Set, a promise, a stream or an action is refused. No recursion: a stack.
"""

from __future__ import annotations

from array import array
from collections.abc import Callable, Iterable, Sized
from itertools import chain
from typing import Final, cast, final

from wingbeat.errors import ReplyError

from .budget import Budget
from .model import ServerReference
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

__all__ = ["check_graph"]


def _of_map(value: Map) -> Iterable[object]:
    return chain.from_iterable(value.items())


def _of_promise(value: Promise) -> Iterable[object]:
    return (value.value,)


def _of_iterator(value: ReplyIterator) -> Iterable[object]:
    return value.items


def _of_stream(value: ReplyStream) -> Iterable[object]:
    return (*value.items, value.return_value)


def _of_action(value: ServerReference) -> Iterable[object]:
    return value.bound or ()


OPAQUE: Final[dict[type, Callable[..., Iterable[object]]]] = {
    Map: _of_map,
    Set: iter,
    Promise: _of_promise,
    ReplyIterator: _of_iterator,
    ReplyStream: _of_stream,
    ServerReference: _of_action,
}
CONTENTS: Final[dict[type, Callable[..., Iterable[object]]]] = {
    list: iter,
    dict: dict[str, object].values,
    **OPAQUE,
}
LONG_KINDS: Final = frozenset({str, bytes, ArrayBuffer, Uint8ClampedArray, DataView, array})
SHORT: Final = 64
"""Shorter texts cost no more than a number, however often they are met."""
BYTES_PER_VALUE: Final = 16
CIRCLE_FACTOR: Final = 10
"""A circle has to be walked again on every way into it, so what is in one costs more."""


def is_weighty(value: object) -> bool:
    """Whether a value leads further, or is a text or bytes so long that meeting it again costs."""
    if type(value) in CONTENTS:
        return True
    return type(value) in LONG_KINDS and len(cast("Sized", value)) > SHORT  # each of these has a length


@final
class _Step:
    """A container on the way: what of it is still ahead, and what is known of it so far."""

    __slots__ = ("ahead", "container", "height", "level", "lowest", "weight")

    def __init__(self, container: object, ahead: list[object], level: int, weight: int) -> None:
        self.container = container
        self.ahead = ahead
        self.level = level
        self.lowest = level
        self.height = 1
        self.weight = weight


class _Walk:
    """A depth-first walk through the finished graph."""

    __slots__ = ("_budget", "_known", "_levels", "_opaque_levels", "_seen", "_steps")

    def __init__(self, budget: Budget) -> None:
        self._budget = budget
        self._steps: list[_Step] = []
        self._levels: dict[int, int] = {}
        self._opaque_levels: list[int] = []
        self._known: dict[int, tuple[int, int]] = {}
        self._seen: set[int] = set()

    def run(self, root: object) -> None:
        self._enter(root)
        while self._steps:
            step = self._steps[-1]
            if not step.ahead:
                self._leave(self._steps.pop())
            else:
                self._meet(step.ahead.pop(), step)

    def _meet(self, value: object, step: _Step) -> None:
        """Pay for a value in the last container, and go into it unless it is known."""
        if type(value) not in CONTENTS:
            self._charge_text(value, step)
        elif id(value) in self._known:
            weight, height = self._known[id(value)]
            self._budget.charge_values(weight)
            step.weight += weight
            step.height = max(step.height, height + 1)
            self._check_depth(step.level + height)
        elif id(value) in self._levels:
            level = self._levels[id(value)]
            if self._opaque_levels and self._opaque_levels[-1] >= level:
                raise ReplyError("a Map, Set, promise, stream or action contains itself")
            step.lowest = min(step.lowest, level)
        else:
            self._enter(value)

    def _enter(self, container: object) -> None:
        """Pay for what is in a container, and go into it when that leads further."""
        kind = type(container)
        contents = tuple(CONTENTS[kind](container)) if kind in CONTENTS else ()
        level = len(self._steps)
        self._check_depth(level)
        # Met before and still not known: it is part of a circle.
        self._budget.charge_values(len(contents) * (CIRCLE_FACTOR if id(container) in self._seen else 1))
        self._seen.add(id(container))
        step = _Step(container, [item for item in contents if is_weighty(item)], level, len(contents))
        if type(container) is dict:
            step.weight += sum(map(len, cast("dict[str, object]", container))) // BYTES_PER_VALUE
        if step.ahead:
            self._push(step)
        else:
            self._close(step)

    def _push(self, step: _Step) -> None:
        if type(step.container) in OPAQUE:
            self._opaque_levels.append(step.level)
        self._levels[id(step.container)] = step.level
        self._steps.append(step)

    def _leave(self, step: _Step) -> None:
        del self._levels[id(step.container)]
        if self._opaque_levels and self._opaque_levels[-1] == step.level:
            self._opaque_levels.pop()
        self._close(step)

    def _close(self, step: _Step) -> None:
        """Remember what a container holds, and add it to the one it stands in."""
        if step.lowest == step.level:  # nothing below leads back above: it is the same from everywhere
            self._known[id(step.container)] = (step.weight, step.height)
        if self._steps:
            above = self._steps[-1]
            above.weight += step.weight
            above.height = max(above.height, step.height + 1)
            above.lowest = min(above.lowest, step.lowest)

    def _charge_text(self, value: object, step: _Step) -> None:
        weight = len(cast("Sized", value)) // BYTES_PER_VALUE  # is_weighty let it through
        step.weight += weight
        if id(value) in self._seen:
            self._budget.charge_values(weight)
        self._seen.add(id(value))

    def _check_depth(self, level: int) -> None:
        if level >= self._budget.limits.graph_depth:
            raise ReplyError(f"values are nested deeper than {self._budget.limits.graph_depth}")


def check_graph(root: object, budget: Budget) -> None:
    """Refuse a graph that is too deep, expands to too much, or has a circle that is not plain data."""
    _Walk(budget).run(root)
