"""Form state: which hook a form belongs to, and when there is none."""

from __future__ import annotations

import pytest

from wingbeat.errors import ReplyError
from wingbeat.flight import ServerReference, decode_form_state, form_fields


def test_the_previous_state_does_not_count() -> None:
    fields = [*form_fields(ServerReference("a", ("B", {"n": 1})), "1"), ("$ACTION_KEY", "k1")]

    assert decode_form_state("RESULT", fields) == ("RESULT", "k1", "a", 1)


def test_the_first_key_and_the_last_action_count() -> None:
    first = form_fields(ServerReference("a", (1,)), "1")
    second = form_fields(ServerReference("b", (1, 2)), "2")

    state = decode_form_state("R", [("$ACTION_KEY", "k1"), ("$ACTION_KEY", "k2"), *first, *second])

    assert state == ("R", "k1", "b", 1)


@pytest.mark.parametrize(
    "fields",
    [
        [],
        [("$ACTION_KEY", "k")],
        [("$ACTION_KEY", "k"), ("$ACTION_ID_a", "")],
        form_fields(ServerReference("a", (1,)), "1"),
        [("$ACTION_KEY", "k"), *form_fields(ServerReference("a", ()), "1")],
        [("$ACTION_KEY", "k"), ("$ACTION_REF_1", ""), ("$ACTION_1:0", '{"id":"a","bound":null}')],
    ],
)
def test_a_form_without_state_has_none(fields: list[tuple[str, str]]) -> None:
    assert decode_form_state("R", fields) is None


def test_a_broken_action_is_refused() -> None:
    with pytest.raises(ReplyError):
        decode_form_state("R", [("$ACTION_KEY", "k"), ("$ACTION_REF_1", ""), ("$ACTION_1:0", "{")])
