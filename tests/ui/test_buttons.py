"""Buttons of the runtime as elements: their props, children and mistakes."""

from __future__ import annotations

import pytest

from wingbeat import html as h
from wingbeat.errors import ElementError
from wingbeat.ui import reset_button, submit_button


def test_attributes_are_spelled_as_those_of_a_tag() -> None:
    assert submit_button(class_="a", aria_label="b", form_action="/x")["Save"].props == {
        "className": "a",
        "aria-label": "b",
        "formAction": "/x",
        "children": "Save",
    }


def test_the_pending_label_is_a_prop_of_its_own() -> None:
    assert submit_button(pending="…").props == {"pending": "…"}
    assert submit_button(pending=None).props == {}


@pytest.mark.parametrize("make", [submit_button, reset_button])
def test_a_button_is_keyed_and_given_children_like_a_tag(make) -> None:
    element = make()["Save ", h.b["all"]].keyed(3)

    assert (element.key, make(key=3).key, make(key=3).props) == ("3", "3", {})
    assert element.props["children"][0] == "Save "


@pytest.mark.parametrize("make", [submit_button, reset_button])
def test_a_misspelled_attribute_is_refused_where_it_is_written(make) -> None:
    with pytest.raises(ElementError):
        make(class_="a", className="b")


def test_a_pending_label_that_cannot_be_rendered_is_refused_where_it_is_written() -> None:
    with pytest.raises(ElementError, match=r"^submit_button\(pending=…\) was given the set"):
        submit_button(pending={1})
