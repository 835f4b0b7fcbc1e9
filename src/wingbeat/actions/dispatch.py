"""Runs one call and says how it ended. Everything before it has decided that the call may run."""

from __future__ import annotations

import asyncio
import inspect
from collections.abc import AsyncGenerator, Callable
from dataclasses import dataclass
from functools import partial
from typing import Any, Literal, cast

from wingbeat.errors import ActionError, ArgumentRefused
from wingbeat.request import Interrupt, Redirect, RequestContext, sole_interrupt

from .action import Action
from .worker_threads import ThreadCall, in_own_loop

__all__ = ["Ended", "Outcome", "Returned", "Runtime", "TimedOut", "ending_of", "run_action"]

Runtime = Literal["asyncio", "thread"]
"""Where async actions and components run: on the server's event loop, or in a thread with a loop of its own."""


@dataclass(frozen=True, slots=True)
class Returned:
    """The function returned `value`."""

    value: object


@dataclass(frozen=True, slots=True)
class Ended:
    """The function ended without a value, `by` what it raised.

    A `Redirect` (which it may also have returned), an `HttpInterrupt` and an `ActionError` are meant for the
    browser; anything else is not.
    """

    by: BaseException


@dataclass(frozen=True, slots=True)
class TimedOut:
    """The function took longer than `max_duration`; in a thread it may still be running."""

    seconds: float
    still_running: bool


Outcome = Returned | Ended | TimedOut


async def run_action(
    action: Action,
    args: tuple[object, ...],
    kwargs: dict[str, object],
    *,
    request: RequestContext,
    max_duration: float,
    runtime: Runtime = "asyncio",
) -> Outcome:
    """Run the action's function with `args` and `kwargs`, a sync one in the thread pool.

    `max_duration` is in seconds, 0 for no limit. Of what the function raises, only ArgumentRefused passes (the
    form lacks a field that the function asked for: 422), and the cancellation of this very task.
    """
    call = partial(action.function, *args, **kwargs)
    thread = _thread_for(action.function, call, runtime)
    timeout = asyncio.timeout(max_duration or None)
    try:
        with request.action_phase():
            async with timeout:
                value = await _settled(await thread.run() if thread else call())
    except BaseException as error:
        if timeout.expired() and isinstance(error, TimeoutError):
            return TimedOut(max_duration, still_running=thread is not None and thread.has_begun)
        if isinstance(error, asyncio.CancelledError) and _is_cancelled():
            raise
        return ending_of(error)
    return Ended(value) if isinstance(value, Redirect) else Returned(value)


def _thread_for(function: Callable[..., Any], call: Callable[[], Any], runtime: Runtime) -> ThreadCall | None:
    """Return the call in a thread, for what may block. A generator stays here: its answer goes on waiting for it."""
    innermost = inspect.unwrap(function)
    if any(map(inspect.isasyncgenfunction, (function, innermost))):
        return None
    if any(map(inspect.iscoroutinefunction, (function, innermost))):
        return in_own_loop(call) if runtime == "thread" else None
    return ThreadCall(call)


async def _settled(result: object) -> object:
    if isinstance(result, AsyncGenerator):
        return await _begun(cast("AsyncGenerator[object]", result))
    return await result if inspect.isawaitable(result) else result


async def _begun(generator: AsyncGenerator[object]) -> AsyncGenerator[object]:
    """Run a generator to its first `yield`: a redirect, a cookie or an ActionError before it counts as anywhere."""
    try:
        return _continued([await anext(generator)], generator)
    except StopAsyncIteration:
        return _continued([], generator)


async def _continued(begun: list[object], rest: AsyncGenerator[object]) -> AsyncGenerator[object]:
    try:
        for item in begun:
            yield item
        async for item in rest:
            yield item
    finally:
        await rest.aclose()


def _is_cancelled() -> bool:
    """Whether somebody cancelled this task, rather than the function raising CancelledError on its own."""
    task = asyncio.current_task()
    return task is not None and task.cancelling() > 0


def ending_of(error: BaseException) -> Ended:
    """Return how a call ended that raised `error`: a task group that holds one signal is that signal.

    Nothing that user code raises ends the process. Raises ArgumentRefused, if it is that.
    """
    interrupt: Interrupt | None = sole_interrupt(error)
    if interrupt is not None:
        return Ended(interrupt)
    sole = _sole(error)
    if isinstance(sole, ArgumentRefused):
        raise sole
    return Ended(sole if isinstance(sole, ActionError) else error)


def _sole(error: BaseException) -> BaseException:
    """Return the one error that a task group holds, else `error`."""
    errors: tuple[BaseException, ...] = getattr(error, "exceptions", ())
    return _sole(errors[0]) if len(errors) == 1 else error
