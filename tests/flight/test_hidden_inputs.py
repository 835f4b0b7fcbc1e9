"""Forms that name actions: what is written is what is read, and what no page wrote is refused."""

from __future__ import annotations

from functools import partial

import pytest

from support.work import assert_linear, count_work
from wingbeat.errors import BodyTooLarge, ReplyError, SerializationError
from wingbeat.flight import (
    File,
    FormData,
    Map,
    Part,
    Promise,
    ServerReference,
    decode_action,
    decode_form_state,
    form_fields,
)

METADATA = '{"id":"a","bound":"$@1"}'


def bound_form(metadata: str = METADATA, arguments: str = "[1]", group: str = "1") -> list[Part]:
    return [
        (f"$ACTION_REF_{group}", ""),
        (f"$ACTION_{group}:1", arguments),
        (f"$ACTION_{group}:0", metadata),
        ("n", "v"),
    ]


def refuse(fields: list[Part]) -> None:
    with pytest.raises(ReplyError):
        decode_action(fields)


def test_an_unbound_action_is_one_field() -> None:
    fields = form_fields(ServerReference("act#a"), "7")

    assert fields == [("$ACTION_ID_act#a", "")]


def test_a_bound_action_is_a_selector_and_a_reply() -> None:
    reference = ServerReference("a", (Map([("k", 1)]), "$x"))

    assert form_fields(reference, "P-7") == [
        ("$ACTION_REF_P-7", ""),
        ("$ACTION_P-7:2", '[["k",1]]'),
        ("$ACTION_P-7:1", '["$Q2","$$x"]'),
        ("$ACTION_P-7:0", '{"id":"a","bound":"$@1"}'),
    ]
    assert form_fields(reference, "0", promises_first=False)[1] == ("$ACTION_0:0", '{"id":"a","bound":"$@1"}')


@pytest.mark.parametrize("value", [File(b"x", "n"), b"bytes", [b"bytes"]])
def test_a_file_cannot_be_bound_to_a_form(value: object) -> None:
    with pytest.raises(
        SerializationError, match=r"^A file or binary data cannot be bound to the action of a form\.$"
    ):
        form_fields(ServerReference("a", (value,)), "0")


def test_what_is_written_is_read() -> None:
    bound = (1, "$x", {"a": [None]}, [True], Promise("late"), FormData([("a", "1"), ("a", "2")]))
    for promises_first in (True, False):
        fields = form_fields(ServerReference("a", bound), "3", promises_first=promises_first)

        reference, form = decode_action([*fields, ("n", "v")])

        assert reference.id == "a"
        assert reference.bound[:4] == bound[:4]
        assert reference.bound[4].value == "late"
        assert reference.bound[5] == bound[5]
        assert form == FormData([("n", "v")])


def test_a_form_that_names_no_action_is_not_ours() -> None:
    assert decode_action([("n", "v"), ("$ACTION_KEY", "k")]) is None
    assert decode_action([]) is None


def test_e01_the_user_sees_none_of_reacts_fields() -> None:
    own = [("n", "v"), ("n", "w"), ("file", File(b"x", "f.txt"))]
    for fields in ([("$ACTION_ID_a", "")], bound_form()[:3]):
        _, form = decode_action(
            [*fields, *own, ("$ACTION_KEY", "k"), ("$ACTION_X", "x"), ("$ACTION_9:0", "{}")]
        )

        assert form == FormData(own)


def test_e01_a_clicked_button_wins_over_its_form() -> None:
    reference, _ = decode_action([("$ACTION_ID_form", ""), ("n", "v"), ("$ACTION_ID_button", "value")])
    bound, _ = decode_action(
        [*bound_form(), ("$ACTION_REF_2", ""), ("$ACTION_2:0", METADATA), ("$ACTION_2:1", "[2]")]
    )

    assert reference.id == "button"
    assert bound.bound == (2,)


def test_e02_three_selectors_are_refused_and_the_last_of_two_wins() -> None:
    selectors = [("$ACTION_ID_a", ""), ("$ACTION_ID_b", ""), ("$ACTION_ID_c", "")]

    assert decode_action(selectors[:2])[0].id == "b"
    refuse(selectors)
    refuse([*bound_form(), *bound_form(group="2")[:3], *bound_form(group="3")[:3]])


def test_e03_a_selector_given_often_is_decoded_once() -> None:
    def repeated(count: int) -> list[tuple[str, str]]:
        return [*[("$ACTION_REF_1", "")] * count, *bound_form()]

    reference, _ = decode_action(repeated(900))

    assert reference.bound == (1,)
    assert_linear(lambda count: partial(decode_action, repeated(count)), 450)
    once, often = (count_work(partial(decode_action, repeated(count))) for count in (1, 901))
    assert often - once < 900 * 200


def test_e04_the_action_of_a_form_is_there_once_as_text() -> None:
    form = bound_form()
    refuse([field for field in form if field[0] != "$ACTION_1:0"])
    refuse([*form, ("$ACTION_1:0", METADATA)])
    refuse([*form[:2], ("$ACTION_1:0", File(METADATA.encode()))])
    refuse([*form[:1], ("$ACTION_1:1", File(b"[1]")), *form[2:]])
    refuse([("$ACTION_ID_a", File(b""))])
    for metadata in [
        "",
        "{",
        "[]",
        "null",
        '"a"',
        '{"id":"a"}',
        '{"id":1,"bound":"$@1"}',
        '{"id":"","bound":"$@1"}',
    ]:
        refuse(bound_form(metadata))
    for bound in ["[1]", '"x"', "1", '"$1"', '"$@2"']:
        refuse(bound_form(f'{{"id":"a","bound":{bound}}}'))
    for arguments in ["{}", "1", '"x"', "null", "[" + ",".join("0" * 256) + "]"]:
        refuse(bound_form(arguments=arguments))


def test_e05_the_action_is_spelled_in_one_way() -> None:
    refuse(bound_form('{"id":"good","id":"bad","bound":"$@1"}'))
    refuse(bound_form('{"id":"a","bound":"$@1","bound":"$@1"}'))
    refuse(bound_form('{"id":"\\u0061","bound":"$@1"}'))
    refuse(bound_form('{"\\u0069d":"a","bound":"$@1"}'))
    refuse(bound_form(METADATA + "x"))
    refuse(bound_form(METADATA + METADATA))
    refuse(bound_form('{"id":"a","bound":"$@1","x":1}'))


def test_e07_the_key_of_a_state_is_a_short_text() -> None:
    with pytest.raises(ReplyError):
        decode_form_state(None, [*bound_form(), ("$ACTION_KEY", File(b"k"))])
    with pytest.raises(ReplyError):
        decode_form_state(None, [*bound_form(), ("$ACTION_KEY", "k" * 5000)])
    assert decode_form_state(None, [*bound_form(), ("$ACTION_KEY", '"><script>')])[1] == '"><script>'


def test_e08_names_of_fields_are_only_names() -> None:
    names = [
        "0",
        "1",
        "$x",
        "a[__proto__][x]",
        "a.b.c",
        "a[999999999]",
        "__class__",
        "_1_x",
        "S1",
        "",
        "$ACTION",
    ]

    _, form = decode_action([("$ACTION_ID_a", ""), *((name, "v") for name in names)])

    assert list(form.items()) == [(name, "v") for name in names]


def test_e11_an_empty_file_input_is_an_empty_file() -> None:
    empty = File(b"", "")

    _, form = decode_action([("$ACTION_ID_a", ""), ("file", empty)])

    assert form.file("file") is empty


def test_e12_groups_are_never_confused() -> None:
    one, ten = bound_form(arguments="[1]")[1:], bound_form(arguments="[10]", group="10")[1:]
    for selector, expected in [("$ACTION_REF_1", 1), ("$ACTION_REF_10", 10)]:
        reference, _ = decode_action([(selector, ""), *ten, *one])
        assert reference.bound == (expected,)
    for group in ["", ":", "1:0", "1:", "x", "1\n", "x" * 200 + "1", "1 "]:
        refuse(bound_form(group=group))
    refuse([("$ACTION_ID_", "")])


def test_c04_fields_of_a_form_are_counted() -> None:
    with pytest.raises(BodyTooLarge):
        decode_action([("$ACTION_ID_a", ""), *[("n", "v")] * 1000])
    with pytest.raises(BodyTooLarge):
        decode_form_state(None, [("$ACTION_KEY", "k"), *[("n", "v")] * 1000])
