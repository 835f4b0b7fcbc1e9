"""Shells: the Maps, promises, actions and streams of a reply, made empty and filled when all data is there.

    "$Q1" and row 1 = [["a", 1]]   ->   an empty Map first, {"a": 1} in it at the end

Filling reads finished lists and dicts and calls nothing, so a shell cannot be filled twice or by halves.
"""

from __future__ import annotations

from typing import cast

from wingbeat.errors import ReplyError

from .limits import Limits
from .model import ServerReference
from .reply_values import Map, Promise, ReplyIterator, ReplyStream, Set

__all__ = ["Root", "Shells"]

Root = list[object]
"""A row's value as the only item of a list, so that a reference at the very top has a container too."""

LARGE_KEY = 2**60


class Shells:
    """The shells of one reply, by the row they are filled from."""

    __slots__ = ("actions", "collections", "promises", "streams")

    def __init__(self) -> None:
        self.promises: dict[int, Promise] = {}
        self.actions: dict[int, ServerReference] = {}
        self.collections: dict[int, Map | Set | ReplyIterator] = {}
        self.streams: list[tuple[ReplyStream, list[Root], Root]] = []

    @property
    def are_used(self) -> bool:
        """Whether there is any shell."""
        return bool(self.promises or self.actions or self.collections or self.streams)

    def fill(self, roots: dict[int, Root], limits: Limits) -> set[int]:
        """Fill every shell. Returns the identities of the lists that became a Map, Set or iterator."""
        used: set[int] = set()
        for row, collection in self.collections.items():
            initializer = roots[row][0]
            if id(initializer) in used or type(initializer) is not list:
                raise ReplyError(f"row {row:x} does not initialize a {type(collection).__name__}")
            items = cast("list[object]", initializer)
            used.add(id(items))
            fill_collection(collection, items, limits)
        for row, promise in self.promises.items():
            promise.value = roots[row][0]
            if id(promise.value) in used:
                raise ReplyError(f"row {row:x} is a collection and a promise")
        for row, action in self.actions.items():
            fill_action(action, roots[row][0], limits)
        for stream, chunks, closing in self.streams:
            fill_stream(stream, chunks, closing)
        return used


def fill_collection(collection: Map | Set | ReplyIterator, items: list[object], limits: Limits) -> None:
    """Put the items of a finished list into the collection."""
    if isinstance(collection, ReplyIterator):
        collection.items = items.copy()
        return
    if len(items) > limits.map_entries:
        raise ReplyError(f"read {len(items)} entries, expected no more than {limits.map_entries}")
    if isinstance(collection, Set):
        collection.fill(map(check_key, items))
        return
    for entry in cast("list[list[object]]", items):
        if type(entry) is not list or len(entry) != 2:  # noqa: PLR2004 (key and value)
            raise ReplyError("Map entry is not a pair")
        check_key(entry[0])
    collection.fill(cast("list[tuple[object, object]]", items))  # a list of two is unpacked like a tuple


def check_key(key: object) -> object:
    """Return the key. Python's hash of a large integer is its remainder, which the sender can choose."""
    if isinstance(key, int) and abs(key) >= LARGE_KEY:
        raise ReplyError("BigInt is too large for a key")
    return key


def fill_action(action: ServerReference, metadata: object, limits: Limits) -> None:
    """Take id and bound arguments from `{"id": …, "bound": …}`."""
    if type(metadata) is not dict or not metadata.keys() <= {"id", "bound"}:
        raise ReplyError("server reference is not an object of id and bound")
    fields = cast("dict[str, object]", metadata)
    name = fields.get("id")
    if not isinstance(name, str) or not name:
        raise ReplyError("server reference has no id")
    action.id = name
    action.bound = bound_arguments(fields.get("bound"), limits)


def bound_arguments(bound: object, limits: Limits) -> tuple[object, ...] | None:
    """Return the list that a promise holds, as a tuple."""
    if bound is None:
        return None
    value = bound.value if isinstance(bound, Promise) else None
    if type(value) is not list:
        raise ReplyError("bound arguments are not a promise of a list")
    arguments = cast("list[object]", value)
    if len(arguments) > limits.bound_arguments:
        raise ReplyError(
            f"read {len(arguments)} bound arguments, expected no more than {limits.bound_arguments}"
        )
    return tuple(arguments)


def fill_stream(stream: ReplyStream, chunks: list[Root], closing: Root) -> None:
    """Take the chunks; those of a byte stream must be bytes."""
    stream.items = [chunk[0] for chunk in chunks]
    stream.return_value = closing[0]
    if stream.kind == "r" and not all(isinstance(item, bytes) for item in stream.items):
        raise ReplyError("chunk of a byte stream is not bytes")
