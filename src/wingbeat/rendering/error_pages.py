"""Error pages: what is shown in place of a part of the tree that failed, made from its error."""

from __future__ import annotations

import inspect
from dataclasses import dataclass
from typing import final

from wingbeat.flight import Element

from .components import Component

__all__ = ["ErrorPage"]


@final
@dataclass(frozen=True, slots=True)
class ErrorPage:
    """The type of an element whose children are replaced by `component` when something in them fails.

    The component is given `error`, the exception, and `digest`, the name under which the log has it. What fails in
    the browser is shown by what it renders beforehand, with None for both. `on_server_only` leaves that out.
    """

    component: Component[...]
    on_server_only: bool = False

    def shown(self, error: Exception | None, digest: str | None) -> Element:
        """Return what is shown for an error; of the two the component gets what it takes."""
        takes = inspect.signature(self.component.function).parameters
        given: dict[str, object] = {"error": error, "digest": digest}
        return Element(self.component, None, {name: given[name] for name in takes})
