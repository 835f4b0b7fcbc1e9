"""Leaf values: dates, durations, binary views, the fields of records."""

from __future__ import annotations

from array import array
from datetime import timedelta

import pytest
from hypothesis import given, strategies as st
from pydantic import TypeAdapter

from wingbeat.flight.leaves import array_view, duration_text, float_model, memory_view, record_fields


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (timedelta(), "P0D"),
        (timedelta(days=1), "P1D"),
        (timedelta(hours=1), "PT1H"),
        (timedelta(seconds=-1.5), "-PT1.5S"),
        (timedelta(days=2, hours=3, minutes=4, seconds=5, microseconds=60), "P2DT3H4M5.00006S"),
    ],
)
def test_a_duration_is_iso_8601(value: timedelta, text: str) -> None:
    assert duration_text(value) == text


@given(value=st.timedeltas(timedelta(days=-900_000_000), timedelta(days=900_000_000)))
def test_pydantic_reads_every_duration_back(value: timedelta) -> None:
    assert TypeAdapter(timedelta).validate_python(duration_text(value)) == value


@given(value=st.floats(allow_nan=False))
def test_a_float_keeps_its_value(value: float) -> None:
    model = float_model(value)

    assert isinstance(model, str) or model == value


@pytest.mark.parametrize("code", "bBhHiIlLqQfd")
def test_an_array_is_sent_as_the_typed_array_of_its_items(code: str) -> None:
    values = array(code, [1, 2])

    kind, data = array_view(values)

    assert kind.endswith(f"{values.itemsize * 8}Array")
    assert array(code, data) == values
    assert memory_view(memoryview(values)) == (kind, data)


def test_a_view_is_flattened_and_copied_even_when_it_is_not_contiguous() -> None:
    numbers = array("h", range(6))

    assert memory_view(memoryview(numbers)[::2]) == array_view(array("h", [0, 2, 4]))
    assert memory_view(memoryview(b"abcd").cast("B", (2, 2))) == ("Uint8Array", b"abcd")


def test_characters_have_no_typed_array() -> None:
    assert array_view(array("u", "x")) is None
    assert memory_view(memoryview(bytes(8)).cast("P")) is None


def test_only_dataclasses_and_models_have_fields() -> None:
    assert record_fields(dict) is None
    assert record_fields(type("Fake", (), {"__pydantic_fields__": "no dict"})) is None
