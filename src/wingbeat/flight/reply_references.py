"""Follow the references of a reply once all its rows are read.

    [{"a": 1}, "$0:0"]   ->   the same dict twice

A reference walks own keys of plain dicts and lists, nothing else: no attribute is read here. References
that only lead to each other are refused. No recursion: an alias that needs another one waits in a list.
"""

from __future__ import annotations

import re
from typing import Any, final

from wingbeat.errors import ReplyError

from .budget import Budget
from .model import UNDEFINED, Json

__all__ = ["Alias", "Container", "follow_aliases"]

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


def own_value(container: Any, key: str) -> object:
    """Return the item or entry. Raises ReplyError for anything but a key of plain data."""
    data: Json = container  # or anything else, which is refused
    if type(data) is dict and key in data:
        return data[key]
    if type(data) is list and INDEX.fullmatch(key) and (index := int(key)) < len(data):
        return data[index]
    raise ReplyError(f"reference key {key[:80]!r} is not in plain data")


def put(container: Container, key: int | str, value: object) -> None:
    """Set the item or entry; `key` was read from this very container. An undefined entry is absent."""
    if isinstance(container, list):
        container[int(key)] = value
    elif value is UNDEFINED:
        del container[str(key)]
    else:
        container[str(key)] = value
