"""A renderer whose actions are named and whose reports are kept."""

from __future__ import annotations

import asyncio
import gc
from collections.abc import Awaitable, Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

import pytest

from wingbeat.flight import Element, Lazy, ServerReference
from wingbeat.html.server_functions import ServerFunction
from wingbeat.rendering import Renderer


@dataclass(eq=False)
class NamedAction(ServerFunction):
    """An action that is its name."""

    name: str
    bound: tuple[object, ...] = ()

    def handed_over(self) -> NamedAction:
        return self

    def bind(self, args: tuple[object, ...], kwargs: dict[str, object]) -> NamedAction:
        assert not kwargs
        return NamedAction(self.name, (*self.bound, *args))


@dataclass
class Bench:
    """Renders trees for a test."""

    base: str = ""
    reports: list[BaseException] = field(default_factory=list)
    """What the boundaries caught."""
    actions: list[str] = field(default_factory=list)
    """The references that were made, in order."""

    async def render(self, node: object) -> Any:
        return plain(await self.renderer().render(node))

    async def value(self, value: object) -> Any:
        return plain(await self.renderer().value(value))

    @staticmethod
    def plain(node: object) -> Any:
        """Return a wire tree as something to compare: `(tag, key, props)` for an element."""
        return plain(node)

    def renderer(self, *, sequential: bool = False) -> Renderer:
        return Renderer(reference=self._reference, report=self._report, base=self.base, sequential=sequential)

    def _reference(self, action: ServerFunction) -> ServerReference:
        assert isinstance(action, NamedAction)
        self.actions.append(action.name)
        return ServerReference(action.name, action.bound or None)

    def _report(self, error: BaseException) -> dict[str, object]:
        self.reports.append(error)
        return {"digest": "d1"}


def plain(node: Any) -> Any:
    if isinstance(node, Lazy):
        assert node.state == "resolved"
        return plain(node.value)
    if isinstance(node, Element):
        kind = node.type if isinstance(node.type, str) else getattr(node.type, "name", None)
        return (kind, node.key, {name: plain(value) for name, value in node.props.items()})
    if isinstance(node, list | tuple):
        return [plain(item) for item in node]
    if isinstance(node, dict):
        return {name: plain(value) for name, value in node.items()}
    return f"action {node.id}" if isinstance(node, ServerReference) else node


@pytest.fixture
def bench() -> Bench:
    return Bench()


@pytest.fixture
def mounted() -> Bench:
    return Bench(base="/app")


@pytest.fixture
def named() -> Callable[[str], NamedAction]:
    return NamedAction


@pytest.fixture
def leaves_nothing() -> Iterator[Callable[[Callable[[], Awaitable[None]]], Awaitable[None]]]:
    """Run a block and assert that no task of it is left; afterwards, that nobody was warned."""

    async def run(block: Callable[[], Awaitable[None]]) -> None:
        before = asyncio.all_tasks()
        logged: list[dict[str, Any]] = []
        asyncio.get_running_loop().set_exception_handler(lambda _loop, context: logged.append(context))

        await block()

        assert asyncio.all_tasks() == before
        gc.collect()  # a forgotten coroutine warns, and a forgotten failure is logged, when it is freed
        assert logged == []

    yield run
    gc.collect()
