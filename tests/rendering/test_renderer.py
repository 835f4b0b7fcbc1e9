"""The renderer: what it resolves, in which order it waits, and what is left when something fails."""

from __future__ import annotations

import asyncio
from contextvars import ContextVar
from typing import Any

import pytest

from wingbeat import component, error_boundary, fragment, html as h, not_found, redirect, suspense
from wingbeat.errors import ElementError
from wingbeat.flight import ClientReference, Element, Promise, ReadableStream
from wingbeat.request import NotFound, Redirect

pytestmark = [pytest.mark.anyio, pytest.mark.timeout(10)]

DIALOG = ClientReference("/dialog.js", "Dialog")


@component
def shout(text: str = "", children: object = None) -> object:
    return h.b[text.upper(), children]


@component
async def later(text: str = "later", children: object = None) -> object:
    await asyncio.sleep(0)
    return h.i[text, children]


@component
def broken(**_props: object) -> object:
    raise ValueError("broken")


@component
async def broken_later(**_props: object) -> object:
    await asyncio.sleep(0)
    raise ValueError("broken later")


@component
async def endless(**_props: object) -> object:
    await asyncio.Event().wait()


def text(tree: Any) -> str:
    """Return the text of a plain tree."""
    if isinstance(tree, list):
        return "".join(map(text, tree))
    if isinstance(tree, tuple):
        failed = "failed" in tree[2]
        return text(tree[2].get("fallback" if failed else "children"))
    return tree if isinstance(tree, str) else ""


# --- What is resolved ---


async def test_components_disappear_and_tags_stay(bench) -> None:
    tree = await bench.render(h.main[shout("a"), "b", 3, None, True])

    assert tree == (
        "main",
        None,
        {"children": [("b", None, {"children": ["A", None]}), "b", 3, None, True]},
    )


async def test_a_component_may_render_another_one_or_nothing(bench) -> None:
    @component
    def outer() -> object:
        return shout("a")

    @component
    async def nothing() -> None:
        return None

    assert await bench.render([outer(), nothing()]) == [("b", None, {"children": ["A", None]}), None]


async def test_the_same_element_is_rendered_wherever_it_stands(bench) -> None:
    one, two = shout("a"), later("b")

    tree = await bench.render(h.div[one, two, h.p[one, two]])

    assert text(tree) == "AbAb"


async def test_an_async_component_runs_once_for_each_element(bench) -> None:
    runs = []

    @component
    async def counted() -> object:
        runs.append(1)
        return "x"

    await bench.render(h.div[counted(), counted()])

    assert len(runs) == 2


async def test_awaitables_and_async_iterables_are_children(bench) -> None:
    async def word() -> object:
        return h.em["coroutine "]

    async def items():
        yield "generator "
        yield shout("item ")

    future = asyncio.get_running_loop().create_future()
    future.set_result("future ")

    tree = await bench.render(h.p[word(), future, items()])

    assert text(tree) == "coroutine future generator ITEM "


async def test_a_component_may_be_a_generator_of_either_kind(bench) -> None:
    @component
    def some():
        yield h.li["a"].keyed(1)
        yield h.li["b"].keyed(2)

    @component
    async def more():
        yield h.li["c"].keyed(1)

    assert text(await bench.render(h.ul[some(), more()])) == "abc"


@pytest.mark.parametrize(
    "wrap", [suspense(fallback="…"), fragment(), fragment.keyed(1), Element(DIALOG, None, {})]
)
async def test_awaitable_children_of_what_is_no_tag_are_awaited(bench, wrap) -> None:
    async def word() -> str:
        return "there"

    tree = await bench.render(Element(wrap.type, wrap.key, {**wrap.props, "children": word()}))

    assert text(tree) == "there"


async def test_nodes_and_actions_in_the_props_of_a_client_component_are_resolved(bench, named) -> None:
    props: dict[str, object] = {
        "header": shout("a"),
        "rows": [{"cell": later("b"), "n": 1}],
        "save": named("s"),
    }

    tree = await bench.render(Element(DIALOG, None, props))

    assert text(tree[2]["header"]) == "A"
    assert (text(tree[2]["rows"][0]["cell"]), tree[2]["rows"][0]["n"]) == ("b", 1)
    assert tree[2]["save"] == "action s"


async def test_an_action_that_stands_twice_is_one_reference(bench, named) -> None:
    save = named("save")

    tree = await bench.renderer().render(h.div[h.form(action=save), h.form(action=save)])

    first, second = tree.props["children"]
    assert first.props["action"] is second.props["action"]
    assert bench.actions == ["save"]


async def test_data_that_needs_no_change_stays_the_same_object(bench) -> None:
    rows = [{"a": 1}, (2, 3)]

    tree = await bench.renderer().render(Element(DIALOG, None, {"rows": rows, "again": rows}))

    assert tree.props["rows"] is rows
    assert tree.props["again"] is rows


async def test_an_element_is_never_changed_by_rendering(bench) -> None:
    element = h.div(id="a")[shout("x")]

    before = dict(element.props)
    await bench.render(element)

    assert element.props == before


async def test_an_element_of_no_known_type_is_refused(bench) -> None:
    with pytest.raises(ElementError, match=r"^<<object .*>> is no element that can be rendered\.$"):
        await bench.render(Element(object(), None, {}))


@pytest.mark.parametrize("make", [lambda: {1, 2}, lambda: {"a": 1}, object, lambda: print])
async def test_what_no_element_can_hold_is_refused_with_the_component_that_gave_it(bench, make) -> None:
    @component
    def wrong() -> object:
        return make()

    with pytest.raises(ElementError, match=r"<component .*wrong> was given"):
        await bench.render(wrong())


async def test_a_deep_tree_is_rendered(bench) -> None:
    tree: object = "leaf"
    for _ in range(75):
        tree = h.div[shout("")[tree]]

    assert text(await bench.render(tree)) == "leaf"


async def test_a_component_that_contains_itself_is_told_in_a_sentence(bench) -> None:
    @component
    def endlessly() -> object:
        return h.div[endlessly()]

    with pytest.raises(
        ElementError, match=r"^The page is nested too deeply\. Does a component contain itself\?$"
    ):
        await bench.render(endlessly())


# --- Concurrency ---


async def test_siblings_run_at_the_same_time(bench) -> None:
    met = asyncio.Barrier(3)

    @component
    async def meets() -> object:
        await met.wait()
        return "x"

    async def child() -> str:
        await met.wait()
        return "y"

    tree = await bench.render(h.div[meets(), h.p[meets()], child()])

    assert text(tree) == "xxy"


async def test_siblings_inside_boundaries_run_at_the_same_time_as_those_outside(bench) -> None:
    met = asyncio.Barrier(2)

    @component
    async def meets() -> object:
        await met.wait()
        return "x"

    assert text(await bench.render([error_boundary()[meets()], meets()])) == "xx"


async def test_what_a_component_does_to_context_variables_stays_with_it(bench) -> None:
    variable: ContextVar[str] = ContextVar("variable", default="outside")

    @component
    async def sets() -> object:
        variable.set("inside")
        await asyncio.sleep(0)
        return variable.get()

    assert text(await bench.render([sets(), sets()])) == "insideinside"
    assert variable.get() == "outside"


# --- Failures ---


async def test_a_failure_outside_every_boundary_is_the_page_s(bench, leaves_nothing) -> None:
    async def block() -> None:
        with pytest.raises(ValueError, match=r"^broken$"):
            await bench.render(h.div[endless(), broken()])
        with pytest.raises(ValueError, match=r"^broken later$"):
            await bench.render(h.div[endless(), broken_later()])

    await leaves_nothing(block)
    assert bench.reports == []


async def test_a_failure_deep_inside_ends_the_page_at_once(bench, leaves_nothing) -> None:
    """A component that began while others were awaited is awaited like them."""

    @component
    async def spawns() -> object:
        await asyncio.sleep(0)
        return broken_later()

    async def block() -> None:
        with pytest.raises(ValueError, match="broken later"):
            await bench.render([endless(), spawns()])

    await leaves_nothing(block)


@pytest.mark.parametrize("failing", [broken, broken_later])
async def test_a_boundary_shows_its_fallback_and_keeps_the_rest(bench, leaves_nothing, failing) -> None:
    async def block() -> None:
        tree = await bench.render(h.div["a", error_boundary(fallback="sorry")[failing()], later("b")])
        assert text(tree) == "asorryb"

    await leaves_nothing(block)
    assert [str(error) for error in bench.reports] == ["broken" if failing is broken else "broken later"]


async def test_what_the_browser_shows_of_a_failure_is_what_was_reported(bench) -> None:
    tree = await bench.render(error_boundary(fallback="sorry").keyed(4)[broken()])

    assert tree == ("ErrorBoundary", "4", {"fallback": "sorry", "failed": {"digest": "d1"}, "children": None})


@pytest.mark.parametrize("failing", [broken, broken_later])
@pytest.mark.parametrize("sibling", [endless, later, broken_later])
async def test_a_failure_ends_the_siblings_inside_its_boundary(
    bench, leaves_nothing, failing, sibling
) -> None:
    async def block() -> None:
        tree = await bench.render(
            [error_boundary(fallback="sorry")[sibling(), failing(), sibling()], later("b")]
        )
        assert text(tree) == "sorryb"

    await leaves_nothing(block)
    assert len(bench.reports) == 1


async def test_the_inner_one_of_two_boundaries_catches(bench) -> None:
    tree = await bench.render(
        error_boundary(fallback="outer")["a", error_boundary(fallback="inner")[broken_later()]]
    )

    assert text(tree) == "ainner"


async def test_a_failing_fallback_is_the_outer_boundary_s(bench) -> None:
    tree = await bench.render(
        error_boundary(fallback="outer")[error_boundary(fallback=broken_later())[broken_later()]]
    )

    assert text(tree) == "outer"


async def test_a_boundary_inside_an_async_component_catches(bench, leaves_nothing) -> None:
    @component
    async def section(children: object = None) -> object:
        await asyncio.sleep(0)
        return h.section[error_boundary(fallback="sorry")[children]]

    async def block() -> None:
        assert text(await bench.render([section[broken_later()], section[later("b")]])) == "sorryb"

    await leaves_nothing(block)


async def test_a_boundary_catches_a_failing_awaitable_and_a_failing_generator(bench) -> None:
    async def word() -> str:
        raise ValueError("word")

    async def items():
        yield "a"
        raise ValueError("items")

    tree = await bench.render([error_boundary(fallback="1")[word()], error_boundary(fallback="2")[items()]])

    assert text(tree) == "12"


@pytest.mark.parametrize("interrupt", [not_found, lambda: redirect("/x")])
@pytest.mark.parametrize("is_async", [False, True])
async def test_interrupts_pass_through_boundaries_and_cancel_the_siblings(
    bench, leaves_nothing, interrupt, is_async
) -> None:
    @component
    def goes() -> object:
        interrupt()

    @component
    async def goes_later() -> object:
        await asyncio.sleep(0)
        interrupt()

    async def block() -> None:
        inside = error_boundary(fallback="x")[endless(), (goes_later if is_async else goes)(), endless()]
        with pytest.raises((NotFound, Redirect)):
            await bench.render([endless(), error_boundary(fallback="y")[endless(), inside]])

    await leaves_nothing(block)
    assert bench.reports == []


async def test_a_boundary_whose_neighbour_fails_at_once_leaves_no_task(bench, leaves_nothing) -> None:
    """Its tasks belong to the page, although the task that would await them never begins."""

    async def block() -> None:
        with pytest.raises(ValueError, match="broken"):
            await bench.render(h.div[error_boundary()[endless()], broken()])

    await leaves_nothing(block)


async def test_cancelling_the_render_cancels_its_tasks(bench, leaves_nothing) -> None:
    ended = []
    began = asyncio.Event()

    @component
    async def waits() -> object:
        began.set()
        try:
            await asyncio.Event().wait()
        finally:
            await asyncio.sleep(0)
            ended.append(1)

    async def block() -> None:
        task = asyncio.create_task(
            bench.render([waits(), error_boundary()[waits(), error_boundary()[waits()]]])
        )
        await began.wait()
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task

    await leaves_nothing(block)
    assert ended == [1, 1, 1]


async def test_a_component_that_goes_on_after_its_cancellation_leaves_no_task(bench, leaves_nothing) -> None:
    @component
    async def stubborn() -> object:
        try:
            await asyncio.Event().wait()
        except asyncio.CancelledError:
            return [endless(), later()]

    async def block() -> None:
        with pytest.raises(ValueError, match="broken later"):
            await bench.render([stubborn(), broken_later()])

    await leaves_nothing(block)


async def test_awaiting_what_was_cancelled_is_a_failure_like_any_other(bench) -> None:
    @component
    async def waits() -> object:
        future = asyncio.get_running_loop().create_future()
        future.cancel()
        return await future

    tree = await bench.render(error_boundary(fallback="sorry")[waits()])

    assert text(tree) == "sorry"
    assert [str(error) for error in bench.reports] == ["A component awaited something that was cancelled."]


async def word() -> str:
    raise AssertionError("nobody awaits it")


@pytest.mark.parametrize(
    "tree",
    [
        lambda: h.div[broken(), word()],
        lambda: h.div[word(), broken()],
        lambda: h.div[broken_later()[word()], endless[word()]],
        lambda: h.div[broken[h.p[word()]]],
        lambda: [shout()[broken(), [h.p(id="a")[word()]]], word()],
        lambda: h.div[suspense(fallback=word())[broken()]],
        lambda: h.div[Element(DIALOG, None, {"rows": [{"a": word()}], "last": broken()})],
    ],
)
async def test_a_failure_forgets_no_coroutine(bench, leaves_nothing, tree) -> None:
    """Python warns of a coroutine that nobody awaited; here a warning is a failure."""

    async def block() -> None:
        with pytest.raises(ValueError, match="broken"):
            await bench.render(tree())
        assert "sorry" in text(await bench.render(error_boundary(fallback="sorry")[tree()]))

    await leaves_nothing(block)


# --- Results of actions ---


async def test_elements_and_actions_in_a_result_are_rendered(bench, named) -> None:
    value = {"ok": True, "row": later("a"), "next": [named("save"), shout("b")]}

    result = await bench.value(value)

    assert (result["ok"], text(result["row"])) == (True, "a")
    assert (result["next"][0], text(result["next"][1])) == ("action save", "B")


@pytest.mark.parametrize("value", [1, "a", None, b"x", {1, 2}, {"a": [1, (2, 3)]}, Promise(5)])
async def test_plain_results_pass_as_they_are(bench, value) -> None:
    assert await bench.renderer().value(value) is value


async def test_what_a_result_promises_is_rendered_when_it_is_awaited(bench) -> None:
    async def promised() -> object:
        return {"row": shout("a")}

    coroutine = promised()

    result: Any = await bench.renderer().value({"one": coroutine, "two": coroutine})

    assert result["one"] is result["two"]
    assert text(bench.plain(await result["one"])["row"]) == "A"


async def test_a_promise_that_nobody_awaits_runs_nothing(bench) -> None:
    future: asyncio.Future[object] = asyncio.get_running_loop().create_future()

    await bench.renderer().value([future])

    future.cancel()


async def test_what_a_result_streams_is_rendered_item_by_item(bench, named) -> None:
    async def rows():
        yield shout("a")
        yield named("save")

    result: Any = await bench.renderer().value({"rows": rows(), "stream": ReadableStream(rows())})

    assert [bench.plain(item) for item in [item async for item in result["rows"]]][1] == "action save"
    assert [text(bench.plain(item)) async for item in result["stream"].source] == ["A", "action save"]


async def test_a_stream_of_bytes_passes_as_it_is(bench) -> None:
    async def chunks():
        yield b"x"

    stream = ReadableStream(chunks(), of_bytes=True)

    assert await bench.renderer().value(stream) is stream


async def test_a_failing_element_in_a_result_fails_it(bench, leaves_nothing) -> None:
    async def block() -> None:
        with pytest.raises(ValueError, match="broken later"):
            await bench.value([endless(), broken_later()])

    await leaves_nothing(block)
