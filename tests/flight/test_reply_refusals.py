"""What the reply decoder refuses, row by row of the catalogue of attacks, and what it must not lose by it.

Every row is a plain function: `test_guard_removal` switches its guard off and wants to see it fail.
"""

from __future__ import annotations

import json
import sys
import tracemalloc
from collections.abc import Callable
from itertools import permutations, product
from random import Random

import pytest

from support.reply_bodies import shuffle
from support.reply_descriptions import describe
from support.work import assert_linear, count_work
from wingbeat.errors import BodyTooLarge, ReplyError
from wingbeat.flight import (
    DEFAULT_LIMITS,
    UNDEFINED,
    BigInt,
    File,
    FormData,
    Limits,
    Map,
    Part,
    Promise,
    ReplyStream,
    ServerReference,
    TemporaryReference,
    decode_arguments,
    decode_reply,
)

LIMITS = DEFAULT_LIMITS
MORE_FIELDS = Limits(fields=200_000)
CEILING_STEPS = 3_000_000
"""About a quarter of a second on a slow machine."""
EMPTY_FILE = File(b"", "blob")


def decode(body: str | bytes | list[Part], limits: Limits | None = None) -> object:
    return decode_reply(body, limits=limits or LIMITS)


def refuse(body: str | bytes | list[Part], limits: Limits | None = None) -> None:
    with pytest.raises(ReplyError):
        decode(body, limits)


def rows(*texts: str) -> list[Part]:
    """Return the text parts 0, 1, 2, …"""
    return [(str(row), text) for row, text in enumerate(texts)]


def steps(body: str | list[Part], limits: Limits | None = None) -> int:
    """Return what decoding a body takes; a refusal is an answer too."""
    return count_work(lambda: decode(body, limits), refusal=ReplyError)


def decodes_in_linear_time(
    make: Callable[[int], list[Part] | str], count: int, limits: Limits | None = None
) -> None:
    """Twice the input takes about twice the steps, whether it is decoded or refused."""

    def prepare(size: int) -> Callable[[], object]:
        body = make(size)
        return lambda: decode(body, limits)

    assert_linear(prepare, count, refusal=ReplyError)


def test_a01_plain_json_keeps_its_types() -> None:
    value = decode('["a",1,-0.5,null,true,{"k":[]}]')

    assert value == ["a", 1, -0.5, None, True, {"k": []}]
    assert [type(item) for item in value] == [str, int, float, type(None), bool, dict]


def test_a02_no_path_leads_through_a_prototype() -> None:
    refuse(rows('["$1:__proto__:x"]', '{"a":1}'))
    refuse(rows('["$1:__proto__"]', '{"__proto__":{"x":1}}'))


NAMES_OF_PYTHON = [
    "__class__", "__init__", "__globals__", "__dict__", "__subclasses__", "__mro__", "__builtins__", "mro",
    "keys", "items", "format",
]  # fmt: skip


def test_a04_no_path_leads_to_an_attribute() -> None:
    targets = [
        '{"a":1}',
        "[1]",
        '"text"',
        "5",
        '"$D2020-01-01T00:00:00.000Z"',
        '"$@2"',
        '"$K3"',
        '"$Q2"',
        '"$W2"',
        "null",
    ]
    for name, target in product(NAMES_OF_PYTHON, targets):
        refuse([("0", f'["$1:0:{name}","$1:{name}"]'), ("1", target), ("2", "[]")])
        refuse([("0", f'["$1:{name}"]'), ("1", target), ("2", "[]")])
        refuse([("0", f'["$B1","$0:0:{name}"]'), ("1", EMPTY_FILE)])
    assert decode(rows('["$1:__class__"]', '{"__class__":7}')) == [7]


def test_a05_list_keys_are_canonical_indexes() -> None:
    for key in ["-1", "00", "1_0", " 1", "\uff11", "length", "1e0", "", "3", "+1", "1.0", "99999999999"]:
        refuse(f'[[7,8,9],"$0:0:{key}"]')
    assert decode('[[7,8,9],"$0:0:2"]') == [[7, 8, 9], 9]


def test_a06_no_path_leads_into_what_is_not_plain_data() -> None:
    for inside in [
        '"$Q1"',
        '"$W1"',
        '"$@1"',
        '"$i1"',
        '"$K4"',
        '"$B5"',
        '"$o5"',
        '"text"',
        "1",
        "null",
        '"$h2"',
        '"$T"',
    ]:
        parts = [*rows(f'[{inside},"$0:0:0"]', '[["a",1]]', '{"id":"a","bound":null}'), ("5", EMPTY_FILE)]
        refuse(parts)
        refuse([("0", parts[0][1].replace("0:0:0", "0:0:size")), *parts[1:]])


def test_a07_only_the_prototype_key_is_dropped() -> None:
    keys = ["constructor", "then", "toJSON", "__class__", "__await__", "hasOwnProperty"]
    text = json.dumps([dict.fromkeys(["__proto__", *keys], 1)])

    assert decode(text) == [dict.fromkeys(keys, 1)]
    assert decode(text.replace("__proto__", "\\u005f_proto__")) == [dict.fromkeys(keys, 1)]
    assert decode(rows('["$1"]', '{"a":{"__proto__":{"x":1}}}')) == [{"a": {}}]


def test_a08_data_shaped_like_a_row_is_data() -> None:
    fake = '{"then":"$1:then","status":"resolved_model","value":"[]","reason":-1,"_response":{}}'
    refuse(rows(fake, "[]"))
    value = decode(rows('{"then":"$1","status":"resolved_model","value":"[]","_response":{}}', '{"a":1}'))

    assert value == {"then": {"a": 1}, "status": "resolved_model", "value": "[]", "_response": {}}


def test_a09_data_shaped_like_a_protocol_of_python_is_data() -> None:
    shape = dict.fromkeys(["__await__", "__iter__", "__call__", "__reduce__", "py/object", "$type"], "x")

    assert decode(json.dumps([shape])) == [shape]


def test_a10_an_action_has_a_name_and_nothing_else() -> None:
    for metadata in [
        '{"id":1}',
        '{"id":[]}',
        '{"id":null}',
        '{"id":{}}',
        '{"id":""}',
        "{}",
        "null",
        "[]",
        '"x"',
    ]:
        refuse(rows('["$h1"]', metadata))
    for bound in ["[]", "1", '"x"', '"$@2"', "{}", '"$K3"']:
        refuse(rows('["$h1"]', f'{{"id":"a","bound":{bound}}}', '"no list"'))
    refuse(rows('["$h1"]', '{"id":"a","bound":null,"more":1}'))


def test_a12_names_of_modules_and_files_are_only_names() -> None:
    before = set(sys.modules)
    for name in ["os#system", "pkg.mod:func", "../x", "/etc/passwd", "data:text/javascript,", "file:///x"]:
        (reference,) = decode(rows('["$h1"]', json.dumps({"id": name, "bound": None})))
        assert type(reference) is ServerReference
        assert reference.id == name
    assert set(sys.modules) == before


def test_a15_an_action_shows_nothing() -> None:
    (reference,) = decode(rows('["$h1"]', '{"id":"secret","bound":"$@2"}', '["hidden"]'))

    for text in [repr(reference), str(reference), f"{reference}", f"{reference!s:>40}"]:
        assert "secret" not in text
        assert "hidden" not in text
    with pytest.raises(TypeError):
        json.dumps(reference)
    assert not callable(reference)


def test_a16_unknown_tags_are_refused() -> None:
    for text in [
        "$Z1",
        "$F1",
        "$",
        "$:",
        "$é1",
        "$ 1",
        "$1:",
        "$1::a",
        "$E1",
        "$P1",
        "$Y",
        "$L1x",
        "$w1",
        "$0A",
    ]:
        refuse(rows(json.dumps([text]), '{"a":1}'))
    for text in ["$undefinedx", "$u", "$N", "$I", "$-", "$-1", "$NaN0", "$Inf", "$Tx", "$T0:0"]:
        refuse(json.dumps([text]))
    assert decode('["$$x","$$","$$$"]') == ["$x", "$", "$$"]


def test_a17_a_promise_of_itself_is_refused_at_once() -> None:
    for text in ['["$@0"]', '"$@0"', '"$0"', '["$Q0"]', '["$W0"]', '["$i0"]', '{"a":["$@0"]}', '["$0:0"]']:
        refuse(text)
        taken = steps(text)
        assert taken < 2000


LINKS = ["${:x}", "$@{:x}", "$Q{:x}", "$W{:x}", "$i{:x}"]


def test_a18_no_circle_leads_through_more_than_lists_and_dicts() -> None:
    for size, shift, kinds in product(
        [2, 3, 1000], [0, 1, 2], [[1], [2], [3], [4], [0, 1], [0, 3], [1, 2, 3, 4], [0, 1, 2, 3, 4]]
    ):
        parts: list[Part] = []
        for row in range(size):
            link = f'"{LINKS[kinds[(row + shift) % len(kinds)]].format((row + 1) % size)}"'
            # What a Map reads must be pairs.
            follows_map = kinds[(row - 1 + shift) % len(kinds)] == 2
            parts.append((str(row), f'[["k",{link}]]' if follows_map else f"[{link}]"))
        refuse(parts)


def test_a18_a_circle_of_references_to_nothing_is_refused() -> None:
    for size in [1, 2, 3, 100]:
        refuse(rows(*(f'"${(row + 1) % size:x}"' for row in range(size))))
    refuse(rows('["$1:0"]', '["$0:0"]'))


def test_a18_a_circle_of_lists_and_dicts_is_data() -> None:
    value = decode(rows('["$1"]', '{"back":"$0"}'))

    assert value[0]["back"] is value


def test_a19_a_long_chain_of_rows_is_refused_without_recursion() -> None:
    def chain(count: int, link: str) -> list[Part]:
        return [*rows(*(link.format(row) for row in range(1, count))), (str(count - 1), "[]")]

    depth = sys.getrecursionlimit()
    try:
        sys.setrecursionlimit(len(_frames()) + 60)
        for link in ['"${:x}"', '["${:x}"]', '["$@{:x}"]', '"$@{:x}"', '["$W{:x}"]', '["$i{:x}"]']:
            refuse(chain(5000, link), MORE_FIELDS)
    finally:
        sys.setrecursionlimit(depth)
    decodes_in_linear_time(lambda count: chain(count, '["${:x}"]'), 600, MORE_FIELDS)


def _frames() -> list[object]:
    frame, found = sys._getframe(), []
    while frame is not None:
        found.append(frame)
        frame = frame.f_back
    return found


def test_a20_a_row_that_never_comes_is_refused() -> None:
    for text in [
        '["$1"]',
        '["$@1"]',
        '["$Q1"]',
        '["$W1"]',
        '["$i1"]',
        '["$h1"]',
        '["$B1"]',
        '["$o1"]',
        '["$R1"]',
        '["$1:a"]',
    ]:
        refuse(text)
    refuse([])
    refuse([("1", "[]")])
    refuse(rows('["$h1"]', '{"id":"a","bound":"$@2"}'))


def test_a21_the_order_of_parts_means_nothing() -> None:
    parts: list[Part] = [
        ("0", '[{"q":1},"$Q1","$0:1","$@2","$K4","$h5","$B7","$X8"]'),
        ("1", '[["k","$0:0"],["l","$W3"]]'),
        ("2", '"$0:0"'),
        ("3", '["$n5"]'),
        ("_4_a", "1"),
        ("_4_b", "2"),
        ("5", '{"id":"a","bound":"$@6"}'),
        ("6", "[1]"),
        ("7", File(b"x", "f")),
        ("S8", "1"),
        ("S8", "C2"),
    ]
    expected = describe(decode(parts))
    random = Random(7)

    for _ in range(200):
        assert describe(decode(shuffle(parts, random))) == expected
    for order in permutations(rows('["$1","$2"]', '"$2"', '"$1"')):
        refuse(list(order))


def test_a23_row_names_have_one_spelling() -> None:
    for name in [
        "01",
        "+1",
        " 1",
        "1_0",
        "0x1",
        "\u0661",
        "1\n",
        "-1",
        "1e3",
        "4294967296",
        "2147483648",
        "",
        "S",
        "S01",
        "x",
    ]:
        refuse([("0", "[]"), (name, "[]")])
        if "_" not in name:
            refuse([("0", "[]"), (f"_{name}_x", "1")])
    for name in ["_", "__", "_1", "_1x", "__x", "_S1_x", "S_1", "S1\n"]:
        refuse([("0", "[]"), (name, "C")])
    for name in [
        "01",
        "+1",
        " 1",
        "1_0",
        "0x1",
        "\u0661",
        "1\n",
        "-1",
        "100000000",
        "80000000",
        "A",
        "1 ",
        "",
    ]:
        refuse(rows(f'["$@{json.dumps(name)[1:-1]}"]', "[]"))
        refuse([*rows(json.dumps([f"${name}"]), "[]"), ("10", "[]")])


def test_a25_a_map_is_made_of_pairs() -> None:
    for entries in [
        "{}",
        "[1]",
        '[["a"]]',
        '[["a",1,2]]',
        '"x"',
        "null",
        "[[]]",
        '[{"0":1,"1":2}]',
        '["$@2"]',
    ]:
        refuse(rows('["$Q1"]', entries, "[]"))
    for items in ["{}", '"x"', "null", "5"]:
        refuse(rows('["$W1"]', items))
        refuse(rows('["$i1"]', items))


def test_a26_a_collection_does_not_contain_itself() -> None:
    for text in ['[["k","$0"]]', '[["k","$0:0"]]', '[["$0:0",1]]', '[["k",["$0"]]]']:
        refuse(rows('["$Q1"]', text))
        refuse(rows('["$W1"]', text))
        refuse(rows('["$i1"]', text))
    for text in ['[["k","$1"]]', '[["k",["$1"]]]', '[["k","$Q1"]]', '["$W1"]']:
        refuse(rows('["$Q1"]', text))
        refuse(rows('["$W1"]', text))
    refuse(rows('["$Q1","$Q2"]', '"$2"', '[["a",1]]'))
    refuse(rows('["$Q1","$@1"]', '[["a",1]]'))
    decodes_in_linear_time(lambda count: rows('["$W1"]', "[" + ",".join(['"$0"'] * count) + "]"), 600)


def doubling(count: int) -> list[Part]:
    return [*rows(*(f'["${row:x}","${row:x}"]' for row in range(1, count))), (str(count - 1), "[1]")]


def test_a27_references_do_not_multiply() -> None:
    refuse(doubling(12), Limits(expanded_weight=1000))
    body = doubling(30)
    refuse(body)
    taken = steps(body)
    assert taken < CEILING_STEPS
    assert len(decode(doubling(12))) == 2


def test_a28_a_long_text_is_paid_for_each_time() -> None:
    body = rows("[" + ",".join(['"$1"'] * 1000) + "]", '"' + "x" * 900_000 + '"')
    refuse(body)
    refuse([("0", "[" + ",".join(['"$o1"', *['"$0:0"'] * 1000]) + "]"), ("1", File(b"x" * 900_000))])
    refuse(rows("[" + ",".join(['"$1"'] * 1000) + "]", '{"' + "x" * 900_000 + '":1}'))
    assert decode(rows('["$1","$1"]', '"' + "x" * 900_000 + '"'))[0][:2] == "xx"


SHAPES: list[Callable[[int], str]] = [
    lambda count: "[" + ",".join(["0"] * (count - 1)) + "]",
    lambda count: "[" + ",".join(["[]"] * (count - 1)) + "]",
    lambda count: "[" + ",".join(["{}"] * (count - 1)) + "]",
    lambda count: "[" + ",".join(['""'] * (count - 1)) + "]",
    lambda count: "[ " + " , ".join(["[ ]"] * (count - 1)) + " ]",
    lambda count: "{" + ",".join(f'"{key}":0' for key in range(count - 1)) + "}",
    lambda count: "[" + ",".join(["[0]"] * ((count - 1) // 2)) + ",0" * ((count - 1) % 2) + "]",
    lambda count: "[" + ",".join(['{"[":0}'] * ((count - 1) // 2)) + ",0" * ((count - 1) % 2) + "]",
    lambda count: "[" + ",".join(['"[,{"'] * (count - 1)) + "]",
    lambda count: "[" + ",".join(['"\\\\\\","'] * (count - 1)) + "]",
]


def test_a29_every_value_counts_and_no_punctuation_in_text() -> None:
    limits = Limits(nodes=1000)
    for shape in SHAPES:
        decode(shape(1000), limits)
        refuse(shape(1001), limits)
        refuse(rows('["$1"]', shape(999)), limits)
    decode(SHAPES[0](100_000))
    refuse(SHAPES[0](100_001))
    decode(rows('["' + "," * 99_000 + '","$1"]', '["' + "," * 99_000 + '"]'))


def test_a30_each_form_is_used_once_and_found_at_once() -> None:
    def one_form(count: int) -> list[Part]:
        return [*(("_1_x", "v") for _ in range(count)), ("0", '["$K1"]')]

    def many_forms(count: int) -> list[Part]:
        names = ",".join(f'"$K{form:x}"' for form in range(1, count))
        return [*((f"_{form}_x", "v") for form in range(1, count)), ("0", f"[{names}]")]

    refuse([("_1_x", "v"), ("0", '["$K1","$K1"]')])
    for tag in ["Q", "W", "i", "K", "B", "o", "R", "X"]:
        refuse([("0", f'["${tag}1","${tag}1"]'), ("1", "[]") if tag in "QWi" else ("1", EMPTY_FILE)])
    refuse(rows("[" + ",".join(['"$K1"'] * 500) + "]"))
    assert [len(form) for form in decode(many_forms(500))] == [1] * 499
    decodes_in_linear_time(one_form, 1500, MORE_FIELDS)
    decodes_in_linear_time(many_forms, 600, MORE_FIELDS)


def test_a31_no_entry_of_a_form_is_lost() -> None:
    entries: list[Part] = [
        ("a", "1"),
        ("a", File(b"A", "a.txt")),
        ("b", "2"),
        ("c", File(b"C", "c.txt")),
        ("b", "3"),
    ]
    for order in permutations(entries):
        (form,) = decode([*((f"_1_{name}", value) for name, value in order), ("0", '["$K1"]')])
        assert form == FormData(order)


def test_a31_fields_and_files_of_two_forms_may_be_mixed() -> None:
    parts = [
        ("_1_a", "1"),
        ("_2_a", "x"),
        ("0", '["$K2","$K1"]'),
        ("_1_b", File(b"B")),
        ("_2_", "y"),
        ("_1_a", "2"),
    ]

    second, first = decode(parts)

    assert first == FormData([("a", "1"), ("b", parts[3][1]), ("a", "2")])
    assert second == FormData([("a", "x"), ("", "y")])


def test_a32_no_row_passes_for_another_kind() -> None:
    for tag in "BAOoUSsLlGgMmV":
        refuse(rows(f'["${tag}1"]', '"text"'))
    for tag in ["", "@", "Q", "W", "i", "h", "K", "R", "X"]:
        refuse([("0", f'["${tag}1"]'), ("1", EMPTY_FILE)])
    for tag in ["K", "R"]:
        refuse(rows(f'["${tag}1"]', "[]"))
    for tag in ["", "@", "Q", "B", "o", "h"]:
        refuse([("0", f'["${tag}1"]'), ("_1_x", "[]")])


def test_a33_typed_arrays_have_whole_elements() -> None:
    sizes = {"S": 2, "s": 2, "L": 4, "l": 4, "G": 4, "g": 8, "M": 8, "m": 8}
    for tag, size in sizes.items():
        refuse([("0", f'["${tag}1"]'), ("1", File(b"x" * (size + 1)))])
        refuse([("0", f'["${tag}1"]'), ("1", File(b"x"))])
    for tag in "AOoUSsLlGgMmV":
        assert len(decode([("0", f'["${tag}1"]'), ("1", EMPTY_FILE)])[0]) == 0
        refuse([("0", f'["${tag}1","${tag}1"]'), ("1", EMPTY_FILE)])


def test_a34_streams_end_once_and_are_bounded() -> None:
    for kind in "RrXx":
        refuse([("0", f'["${kind}1"]')])
        refuse([("0", f'["${kind}1"]'), ("S1", "1")])
        refuse([("0", f'["${kind}1"]'), ("S1", "C"), ("S1", "1")])
        refuse([("0", f'["${kind}1"]'), ("S1", "C"), ("S1", "C")])
        refuse([("0", f'["${kind}1"]'), ("S1", "not json"), ("S1", "C")])
        refuse([("0", f'["${kind}1"]'), ("S1", EMPTY_FILE), ("S1", "C")])
        refuse([("0", f'["${kind}1"]'), *[("S1", "1")] * 1001, ("S1", "C")], MORE_FIELDS)
        refuse([("0", f'["${kind}1","${kind}1"]'), ("S1", "C")])
    refuse([("0", '["$r1"]'), ("S1", '"text"'), ("S1", "C")])
    refuse([("0", json.dumps([f"$X{n:x}" for n in range(1, 102)])), *((f"S{n}", "C") for n in range(1, 102))])


def test_a34_streams_nest_without_recursion() -> None:
    parts = [
        ("0", '["$X1"]'),
        *((f"S{n}", f'"$X{n + 1:x}"') for n in range(1, 99)),
        *((f"S{n}", "C") for n in range(1, 100)),
    ]
    depth = sys.getrecursionlimit()
    try:
        sys.setrecursionlimit(len(_frames()) + 60)
        (stream,) = decode(parts)
    finally:
        sys.setrecursionlimit(depth)

    assert type(stream) is ReplyStream


def test_a35_a_stream_shares_its_id_with_nothing() -> None:
    for other in [("1", "[]"), ("1", EMPTY_FILE), ("_1_x", "1")]:
        refuse([("0", '["$X1"]'), ("S1", "C"), other])
        refuse([("0", "[]"), ("S1", "C"), other])
    refuse([("0", '["$X1"]'), ("1", "1"), ("1", "C")])
    refuse([("0", '["$1"]'), ("S1", "1"), ("S1", "C")])
    refuse([("0", "[]"), ("1", "[]"), ("1", "[]")])
    refuse([("0", "[]"), ("1", "[]"), ("1", EMPTY_FILE)])
    refuse([("0", "[]"), ("1", EMPTY_FILE), ("1", EMPTY_FILE)])
    refuse([("0", "[]"), ("_1_x", "1"), ("1", "[]")])


def test_a36_a_temporary_reference_gives_nothing_away() -> None:
    (reference,) = decode('["$T"]')

    assert type(reference) is TemporaryReference
    assert repr(reference) == "<temporary reference>"
    for use in [
        lambda: reference.path,
        lambda: reference["x"],
        lambda: reference(1),
        lambda: str(reference),
        lambda: f"{reference}",
        lambda: iter(reference),
        lambda: len(reference),
        lambda: json.dumps(reference),
        reference.__reduce__,
    ]:
        with pytest.raises((TypeError, AttributeError)):
            use()


def test_a38_bigints_are_decimal_and_bounded() -> None:
    for digits in ["1" * 301, "", "-", "1_0", " 1", "\u0661", "0x1", "1.0", "+1", "00", "-0", "1e3", "1\n"]:
        refuse(json.dumps([f"$n{digits}"]))
    assert decode(f'["$n{"9" * 300}","$n-5","$n0"]') == [BigInt("9" * 300), -5, 0]
    taken = steps(f'["$n{"9" * 300}"]')
    assert taken < 2000


def test_a39_numbers_that_json_lacks_come_as_tags() -> None:
    for raw in ["NaN", "Infinity", "-Infinity", "1e400", "-1e400", "01", "1.", ".5", "+1", "0x1"]:
        refuse(f"[{raw}]")
    nan, positive, negative, zero, undefined = decode('["$NaN","$Infinity","$-Infinity","$-0","$undefined"]')
    assert (repr(nan), positive, negative, str(zero)) == ("nan", float("inf"), -float("inf"), "-0.0")
    assert undefined is UNDEFINED


def test_a40_large_integers_are_floats_as_in_javascript() -> None:
    refuse("[" + "1" * 5000 + "]")
    for text in ["9007199254740992", "-9007199254740993", "18446744073709551615", "12345678901234567890"]:
        for body in (f"[{text}]", f'[{{"a":[{text}]}},"$D2020-01-01T00:00:00.000Z"]'):
            assert float in {type(item) for item in _flatten(decode(body))}
    assert type(decode("[9007199254740991]")[0]) is int


def _flatten(value: object) -> list[object]:
    if isinstance(value, list | dict):
        return [
            leaf for item in (value.values() if isinstance(value, dict) else value) for leaf in _flatten(item)
        ]
    return [value]


def test_a42_half_a_surrogate_pair_is_refused() -> None:
    for text in ['["\\ud800"]', '["\\udc00\\ud800"]', '{"\\ud800":1}', '["\ud800"]', '["$D","\\ud800"]']:
        refuse(text)
        refuse(rows('["$1"]', text))
    assert decode('["\\ud834\\udd1e"]') == ["𝄞"]


def test_a43_only_utf8_is_text() -> None:
    for body in [
        b'["\xff"]',
        b'["\xc0\xaf"]',
        b'["\xed\xa0\x80"]',
        '["a"]'.encode("utf-16"),
        b"\xef\xbb\xbf[]",
    ]:
        refuse(body)
    assert decode('["é"]'.encode()) == ["é"]


def test_a45_one_row_is_nested_no_deeper_than_its_limit() -> None:
    def nested(depth: int) -> str:
        return "[" * depth + "]" * depth

    decode(nested(100))
    refuse(nested(101))
    refuse('[{"a":' * 51 + "1" + "}]" * 51)
    for hostile in [
        "[" * 100_000,
        '{"a":' * 100_000,
        "[" * 1_000_000,
        nested(1000),
        "[" + "]" * 200 + nested(101),
    ]:
        refuse(hostile)
        taken, allowed = steps(hostile), 20 * max(len(hostile), 100_000)
        assert taken < allowed
    decode('["' + "[" * 500 + '"]')
    decode("[" + ",".join(["[[]]"] * 500) + "]")


def test_a46_rows_do_not_add_up_to_a_deeper_graph() -> None:
    def stacked(count: int, depth: int) -> list[Part]:
        link = "[" * depth + '"${:x}"' + "]" * depth
        return [*rows(*(link.format(row) for row in range(1, count))), (str(count - 1), "[]")]

    refuse(stacked(100, 90))
    refuse(stacked(4, 70))
    decode(stacked(3, 70))
    refuse([(name, text.replace("$", "$@")) for name, text in stacked(4, 70)])


def test_a47_arguments_are_a_list() -> None:
    for body in ["{}", '"x"', "5", "null", "", " ", '"$undefined"', rows('"$Q1"', "[]"), [("0", "")], []]:
        with pytest.raises(ReplyError):
            decode_arguments(body)
    assert decode_arguments("[]") == []


def test_a48_arguments_are_bounded() -> None:
    assert len(decode_arguments("[" + ",".join("0" * 255) + "]")) == 255
    with pytest.raises(ReplyError):
        decode_arguments("[" + ",".join("0" * 256) + "]")
    decode(rows('["$h1"]', '{"id":"a","bound":"$@2"}', "[" + ",".join("0" * 255) + "]"))
    refuse(rows('["$h1"]', '{"id":"a","bound":"$@2"}', "[" + ",".join("0" * 256) + "]"))


def test_a49_names_of_parameters_stay_keys() -> None:
    value = {"self": 1, "cls": 2, "request": 3, "**": 4}

    assert decode_arguments(json.dumps([value])) == [value]


def test_a50_keys_are_only_compared() -> None:
    keys = {f"k{n}": n for n in range(50_000)}
    assert decode(json.dumps(keys, separators=(",", ":"))) == keys
    odd = {"é": 1, "e\u0301": 2, "a\x00": 3, "a\r\nb": 4, "": 5, "$x": 6, "a:b": 7}
    assert decode(json.dumps([odd, "$$x"])) == [odd, "$x"]


def test_a51_a_full_body_takes_linear_time() -> None:
    for unit in [
        "[]",
        '"$$"',
        '{"a":0}',
        "0",
        '"\\u0041"',
        '"$undefined"',
        '"$n5"',
        '"$NaN"',
        "{}",
        '"[["',
        '"$0"',
        '"$@0"',
    ]:
        limits = Limits(nodes=10**7, references=10**7, expanded_weight=10**7)

        def body(count: int, unit: str = unit) -> str:
            return "[" + ",".join([unit] * count) + "]"

        decodes_in_linear_time(body, 500, limits)
        refuse(body(500_000 // (len(unit) + 1)), Limits(nodes=10_000))


def test_a52_keys_of_maps_are_those_of_javascript() -> None:
    entries = '[[1,"a"],[1.0,"b"],[true,"c"],["1","d"],["$-0","e"],[0,"f"],[null,"g"],["$undefined","h"]'
    entries += ',["$NaN","i"],["$NaN","j"],["$n1","k"]]'
    (value,) = decode(rows('["$Q1"]', entries))

    assert type(value) is Map
    assert [value[key] for key in (1, True, "1", 0, None, UNDEFINED, float("nan"), BigInt(1))] == [
        *"bcdfghjk"
    ]
    assert len(value) == 8


def test_b03_integers_that_share_a_hash_are_no_keys() -> None:
    for tag in "QW":
        for number in [2**60, -(2**60), 2**61 - 1, (2**61 - 1) * 7]:
            entry = f'["$n{number}",1]' if tag == "Q" else f'"$n{number}"'
            refuse(rows(f'["${tag}1"]', f"[{entry}]"))
    refuse(rows('["$W1"]', "[" + ",".join(["0"] * 10_001) + "]"))
    decodes_in_linear_time(lambda count: rows('["$W1"]', json.dumps([f"$n{n}" for n in range(count)])), 600)


def test_b09_one_true_and_the_text_1_are_three_keys() -> None:
    (value,) = decode(rows('["$Q1"]', '[[1,"a"],[true,"b"],["1","c"]]'))

    assert list(value.items()) == [(1, "a"), (True, "b"), ("1", "c")]


def test_b24_the_bounds_hold_whatever_the_app_sets() -> None:
    depth, digits = sys.getrecursionlimit(), sys.get_int_max_str_digits()
    try:
        sys.setrecursionlimit(10**6)
        sys.set_int_max_str_digits(0)
        refuse("[" * 200 + "]" * 200)
        refuse("[" + "9" * 10**5 + "]")
        refuse(f'["$n{"9" * 10**5}"]')
    finally:
        sys.setrecursionlimit(depth)
        sys.set_int_max_str_digits(digits)


def test_c04_parts_are_counted_and_measured() -> None:
    for parts in [
        [("0", "[]"), *[("_1_x", "v")] * 1000],
        [("0", "[]"), *[("_1_x", EMPTY_FILE)] * 101],
        [("0", '["' + "x" * (1024 * 1024) + '"]')],
        [("0", "[]"), ("_1_" + "x" * 1024, "v")],
        '["' + "x" * (1024 * 1024) + '"]',
        b'["' + b"x" * (1024 * 1024) + b'"]',
    ]:
        with pytest.raises(BodyTooLarge):
            decode(parts)
    decode([("0", "[]"), *[("_1_x", "v")] * 999, *[("_1_x", EMPTY_FILE)] * 100])


def test_o07_a_refused_body_costs_little_memory() -> None:
    bodies: list[str | list[Part]] = [shape(340_000) for shape in SHAPES[:4]]
    bodies += [doubling(900), "[" * 500_000, rows("[" + '"$1",' * 9000 + "0]", "[" * 90 + "]" * 90)]
    for body in bodies:
        size = max(len(body) if isinstance(body, str) else sum(len(text) for _, text in body), 50_000)
        tracemalloc.start()
        try:
            refuse(body)
            _, peak = tracemalloc.get_traced_memory()
        finally:
            tracemalloc.stop()
        assert peak < 40 * size


def test_decoding_calls_and_awaits_nothing() -> None:
    value = decode(rows('["$@1","$h2"]', '{"then":1}', '{"id":"a","bound":"$@3"}', "[1]"))

    assert type(value[0]) is Promise
    assert value[0].value == {"then": 1}
    assert value[1].bound == (1,)
