"""Runs the server components of a tree and returns the tree as it goes over the wire.

    In:   elements, components, awaitables, actions       Out:  elements of tags, symbols and client references

Components disappear; their keys are pushed down to what they render (see `key_paths`). Async siblings run at
the same time. An exception is caught by the nearest error boundary, which then shows its fallback, in the
payload and in the HTML alike; `redirect()` and its kin pass through all of them.

`render` and `whole_page` wait for everything. `stream` waits for the shell: what stands in no Suspense boundary.
"""

from __future__ import annotations

import asyncio
import inspect
from collections.abc import AsyncIterable, Awaitable, Callable
from contextlib import nullcontext
from functools import partial
from operator import is_
from typing import cast, final

from wingbeat.errors import ElementError
from wingbeat.flight import (
    FRAGMENT,
    SUSPENSE,
    ClientReference,
    Element,
    Lazy,
    Promise,
    ReactSymbol,
    ReadableStream,
    ReplyStream,
    ServerReference,
)
from wingbeat.html.builder import prepare_children
from wingbeat.html.server_functions import PLAIN_TYPES, ServerFunction, hand_over
from wingbeat.request import HttpInterrupt, Interrupt

from .awaited_values import Promised, collected, each_rendered, in_thread, instead_of
from .boundaries import ERROR_BOUNDARY
from .components import Component
from .error_pages import ErrorPage
from .key_paths import TOP, Place
from .late_content import TOO_DEEP, LateContent, Rendering
from .task_scope import TaskScope, close_unreached
from .urls import rebased_props

__all__ = ["Renderer"]


@final
class Renderer:
    """Renders trees for one response.

    `reference` turns an action into its wire form. `report` is told of each error that a boundary caught and
    returns the props by which the browser's boundary shows it. `status_page` gives what a part that arrives late
    shows for a status, if the app says so. `base` is the app's mount point. Without `threads`, what may block runs
    where the renderer does. With `sequential` no two components run at once: each is awaited before its next
    sibling begins.
    """

    def __init__(
        self,
        *,
        reference: Callable[[ServerFunction], ServerReference],
        report: Callable[[BaseException], dict[str, object]],
        status_page: Callable[[int], object | None] = lambda _status: None,
        base: str = "",
        threads: bool = True,
        sequential: bool = False,
    ) -> None:
        self._threads = threads
        self._reference = reference
        self._report = report
        self._status_page = status_page
        self._base = base
        self._turn = asyncio.Lock() if sequential else nullcontext()
        self._stand_ins: dict[int, tuple[object, object]] = {}
        self._late: TaskScope | None = None
        self._is_whole_page = False
        self._has_shell = False
        self._contents: list[LateContent] = []
        self.failure: Exception | None = None
        """What an error page in the shell shows, because it failed before the shell was there."""
        self.met_promise = False
        """Whether a value held something that is yet to come: an awaitable, or an async iterable."""

    async def render(self, node: object) -> object:
        """Return `node` as it goes over the wire, with everything awaited.

        Raises what a component outside every boundary raised, and every `Interrupt`. Whatever the end, no
        task is left behind.
        """
        return await self._settled(lambda scope: self._tree(node, "the page", TOP, scope))

    async def stream(self, node: object) -> Rendering:
        """Return `node` once its shell is there; Suspense boundaries may hold a `LateContent`.

        Raises as `render` does, also for an Interrupt of a boundary's content that ended before the shell was
        there. Of what comes later, exceptions are caught by the nearest error boundary in the browser; where the
        author put none, a boundary's content gets one of its own, so that the rest of the page stays. A later
        Interrupt is reported and shown in place of the content.
        """
        late = self._late = TaskScope()
        try:
            tree = await self.render(node)
            self._raise_early_interrupt()
        except BaseException:
            await late.cancel()
            raise
        self._has_shell = True
        return Rendering(tree, late)

    async def whole_page(self, node: object) -> object:
        """Return what `stream` would show in the end, with everything awaited. Raises as `render` does."""
        self._is_whole_page = True
        return await self.render(node)

    async def value(self, value: object) -> object:
        """Return an action's result as it goes over the wire: elements in it rendered, actions as references.

        What it promises (awaitables, async iterables) is rendered in the same way, once it is awaited.
        """
        return await self._settled(lambda scope: self._data(hand_over(value), scope))

    @staticmethod
    async def _settled(start: Callable[[TaskScope], object]) -> object:
        scope = TaskScope()
        try:
            result = start(scope)
            await scope.settle()
        except BaseException as error:
            await scope.cancel()
            if isinstance(error, RecursionError):
                raise ElementError(TOO_DEEP) from None
            raise
        return result

    def _tree(self, tree: object, owner: str, place: Place, scope: TaskScope) -> object:
        """Resolve what a component, or something awaited, gave; `owner` is named in errors."""
        try:
            tree = prepare_children(tree, owner)
            return self._node(tree, place, scope)
        except BaseException:
            close_unreached(tree)
            raise

    def _node(self, node: object, place: Place, scope: TaskScope) -> object:
        kind = type(node)
        if kind in PLAIN_TYPES:
            return node
        if isinstance(node, Element):
            return self._element(node, place, scope)
        if kind is list or kind is tuple:
            nodes = cast("list[object] | tuple[object, ...]", node)
            resolved: list[object] = []
            for item in nodes:  # no comprehension: before Python 3.12 it halves how deep a page may be
                resolved.append(self._node(item, TOP, scope))  # noqa: PERF401
            return place.array(tuple(resolved) if kind is tuple else resolved)
        if isinstance(node, Awaitable):
            return self._later(cast("Awaitable[object]", node), place, scope)
        if isinstance(node, AsyncIterable):
            return self._later(collected(cast("AsyncIterable[object]", node)), place, scope)
        return self._data(node, scope)

    def _element(self, element: Element, place: Place, scope: TaskScope) -> object:
        kind = element.type
        if type(kind) is str:
            props = rebased_props(kind, element.props, self._base) if self._base else element.props
            return place.element(kind, element.key, self._props(props, scope))
        if isinstance(kind, Component):
            return self._component(kind, element, place, scope)
        if kind == FRAGMENT and element.key is None:
            return self._node(element.props.get("children"), place.inside(None), scope)
        if kind is ERROR_BOUNDARY or isinstance(kind, ErrorPage):
            return self._boundary(element, place, scope)
        if kind == SUSPENSE and (self._late is not None or (self._is_whole_page and not scope.is_guarded)):
            return self._suspense(element, place, scope)
        if isinstance(kind, ClientReference | ReactSymbol):
            return place.element(kind, element.key, self._props(element.props, scope))
        raise ElementError(f"{element!r} is no element that can be rendered.")

    def _props(self, props: dict[str, object], scope: TaskScope) -> dict[str, object]:
        changed: dict[str, object] = {}
        for name, value in props.items():
            if type(value) in PLAIN_TYPES:
                continue
            is_node = name in {"children", "fallback"}
            changed[name] = self._node(value, TOP, scope) if is_node else self._data(value, scope)
        return {**props, **changed} if changed else props

    def _component(
        self, component: Component[...], element: Element, place: Place, scope: TaskScope
    ) -> object:
        inside = place.inside(element.key)
        if component.threaded and self._threads:
            return self._later(in_thread(component, element.props), inside, scope, element.props)
        result = component.run(element.props)
        if inspect.iscoroutine(result):
            return self._later(result, inside, scope, element.props)
        return self._tree(result, repr(component), inside, scope)

    def _later(
        self, awaitable: Awaitable[object], place: Place, scope: TaskScope, props: object = None
    ) -> Lazy:
        lazy = Lazy()
        scope.spawn(self._fill(lazy, awaitable, place, scope), awaitable, props)
        return lazy

    async def _fill(self, lazy: Lazy, awaitable: Awaitable[object], place: Place, scope: TaskScope) -> None:
        async with self._turn:
            node = await awaitable
        lazy.resolve(self._tree(node, "what was awaited", place, scope))

    def _suspense(self, element: Element, place: Place, scope: TaskScope) -> object:
        """Return the boundary; where no error boundary stands above, with one around it.

        What arrives late may fail or never come, and must not take the page with it.
        """
        if self._late is None:
            unkeyed = Element(element.type, None, element.props)
            guard = Element(ERROR_BOUNDARY, element.key, {"fallback": None, "children": unkeyed})
            return self._boundary(guard, place, scope)
        fallback = self._node(element.props.get("fallback"), TOP, scope)
        content = self._content(element.props.get("children"), scope, self._late)
        props = {**element.props, "fallback": fallback, "children": content}
        if scope.is_guarded:
            return place.element(element.type, element.key, props)
        guarded: dict[str, object] = {"fallback": None, "children": Element(element.type, None, props)}
        return place.element(ERROR_BOUNDARY, element.key, guarded)

    def _content(self, children: object, scope: TaskScope, late: TaskScope) -> object:
        inner = scope.open_inner()
        try:
            content = self._node(children, TOP, inner)
        except Exception as error:
            close_unreached(children)
            scope.spawn(inner.cancel())
            if scope.is_guarded:
                raise
            return self._failed(error)
        if inner.is_settled:
            return content
        arriving = LateContent()
        self._contents.append(arriving)
        late.spawn(arriving.settle(content, inner, partial(self._ended, is_guarded=scope.is_guarded)))
        return arriving

    async def _ended(self, error: BaseException, *, is_guarded: bool) -> object:
        """Return what is shown in place of a late content that ended with `error`, or raise it."""
        if isinstance(error, Interrupt):
            if not self._has_shell:
                raise error
            return await self._interrupted(error)  # its status has been sent
        if is_guarded or not isinstance(error, Exception):
            raise error
        return self._failed(error)

    async def _interrupted(self, interrupt: Interrupt) -> object:
        page = self._status_page(interrupt.status) if isinstance(interrupt, HttpInterrupt) else None
        if page is None:
            return self._failed(interrupt)
        try:
            return await self.render(page)
        except Exception as error:  # noqa: BLE001 (whatever it is, the rest of the page stays)
            return self._failed(error)

    def _failed(self, error: BaseException) -> Element:
        props: dict[str, object] = {"fallback": None, "failed": self._report(error), "children": None}
        return Element(ERROR_BOUNDARY, None, props)

    def _raise_early_interrupt(self) -> None:
        for content in self._contents:
            if isinstance(content.error, Interrupt):
                raise content.error

    def _boundary(self, element: Element, place: Place, scope: TaskScope) -> object:
        if isinstance(element.type, ErrorPage):
            return self._error_page(element.type, element, place, scope)
        fallback = self._node(element.props.get("fallback"), TOP, scope)

        def failed(error: Exception) -> object:
            props = {"fallback": fallback, "failed": self._report(error), "children": None}
            return place.element(element.type, element.key, props)

        def working(children: object) -> object:
            return place.element(element.type, element.key, {"fallback": fallback, "children": children})

        return self._guarded(element, scope, working, failed)

    def _error_page(self, page: ErrorPage, element: Element, place: Place, scope: TaskScope) -> object:
        # What fails in the page for the browser's errors must not fail the page that works.
        in_browser: dict[str, object] = {"fallback": None, "children": page.shown(None, None)}
        guard = Element(ERROR_BOUNDARY, None, in_browser)
        fallback = None if page.on_server_only else self._node(guard, TOP, scope)

        def failed(error: Exception) -> object:
            if not self._has_shell:
                self.failure = error
            report = self._report(error)
            shown = self._node(page.shown(error, cast("str | None", report.get("digest"))), TOP, scope)
            return place.element(
                ERROR_BOUNDARY, element.key, {"fallback": shown, "failed": report, "children": None}
            )

        def working(children: object) -> object:
            if page.on_server_only:
                return children
            return place.element(ERROR_BOUNDARY, element.key, {"fallback": fallback, "children": children})

        return self._guarded(element, scope, working, failed)

    def _guarded(
        self,
        element: Element,
        scope: TaskScope,
        working: Callable[[object], object],
        failed: Callable[[Exception], object],
    ) -> object:
        inner = scope.open_inner(is_guarded=True)
        try:
            children = self._node(element.props.get("children"), TOP, inner)
        except Exception as error:  # noqa: BLE001 (catching everything is what a boundary is for)
            close_unreached(element.props.get("children"))
            scope.spawn(inner.cancel())
            return failed(error)
        if inner.is_settled:
            return working(children)
        lazy = Lazy()
        scope.spawn(self._settle_boundary(lazy, working(children), inner, failed))
        return lazy

    @staticmethod
    async def _settle_boundary(
        lazy: Lazy, working: object, inner: TaskScope, failed: Callable[[Exception], object]
    ) -> None:
        try:
            await inner.settle()
        except BaseException as error:
            await inner.cancel()
            if not isinstance(error, Exception):
                raise
            lazy.resolve(failed(error))
        else:
            lazy.resolve(working)

    def _data(self, value: object, scope: TaskScope) -> object:
        """Resolve a prop: nodes in it are rendered, actions in it become references.

        What needs no change stays the same object, which the payload then writes once.
        """
        kind = type(value)
        if kind in PLAIN_TYPES:
            return value
        if kind is list or kind is tuple:
            items = cast("list[object] | tuple[object, ...]", value)
            resolved = [self._data(item, scope) for item in items]
            is_same = all(map(is_, resolved, items))
            return items if is_same else instead_of(items, cast("type[list[object]]", kind)(resolved))
        if kind is dict:
            entries = cast("dict[object, object]", value)
            changed = {key: self._data(item, scope) for key, item in entries.items()}
            is_same = all(map(is_, changed.values(), entries.values()))
            return entries if is_same else instead_of(entries, changed)
        if isinstance(value, Element):
            return self._node(value, TOP, scope)
        return self._stand_in(value)

    def _stand_in(self, value: object) -> object:
        """Return what stands for `value` on the wire: one object for each, however often it is met."""
        if id(value) not in self._stand_ins:
            # With the value, so that its id stays its own.
            self._stand_ins[id(value)] = value, instead_of(value, self._new_stand_in(value))
        return self._stand_ins[id(value)][1]

    def _new_stand_in(self, value: object) -> object:
        if isinstance(value, ServerFunction):
            return self._reference(value)
        if isinstance(value, Promise | ReplyStream):
            return value  # the browser sent it, so there is nothing in it to render
        if isinstance(value, ReadableStream):
            self.met_promise = True
            return value if value.of_bytes else ReadableStream(each_rendered(self.value, value.source))
        if isinstance(value, Awaitable):
            self.met_promise = True
            return Promised(self.value, cast("Awaitable[object]", value))
        if isinstance(value, AsyncIterable):
            self.met_promise = True
            return each_rendered(self.value, cast("AsyncIterable[object]", value))
        return value
