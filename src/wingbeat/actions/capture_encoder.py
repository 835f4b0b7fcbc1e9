"""Captured values -> JSON, as `capture_codec` describes it. Runs while a page renders: every error names the fix."""

from __future__ import annotations

import dataclasses
import types
from collections.abc import Iterable, Iterator, Mapping
from enum import Enum, Flag
from functools import partial
from typing import Any, NoReturn, cast
from uuid import UUID

from pydantic import BaseModel

from wingbeat.errors import SerializationError
from wingbeat.flight import ClientReference, Element, ReactSymbol
from wingbeat.html.server_functions import hand_over
from wingbeat.rendering import Component

from .action import Action
from .capture_leaves import LEAF_WRITERS
from .closures import Closure, Record, closure_of
from .definition import Definition
from .loaded_names import name_of, variable_name

__all__ = ["CaptureEncoder"]

MAX_DEPTH = 64
"""A level takes up to three of JSON's, of which orjson writes 254."""
_SEQUENCES: dict[type, str] = {list: "l", tuple: "t", set: "s", frozenset: "z"}
_USE_LESS = "Use only what you need of it (such as row.id) in the action, or pass an id"


class CaptureEncoder:
    """Writes one value; functions that refer to each other are written once."""

    def __init__(self, where: str) -> None:
        self._where = where
        self._closures: dict[int, int] = {}
        self._held: list[object] = []  # so that no id is given twice

    def encode(self, value: object, path: str, depth: int) -> object:
        """Return `value` as JSON; `path` leads to it. Raises SerializationError."""
        kind = type(value)
        if value is None or kind is bool:
            return value
        if depth > MAX_DEPTH:
            self._refuse(path, "is nested too deeply, or holds itself", "Pass an id and look the value up")
        if kind in LEAF_WRITERS:
            return LEAF_WRITERS[kind](value)
        if kind in _SEQUENCES:
            items = enumerate(cast("Iterable[object]", value))
            return self._array(_SEQUENCES[kind], ((f"[{i}]", item) for i, item in items), path, depth)
        if kind is dict:
            return self._array("d", _flattened(cast("dict[object, object]", value)), path, depth)
        if kind is Record:
            return self._array("R", _flattened(vars(value)), path, depth)
        return self._function(value, path, depth)

    def _array(self, tag: str, parts: Iterator[tuple[str, object]], path: str, depth: int) -> object:
        return [tag, *(self.encode(part, f"{path}{step}", depth + 1) for step, part in parts)]

    def _function(self, value: object, path: str, depth: int) -> object:
        match value:
            case Action():
                handed = value.handed_over()
                closure = self._closure(handed.definition, handed.captured, path, depth)
                if not handed.args and not handed.kwargs:
                    return ["A", closure]
                bound = (handed.args, dict(handed.kwargs))
                return ["A", closure, *(self.encode(part, path, depth + 1) for part in bound)]
            case partial():
                handed_over = hand_over(cast("object", value))
                if handed_over is value:
                    self._refuse(path, "is a partial of no action", "Write a def that makes the call")
                return self.encode(handed_over, path, depth)
            case Closure():
                return ["F", self._closure(value.definition, value.values, path, depth)]
            case types.FunctionType():
                return self._plain_function(value, path, depth)
            case _:
                return self._instance(value, path, depth)

    def _plain_function(self, function: types.FunctionType, path: str, depth: int) -> object:
        if closure := closure_of(function):
            return self.encode(closure, path, depth)
        if name := name_of(function):
            return ["@", name]
        if function.__name__ == "<lambda>":
            self._refuse(path, "is a lambda, which cannot be rebuilt in a later request", "Write it as a def")
        return self._refuse(
            path,
            f"is the function {function.__qualname__}(), made by a decorator or in a function of another module",
            "Move it to module level",
        )

    def _closure(
        self, definition: Definition, values: Mapping[str, object] | None, path: str, depth: int
    ) -> object:
        """Write a function once, by its name and variables, and from then on by its number."""
        names = [definition.module.__name__, definition.qualname]
        if values is None:
            return names
        if id(values) in self._closures:
            return self._closures[id(values)]
        self._closures[id(values)] = len(self._closures)
        self._held.append(values)
        parts = ((f".{name.removeprefix('=')}", value) for name, value in values.items())
        encoded = [self.encode(part, f"{path}{step}", depth + 1) for step, part in parts]
        return [*names, list(values), encoded]

    def _instance(self, value: object, path: str, depth: int) -> object:
        match value:
            case Element():
                return ["N", type(value).__name__, *self._element(value, path, depth)]
            case Enum():
                return self._member(value, path)
            case BaseModel():
                return ["P", self._named(type(value), path), *self._parts(_model_state(value), path, depth)]
            case type():
                return ["@", self._named(cast("type[object]", value), path)]
            case UUID():  # a driver's own subclass, such as asyncpg's: its value is what counts
                return ["u", str(value)]
            case _:
                return self._record(value, path, depth)

    def _record(self, value: object, path: str, depth: int) -> object:
        kind = type(value)
        names = _field_names(kind)
        if isinstance(value, types.ModuleType):
            self._refuse(path, f"is the module {value.__name__}", "Import it once, or at module level")
        if names is not None and tuple in kind.__mro__:
            return ["T", self._named(kind, path), *self._parts(_items(value), path, depth)]
        if names is not None:
            state = {name: getattr(value, name) for name in names}
            return ["C", self._named(kind, path), self.encode(state, path, depth + 1)]
        return self._refuse(
            path, f"is a {kind.__module__}.{kind.__qualname__}, which cannot be sealed", _USE_LESS
        )

    def _parts(self, parts: Iterable[object], path: str, depth: int) -> list[object]:
        return [self.encode(part, path, depth + 1) for part in parts]

    def _element(self, element: Element, path: str, depth: int) -> list[object]:
        return [self._element_type(element, path), element.key, self.encode(element.props, path, depth + 1)]

    def _element_type(self, element: Element, path: str) -> object:
        kind: Any = element.type
        if isinstance(kind, str):
            return kind
        if isinstance(kind, ReactSymbol):
            return ["$", kind.name]
        name = None
        if isinstance(kind, Component):
            name = name_of(cast("Any", kind))
        elif isinstance(kind, ClientReference):
            name = variable_name(kind)
        if name is None:
            self._refuse(
                path, f"is the element {element!r}, whose component is not at module level", "Move it there"
            )
        return ["@", name]

    def _member(self, member: Enum, path: str) -> object:
        kind = type(member)
        name = self._named(kind, path)
        if isinstance(member, Flag) and member.name not in kind.__members__:
            return ["G", name, member.value]
        return ["E", name, member.name]

    def _named(self, kind: type, path: str) -> str:
        return name_of(kind) or self._refuse(
            path, f"is of class {kind.__qualname__}, which is not at module level", "Move the class there"
        )

    def _refuse(self, path: str, problem: str, fix: str) -> NoReturn:
        raise SerializationError(f"{self._where}{path.removeprefix('.')} {problem}. {fix}.")


def _items(value: Any) -> list[object]:
    return list(value)


def _field_names(kind: type[Any]) -> list[str] | None:
    """Return the fields of a named tuple or dataclass, None for any other class."""
    if issubclass(kind, tuple):
        named: tuple[str, ...] = getattr(cast("type[Any]", kind), "_fields", ())
        return list(named) or None
    return [field.name for field in dataclasses.fields(kind)] if dataclasses.is_dataclass(kind) else None


def _model_state(model: BaseModel) -> tuple[object, ...]:
    fields_set, extra = model.__pydantic_fields_set__, model.__pydantic_extra__
    return model.__dict__, fields_set, extra, model.__pydantic_private__


def _flattened(mapping: dict[Any, object]) -> Iterator[tuple[str, object]]:
    for key, value in mapping.items():
        yield " (a key)", key
        yield f".{key}" if isinstance(key, str) else f"[{key!r:.80}]", value
