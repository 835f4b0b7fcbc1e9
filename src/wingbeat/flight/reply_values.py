"""What Python has no value for: JavaScript's collections, promises, iterators, streams and buffers.

All of it has arrived: awaiting and iterating never wait. Only texts and
numbers are ever hashed: to Python 1 and true are one key, and a list is none.

    new Map([[1, "a"], [true, "b"]])   ->   Map([(1, "a"), (True, "b")])   (two entries)
"""

from __future__ import annotations

import math
from collections.abc import AsyncIterator, Collection, Generator, Hashable, Iterable, Iterator, Mapping
from typing import Literal, final

from wingbeat.errors import ArgumentRefused

from .model import UNDEFINED, BigInt

__all__ = [
    "ArrayBuffer",
    "DataView",
    "Map",
    "Promise",
    "ReplyIterator",
    "ReplyStream",
    "Set",
    "StreamKind",
    "Uint8ClampedArray",
]


def identity(key: object) -> Hashable:
    """Return what is equal exactly when JavaScript takes two keys for the same one.

    1 and 1.0 are the same, 1, true, "1" and 1n are four keys, and an object is only itself.
    """
    if isinstance(key, str):
        return key
    if isinstance(key, bool) or key is None or key is UNDEFINED:
        return (type(key), key)
    if isinstance(key, BigInt):
        # As text: the sender can choose integers that share one hash, but no such texts.
        return (BigInt, str(int(key)))
    if isinstance(key, float) and math.isnan(key):
        return (float, "NaN")
    if isinstance(key, int | float):
        return (float, key)
    return (object, id(key))


@final
class Map(Mapping[object, object]):
    """JavaScript's `Map`: entries in order, keys compared as JavaScript does, so any value can be a key."""

    __slots__ = ("_entries",)

    def __init__(self, entries: Iterable[tuple[object, object]] = ()) -> None:
        self._entries: dict[Hashable, tuple[object, object]] = {}
        self.fill(entries)

    def fill(self, entries: Iterable[tuple[object, object]]) -> None:
        """Put in what arrived after the Map itself; once the decoder has done so, it is read-only."""
        for key, value in entries:
            same = identity(key)
            # JavaScript keeps the first key and its place, and takes the last value.
            first = self._entries.get(same, (key, value))[0]
            self._entries[same] = (first, value)

    def as_dict(self) -> dict[object, object]:
        """Return a `dict`. Raises ArgumentRefused when a key cannot be one, or two keys become the same."""
        try:
            result = dict(self._entries.values())
        except TypeError as error:
            raise ArgumentRefused("a key of the Map is itself a collection") from error
        if len(result) != len(self._entries):
            raise ArgumentRefused("two keys of the Map are equal in Python")
        return result

    def __getitem__(self, key: object) -> object:
        return self._entries[identity(key)][1]

    def __contains__(self, key: object) -> bool:
        return identity(key) in self._entries

    def __iter__(self) -> Iterator[object]:
        return (key for key, _ in self._entries.values())

    def __len__(self) -> int:
        return len(self._entries)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Map) and list(other._entries.values()) == list(self._entries.values())

    __hash__ = None  # type: ignore[assignment]  # mutable values

    def __repr__(self) -> str:
        return f"<Map of {len(self)}>"


@final
class Set(Collection[object]):
    """JavaScript's `Set`: values in order, compared as JavaScript does, so any value can be in it."""

    __slots__ = ("_values",)

    def __init__(self, values: Iterable[object] = ()) -> None:
        self._values: dict[Hashable, object] = {}
        self.fill(values)

    def fill(self, values: Iterable[object]) -> None:
        """Put in what arrived after the Set itself; once the decoder has done so, it is read-only."""
        for value in values:
            self._values.setdefault(identity(value), value)

    def as_set(self) -> set[object]:
        """Return a `set`. Raises ArgumentRefused when a value cannot be in one, or two become the same."""
        try:
            result = set(self._values.values())
        except TypeError as error:
            raise ArgumentRefused("a value of the Set is itself a collection") from error
        if len(result) != len(self._values):
            raise ArgumentRefused("two values of the Set are equal in Python")
        return result

    def __contains__(self, value: object) -> bool:
        return identity(value) in self._values

    def __iter__(self) -> Iterator[object]:
        return iter(self._values.values())

    def __len__(self) -> int:
        return len(self._values)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Set) and list(other) == list(self)

    __hash__ = None  # type: ignore[assignment]  # mutable values

    def __repr__(self) -> str:
        return f"<Set of {len(self)}>"


@final
class Promise:
    """A promise that has settled: `await` it, or read `value`."""

    __slots__ = ("value",)

    def __init__(self, value: object = None) -> None:
        self.value = value

    def __await__(self) -> Generator[None, None, object]:
        yield from ()  # a generator that yields nothing: awaiting does not wait
        return self.value

    def __repr__(self) -> str:
        return "<Promise>"


@final
class ReplyIterator(Iterator[object]):
    """An iterator that the browser sent: its items, once."""

    __slots__ = ("_at", "items")

    def __init__(self, items: Iterable[object] = ()) -> None:
        self.items = list(items)
        """Everything the iterator brings."""
        self._at = 0

    def __next__(self) -> object:
        if self._at >= len(self.items):
            raise StopIteration
        self._at += 1
        return self.items[self._at - 1]

    def __repr__(self) -> str:
        return "<ReplyIterator>"


StreamKind = Literal["R", "r", "X", "x"]


@final
class ReplyStream:
    """A stream or async iterable that was sent, complete: iterate it with `async for`.

    `kind` is "R" (ReadableStream), "r" (stream of bytes), "X" (AsyncIterable) or "x" (AsyncIterator).
    Only "X" starts again with each loop; the others go on where the last loop stopped.
    """

    __slots__ = ("_at", "error", "items", "kind", "return_value")

    def __init__(
        self, kind: StreamKind = "X", items: Iterable[object] = (), *, return_value: object = UNDEFINED
    ) -> None:
        self.kind: StreamKind = kind
        self.items: list[object] = list(items)
        """Everything the stream brings."""
        self.return_value = return_value
        """What an async generator returned at its end; `UNDEFINED` otherwise."""
        self.error: BaseException | None = None
        """What iterating raises after the last item; only a stream in a payload can have failed."""
        self._at = 0

    async def __aiter__(self) -> AsyncIterator[object]:
        if self.kind == "X":
            for item in self.items:
                yield item
        else:
            while self._at < len(self.items):
                self._at += 1
                yield self.items[self._at - 1]
        if self.error is not None:
            raise self.error

    def __repr__(self) -> str:
        return "<ReplyStream>"


@final
class ArrayBuffer(bytes):
    """The bytes of a JavaScript `ArrayBuffer`; plain `bytes` are a `Uint8Array`."""

    __slots__ = ()


@final
class Uint8ClampedArray(bytes):
    """The bytes of a JavaScript `Uint8ClampedArray`."""

    __slots__ = ()


@final
class DataView(bytes):
    """The bytes of a JavaScript `DataView`."""

    __slots__ = ()
