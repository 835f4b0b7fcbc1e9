"""Pydantic's schema of an annotation -> the same, strict about the types that the wire tells apart.

    int       takes 3, refuses "3", True and 3.5          dict[int, str]   takes {} and Map([(1, "a")])
    UUID      takes its text                              set[int]         takes Set([1])
    date      takes "2026-01-02", refuses 20600           Model            takes {...}, refuses Map(...)
    Decimal   takes "1.50", refuses 1.5                   float            takes 2, refuses 2n

A Python type without a wire form of its own (UUID, Decimal, Enum, date, tuple, dataclass) is taken in the form
in which it is sent; JavaScript's Map and Set become Python's where the annotation asks for those.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, cast

from pydantic import ConfigDict, PydanticUserError, TypeAdapter
from pydantic_core import PydanticCustomError, SchemaValidator, core_schema

from wingbeat.errors import ArgumentRefused
from wingbeat.flight import BigInt, Map, Set

__all__ = ["Checks"]

_STRICT_TYPES = frozenset(
    {"int", "float", "bool", "str", "bytes", "datetime", "list", "set", "frozenset", "dict"}
)
# Their content is the user's, or code, or no schema: nothing in them is rewritten.
_NO_SCHEMAS = frozenset(
    {"metadata", "cls", "serialization", "default", "expected", "members", "function", "config", "ref"}
)


class Checks:
    """The lenient check of an annotation, for form fields, and the strict one, for everything else.

    Raises PydanticUserError, or whatever the annotation raises, when there is no such check.
    """

    def __init__(self, annotation: Any) -> None:
        schema: Any = _adapter(annotation).core_schema
        self.lenient = SchemaValidator(schema)
        # A model's own validator is built already, and lenient: it must not stand in for the strict one.
        self.strict = SchemaValidator(_strict(schema), _use_prebuilt=False)


def _adapter(annotation: Any) -> TypeAdapter[Any]:
    try:
        return TypeAdapter(annotation, config=ConfigDict(arbitrary_types_allowed=True))
    except PydanticUserError:
        return TypeAdapter(annotation)  # models and dataclasses bring their own configuration


def _strict(value: Any) -> Any:
    if isinstance(value, list | tuple):
        parts = [_strict(part) for part in cast("list[Any]", value)]
        return parts if isinstance(value, list) else tuple(parts)
    if not isinstance(value, dict):
        return value
    schema = cast("dict[str, Any]", value)
    kind = schema.get("type")
    if not isinstance(kind, str):  # the fields of a model, the choices of a union: names -> schemas
        return {name: _strict(part) for name, part in schema.items()}
    copied = {key: part if key in _NO_SCHEMAS else _strict(part) for key, part in schema.items()}
    if kind in _STRICT_TYPES:
        copied.setdefault("strict", True)
    before = _BEFORE.get(kind) or _same_kind_of_choice(schema)
    if before is None or (kind == "model" and schema.get("root_model")):
        return copied
    reference = copied.pop("ref", None)
    guarded = core_schema.no_info_before_validator_function(before, cast("Any", copied))
    return {**guarded, "ref": reference} if reference else guarded


def _from_map(value: object) -> object:
    return _converted(value.as_dict) if isinstance(value, Map) else value


def _from_set(value: object) -> object:
    return _converted(value.as_set) if isinstance(value, Set) else value


def _from_set_frozen(value: object) -> object:
    return frozenset(_converted(value.as_set)) if isinstance(value, Set) else value


def _converted(convert: Callable[[], Any]) -> Any:
    try:
        return convert()
    except ArgumentRefused as error:
        raise PydanticCustomError("unhashable", "Every key must be a plain value") from error


def _no_map(value: object) -> object:
    if isinstance(value, Map):
        raise PydanticCustomError("object_type", "Input should be an object")
    return value


def _only_text(value: object) -> object:
    if not isinstance(value, str):
        raise PydanticCustomError("text_type", "Input should be a text")
    return value


def _no_bigint(value: object) -> object:
    if isinstance(value, BigInt):
        raise PydanticCustomError("number_type", "Input should be a number, not a BigInt")
    return value


def _no_bool(value: object) -> object:
    if isinstance(value, bool):
        raise PydanticCustomError("number_type", "Input should be a number or a text, not true or false")
    return value


def _same_kind_of_choice(schema: dict[str, Any]) -> Callable[[object], object] | None:
    """Return a check for an enum or Literal: Pydantic takes true for 1, and "1" where the enum is of ints."""
    if schema["type"] not in {"enum", "literal"}:
        return None
    choices = [
        getattr(choice, "value", choice) for choice in schema.get("members", schema.get("expected", ()))
    ]
    kinds: set[type] = {type(choice) for choice in choices}
    if kinds <= {int, float}:
        return _only_number
    return None if bool in kinds else _no_bool


def _only_number(value: object) -> object:
    if isinstance(value, str | bytes | bool):
        raise PydanticCustomError("number_type", "Input should be a number")
    return value


def _exact_int(value: object) -> object:
    return int(value) if isinstance(value, BigInt) else value


_BEFORE: dict[str, Callable[[object], object]] = {
    "int": _exact_int,
    "dict": _from_map,
    "set": _from_set,
    "frozenset": _from_set_frozen,
    "model": _no_map,
    "dataclass": _no_map,
    "typed-dict": _no_map,
    "float": _no_bigint,
    "date": _only_text,
    "time": _only_text,
    "timedelta": _only_text,
    "decimal": _only_text,
}
