"""The short way for a call with one form is no second opinion: it says what the long way says, or nothing."""

from __future__ import annotations

import pytest
from hypothesis import example, given, settings, strategies as st

from support.reply_descriptions import describe
from wingbeat.errors import WingbeatError
from wingbeat.flight import File, FormData, Limits, Part, decode_reply
from wingbeat.flight.budget import Budget
from wingbeat.flight.reply_form_call import read_form_call
from wingbeat.flight.reply_rows import read_rows
from wingbeat.flight.reply_store import ReplyStore, check_sizes

LIMITS = Limits(part_bytes=60, fields=5, name_characters=24, nodes=12, row_depth=4, references=3)
CASES = 1000


def the_long_way(parts: list[Part], limits: Limits) -> object:
    check_sizes(parts, limits)
    return read_rows(ReplyStore(parts), Budget(limits))


def told(decode: object, parts: list[Part], limits: Limits) -> object:
    try:
        return describe(decode(parts, limits))
    except WingbeatError as refusal:
        return type(refusal), str(refusal)


def decode(parts: list[Part], limits: Limits) -> object:
    return decode_reply(parts, limits=limits)


references = st.sampled_from(
    ["$K1", "$K2", "$Ka", "$K0", "$K01", "$Kg", "$K1g", "$K10", "$K", "$Q1", "$0", "$1", "$$K1", "$T"]
)
leaves = st.sampled_from(['"a"', "1", "null", "1.5", "9007199254740993", '"\\u0024K1"', '"\\"$K1"', "{", ""])
values = st.recursive(
    references.map('"{}"'.format) | leaves,
    lambda inner: (
        st.lists(inner, max_size=3).map(lambda items: f"[{','.join(items)}]")
        | st.tuples(st.sampled_from(["k", "$K1", "__proto__"]), inner).map(
            lambda pair: '{{"{}": {}}}'.format(*pair)
        )
    ),
    max_leaves=5,
)
rows = st.just('["$K1"]') | values.map(lambda value: f'[{value},"$K1"]') | values
prefixes = st.sampled_from(
    ["_1_", "_1_", "_1_", "_1_", "_10_", "_16_", "_2_", "_0_", "_01_", "_1", "1", "S1", "0", ""]
)
names = st.sampled_from(["a", "b", "", "$ACTION_KEY", "_1_", "0", "long" * 7, "\n"])
texts = st.sampled_from(["1", "", "[]", '["$K1"]', "x" * 40]) | st.just(File(b"f", "f.txt"))
fields = st.tuples(prefixes, names, texts).map(lambda field: (field[0] + field[1], field[2]))
bodies = st.tuples(st.lists(fields, max_size=6), rows).map(lambda body: [*body[0], ("0", body[1])])
limits_ = st.just(LIMITS) | st.just(Limits())


@settings(max_examples=CASES, deadline=None)
@given(parts=bodies | st.lists(fields | rows.map(lambda row: ("0", row)), max_size=4), limits=limits_)
@example(parts=[], limits=LIMITS)
@example(parts=[("0", '["$K1"]')], limits=LIMITS)
@example(parts=[("_0_a", "1"), ("0", '["$K0"]')], limits=LIMITS)
@example(parts=[("_1_a", "1"), ("0", '[{"$K1":"$K1"}]')], limits=LIMITS)
@example(parts=[("_1_a", "1"), ("0", '["$K1"]')], limits=Limits(references=0))
@example(parts=[("_1_a", "1"), ("0", '[1,2,3,"$K1"]')], limits=Limits(nodes=4))
@example(parts=[("_1_a", "1"), ("0", '["%s","$K1"]' % ("long" * 16))], limits=LIMITS)
@example(parts=[("_16_a", "1"), ("0", '["$K10"]')], limits=LIMITS)
def test_the_short_way_says_what_the_long_way_says(parts: list[Part], limits: Limits) -> None:
    assert told(decode, parts, limits) == told(the_long_way, parts, limits)


@pytest.mark.parametrize(
    ("row", "arguments"),
    [
        ('["$K1"]', [FormData([("a", "1"), ("a", "2")])]),
        ('[{"message":""},"$K1"]', [{"message": ""}, FormData([("a", "1"), ("a", "2")])]),
        ('["$K1", 7]', [FormData([("a", "1"), ("a", "2")]), 7]),
        ('["%s","$K1"]' % ("long" * 50), ["long" * 50, FormData([("a", "1"), ("a", "2")])]),
    ],
)
def test_the_calls_of_forms_take_the_short_way(row: str, arguments: list[object]) -> None:
    parts: list[Part] = [("_1_a", "1"), ("_1_a", "2"), ("0", row)]

    assert read_form_call(parts, Limits()) == arguments


def test_the_arguments_of_two_calls_are_not_the_same_list() -> None:
    parts: list[Part] = [("_1_a", "1"), ("0", '[[],"$K1"]')]

    first, second = decode_reply(parts), decode_reply(parts)

    first[0].append("changed")
    assert second == [[], FormData([("a", "1")])]


@pytest.mark.parametrize(
    "parts",
    [
        [("_1_a", "1"), ("_2_b", "2"), ("0", '["$K1"]')],
        [("_1_a", File(b"")), ("0", '["$K1"]')],
        [("_1_a", "1"), ("0", File(b'["$K1"]'))],
        [("_1_a", "1"), ("5", '["$K1"]')],
        [("_1_$ACTION_KEY", "1"), ("0", '["$K1"]')],
        [("_1_a", "1"), ("0", '["$K1","$K1"]')],
        [("_1_a", "1"), ("0", '["$K1","$undefined"]')],
        [("_1_a", "1"), ("0", '["$K1",9007199254740993]')],
        [("_1_a", "1"), ("0", '["$K1",{"__proto__":1}]')],
        [("_1_a", "1"), ("0", '[{"f":"$K1"}]')],
        [("0", '["$K1"]'), ("_1_a", "1")],
        [("_1_a", "x" * 61), ("0", '["$K1"]')],
        [(f"_1_{'n' * 24}", "1"), ("0", '["$K1"]')],
        [*[("_1_a", "1")] * 5, ("0", '["$K1"]')],
    ],
)
def test_everything_else_is_left_to_the_long_way(parts: list[Part]) -> None:
    assert read_form_call(parts, LIMITS) is None
