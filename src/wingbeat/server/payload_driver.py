"""Payloads as responses: what one waits for is awaited here, and given to the encoder, which never waits.

A payload with nothing to wait for is one response of known length. Any other is streamed: its first rows go out
at once, each promise and each item of a stream when it is there, and no faster than the browser reads.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, AsyncIterable, Awaitable, Callable, Generator
from contextlib import suppress
from dataclasses import dataclass
from typing import Any, ClassVar, Protocol, cast, final

from starlette.responses import Response

from wingbeat.errors import UsageError
from wingbeat.flight import Hole, PayloadEncoder
from wingbeat.request import ENDINGS

from .departure import ClientGone, Departure
from .refusals import new_digest
from .wire_names import COMPONENT_TYPE

__all__ = ["Frame", "Last", "Settled", "encoded_response", "payload_response"]


MAX_STREAM_ITEMS = 10_000
"""Of one stream in a result, which the browser keeps in memory."""

_HEADERS = {"Content-Type": COMPONENT_TYPE, "Cross-Origin-Resource-Policy": "same-origin"}
"""Bytes, part of which may be no text, and nothing that another site can embed."""


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


@dataclass(slots=True)
class Last:
    """A promise that is fulfilled when everything else in the payload has settled, with what `make` then returns.

    If that cannot travel, it is fulfilled with what `keep` makes of it and the error; `keep` may raise the error.
    """

    make: Callable[[], Awaitable[object]]
    keep: Callable[[object, BaseException], object]

    def __await__(self) -> Generator[Any, Any, object]:
        return self.make().__await__()


class Frame(Protocol):
    """What rows are sent in: a document, or nothing."""

    headers: ClassVar[dict[str, str]]
    """The headers that say what it is."""

    def opening(self, rows: bytes) -> bytes:
        """Return the first bytes, with the rows that are there at once."""
        ...

    def more(self, rows: bytes) -> bytes:
        """Return what `rows` add."""
        ...

    def closing(self) -> bytes:
        """Return the last bytes."""
        ...


@final
class _NoFrame:
    headers: ClassVar[dict[str, str]] = _HEADERS

    def opening(self, rows: bytes) -> bytes:
        return rows

    more = opening

    def closing(self) -> bytes:
        return b""


def payload_response(payload: bytes, status: int = 200) -> Response:
    """Answer with a complete payload."""
    return Response(payload, int(status), _HEADERS)


def encoded_response(  # noqa: PLR0913 (what, and under which bounds)
    root: object,
    status: int,
    *,
    development: bool,
    max_duration: float,
    departure: Departure | None = None,
    digest: Callable[[BaseException], str] = lambda error: new_digest(error, "a value"),
    frame: Frame | None = None,
) -> Response:
    """Answer with the payload of `root` in `frame`, streamed if it holds anything that has not settled.

    What has not settled after `max_duration` seconds (0: no limit) is rejected. When the client goes away, what
    produces the rest is cancelled. Raises SerializationError when the root itself cannot travel.
    """
    encoder = PayloadEncoder(development=development, digest=digest)
    encoder.add(root)
    waiting: list[Hole] = []
    while holes := encoder.take_holes():
        for hole in holes:
            if isinstance(hole.source, Settled):
                _settle(encoder, hole.row, hole.source)
            else:
                waiting.append(hole)
    frame = frame or _NoFrame()
    rows = b"".join(encoder.data_to_send())
    if not waiting:
        return Response(frame.opening(rows) + frame.closing(), int(status), frame.headers)
    return _PayloadStream(frame, rows, _Filling(encoder, waiting, max_duration), status, departure)


def _settle(encoder: PayloadEncoder, row: int, settled: Settled) -> None:
    if settled.error is None:
        try:
            return encoder.resolve(row, settled.value, isolate=True)
        except ENDINGS as error:
            settled.error = error
    encoder.reject(row, settled.error)
    return None


@final
class _PayloadStream(Response):
    """A payload whose rows are sent as they are filled. The status is sent before anything is waited for."""

    def __init__(
        self, frame: Frame, rows: bytes, filling: _Filling, status: int, departure: Departure | None
    ) -> None:
        # No `body`: the length is not known.
        self.status_code = int(status)
        self.background = None
        self._frame = frame
        self._opening = frame.opening(rows)
        self._filling = filling
        self._departure = departure
        self.init_headers(frame.headers)

    async def __call__(self, _scope: Any, receive: Any, send: Any) -> None:
        """Send it. A client that goes away ends it."""
        departure = self._departure or Departure(receive)
        with suppress(ClientGone, OSError):
            try:
                with departure.ends_work():
                    await self._send(send)
            finally:
                await self._filling.stop()
                if departure is not self._departure:
                    departure.stop()

    async def _send(self, send: Any) -> None:
        await send({"type": "http.response.start", "status": self.status_code, "headers": self.raw_headers})
        await send({"type": "http.response.body", "body": self._opening, "more_body": True})
        self._filling.start()
        while not self._filling.is_done:
            if rows := self._filling.take_rows():
                body = self._frame.more(rows)
                await send({"type": "http.response.body", "body": body, "more_body": True})
                self._filling.rows_sent()
            else:
                await self._filling.rows_written()
        await send({"type": "http.response.body", "body": self._frame.closing(), "more_body": False})


@final
class _Filling:
    """The holes of one payload being filled, side by side, each new one as it opens; the last one at the end."""

    def __init__(self, encoder: PayloadEncoder, holes: list[Hole], max_duration: float) -> None:
        self._encoder = encoder
        self._opened = holes
        self._last: Hole | None = None
        self._max_duration = max_duration
        self._timer: asyncio.TimerHandle | None = None
        self._running: set[asyncio.Task[None]] = set()
        self._written = asyncio.Event()
        self._sent = asyncio.Event()
        self._rows: list[bytes] = []
        self._is_stopped = False

    @property
    def is_done(self) -> bool:
        """Whether every row has been written and taken."""
        self._rows += self._encoder.data_to_send()
        return not (self._running or self._last or self._rows)

    def start(self) -> None:
        """Begin to fill what is open."""
        self._limit()
        self._begin_opened()
        self._begin_last()

    def take_rows(self) -> bytes:
        """Return the rows written since the last call."""
        rows, self._rows = b"".join([*self._rows, *self._encoder.data_to_send()]), []
        return rows

    def rows_sent(self) -> None:
        """Let the producers go on: the browser has taken what they wrote."""
        self._sent.set()

    async def rows_written(self) -> None:
        """Wait until there may be rows to take, or all is done."""
        self._written.clear()
        await self._written.wait()

    async def stop(self) -> None:
        """Cancel what still runs, and wait for its end."""
        self._is_stopped = True
        if self._timer is not None:
            self._timer.cancel()
        for task in self._running:
            task.cancel()
        if self._running:
            await asyncio.wait(self._running)

    def _limit(self) -> None:
        if self._max_duration:
            loop = asyncio.get_running_loop()
            self._timer = loop.call_later(self._max_duration, self._give_up)

    def _give_up(self) -> None:
        for task in self._running:
            task.cancel()

    def _begin_opened(self) -> None:
        holes, self._opened = [*self._opened, *self._encoder.take_holes()], []
        for hole in holes:
            if isinstance(hole.source, Last):
                self._last = hole
            else:
                self._begin(hole)

    def _begin(self, hole: Hole) -> None:
        task = asyncio.create_task(self._fill(hole))
        self._running.add(task)
        task.add_done_callback(lambda task: self._end(hole, task))

    def _end(self, hole: Hole, task: asyncio.Task[None]) -> None:
        self._running.discard(task)
        if self._is_stopped:
            return
        if task.cancelled():  # its time is over
            self._encoder.reject(hole.row, TimeoutError(f"not there after {self._max_duration:g} seconds"))
        self._begin_opened()
        self._begin_last()
        self._written.set()

    def _begin_last(self) -> None:
        """Begin the last one if nothing else runs: all is done, or what was promised was refused with its value."""
        if self._running or self._last is None:
            return
        last, self._last = self._last, None
        if self._timer is not None:
            self._timer.cancel()
        self._limit()
        self._begin(last)

    async def _fill(self, hole: Hole) -> None:
        try:
            if hole.kind == "stream":
                await self._fill_stream(hole.row, cast("AsyncIterable[object]", hole.source))
            elif isinstance(hole.source, Last):
                await self._fill_last(hole.row, hole.source)
            else:
                self._encoder.resolve(hole.row, await cast("Awaitable[object]", hole.source))
        except BaseException as error:  # nothing that user code raises ends the process
            task = asyncio.current_task()
            if isinstance(error, asyncio.CancelledError) and task is not None and task.cancelling():
                raise
            self._encoder.reject(hole.row, error)

    async def _fill_last(self, row: int, last: Last) -> None:
        made = await last
        try:
            self._encoder.resolve(row, made)
        except ENDINGS as error:
            self._encoder.resolve(row, last.keep(made, error))

    async def _fill_stream(self, row: int, items: AsyncIterable[object]) -> None:
        count = 0
        try:
            async for item in items:
                count += 1
                if count > MAX_STREAM_ITEMS:
                    raise UsageError(f"a stream of more than {MAX_STREAM_ITEMS} items in a result.")
                self._encoder.add_item(row, item)
                self._begin_opened()
                self._sent.clear()
                self._written.set()
                await self._sent.wait()
        finally:
            if isinstance(items, AsyncGenerator):
                await cast("AsyncGenerator[object]", items).aclose()
        self._encoder.close(row)
