"""The concurrent work below one error boundary: it succeeds as a whole, or its first failure ends all of it.

Not `asyncio.TaskGroup`: that wraps failures in groups, may only be used inside one block, and would report
a `redirect()` as a crash of its siblings.
"""

from __future__ import annotations

import asyncio
import inspect
from collections.abc import Coroutine
from typing import Any, cast, final

import anyio

from wingbeat.flight import Element

__all__ = ["TaskScope", "close_unreached"]


@final
class TaskScope:
    """A set of tasks, and the scopes inside it. Whoever makes one awaits `settle`, then `cancel` in any case."""

    def __init__(self, *, is_guarded: bool = False) -> None:
        self.is_guarded = is_guarded
        """Whether an error boundary of the page's author stands above."""
        self._running: set[asyncio.Task[None]] = set()
        self._inner: list[TaskScope] = []
        self._failure: BaseException | None = None
        self._waiter: asyncio.Future[None] | None = None

    @property
    def is_settled(self) -> bool:
        """Whether no work is left."""
        return not self._running

    def running(self) -> set[asyncio.Task[None]]:
        """Return the tasks that have not ended, those of inner scopes included."""
        return self._running.union(*[inner.running() for inner in self._inner])

    def open_inner(self, *, is_guarded: bool = False) -> TaskScope:
        """Return a scope whose failures are its own; this one's `cancel` ends it, too."""
        inner = TaskScope(is_guarded=self.is_guarded or is_guarded)
        self._inner.append(inner)
        return inner

    def spawn(self, work: Coroutine[Any, Any, None], *sources: object) -> None:
        """Start `work`. If it fails, the coroutines in `sources` that it did not reach are closed."""
        task = asyncio.create_task(work)
        self._running.add(task)
        task.add_done_callback(lambda task: self._end(task, sources))

    async def settle(self) -> None:
        """Wait for all work, also for what it starts. Raises the first failure at once; the rest goes on."""
        if self._running and self._failure is None:
            self._waiter = asyncio.get_running_loop().create_future()
            await self._waiter
        if self._failure is not None:
            raise self._failure

    async def cancel(self) -> None:
        """Cancel what still runs, here and in inner scopes, and wait for its end."""
        # Shielded: a server that gives up on a request must not leave its tasks behind.
        with anyio.CancelScope(shield=True):
            while running := self.running():  # what is being cancelled may start something
                for task in running:
                    if not task.cancelling():
                        task.cancel()
                await asyncio.wait(running)

    def _end(self, task: asyncio.Task[None], sources: tuple[object, ...]) -> None:
        self._running.discard(task)
        if task.cancelled():
            failure: BaseException | None = RuntimeError("A component awaited something that was cancelled.")
        else:
            failure = task.exception()
        if failure is not None:
            close_unreached(*sources)
            self._failure = self._failure or failure
        if (self._failure or not self._running) and self._waiter is not None and not self._waiter.done():
            self._waiter.set_result(None)


def close_unreached(*nodes: object) -> None:
    """Close the coroutines in `nodes` that nothing has begun to await, so that Python does not warn of them."""
    left = list(nodes)
    while left:
        node = left.pop()
        if inspect.iscoroutine(node):
            if inspect.getcoroutinestate(node) == inspect.CORO_CREATED:
                node.close()
        elif isinstance(node, Element):
            left.extend(node.props.values())
        elif isinstance(node, list | tuple):
            left.extend(cast("list[object] | tuple[object, ...]", node))
        elif isinstance(node, dict):
            left.extend(cast("dict[object, object]", node).values())
