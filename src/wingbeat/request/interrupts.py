"""`redirect()`, `not_found()` and their kin: control flow, not errors.

They raise `BaseException`s, so a user's `except Exception` cannot swallow them (as `asyncio.CancelledError`
does, for the same reason). `return Redirect(url)` does the same without raising, for use inside
`with session.begin():`, which an exception would roll back.
"""

from __future__ import annotations

import re
from typing import Final, Literal, NoReturn, cast
from urllib.parse import quote, urlsplit

from wingbeat.errors import UsageError

__all__ = [
    "ENDINGS",
    "Forbidden",
    "HttpInterrupt",
    "Interrupt",
    "NotFound",
    "Redirect",
    "Unauthorized",
    "forbidden",
    "not_found",
    "permanent_redirect",
    "redirect",
    "sole_interrupt",
    "unauthorized",
]

MAX_REDIRECT_CHARACTERS = 2048
"""Longer targets are a mistake or an attack; Django draws the line at the same length."""

# What the URL standard lets stand in a path or query unescaped, and `%`, so that an escape stays one.
_SAFE_IN_URL = "/:?#[]@!$&'()*+,;=-._~%"


class Interrupt(BaseException):
    """Ends the running action or page with an outcome that is not its return value."""


ENDINGS: Final[tuple[type[BaseException], ...]] = (Exception, Interrupt, BaseExceptionGroup)
"""All by which user code may end early. What is missing, such as KeyboardInterrupt, is the process's business."""


class Redirect(Interrupt):
    """Send the browser to `url`; raised by `redirect()`, or returned.

    `url` is a path of this app (`/invoices`), or relative to the page (`../`, `?page=2`); `external=True`
    allows another site. `type` is the browser history's: `push` adds an entry, `replace` overwrites it.
    Raises UsageError for a target that browsers could read as another site.
    """

    def __init__(
        self,
        url: str,
        *,
        type: Literal["push", "replace"] = "push",  # noqa: A002 (Next's word)
        external: bool = False,
        permanent: bool = False,
    ) -> None:
        super().__init__(url)
        self.url = _checked_target(url, external=external)
        self.type = type
        self.external = external
        self.permanent = permanent


class HttpInterrupt(Interrupt):
    """Ends with an HTTP status and the nearest page for it."""

    status: int


class NotFound(HttpInterrupt):
    """Raised by `not_found()`."""

    status = 404


class Forbidden(HttpInterrupt):
    """Raised by `forbidden()`."""

    status = 403


class Unauthorized(HttpInterrupt):
    """Raised by `unauthorized()`."""

    status = 401


def redirect(
    url: str,
    *,
    type: Literal["push", "replace"] = "push",  # noqa: A002 (Next's word)
    external: bool = False,
) -> NoReturn:
    """Send the browser to `url`. From an action: in the same response when `url` is one of our pages.

    Cookies and revalidations made before are kept. Raises `Redirect`, a BaseException; UsageError when the
    target could be read as another site and `external` is not set.
    """
    raise Redirect(url, type=type, external=external)


def permanent_redirect(url: str, *, external: bool = False) -> NoReturn:
    """Send the browser to `url` for good: 308 from a page, a replacing redirect from an action."""
    raise Redirect(url, type="replace", external=external, permanent=True)


def not_found() -> NoReturn:
    """Answer 404 with the nearest not-found page."""
    raise NotFound


def forbidden() -> NoReturn:
    """Answer 403 with the nearest forbidden page."""
    raise Forbidden


def unauthorized() -> NoReturn:
    """Answer 401 with the nearest unauthorized page."""
    raise Unauthorized


def sole_interrupt(error: BaseException) -> Interrupt | None:
    """Return the interrupt that `error` is, also from a task group that holds one and nothing else."""
    found: object = error
    while isinstance(found, BaseExceptionGroup):
        group = cast("BaseExceptionGroup[BaseException]", found)  # isinstance() says nothing of what it holds
        found = group.exceptions[0] if len(group.exceptions) == 1 else None
    return found if isinstance(found, Interrupt) else None


def _checked_target(url: str, *, external: bool) -> str:
    r"""Return `url` percent-encoded for a header, or refuse it.

    Browsers read `//host`, `/\host`, `.//host` from the root and a scheme after control characters as another
    site; none of these is a path of ours, so none passes.
    """
    if len(url) > MAX_REDIRECT_CHARACTERS:
        raise UsageError(
            f"redirect() target has {len(url)} characters, at most {MAX_REDIRECT_CHARACTERS} pass."
        )
    if url != url.strip() or not url.isprintable():
        raise UsageError(
            f"redirect() target {url[:80]!r} has outer blanks or control characters; remove them."
        )
    try:
        encoded, parts = quote(url, safe=_SAFE_IN_URL), urlsplit(url)
    except ValueError as error:  # brackets that hold no address, or half a surrogate pair
        raise UsageError(f"redirect() target {url[:80]!r} is no URL: {error}.") from error
    if external:
        # `https://app.example@evil` is evil's: whoever compares the beginning of a URL takes it for another's.
        if parts.scheme not in {"http", "https"} or not parts.hostname or "@" in parts.netloc:
            raise UsageError(
                f"redirect({url[:80]!r}, external=True) needs a full http(s) URL without a user name."
            )
        return encoded
    if parts.scheme or parts.netloc or "\\" in url or "//" in re.split("[?#]", url)[0]:
        raise UsageError(
            f"redirect({url[:80]!r}) leaves this app. Use a path such as '/invoices', "
            "or external=True if another site is meant."
        )
    return encoded
