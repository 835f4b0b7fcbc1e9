"""What a decoded payload can hold beyond the nouns of a reply: errors, as the browser knows them."""

from __future__ import annotations

from collections.abc import Generator
from typing import final

__all__ = ["PayloadError", "RejectedPromise"]


@final
class PayloadError(Exception):
    """An error that a payload brought: a digest and, from a development server, name and message."""

    def __init__(self, digest: str | None = None, name: str = "", message: str = "") -> None:
        super().__init__(message)
        self.digest = digest
        """What the server's log calls this error; `None` for an error that was a value."""
        self.name = name
        self.message = message


@final
class RejectedPromise:
    """A promise that failed: `await` raises its `error`."""

    __slots__ = ("error",)

    def __init__(self, error: PayloadError) -> None:
        self.error = error

    def __await__(self) -> Generator[None, None, object]:
        yield from ()  # makes this a generator: the error surfaces where it is awaited
        raise self.error
