"""The variables of an inline action: taken when it is handed over, put back when it is called.

    def delete(): ... row.id ...     snapshot -> {"row": Record(id=7)}     rebuild -> the same function, its `row`
                                                                          being that record

Both ends run here, so the values keep their Python types. Nothing but the listed paths is read.
"""

from __future__ import annotations

import types
from collections.abc import Callable, Mapping
from typing import Any

from wingbeat.errors import SerializationError, StaleCapture
from wingbeat.html.server_functions import hand_over

from .definition import Definition
from .source import Captured

__all__ = ["Record", "freeze", "rebuild", "snapshot"]

_UNBOUND = object()


class Record(types.SimpleNamespace):
    """A captured variable of which only some attributes travelled."""


def freeze(definition: Definition, function: types.FunctionType) -> dict[str, object]:
    """Return the values of the variables that loops rebind, taken as the `def` runs."""
    cells = _cells(function)
    frozen = {
        captured.name: _content(cells[captured.name]) for captured in definition.captures if captured.frozen
    }
    return {name: value for name, value in frozen.items() if value is not _UNBOUND}


def snapshot(
    definition: Definition, function: types.FunctionType, frozen: Mapping[str, object], self: object
) -> dict[str, object]:
    """Return what travels: the value of each captured variable, and of each default that uses one.

    `self` is the action itself; where its own variable holds it (recursion), it stands for itself.
    Raises SerializationError when a variable has no value yet.
    """
    cells = _cells(function)
    values: dict[str, object] = {}
    for captured in definition.captures:
        value = frozen.get(captured.name, _UNBOUND)
        value = _content(cells[captured.name]) if value is _UNBOUND else value
        if value is _UNBOUND:
            raise SerializationError(
                f"{definition.where}: {captured.name!r}, used by the action {definition.qualname}(), has no value "
                "yet where the action is given to an element. Assign it before."
            )
        values[captured.name] = value if value is self else hand_over(_selected(captured, value))
    for name, value in _defaults(function).items():
        if name in definition.source.captured_defaults:
            values[f"={name}"] = hand_over(value)
    return values


def rebuild(definition: Definition, captured: Mapping[str, object]) -> Callable[..., Any]:
    """Return the action's function with `captured` as its variables. Raises StaleCapture when they do not fit."""
    code = definition.code
    if code is None or captured.keys() != _expected(definition):
        raise StaleCapture(f"captured variables of {definition.qualname} do not fit its code")
    function = types.FunctionType(
        code,
        vars(definition.module),
        code.co_name,
        closure=tuple(types.CellType(captured[name]) for name in code.co_freevars),
    )
    function.__defaults__, function.__kwdefaults__ = _restored_defaults(definition, captured)
    function.__module__, function.__qualname__ = definition.module.__name__, definition.qualname
    return function


def _expected(definition: Definition) -> set[str]:
    names = {captured.name for captured in definition.captures}
    return names | {f"={name}" for name in definition.source.captured_defaults}


def _cells(function: types.FunctionType) -> dict[str, types.CellType]:
    return dict(zip(function.__code__.co_freevars, function.__closure__ or (), strict=True))


def _content(cell: types.CellType) -> object:
    try:
        content: object = cell.cell_contents
    except ValueError:
        return _UNBOUND
    return content


def _selected(captured: Captured, value: object) -> object:
    if captured.paths is None:
        return value
    record = Record()
    for path in captured.paths:
        here, source = record, value
        for attribute in path[:-1]:
            source = getattr(source, attribute)
            here = here.__dict__.setdefault(attribute, Record())
        setattr(here, path[-1], getattr(source, path[-1]))
    return record


def _defaults(function: types.FunctionType) -> dict[str, object]:
    code = function.__code__
    positional = code.co_varnames[: code.co_argcount]
    defaults = function.__defaults__ or ()
    return {
        **dict(zip(positional[len(positional) - len(defaults) :], defaults, strict=True)),
        **(function.__kwdefaults__ or {}),
    }


def _restored_defaults(
    definition: Definition, captured: Mapping[str, object]
) -> tuple[tuple[object, ...] | None, dict[str, object] | None]:
    positional: list[object] = []
    keyword: dict[str, object] = {}
    for source, parameter in zip(definition.source.parameters, definition.parameters, strict=True):
        if source.default is None:
            continue
        value = captured[f"={source.name}"] if parameter.captured_default else parameter.default
        if source.kind == "KEYWORD_ONLY":
            keyword[source.name] = value
        else:
            positional.append(value)
    return tuple(positional) or None, keyword or None
