"""Uploads on disk: one file without a name for each body, written and read off the event loop.

It has no name from the start, so whatever ends the process leaves nothing behind. It is closed when the last
`File` that stands in it is gone: an action may keep one for as long as it needs it.
"""

from __future__ import annotations

import asyncio
import tempfile
import weakref
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass
from threading import Lock
from typing import IO

from .intake import Intake

__all__ = ["Spool", "Spooled"]


class Spool:
    """One file on disk; `close` it, or let it go."""

    def __init__(self, intake: Intake) -> None:
        self._intake = intake
        self._file: IO[bytes] = tempfile.TemporaryFile(buffering=0)  # noqa: SIM115 (closed by the finalizer)
        self._lock = Lock()
        self._counted = [0]
        self.size = 0
        """Bytes written."""
        self.close = weakref.finalize(self, _close, self._file, intake, self._counted)
        """Close the file and give its room back; may be called again."""

    async def append(self, pieces: Sequence[bytes | bytearray]) -> None:
        """Write `pieces` at the end. Raises Overloaded when the disk's share is used up."""
        size = sum(map(len, pieces))
        self._intake.spool(size)
        self._counted[0] += size
        start, self.size = self.size, self.size + size
        await asyncio.to_thread(self._write, start, pieces)  # not in the pool of the sync actions

    async def read(self, start: int, size: int) -> bytes:
        """Return `size` bytes from `start`."""
        return await asyncio.to_thread(self.read_now, start, size)

    def read_now(self, start: int, size: int) -> bytes:
        """Return `size` bytes from `start`, for whoever cannot wait."""
        with self._lock:
            self._file.seek(start)
            pieces: list[bytes] = []
            while size > 0 and (piece := self._file.read(size)):
                pieces.append(piece)
                size -= len(piece)
        return b"".join(pieces)

    def _write(self, start: int, pieces: Sequence[bytes | bytearray]) -> None:
        with self._lock:
            self._file.seek(start)
            for piece in pieces:
                left = memoryview(piece)
                while left:
                    left = left[self._file.write(left) :]


@dataclass(frozen=True, slots=True)
class Spooled:
    """The content of one `File`, in a spool."""

    spool: Spool
    start: int
    size: int

    def read_now(self) -> bytes:
        """Return the whole content."""
        return self.spool.read_now(self.start, self.size)

    async def read(self) -> bytes:
        """Return the whole content."""
        return await self.spool.read(self.start, self.size)

    async def chunks(self, size: int) -> AsyncIterator[bytes]:
        """Yield the content in pieces of at most `size` bytes."""
        for at in range(0, self.size, size):
            yield await self.spool.read(self.start + at, min(size, self.size - at))


def _close(file: IO[bytes], intake: Intake, counted: list[int]) -> None:
    file.close()
    intake.spool(-counted[0])
