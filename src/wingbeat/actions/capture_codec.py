"""Captured values <-> bytes, with their Python types kept. What is written here is sealed before it travels.

    {"row": Record(id=7), "due": date(2026, 1, 2)}   ->   ["d","row",["R","id",7],"due",["a","2026-01-02"]]

JSON scalars stand for themselves; everything else is an array that starts with its one-letter tag. The set of
types is closed, nothing is imported and no constructor of user code is called: classes are looked up among
the modules that are loaded already, and only dataclasses, Pydantic models and enums are taken.
"""

from __future__ import annotations

import base64
import dataclasses
import sys
from collections.abc import Callable, Iterator, Mapping
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from enum import Enum
from pathlib import PurePath
from typing import Any, cast
from uuid import UUID

import orjson
from pydantic import BaseModel

from wingbeat.errors import SerializationError, StaleCapture
from wingbeat.flight import UNDEFINED, BigInt, Element, Undefined
from wingbeat.html import Node
from wingbeat.rendering import Component, ComponentElement

from .action import Action
from .closures import Record, rebuild
from .definition import Definition

__all__ = ["FindDefinition", "decode_captured", "encode_captured", "restored"]

FindDefinition = Callable[[str, str], Definition]
"""Module and qualified name -> definition. Raises StaleCapture when this deployment has none."""

MAX_DEPTH = 100
PADDING_BYTES = 64
"""Sealed lengths are multiples of this, so that they tell little about the values."""
_JSON_INT_LIMIT = 2**63


def encode_captured(value: object, where: str) -> bytes:
    """Return `value` as bytes; `where` names it in the error.

    Raises SerializationError naming the path of a value that cannot travel, and the fix.
    """
    text = orjson.dumps(_Encoder(where).encode(value, "", 0))
    return text.ljust(-(-len(text) // PADDING_BYTES) * PADDING_BYTES)


def decode_captured(content: bytes, find: FindDefinition) -> object:
    """Return the value that `encode_captured` wrote. Raises StaleCapture when this deployment cannot read it."""
    try:
        return _decode(orjson.loads(content), find)
    except (LookupError, TypeError, ValueError, AttributeError) as error:
        raise StaleCapture(f"captured values are of another deployment ({type(error).__name__})") from error


@dataclasses.dataclass(slots=True)
class _Encoder:
    where: str

    def encode(self, value: object, path: str, depth: int) -> object:
        kind = type(value)
        if value is None or kind is str or kind is bool:
            return value
        if depth > MAX_DEPTH:
            self._refuse(
                path, "is nested too deeply, or holds itself", "Pass an id instead and look the value up."
            )
        if kind in _WRITERS:
            return _WRITERS[kind](value)
        items = self._items(value)
        if items is None:
            return self._encode_class(value, path, depth)
        tag, parts = items
        return [tag, *(self.encode(part, f"{path}{step}", depth + 1) for step, part in parts)]

    @staticmethod
    def _items(value: object) -> tuple[str, Iterator[tuple[str, object]]] | None:
        kind = type(value)
        if kind in _SEQUENCES:
            parts = enumerate(cast("list[object]", value))
            return _SEQUENCES[kind], ((f"[{index}]", part) for index, part in parts)
        if kind is dict:
            return "d", _flattened(cast("dict[object, object]", value))
        if kind is Record:
            return "R", _flattened(vars(value))
        return None

    def _encode_class(self, value: object, path: str, depth: int) -> object:
        inner = depth + 1
        match value:
            case Action():
                bound = (value.captured, value.args, value.kwargs)
                names = value.definition.module.__name__, value.definition.qualname
                captured, args, kwargs = bound
                return [
                    "A",
                    *names,
                    *(self.encode(_plain(part), path, inner) for part in (captured, args, kwargs)),
                ]
            case Element():
                return [
                    "N",
                    self._element_type(value, path),
                    value.key,
                    self.encode(value.props, path, inner),
                ]
            case Enum():
                return ["E", self._class_name(value, path), value.name]
            case BaseModel():
                state = [
                    dict(value.__dict__),
                    sorted(value.__pydantic_fields_set__),
                    value.__pydantic_extra__,
                ]
                return [
                    "P",
                    self._class_name(value, path),
                    *(self.encode(part, path, inner) for part in state),
                ]
            case _ if dataclasses.is_dataclass(value) and not isinstance(value, type):
                state = {field.name: getattr(value, field.name) for field in dataclasses.fields(value)}
                return ["C", self._class_name(value, path), self.encode(state, path, inner)]
            case Decimal():
                return ["n", str(value)]
            case PurePath():
                return ["p", type(value).__name__, str(value)]
            case _:
                self._refuse(
                    path,
                    f"is a {type(value).__module__}.{type(value).__qualname__}, which cannot be sealed",
                    "Use only what you need of it (such as row.id) in the action, or pass an id.",
                )
        return None

    def _element_type(self, element: Element, path: str) -> object:
        if isinstance(element.type, str):
            return element.type
        if isinstance(element.type, Component):
            return [element.type.__module__, element.type.__qualname__]
        self._refuse(
            path, f"is the element {element!r}, which cannot be sealed", "Build it inside the action."
        )
        return None

    def _class_name(self, value: object, path: str) -> str:
        kind = type(value)
        name = f"{kind.__module__}:{kind.__qualname__}"
        if _find_class(name) is not kind:
            self._refuse(
                path,
                f"is of class {kind.__qualname__}, which is not at module level",
                "Move the class there.",
            )
        return name

    def _refuse(self, path: str, problem: str, fix: str) -> None:
        raise SerializationError(f"{self.where}{path} {problem}. {fix}")


def _plain(value: object) -> object:
    return dict(value) if isinstance(value, Mapping) else value


def _flattened(mapping: dict[Any, object]) -> Iterator[tuple[str, object]]:
    for key, value in mapping.items():
        yield " (a key)", key
        yield f".{key}" if isinstance(key, str) else f"[{key!r:.80}]", value


def _write_int(value: int) -> object:
    return value if -_JSON_INT_LIMIT <= value < _JSON_INT_LIMIT else ["i", str(value)]


def _write_float(value: float) -> object:
    return ["f", repr(value)] if value != value or value in {float("inf"), -float("inf")} else value  # noqa: PLR0124 (NaN)


_SEQUENCES: dict[type, str] = {list: "l", tuple: "t", set: "s", frozenset: "z"}
_WRITERS: dict[type, Callable[[Any], object]] = {
    int: _write_int,
    float: _write_float,
    BigInt: lambda value: ["I", str(value)],
    bytes: lambda value: ["b", base64.b64encode(value).decode()],
    datetime: lambda value: ["D", value.isoformat(), value.fold],
    date: lambda value: ["a", value.isoformat()],
    time: lambda value: ["m", value.isoformat(), value.fold],
    timedelta: lambda value: ["e", value.days, value.seconds, value.microseconds],
    UUID: lambda value: ["u", str(value)],
    Undefined: lambda _: ["U"],
}
_READERS: dict[str, Callable[..., object]] = {
    "f": float,
    "i": int,
    "I": BigInt,
    "b": base64.b64decode,
    "D": lambda text, fold: datetime.fromisoformat(text).replace(fold=fold),
    "a": date.fromisoformat,
    "m": lambda text, fold: time.fromisoformat(text).replace(fold=fold),
    "e": timedelta,
    "n": Decimal,
    "u": UUID,
    "U": lambda: UNDEFINED,
    "p": lambda name, text: {kind.__name__: kind for kind in _path_classes()}[name](text),
}
_CONTAINERS: dict[str, Callable[[list[object]], object]] = {"l": list, "t": tuple, "s": set, "z": frozenset}


def _path_classes() -> Iterator[type[PurePath]]:
    pending: list[type[PurePath]] = [PurePath]
    while pending:
        kind = pending.pop()
        yield kind
        pending += kind.__subclasses__()


def _decode(value: Any, find: FindDefinition) -> Any:
    if not isinstance(value, list):
        return value
    tag, *parts = value
    if tag in _READERS:
        return _READERS[tag](*parts)
    if tag in _CONTAINERS:
        return _CONTAINERS[tag]([_decode(part, find) for part in parts])
    if tag in {"d", "R"}:
        decoded = [_decode(part, find) for part in parts]
        mapping = dict(zip(decoded[::2], decoded[1::2], strict=True))
        return Record(**mapping) if tag == "R" else mapping
    return _decode_class(tag, parts, find)


def _decode_class(tag: str, parts: list[Any], find: FindDefinition) -> object:
    match tag, parts:
        case "A", [module, qualname, captured, args, kwargs]:
            return restored(
                find(module, qualname), *(_decode(part, find) for part in (captured, args, kwargs))
            )
        case "N", [kind, key, props]:
            return _element(kind, key, _decode(props, find))
        case "E", [name, member]:
            enumeration = _required_class(name, Enum)
            return cast("type[Enum]", enumeration)[member]
        case "P", [name, values, fields_set, extra]:
            return _decode_model(name, _decode(values, find), _decode(fields_set, find), _decode(extra, find))
        case "C", [name, state]:
            return _decode_dataclass(name, _decode(state, find))
        case _:
            raise StaleCapture(f"captured values hold an unknown tag {tag!r:.20}")


def restored(
    definition: Definition,
    captured: dict[str, object] | None,
    args: tuple[object, ...],
    kwargs: dict[str, object],
) -> Action:
    """Return the action with what was bound to it. Raises StaleCapture when the captures do not fit its code."""
    function = (
        definition.function
        if definition.function and captured is None
        else rebuild(definition, captured or {})
    )
    return Action(definition, function, captured=captured, args=args, kwargs=kwargs)


def _decode_model(name: str, values: dict[str, Any], fields_set: list[str], extra: object) -> BaseModel:
    kind = cast("type[BaseModel]", _required_class(name, BaseModel))
    model = kind.__new__(kind)
    object.__setattr__(model, "__dict__", values)
    object.__setattr__(model, "__pydantic_fields_set__", set(fields_set))
    object.__setattr__(model, "__pydantic_extra__", extra)
    object.__setattr__(model, "__pydantic_private__", None)
    return model


def _decode_dataclass(name: str, state: dict[str, object]) -> object:
    kind = _find_class(name)
    if kind is None or not dataclasses.is_dataclass(kind):
        raise StaleCapture(f"captured values need the dataclass {name[:80]!r}")
    if {field.name for field in dataclasses.fields(kind)} != state.keys():
        raise StaleCapture(f"the fields of {name[:80]!r} have changed")
    instance: object = object.__new__(kind)
    for field_name, field_value in state.items():
        object.__setattr__(instance, field_name, field_value)  # frozen ones too
    return instance


def _element(kind: str | list[str], key: str | None, props: dict[str, object]) -> Element:
    return (
        Node(kind, key, props)
        if isinstance(kind, str)
        else ComponentElement(_find_component(*kind), key, props)
    )


def _required_class(name: str, base: type) -> type:
    kind = _find_class(name)
    if kind is None or not issubclass(kind, base):
        raise StaleCapture(f"captured values need the class {name[:80]!r}")
    return kind


def _find_class(name: str) -> type | None:
    """Return the class `module:qualname` of a loaded module, walking modules' and classes' own names only."""
    module, _, qualname = name.partition(":")
    found: object = sys.modules.get(module)
    for part in qualname.split("."):
        found = vars(found).get(part) if found is not None and hasattr(found, "__dict__") else None
    return found if isinstance(found, type) else None


def _find_component(module: str, qualname: str) -> Component[..., Any]:
    found = vars(sys.modules[module]).get(qualname)
    if not isinstance(found, Component):
        raise StaleCapture(f"captured values need the component {qualname[:80]!r}")
    return found
