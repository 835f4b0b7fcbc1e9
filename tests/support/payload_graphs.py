"""Random graphs of every value that can travel, with shared objects, cycles and holes, for Hypothesis.

Left out is what JavaScript cannot show or React cannot send: a Map that contains itself, a promise of a
promise (JavaScript flattens it), an action that is bound to itself.
"""

from __future__ import annotations

from array import array
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta, timezone
from decimal import Decimal
from enum import Enum
from uuid import UUID

from hypothesis import strategies as st

from support.payload_oracle import Failing, Items, Later
from wingbeat.flight import (
    FRAGMENT,
    SUSPENSE,
    UNDEFINED,
    BigInt,
    ClientReference,
    Element,
    File,
    FormData,
    Hole,
    Lazy,
    PayloadEncoder,
    ReactSymbol,
    ReadableStream,
    ServerReference,
)
from wingbeat.flight.reply_values import (
    ArrayBuffer,
    DataView,
    Map,
    Promise,
    ReplyIterator,
    Set,
    Uint8ClampedArray,
)

__all__ = ["Graph", "graphs", "settle"]


@dataclass
class Graph:
    """A value, and what each of its pending nodes will resolve to."""

    value: object = None
    fillings: dict[int, object] = field(default_factory=dict)


class Colour(Enum):
    RED = "$red"
    SEVEN = 7


@dataclass
class Record:
    name: object
    other: object


TEXTS = st.one_of(
    st.sampled_from(
        [
            "",
            "a",
            "$",
            "$$",
            "$L1",
            "$@1",
            "$0",
            "$undefined",
            "@",
            '1:I["x"]\n',
            "0:{}\n",
            "\u2028\x00\r\n",
            "é€😀",
        ]
    ),
    st.text(st.characters(), max_size=12),
    st.sampled_from(["x" * 1023, "é" * 1024, "$" + "y" * 2000, "😀\n" * 600, "\ud800" * 1030]),
)
KEYS = st.one_of(
    st.sampled_from(
        ["a", "b", "children", "0", "10", "", "$k", "constructor", "__proto__", "toJSON", "props"]
    ),
    st.text(st.characters(), max_size=4).map(lambda text: text.replace(":", "")),
)
COLON_KEYS = st.one_of(KEYS, st.sampled_from(["a:b", ":", "xlink:href"]))
NUMBERS = st.one_of(
    st.integers(-(2**53) + 1, 2**53 - 1),
    st.sampled_from([0.0, -0.0, 1.0, float("nan"), float("inf"), float("-inf"), 1e21, 5e-324, 2.0**53, -1.5]),
    st.floats(),
    st.integers(-(2**200), 2**200).map(BigInt),
)
MOMENTS = st.one_of(
    st.datetimes(),
    st.datetimes(
        datetime(1, 1, 3),  # noqa: DTZ001 (the strategy gives the zone)
        datetime(9999, 12, 29),  # noqa: DTZ001
        timezones=st.integers(-1439, 1439).map(lambda minutes: timezone(timedelta(minutes=minutes))),
    ),
    st.just(datetime(2020, 1, 1, tzinfo=UTC)),
)
BINARIES = st.one_of(
    # Shorter bytes are one object in CPython, however often they are made.
    st.binary(min_size=2, max_size=20).map(bytearray).map(bytes),
    st.binary(max_size=20).map(bytearray),
    st.binary(max_size=20).map(memoryview),
    st.binary(max_size=20).map(ArrayBuffer),
    st.binary(max_size=20).map(DataView),
    st.binary(max_size=20).map(Uint8ClampedArray),
    st.sampled_from([array(code, [1, 0, 10]) for code in "bBhHiIqQfd"]).map(lambda values: values[:]),
    st.just("\n:,0:null\n").map(str.encode),
)
LEAVES = st.one_of(
    TEXTS,
    NUMBERS,
    st.sampled_from([None, True, False, UNDEFINED]),
    MOMENTS,
    st.dates(),
    st.times(),
    st.timedeltas(),
    st.uuids(),
    st.decimals(),
    st.sampled_from([Colour.RED, Colour.SEVEN, SUSPENSE, ReactSymbol("$mine")]),
    st.sampled_from(
        [ClientReference("/a.js", "default"), ClientReference("$b", "$x"), ClientReference("/a.js", "b")]
    ),
    st.builds(ValueError, st.sampled_from(["", "$secret", "é"])),
)
TAGS = st.one_of(
    st.sampled_from(["div", "li", "$x", FRAGMENT, SUSPENSE]),
    st.builds(ClientReference, st.just("/c.js"), st.sampled_from(["default", "Other"])),
)
FORMS = st.lists(
    st.tuples(
        st.sampled_from(["a", "b", "$K1"]),
        st.one_of(TEXTS.map(lambda text: text.encode("utf-8", "replace").decode()), st.just(None)),
    ),
    max_size=3,
).map(lambda entries: FormData([(name, File(b"$\n") if text is None else text) for name, text in entries]))

CONTAINERS = [
    "list",
    "dict",
    "tuple",
    "element",
    "map",
    "set",
    "mixed dict",
    "iterator",
    "record",
    "action",
    "form",
]
HOLES = [
    "lazy",
    "promise",
    "later",
    "items",
    "stream",
    "failing",
    "settled lazy",
    "rejected lazy",
    "bytes stream",
]


@st.composite
def graphs(draw: st.DrawFn, *, size: int = 24, holes: bool = True) -> Graph:
    """Draw one value, with nodes, promises and streams that come later if `holes`."""
    holes = holes and draw(st.booleans())
    builder = _Builder(draw, size, HOLES if holes else [], KEYS if holes else COLON_KEYS)
    builder.graph.value = {"v": builder.values(6)}
    return builder.graph


class _Builder:
    """Draws values; `pool` holds every container that may be met again, also those not finished yet."""

    def __init__(self, draw: st.DrawFn, size: int, holes: list[str], keys: st.SearchStrategy[str]) -> None:
        self.draw = draw
        self.size = size
        self.keys = keys
        self.pool: list[object] = []
        self.graph = Graph()
        self.kinds = ["leaf"] * 4 + ["binary", "file", "again", "again", *CONTAINERS, *holes]

    def value(self) -> object:
        self.size -= 1
        kind = self.draw(st.sampled_from(self.kinds)) if self.size > 0 else "leaf"
        if kind == "again" and self.pool:
            return self.draw(st.sampled_from(self.pool))
        return getattr(self, f"make_{kind.replace(' ', '_')}", self.make_leaf)()

    def values(self, most: int = 4) -> list[object]:
        return [self.value() for _ in range(self.draw(st.integers(0, most)))]

    def keep(self, value: object) -> object:
        self.pool.append(value)
        return value

    def make_leaf(self) -> object:
        return self.draw(LEAVES)

    def make_binary(self) -> object:
        return self.keep(self.draw(BINARIES))

    def make_file(self) -> object:
        return self.keep(File(self.draw(st.binary(max_size=9)), "n.txt", "text/plain"))

    def make_form(self) -> object:
        return self.keep(self.draw(FORMS))

    def make_list(self) -> object:
        made = self.keep([])
        made.extend(self.values())
        return made

    def make_tuple(self) -> object:
        return self.keep((self.value(), *self.values(3)))  # all empty tuples are one object

    def make_dict(self) -> object:
        made = self.keep({})
        for _ in range(self.draw(st.integers(0, 4))):
            made[self.draw(self.keys)] = self.value()
        return made

    def make_record(self) -> object:
        made = self.keep(Record(None, None))
        made.name, made.other = self.value(), self.value()
        return made

    def make_element(self) -> object:
        props: dict[str, object] = {}
        made = self.keep(Element(self.draw(TAGS), self.draw(st.sampled_from([None, "k", "$k", "1"])), props))
        for _ in range(self.draw(st.integers(0, 3))):
            props[self.draw(self.keys)] = self.value()
        return made

    def make_map(self) -> object:
        return self.keep(Map([(self.key(), self.value()) for _ in range(self.draw(st.integers(0, 3)))]))

    def key(self) -> object:
        # Two pending nodes are two keys, and one when they are resolved in place: not a question to ask.
        value = self.value()
        if isinstance(value, Lazy):
            return None
        # What arrives as text could be the same text as another key.
        is_text = isinstance(value, date | time | timedelta | UUID | Decimal | Enum)
        return str(value) if is_text and not isinstance(value, datetime) else value

    def make_mixed_dict(self) -> object:
        return self.keep({self.draw(st.integers(0, 9)): self.value(), "text": self.value()})

    def make_set(self) -> object:
        return self.keep(Set(self.key() for _ in range(self.draw(st.integers(0, 3)))))

    def make_iterator(self) -> object:
        return self.keep(ReplyIterator(self.values(3)))

    def make_action(self) -> object:
        # Each mention of an action is a new function in the browser, so it may not be met from inside.
        bound = self.draw(st.sampled_from([None, ()]))
        reference = ServerReference(self.draw(st.sampled_from(["a#b", "$id", ""])), bound)
        if bound is not None:
            reference.bound = tuple(self.values(2))
        return reference

    def settled(self) -> object:
        value = self.value()
        while isinstance(value, Promise | Later | Lazy):
            value = value.outcome if isinstance(value, Later) else value.value
            value = None if isinstance(value, Failing) else value
        return value

    def make_lazy(self) -> object:
        made = self.keep(Lazy())
        self.graph.fillings[id(made)] = self.settled()
        self.graph.fillings[-id(made)] = made  # kept, so that no other object gets its id
        return made

    def make_settled_lazy(self) -> object:
        made = Lazy()
        made.resolve(self.settled())
        return made

    def make_rejected_lazy(self) -> object:
        made = Lazy()
        made.reject(ValueError("no"))
        return made

    def make_promise(self) -> object:
        made = self.keep(Promise())
        made.value = self.settled()
        return made

    def make_later(self) -> object:
        made = self.keep(Later(None))
        made.outcome = self.settled()
        return made

    def make_failing(self) -> object:
        return self.keep(Later(Failing(ValueError("late"))))

    def items(self) -> Items:
        # Items of a stream keep identity among themselves only inside one item.
        outer, self.pool = self.pool, []
        kinds, self.kinds = self.kinds, ["leaf", "binary", *CONTAINERS, "again"]
        items = []
        for _ in range(self.draw(st.integers(0, 3))):
            self.pool = []
            items.append(self.value())
        self.pool, self.kinds = outer, kinds
        return Items(items)

    def make_items(self) -> object:
        made = self.keep(self.items())
        made.error = self.draw(st.sampled_from([None, None, ValueError("cut")]))
        return made

    def make_stream(self) -> object:
        # Never an error: a ReadableStream that fails drops the chunks that nobody has read.
        return self.keep(ReadableStream(self.items()))

    def make_bytes_stream(self) -> object:
        chunks = self.draw(st.lists(st.binary(min_size=1, max_size=5).map(bytearray), max_size=3))
        return self.keep(ReadableStream(Items(chunks), of_bytes=True))


def settle(encoder: PayloadEncoder, graph: Graph, choose: Callable[[list[Hole]], Hole]) -> bytes:
    """Fill every hole of an encoder with what the graph says, one at a time; return the payload."""
    sent = encoder.data_to_send()
    holes = encoder.take_holes()
    at: dict[int, int] = {}
    while holes:
        hole = choose(holes)
        if not _advance(encoder, graph, hole, at):
            holes.remove(hole)
        holes += encoder.take_holes()
        sent += encoder.data_to_send()
    assert not encoder.pending
    return b"".join(sent)


def _advance(encoder: PayloadEncoder, graph: Graph, hole: Hole, at: dict[int, int]) -> bool:
    """Take one step with a hole; say whether it is still open."""
    source = hole.source
    if isinstance(source, Lazy):
        source.resolve(graph.fillings[id(source)])
        encoder.resolve(hole.row, source.value)
    elif isinstance(source, Later) and isinstance(source.outcome, Failing):
        encoder.reject(hole.row, source.outcome.error)
    elif isinstance(source, Later):
        encoder.resolve(hole.row, source.outcome)
    elif (index := at.get(hole.row, 0)) < len(source.items):
        encoder.add_item(hole.row, source.items[index])
        at[hole.row] = index + 1
        return True
    elif source.error is not None:
        encoder.reject(hole.row, source.error)
    else:
        encoder.close(hole.row)
    return False
