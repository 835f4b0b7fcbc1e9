"""The answer to a call -> what the caller in the browser gets: a value, or an exception that says what failed."""

from __future__ import annotations

from typing import Any

import httpx2

from wingbeat.errors import ActionError
from wingbeat.flight import decode_payload
from wingbeat.request import Forbidden, HttpInterrupt, NotFound, Redirect, Unauthorized

from .payloads import settled

__all__ = ["CallFailed", "value_of"]

MAX_SHOWN_CHARACTERS = 500
_INTERRUPTS: dict[int, type[HttpInterrupt]] = {one.status: one for one in (NotFound, Forbidden, Unauthorized)}


class CallFailed(AssertionError):
    """An action raised an exception that is no `ActionError`: a browser gets its digest only."""

    def __init__(self, message: str, digest: str | None) -> None:
        super().__init__(message)
        self.digest = digest
        """What the log calls the exception; it has the traceback."""


def value_of(response: httpx2.Response, action: str) -> Any:
    """Return what the call of `action` returned, or raise what its caller meets; see `Client.call`."""
    if (url := response.headers.get("Wingbeat-Redirect")) is not None:
        raise Redirect(url, external="external" in response.headers["Wingbeat-Redirect-Type"])
    if response.headers.get("Content-Type", "") != "text/x-component":
        answer = f"{response.status_code}: {response.text[:MAX_SHOWN_CHARACTERS]}"
        raise AssertionError(f"the call of {action} was answered {answer}")
    root: Any = decode_payload(response.content)
    if (error := root.get("error")) is not None:
        raise ActionError(error["code"], error["message"], error.get("data"))
    if "value" not in root and response.status_code in _INTERRUPTS:
        raise _INTERRUPTS[response.status_code]
    try:
        return settled(root.get("value"))
    except Exception as failure:
        digest = getattr(failure, "digest", None)
        said = f"{getattr(failure, 'name', '') or 'an error'}: {failure}" if str(failure) else "an error"
        raise CallFailed(f"{action} raised {said} (digest {digest}: see the log)", digest) from failure
