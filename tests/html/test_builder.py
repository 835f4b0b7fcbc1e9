"""Elements as users write them."""

import re
from collections.abc import AsyncIterator
from decimal import Decimal
from enum import IntEnum, StrEnum

import pytest

from wingbeat import html as h
from wingbeat.errors import ElementError
from wingbeat.flight import UNDEFINED, BigInt, Element, Lazy, ServerReference
from wingbeat.html.builder import prepare_children


def refuses(message: str):
    return pytest.raises(ElementError, match=f"^{re.escape(message)}$")


def test_several_children_stay_a_tuple_because_the_author_wrote_them_out():
    assert h.div["a", h.b["c"]].props["children"][0] == "a"
    assert type(h.div["a", "b"].props["children"]) is tuple


def test_one_child_is_the_child_itself_also_behind_a_formatters_comma():
    assert h.div["a"].props["children"] == "a"
    assert h.div["a",].props["children"] == "a"


def test_data_becomes_a_list_when_it_is_given_and_never_later():
    rows = iter(["a", "b"])

    node = h.ul[rows]

    assert node.props["children"] == ["a", "b"]
    assert list(rows) == []


def test_a_list_is_copied_so_that_later_changes_do_not_reach_the_page():
    names = ["a"]
    node = h.ul["first", names]
    names.append("b")

    assert node.props["children"] == ("first", ["a"])


def test_iterables_are_consumed_at_any_depth():
    node = h.ul[(map(str.upper, pair) for pair in [("a", "b"), ("c",)])]

    assert node.props["children"] == [["A", "B"], ["C"]]


def test_views_of_a_dict_are_data():
    assert h.ul[{"a": 1}.items()].props["children"] == [("a", 1)]


def test_nothing_keeps_its_place():
    assert h.p[None, True, False, UNDEFINED].props["children"] == (None, True, False, UNDEFINED)


def test_members_of_an_enumeration_are_their_text_or_number():
    class Colour(StrEnum):
        RED = "red"

    class Size(IntEnum):
        BIG = 3

    red, three = h.p[Colour.RED, Size.BIG].props["children"]

    assert (type(red), red, type(three), three) == (str, "red", int, 3)
    assert type(h.p(title=Colour.RED).props["title"]) is str


async def _lines() -> AsyncIterator[str]:
    yield "a"


async def _text() -> str:
    return "a"


def test_what_must_be_awaited_is_left_to_the_renderer():
    coroutine, lines, lazy = _text(), _lines(), Lazy()

    assert h.p[coroutine, lines, lazy, BigInt(5)].props["children"] == (coroutine, lines, lazy, 5)
    coroutine.close()


def test_a_tag_without_call_is_an_element_too():
    rule = h.div["a", h.hr].props["children"][1]

    assert (rule.type, rule.props) == ("hr", {})


def test_a_node_is_never_changed():
    card = h.div(class_="card")

    assert card["a"].props == {"className": "card", "children": "a"}
    assert card.keyed(7).key == "7"
    assert (card.key, card.props) == (None, {"className": "card"})


def test_a_key_is_text():
    assert h.li(key=7)["a"].key == "7"
    assert h.li["a"].keyed(("a", 1)).key == "('a', 1)"
    assert h.br.keyed(0).key == "0"


def test_any_tag_can_be_made():
    assert h.element("my-tag")(fooBar=1, foo_bar={"a": 1}, class_="x").props == {
        "fooBar": 1,
        "foo-bar": {"a": 1},
        "className": "x",
    }
    assert isinstance(h.element("br"), h.VoidTag)


def test_every_tag_stands_under_its_name():
    tags = {name: tag for name in h.__all__ if isinstance(tag := getattr(h, name), h.Tag)}

    assert len(tags) > 190
    assert {name: tag.name for name, tag in tags.items() if name != tag.name.lower()} == {
        name: tag.name
        for name, tag in tags.items()
        if "_" in name and name.replace("_", "") == tag.name.lower().replace("-", "")
    }


def test_no_module_hides_a_tag():
    assert {name for name in h.__all__ if not isinstance(getattr(h, name), h.Tag)} == {
        "Node",
        "Tag",
        "VoidNode",
        "VoidTag",
        "element",
    }


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda: h.br["a"], "<br> cannot have children, but was given 'a'."),
        (lambda: h.img(src="/a")["a"], "<img> cannot have children, but was given 'a'."),
        (
            lambda: h.ul[{"a": 1}],
            (
                "<ul> was given the dict {'a': 1}, which cannot be rendered. "
                "Render its items, such as [h.li[key, value] for key, value in items.items()]."
            ),
        ),
        (
            lambda: h.p["x", b"y"],
            "<p> was given the bytes b'y', which cannot be rendered. Decode it first, such as value.decode().",
        ),
        (
            lambda: h.p[{1}],
            (
                "<p> was given the set {1}, which cannot be rendered. "
                "A set has no order; sort it first, such as sorted(values)."
            ),
        ),
        (
            lambda: h.p[Decimal("1.50")],
            (
                "<p> was given the Decimal Decimal('1.50'), which cannot be rendered. "
                "Turn it into text first, such as str(value)."
            ),
        ),
        (
            lambda: h.p[ServerReference("a")],
            "<p> was given an action as a child. Give it to a form: h.form(action=...).",
        ),
        (lambda: h.p["a"]["b"], "<p> already has children. Give them all in one pair of brackets."),
        (lambda: h.p(children="a"), "<p> was given children=. Write them in brackets: h.p[...]."),
        (
            lambda: h.title["Invoice ", 7],
            (
                "<title> holds one text, but was given ('Invoice ', 7). "
                'Write one string, such as f"{first} {second}".'
            ),
        ),
    ],
)
def test_what_no_element_can_hold_is_refused_with_the_fix(make, message):
    with refuses(message):
        make()


def test_a_function_that_was_not_called_is_refused():
    with pytest.raises(
        ElementError, match=r"^<p> was given the function <function .*>, which .* Call it first\.$"
    ):
        h.p[_text]


def test_an_element_is_no_list():
    with pytest.raises(TypeError, match=r"^<p> is an element, not a list of its children$"):
        list(h.p["a"])
    with pytest.raises(TypeError, match=r"^<p> is an element, not a list of its children$"):
        list(h.p)


def test_children_of_components_are_prepared_alike():
    assert prepare_children((iter("ab"), Element("p", None, {})), "Card")[0] == ["a", "b"]
