"""One action as this process knows it: its source, its code and its signature."""

from __future__ import annotations

import ast
import inspect
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from types import CodeType, ModuleType
from typing import Any

from wingbeat.errors import DirectiveError

from .source import ActionSource, Captured, ModuleSource, ParameterSource

__all__ = ["ANY_ARITY", "MISSING", "POSITIONAL", "Definition", "Parameter", "define"]

ANY_ARITY = 31
"""The largest number of the id's five arity bits: the client sends every argument."""

MISSING: Any = inspect.Parameter.empty


@dataclass(frozen=True, slots=True)
class Parameter:
    """One parameter with its annotation and default evaluated in the module; `MISSING` where there is none."""

    name: str
    kind: str
    annotation: Any
    default: Any
    captured_default: bool
    """The default uses a variable of the enclosing function, so its value travels with the captures."""

    @property
    def has_default(self) -> bool:
        """Whether the argument may be left out."""
        return self.captured_default or self.default is not MISSING


@dataclass(eq=False)
class Definition:
    """One action. `function` is what runs when nothing is captured; an inline one is rebuilt from `code`."""

    module: ModuleType
    source: ActionSource
    file: str
    code: CodeType | None
    parallel: bool = False
    function: Callable[..., Any] | None = None
    captures: tuple[Captured, ...] = ()
    _parameters: tuple[Parameter, ...] | None = field(default=None, repr=False)

    @property
    def qualname(self) -> str:
        """Dotted name within the module."""
        return self.source.qualname

    @property
    def where(self) -> str:
        """`file:line`, for messages to the developer."""
        return f"{self.file}:{self.source.line}"

    @property
    def parameters(self) -> tuple[Parameter, ...]:
        """The signature, evaluated on first use: by then the whole module exists.

        Raises DirectiveError when an annotation or default cannot be evaluated in the module.
        """
        if self._parameters is None:
            self._parameters = tuple(self._evaluated(parameter) for parameter in self.source.parameters)
        return self._parameters

    @property
    def captured_names(self) -> tuple[str, ...]:
        """What travels sealed with the action: variables, attribute paths and defaults (`=name`)."""
        names = [
            f"{captured.name}.{'.'.join(path)}" if path else captured.name
            for captured in self.captures
            for path in captured.paths or ((),)
        ]
        return (
            *names,
            *(f"={parameter.name}" for parameter in self.source.parameters if self._is_local(parameter)),
        )

    @property
    def arity(self) -> int:
        """How many positional arguments the function takes, `ANY_ARITY` with `*args`."""
        if any(parameter.kind == "VAR_POSITIONAL" for parameter in self.source.parameters):
            return ANY_ARITY
        return min(ANY_ARITY - 1, sum(parameter.kind in POSITIONAL for parameter in self.source.parameters))

    def _evaluated(self, source: ParameterSource) -> Parameter:
        local = self._is_local(source)
        return Parameter(
            source.name,
            source.kind,
            self._evaluate(source.annotation, f"the annotation of {source.name}"),
            MISSING if local else self._evaluate(source.default, f"the default of {source.name}"),
            local,
        )

    def _evaluate(self, expression: ast.expr | None, what: str) -> Any:
        if expression is None:
            return MISSING
        try:
            value = eval(compile(ast.Expression(expression), self.file, "eval"), vars(self.module))  # noqa: S307 (the app's own source)
            while isinstance(value, str) and what.startswith("the annotation"):
                value = eval(value, vars(self.module))  # noqa: S307 (the same, written as a string)
        except Exception as error:
            raise DirectiveError(
                f"{self.where}: {what} of the action {self.qualname}() cannot be evaluated in its module "
                f"({type(error).__name__}: {error}). Import or define what it names at module level."
            ) from error
        return value

    def _is_local(self, parameter: ParameterSource) -> bool:
        return parameter.name in self.source.captured_defaults


POSITIONAL = frozenset({"POSITIONAL_ONLY", "POSITIONAL_OR_KEYWORD"})


def define(module: ModuleType, source: ModuleSource, code: CodeType, file: str) -> list[Definition]:
    """Return the definitions of a module's actions; `code` is what was compiled from its tree."""
    codes = {(found.co_qualname, found.co_firstlineno): found for found in _nested_codes(code)}
    return [
        _defined(module, action, codes.get((action.qualname, action.line)), file) for action in source.actions
    ]


def _defined(module: ModuleType, source: ActionSource, code: CodeType | None, file: str) -> Definition:
    definition = Definition(module, source, file, code)
    analysed = {captured.name: captured for captured in source.captures}
    free = code.co_freevars if code is not None and source.inline else ()
    if "__class__" in free:
        raise DirectiveError(
            f"{definition.where}: the action {source.qualname}() uses super(); actions are functions."
        )
    # The compiler has the last word on what is free; what the analysis did not see travels whole.
    definition.captures = tuple(analysed.get(name, Captured(name, frozen=False, paths=None)) for name in free)
    return definition


def _nested_codes(code: CodeType) -> Iterator[CodeType]:
    for constant in code.co_consts:
        if isinstance(constant, CodeType):
            yield constant
            yield from _nested_codes(constant)
