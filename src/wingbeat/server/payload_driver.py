"""Payloads as responses: what one waits for is awaited here, and given to the encoder, which never waits."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, AsyncIterable, Awaitable, Generator
from dataclasses import dataclass
from typing import cast

from starlette.responses import Response

from wingbeat.errors import UsageError
from wingbeat.flight import Hole, PayloadEncoder
from wingbeat.request import ENDINGS

from .refusals import new_digest
from .wire_names import COMPONENT_TYPE

__all__ = ["Settled", "complete_payload", "payload_response"]


MAX_STREAM_ITEMS = 10_000
"""Of one stream in a result, which is held in memory until the answer is complete."""


@dataclass(slots=True)
class Settled:
    """A value in a row of its own: to the browser a promise, fulfilled or, with `error`, rejected.

    A value that turns out not to be one that can travel sets `error`.
    """

    value: object = None
    error: BaseException | None = None

    def __await__(self) -> Generator[None, None, object]:
        yield from ()  # it has settled: awaiting does not wait
        if self.error is not None:
            raise self.error
        return self.value


def payload_response(payload: bytes, status: int = 200) -> Response:
    """Answer with a payload: bytes, part of which may be no text, and nothing that another site can embed."""
    headers = {"Content-Type": COMPONENT_TYPE, "Cross-Origin-Resource-Policy": "same-origin"}
    return Response(payload, int(status), headers)


async def complete_payload(root: object, *, development: bool, max_duration: float) -> bytes:
    """Return the payload of `root` with every promise and stream in it settled.

    What has not settled after `max_duration` seconds (0: no limit) is rejected.
    Raises SerializationError when the root itself cannot travel.
    """
    encoder = PayloadEncoder(development=development, digest=lambda error: new_digest(error, "a value"))
    encoder.add(root)
    limit = asyncio.timeout(max_duration or None)
    try:
        async with limit:
            while holes := encoder.take_holes():
                for hole in holes:
                    await _fill(encoder, hole)
    except TimeoutError as error:
        if not limit.expired():
            raise
        encoder.abort(error)
    return b"".join(encoder.data_to_send())


async def _fill(encoder: PayloadEncoder, hole: Hole) -> None:
    try:
        if hole.kind == "stream":
            await _fill_stream(encoder, hole.row, cast("AsyncIterable[object]", hole.source))
        else:
            encoder.resolve(hole.row, await cast("Awaitable[object]", hole.source))
    except ENDINGS as error:
        if isinstance(hole.source, Settled):
            hole.source.error = error
        encoder.reject(hole.row, error)


async def _fill_stream(encoder: PayloadEncoder, row: int, items: AsyncIterable[object]) -> None:
    count = 0
    try:
        async for item in items:
            count += 1
            if count > MAX_STREAM_ITEMS:
                raise UsageError(
                    f"a stream of more than {MAX_STREAM_ITEMS} items; results are sent whole for now."
                )
            encoder.add_item(row, item)
    finally:
        if isinstance(items, AsyncGenerator):
            await cast("AsyncGenerator[object]", items).aclose()
    encoder.close(row)
