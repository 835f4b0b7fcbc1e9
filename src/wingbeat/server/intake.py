"""The room that one process has for bodies on their way in, shared out among the clients.

A body takes room from its first byte on: connections that have sent none, however many, take none. Each counts
with the bytes that it holds in memory and what the request itself costs; no client has more than its share, so
that nobody shuts the others out.
"""

from __future__ import annotations

from collections.abc import Generator
from contextlib import contextmanager
from threading import Lock

from wingbeat.errors import Overloaded

__all__ = ["Intake", "Place"]

MAX_BUFFERED_BYTES = 64 * 1024 * 1024
"""Of all bodies that are being read."""
MAX_CLIENT_BYTES = 16 * 1024 * 1024
"""Of one client's: a quarter."""
REQUEST_BYTES = 16 * 1024
"""What a request with a body costs besides the body."""
MAX_SPOOLED_BYTES = 1024 * 1024 * 1024
"""Of all uploads of the process on disk."""


class Intake:
    """Counts bytes. A body of `body_limit` bytes always fits where nothing else is."""

    def __init__(self, body_limit: int) -> None:
        self._held = 0
        self._by_client: dict[str, int] = {}
        self._spooled = 0
        self._spool_lock = Lock()  # an upload is let go in whatever thread used it last
        self._most = max(MAX_BUFFERED_BYTES, body_limit + REQUEST_BYTES)
        self._most_of_client = max(MAX_CLIENT_BYTES, body_limit + REQUEST_BYTES)
        self._most_spooled = max(MAX_SPOOLED_BYTES, body_limit)

    @property
    def is_empty(self) -> bool:
        """Whether nothing is counted: no body is being read, no upload is on disk."""
        return not (self._held or self._by_client or self._spooled)

    @contextmanager
    def place(self, client: str | None) -> Generator[Place]:
        """Make a place for one body of `client` (None: unknown, without a share of its own); it is given back."""
        place = Place(self, client)
        try:
            yield place
        finally:
            place.hold(-place.held)

    def hold(self, client: str | None, size: int) -> None:
        """Count `size` more bytes in memory, or fewer. Raises Overloaded, having counted nothing."""
        held = self._held + size
        if size > 0 and held > self._most:
            raise Overloaded(f"bodies of {held} bytes are being read")
        if client is not None:
            of_client = self._by_client.get(client, 0) + size
            if size > 0 and of_client > self._most_of_client:
                raise Overloaded(
                    f"bodies of {of_client} bytes of {client} are being read (behind a proxy, trusted_proxies "
                    "tells its clients apart)"
                )
            self._by_client[client] = of_client
            if not of_client:
                del self._by_client[client]
        self._held = held

    def spool(self, size: int) -> None:
        """Count `size` more bytes on disk, or fewer. Raises Overloaded, having counted nothing."""
        with self._spool_lock:
            if size > 0 and self._spooled + size > self._most_spooled:
                raise Overloaded(f"uploads of {self._spooled + size} bytes are on disk")
            self._spooled += size


class Place:
    """What one body that is being read holds in memory."""

    def __init__(self, intake: Intake, client: str | None) -> None:
        self._intake = intake
        self._client = client
        self.held = 0
        """Bytes, with what the request costs."""

    def hold(self, size: int) -> None:
        """Count `size` more bytes of the body, or fewer. Raises Overloaded."""
        if not self.held and size > 0:
            size += REQUEST_BYTES
        self._intake.hold(self._client, size)
        self.held += size
