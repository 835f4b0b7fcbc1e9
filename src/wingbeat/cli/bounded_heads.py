"""uvicorn's parser on httptools, with a bound on what it keeps of one request: it has none of its own.

A head, or the trailers of a chunked body, are kept in memory until they are complete. The app sees a request only
then, so no check of the app can refuse one that never ends.
"""

from __future__ import annotations

from typing import Final, final

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

__all__ = ["MAX_HEAD_BYTES", "BoundedHeads"]

MAX_HEAD_BYTES: Final = 64 * 1024
"""Request line and headers, beside what came in the same read. uvicorn's other parser draws the line here too."""


@final
class BoundedHeads(HttpToolsProtocol):
    """One connection. A head over its bound is answered 400, and the connection is closed."""

    _kept = 0

    def data_received(self, data: bytes) -> None:
        """Parse what came, then see how much of it could not be handed on."""
        self._kept += len(data)
        super().data_received(data)
        if self._kept > MAX_HEAD_BYTES and not self.transport.is_closing():
            self.logger.warning("refused 400: a request head of more than %d bytes", MAX_HEAD_BYTES)
            self.send_400_response("Request head too large.")

    def on_headers_complete(self) -> None:
        """Count anew: the app has the head now."""
        self._kept = 0
        super().on_headers_complete()

    def on_body(self, body: bytes) -> None:
        """Count anew: the app has this piece now, and limits of its own."""
        self._kept = 0
        super().on_body(body)

    def on_message_complete(self) -> None:
        """Count anew: what follows is the next request."""
        self._kept = 0
        super().on_message_complete()
