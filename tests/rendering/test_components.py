"""Components: calling one makes an element, and nothing runs before the renderer."""

from __future__ import annotations

import gc
import threading

import pytest

from wingbeat import component, html as h
from wingbeat.errors import ElementError
from wingbeat.flight import Element
from wingbeat.rendering import Component

pytestmark = pytest.mark.anyio


@component
def card(title: str, body: str = "none", *, children: object = None) -> object:
    """Show a card."""
    return h.article[h.h2[title], h.p[body], children]


@component
def anything(*args: object, **props: object) -> object:
    return h.p[repr((args, props))]


@component
def no_children(title: str) -> object:
    return h.p[title]


def test_calling_a_component_makes_an_element_and_runs_nothing() -> None:
    @component
    def never() -> object:
        raise AssertionError("it ran")

    element = never()

    assert isinstance(element, Element)
    assert (element.type, element.key, element.props) == (never, None, {})


def test_an_element_that_is_never_used_leaves_no_warning() -> None:
    @component
    async def never(**_props: object) -> object:
        raise AssertionError("it ran")

    never()
    never()[h.p["x"]].keyed(1)

    gc.collect()  # pytest turns a warning of a forgotten coroutine into a failure


def test_a_component_keeps_its_function_s_name_and_documentation() -> None:
    assert (card.__name__, card.__doc__, card.__module__) == ("card", "Show a card.", __name__)
    assert repr(card) == "<component card>"
    assert repr(card("x").keyed(1)) == "<card key='1'>"


@pytest.mark.parametrize(
    "element", [card("A", "B"), card("A", body="B"), card(title="A", body="B"), card(body="B", title="A")]
)
async def test_arguments_are_given_by_position_or_by_name(bench, element) -> None:
    tree = await bench.render(element)

    assert tree[2]["children"][:2] == [("h2", None, {"children": "A"}), ("p", None, {"children": "B"})]


async def test_a_default_stands_for_what_is_not_given(bench) -> None:
    tree = await bench.render(card("A"))

    assert tree[2]["children"][1] == ("p", None, {"children": "none"})


@pytest.mark.parametrize(
    ("element", "seen"),
    [
        (anything(1, "b"), "((1, 'b'), {})"),
        (anything(1, x=2), "((1,), {'x': 2})"),
        (anything(x=2), "((), {'x': 2})"),
        (anything(1)["c"], "((1,), {'children': 'c'})"),
    ],
)
async def test_arguments_without_a_name_reach_the_function(bench, element, seen) -> None:
    assert await bench.render(element) == ("p", None, {"children": seen})


async def test_positional_only_arguments_stay_so(bench) -> None:
    @component
    def pair(first: int, /, second: int, *rest: int) -> object:
        return f"{first} {second} {rest}"

    assert await bench.render(pair(1, 2)) == "1 2 ()"
    assert await bench.render(pair(1, second=2)) == "1 2 ()"
    assert await bench.render(pair(1, 2, 3)) == "1 2 (3,)"


async def test_children_stand_in_brackets(bench) -> None:
    one = await bench.render(card("A")["x"])
    two = await bench.render(card("A")["x", h.b["y"]])

    assert one[2]["children"][2] == "x"
    assert two[2]["children"][2] == ["x", ("b", None, {"children": "y"})]


async def test_brackets_alone_are_a_component_without_arguments(bench) -> None:
    assert await bench.render(anything["c"]) == ("p", None, {"children": "((), {'children': 'c'})"})


def test_children_given_twice_are_refused() -> None:
    with pytest.raises(ElementError, match=r"^card already has children\. Give them all in one pair"):
        card("A")["x"]["y"]
    with pytest.raises(ElementError, match=r"^card already has children"):
        card("A", children="x")["y"]


def test_children_of_a_component_that_takes_none_are_refused_where_they_are_written() -> None:
    with pytest.raises(
        ElementError, match=r"^no_children takes no children\. Give its function a parameter `children`\.$"
    ):
        no_children("A")["x"]


def test_a_child_that_cannot_be_rendered_is_refused_where_it_is_written() -> None:
    with pytest.raises(ElementError, match="card was given the set"):
        card("A")[{1, 2}]


def test_arguments_that_the_function_does_not_take_are_refused_where_they_are_written() -> None:
    with pytest.raises(TypeError, match=r"^card\(\) has no parameter colour, size$"):
        card("A", size=1, colour=2)
    with pytest.raises(TypeError, match=r"^card\(\) got title by position and by name$"):
        card("A", title="B")
    with pytest.raises(
        TypeError,
        match=r"^card\(\) takes 2 arguments by position, but 3 were given\. Children go in brackets\.$",
    ):
        card("A", "B", "C")


async def test_a_missing_argument_is_told_with_the_component_s_name(bench) -> None:
    with pytest.raises(TypeError, match=r"card\(\) missing 1 required positional argument: 'title'"):
        await bench.render(card())


def test_keyed_and_brackets_make_new_elements() -> None:
    first = card("A")
    keyed = first.keyed(7)
    filled = keyed["x"]

    assert (first.key, keyed.key, filled.key) == (None, "7", "7")
    assert "children" not in keyed.props
    assert filled.keyed(8).props == filled.props


@pytest.mark.parametrize("thing", [card, card("A")])
def test_neither_a_component_nor_its_element_is_iterable(thing) -> None:
    with pytest.raises(TypeError, match="not a list of"):
        list(thing)


@pytest.mark.parametrize("thing", [int, print, "name", card])
def test_only_a_function_can_be_a_component(thing) -> None:
    with pytest.raises(ElementError, match=r"^@component marks a function, but was given "):
        component(thing)


async def test_a_decorated_function_is_what_runs(bench) -> None:
    def loud(function):
        def wrapped(**props):
            return h.strong[function(**props)]

        wrapped.__wrapped__ = function
        return wrapped

    @component
    @loud
    def greeting(name: str) -> object:
        return f"Hello {name}"

    assert await bench.render(greeting(name="Ada")) == ("strong", None, {"children": "Hello Ada"})


async def test_an_action_in_an_argument_is_handed_over_when_it_is_given(bench, named) -> None:
    @component
    def form(action: object, more: dict[str, object]) -> object:
        return h.form(action=action)[h.button(form_action=more["action"])]

    tree = await bench.render(form(named("save"), more={"action": named("delete")}))

    assert (tree[2]["action"], tree[2]["children"][2]["formAction"]) == ("action save", "action delete")


async def test_a_threaded_component_runs_beside_the_loop_and_uses_its_generator_up_there(bench) -> None:
    threads = set()

    def slow():
        threads.add(threading.get_ident())
        yield "a"
        threads.add(threading.get_ident())
        yield "b"

    assert await bench.render(Element(Component(slow, threaded=True), None, {})) == ["a", "b"]
    assert threading.get_ident() not in threads
