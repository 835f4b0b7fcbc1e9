"""One function as this process knows it: its source, its code and its signature.

    async def delete(row_id: int, *, force: bool = False): "use server"; ...
        ->  Definition(qualname="page.<locals>.delete", parameters=(row_id: int, force: bool = False), arity=1)

Annotations and defaults are evaluated in the module's globals, never in a page that happens to render: every
process checks a call alike.
"""

from __future__ import annotations

import ast
import sys
import typing
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import cached_property
from inspect import Parameter as _Parameter
from types import CodeType, FunctionType, ModuleType
from typing import Any

from wingbeat.errors import DirectiveError, SerializationError

from .guards import Guard, guarded_by, guards_of_function
from .source import Captured, FunctionSource, ModuleSource, ParameterSource

__all__ = [
    "ANY_ARITY",
    "MISSING",
    "POSITIONAL",
    "Definition",
    "ModuleDefinitions",
    "Parameter",
    "definitions_of",
    "nested_definition",
]

ANY_ARITY = 31
"""The largest number of the id's five arity bits: the client sends every argument."""

POSITIONAL = frozenset({"POSITIONAL_ONLY", "POSITIONAL_OR_KEYWORD"})
MISSING: Any = _Parameter.empty


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
    """One action, or a plain function that actions may capture.

    `function` is what runs when nothing is captured; an inline one is rebuilt from `code`.
    """

    module: ModuleType
    source: FunctionSource
    file: str
    code: CodeType | None
    parallel: bool = False
    function: Callable[..., Any] | None = field(default=None, repr=False)
    guards: tuple[Guard, ...] = field(default=(), repr=False)
    """What decides whether a call may go on: the module's, then its own."""
    captures: tuple[Captured, ...] = field(init=False, repr=False)

    def __post_init__(self) -> None:
        analysed = {captured.name: captured for captured in self.source.captures}
        free = self.code.co_freevars if self.code is not None else ()
        if self.source.inline and "__class__" in free:
            raise DirectiveError(
                f"{self.where}: the action {self.qualname}() uses super(); actions are functions."
            )
        # The compiler has the last word on what is free; what the analysis did not see travels whole.
        self.captures = tuple(analysed.get(name, Captured(name, frozen=False, paths=None)) for name in free)

    @property
    def qualname(self) -> str:
        """Dotted name within the module."""
        return self.source.qualname

    @property
    def cancels_on_disconnect(self) -> bool:
        """Whether the module says that its actions end when their client goes away."""
        return vars(self.module).get("cancel_on_disconnect") is True

    @property
    def where(self) -> str:
        """`file:line`, for messages to the developer."""
        return f"{self.file}:{self.source.line}"

    @cached_property
    def parameters(self) -> tuple[Parameter, ...]:
        """The signature, evaluated on first use: by then the whole module exists.

        Raises DirectiveError when an annotation or default cannot be evaluated in the module.
        """
        return tuple(
            Parameter(
                source.name,
                source.kind,
                self._annotation(source),
                self.default(source),
                self._is_local(source),
            )
            for source in self.source.parameters
        )

    @cached_property
    def captured_names(self) -> tuple[str, ...]:
        """What travels sealed with the action: variables, attribute paths and defaults (`=name`)."""
        names = [
            ".".join((captured.name, *path))
            for captured in self.travelling
            for path in captured.paths or ((),)
        ]
        return (*names, *(f"={name}" for name in self.source.captured_defaults))

    @cached_property
    def travelling(self) -> tuple[Captured, ...]:
        """The captured variables whose values travel: all but imports."""
        return tuple(captured for captured in self.captures if captured.imported is None)

    @cached_property
    def arity(self) -> int:
        """How many positional arguments the function takes, `ANY_ARITY` with `*args`."""
        if any(parameter.kind == "VAR_POSITIONAL" for parameter in self.source.parameters):
            return ANY_ARITY
        return min(ANY_ARITY, sum(parameter.kind in POSITIONAL for parameter in self.source.parameters))

    def own_guards(self) -> tuple[Guard, ...]:
        """Return what `guarded_by` above it states, evaluated in the module: a decorator above it hides nothing.

        Raises DirectiveError for what cannot be evaluated or is no guard.
        """
        stated = self._evaluated(lambda: [self._evaluate(one) for one in self.source.guards], "a guard")
        guarded = guarded_by(*stated)(lambda: None)
        return tuple(dict.fromkeys((*guards_of_function(guarded), *guards_of_function(self.function))))

    def default(self, source: ParameterSource) -> Any:
        """Return a parameter's default, `MISSING` where there is none in the module."""
        if source.default is None or self._is_local(source):
            return MISSING
        if source.name not in self._defaults:
            self._defaults[source.name] = self._evaluated(
                lambda: self._evaluate(source.default), f"the default of {source.name}"
            )
        return self._defaults[source.name]

    @cached_property
    def _defaults(self) -> dict[str, Any]:
        return {}

    def _annotation(self, source: ParameterSource) -> Any:
        if source.annotation is None:
            return MISSING
        return self._evaluated(
            lambda: _resolved(self._evaluate(source.annotation), vars(self.module)),
            f"the annotation of {source.name}",
        )

    def _evaluate(self, expression: ast.expr | None) -> Any:
        assert expression is not None
        return eval(compile(ast.Expression(expression), self.file, "eval"), vars(self.module))  # noqa: S307 (the app's own source)

    def _evaluated(self, evaluate: Callable[[], Any], what: str) -> Any:
        try:
            return evaluate()
        except Exception as error:
            raise DirectiveError(
                f"{self.where}: {what} of {self.qualname}() cannot be evaluated in its module "
                f"({type(error).__name__}: {error}). Import or define what it names at module level."
            ) from error

    def _is_local(self, parameter: ParameterSource) -> bool:
        return parameter.name in self.source.captured_defaults


class ModuleDefinitions:
    """The functions of one module: its actions, and the plain nested functions that they may capture."""

    _GLOBAL = "__wingbeat_definitions__"

    def __init__(self, module: ModuleType, source: ModuleSource, code: CodeType, file: str) -> None:
        """Define them and leave them in `module`; `code` is what was compiled from the source's tree."""
        self._codes = {(found.co_qualname, found.co_firstlineno): found for found in _nested_codes(code)}
        self.actions = [self._definition(module, action, file) for action in source.actions]
        self.nested: dict[str, list[Definition]] = {}
        for function in source.nested:
            definition = self._definition(module, function, file)
            self.nested.setdefault(definition.qualname, []).append(definition)
        vars(module)[self._GLOBAL] = self

    @classmethod
    def of(cls, module: ModuleType | None) -> ModuleDefinitions | None:
        """Return what was left in `module`, if it went through the import hook."""
        found = vars(module).get(cls._GLOBAL) if module is not None else None
        return found if isinstance(found, cls) else None

    def _definition(self, module: ModuleType, source: FunctionSource, file: str) -> Definition:
        # A decorated plain function's code begins at its decorator.
        code = self._codes.get((source.qualname, source.line))
        return Definition(module, source, file, code)


def definitions_of(module: ModuleType) -> list[Definition]:
    """Return the actions defined in `module`."""
    found = ModuleDefinitions.of(module)
    return found.actions if found else []


def nested_definition(function: FunctionType) -> Definition | None:
    """Return the definition of a plain nested function of the app, None for any other function.

    Raises SerializationError when another function has the same name, so that a later request could not tell
    them apart.
    """
    found = ModuleDefinitions.of(sys.modules.get(function.__module__))
    namesakes = found.nested.get(function.__qualname__, []) if found else []
    definition = next((one for one in namesakes if one.code is function.__code__), None)
    if definition is not None and len(namesakes) > 1:
        raise SerializationError(
            f"{definition.where}: an action captures {definition.qualname}(), but a second function has that "
            "name. Rename one."
        )
    return definition


def _resolved(annotation: Any, namespace: dict[str, Any]) -> Any:
    """Return `annotation` with every string in it evaluated, as `list["Item"]` needs."""

    def annotated() -> None: ...

    annotated.__annotations__ = {"value": annotation}
    return typing.get_type_hints(annotated, namespace, include_extras=True)["value"]


def _nested_codes(code: CodeType) -> Iterator[CodeType]:
    for constant in code.co_consts:
        if isinstance(constant, CodeType):
            yield constant
            yield from _nested_codes(constant)
