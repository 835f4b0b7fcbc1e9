"""What user code may ask about the current request, held by the only context variable of the package."""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from typing import Literal, final

from wingbeat.errors import UsageError

from .afterwards import Deferred
from .call_site import call_site
from .cookie_jar import Cookies

__all__ = ["Headers", "Phase", "RequestContext", "cookies", "current_request", "headers"]

Phase = Literal["action", "route", "stream", "render", "after"]
"""What user code is doing: an action, a function of a route, the rest of a streaming result, a page, or `after()`."""

_MOMENTS: dict[Phase, str] = {
    "action": "in the action",
    "route": "in a route",
    "stream": "after the first yield",
    "render": "while rendering",
    "after": "in after()",
}


@final
class Headers(Mapping[str, str]):
    """The request's headers, read-only; names compare without case.

    A header that was sent several times is joined as HTTP joins it: with `, `, cookies with `; `.
    """

    __slots__ = ("_values",)

    def __init__(self, raw: list[tuple[bytes, bytes]]) -> None:
        self._values: dict[str, str] = {}
        for name, value in raw:
            key, text = name.decode("latin-1").lower(), value.decode("latin-1")
            joint = "; " if key == "cookie" else ", "  # HTTP/2 sends each cookie in a header of its own
            self._values[key] = f"{self._values[key]}{joint}{text}" if key in self._values else text

    def __getitem__(self, name: str) -> str:
        return self._values[name.lower()]

    def __contains__(self, name: object) -> bool:
        return isinstance(name, str) and name.lower() in self._values

    def __iter__(self) -> Iterator[str]:
        return iter(self._values)

    def __len__(self) -> int:
        return len(self._values)

    def __repr__(self) -> str:
        return f"<Headers {', '.join(self._values)}>"  # names only: values are secrets


@dataclass(kw_only=True, slots=True)
class RequestContext:
    """One request, from its first byte to the end of its response."""

    path: str
    """The URL path below the mount point, decoded."""
    url: str
    """Path and query as the browser shows them, mount point included."""
    base: str = ""
    """The mount point, without a final slash."""
    headers: Headers = field(default_factory=lambda: Headers([]))
    cookies: Cookies = field(default_factory=Cookies)
    page_headers: Callable[[], Headers] | None = None
    """Makes the headers as pages see them after an action: those of a GET by the same client."""
    phase: Phase = "render"
    invalidated: set[str] = field(default_factory=set[str])
    """Paths given to `revalidate_path`, and `*` for `refresh`."""
    invalidated_tags: set[str] = field(default_factory=set[str])
    """Tags given to `revalidate_tag` and `update_tag`."""
    deferred: list[Deferred] = field(default_factory=list[Deferred])
    """What `after()` was given and has not begun."""

    @property
    def changes_pages(self) -> bool:
        """Whether what happened so far may have changed what the current page shows."""
        return bool(self.invalidated or self.invalidated_tags) or self.cookies.changed

    @contextmanager
    def activated(self) -> Generator[RequestContext]:
        """Make this the current request for the code inside."""
        token = _current.set(self)
        try:
            yield self
        finally:
            _current.reset(token)

    @contextmanager
    def action_phase(self, phase: Literal["action", "route"] = "action") -> Generator[None]:
        """Allow writing cookies and revalidating for the code inside; afterwards pages are rendered."""
        self.enter(phase)
        try:
            yield
        finally:
            self.enter("render")

    def enter(self, phase: Phase) -> None:
        """Let another phase begin: it decides what user code may change."""
        self.phase = phase
        self.cookies.writable = phase in {"action", "route"}
        self.cookies.moment = _MOMENTS[phase]

    def require_phase(self, call: str, *allowed: Phase) -> None:
        """Raise UsageError, naming file and line, unless the request is in one of the phases."""
        if self.phase not in allowed:
            raise UsageError(
                f"{call_site()}{call} {_MOMENTS[self.phase]} has no effect on what is being rendered. "
                "Call it in an action."
            )


_current: ContextVar[RequestContext] = ContextVar("wingbeat_request")


def current_request(asked_by: str) -> RequestContext:
    """Return the current request; `asked_by` names the caller in the error when there is none."""
    try:
        return _current.get()
    except LookupError:
        raise UsageError(
            f"{asked_by} outside a request. In a test, run the code inside `wingbeat.testing.request_context()`."
        ) from None


def cookies() -> Cookies:
    """Return the current request's cookies. Raises UsageError outside a request."""
    return current_request("cookies()").cookies


def headers() -> Headers:
    """Return the current request's headers, read-only. Raises UsageError outside a request.

    A page that is rendered after an action sees what a GET would: not the call's own media type and length.
    """
    request = current_request("headers()")
    if request.phase == "render" and request.page_headers is not None:
        return request.page_headers()
    return request.headers
