"""The name and parameters of a function as its source states them."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from .scopes import FUNCTIONS, Function, bound_names
from .source import ParameterKind, ParameterSource

__all__ = ["all_arguments", "captured_defaults", "guards_of", "local_names", "parameters_of", "qualname_of"]


_GUARDED_BY = "guarded_by"


def qualname_of(function: Function, parents: tuple[ast.AST, ...]) -> str:
    """Return what the function object's `__qualname__` will be."""
    parts: list[str] = []
    for parent in parents:
        if isinstance(parent, FUNCTIONS):
            parts += [parent.name, "<locals>"]
        elif isinstance(parent, ast.ClassDef):
            parts.append(parent.name)
    return ".".join([*parts, function.name])


def parameters_of(function: Function) -> tuple[ParameterSource, ...]:
    """Return the parameters in the order of a call."""
    return tuple(_parameters(function.args))


def all_arguments(function: Function) -> list[ast.arg]:
    """Return every parameter's node, `*args` and `**kwargs` included."""
    arguments = function.args
    optional = [argument for argument in (arguments.vararg, arguments.kwarg) if argument]
    return [*arguments.posonlyargs, *arguments.args, *arguments.kwonlyargs, *optional]


def local_names(parents: tuple[ast.AST, ...]) -> set[str]:
    """Return every name that the functions among `parents` bind."""
    return {name for parent in parents if isinstance(parent, FUNCTIONS) for name in bound_names(parent)}


def captured_defaults(function: Function, parents: tuple[ast.AST, ...]) -> tuple[str, ...]:
    """Return the parameters whose default uses a variable of an enclosing function."""
    local = local_names(parents)
    return tuple(
        parameter.name
        for parameter in _parameters(function.args)
        if parameter.default is not None
        and any(isinstance(node, ast.Name) and node.id in local for node in ast.walk(parameter.default))
    )


def guards_of(decorator: ast.expr) -> list[ast.expr] | None:
    """Return what `@guarded_by(...)` is given, None for any other decorator."""
    if not isinstance(decorator, ast.Call):
        return None
    function = decorator.func
    name = function.attr if isinstance(function, ast.Attribute) else getattr(function, "id", "")
    return decorator.args if name == _GUARDED_BY else None


def _parameters(arguments: ast.arguments) -> Iterator[ParameterSource]:
    positional = [*arguments.posonlyargs, *arguments.args]
    missing = len(positional) - len(arguments.defaults)
    for index, argument in enumerate(positional):
        kind: ParameterKind = (
            "POSITIONAL_ONLY" if index < len(arguments.posonlyargs) else "POSITIONAL_OR_KEYWORD"
        )
        default = arguments.defaults[index - missing] if index >= missing else None
        yield ParameterSource(argument.arg, kind, argument.annotation, default)
    if arguments.vararg:
        yield ParameterSource(arguments.vararg.arg, "VAR_POSITIONAL", arguments.vararg.annotation, None)
    for argument, default in zip(arguments.kwonlyargs, arguments.kw_defaults, strict=True):
        yield ParameterSource(argument.arg, "KEYWORD_ONLY", argument.annotation, default)
    if arguments.kwarg:
        yield ParameterSource(arguments.kwarg.arg, "VAR_KEYWORD", arguments.kwarg.annotation, None)
