"""Replies as React's client writes them, from Python."""

from __future__ import annotations

from array import array
from datetime import UTC, datetime

import pytest

from support.reply_descriptions import describe
from wingbeat.errors import SerializationError
from wingbeat.flight import (
    UNDEFINED,
    ArrayBuffer,
    BigInt,
    File,
    FormData,
    Map,
    Promise,
    ReplyIterator,
    ReplyStream,
    ServerReference,
    Set,
    decode_reply,
    encode_reply,
)
from wingbeat.flight.reply_encoder import encode_parts


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (UNDEFINED, '"$undefined"'),
        ([1, "two", {"x": True}], '[1,"two",{"x":true}]'),
        ([None, 1.5, 1.0, -0.0, float("nan"), float("-inf")], '[null,1.5,1,"$-0","$NaN","$-Infinity"]'),
        (["$a", "a$"], '["$$a","a$"]'),
        ([datetime(1970, 1, 1, tzinfo=UTC)], '["$D1970-01-01T00:00:00.000Z"]'),
        ([BigInt(10**30)], '["$n1000000000000000000000000000000"]'),
        ({"a": UNDEFINED}, '{"a":"$undefined"}'),
        ((1, 2), "[1,2]"),
    ],
)
def test_what_needs_one_row_is_text(value: object, text: str) -> None:
    assert encode_reply(value) == text


def test_a_value_met_again_is_a_reference() -> None:
    shared = {"z": 1}
    circle: list[object] = []
    circle.append(circle)

    assert encode_reply([shared, shared, {"d": shared}]) == '[{"z":1},"$0:0",{"d":"$0:0"}]'
    assert encode_reply([circle]) == '[["$0:0"]]'
    assert encode_reply({"a:b": shared, "c": [shared, shared]}) == '{"a:b":{"z":1},"c":[{"z":1},"$0:c:0"]}'


def test_promises_come_after_row_zero_as_from_a_browser() -> None:
    assert encode_reply([Promise({"a": 1}), Promise(5)]) == [
        ("0", '["$@1","$@2"]'),
        ("1", '{"a":1}'),
        ("2", "5"),
    ]
    assert encode_parts([Promise(5)], promises_first=True) == [("1", "5"), ("0", '["$@1"]')]


def test_collections_come_before_what_names_them() -> None:
    assert encode_reply([Map([("a", 1)]), {1: 2}, {3}]) == [
        ("1", '[["a",1]]'),
        ("2", "[[1,2]]"),
        ("3", "[3]"),
        ("0", '["$Q1","$Q2","$W3"]'),
    ]


def test_actions_forms_and_files_have_parts() -> None:
    file = File(b"x", "f")

    parts = encode_reply([ServerReference("a", (1,)), FormData([("n", "1"), ("f", file)]), file])

    assert parts == [
        ("2", '{"id":"a","bound":"$@1"}'),
        ("_3_n", "1"),
        ("_3_f", file),
        ("4", file),
        ("0", '["$h2","$K3","$B4"]'),
        ("1", "[1]"),
    ]


def test_streams_come_chunk_by_chunk() -> None:
    assert encode_reply([ReplyStream("X", [1, "C"], return_value="R")]) == [
        ("0", '["$X1"]'),
        ("S1", "1"),
        ("S1", '"C"'),
        ("S1", 'C"R"'),
    ]


def test_what_is_encoded_decodes_to_the_same() -> None:
    shared = [1]
    value = [
        shared, {"a": shared, "": None}, Map([(1, True), (True, 1), ("1", shared)]), Set([shared, 1]), b"b",
        ArrayBuffer(b"a"), array("d", [1.5]), ReplyIterator([1, shared]), Promise(Promise(shared)),
        ReplyStream("R", [[1], "x"]), ReplyStream("r", [b"bytes"]), ServerReference("a", (shared, UNDEFINED)),
        datetime(2020, 2, 29, 1, 2, 3, 456000, tzinfo=UTC), FormData([("a", "$1"), ("a", "\n")]),
    ]  # fmt: skip

    assert describe(decode_reply(encode_reply(value))) == describe(value)


class Unknown:
    pass


def deep(levels: int) -> object:
    value: object = 1
    for _ in range(levels):
        value = [value]
    return value


@pytest.mark.parametrize(
    ("value", "message"),
    [
        ([Unknown()], r"^Cannot send 'Unknown' to an action at \$0:0\.$"),
        ({"n": 2**53}, r"^9007199254740992 at \$0:n is beyond JavaScript's numbers\. Send a BigInt\.$"),
        (["\ud800"], r"^Text with half a surrogate pair cannot be sent\.$"),
        (deep(102), r"^Values are nested deeper than 100\.$"),
        ([array("u", "x")], r"^Cannot send an array of characters at \$0:0\.$"),
    ],
)
def test_what_cannot_travel_is_named(value: object, message: str) -> None:
    with pytest.raises(SerializationError, match=message):
        encode_reply(value)
