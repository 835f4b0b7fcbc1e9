"""What a browser's reply decodes to, sample by sample."""

from __future__ import annotations

from array import array
from datetime import UTC, datetime

import pytest

from support.reply_descriptions import describe
from wingbeat.errors import ReplyError
from wingbeat.flight import (
    UNDEFINED,
    ArrayBuffer,
    BigInt,
    DataView,
    File,
    FormData,
    Limits,
    Map,
    Part,
    ReplyStream,
    ServerReference,
    Set,
    Uint8ClampedArray,
    decode_arguments,
    decode_reply,
)

EPOCH = "1970-01-01T00:00:00.000Z"


@pytest.mark.parametrize(
    ("body", "value"),
    [
        ('"$undefined"', UNDEFINED),
        ('[1,"two",{"x":true}]', [1, "two", {"x": True}]),
        ('{"a":"$undefined","b":["$undefined"]}', {"b": [UNDEFINED]}),
        (f'["$D{EPOCH}"]', [datetime(1970, 1, 1, tzinfo=UTC)]),
        ('["$D0001-01-01T00:00:00.001Z"]', [datetime(1, 1, 1, microsecond=1000, tzinfo=UTC)]),
        ('["abcZ"]', ["abcZ"]),
        ('["$$","$$5","$$K1"]', ["$", "$5", "$K1"]),
        ('{"$K1":"$$"}', {"$K1": "$"}),
        ('["$n12","$n-3"]', [BigInt(12), BigInt(-3)]),
        ('"\\u0024$x"', "$x"),
        ('["\\u0024undefined"]', [UNDEFINED]),
        (b'["\xc3\xa9"]', ["é"]),
        (" [ 1 ] ", [1]),
    ],
)
def test_a_text_body_is_row_zero(body: str | bytes, value: object) -> None:
    decoded = decode_reply(body)

    assert decoded == value
    assert describe(decoded) == describe(value)
    if isinstance(body, str):
        assert describe(decode_reply([("0", body)])) == describe(value)


def test_a_form_among_the_arguments_keeps_order_and_duplicates() -> None:
    file = File(b"hi", "h.txt", "text/plain")
    parts: list[Part] = [("_1_x", "1"), ("_1_x", "2"), ("_1_file", file), ("0", '[{"s":1},"$K1"]')]

    assert decode_reply(parts) == [{"s": 1}, FormData([("x", "1"), ("x", "2"), ("file", file)])]


def test_names_of_fields_are_taken_as_they_are() -> None:
    names = ["", "_", "_2_y", "a_b", 'q"uote', "line\nbreak", "$x", "0"]

    (form,) = decode_arguments([*((f"_1_{name}", "v") for name in names), ("0", '["$K1"]')])

    assert [name for name, _ in form.items()] == names


def test_a_form_without_fields_is_an_empty_form() -> None:
    assert decode_reply('["$K1"]') == [FormData()]


def test_a_form_shows_none_of_reacts_hidden_fields() -> None:
    hidden = ["$ACTION_ID_a", "$ACTION_REF_1", "$ACTION_1:0", "$ACTION_KEY", "$ACTION_"]

    (form,) = decode_arguments([*((f"_1_{name}", "") for name in hidden), ("_1_q", "5"), ("0", '["$K1"]')])

    assert form == FormData([("q", "5")])


def test_collections_keep_their_order() -> None:
    value = decode_reply([("2", "[2]"), ("1", '[["a",1],[{"k":1},"$W2"]]'), ("0", '["$Q1"]')])[0]

    assert isinstance(value, Map)
    (first, second) = value.items()
    assert first == ("a", 1)
    assert second == ({"k": 1}, Set([2]))


def test_an_iterator_is_read_once() -> None:
    (items,) = decode_arguments([("1", "[1,2]"), ("0", '["$i1"]')])

    assert [list(items), list(items)] == [[1, 2], []]


def test_a_shared_value_is_one_value() -> None:
    one, two, three = decode_arguments('[{"z":1},"$0:0",{"d":"$0:0"}]')

    assert one is two
    assert three["d"] is one


def test_a_circle_is_a_circle() -> None:
    value = decode_reply('{"self":"$0","list":[["$0:list"]]}')

    assert value["self"] is value
    assert value["list"][0][0] is value["list"]


def test_references_lead_through_references() -> None:
    value = decode_arguments('[{"a":{"b":1}},"$0:0","$0:1:a","$0:2","$0:1:a:b"]')

    assert value == [{"a": {"b": 1}}, {"a": {"b": 1}}, {"b": 1}, {"b": 1}, 1]
    assert value[0]["a"] is value[2] is value[3]


def test_a_reference_leads_into_the_entries_of_a_map() -> None:
    value = decode_arguments([("1", '[["k",{"q":1}]]'), ("0", '["$Q1","$1:0:1"]')])

    assert value[0]["k"] is value[1]


def test_a_map_that_waits_for_its_value_is_built_from_the_value() -> None:
    value = decode_arguments([("0", '[{"q":1},"$Q1","$0:1"]'), ("1", '[["k","$0:0"]]')])

    assert value[1]["k"] is value[0]
    assert value[2] is value[1]


def test_a_row_of_its_own_takes_its_place() -> None:
    assert decode_reply([("0", '["$1"]'), ("1", '"lazy"')]) == ["lazy"]
    assert decode_reply([("0", '"$1"'), ("1", '{"a":1}')]) == {"a": 1}


async def _await(promise: object) -> object:
    return await promise


def test_promises_have_settled() -> None:
    one, two, same = decode_arguments([("0", '["$@1","$@2","$@1"]'), ("1", '{"a":1}'), ("2", "5")])

    assert (one.value, two.value) == ({"a": 1}, 5)
    assert one is same
    with pytest.raises(StopIteration) as stopped:
        _await(one).send(None)
    assert stopped.value.value == {"a": 1}


def test_a_promise_of_a_shared_value_brings_that_value() -> None:
    value = decode_arguments([("0", '[{"z":1},"$@1","$@2"]'), ("1", '"$0:0"'), ("2", '{"q":"$0:0"}')])

    assert value[1].value is value[0]
    assert value[2].value["q"] is value[0]


def test_an_action_is_a_reference_with_its_arguments() -> None:
    parts = [("1", '[1,{"x":2}]'), ("2", '{"id":"b#1","bound":"$@1"}'), ("0", '["$h2","$h2","$h3"]')]

    bound, same, unbound = decode_arguments([*parts, ("3", '{"id":"c","bound":null}')])

    assert type(bound) is ServerReference
    assert (bound.id, bound.bound) == ("b#1", (1, {"x": 2}))
    assert bound is same
    assert (unbound.id, unbound.bound) == ("c", None)


BINARY: list[tuple[str, bytes, object]] = [
    ("A", b"ab", ArrayBuffer(b"ab")),
    ("o", b"ab", b"ab"),
    ("U", b"ab", Uint8ClampedArray(b"ab")),
    ("V", b"ab", DataView(b"ab")),
    ("O", b"\xff\x01", array("b", [-1, 1])),
    ("S", b"\x01\x00\xff\xff", array("h", [1, -1])),
    ("s", b"\x01\x00\xff\xff", array("H", [1, 65535])),
    ("L", b"\xff" * 4, array("i", [-1])),
    ("l", b"\xff" * 4, array("I", [2**32 - 1])),
    ("G", b"\x00\x00\xc0\x3f", array("f", [1.5])),
    ("g", b"\x00" * 6 + b"\xf8\x3f", array("d", [1.5])),
    ("M", b"\xff" * 8, array("q", [-1])),
    ("m", b"\xff" * 8, array("Q", [2**64 - 1])),
]


@pytest.mark.parametrize(("tag", "content", "value"), BINARY)
def test_typed_arrays_are_bytes_and_arrays(tag: str, content: bytes, value: object) -> None:
    (decoded,) = decode_arguments([("10", File(content, "blob")), ("0", f'["${tag}a"]')])

    assert decoded == value
    assert type(decoded) is type(value)


def test_files_are_the_parts_themselves() -> None:
    file = File(b"x", "y.txt", "text/plain")

    decoded = decode_arguments([("1", file), ("0", '["$B1","$0:0"]')])

    assert decoded[0] is file
    assert decoded[1] is file


def decode_stream(kind: str, *chunks: str) -> ReplyStream:
    (stream,) = decode_arguments(
        [("0", f'["${kind}1"]'), *(("S1", chunk) for chunk in chunks), ("2", "[[1,2]]")]
    )
    assert isinstance(stream, ReplyStream)
    return stream


def drain(stream: ReplyStream) -> list[object]:
    items: list[object] = []

    async def run() -> None:
        items.extend([item async for item in stream])

    with pytest.raises(StopIteration):
        run().send(None)
    return items


def test_streams_bring_their_items() -> None:
    stream = decode_stream("R", '"a"', f'{{"x":1,"d":"$D{EPOCH}"}}', '"$Q2"', "C")

    items = drain(stream)

    assert items[:2] == ["a", {"x": 1, "d": datetime(1970, 1, 1, tzinfo=UTC)}]
    assert items[2] == Map([(1, 2)])
    assert drain(stream) == []


def test_an_async_iterable_starts_again_and_an_iterator_does_not() -> None:
    again, once = decode_stream("X", "1", "2", 'C"R"'), decode_stream("x", '"C"', '"Cx"', "C")

    assert (drain(again), drain(again), again.return_value) == ([1, 2], [1, 2], "R")
    assert (drain(once), drain(once), once.return_value) == (["C", "Cx"], [], UNDEFINED)


def test_a_byte_stream_brings_bytes() -> None:
    parts: list[Part] = [("0", '["$r1"]'), ("2", File(b"ab", "blob")), ("S1", '"$o2"'), ("S1", "C")]

    assert drain(decode_arguments(parts)[0]) == [b"ab"]


# What React's own decoder gets wrong.


def test_upstream_bug_7_1_more_than_ten_forms_all_arrive() -> None:
    forms = range(1, 21)
    root = "[" + ",".join(f'"$K{form:x}"' for form in forms) + "]"

    decoded = decode_arguments([*((f"_{form}_n", str(form)) for form in forms), ("0", root)])

    assert [form.text("n") for form in decoded] == [str(form) for form in forms]


def test_upstream_bug_7_2_forms_arrive_in_any_order() -> None:
    assert decode_reply([("_1_a", "1"), ("_2_a", "2"), ("0", '["$K2","$K1"]')]) == [
        FormData([("a", "2")]),
        FormData([("a", "1")]),
    ]


def test_upstream_bug_7_3_a_typed_array_met_twice_is_the_same_one() -> None:
    one, two = decode_arguments([("1", File(b"ab", "blob")), ("0", '["$o1","$0:0"]')])

    assert one == b"ab"
    assert one is two


def test_upstream_bug_7_4_a_bound_argument_may_be_another_argument() -> None:
    parts = [("0", '["$h2",{"a":1}]'), ("2", '{"id":"a","bound":"$@1"}'), ("1", '["$0:1"]')]

    action, shared = decode_arguments(parts)

    assert action.bound[0] is shared


def test_a_long_text_beside_another_argument_is_fine() -> None:
    text = "x" * 1_000_000

    assert decode_reply(f'["{text}",1]', limits=Limits()) == [text, 1]


def test_dates_that_python_cannot_hold_are_refused() -> None:
    for text in [
        "+275760-09-13T00:00:00.000Z",
        "-000001-01-01T00:00:00.000Z",
        "2020-02-30T00:00:00.000Z",
        "",
        "1",
    ]:
        with pytest.raises(ReplyError, match=r"^date .* is not "):
            decode_reply(f'["$D{text}"]')
