"""Where a `Redirect` leads, and how each kind of answer says so."""

from __future__ import annotations

from urllib.parse import urljoin

from wingbeat.rendering import INTERRUPT_DIGEST, rebased
from wingbeat.request import HttpInterrupt, Interrupt, Redirect, RequestContext

from .wire_names import REDIRECT_HEADER, REDIRECT_TYPE_HEADER

__all__ = ["interrupt_digest", "redirect_headers", "redirect_target", "redirect_type"]


def redirect_target(redirect: Redirect, context: RequestContext) -> str:
    """Return the URL to go to. A relative one takes the page for a folder, as Next does: `./edit` is below it."""
    if redirect.external:
        return redirect.url
    if redirect.url.startswith("/"):
        return rebased(redirect.url, context.base)
    page = context.url.partition("?")[0].removeprefix(
        context.base
    )  # `..` does not climb out of a mounted app
    joined = urljoin(f"{page.rstrip('/')}/" if redirect.url.startswith(".") else page, redirect.url)
    return f"{context.base}/{joined.lstrip('/')}"  # two slashes would be another site


def redirect_headers(redirect: Redirect, context: RequestContext) -> dict[str, str]:
    """Return the headers by which the browser runtime is sent on."""
    return {
        REDIRECT_HEADER: redirect_target(redirect, context),
        REDIRECT_TYPE_HEADER: redirect_type(redirect),
    }


def redirect_type(redirect: Redirect) -> str:
    """Return how to go there: `push` or `replace`, and `external` if the target is another site."""
    return f"{redirect.type} external" if redirect.external else redirect.type


def interrupt_digest(interrupt: Interrupt, context: RequestContext) -> str:
    """Return the digest that tells the browser runtime of an interrupt in a part of a page that came late.

    The status has been sent by then, so the runtime goes to the redirect's target, or says that there is nothing.
    """
    match interrupt:
        case Redirect():
            kind = (
                "replace external" if interrupt.external else "replace"
            )  # the page itself never had an entry
            return f"{INTERRUPT_DIGEST}{kind};{redirect_target(interrupt, context)}"
        case HttpInterrupt():
            return f"{INTERRUPT_DIGEST}{interrupt.status}"
        case _:
            raise TypeError(f"{interrupt!r} has no digest")
