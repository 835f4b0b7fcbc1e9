"""Runs the server components of a tree and returns the tree as it goes over the wire.

    In:   elements, components, awaitables, actions       Out:  elements of tags, symbols and client references

Components disappear; their keys are pushed down to what they render, as React's server does, so that client
state follows a keyed item. Async siblings run at the same time. An exception is caught by the nearest error
boundary, which then shows its fallback, in the payload and in the HTML alike.
"""

from __future__ import annotations

import asyncio
import inspect
from collections.abc import AsyncIterable, Awaitable, Callable, Coroutine
from dataclasses import dataclass, field
from typing import Any, cast

import anyio.to_thread

from wingbeat.errors import ElementError
from wingbeat.flight import FRAGMENT, ClientReference, Element, Lazy, ReactSymbol, ServerReference
from wingbeat.html.builder import prepare_children
from wingbeat.html.server_functions import ServerFunction, hand_over

from .boundaries import ERROR_BOUNDARY
from .components import Component
from .urls import rebased_props

__all__ = ["Renderer"]

_LEAVES = frozenset({str, int, float, bool, type(None)})


@dataclass(slots=True, frozen=True)
class _Place:
    """Where a node stands, for React's rules on keys of server components."""

    key_path: str | None = None
    implicit_slot: bool = False

    def entered(self, key: str | None) -> _Place:
        """Return the place of what a component with `key` renders."""
        if key is not None:
            return _Place(self.joined(key), self.implicit_slot)
        return self if self.key_path is not None or self.implicit_slot else _IMPLICIT

    def joined(self, key: str | None) -> str | None:
        if self.key_path is None:
            return key
        return self.key_path if key is None else f"{self.key_path},{key}"


_TOP = _Place()
_IMPLICIT = _Place(implicit_slot=True)


@dataclass(slots=True)
class _Scope:
    """The work that one error boundary waits for."""

    tasks: set[asyncio.Task[None]] = field(default_factory=set)

    def spawn(self, work: Coroutine[Any, Any, None], awaitable: object = None) -> None:
        """Start `work`, which awaits `awaitable`; a coroutine that it did not reach is closed without a warning."""
        task = asyncio.create_task(work)
        self.tasks.add(task)
        if inspect.iscoroutine(awaitable):
            task.add_done_callback(lambda _: awaitable.close())

    async def settle(self) -> None:
        """Wait for all work, also for what it starts. Raises the first failure; `cancel` ends the rest."""
        while self.tasks:
            done, _ = await asyncio.wait(self.tasks, return_when=asyncio.FIRST_EXCEPTION)
            self.tasks -= done
            for task in done:
                task.result()

    async def cancel(self) -> None:
        """Cancel what still runs and wait for its end."""
        tasks, self.tasks = self.tasks, set()
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


class Renderer:
    """Renders trees for one response.

    `reference` turns an action into its wire form. `report` is told of each error that a boundary caught and
    returns the props by which the browser's boundary shows it. `base` is the app's mount point.
    """

    def __init__(
        self,
        *,
        reference: Callable[[ServerFunction], ServerReference],
        report: Callable[[BaseException], dict[str, object]],
        base: str = "",
    ) -> None:
        self._reference = reference
        self._report = report
        self._base = base
        self._references: dict[int, tuple[ServerFunction, ServerReference]] = {}

    async def render(self, node: object) -> object:
        """Return `node` as it goes over the wire, with everything awaited.

        Raises what a component outside every boundary raised, and every `Interrupt`.
        """
        prepared = prepare_children(node, "the page")
        return await self._settled(lambda scope: self._node(prepared, _TOP, scope))

    async def value(self, value: object) -> object:
        """Return an action's result as it goes over the wire: elements in it rendered, actions as references."""
        return await self._settled(lambda scope: self._data(hand_over(value), scope))

    @staticmethod
    async def _settled(start: Callable[[_Scope], object]) -> object:
        scope = _Scope()
        try:
            result = start(scope)
            await scope.settle()
        finally:
            await scope.cancel()
        return result

    def _node(self, node: object, place: _Place, scope: _Scope) -> object:
        kind = type(node)
        if kind in _LEAVES:
            return node
        if isinstance(node, Element):
            return self._element(node, place, scope)
        if kind is list or kind is tuple:
            return self._array(cast("list[object] | tuple[object, ...]", node), place, scope)
        if isinstance(node, Awaitable):
            return self._later(self._awaited(node), place, scope)
        if isinstance(node, AsyncIterable):
            return self._later(_collected(node), place, scope)
        return node

    def _element(self, element: Element, place: _Place, scope: _Scope) -> object:
        kind = element.type
        if type(kind) is str:
            return self._wire(kind, element, self._host_props(kind, element.props, scope), place)
        if isinstance(kind, Component):
            return self._component(kind, element, place, scope)
        if kind == FRAGMENT and element.key is None:
            return self._node(element.props.get("children"), place.entered(None), scope)
        if kind is ERROR_BOUNDARY:
            return self._boundary(element, place, scope)
        if isinstance(kind, ClientReference | ReactSymbol):
            props = {name: self._data(value, scope) for name, value in element.props.items()}
            return self._wire(kind, element, props, place)
        raise ElementError(f"{element!r} is no element that can be rendered.")

    @staticmethod
    def _wire(kind: object, element: Element, props: dict[str, object], place: _Place) -> object:
        key = place.joined(element.key)
        wire = Element(kind, key, props)
        return [wire] if place.implicit_slot and key is not None else wire

    def _array(self, nodes: list[object] | tuple[object, ...], place: _Place, scope: _Scope) -> object:
        resolved: list[object] | tuple[object, ...] = [self._node(node, _TOP, scope) for node in nodes]
        if isinstance(nodes, tuple):
            resolved = tuple(resolved)
        if place.key_path is None:
            return resolved
        wrapped = Element(FRAGMENT, place.key_path, {"children": resolved})
        return [wrapped] if place.implicit_slot else wrapped

    def _component(self, component: Component[...], element: Element, place: _Place, scope: _Scope) -> object:
        inside = place.entered(element.key)
        if component.threaded:
            return self._later(_in_thread(component, element.props), inside, scope)
        result = component.run(element.props)
        if inspect.iscoroutine(result):
            return self._later(result, inside, scope)
        return self._node(prepare_children(result, component.__name__), inside, scope)

    def _later(self, awaitable: Awaitable[object], place: _Place, scope: _Scope) -> Lazy:
        lazy = Lazy()
        scope.spawn(self._fill(lazy, awaitable, place, scope), awaitable)
        return lazy

    async def _fill(self, lazy: Lazy, awaitable: Awaitable[object], place: _Place, scope: _Scope) -> None:
        result = prepare_children(await awaitable, "what was awaited")
        lazy.resolve(self._node(result, place, scope))

    @staticmethod
    async def _awaited(awaitable: Awaitable[object]) -> object:
        return await awaitable

    def _boundary(self, element: Element, place: _Place, scope: _Scope) -> object:
        fallback = self._node(element.props.get("fallback"), _TOP, scope)
        inner = _Scope()
        try:
            children = self._node(element.props.get("children"), _TOP, inner)
        except Exception as error:  # noqa: BLE001 (catching everything is what a boundary is for)
            for task in inner.tasks:
                task.cancel()
            scope.tasks |= inner.tasks  # they are cancelled; the outer scope only waits for their end
            return self._failed(element, fallback, error, place)
        working = self._wire(element.type, element, {"fallback": fallback, "children": children}, place)
        if not inner.tasks:
            return working
        lazy = Lazy()

        def failed(error: Exception) -> object:
            return self._failed(element, fallback, error, place)

        scope.spawn(self._settle_boundary(lazy, working, inner, failed))
        return lazy

    @staticmethod
    async def _settle_boundary(
        lazy: Lazy, working: object, inner: _Scope, failed: Callable[[Exception], object]
    ) -> None:
        try:
            await inner.settle()
        except Exception as error:  # noqa: BLE001 (the same)
            lazy.resolve(failed(error))
        else:
            lazy.resolve(working)
        finally:
            await inner.cancel()

    def _failed(self, element: Element, fallback: object, error: Exception, place: _Place) -> object:
        props = {"fallback": fallback, "failed": self._report(error), "children": None}
        return self._wire(element.type, element, props, place)

    def _host_props(self, tag: str, props: dict[str, object], scope: _Scope) -> dict[str, object]:
        resolved = rebased_props(tag, props, self._base) if self._base else props
        changed: dict[str, object] = {}
        for name, value in resolved.items():
            if type(value) in _LEAVES:
                continue
            changed[name] = self._node(value, _TOP, scope) if name == "children" else self._data(value, scope)
        return {**resolved, **changed} if changed else resolved

    def _data(self, value: object, scope: _Scope) -> object:  # noqa: PLR0911 (one line per kind of value)
        """Resolve a prop: nodes in it are rendered, actions in it become references."""
        kind = type(value)
        if kind in _LEAVES:
            return value
        if isinstance(value, Element):
            return self._node(value, _TOP, scope)
        if isinstance(value, ServerFunction):
            return self._referenced(value)
        if kind is list:
            return [self._data(item, scope) for item in cast("list[object]", value)]
        if kind is tuple:
            return tuple(self._data(item, scope) for item in cast("tuple[object, ...]", value))
        if kind is dict:
            return {key: self._data(item, scope) for key, item in cast("dict[object, object]", value).items()}
        return value

    def _referenced(self, action: ServerFunction) -> ServerReference:
        """Return one reference per action object, so that the browser gets one function for it."""
        held = self._references.get(id(action))
        if held is None:
            held = self._references[id(action)] = (action, self._reference(action))
        return held[1]


async def _in_thread(component: Component[...], props: dict[str, object]) -> object:
    return await anyio.to_thread.run_sync(component.run, props)


async def _collected(nodes: AsyncIterable[object]) -> object:
    return [node async for node in nodes]
