"""The object that stands where the developer wrote an action: callable in Python, a reference in a page."""

from __future__ import annotations

import types
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any, cast

from wingbeat.html.server_functions import ServerFunction

from .closures import freeze, snapshot
from .definition import ANY_ARITY, Definition

__all__ = ["Action", "mark_inline"]


@dataclass(eq=False, frozen=True, slots=True)
class Action(ServerFunction):
    """One action, with what is bound to it so far.

    Calling it in Python calls the function as written. Given to an element, it becomes a snapshot: what it
    captures is read then, so that the page and a later change of the variables do not interfere.
    """

    definition: Definition
    function: Callable[..., Any]
    frozen: Mapping[str, object] = field(default_factory=dict, repr=False)
    """Loop variables, taken when the `def` ran."""
    captured: Mapping[str, object] | None = field(default=None, repr=False)
    """The snapshot, once taken."""
    args: tuple[object, ...] = field(default=(), repr=False)
    kwargs: Mapping[str, object] = field(default_factory=dict, repr=False)

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        """Run the function here and now, as any Python function."""
        return self.function(*self.args, *args, **{**self.kwargs, **kwargs})

    @property
    def __name__(self) -> str:
        return self.definition.qualname.rpartition(".")[2]

    @property
    def __wrapped__(self) -> Callable[..., Any]:
        return self.function

    @property
    def open_arity(self) -> int:
        """How many positional arguments the function still takes, `ANY_ARITY` with `*args`."""
        arity = self.definition.arity
        if arity == ANY_ARITY:
            return arity
        named = sum(parameter.name in self.kwargs for parameter in self.definition.source.parameters)
        return max(0, arity - len(self.args) - named)

    def __str__(self) -> str:
        return f"{self.definition.module.__name__}.{self.definition.qualname}()"

    def handed_over(self) -> Action:
        """Return this action with its captured variables read now, if it captures any."""
        if self.captured is not None or not self.definition.captured_names:
            return self
        function = cast("types.FunctionType", self.function)
        return replace(self, captured=snapshot(self.definition, function, self.frozen, self))

    def bind(self, args: tuple[object, ...], kwargs: Mapping[str, object]) -> Action:
        """Return this action with more arguments bound, as `functools.partial` does."""
        return replace(self, args=(*self.args, *args), kwargs={**self.kwargs, **kwargs})


def mark_inline(definition: Definition, function: Callable[..., Any]) -> Action:
    """Return the action for the function object that one run of an inline `def` made."""
    if definition.captured_names:
        return Action(definition, function, freeze(definition, cast("types.FunctionType", function)))
    if "<locals>" not in definition.qualname:
        definition.function = function  # decorators included: at module level the decorated function runs
    return Action(definition, function)
