"""Maps and Sets with JavaScript's keys."""

from __future__ import annotations

import pytest

from wingbeat.errors import ArgumentRefused
from wingbeat.flight import UNDEFINED, BigInt, Map, Promise, ReplyIterator, ReplyStream, Set


def test_a_map_compares_keys_as_javascript_does() -> None:
    key = [1]
    value = Map([(1, "a"), (1.0, "b"), (True, "c"), ("1", "d"), (BigInt(1), "e"), (key, "f"), ([1], "g")])

    assert [value[1], value[True], value["1"], value[BigInt(1)], value[key]] == [*"bcdef"]
    assert [1] not in value
    assert len(value) == 6
    assert next(iter(value)) == 1


def test_a_map_becomes_a_dict_when_its_keys_allow() -> None:
    assert Map([(1, "a"), ("x", [1]), (None, 2)]).as_dict() == {1: "a", "x": [1], None: 2}
    with pytest.raises(ArgumentRefused, match=r"^two keys of the Map are equal in Python$"):
        Map([(1, "a"), (True, "b")]).as_dict()
    with pytest.raises(ArgumentRefused, match=r"^a key of the Map is itself a collection$"):
        Map([([], 1)]).as_dict()


def test_a_set_becomes_a_set_when_its_values_allow() -> None:
    assert Set([1, "a", UNDEFINED]).as_set() == {1, "a", UNDEFINED}
    with pytest.raises(ArgumentRefused, match=r"^two values of the Set are equal in Python$"):
        Set([1, True]).as_set()
    with pytest.raises(ArgumentRefused, match=r"^a value of the Set is itself a collection$"):
        Set([{}]).as_set()


def test_collections_are_equal_when_their_contents_are() -> None:
    assert Map([(1, 2)]) == Map([(1, 2)])
    assert Map([(1, 2)]) != Map([(1, 3)])
    assert Set([1]) == Set([1])
    assert Set([1]) != {1}
    assert 1 in Set([1])
    assert True not in Set([1])


def test_nothing_shows_its_contents() -> None:
    values = [
        Map([(1, "secret")]),
        Set(["secret"]),
        Promise("secret"),
        ReplyIterator(["secret"]),
        ReplyStream("X", ["secret"]),
    ]

    assert [repr(value) for value in values] == [
        "<Map of 1>", "<Set of 1>", "<Promise>", "<ReplyIterator>", "<ReplyStream>",
    ]  # fmt: skip
