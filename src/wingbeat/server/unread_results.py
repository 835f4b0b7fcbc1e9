"""A result that nobody reads: a form was posted without JavaScript. What reading it would do is done all the same.

Everything in it that is yet to come runs to its end, side by side, as it would while a browser reads.
"""

from __future__ import annotations

import asyncio
import inspect
from collections.abc import AsyncGenerator, AsyncIterable, Awaitable, Iterator, Mapping
from contextlib import aclosing
from dataclasses import fields, is_dataclass
from typing import cast

from wingbeat.actions import Ended, TimedOut, ending_of
from wingbeat.errors import UsageError

from .exchange import Exchange
from .payload_driver import MAX_STREAM_ITEMS

__all__ = ["run_to_end"]


async def run_to_end(exchange: Exchange, value: object) -> Ended | TimedOut | None:
    """Run what of a result is yet to come to its end. Returns how it ended, None if well."""
    if not any(_unsettled(value)):
        return None
    exchange.context.enter("stream")
    limit = asyncio.timeout(exchange.max_duration or None)
    try:
        async with limit:
            error = await _read(value)
    except TimeoutError:
        return TimedOut(exchange.max_duration, still_running=False)
    finally:
        exchange.context.enter("render")
    return None if error is None else ending_of(error)


async def _read(value: object) -> BaseException | None:
    """Wait for all that `value` holds, and return the first error among it."""
    endings = await asyncio.gather(*(_ending(one) for one in _unsettled(value)))
    return next((ending for ending in endings if ending is not None), None)


async def _ending(one: object) -> BaseException | None:
    """Return what reading `one` ended with; nothing that user code raises ends the process."""
    try:
        if isinstance(one, AsyncIterable):
            return await _read_items(cast("AsyncIterable[object]", one))
        return await _read(await cast("Awaitable[object]", one))
    except asyncio.CancelledError as error:
        task = asyncio.current_task()
        if task is not None and task.cancelling():
            raise
        return error
    except BaseException as error:  # noqa: BLE001 (the one who waits says how the call ended)
        return error


async def _read_items(items: AsyncIterable[object]) -> BaseException | None:
    if isinstance(items, AsyncGenerator):
        async with aclosing(cast("AsyncGenerator[object]", items)) as iterated:
            return await _count_items(iterated)
    return await _count_items(items)


async def _count_items(items: AsyncIterable[object]) -> BaseException | None:
    count = 0
    async for item in items:
        count += 1
        if count > MAX_STREAM_ITEMS:
            raise UsageError(f"a stream of more than {MAX_STREAM_ITEMS} items in a result.")
        if (error := await _read(item)) is not None:
            return error
    return None


def _unsettled(value: object) -> Iterator[object]:
    """Yield the awaitables and streams in `value`, in order; each once, however often it stands there."""
    seen: set[int] = set()
    rest = [value]
    while rest:
        one = rest.pop()
        if one is None or isinstance(one, str | bytes | int | float) or id(one) in seen:
            continue
        seen.add(id(one))
        if isinstance(one, AsyncIterable) or inspect.isawaitable(one):
            yield one
        else:
            rest += reversed(_held(one))


def _held(value: object) -> list[object]:
    if isinstance(value, Mapping):
        return list(cast("Mapping[object, object]", value).values())
    if isinstance(value, list | tuple | set | frozenset):
        return list(cast("list[object]", value))
    if is_dataclass(value) and not isinstance(value, type):
        return [getattr(value, field.name) for field in fields(value)]
    return []
