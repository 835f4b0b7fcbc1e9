"""What an action asks for besides its result: pages and tags to forget, and work for after the answer."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from functools import partial
from typing import Any, Literal

from wingbeat.errors import UsageError

from .afterwards import deferred
from .call_site import call_site
from .context import current_request

__all__ = ["after", "refresh", "revalidate_path", "revalidate_tag", "update_tag"]

MAX_TAG_CHARACTERS = 256
"""As Next.js."""


def revalidate_path(path: str, type: Literal["page", "layout"] = "page") -> None:  # noqa: A002 (Next's word)
    """Forget what is remembered of the page at `path`, and render the current page anew in the answer.

    `type="layout"` means `path` and everything below it. Not while rendering; raises UsageError there.
    """
    request = current_request("revalidate_path()")
    request.require_phase("revalidate_path()", "action", "route", "stream", "after")
    if not path.startswith("/"):
        raise UsageError(f"{call_site()}revalidate_path({path[:80]!r}): paths start with '/'.")
    request.invalidated.add(f"{path.rstrip('/') or '/'}{'/*' if type == 'layout' else ''}")


def revalidate_tag(tag: str) -> None:
    """Forget what was remembered under `tag`, and render the current page anew in the answer.

    Not while rendering; raises UsageError there, and for an empty or overlong tag.
    """
    request = current_request("revalidate_tag()")
    request.require_phase("revalidate_tag()", "action", "route", "stream", "after")
    request.invalidated_tags.add(_checked_tag(tag, "revalidate_tag"))


def update_tag(tag: str) -> None:
    """Forget what was remembered under `tag`, so that who acted sees the change at once.

    In actions only, as Next's `updateTag`; raises UsageError elsewhere.
    """
    request = current_request("update_tag()")
    request.require_phase("update_tag()", "action", "stream")
    request.invalidated_tags.add(_checked_tag(tag, "update_tag"))


def refresh() -> None:
    """Render the current page anew in the answer; nothing that is remembered on the server is forgotten.

    In actions only; raises UsageError elsewhere.
    """
    request = current_request("refresh()")
    request.require_phase("refresh()", "action", "stream")
    request.invalidated.add("*")


def after(task: Callable[..., object] | Awaitable[object], /, *args: Any, **kwargs: Any) -> None:
    """Call `task` with the arguments, or await it, once the answer has been sent, however it ended.

    Several run side by side, sync functions in threads, all together for at most the page's `max_duration`.
    What one raises is logged. They may read cookies and headers, revalidate, and call `after()` themselves; the
    answer is gone, so a cookie set there is an error. Also while rendering a page.
    Raises UsageError outside a request.
    """
    request = current_request("after()")
    request.deferred.append(deferred(task, partial(task, *args, **kwargs) if callable(task) else _nothing))


def _nothing() -> None: ...


def _checked_tag(tag: str, call: str) -> str:
    if not tag or len(tag) > MAX_TAG_CHARACTERS:
        raise UsageError(
            f"{call_site()}{call}({tag[:40]!r}): a tag has 1 to {MAX_TAG_CHARACTERS} characters."
        )
    return tag
