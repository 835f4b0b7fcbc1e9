"""What user code may ask about the current request, held by the only context variable of the package."""

from __future__ import annotations

from collections.abc import Generator, Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from typing import Literal, final

from wingbeat.errors import UsageError

from .cookie_jar import Cookies

__all__ = ["Headers", "RequestContext", "cookies", "current_request", "headers", "refresh", "revalidate_path"]


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
    phase: Literal["action", "render"] = "render"
    invalidated: set[str] = field(default_factory=set[str])
    """Paths given to `revalidate_path`, and `*` for `refresh`."""

    @contextmanager
    def activated(self) -> Generator[RequestContext]:
        """Make this the current request for the code inside."""
        token = _current.set(self)
        try:
            yield self
        finally:
            _current.reset(token)

    @contextmanager
    def action_phase(self) -> Generator[None]:
        """Allow writing cookies and revalidating for the code inside."""
        self.phase, self.cookies.writable = "action", True
        try:
            yield
        finally:
            self.phase, self.cookies.writable = "render", False

    def require_action(self, call: str) -> None:
        """Raise UsageError unless an action is running."""
        if self.phase != "action":
            raise UsageError(
                f"{call} while rendering has no effect on what is being rendered. Call it in an action."
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
    """Return the current request's headers, read-only. Raises UsageError outside a request."""
    return current_request("headers()").headers


def revalidate_path(path: str, type: Literal["page", "layout"] = "page") -> None:  # noqa: A002 (Next's word)
    """Forget what is remembered of the page at `path`, and render the current page anew in the answer.

    `type="layout"` means `path` and everything below it. Only in an action; raises UsageError elsewhere.
    """
    request = current_request("revalidate_path()")
    request.require_action("revalidate_path()")
    if not path.startswith("/"):
        raise UsageError(f"revalidate_path({path[:80]!r}): paths start with '/'.")
    request.invalidated.add(f"{path.rstrip('/') or '/'}{'/*' if type == 'layout' else ''}")


def refresh() -> None:
    """Render the current page anew in the answer; nothing that is remembered on the server is forgotten.

    Only in an action; raises UsageError elsewhere.
    """
    request = current_request("refresh()")
    request.require_action("refresh()")
    request.invalidated.add("*")
