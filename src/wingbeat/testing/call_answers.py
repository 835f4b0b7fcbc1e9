"""The answer to a call -> what the caller in the browser gets: a value, or an exception that says what failed."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import httpx2

from wingbeat.errors import ActionError
from wingbeat.flight import ReplyStream, decode_payload
from wingbeat.request import Forbidden, HttpInterrupt, NotFound, Redirect, Unauthorized

from .payloads import end_of, settled

__all__ = ["CallFailed", "redirect_at_end", "value_of"]

MAX_SHOWN_CHARACTERS = 500
_INTERRUPTS: dict[int, type[HttpInterrupt]] = {one.status: one for one in (NotFound, Forbidden, Unauthorized)}


class CallFailed(AssertionError):
    """An action raised an exception that is no `ActionError`: a browser gets its digest only."""

    def __init__(self, message: str, digest: str | None) -> None:
        super().__init__(message)
        self.digest = digest
        """What the log calls the exception; it has the traceback."""


def value_of(response: httpx2.Response, action: str) -> Any:
    """Return what the call of `action` returned, or raise what its caller meets; see `Client.call`.

    A stream is returned whole; what ended it early is raised where it is read, as in the browser.
    """
    if (url := response.headers.get("Wingbeat-Redirect")) is not None:
        raise _redirect(url, response.headers["Wingbeat-Redirect-Type"])
    if response.headers.get("Content-Type", "") != "text/x-component":
        answer = f"{response.status_code}: {response.text[:MAX_SHOWN_CHARACTERS]}"
        raise AssertionError(f"the call of {action} was answered {answer}")
    root: Any = decode_payload(response.content)
    if (error := root.get("error")) is not None:
        raise _action_error(error)
    if "value" not in root and response.status_code in _INTERRUPTS:
        raise _INTERRUPTS[response.status_code]
    try:
        value = settled(root.get("value"))
    except Exception as failure:
        raise _failed(action, failure) from failure
    if isinstance(value, ReplyStream) and value.error is not None:
        value.error = redirect_at_end(root) or _error_at_end(root) or _failed(action, value.error)
    return value


def redirect_at_end(root: Mapping[str, Any]) -> Redirect | None:
    """Return where a streamed result leads at its end."""
    redirect = end_of(root).get("redirect")
    return None if redirect is None else _redirect(redirect["url"], redirect["type"])


def _error_at_end(root: Mapping[str, Any]) -> ActionError | None:
    error = end_of(root).get("error")
    return None if error is None else _action_error(error)


def _redirect(url: str, kind: str) -> Redirect:
    return Redirect(url, external="external" in kind)


def _action_error(said: Mapping[str, Any]) -> ActionError:
    return ActionError(said["code"], said["message"], said.get("data"))


def _failed(action: str, failure: BaseException) -> CallFailed:
    digest = getattr(failure, "digest", None)
    if digest == "":  # the server keeps its log for errors
        return CallFailed(f"{action} ended its result with not_found() or one of its kin", None)
    said = f"{getattr(failure, 'name', '') or 'an error'}: {failure}" if str(failure) else "an error"
    return CallFailed(f"{action} raised {said} (digest {digest}: see the log)", digest)
