"""`Validated[T]`: the action runs in either case and is told."""

from typing import Any

import pytest

from support.app_packages import AppUnderTest
from wingbeat.actions import Invalid, Valid, Validated, check_arguments
from wingbeat.actions.validated import validated_type
from wingbeat.errors import ArgumentRefused, UsageError
from wingbeat.flight import FormData

SOURCE = """
"use server"
from __future__ import annotations
from pydantic import BaseModel, Field
from wingbeat.actions import Validated

class NewUser(BaseModel):
    email: str = Field(pattern="@")
    age: int

async def create(state: dict, form: Validated[NewUser], agreed: Validated[bool] = None): ...
"""


def check(load: Any, *sent: object) -> tuple[object, ...]:
    app: AppUnderTest = load({"actions.py": SOURCE})
    return check_arguments(app.module("actions").create, [*sent])[0]


def test_a_right_form_is_valid_and_has_the_value(load) -> None:
    _, form = check(load, {}, FormData([("email", "a@b"), ("age", "36")]))

    assert isinstance(form, Valid)
    assert (form.ok, form.value.age, form.errors, form.message) == (True, 36, {}, "")


def test_a_wrong_form_is_invalid_and_has_the_errors_by_field(load) -> None:
    _, form = check(load, {}, FormData([("email", "nobody")]))

    assert isinstance(form, Invalid)
    assert form.ok is False
    assert form.errors == {"email": ["String should match pattern '@'"], "age": ["Field required"]}
    assert form.message == "email: String should match pattern '@'"


def test_a_call_is_checked_as_strictly_as_ever(load) -> None:
    _, form, agreed = check(load, {}, {"email": "a@b", "age": "36"}, 1)

    assert form == Invalid({"form.age": ["Input should be a valid integer"]})
    assert agreed == Invalid({"agreed": ["Input should be a valid boolean"]})


def test_other_arguments_are_refused_as_ever(load) -> None:
    with pytest.raises(ArgumentRefused) as caught:
        check(load, 3, {"email": "a@b"})
    assert list(caught.value.fields) == ["state"]


def test_the_annotation_says_what_is_checked() -> None:
    assert validated_type(Validated[int]) is int
    assert validated_type(Validated[list[int]]) == list[int]
    assert [validated_type(one) for one in (int, int | None, list[int], Valid[int])] == [None] * 4


def test_an_invalid_argument_has_no_value(load) -> None:
    _, form = check(load, {}, FormData())

    with pytest.raises(UsageError, match=r"^the argument is not valid, so it has no value\. Ask form\.ok "):
        _ = form.value  # type: ignore[attr-defined]
