"""Temporary references are known by where they stood."""

from __future__ import annotations

import pytest

from support.reply_descriptions import describe
from wingbeat.errors import ReplyError
from wingbeat.flight import decode_reply


def test_the_path_is_row_and_keys() -> None:
    first, (nested,), inside = decode_reply(
        [("0", '["$T",[{"a":"$T","":"$T"}],"$Q10"]'), ("16", '[["k","$T"]]')]
    )

    assert first.wire_path == "0:0"
    assert {key: value.wire_path for key, value in nested.items()} == {
        "a": "0:1:0:a",
        "": "0:1:0:",
    }
    assert inside["k"].wire_path == "10:0:1"


def test_the_root_has_the_path_of_its_row() -> None:
    assert describe(decode_reply('"$T"')) == ["tmp", "0"]


def test_a_reference_to_it_is_the_same_one() -> None:
    one, two = decode_reply('["$T","$0:0"]')

    assert one is two


def test_where_there_is_no_path_it_is_refused() -> None:
    for parts in [
        [("0", '[{"a:b":"$T"}]')],
        [("0", '[{"a:b":["$T"]}]')],
        [("0", '["$X1"]'), ("S1", '"$T"'), ("S1", "C")],
        [("0", '["$X1"]'), ("S1", 'C["$T"]')],
    ]:
        with pytest.raises(ReplyError, match=r"^temporary reference stands where it has no position$"):
            decode_reply(parts)
