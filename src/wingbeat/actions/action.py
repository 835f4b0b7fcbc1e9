"""The object that stands where the developer wrote an action: callable in Python, a reference in a page."""

from __future__ import annotations

import types
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any, cast

from wingbeat.errors import UsageError
from wingbeat.html.server_functions import ServerFunction, hand_over

from .closures import freeze, snapshot
from .definition import ANY_ARITY, POSITIONAL, Definition

__all__ = ["Action", "mark_inline"]


@dataclass(eq=False, frozen=True, slots=True)
class Action(ServerFunction):
    """One action, with what is bound to it so far.

    Calling it in Python calls the function as written. Given to an element, it becomes a snapshot: what it
    captures is read then, so that the page and a later change of the variables do not interfere.
    """

    definition: Definition
    function: Callable[..., Any]
    frozen: Mapping[str, object] = field(default_factory=dict[str, object], repr=False)
    """Loop variables, taken when the `def` ran."""
    captured: Mapping[str, object] | None = field(default=None, repr=False)
    """The snapshot, once taken."""
    args: tuple[object, ...] = field(default=(), repr=False)
    kwargs: Mapping[str, object] = field(default_factory=dict[str, object], repr=False)

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        """Run the function here and now, as any Python function."""
        return self.function(*self.args, *args, **{**self.kwargs, **kwargs})

    @property
    def __name__(self) -> str:  # pyright: ignore[reportIncompatibleVariableOverride]  # as functions have one
        return self.definition.qualname.rpartition(".")[2]

    @types.DynamicClassAttribute  # not on the class, where Python 3.11.2's dataclasses would follow it under -OO
    def __wrapped__(self) -> Callable[..., Any]:
        return self.function

    @property
    def open_arity(self) -> int:
        """How many positional arguments the function still takes, `ANY_ARITY` with `*args`."""
        arity = self.definition.arity
        if arity == ANY_ARITY or not (self.args or self.kwargs):
            return arity
        parameters = [one for one in self.definition.source.parameters if one.kind in POSITIONAL]
        return sum(parameter.name not in self.kwargs for parameter in parameters[len(self.args) :])

    def __str__(self) -> str:
        return f"{self.definition.module.__name__}.{self.definition.qualname}()"

    def ending(self, error: BaseException) -> Action:
        """Return an action that runs nothing and raises `error`."""

        async def end() -> None:
            raise error

        return replace(self, function=end)

    def handed_over(self) -> Action:
        """Return this action with its captured variables read now, if it captures any."""
        if self.captured is not None or not self.definition.captured_names:
            return self
        function = cast("types.FunctionType", self.function)
        captured = snapshot(self.definition, function, self.frozen)
        return Action(self.definition, function, self.frozen, captured, self.args, self.kwargs)

    def bind(self, args: tuple[object, ...], kwargs: Mapping[str, object]) -> Action:
        """Return this action with more arguments bound, as `functools.partial` does.

        Raises UsageError for arguments that the function does not take.
        """
        bound = replace(
            self,
            args=(*self.args, *(hand_over(value) for value in args)),
            kwargs={**self.kwargs, **{name: hand_over(value) for name, value in kwargs.items()}},
        )
        if problem := _misfit(bound):
            raise UsageError(f"{self.definition.where}: a partial of the action {self.__name__}() {problem}.")
        return bound


def mark_inline(definition: Definition, function: Callable[..., Any]) -> Action:
    """Return the action for the function object that one run of an inline `def` made."""
    if definition.captured_names:
        return Action(definition, function, freeze(definition, cast("types.FunctionType", function)))
    if "<locals>" not in definition.qualname:
        definition.function = function  # decorators included: at module level the decorated function runs
    return Action(definition, function)


def _misfit(action: Action) -> str | None:
    """Say which bound argument has no parameter."""
    parameters = action.definition.source.parameters
    kinds = {parameter.kind for parameter in parameters}
    positional = [parameter for parameter in parameters if parameter.kind in POSITIONAL]
    if len(action.args) > len(positional) and "VAR_POSITIONAL" not in kinds:
        return f"binds {len(action.args)} arguments, but it takes {len(positional)}"
    taken = {parameter.name for parameter in positional[: len(action.args)]}
    by_name = {parameter.name for parameter in parameters if parameter.kind != "POSITIONAL_ONLY"} - taken
    if twice := taken & action.kwargs.keys():
        return f"binds {', '.join(sorted(twice))} by position and by name"
    if "VAR_KEYWORD" not in kinds and (unknown := action.kwargs.keys() - by_name):
        return f"binds {', '.join(sorted(unknown))}, which it does not take"
    return None
