from dataclasses import dataclass
from typing import assert_type

from wingbeat import Validated


@dataclass
class NewUser:
    email: str


def create(form: Validated[NewUser]) -> dict[str, list[str]] | str:
    if not form.ok:
        return form.errors
    assert_type(form.value, NewUser)
    return form.value.email


def create_the_other_way_round(form: Validated[NewUser]) -> str:
    if form.ok:
        return form.value.email
    return form.message


def create_by_the_literal(form: Validated[NewUser]) -> str:
    if form.ok is True:
        assert_type(form.value, NewUser)
        return form.value.email
    return str(form.errors)


def take(numbers: Validated[list[int]]) -> int:
    return sum(numbers.value) if numbers.ok else len(numbers.errors)
