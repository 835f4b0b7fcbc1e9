"""What React's client makes of a payload, and what it should make of it: two descriptions to compare.

A description is a flat graph. An object is a number, its index among the nodes, so identity and cycles are
visible; everything else is a tagged leaf. `describe` builds it from the Python value, `PayloadOracle` from
what arrived in JavaScript. Nodes are numbered breadth first, the keys of objects in JavaScript's order.
"""

from __future__ import annotations

import base64
import dataclasses
import math
import struct
from array import array
from collections import deque
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from enum import Enum
from uuid import UUID

from support.node_oracle import NodeOracle
from wingbeat.flight import (
    UNDEFINED,
    BigInt,
    ClientReference,
    Element,
    File,
    FormData,
    Lazy,
    ReactSymbol,
    ReadableStream,
    ServerReference,
)
from wingbeat.flight.error_rows import error_frames, related_errors
from wingbeat.flight.leaves import duration_text
from wingbeat.flight.payload_values import PayloadError, RejectedPromise
from wingbeat.flight.reply_values import (
    ArrayBuffer,
    DataView,
    Map,
    Promise,
    ReplyIterator,
    ReplyStream,
    Set,
    Uint8ClampedArray,
)

__all__ = ["Failing", "Items", "Later", "PayloadOracle", "describe"]

NO_MESSAGE = "An error occurred in the Server Components render but no message was provided"

Leaf = list[object] | int

ARRAY_NAMES = {
    "b": "Int8Array",
    "B": "Uint8Array",
    "h": "Int16Array",
    "H": "Uint16Array",
    "i": "Int32Array",
    "I": "Uint32Array",
    "f": "Float32Array",
    "d": "Float64Array",
    "q": "BigInt64Array",
    "Q": "BigUint64Array",
}


class Later:
    """An awaitable that the test's driver settles with `outcome`; a `Failing` outcome rejects."""

    def __init__(self, outcome: object) -> None:
        self.outcome = outcome

    def __await__(self):
        raise AssertionError("the encoder awaited")
        yield


class Failing:
    """An outcome that is an error."""

    def __init__(self, error: BaseException) -> None:
        self.error = error


class Items:
    """An async iterable that the test's driver pushes `items` from, then fails it with `error` if any."""

    def __init__(self, items: Sequence[object], error: BaseException | None = None) -> None:
        self.items = items
        self.error = error

    def __aiter__(self):
        raise AssertionError("the encoder iterated")


class PayloadOracle:
    """React's client in one build, `production` or `development`."""

    def __init__(self, build: str) -> None:
        self._node = NodeOracle("decode_payload.cjs", {"NODE_ENV": build}, "--stack-size=4000")

    def decode(self, payload: bytes, *, client: str = "browser", cuts: Iterable[int] = ()) -> dict:
        return self.decode_all([payload], client=client, cuts=cuts)[0]

    def decode_all(
        self, payloads: Iterable[bytes], *, client: str = "browser", cuts: Iterable[int] = ()
    ) -> list:
        cuts = list(cuts)
        questions = [
            {"client": client, "payload": base64.b64encode(payload).decode("ascii"), "cuts": cuts}
            for payload in payloads
        ]
        return self._node.ask(questions)

    def render(self, payload: bytes) -> dict:
        """Return the HTML of the payload's root, and what React said in the console."""
        return self._node.ask({"payload": base64.b64encode(payload).decode("ascii"), "render": True})

    def close(self) -> None:
        self._node.close()


def describe(
    value: object, *, development: bool = False, digest=lambda _: "", in_python: bool = False
) -> dict:
    """Return the description of what should arrive in JavaScript, or what is there `in_python`."""
    description = _Description(development, digest)
    description.in_python = in_python
    root = description.leaf(value)
    nodes = []
    while description.waiting:
        nodes.append(description.contents(description.waiting.popleft()))
    return {"root": root, "nodes": nodes}


class _Description:
    def __init__(self, development: bool, digest) -> None:  # noqa: FBT001 (its own caller is above)
        self.development = development
        self.digest = digest
        self.in_python = False
        self.waiting: deque[object] = deque()
        self.numbers: dict[int, int] = {}
        self.kept: list[object] = []

    def leaf(self, value: object) -> Leaf:  # noqa: C901, PLR0911, PLR0912 (one line per kind of value)
        value = _settled(value)
        match value:
            case Enum():
                return self.leaf(value.value)
            case None:
                return ["null"]
            case bool():
                return ["boolean", value]
            case BigInt():
                return ["bigint", str(int(value))]
            case int() | float():
                return _number(float(value))
            case str():
                return ["string", str.__str__(value)]
            case datetime():
                return ["date", _number(_milliseconds(value))]
            case date() | time():
                return ["string", value.isoformat()]
            case timedelta():
                return ["string", duration_text(value)]
            case UUID() | Decimal():
                return ["string", str(value)]
            case ReactSymbol():
                return ["symbol", value.name]
            case ClientReference():
                return ["client", value.module, value.name]
            case Lazy():
                return ["lazy error", self.error(value.error, with_digest=True)]
            case BaseException():
                return self.error(value, with_digest=False)
            case ServerReference():
                return self.node(value, once=False)
        return ["undefined"] if value is UNDEFINED else self.node(value)

    def error(self, error: BaseException, *, with_digest: bool) -> list[object]:
        digest = self.digest(error) if with_digest else None
        if isinstance(error, PayloadError):
            digest = error.digest
        if not self.development:
            return ["error", digest]
        cause, errors = related_errors(error)
        frames = sum(frame[1].startswith("/") for frame in error_frames(error))
        return [
            "error",
            digest,
            type(error).__name__,
            str(error) or NO_MESSAGE,
            frames,
            None if cause is None else self.leaf(cause),
            self.leaves(errors) if errors else None,
        ]

    def node(self, value: object, *, once: bool = True) -> int:
        if self.in_python and isinstance(value, bytes | bytearray | memoryview) and len(value) <= 1:
            once = False  # CPython has one object for each short bytes: nothing can be said about identity
        if once and id(value) in self.numbers:
            return self.numbers[id(value)]
        number = len(self.kept)
        self.kept.append(value)
        if once:
            self.numbers[id(value)] = number
        self.waiting.append(value)
        return number

    def leaves(self, values: Iterable[object]) -> list[Leaf]:
        return [self.leaf(value) for value in values]

    def contents(self, value: object) -> list[object]:  # noqa: C901, PLR0911, PLR0912
        match value:
            case ServerReference():
                return ["action", value.id, *self.leaves(value.bound or ())]
            case Element():
                return ["element", self.leaf(value.type), value.key, self.entries(value.props)]
            case Map():
                return ["map", *self.pairs(value)]
            case dict() if not all(isinstance(key, str) for key in value):
                return ["map", *self.pairs(value)]
            case dict():
                return ["object", *self.entries(value)]
            case set() | frozenset() | Set():
                return ["set", *map(self.key, value)]
            case ArrayBuffer() | DataView() | Uint8ClampedArray():
                return [type(value).__name__, value.hex()]
            case bytes() | bytearray() | memoryview():
                return ["Uint8Array", value.hex()]
            case array():
                return [ARRAY_NAMES[value.typecode], value.tobytes().hex()]
            case File():
                return ["blob", value.type, value.content.hex()]
            case FormData():
                return [
                    "form",
                    *(
                        [name, item if isinstance(item, str) else item.content.hex()]
                        for name, item in value.items()
                    ),
                ]
            case RejectedPromise():
                return ["rejected", self.error(value.error, with_digest=True)]
            case Promise():
                return ["promise", self.leaf(value.value)]
            case Later(outcome=Failing() as outcome):
                return ["rejected", self.error(outcome.error, with_digest=True)]
            case Later():
                return ["promise", self.leaf(value.outcome)]
            case ReadableStream(source=Items() as source, of_bytes=True):
                _, end = self.iterated(Items([], source.error))
                return ["byte stream", b"".join(source.items).hex(), end]
            case ReadableStream(source=Items() as source):
                return ["stream", *self.iterated(source)]
            case Items():
                return ["async iterable", *self.iterated(value)]
            case ReplyStream(kind="r"):
                return ["byte stream", b"".join(value.items).hex(), self.end(value)]
            case ReplyStream():
                kind = {"R": "stream", "X": "async iterable", "x": "async iterator"}[value.kind]
                return [kind, self.leaves(value.items), self.end(value)]
            case ReplyIterator():
                return ["iterator", *self.leaves(value.items)]
        if dataclasses.is_dataclass(value):
            fields = {field.name: getattr(value, field.name) for field in dataclasses.fields(value)}
            return ["object", *self.entries(fields)]
        return ["array", *self.leaves(value)]

    def pairs(self, mapping: Mapping[object, object]) -> list[list[Leaf]]:
        return [[self.key(key), self.leaf(item)] for key, item in mapping.items()]

    def key(self, key: object) -> Leaf:
        """Describe a key of a Map or member of a Set, where JavaScript has no -0."""
        leaf = self.leaf(key)
        return _number(0.0) if leaf == _number(-0.0) else leaf

    def end(self, stream: ReplyStream) -> Leaf:
        failed = stream.error is not None
        return self.error(stream.error, with_digest=True) if failed else self.leaf(stream.return_value)

    def iterated(self, source: Items) -> list[object]:
        end = ["undefined"] if source.error is None else self.error(source.error, with_digest=True)
        return [self.leaves(source.items), end]

    def entries(self, fields: dict) -> list[object]:
        kept = {
            key: item
            for key, item in fields.items()
            if _settled(item) is not UNDEFINED and key != "__proto__"  # JSON.parse drops both
        }
        return [[str.__str__(key), self.leaf(kept[key])] for key in sorted(kept, key=_javascript_order)]


def _settled(node: object) -> object:
    while isinstance(node, Lazy) and node.state == "resolved":
        node = node.value
    return node


def _javascript_order(key: str) -> bytes:
    return key.encode("utf-16-be", "surrogatepass")


def _number(value: float) -> list[object]:
    return ["number", "NaN" if math.isnan(value) else struct.pack(">d", value).hex()]


def _milliseconds(value: datetime) -> float:
    moment = value.replace(tzinfo=UTC) if value.tzinfo is None else value
    return float((moment - datetime(1970, 1, 1, tzinfo=UTC)) // timedelta(milliseconds=1))
