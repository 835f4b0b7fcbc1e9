"""The room for bodies on their way in: shared out, given back, and never all one client's."""

from __future__ import annotations

from contextlib import ExitStack

import pytest
from hypothesis import given, strategies as st

from wingbeat.errors import Overloaded
from wingbeat.server.intake import MAX_BUFFERED_BYTES, MAX_CLIENT_BYTES, REQUEST_BYTES, Intake

MIB = 1024 * 1024


def test_c12_all_bodies_together_are_bounded() -> None:
    intake = Intake(1000)

    with ExitStack() as stack:
        for number in range(4):
            stack.enter_context(intake.place(f"192.0.2.{number}")).hold(15 * MIB)
        other = stack.enter_context(intake.place("192.0.2.99"))
        with pytest.raises(Overloaded, match=r"^bodies of \d+ bytes are being read$"):
            other.hold(5 * MIB)
    assert intake.is_empty


def test_c12_one_client_has_a_share_and_no_more() -> None:
    intake = Intake(1000)

    with intake.place("192.0.2.1") as first, intake.place("192.0.2.1") as second:
        first.hold(10 * MIB)
        with pytest.raises(
            Overloaded, match=r"^bodies of \d+ bytes of 192\.0\.2\.1 are being read .*trusted_proxies"
        ):
            second.hold(10 * MIB)
        with intake.place("192.0.2.2") as other:
            other.hold(15 * MIB)
    assert intake.is_empty


def test_c12_a_place_is_taken_with_the_first_byte() -> None:
    intake = Intake(1000)

    with ExitStack() as stack:
        places = [stack.enter_context(intake.place("192.0.2.1")) for _ in range(10_000)]
        assert intake.is_empty
        for place in places[: MAX_CLIENT_BYTES // (REQUEST_BYTES + 1)]:
            place.hold(1)
        with pytest.raises(Overloaded):
            places[-1].hold(1)  # a byte at a time costs what a request costs
        with intake.place("192.0.2.2") as other:
            other.hold(1)
    assert intake.is_empty


def test_where_no_client_is_known_there_is_no_share() -> None:
    with Intake(1000).place(None) as place:
        place.hold(MAX_BUFFERED_BYTES - REQUEST_BYTES)


def test_one_body_of_the_limit_always_fits() -> None:
    with Intake(100 * MIB).place("192.0.2.1") as place:
        place.hold(100 * MIB)


def test_c13_the_disk_is_bounded_too() -> None:
    intake = Intake(1000)
    intake.spool(1024 * MIB)

    with pytest.raises(Overloaded, match=r"^uploads of 1073741825 bytes are on disk$"):
        intake.spool(1)
    intake.spool(-1024 * MIB)
    assert intake.is_empty


@given(st.lists(st.tuples(st.sampled_from("abc"), st.integers(0, 8 * MIB)), max_size=40))
def test_c21_whatever_happens_nothing_is_left(bodies: list[tuple[str, int]]) -> None:
    intake = Intake(1000)

    with ExitStack() as stack:
        for client, size in bodies:
            place = stack.enter_context(intake.place(client))
            try:
                place.hold(size)
            except Overloaded:
                place.hold(0)
    assert intake.is_empty
