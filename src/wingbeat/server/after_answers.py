"""Runs what `after()` was given, when the answer is on its way to the browser."""

from __future__ import annotations

import asyncio
import inspect
import logging
from typing import final

from wingbeat.actions import ThreadCall
from wingbeat.request import Deferred, RequestContext

from .refusals import new_digest

__all__ = ["AfterAnswers"]

log = logging.getLogger("wingbeat")


@final
class AfterAnswers:
    """The work of one app for after its answers. It outlives requests, so shutdown waits for it: `drain`."""

    def __init__(self) -> None:
        self._requests: set[asyncio.Task[None]] = set()

    def begin(self, context: RequestContext, *, max_duration: float) -> asyncio.Task[None] | None:
        """Begin what the request put off, for at most `max_duration` seconds (0: no limit); None for nothing."""
        if not context.deferred:
            return None
        context.enter("after")
        task = asyncio.create_task(_run_all(context, max_duration))
        self._requests.add(task)
        task.add_done_callback(self._requests.discard)
        return task

    async def drain(self) -> None:
        """Wait until all of it has ended."""
        while self._requests:
            await asyncio.wait(self._requests)


async def _run_all(context: RequestContext, max_duration: float) -> None:
    running: set[asyncio.Task[None]] = set()
    try:
        async with asyncio.timeout(max_duration or None):
            while context.deferred or running:
                running |= _started(context)
                _, running = await asyncio.wait(running, return_when=asyncio.FIRST_COMPLETED)
    except TimeoutError:
        log.error(  # noqa: TRY400 (where it was is of no use)
            "after() of %s took longer than %g seconds (max_duration); %d of its tasks are given up",
            context.path,
            max_duration,
            len(running),
        )
    finally:
        for task in running:
            task.cancel()


def _started(context: RequestContext) -> set[asyncio.Task[None]]:
    """Start everything that waits: side by side, as Next.js does, also what was asked for by what runs already."""
    waiting, context.deferred[:] = list(context.deferred), []
    return {asyncio.create_task(_run(one, context.path), context=one.context) for one in waiting}


async def _run(deferred: Deferred, path: str) -> None:
    try:
        result = await ThreadCall(deferred.run).run() if deferred.blocks else deferred.run()
        if inspect.isawaitable(result):
            await result
    except BaseException as error:
        if isinstance(error, asyncio.CancelledError) and _is_given_up():
            raise
        new_digest(error, f"after() of {path}")  # whatever it is: the answer has been sent, and others go on


def _is_given_up() -> bool:
    task = asyncio.current_task()
    return task is not None and task.cancelling() > 0
