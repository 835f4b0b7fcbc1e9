"""Blocking work beside the event loop, in the thread pool that sync pages use too.

A thread cannot be stopped. Who gives up on one abandons it, and its place in the pool stays taken until it really
ends: otherwise every call that hangs would be followed by another thread.
"""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable, Coroutine
from contextlib import suppress
from typing import Any, final

import anyio
import anyio.to_thread

__all__ = ["ThreadCall", "in_own_loop"]


@final
class ThreadCall:
    """One call in a thread of the pool; `stop` is asked, from any thread, to end it when it is given up."""

    def __init__(self, call: Callable[[], object], stop: Callable[[], None] | None = None) -> None:
        self._call = call
        self._stop = stop
        self._begun = threading.Lock()

    @property
    def has_begun(self) -> bool:
        """Whether it runs, or has run."""
        return self._begun.locked()

    async def run(self) -> object:
        """Return or raise what the call does. Cancelled, it leaves the thread to itself."""
        pool, loop = anyio.to_thread.current_default_thread_limiter(), asyncio.get_running_loop()
        await pool.acquire_on_behalf_of(self)

        def kept() -> tuple[object, BaseException | None]:
            if not self._begun.acquire(blocking=False):
                return None, None  # given up before it began; nobody waits
            try:
                return self._call(), None
            except BaseException as error:  # noqa: BLE001 (raised anew below)
                return None, error
            finally:
                with suppress(RuntimeError):  # the loop has ended meanwhile
                    loop.call_soon_threadsafe(pool.release_on_behalf_of, self)

        try:
            # Handed over as a value: a future refuses StopIteration, and GeneratorExit would end the coroutine.
            # The place is ours already; anyio's own would be free again as soon as we stopped waiting.
            value, error = await anyio.to_thread.run_sync(
                kept, abandon_on_cancel=True, limiter=anyio.CapacityLimiter(1)
            )
        except asyncio.CancelledError:
            if self._begun.acquire(blocking=False):
                pool.release_on_behalf_of(self)
                self._begun.release()
            elif self._stop is not None:
                self._stop()
            raise
        if error is not None:
            raise error
        return value


def in_own_loop(start: Callable[[], Coroutine[Any, Any, object]]) -> ThreadCall:
    """Return the call that runs the coroutine of `start` in a thread with an event loop of its own.

    Given up, the coroutine is cancelled where it waits next.
    """
    running: list[tuple[asyncio.AbstractEventLoop, asyncio.Task[object] | None]] = []

    async def tracked() -> object:
        running.append((asyncio.get_running_loop(), asyncio.current_task()))
        return await start()

    def run() -> object:
        with asyncio.Runner() as runner:
            return runner.run(tracked())

    def stop() -> None:
        for loop, task in running:
            if task is not None:
                with suppress(RuntimeError):  # it has just ended
                    loop.call_soon_threadsafe(task.cancel)

    return ThreadCall(run, stop)
