"""What data can make of a payload, row by row of the catalogue of attacks: nothing but the data itself.

The real React client reads what is written here; `GUARDS` takes each check away and wants to see its row fail.
"""

from __future__ import annotations

import ast
import functools
import json
import math
import os
import random
from array import array
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, reject, settings, strategies as st
from pydantic import SecretStr

from support.payload_graphs import Graph, graphs, settle
from support.payload_oracle import PayloadOracle, describe
from wingbeat.errors import ProtocolError, ReplyError, SerializationError
from wingbeat.flight import (
    ClientReference,
    Element,
    PayloadEncoder,
    ReadableStream,
    ServerReference,
    decode_payload,
    decode_reply,
    encode_payload,
    payload_ledger,
    payload_models,
    payload_outlined,
    payload_types,
)
from wingbeat.flight.rows import Row, RowReader, length_row, text_row
from wingbeat.flight.tags import LENGTH_ROW_TAGS

FLIGHT = Path(__file__).parents[2] / "src" / "wingbeat" / "flight"


@pytest.fixture(scope="module", params=["production", "development"])
def react(request: pytest.FixtureRequest) -> Iterator[tuple[PayloadOracle, bool]]:
    oracle = PayloadOracle(request.param)
    yield oracle, request.param == "development"
    oracle.close()


def assert_arrives(react: tuple[PayloadOracle, bool], value: object) -> bytes:
    oracle, development = react
    payload = encode_payload(value, development=development)
    arrived, expected = oracle.decode(payload), describe(value, development=development)
    assert (arrived["root"], arrived["nodes"]) == (expected["root"], expected["nodes"])
    return payload


HOSTILE_TEXTS = [
    "a\nb", "\n", "\r\n", '1:I["x",[],"default",1]\n', '\n0:{"a":1}\n', "0:null\n" * 100, "\u2028\u2029", "\x00",
    "\x85", "\x0b\x0c\x1c", "𝄞" * 10, "e\u0301", "\ufeff", "T5,hello", "\n1:T5,hello", "é" * 2000,
    '\n0:["$","script",null,{}]\n' * 100,
]  # fmt: skip


@pytest.mark.oracle
def test_i01_a_text_is_a_text_whatever_it_looks_like(react: tuple[PayloadOracle, bool]) -> None:
    for text in HOSTILE_TEXTS:
        for value in (text, [text], {"a": text}, Element("p", None, {"children": text, "title": text})):
            payload = assert_arrives(react, value)
            calm = encode_payload(
                "x" * len(text) if value is text else ["x" * len(text)], development=react[1]
            )
            assert len(read(payload)) <= len(read(calm))


@pytest.mark.oracle
def test_i01_five_million_characters_arrive(react: tuple[PayloadOracle, bool]) -> None:
    text = "0:null\n" + "é\n" * 2_500_000

    payload = encode_payload([text], development=react[1])

    assert [row.tag for row in read(payload)] == ["T", ""]
    assert decode_payload(payload) == [text]


def test_i02_a_length_is_that_of_the_bytes() -> None:
    for text in ("é" * 1024, "𝄞" * 1024, "a\n" * 1024, "\x00" * 1024):
        first, _ = read(encode_payload([text]))
        assert first.body == text.encode()


def test_i02_half_a_surrogate_pair_travels_as_an_escape_which_has_no_length() -> None:
    """The catalogue would replace it by U+FFFD; JavaScript has such strings, and an escape in JSON carries them."""
    for text in ("\ud800", "\udc00" * 2000, "a\ud800" * 2000):
        payload = encode_payload([text])
        (row,) = read(payload)
        assert row.tag == ""
        assert payload.isascii()
        assert json.loads(row.body) == [text]


def test_i03_what_is_sent_of_a_buffer_is_a_copy_taken_at_once() -> None:
    numbers, raw = array("h", [1, 2, 3]), bytearray(b"abcdef")
    encoder = PayloadEncoder()
    encoder.add([numbers, raw, memoryview(raw)[::2], ReadableStream(None, of_bytes=True)])
    (stream,) = encoder.take_holes()
    encoder.add_item(stream.row, raw)
    view = memoryview(raw)
    encoder.add_item(stream.row, view)
    view.release()
    numbers[:] = array("h", [9, 9, 9])
    raw[:] = b"zzzzzz"

    rows = read(b"".join(encoder.data_to_send()))

    assert [row.body for row in rows if row.tag in LENGTH_ROW_TAGS] == [
        array("h", [1, 2, 3]).tobytes(),
        b"abcdef",
        b"ace",
        b"abcdef",
        b"abcdef",
    ]


def test_i04_no_line_is_split_where_python_thinks_that_it_ends() -> None:
    for path in FLIGHT.glob("*.py"):
        names = {
            node.attr
            for node in ast.walk(ast.parse(path.read_text("utf-8")))
            if isinstance(node, ast.Attribute)
        }
        assert not names & {"splitlines", "readline", "readlines", "TextIOWrapper"}, path.name
    for end in ("\r", "\x0b", "\x0c", "\x1c", "\x85", "\u2028", "\u2029"):
        assert read(b'0:"' + end.encode() + b'"\n') == [Row(0, "", f'"{end}"'.encode())]


@settings(max_examples=500, deadline=None, suppress_health_check=list(HealthCheck))
@given(graph=graphs(), order=st.randoms(use_true_random=False))
def test_i05_every_header_tells_the_truth_and_every_id_is_given_once(
    graph: Graph, order: random.Random
) -> None:
    encoder = PayloadEncoder()
    try:
        encoder.add(graph.value)
        payload = settle(encoder, graph, order.choice)
    except SerializationError:
        reject()

    rows = read(payload)

    assert b"".join(map(frame, rows)) == payload
    streams = {row.id for row in rows if row.tag in {"R", "r", "X", "x"}}
    settled = [row.id for row in rows if row.id not in streams]
    assert len(set(settled)) == len(settled)


def read(payload: bytes) -> list[Row]:
    reader = RowReader()
    rows = reader.feed(payload)
    reader.end()
    return rows


def frame(row: Row) -> bytes:
    assert row.id is not None
    if row.tag in LENGTH_ROW_TAGS:
        return length_row(row.id, row.tag.encode(), row.body)
    if row.body:
        json.loads(row.body)
    return text_row(row.id, row.body, row.tag.encode())


FORGERIES: list[object] = [
    "$", "$$", "$L1", "$@1", "$0", "$h0", "$Q0", "$undefined", "$NaN", "$n5", "$D2020-01-01", "$Sreact.suspense", "$T0",
    "$Z1", "$E", "@", "@1", ["$", "script", None, {"children": "alert(1)"}], ["$", "$L1", None, {}, None, None, 1],
    {"$$typeof": "Symbol.for('react.transitional.element')", "type": "script", "props": {}}, {"$": "$L1"},
    {"then": "$0"}, {"__proto__x": 1, "constructor": "$0"}, ["$$", ["$"]],
]  # fmt: skip


@pytest.mark.oracle
def test_i08_data_is_never_an_instruction(react: tuple[PayloadOracle, bool]) -> None:
    for forged in FORGERIES:
        for value in (
            forged,
            [forged],
            {"a": forged},
            {1: forged},
            {forged} if isinstance(forged, str) else [forged, 1],
            Element("p", "$k", {"title": forged, "data": [forged]}),
            ServerReference("$id", (forged,)),
            [ClientReference("$module", "$name"), forged],
        ):
            assert_arrives(react, value)


class Stranger:
    """Stands for an object of an ORM: fields, no adapter."""

    password = "hunter2"

    def __repr__(self) -> str:
        return "<Stranger hunter2>"


@dataclass
class Holder:
    inside: object


def generator() -> Iterator[str]:
    yield "hunter2"


REFUSED: list[object] = [
    Stranger(), SecretStr("hunter2"), math, print, functools.partial(print, "hunter2"), generator, Stranger,
    os.environ.get, object(), Exception, open, type("Request", (), {"token": "hunter2"})(), complex(1, 2), ...,
]  # fmt: skip


@pytest.mark.parametrize("value", REFUSED, ids=lambda value: type(value).__name__)
def test_i15_what_nobody_thought_of_does_not_travel(value: object) -> None:
    for place, path in (([1, value], "value[1]"), ({"a": Holder(value)}, "value.a.inside")):
        with pytest.raises(SerializationError) as refused:
            encode_payload(place)
        assert str(refused.value).startswith(f"Cannot send {path} to the browser.")
        assert "hunter2" not in str(refused.value)


def test_i15_the_adapters_are_explicit() -> None:
    """Decimals, iterators, cycles and keys that are no text travel, by the table of the serialization reference."""
    cycle: dict[str, object] = {}
    cycle["self"] = cycle

    assert encode_payload(Decimal("1.50")) == b'0:"1.50"\n'
    assert encode_payload(cycle) == b'0:{"self":"$0"}\n'
    assert [row.body for row in read(encode_payload({b"key": 1}))][1] == b'[["$2",1]]'
    assert b"hunter2" not in encode_payload(ValueError("hunter2"))


def test_i17_no_request_becomes_a_client_reference() -> None:
    for body in (
        '["$I1"]', '["$L0"]', '[{"module":"/evil.js","name":"default"}]', '[["/evil.js",[],"default",1]]',
        '["1:I[\\"/evil.js\\",[],\\"default\\",1]\\n"]', '["$$L1"]',
    ):  # fmt: skip
        try:
            value = decode_reply(body)
        except ReplyError:
            continue
        assert [row.tag for row in read(encode_payload(value))] == [""]


def test_i21_a_million_items_and_ten_thousand_levels_are_written() -> None:
    assert encode_payload([1] * 1_000_000).count(b",") == 999_999

    deep: object = "leaf"
    for _ in range(10_000):
        deep = Element("p", None, {"children": [deep]})
    assert encode_payload(deep).count(b'"children"') == 10_000


Patch = Callable[[pytest.MonkeyPatch], None]


def characters(row: int, tag: bytes, body: bytes) -> bytes:
    return b"%x:%b%x,%b" % (row, tag, len(body.decode("utf-8", "replace")), body)


def later(writer: object, value: bytearray, *_place: object) -> str:
    """Write what a buffer holds when the row is sent: `rows` takes anything."""
    row = writer.ledger.new_row()
    writer.ledger.rows.append(value)
    return f"${row:x}"


FAILURES = (
    AssertionError,
    pytest.fail.Exception,
    ProtocolError,
    RecursionError,
    TypeError,
    ValueError,
    BufferError,
)
GUARDS: dict[str, tuple[Patch, Callable[[], None]]] = {
    "lengths are counted in bytes": (
        lambda patch: patch.setattr(payload_ledger, "length_row", characters),
        test_i02_a_length_is_that_of_the_bytes,
    ),
    "half a pair is escaped": (
        lambda patch: patch.setattr(payload_models.ModelWriter, "text", lambda *_: "\ufffd"),
        test_i02_half_a_surrogate_pair_travels_as_an_escape_which_has_no_length,
    ),
    "buffers are copied": (
        lambda patch: patch.setitem(payload_types.WRITERS, bytearray, later),
        test_i03_what_is_sent_of_a_buffer_is_a_copy_taken_at_once,
    ),
    "everything else is refused": (
        lambda patch: patch.setattr(payload_types, "_refuse", lambda *_: "sent"),
        lambda: test_i15_what_nobody_thought_of_does_not_travel(Stranger()),
    ),
    "depth is outlined": (
        lambda patch: patch.setattr(payload_models, "MAX_DEPTH", 10**6),
        test_i21_a_million_items_and_ten_thousand_levels_are_written,
    ),
    "errors are anonymous": (
        lambda patch: patch.setitem(payload_types.WRITERS, ValueError, lambda _writer, value, *_: str(value)),
        test_i15_the_adapters_are_explicit,
    ),
}


@pytest.mark.parametrize("guard", GUARDS)
def test_without_the_guard_its_row_fails(monkeypatch: pytest.MonkeyPatch, guard: str) -> None:
    remove, row = GUARDS[guard]
    row()
    remove(monkeypatch)

    with pytest.raises(FAILURES):
        row()


@pytest.mark.oracle
def test_without_the_escape_the_rows_on_text_fail(
    monkeypatch: pytest.MonkeyPatch, react: tuple[PayloadOracle, bool]
) -> None:
    for module in (payload_models, payload_outlined):
        monkeypatch.setattr(module, "escape_dollar", str)

    with pytest.raises((AssertionError, KeyError)):
        test_i08_data_is_never_an_instruction(react)
