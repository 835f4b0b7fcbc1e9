"""JSON -> captured values, as `capture_codec` describes it. Reads only what was sealed by this app's keys.

Never: imports a module by a name in the content, or calls a constructor of user code.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from enum import Enum, Flag
from typing import Any, cast

from pydantic import BaseModel

from wingbeat.errors import StaleCapture
from wingbeat.flight import ClientReference, Element, ReactSymbol
from wingbeat.html.builder import Node, VoidNode
from wingbeat.rendering import Component, ComponentElement, Wrapper

from .action import Action
from .capture_leaves import LEAF_READERS
from .closures import Record, empty_function, fill
from .definition import Definition
from .loaded_names import find_loaded

__all__ = ["CaptureDecoder", "FindDefinition", "plain_action"]

FindDefinition = Callable[[str, str], Definition]
"""Module and qualified name -> definition. Raises StaleCapture when this deployment has none."""

_CONTAINERS: dict[str, Callable[[list[object]], object]] = {
    "l": list,
    "t": tuple,
    "s": set,
    "z": frozenset,
}
_ELEMENTS: dict[str, Callable[[Any, str | None, dict[str, object]], Element]] = {
    kind.__name__: kind for kind in (Element, Node, VoidNode, ComponentElement, Wrapper)
}


def _as_list(value: Any) -> list[Any]:
    return list(value)


@dataclasses.dataclass(slots=True)
class _Function:
    """A function being rebuilt, and the variables that it gets."""

    definition: Definition
    function: Callable[..., Any]
    values: dict[str, object] | None


class CaptureDecoder:
    """Reads one value; a function that refers to itself gets itself."""

    def __init__(self, find: FindDefinition) -> None:
        self._find = find
        self._functions: list[_Function] = []

    def decode(self, value: Any) -> Any:
        """Return the value of `value`. Raises StaleCapture, or what an unfitting shape raises."""
        if not isinstance(value, list):
            return value
        tag, *parts = _as_list(value)
        if tag in LEAF_READERS:
            return LEAF_READERS[tag](*parts)
        if tag in _CONTAINERS:
            return _CONTAINERS[tag]([self.decode(part) for part in parts])
        if tag in {"d", "R"}:
            decoded = [self.decode(part) for part in parts]
            mapping = dict(zip(decoded[::2], decoded[1::2], strict=True))
            return Record(**mapping) if tag == "R" else mapping
        return self._instance(tag, parts)

    def _instance(self, tag: str, parts: list[Any]) -> object:
        match tag, parts:
            case "A", [closure, *bound]:
                rebuilt = self._closure(closure)
                args_and_kwargs: list[Any] = [self.decode(part) for part in bound]
                return Action(rebuilt.definition, rebuilt.function, {}, rebuilt.values, *args_and_kwargs)
            case "F", [closure]:
                return self._closure(closure).function
            case "N", [class_name, kind, key, props]:
                return _ELEMENTS[class_name](_element_type(kind), key, self.decode(props))
            case (("E" | "G"), [name, member]):
                kind = _class(name, Enum if tag == "E" else Flag)
                return kind[member] if tag == "E" else kind(member)
            case (("P" | "T" | "C" | "@"), [name, *state]):
                return _READERS[tag](name, [self.decode(part) for part in state])
            case _:
                raise StaleCapture(f"captured values hold an unknown tag {tag!r:.20}")

    def _closure(self, written: Any) -> _Function:
        match written:
            case int():
                return self._functions[written]
            case [module, qualname]:
                action = plain_action(self._find(module, qualname))
                return _Function(action.definition, action.function, None)
            case [module, qualname, names, encoded]:
                definition = self._find(module, qualname)
                values: dict[str, object] = {}
                function = empty_function(definition)
                rebuilt = _Function(definition, function, values)
                self._functions.append(rebuilt)  # before its values: one of them may be the function itself
                values.update(zip(names, [self.decode(part) for part in encoded], strict=True))
                fill(definition, function, values)
                return rebuilt
            case _:
                raise StaleCapture("captured values hold an unknown function")


def plain_action(definition: Definition) -> Action:
    """Return an action of which nothing has travelled. Raises StaleCapture when it captures something."""
    if definition.function is not None:
        return Action(definition, definition.function)
    function = empty_function(definition)
    fill(definition, function, {})
    return Action(definition, function)


def _element_type(written: Any) -> object:
    if isinstance(written, str):
        return written
    tag, name = written
    found: Any = ReactSymbol(name) if tag == "$" else find_loaded(name)
    if not isinstance(found, ReactSymbol | Component | ClientReference):
        raise StaleCapture("captured values need a component that is not in this deployment")
    return cast("object", found)


def _class(name: str, base: type) -> Any:
    found = find_loaded(name)
    if not isinstance(found, type) or not issubclass(found, base):
        raise StaleCapture(f"captured values need the class {name[:80]!r}")
    return found


def _model(name: str, state: list[Any]) -> BaseModel:
    kind = cast("type[BaseModel]", _class(name, BaseModel))
    values, fields_set, extra, private = state
    model = kind.__new__(kind)
    object.__setattr__(model, "__dict__", values)
    object.__setattr__(model, "__pydantic_fields_set__", fields_set)
    object.__setattr__(model, "__pydantic_extra__", extra)
    object.__setattr__(model, "__pydantic_private__", private)
    return model


def _named_tuple(name: str, state: list[Any]) -> object:
    kind = _class(name, tuple)
    if len(state) != len(getattr(kind, "_fields", ())):
        raise StaleCapture(f"the fields of {name[:80]!r} have changed")
    return cast("Any", tuple).__new__(kind, state)


def _dataclass(name: str, state: list[Any]) -> object:
    kind: Any = _class(name, object)
    values: dict[str, object] = state[0]
    if not dataclasses.is_dataclass(kind) or {*values} != {one.name for one in dataclasses.fields(kind)}:
        raise StaleCapture(f"the fields of {name[:80]!r} have changed")
    instance: object = object.__new__(cast("type[Any]", kind))
    for field_name, field_value in values.items():
        object.__setattr__(instance, field_name, field_value)  # frozen ones too
    return instance


def _loaded(name: str, _: list[Any]) -> object:
    found = find_loaded(name)
    if found is None:
        raise StaleCapture(f"captured values need {name[:80]!r}")
    return found


_READERS: dict[str, Callable[[str, list[Any]], object]] = {
    "P": _model,
    "T": _named_tuple,
    "C": _dataclass,
    "@": _loaded,
}
