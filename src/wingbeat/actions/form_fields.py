"""What an annotation says about the fields of a form: their names, what each takes, and which are lists."""

from __future__ import annotations

import dataclasses
import types
from collections.abc import Iterator, Sequence, Set as AbstractSet
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from functools import lru_cache
from typing import Annotated, Any, NamedTuple, Union, get_args, get_origin, get_type_hints
from uuid import UUID

from pydantic import AliasChoices, BaseModel
from pydantic.fields import FieldInfo

from wingbeat.flight import File

__all__ = ["Field", "fields_of", "is_list", "item_of", "takes_text"]

_LISTS = frozenset({list, tuple, set, frozenset, Sequence, AbstractSet})
_NO_TEXT = frozenset(
    {int, float, bool, Decimal, date, datetime, time, timedelta, UUID, File, bytes, type(None)}
)


class Field(NamedTuple):
    """One field of a model, dataclass or TypedDict."""

    names: tuple[str, ...]
    """Its aliases, then its own name."""
    annotation: Any
    is_required: bool


def fields_of(annotation: Any) -> tuple[Field, ...] | None:
    """Return the fields of the models, dataclasses and TypedDicts that `annotation` allows, None without one."""
    kinds = [member for member in _members(annotation) if isinstance(member, type)]
    records = [fields for kind in kinds if (fields := _fields_of_class(kind)) is not None]
    if not records:
        return None
    # Of a union all fields are read, and none is made up: which member it is depends on what was sent.
    first, *others = records
    known = {name for field in first for name in field.names}
    more = [field for fields in others for field in fields if known.isdisjoint(field.names)]
    return tuple(field._replace(is_required=False) for field in (*first, *more)) if others else first


def item_of(annotation: Any) -> Any:
    """Return what a list holds, or the annotation itself."""
    for kind in _members(annotation):
        if get_origin(kind) in _LISTS and get_args(kind):
            return get_args(kind)[0]
    return annotation


def is_list(annotation: Any) -> bool:
    """Whether several values are one value for `annotation`."""
    return any((get_origin(kind) or kind) in _LISTS for kind in _members(annotation))


def takes_text(annotation: Any) -> bool:
    """Whether an empty text may be meant as one."""
    return any(kind not in _NO_TEXT for kind in _members(annotation))


@lru_cache(1024)
def _fields_of_class(kind: Any) -> tuple[Field, ...] | None:
    if issubclass(kind, BaseModel):
        return tuple(Field(_names(n, f), f.annotation, f.is_required()) for n, f in kind.model_fields.items())
    if hasattr(kind, "__required_keys__"):  # a TypedDict, of typing or of typing_extensions
        required: frozenset[str] = kind.__required_keys__
        hints = get_type_hints(kind, include_extras=True)
        return tuple(Field((name,), hint, name in required) for name, hint in hints.items())
    if dataclasses.is_dataclass(kind):
        hints = get_type_hints(kind, include_extras=True)
        return tuple(
            Field((one.name,), hints[one.name], _is_required(one)) for one in dataclasses.fields(kind)
        )
    return None


def _members(annotation: Any) -> Iterator[Any]:
    """Yield the types that a union allows, without what `Annotated` adds."""
    origin = get_origin(annotation)
    if origin is Annotated:
        yield from _members(get_args(annotation)[0])
    elif origin is Union or origin is types.UnionType:
        for part in get_args(annotation):
            yield from _members(part)
    else:
        yield annotation


def _names(name: str, field: FieldInfo) -> tuple[str, ...]:
    alias = field.validation_alias or field.alias
    aliases = alias.choices if isinstance(alias, AliasChoices) else [alias]
    texts = tuple(one for one in aliases if isinstance(one, str))
    return (*texts, name)


def _is_required(field: dataclasses.Field[Any]) -> bool:
    return field.default is dataclasses.MISSING and field.default_factory is dataclasses.MISSING
