"""Streaming: what the shell waits for, what comes later, and what is left when something fails."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING, Any, cast

import pytest

from wingbeat import component, error_boundary, fragment, html as h, not_found, redirect, suspense
from wingbeat.flight import Element
from wingbeat.rendering import LateContent
from wingbeat.request import NotFound, Redirect

if TYPE_CHECKING:
    from .conftest import Bench

pytestmark = [pytest.mark.anyio, pytest.mark.timeout(10)]

Leaves = Callable[[Callable[[], Awaitable[None]]], Awaitable[None]]


@component
async def slow(gate: asyncio.Event, children: object = None) -> object:
    await gate.wait()
    return h.p[children]


@component
async def broken(gate: asyncio.Event, error: BaseException) -> object:
    await gate.wait()
    raise error


@component
async def endless() -> object:
    await asyncio.Event().wait()


def late(tree: object) -> list[LateContent]:
    """Return the contents that were not there with the shell, in the tree's order."""
    if isinstance(tree, LateContent):
        return [tree]
    if isinstance(tree, Element):
        tree = list(tree.props.values())
    if isinstance(tree, list | tuple):
        return [one for item in cast("list[object]", tree) for one in late(item)]
    return late(getattr(tree, "value", None)) if hasattr(tree, "state") else []


async def test_the_shell_does_not_wait_for_what_stands_in_a_suspense(bench: Bench) -> None:
    gate = asyncio.Event()

    rendering = await bench.renderer().stream(h.main["a", suspense(fallback="…")[slow(gate)["b"]]])

    [content] = late(rendering.tree)
    assert (content.state, rendering.late.is_settled) == ("pending", False)
    gate.set()
    assert bench.plain(await content) == ("p", None, {"children": "b"})
    await rendering.late.settle()
    assert rendering.late.is_settled
    await rendering.cancel()


async def test_content_that_needs_no_waiting_is_part_of_the_shell(bench: Bench) -> None:
    rendering = await bench.renderer().stream(suspense(fallback="…")[h.p["at once"]])

    assert late(rendering.tree) == []
    assert rendering.late.is_settled


async def test_the_shell_waits_for_fallbacks_and_what_stands_outside(bench: Bench) -> None:
    outside, inside = asyncio.Event(), asyncio.Event()
    page = fragment[slow(outside)["x"], suspense(fallback=slow(outside)["f"])[slow(inside)["y"]]]

    streaming = asyncio.ensure_future(bench.renderer().stream(page))
    await asyncio.sleep(0.01)
    assert not streaming.done()
    outside.set()
    rendering = await streaming

    assert len(late(rendering.tree)) == 1
    await rendering.cancel()


async def test_holes_arrive_in_any_order_and_may_hold_others(bench: Bench) -> None:
    first, second, inner = (asyncio.Event() for _ in range(3))
    page = h.main[
        suspense()[slow(first)["1"]],
        suspense()[slow(second)["2", suspense(fallback="…")[slow(inner)["3"]]]],
    ]
    rendering = await bench.renderer().stream(page)
    one, two = late(rendering.tree)

    second.set()
    await two
    [three] = late(two.value)
    assert (one.state, two.state, three.state) == ("pending", "resolved", "pending")
    inner.set()
    await three
    assert one.state == "pending"
    first.set()
    await one
    await asyncio.sleep(0)

    assert rendering.late.is_settled


async def test_a_failing_hole_shows_a_boundary_of_its_own(bench: Bench) -> None:
    gate, error = asyncio.Event(), ValueError("broken")
    rendering = await bench.renderer().stream(h.main["kept", suspense()[broken(gate, error)]])
    [content] = late(rendering.tree)

    gate.set()

    props = cast("Any", await content).props
    assert props == {"fallback": None, "failed": {"digest": "d1"}, "children": None}
    assert bench.reports == [error]


async def test_a_boundary_stands_around_what_may_never_come(bench: Bench) -> None:
    gate = asyncio.Event()
    gate.set()
    page = fragment[suspense().keyed("k")["at once"], error_boundary()[suspense()["in the author's"]]]

    rendering = await bench.renderer().stream(page)

    guarded, own = bench.plain(rendering.tree)
    shown = ("react.suspense", None, {"fallback": None, "children": "at once"})
    assert guarded == ("ErrorBoundary", "k", {"fallback": None, "children": shown})
    assert own[2]["children"][0] == "react.suspense"
    assert bench.plain(await bench.renderer().whole_page(page)) == [guarded, own]


async def test_a_part_of_a_whole_page_that_fails_leaves_the_rest(bench: Bench) -> None:
    gate = asyncio.Event()
    gate.set()
    page = h.main["kept", suspense(fallback="…")[broken(gate, ValueError("broken"))]]

    shown = bench.plain(await bench.renderer().whole_page(page))

    assert shown[2]["children"][1][2]["failed"] == {"digest": "d1"}


async def test_the_author_s_boundary_catches_a_failing_hole_in_the_browser(bench: Bench) -> None:
    gate, error = asyncio.Event(), ValueError("broken")
    page = error_boundary(fallback="sorry")[suspense()[broken(gate, error)]]
    rendering = await bench.renderer().stream(page)
    [content] = late(rendering.tree)

    gate.set()

    with pytest.raises(ValueError, match="broken"):
        await content
    assert bench.reports == []


async def test_a_boundary_whose_shell_succeeds_leaves_its_holes_alive(bench: Bench) -> None:
    outside, gate = asyncio.Event(), asyncio.Event()
    page = error_boundary(fallback="sorry")[slow(outside)["a"], suspense()[slow(gate)["b"]]]
    outside.set()
    rendering = await bench.renderer().stream(page)

    gate.set()
    [content] = late(rendering.tree)

    assert bench.plain(await content) == ("p", None, {"children": "b"})


@pytest.mark.parametrize(("end", "kind"), [(not_found, NotFound), (lambda: redirect("/x"), Redirect)])
async def test_an_interrupt_before_the_shell_is_the_page_s(
    bench: Bench, end: Callable[[], None], kind: type[BaseException], leaves_nothing: Leaves
) -> None:
    @component
    async def soon() -> object:
        end()

    gate = asyncio.Event()
    asyncio.get_running_loop().call_later(0.01, gate.set)

    async def block() -> None:
        with pytest.raises(kind):
            await bench.renderer().stream(fragment[slow(gate), suspense()[soon()], suspense()[endless()]])

    await leaves_nothing(block)


async def test_a_later_interrupt_is_reported_and_shown_in_place(bench: Bench) -> None:
    gate, redirected = asyncio.Event(), Redirect("/x")
    rendering = await bench.renderer().stream(error_boundary()[suspense()[broken(gate, redirected)]])
    [content] = late(rendering.tree)

    gate.set()

    props = {"fallback": None, "failed": {"digest": "d1"}, "children": None}
    assert bench.plain(await content) == ("ErrorBoundary", None, props)
    assert bench.reports == [redirected]


async def test_cancelling_leaves_nothing_behind(bench: Bench, leaves_nothing: Leaves) -> None:
    async def block() -> None:
        rendering = await bench.renderer().stream(
            h.main[suspense()[endless(), suspense()[endless()]], error_boundary()[suspense()[endless()]]]
        )
        await asyncio.sleep(0)
        await rendering.cancel()

    await leaves_nothing(block)


async def test_a_shell_that_fails_leaves_nothing_behind(bench: Bench, leaves_nothing: Leaves) -> None:
    async def block() -> None:
        gate = asyncio.Event()
        gate.set()
        with pytest.raises(ValueError, match="broken"):
            await bench.renderer().stream(fragment[suspense()[endless()], broken(gate, ValueError("broken"))])

    await leaves_nothing(block)


async def test_render_waits_for_what_stands_in_a_suspense(bench: Bench) -> None:
    gate = asyncio.Event()
    asyncio.get_running_loop().call_later(0.01, gate.set)

    tree = await bench.render(suspense(fallback="…")[slow(gate)["b"]])

    assert tree == ("react.suspense", None, {"fallback": "…", "children": ("p", None, {"children": "b"})})


async def test_sequential_siblings_never_run_at_once(bench: Bench) -> None:
    running: list[str] = []
    log: list[str] = []

    @component
    async def query(name: str, children: object = None) -> object:
        running.append(name)
        assert len(running) == 1
        await asyncio.sleep(0.001)
        running.remove(name)
        log.append(name)
        return h.i[children]

    page = h.div[query("a")[query("a1"), query("a2")], query("b")[query("b1")], suspense()[query("c")]]

    rendering = await bench.renderer(sequential=True).stream(page)
    for content in late(rendering.tree):
        await content

    assert log[:3] == ["a", "b", "c"]
    assert sorted(log) == ["a", "a1", "a2", "b", "b1", "c"]
