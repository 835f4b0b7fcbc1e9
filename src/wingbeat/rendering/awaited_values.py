"""What a tree or a value holds that is yet to come, as something to wait for, and what stands for a value."""

from __future__ import annotations

from collections.abc import AsyncGenerator, AsyncIterable, AsyncIterator, Awaitable, Callable, Generator
from typing import cast, final

import anyio.to_thread

from wingbeat.flight import carry_taint
from wingbeat.html.builder import prepare_children

from .components import Component

__all__ = ["Promised", "collected", "each_rendered", "in_thread", "instead_of"]

Render = Callable[[object], Awaitable[object]]


@final
class Promised:
    """A promise in a value, rendered when it is awaited. No coroutine: nobody has to await it."""

    def __init__(self, render: Render, awaitable: Awaitable[object]) -> None:
        self._render = render
        self._awaitable = awaitable

    def __await__(self) -> Generator[object, None, object]:
        return self._rendered().__await__()

    async def _rendered(self) -> object:
        return await self._render(await self._awaitable)


async def each_rendered(render: Render, values: AsyncIterable[object]) -> AsyncIterator[object]:
    """Yield each of `values`, rendered."""
    try:
        async for value in values:
            yield await render(value)
    finally:
        if isinstance(values, AsyncGenerator):  # at once, not when the garbage is collected
            await cast("AsyncGenerator[object]", values).aclose()


def instead_of(value: object, sent: object) -> object:
    """Return what is sent instead of `value`, which is as tainted as it."""
    if sent is not value:
        carry_taint(value, sent)
    return sent


async def in_thread(component: Component[...], props: dict[str, object]) -> object:
    """Run a component that may block."""

    def run() -> object:
        # A generator is used up here, too: what it does between its items may block.
        return prepare_children(component.run(props), repr(component))

    return await anyio.to_thread.run_sync(run)


async def collected(nodes: AsyncIterable[object]) -> object:
    """Return what an async iterable holds as a list."""
    return [node async for node in nodes]
