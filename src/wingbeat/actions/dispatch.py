"""Runs one call and says how it ended. Everything before it has decided that the call may run."""

from __future__ import annotations

import asyncio
import inspect
from collections.abc import AsyncGenerator, Callable
from dataclasses import dataclass
from functools import partial
from typing import Any, cast

import anyio.to_thread

from wingbeat.errors import ActionError, ArgumentRefused
from wingbeat.request import HttpInterrupt, Redirect, RequestContext, sole_interrupt

from .action import Action

__all__ = ["Failed", "Interrupted", "Outcome", "Redirected", "Refused", "Returned", "TimedOut", "run_action"]


@dataclass(frozen=True, slots=True)
class Returned:
    """The function returned `value`."""

    value: object


@dataclass(frozen=True, slots=True)
class Redirected:
    """`redirect()` was called, or a `Redirect` returned."""

    redirect: Redirect


@dataclass(frozen=True, slots=True)
class Interrupted:
    """`not_found()`, `forbidden()` or `unauthorized()`."""

    status: int


@dataclass(frozen=True, slots=True)
class Refused:
    """The function raised an `ActionError`, which the browser may see."""

    error: ActionError


@dataclass(frozen=True, slots=True)
class Failed:
    """The function raised anything else, which the browser must not see."""

    error: BaseException


@dataclass(frozen=True, slots=True)
class TimedOut:
    """The function took longer than `max_duration`; a sync one may still be running."""

    seconds: float
    still_running: bool


Outcome = Returned | Redirected | Interrupted | Refused | Failed | TimedOut


async def run_action(
    action: Action,
    args: tuple[object, ...],
    kwargs: dict[str, object],
    *,
    request: RequestContext,
    max_duration: float,
) -> Outcome:
    """Run the action's function with `args` and `kwargs`, a sync one in the thread pool.

    `max_duration` is in seconds, 0 for no limit. Of what the function raises, only ArgumentRefused passes (the
    form lacks a field that the function asked for: 422), and the cancellation of this very task.
    """
    function = action.function
    in_thread = not _is_async(function)
    timeout = asyncio.timeout(max_duration or None)
    try:
        with request.action_phase():
            async with timeout:
                value = await _called(function, args, kwargs, in_thread=in_thread)
    except BaseException as error:
        if timeout.expired() and isinstance(error, TimeoutError):
            return TimedOut(max_duration, still_running=in_thread)
        if isinstance(error, asyncio.CancelledError) and _is_cancelled():
            raise
        return _outcome_of(error)
    return Redirected(value) if isinstance(value, Redirect) else Returned(value)


async def _called(
    function: Callable[..., Any], args: tuple[object, ...], kwargs: dict[str, object], *, in_thread: bool
) -> object:
    call = partial(function, *args, **kwargs)
    result = await _in_thread(call) if in_thread else call()
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


async def _in_thread(call: Callable[[], object]) -> object:
    """Return or raise what `call` does in the thread pool; a running one cannot be stopped, only abandoned."""

    def kept() -> tuple[object, BaseException | None]:
        try:
            return call(), None
        except BaseException as error:  # noqa: BLE001 (raised anew below)
            return None, error

    # Handed over as a value: a future refuses StopIteration, and GeneratorExit would end the waiting coroutine.
    value, error = await anyio.to_thread.run_sync(kept, abandon_on_cancel=True)
    if error is not None:
        raise error
    return value


def _is_async(function: Callable[..., Any]) -> bool:
    """Whether calling `function` only makes something to wait for, so that it cannot block the event loop."""
    innermost = inspect.unwrap(function)
    return any(
        inspect.iscoroutinefunction(one) or inspect.isasyncgenfunction(one) for one in (function, innermost)
    )


def _is_cancelled() -> bool:
    """Whether somebody cancelled this task, rather than the function raising CancelledError on its own."""
    task = asyncio.current_task()
    return task is not None and task.cancelling() > 0


def _outcome_of(error: BaseException) -> Outcome:
    """Return how a call ended that raised `error`; nothing that user code raises ends the process."""
    interrupt = sole_interrupt(error)
    if isinstance(interrupt, Redirect):
        return Redirected(interrupt)
    if isinstance(interrupt, HttpInterrupt):
        return Interrupted(interrupt.status)
    sole = _sole(error)
    if isinstance(sole, ArgumentRefused):
        raise sole
    return Refused(sole) if isinstance(sole, ActionError) else Failed(error)


def _sole(error: BaseException) -> BaseException:
    """Return the one error that a task group holds, else `error`."""
    errors: tuple[BaseException, ...] = getattr(error, "exceptions", ())
    return _sole(errors[0]) if len(errors) == 1 else error
