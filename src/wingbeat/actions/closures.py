"""The variables of a nested function: taken when it is handed over, put back when it is called.

    def delete(): ... row.id ...     snapshot -> {"row": Record(id=7)}     rebuild -> the same function, its `row`
                                                                          being that record

Both ends run here, so the values keep their Python types. Nothing but the listed paths is read. Functions may
refer to themselves and to each other: what is being taken already is taken once.
"""

from __future__ import annotations

import ast
import types
from collections.abc import Mapping
from contextvars import ContextVar
from dataclasses import dataclass
from typing import Any, cast

from wingbeat.errors import SerializationError, StaleCapture
from wingbeat.html.server_functions import hand_over_within

from .definition import Definition, nested_definition
from .source import Captured

__all__ = ["Closure", "Record", "closure_of", "empty_function", "fill", "freeze", "snapshot"]

_UNBOUND = object()
_taking: ContextVar[dict[types.FunctionType, dict[str, object]] | None] = ContextVar(
    "wingbeat_taking", default=None
)
"""What the snapshot under way has taken so far, so that functions that refer to each other end."""


class Record(types.SimpleNamespace):
    """A captured variable of which only some attributes travelled."""


@dataclass(eq=False, slots=True)
class Closure:
    """A plain nested function with the values of its captured variables: what travels of it."""

    definition: Definition
    values: dict[str, object]


def freeze(definition: Definition, function: types.FunctionType) -> dict[str, object]:
    """Return the values of the variables that loops rebind, taken as the `def` runs."""
    cells = _cells(function)
    frozen: dict[str, object] = {}
    for captured in definition.captures:
        content = _content(cells[captured.name]) if captured.frozen else _UNBOUND
        if content is not _UNBOUND:
            frozen[captured.name] = _frozen(_selected(definition, captured, content))
    return frozen


def snapshot(
    definition: Definition, function: types.FunctionType, frozen: Mapping[str, object]
) -> dict[str, object]:
    """Return what travels: the value of each captured variable, and of each default that uses one.

    Raises SerializationError when a variable has no value yet or cannot be read.
    """
    taking = _taking.get()
    if taking is not None:
        return _taken(definition, function, frozen, taking)
    token = _taking.set({})
    try:
        return _taken(definition, function, frozen, cast("dict[Any, Any]", _taking.get()))
    except RecursionError:
        raise SerializationError(
            f"{definition.where}: what the action {definition.qualname}() captures is nested too deeply, or holds "
            "itself. Pass an id and look the value up."
        ) from None
    finally:
        _taking.reset(token)


def closure_of(function: types.FunctionType) -> Closure | None:
    """Return a plain nested function of the app with its captured variables; None if it is not one.

    Raises SerializationError as `snapshot` does.
    """
    definition = nested_definition(function)
    return Closure(definition, snapshot(definition, function, {})) if definition else None


def empty_function(definition: Definition) -> types.FunctionType:
    """Return a function of the definition's code whose variables have no value yet; `fill` gives them one.

    Raises StaleCapture when this deployment has no such code.
    """
    code = definition.code
    if code is None:
        raise StaleCapture(f"{definition.qualname} has no code to rebuild")
    function = types.FunctionType(
        code, vars(definition.module), code.co_name, closure=tuple(types.CellType() for _ in code.co_freevars)
    )
    function.__module__, function.__qualname__ = definition.module.__name__, definition.qualname
    return function


def fill(definition: Definition, function: types.FunctionType, values: Mapping[str, object]) -> None:
    """Give the variables and defaults of `function` their values. Raises StaleCapture when they do not fit."""
    names = {captured.name for captured in definition.travelling}
    if {*values} != names | {f"={name}" for name in definition.source.captured_defaults}:
        raise StaleCapture(f"captured variables of {definition.qualname} do not fit its code")
    cells = _cells(function)
    for captured in definition.captures:
        statement = captured.imported
        cells[captured.name].cell_contents = (
            values[captured.name] if statement is None else _import(definition, statement, captured.name)
        )
    function.__defaults__, function.__kwdefaults__ = _restored_defaults(definition, values)


def _taken(
    definition: Definition,
    function: types.FunctionType,
    frozen: Mapping[str, object],
    taking: dict[types.FunctionType, dict[str, object]],
) -> dict[str, object]:
    if function in taking:
        return taking[function]
    values: dict[str, object] = {}
    taking[function] = values
    cells = _cells(function)
    for captured in definition.travelling:
        if captured.name in frozen:
            values[captured.name] = _handed(frozen[captured.name])
            continue
        content = _content(cells[captured.name])
        if content is _UNBOUND:
            raise SerializationError(
                f"{definition.where}: {captured.name!r}, used by {definition.qualname}(), has no value "
                "yet where the function is handed over. Assign it before."
            )
        values[captured.name] = _handed(_selected(definition, captured, content))
    for name, value in _defaults(function).items():
        if name in definition.source.captured_defaults:
            values[f"={name}"] = _handed(value)
    return values


def _handed(value: object) -> object:
    if isinstance(value, types.FunctionType):
        return closure_of(value) or value
    return hand_over_within(value)


def _frozen(value: object) -> object:
    """Return a loop variable as it stays: a plain function with its own variables taken, if they exist yet."""
    if not isinstance(value, types.FunctionType):
        return value
    try:
        return closure_of(value) or value
    except SerializationError:
        return value


def _cells(function: types.FunctionType) -> dict[str, types.CellType]:
    return dict(zip(function.__code__.co_freevars, function.__closure__ or (), strict=True))


def _content(cell: types.CellType) -> object:
    try:
        content: object = cell.cell_contents
    except ValueError:
        return _UNBOUND
    return content


def _selected(definition: Definition, captured: Captured, value: object) -> object:
    """Return `value`, or a record of the attributes that the body uses."""
    if captured.paths is None or isinstance(value, type | types.ModuleType):
        return value
    record = Record()
    for path in captured.paths:
        try:
            _copy_path(record, value, path)
        except Exception as error:
            raise SerializationError(
                f"{definition.where}: {'.'.join((captured.name, *path))}, used by {definition.qualname}(), cannot "
                f"be read where the function is handed over ({type(error).__name__}: {error}). "
                "Read it into a variable before."
            ) from error
    return record


def _copy_path(record: Record, source: Any, path: tuple[str, ...]) -> None:
    """Copy what `path` leads to. Where it ends early, so does the copy: the body fails as it would have here."""
    here = record
    for index, attribute in enumerate(path):
        try:
            source = getattr(source, attribute)
        except AttributeError:
            return
        if index == len(path) - 1 or source is None:
            vars(here)[attribute] = source
            return
        inner = vars(here).setdefault(attribute, Record())
        here = inner


def _defaults(function: types.FunctionType) -> dict[str, object]:
    code = function.__code__
    positional = code.co_varnames[: code.co_argcount]
    defaults: tuple[object, ...] = function.__defaults__ or ()
    keyword: dict[str, object] = function.__kwdefaults__ or {}
    return {**dict(zip(positional[len(positional) - len(defaults) :], defaults, strict=True)), **keyword}


def _restored_defaults(
    definition: Definition, values: Mapping[str, object]
) -> tuple[tuple[object, ...] | None, dict[str, object] | None]:
    positional: list[object] = []
    keyword: dict[str, object] = {}
    for source in definition.source.parameters:
        if source.default is None:
            continue
        is_captured = source.name in definition.source.captured_defaults
        value = values[f"={source.name}"] if is_captured else definition.default(source)
        if source.kind == "KEYWORD_ONLY":
            keyword[source.name] = value
        else:
            positional.append(value)
    return tuple(positional) or None, keyword or None


def _import(definition: Definition, statement: ast.Import | ast.ImportFrom, name: str) -> object:
    """Do an import of the enclosing function again, in its module."""
    tree = ast.Module([statement], [])
    found: dict[str, object] = {}
    exec(compile(tree, definition.file, "exec"), vars(definition.module), found)  # noqa: S102 (the app's own source)
    return found[name]
