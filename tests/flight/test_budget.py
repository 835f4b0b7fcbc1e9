"""Values and levels are counted in the text, before anything is built from it."""

from __future__ import annotations

import json
from random import Random

import pytest

from wingbeat.errors import ReplyError
from wingbeat.flight import Limits
from wingbeat.flight.budget import Budget, count_nodes, measure_depth


def draw(random: Random, levels: int) -> object:
    kind = random.choice(["text", "number", "list", "dict"]) if levels else "text"
    if kind == "list":
        return [draw(random, levels - 1) for _ in range(random.randint(0, 4))]
    if kind == "dict":
        return {random.choice(["a", "[", '"', "\\", ","]): draw(random, levels - 1) for _ in range(3)}
    return random.choice(["", "[", '"', "\\", '\\"', "{,]", "\n"]) if kind == "text" else 1


def nodes(value: object) -> int:
    if isinstance(value, list | dict):
        return 1 + sum(nodes(item) for item in (value.values() if isinstance(value, dict) else value))
    return 1


def depth(value: object) -> int:
    if isinstance(value, list | dict):
        return 1 + max(
            (depth(item) for item in (value.values() if isinstance(value, dict) else value)), default=0
        )
    return 0


def test_counting_text_is_counting_values() -> None:
    random = Random(1)
    for _ in range(500):
        value = draw(random, 5)
        for text in (
            json.dumps(value),
            json.dumps(value, indent=1),
            json.dumps(value, separators=(",", ":")),
        ):
            assert count_nodes(text) == nodes(value)
            assert measure_depth(text, 50) == depth(value)


@pytest.mark.parametrize("text", ["[", "]", "[[]", "][", "[" * 100_000, '"', '"\\', "{]", "[]]"])
def test_what_is_not_balanced_is_too_deep_or_no_json(text: str) -> None:
    assert measure_depth(text, 50) in {0, 1, 51}
    assert count_nodes(text) >= 0


def test_an_estimate_that_is_too_high_is_counted_again() -> None:
    budget = Budget(Limits(nodes=10))

    for _ in range(9):
        budget.charge_row('",,,,,,"')

    assert budget.nodes == 9
    with pytest.raises(ReplyError, match=r"^read 11 values, expected no more than 10$"):
        budget.charge_row("[1]")
