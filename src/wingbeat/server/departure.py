"""Whether the client is still there. Work that only it could use ends when it has gone away."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable, Generator, MutableMapping
from contextlib import contextmanager
from typing import Any, final

__all__ = ["ClientGone", "Departure"]

log = logging.getLogger("wingbeat")

Receive = Callable[[], Awaitable[MutableMapping[str, Any]]]


class ClientGone(Exception):
    """Nobody waits for the answer any more."""


@final
class Departure:
    """Watches one connection, once its body has been read: from then on nobody else may receive from it."""

    def __init__(self, receive: Receive) -> None:
        self._gone = asyncio.Event()
        self._worker: asyncio.Task[Any] | None = None
        self._watch = asyncio.create_task(self._wait(receive))

    @contextmanager
    def ends_work(self) -> Generator[None]:
        """Cancel the code inside when the client goes away, and raise ClientGone."""
        if self._gone.is_set():
            raise ClientGone
        task = self._worker = asyncio.current_task()
        assert task is not None
        cancelling = task.cancelling()
        try:
            yield
        except asyncio.CancelledError:
            if self._gone.is_set() and task.uncancel() <= cancelling:
                raise ClientGone from None
            raise
        finally:
            self._worker = None

    def stop(self) -> None:
        """Watch no longer: the answer has been sent."""
        self._watch.cancel()

    async def _wait(self, receive: Receive) -> None:
        try:
            while (await receive())["type"] != "http.disconnect":
                pass
        except (
            Exception
        ):  # middleware that lets nobody read after the body: then nothing is known, and nothing ends
            log.debug("the connection cannot be watched", exc_info=True)
            return
        self._gone.set()
        if self._worker is not None:
            self._worker.cancel()
