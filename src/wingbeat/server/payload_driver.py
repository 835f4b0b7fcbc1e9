"""Payloads as responses: what one waits for is awaited here, and given to the encoder, which never waits."""

from __future__ import annotations

from collections.abc import AsyncIterable, Awaitable, Generator
from dataclasses import dataclass
from typing import cast

from starlette.responses import Response

from wingbeat.flight import Hole, PayloadEncoder
from wingbeat.request import ENDINGS

from .refusals import new_digest
from .wire_names import COMPONENT_TYPE

__all__ = ["Settled", "complete_payload", "payload_response"]


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


async def complete_payload(root: object, *, development: bool) -> bytes:
    """Return the payload of `root` with every promise and stream in it settled.

    Raises SerializationError when the root itself cannot travel.
    """
    encoder = PayloadEncoder(development=development, digest=lambda error: new_digest(error, "a value"))
    encoder.add(root)
    while holes := encoder.take_holes():
        for hole in holes:
            await _fill(encoder, hole)
    return b"".join(encoder.data_to_send())


async def _fill(encoder: PayloadEncoder, hole: Hole) -> None:
    try:
        if hole.kind == "stream":
            async for item in cast("AsyncIterable[object]", hole.source):
                encoder.add_item(hole.row, item)
            encoder.close(hole.row)
        else:
            encoder.resolve(hole.row, await cast("Awaitable[object]", hole.source))
    except ENDINGS as error:
        if isinstance(hole.source, Settled):
            hole.source.error = error
        encoder.reject(hole.row, error)
