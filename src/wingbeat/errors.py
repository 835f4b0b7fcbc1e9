"""Every error Wingbeat raises on purpose, split by who must act.

    WingbeatError
    ├── UsageError                the developer can fix it; raised at import or start when possible
    │   ├── DirectiveError        "use server" where it cannot work
    │   ├── RouteError            a folder or file of `app/` that makes no route
    │   ├── ConfigError           a setting that cannot be used
    │   ├── ElementError          an attribute or child that no element can hold
    │   └── SerializationError    a value that cannot travel to the browser (or be captured)
    ├── ProtocolError             the peer sent something we refuse; `status` says with what
    │   ├── ReplyError            400: malformed
    │   ├── OriginRefused         403: another site's page made the call
    │   ├── UnknownAction         404: no such action in this deployment
    │   ├── MethodRefused         405: neither GET, HEAD nor POST
    │   ├── BodyTimeout           408: the body did not arrive in time
    │   ├── StaleCapture          409: captured values from another deployment, or altered
    │   ├── BodyTooLarge          413
    │   ├── MediaTypeRefused      415
    │   ├── HostRefused           421: a host that is none, or none of ours
    │   ├── ArgumentRefused       422: decoded, but not what the annotations ask
    │   └── Overloaded            503: more requests at once than this process takes
    └── ActionError               raised by user code: its code, message and data reach the browser

`redirect()` and its kin are not errors; see `wingbeat.request`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

__all__ = [
    "ActionError",
    "ArgumentRefused",
    "BodyTimeout",
    "BodyTooLarge",
    "ConfigError",
    "DirectiveError",
    "ElementError",
    "HostRefused",
    "MediaTypeRefused",
    "MethodRefused",
    "OriginRefused",
    "Overloaded",
    "ProtocolError",
    "ReplyError",
    "RouteError",
    "SerializationError",
    "StaleCapture",
    "UnknownAction",
    "UsageError",
    "WingbeatError",
]


class WingbeatError(Exception):
    """Everything Wingbeat raises on purpose."""


class UsageError(WingbeatError):
    """The developer can fix it. The message says what happened, where, and the fix."""


class DirectiveError(UsageError):
    """A directive stands where it cannot work, or is misspelled."""


class RouteError(UsageError):
    """A folder or file under `app/` makes no route, or two make the same one."""


class ConfigError(UsageError):
    """A setting is missing or cannot be used."""


class ElementError(UsageError):
    """An element was given an attribute or child that it cannot hold."""


class SerializationError(UsageError):
    """A value cannot travel: the message names its path and what to send instead."""


class ProtocolError(WingbeatError):
    """The peer sent something we refuse.

    The message is for the operator's log. The peer gets only `status` and `public_text`.
    """

    status: int = 400
    """The HTTP status of the refusal."""
    public_text: str = "Bad request"
    """The fixed sentence that the peer may read."""


class ReplyError(ProtocolError):
    """The body is not what a React client sends."""


class OriginRefused(ProtocolError):
    """The call comes, or may come, from a page of another site."""

    status = 403
    public_text = "Forbidden"


class UnknownAction(ProtocolError):
    """No action of that id is in this deployment."""

    status = 404
    public_text = "Action unavailable"


class MethodRefused(ProtocolError):
    """Only GET, HEAD and POST reach a page."""

    status = 405
    public_text = "Method not allowed"

    def __init__(self, message: str, *, only_post: bool = False) -> None:
        super().__init__(message)
        self.allowed = "POST" if only_post else "GET, HEAD, POST"
        """The methods that would do, for the `Allow` header."""


class BodyTimeout(ProtocolError):
    """The body stopped arriving."""

    status = 408
    public_text = "Request timeout"


class StaleCapture(ProtocolError):
    """Captured variables do not open: altered, another deployment's, or another user's.

    One class for every reason, so that the answer is no oracle.
    """

    status = 409
    public_text = "Please reload"


class BodyTooLarge(ProtocolError):
    """The body, or one of its parts, is over its limit."""

    status = 413
    public_text = "Payload too large"


class MediaTypeRefused(ProtocolError):
    """No action takes a body of that media type."""

    status = 415
    public_text = "Unsupported media type"


class HostRefused(ProtocolError):
    """The request names no host, or one that is not ours."""

    status = 421
    public_text = "Misdirected request"


class ArgumentRefused(ProtocolError):
    """The arguments decoded, but are not what the annotations ask."""

    status = 422
    public_text = "Unprocessable content"

    def __init__(self, message: str, fields: Mapping[str, Sequence[str]] | None = None) -> None:
        super().__init__(message)
        self.fields: dict[str, list[str]] = {name: list(texts) for name, texts in (fields or {}).items()}
        """Field or parameter name -> what is wrong with it; the browser gets these."""


class Overloaded(ProtocolError):
    """More at once than one process takes; the same request may do later."""

    status = 503
    public_text = "Service unavailable"


class ActionError(WingbeatError):
    """Raise it in an action to tell the browser what went wrong.

    `code`, `message` and `data` are the same in development and production, so they must hold nothing
    secret. `data` is any value that can travel (see the serialization reference).
    """

    def __init__(self, code: str, message: str = "", data: object = None) -> None:
        super().__init__(message or code)
        self.code = str(code)
        """A short stable word for programs, such as `"sold_out"`."""
        self.message = str(message or code)  # it is shown to people, whatever was raised
        """A sentence for people."""
        self.data = data
        """Anything else the caller needs; `None` by default."""
