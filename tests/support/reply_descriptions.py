"""Values of replies as descriptions: lists that begin with their kind and travel to the oracle as JSON.

`draw_value` makes one up, the oracle builds and encodes it, `describe` says what was decoded. A later
occurrence of the same object is `["ref", n]`: the n-th object that began, so identity is compared too.
"""

from __future__ import annotations

import base64
import math
import sys
from array import array
from collections.abc import Callable, Iterable
from datetime import UTC, datetime
from random import Random

from support.node_oracle import NodeOracle, to_base64
from wingbeat.flight import (
    UNDEFINED,
    ArrayBuffer,
    BigInt,
    DataView,
    File,
    FormData,
    Map,
    Part,
    Promise,
    ReplyIterator,
    ReplyStream,
    ServerReference,
    Set,
    TemporaryReference,
    Uint8ClampedArray,
)
from wingbeat.flight.tags import ARRAY_TYPECODES

__all__ = ["ReplyOracle", "describe", "draw_arguments", "exact", "from_wire", "to_wire"]

Description = list[object]
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
ARRAY_NAMES = {code: name for name, code in ARRAY_TYPECODES.items()}
BYTES_NAMES = {ArrayBuffer: "ArrayBuffer", Uint8ClampedArray: "Uint8ClampedArray", DataView: "DataView"}


class ReplyOracle(NodeOracle):
    """The real encoder and decoder, asked in batches."""

    def __init__(self) -> None:
        super().__init__("replies.cjs", {"NODE_ENV": "production"}, "--conditions=react-server")

    def run(self, operation: str, questions: list[object]) -> list[dict[str, object]]:
        """Return for every question `{"value": …}` or `{"error": message}`."""
        answers = self.ask({"operation": operation, "questions": questions}, timeout=120)
        assert isinstance(answers, list)
        return answers

    def one(self, operation: str, question: object) -> object:
        """Return the value for one question, which must not fail."""
        (answer,) = self.run(operation, [question])
        assert "error" not in answer, answer
        return answer["value"]


def exact(description: object) -> object:
    """Return a description from JSON with JavaScript's large numbers, which Python reads as integers."""
    if isinstance(description, list):
        return [exact(part) for part in description]
    if type(description) is int and abs(description) > 2**53:
        return float(description)
    return description


def from_wire(body: object) -> str | list[Part]:
    """Return the body that the oracle described."""
    if isinstance(body, str):
        return body
    assert isinstance(body, list)
    return [
        (name, value if isinstance(value, str) else File(base64.b64decode(value[0]), value[1], value[2]))
        for name, value in body
    ]


def to_wire(body: str | Iterable[Part]) -> object:
    """Return a body as the oracle takes it."""
    if isinstance(body, str):
        return body
    return [
        [name, value if isinstance(value, str) else [to_base64(value.content), value.name, value.type]]
        for name, value in body
    ]


def describe(value: object) -> Description:
    """Return the description of a decoded value."""
    return _Describer().visit(value)


class _Describer:
    def __init__(self) -> None:
        self.seen: dict[int, int] = {}

    def visit(self, value: object) -> Description:
        scalar = _scalar(value)
        if scalar is not None:
            return scalar
        if id(value) in self.seen:
            return ["ref", self.seen[id(value)]]
        self.seen[id(value)] = len(self.seen)
        return self.contents(value)

    def all(self, values: Iterable[object]) -> Description:
        return [self.visit(value) for value in values]

    def contents(self, value: object) -> Description:  # noqa: C901, PLR0911 (one line per kind)
        match value:
            case list():
                return ["a", self.all(value)]
            case dict():
                return ["o", [[key, self.visit(item)] for key, item in value.items()]]
            case Map():
                return ["map", [[self.visit(key), self.visit(item)] for key, item in value.items()]]
            case Set():
                return ["set", self.all(value)]
            case ReplyIterator():
                return ["iter", self.all(value)]
            case Promise():
                return ["p", self.visit(value.value)]
            case ServerReference():
                return ["sr", value.id, None if value.bound is None else self.all(value.bound)]
            case FormData():
                return ["fd", to_wire(value.items())]
            case File():
                return ["file", to_base64(value.content), value.name, value.type]
            case ReplyStream():
                return self.stream(value)
        return ["bin", *_binary(value)]

    def stream(self, value: ReplyStream) -> Description:
        match value.kind:
            case "R":
                return ["rs", self.all(value.items)]
            case "r":
                return ["bs", to_base64(b"".join(value.items))]  # type: ignore[arg-type]
        return ["ai" if value.kind == "X" else "ag", self.all(value.items), self.visit(value.return_value)]


def _scalar(value: object) -> Description | None:  # noqa: PLR0911 (one line per kind)
    match value:
        case None:
            return ["null"]
        case bool():
            return ["b", value]
        case str():
            return ["s", value]
        case BigInt():
            return ["n", str(int(value))]
        case int() | float():
            return ["num", _number(value)]
        case datetime():
            return ["d", round((value - EPOCH).total_seconds() * 1000)]
        case TemporaryReference():
            return ["tmp", value.wire_path]
    return ["u"] if value is UNDEFINED else None


def _number(value: float) -> object:
    if math.isnan(value):
        return "NaN"
    if math.isinf(value):
        return "Infinity" if value > 0 else "-Infinity"
    return "-0" if value == 0 and math.copysign(1, value) < 0 else value


def _binary(value: object) -> tuple[str, str]:
    if isinstance(value, array):
        if sys.byteorder == "big":
            value = array(value.typecode, value)
            value.byteswap()
        return ARRAY_NAMES[value.typecode], to_base64(value.tobytes())
    assert isinstance(value, bytes), type(value)
    return BYTES_NAMES.get(type(value), "Uint8Array"), to_base64(value)


TEXTS = [
    "",
    "a",
    "$",
    "$$x",
    "$1",
    "$K1",
    "é",
    "𝄞",
    "\x00",
    "\n",
    "C",
    "__proto__",
    "a:b",
    "x" * 300,
    "2020Z",
]
KEYS = ["a", "b", "c", "", "then", "constructor", "$k", "x:y", "0", "1", "length", "é", "__class__"]
NUMBERS = [0, 1, -1, 1.5, 2**53 - 1, -(2**53 - 1), 2**60, 1e21, 1e-7, 5e-324, 1.7e308]
ODD_NUMBERS = ["NaN", "Infinity", "-Infinity", "-0"]
BINARY_SIZES = {"Int16Array": 2, "Uint16Array": 2, "Int32Array": 4, "Uint32Array": 4, "Float32Array": 4}
BINARY_SIZES |= {"Float64Array": 8, "BigInt64Array": 8, "BigUint64Array": 8, "Int8Array": 1, "Uint8Array": 1}
BINARY_SIZES |= {"Uint8ClampedArray": 1, "ArrayBuffer": 1, "DataView": 1}
FIELD_NAMES = ["a", "a", "b_c", "", "_1_x", "0", 'q"uote', "$x", "a[0]", "é"]


def draw_arguments(random: Random) -> Description:
    """Return a list of arguments: every kind of value, nested, shared and in circles."""
    return _Drawing(random).arguments()


class _Drawing:
    """Makes a description up. Objects are numbered as they begin, as the oracle numbers them.

    `has_place` is whether React can name the position: below a key with a colon and in a stream it cannot,
    so there an object met again would be a copy and a temporary reference an error.
    """

    def __init__(self, random: Random) -> None:
        self.random = random
        self.begun = 0
        self.shareable: list[int] = []
        self.has_circles = random.random() < 0.3
        self.size = random.randint(1, 40)

    def arguments(self) -> Description:
        return self.array(0, has_place=True)

    def value(self, depth: int, *, has_place: bool) -> Description:
        self.size -= 1
        choice = self.random.random()
        if has_place and choice < 0.03:
            return ["tmp"]
        if has_place and self.shareable and choice < 0.15:
            return ["ref", self.random.choice(self.shareable)]
        if depth > 5 or self.size < 0 or choice < 0.5:
            return self.scalar()
        return self.random.choice(CONTAINERS)(self, depth + 1, has_place=has_place)

    def scalar(self) -> Description:
        pick = self.random.choice
        return pick(
            [
                ["null"],
                ["u"],
                ["b", pick([True, False])],
                ["s", pick(TEXTS)],
                ["num", pick(NUMBERS)],
                ["num", pick(ODD_NUMBERS)],
                ["d", pick([0, 1, -1, 1_600_000_000_123, -62_135_596_800_000, None])],
                ["n", pick(["0", "-5", str(10**30), "9" * 300])],
            ]
        )

    def begin(self, *, has_place: bool, is_open: bool = False) -> int:
        """Number an object. An open one may be met again inside itself, when circles are wanted."""
        at = self.begun
        self.begun += 1
        if is_open and has_place and self.has_circles:
            self.shareable.append(at)
        return at

    def end(self, at: int, *, has_place: bool) -> None:
        if has_place and at not in self.shareable:
            self.shareable.append(at)

    def count(self) -> range:
        return range(self.random.randint(0, 4))

    def array(self, depth: int, *, has_place: bool) -> Description:
        at = self.begin(has_place=has_place, is_open=True)
        items = [self.value(depth, has_place=has_place) for _ in self.count()]
        self.end(at, has_place=has_place)
        return ["a", items]

    def object(self, depth: int, *, has_place: bool) -> Description:
        at = self.begin(has_place=has_place, is_open=True)
        entries: list[object] = []
        for key in self.random.sample(KEYS, len(self.count())):
            # An object with a function called "then" is a promise to React.
            plain = key == "then"
            entries.append(
                [key, self.scalar() if plain else self.value(depth, has_place=has_place and ":" not in key)]
            )
        self.end(at, has_place=has_place)
        return ["o", entries]

    def opaque(self, at: int, contents: Callable[[], Description], *, has_place: bool) -> Description:
        """Draw what is inside a Map, promise, …: a circle must not pass through it."""
        outside = self.shareable
        self.shareable = [] if self.has_circles else outside.copy()
        inside = contents()
        # What is inside something without a place may be encoded late, as a copy.
        fresh = [index for index in self.shareable if index not in outside] if has_place else []
        self.shareable = outside + fresh
        self.end(at, has_place=has_place)
        return inside

    def alone(self, contents: Callable[[], Description]) -> Description:
        """Draw what is met nowhere else: chunks have no place, and are encoded when the rest is done."""
        outside, self.shareable = self.shareable, []
        inside = contents()
        self.shareable = outside
        return inside

    def map(self, depth: int, *, has_place: bool) -> Description:
        at = self.begin(has_place=has_place)

        def entries() -> Description:
            return [[self.key(depth), self.value(depth, has_place=True)] for _ in self.count()]

        return ["map", self.opaque(at, entries, has_place=has_place)]

    def key(self, depth: int) -> Description:
        if self.random.random() < 0.3:
            drawn = self.value(depth, has_place=True)
            # An invalid Date becomes null, which may be a key already; a large BigInt is refused as one.
            return ["s", "key"] if drawn[0] in {"d", "n"} else drawn
        return self.random.choice(
            [["s", "k"], ["num", 1], ["b", True], ["s", "1"], ["null"], ["u"], ["n", "1"]]
        )

    def set(self, depth: int, *, has_place: bool) -> Description:
        at = self.begin(has_place=has_place)
        return ["set", self.opaque(at, lambda: [self.key(depth) for _ in self.count()], has_place=has_place)]

    def iterator(self, depth: int, *, has_place: bool) -> Description:
        at = self.begin(has_place=has_place)

        def items() -> Description:
            return [self.value(depth, has_place=True) for _ in self.count()]

        return ["iter", self.opaque(at, items, has_place=has_place)]

    def form(self, _depth: int, *, has_place: bool) -> Description:
        self.end(self.begin(has_place=has_place), has_place=has_place)
        return ["fd", [[self.random.choice(FIELD_NAMES), self.field()] for _ in self.count()]]

    def field(self) -> object:
        content = to_base64(self.random.randbytes(self.random.randint(0, 9)))
        return self.random.choice(["", "1", "$2", "é\r\n", [content, "f.txt", "text/plain"]])

    def file(self, _depth: int, *, has_place: bool) -> Description:
        self.end(self.begin(has_place=has_place), has_place=has_place)
        return ["file", to_base64(self.random.randbytes(5)), "n.bin", "image/png"]

    def binary(self, _depth: int, *, has_place: bool) -> Description:
        # Not shareable: React decodes the second occurrence to null, a bug that we do not copy.
        self.begin(has_place=has_place)
        name = self.random.choice(sorted(BINARY_SIZES))
        count = self.random.randint(0, 3) * BINARY_SIZES[name]
        return ["bin", name, to_base64(self.random.randbytes(count))]

    def promise(self, depth: int, *, has_place: bool) -> Description:
        at = self.begin(has_place=has_place)
        is_late = self.random.random() < 0.5

        def value() -> Description:
            # A function by itself has no position in a promise.
            drawn = self.value(depth, has_place=True)
            return ["null"] if drawn == ["tmp"] else drawn

        return ["p", self.opaque(at, value, has_place=has_place), is_late]

    def stream(self, depth: int, *, has_place: bool) -> Description:
        at = self.begin(has_place=has_place)
        kind = self.random.choice(["rs", "bs", "ai", "ag"])
        if kind == "bs":
            self.end(at, has_place=has_place)
            return ["bs", to_base64(self.random.randbytes(self.random.randint(1, 3000)))]

        def items() -> Description:
            return [self.value(depth, has_place=False) for _ in self.count()]

        drawn = self.alone(items)
        self.end(at, has_place=has_place)
        return [kind, drawn] if kind == "rs" else [kind, drawn, self.scalar()]

    def action(self, depth: int, *, has_place: bool) -> Description:
        at = self.begin(has_place=has_place)
        name = self.random.choice(["a1", "b2", "module#name"])
        if self.random.random() < 0.5:
            self.end(at, has_place=has_place)
            return ["sr", name, None]

        def bound() -> Description:
            return [self.value(depth, has_place=True) for _ in self.count()]

        return ["sr", name, self.opaque(at, bound, has_place=has_place)]


CONTAINERS: list[Callable[..., Description]] = [
    *[_Drawing.array, _Drawing.object] * 3,
    _Drawing.map,
    _Drawing.set,
    _Drawing.iterator,
    _Drawing.form,
    _Drawing.file,
    _Drawing.binary,
    _Drawing.promise,
    _Drawing.stream,
    _Drawing.action,
]
