"""What an encoder remembers of one response: ids given out, rows written, and where each value stands.

A value met a second time becomes a reference to where it stood first: `$0:items:3` is row 0, `items`, 3.
Values are known by identity, so the ledger holds on to them: a freed object's id would be used again.
`mark` and `rewind` make a row all or nothing, because a reference into a row that was never sent would
leave the browser waiting until the end.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final, Literal, NamedTuple, TypeAlias

from .model import Element
from .rows import length_row, text_row

__all__ = [
    "ELSEWHERE",
    "NOWHERE",
    "PROPS",
    "Hole",
    "Ledger",
    "Mark",
    "Place",
    "describe_place",
    "path_reference",
]

Place: TypeAlias = "tuple[object, Place | None, str | int]"
"""A container, the place of the container it stands in, and under which key. Without a place: the row."""

ELSEWHERE: Final = -1
"""Instead of a row: the value gets a row of its own as soon as it is met."""
NOWHERE: Final = -2
"""Instead of a row: an item of a stream, which no reference can name."""

PROPS: Final = "props:"


@dataclass(frozen=True, slots=True)
class Hole:
    """A row that waits: the driver awaits `source`, then tells the encoder."""

    row: int
    kind: Literal["node", "promise", "stream"]
    """`"node"`: a Lazy. `"promise"`: an awaitable. Both end with `resolve` or `reject`.
    `"stream"`: an async iterable; each item is an `add_item`, its end is `close` or `reject`."""
    source: object
    of_bytes: bool = False
    """Whether the items of the stream are chunks of bytes."""


class Mark(NamedTuple):
    """How long each list and table of a ledger was."""

    rows: int
    next_row: int
    seen: int
    texts: int
    own_rows: int
    references: int
    modules: int
    holes: int
    opened: int


class Ledger:
    """The tables of one response."""

    def __init__(self) -> None:
        self.rows: list[bytes] = []
        self.next_row = 0
        self.seen: dict[int, Place] = {}
        self.texts: dict[str, str] = {}
        self.own_rows: dict[int, int] = {}
        self.references: dict[int, tuple[object, str]] = {}
        self.modules: dict[tuple[str, str], int] = {}
        self.holes: dict[int, Hole] = {}
        self.opened: list[Hole] = []
        self.origins: dict[int, tuple[Place | None, str | int]] = {}
        self.drained: dict[int, tuple[object, list[object]]] = {}

    def new_row(self) -> int:
        """Give out the next id."""
        row = self.next_row
        self.next_row = row + 1
        return row

    def write(self, row: int, body: bytes, tag: bytes = b"") -> None:
        """Write a row of JSON."""
        self.rows.append(text_row(row, body, tag))

    def write_bytes(self, tag: str, body: bytes) -> int:
        """Write a row of bytes. Before the row that mentions it: React's client cannot wait for one."""
        row = self.new_row()
        self.rows.append(length_row(row, tag.encode(), body))
        return row

    def write_chunk(self, row: int, data: bytes) -> None:
        """Write a piece of a stream of bytes."""
        self.rows.append(length_row(row, b"b", data))

    def open_hole(self, hole: Hole) -> None:
        """Note that a row waits."""
        self.holes[hole.row] = hole
        self.opened.append(hole)

    def mark(self) -> Mark:
        """Remember where everything ends now."""
        return Mark(
            len(self.rows),
            self.next_row,
            len(self.seen),
            len(self.texts),
            len(self.own_rows),
            len(self.references),
            len(self.modules),
            len(self.holes),
            len(self.opened),
        )

    def rewind(self, mark: Mark, seen: Mapping[int, Place] | None = None) -> None:
        """Undo everything since `mark`; `seen`, if given, is what was seen then."""
        del self.rows[mark.rows :]
        del self.opened[mark.opened :]
        self.next_row = mark.next_row
        self.forget(mark, seen)
        for table, length in (
            (self.references, mark.references),
            (self.modules, mark.modules),
            (self.holes, mark.holes),
        ):
            while len(table) > length:
                table.popitem()

    def forget(self, mark: Mark, seen: Mapping[int, Place] | None = None) -> None:
        """Forget the values seen since `mark`: what is written stays, nothing refers to it any more."""
        if seen is not None:
            self.seen.clear()
            self.seen.update(seen)
        while len(self.seen) > mark.seen:
            self.seen.popitem()
        while len(self.texts) > mark.texts:
            self.texts.popitem()
        while len(self.own_rows) > mark.own_rows:
            self.own_rows.popitem()


def path_reference(place: Place) -> str | None:
    """Return the reference to the value at `place`, or `None` when a key on the way has a colon."""
    keys: list[str] = []
    _, parent, key = place
    while parent is not None:
        name = str(key)
        if ":" in (name.removeprefix(PROPS) if isinstance(parent[0], Element) else name):
            return None
        keys.append(name)
        _, parent, key = parent
    if key == NOWHERE:
        return None
    return ":".join([f"${key:x}", *reversed(keys)])


def describe_place(ledger: Ledger, parent: Place | None, key: str | int) -> str:
    """Return the path to a value as a developer writes it: `value.items[3].owner`."""
    steps: list[str] = []
    while True:
        if parent is not None:
            steps.append(_step(parent[0], key))
            _, parent, key = parent
        elif isinstance(key, int) and key in ledger.origins:
            parent, key = ledger.origins[key]
        else:
            return "value" + "".join(reversed(steps))


def _step(container: object, key: str | int) -> str:
    if isinstance(key, int):
        return f"[{key}]"
    name = key.removeprefix(PROPS) if isinstance(container, Element) else key
    return f".{name}" if name.isidentifier() else f"[{name[:80]!r}]"
