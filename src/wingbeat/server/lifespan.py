"""What an app needs while it serves (`App(lifespan=…)`): opened once, before the first request, closed at shutdown.

A mounted app gets no lifespan event from Starlette, so the first request may have to open it. It lives in a
task of its own: whoever opens it, it is closed by the task that opened it, as task groups require.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from contextlib import AbstractAsyncContextManager

__all__ = ["Lifespan"]


class Lifespan:
    """Holds one context manager open. `enter` makes it; None when there is nothing to open."""

    def __init__(self, enter: Callable[[], AbstractAsyncContextManager[object]] | None) -> None:
        self._enter = enter
        self._task: asyncio.Task[None] | None = None
        self._opened: asyncio.Future[None] | None = None
        self._closing = asyncio.Event()

    async def open(self) -> None:
        """Return when it is open; requests that come together wait for one opening. Raises what opening raises.

        A failed opening is tried again by the next request.
        """
        if self._enter is None:
            return
        if self._opened is None or self._task is None or self._task.done():
            self._opened = asyncio.get_running_loop().create_future()
            self._closing = asyncio.Event()
            self._task = asyncio.create_task(self._hold(self._enter, self._opened))
        await asyncio.shield(self._opened)  # a request that is given up does not stop the opening

    async def close(self) -> None:
        """Close it, if it is open. Raises what closing raises."""
        task, self._task, self._opened = self._task, None, None
        self._closing.set()
        if task is not None:
            await task

    async def _hold(
        self, enter: Callable[[], AbstractAsyncContextManager[object]], opened: asyncio.Future[None]
    ) -> None:
        try:
            async with enter():
                opened.set_result(None)
                await self._closing.wait()
        except BaseException as error:
            if opened.done():
                raise
            # Whoever waits must learn of it, whatever it is; a future takes no CancelledError as its exception.
            failure = (
                RuntimeError("the opening was cancelled")
                if isinstance(error, asyncio.CancelledError)
                else error
            )
            opened.set_exception(failure)
