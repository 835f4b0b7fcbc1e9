"""There and back: what we send to the browser is what the same annotation takes from it."""

import base64
import enum
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from typing import Any, Literal, get_origin
from uuid import UUID

import pytest
from hypothesis import given, settings, strategies as st
from pydantic import BaseModel, ValidationError

from support.node_oracle import NodeOracle
from wingbeat.actions.wire_schemas import Checks
from wingbeat.flight import BigInt, File, decode_reply, encode_payload

pytestmark = pytest.mark.oracle


class Colour(enum.Enum):
    RED = "r"
    TWO = 2


@dataclass
class Point:
    x: int
    label: str | None = None
    marks: dict[int, str] = field(default_factory=dict)


class Order(BaseModel):
    id: UUID
    price: Decimal
    due: date | None
    points: list[Point]
    type: Literal["a", "b"]


SAFE = st.integers(-(2**53) + 1, 2**53 - 1)
MOMENTS = st.datetimes(datetime(1970, 1, 1), datetime(9000, 1, 1)).map(  # noqa: DTZ001 (the zone is put on next)
    lambda moment: moment.replace(microsecond=moment.microsecond // 1000 * 1000, tzinfo=UTC)
)
TEXTS = st.text(st.characters(exclude_categories=["Cs"]))
POINTS = st.builds(Point, SAFE, st.none() | TEXTS, st.dictionaries(SAFE, TEXTS, max_size=3))
VALUES: dict[Any, st.SearchStrategy[Any]] = {
    int: SAFE,
    float: st.floats(allow_nan=False),
    bool: st.booleans(),
    str: TEXTS,
    bytes: st.binary(),
    type(None): st.none(),
    BigInt: st.integers(-(10**290), 10**290).map(BigInt),
    UUID: st.uuids(),
    Decimal: st.decimals(allow_nan=False, allow_infinity=False),
    datetime: MOMENTS,
    date: st.dates(),
    time: st.times(),
    timedelta: st.timedeltas(timedelta(days=-99_999), timedelta(days=99_999)),
    Colour: st.sampled_from(Colour),
    Point: POINTS,
    Order: st.builds(
        Order,
        price=st.decimals(allow_nan=False, allow_infinity=False, places=2),
        points=st.lists(POINTS, max_size=3),
    ),
    list[int | str | None]: st.lists(SAFE | TEXTS | st.none()),
    tuple[int, str]: st.tuples(SAFE, TEXTS),
    set[str]: st.sets(TEXTS),
    frozenset[int]: st.frozensets(SAFE),
    dict[str, int]: st.dictionaries(TEXTS, SAFE),
    dict[int, list[bool]]: st.dictionaries(SAFE, st.lists(st.booleans())),
    dict[str, dict[int, set[int]]]: st.dictionaries(TEXTS, st.dictionaries(SAFE, st.sets(SAFE)), max_size=3),
}


@pytest.fixture(scope="module")
def react() -> Iterator[NodeOracle]:
    """Return React's client, which decodes a payload and sends what it got back."""
    with NodeOracle("echo.cjs") as oracle:
        yield oracle


def there_and_back(react: NodeOracle, value: object) -> object:
    """Send a value as a result and receive it as the argument of a call."""
    answer: Any = react.ask(base64.b64encode(encode_payload(value)).decode())
    if isinstance(answer, list):
        answer = [(name, part if isinstance(part, str) else _file(part)) for name, part in answer]
    (argument,) = decode_reply(answer)  # type: ignore[misc]
    return argument


def _file(part: dict[str, str]) -> File:
    return File(base64.b64decode(part["content"]), part["name"], part["type"])


@pytest.mark.parametrize("annotation", VALUES, ids=str)
def test_a_value_comes_back_as_the_type_that_sent_it(annotation: Any, react: NodeOracle) -> None:
    checks = Checks(annotation)

    @settings(max_examples=25)
    @given(VALUES[annotation])
    def there_and_back_and_checked(value: object) -> None:
        back = checks.strict.validate_python(there_and_back(react, value))

        assert (back, type(back)) == (value, type(value))

    there_and_back_and_checked()


TEXT, NUMBER, TRUTH, BYTES, NOTHING, BIG, MOMENT, OBJECT, ARRAY, SET, MAP = range(11)
KINDS: dict[Any, set[int]] = {
    int: {NUMBER, BIG},
    float: {NUMBER},
    bool: {TRUTH},
    str: {TEXT},
    bytes: {BYTES},
    type(None): {NOTHING},
    BigInt: {BIG},
    UUID: {TEXT},
    Decimal: {TEXT},
    datetime: {MOMENT},
    date: {TEXT},
    time: {TEXT},
    timedelta: {TEXT},
    Colour: {TEXT, NUMBER},
    Point: {OBJECT},
    Order: {OBJECT},
    list[int | str | None]: {ARRAY},
    tuple[int, str]: {ARRAY},
    set[str]: {SET},
    frozenset[int]: {SET},
    dict[str, int]: {OBJECT},
    dict[int, list[bool]]: {MAP},
    dict[str, dict[int, set[int]]]: {OBJECT},
}
"""What each annotation may be on the wire."""


def test_every_annotation_of_this_module_has_its_wire_kinds() -> None:
    assert KINDS.keys() == VALUES.keys()


@pytest.mark.parametrize("annotation", VALUES, ids=str)
def test_b25_what_is_of_another_kind_on_the_wire_is_refused(annotation: Any, react: NodeOracle) -> None:
    checks = Checks(annotation)
    is_dict = get_origin(annotation) is dict  # an empty one is an object whatever its keys would be
    others = [one for one, kinds in KINDS.items() if kinds.isdisjoint(KINDS[annotation])]

    @settings(max_examples=50)
    @given(st.one_of(VALUES[one] for one in others).filter(lambda value: value != {} or not is_dict))
    def there_and_back_and_refused(value: object) -> None:
        with pytest.raises(ValidationError):
            checks.strict.validate_python(there_and_back(react, value))

    there_and_back_and_refused()
