"""Finding the form that was posted, in trees as they go over the wire."""

from __future__ import annotations

import re

import pytest

from wingbeat import html as h, suspense
from wingbeat.flight import Element, FormData, Lazy, ServerReference
from wingbeat.html.writer import write_html
from wingbeat.ui.action_forms import ACTION_FORM
from wingbeat.ui.posted_forms import FoundForm, find_form, refill

RESULT = {"state": {"errors": {"email": ["Wrong."]}}}


def action_form(*children: object) -> Element:
    return Element(ACTION_FORM, None, {"action": ServerReference("a1", ("sealed",)), "children": children})


def found(tree: object) -> FoundForm:
    (key,) = re.findall(r'name="\$ACTION_KEY" value="(\w+)"', write_html(tree))
    form = find_form(tree, (RESULT, key, "a1", 1))
    assert form is not None
    return form


def test_a_form_is_known_by_its_place_its_action_and_what_is_bound() -> None:
    tree = h.main[action_form()]
    (key,) = re.findall(r'name="\$ACTION_KEY" value="(\w+)"', write_html(tree))

    assert find_form(tree, (RESULT, key, "a1", 1)) is not None
    for state in [(RESULT, "other", "a1", 1), (RESULT, key, "a2", 1), (RESULT, key, "a1", 0)]:
        assert find_form(tree, state) is None
    assert find_form(h.main[h.p, action_form()], (RESULT, key, "a1", 1)) is None


def test_a_boundary_that_failed_does_not_hide_the_form() -> None:
    broken = Lazy()
    broken.reject(ValueError("broken"))
    whole = write_html(h.main[suspense()["whole"], action_form()])
    (key,) = re.findall(r'name="\$ACTION_KEY" value="(\w+)"', whole)

    assert find_form(h.main[suspense()[broken], action_form()], (RESULT, key, "a1", 1)) is not None


def test_fields_are_filled_wherever_they_stand_in_the_form() -> None:
    inner = Lazy()
    inner.resolve([h.input(name="c"), suspense()[h.input(name="d")]])
    tree = action_form(h.div[h.input(name="a")], ((h.input(name="b"),), inner), h.textarea(name="e")["old"])
    form = found(tree)

    refill(form, RESULT, FormData([(name, name.upper()) for name in "abcd"]))

    html = write_html(tree)
    assert re.findall(r'name="(\w)" value="(\w)"', html) == [("a", "A"), ("b", "B"), ("c", "C"), ("d", "D")]
    assert ">old</textarea>" in html


@pytest.mark.parametrize(
    "attributes",
    [
        {"type": "password"},
        {"type": "PASSWORD"},
        {"type": "file"},
        {"type": "hidden"},
        {"type": "submit"},
        {"auto_complete": "section-blue new-password"},
        {"auto_complete": "one-time-code"},
        {"disabled": True},
    ],
)
def test_what_is_not_typed_or_secret_is_not_filled(attributes: dict[str, object]) -> None:
    tree = action_form(h.input(name="a", **attributes))

    refill(found(tree), RESULT, FormData([("a", "typed")]))

    assert "typed" not in write_html(tree)


def test_what_the_page_itself_shares_is_not_changed() -> None:
    shared = h.input(name="a")
    tree = action_form(shared)

    refill(found(tree), RESULT, FormData([("a", "typed")]))

    assert shared.props == {"name": "a"}
