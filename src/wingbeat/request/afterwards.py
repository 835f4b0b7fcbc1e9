"""One thing to do after the answer: what `after()` was given, with the context in which it was given."""

from __future__ import annotations

import inspect
from collections.abc import Awaitable, Callable
from contextvars import Context, copy_context
from dataclasses import dataclass, field

from wingbeat.errors import UsageError

from .call_site import call_site

__all__ = ["Deferred", "deferred"]


@dataclass(frozen=True, slots=True)
class Deferred:
    """A call to make later, in the context variables of now; `run` may give something to await."""

    run: Callable[[], object]
    blocks: bool
    """A sync function, which may block, so that it belongs into a thread."""
    context: Context = field(default_factory=copy_context, repr=False)


def deferred(task: Callable[..., object] | Awaitable[object], call: Callable[[], object]) -> Deferred:
    """Return what is to be done later. Raises UsageError for what can neither be called nor awaited."""
    if inspect.isawaitable(task):
        return Deferred(lambda: task, blocks=False)
    if not callable(task):
        raise UsageError(f"{call_site()}after() takes a function or something to await, not {task!r:.80}.")
    return Deferred(call, blocks=not inspect.iscoroutinefunction(inspect.unwrap(task)))
