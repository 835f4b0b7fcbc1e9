"""The fields of a form -> what Pydantic takes, guided by the annotation and by nothing that was sent.

    items=a&items=b&address.city=Rome&age=    for    class Order: items: list[str]; address: Address; age: int | None
        ->   {"items": ["a", "b"], "address": {"city": "Rome"}}

A dotted name means a nested model only where the annotation has one: names are never taken for paths. A form
cannot leave a text field out, so an empty text, or a file input without a file, is a field that was not
filled in wherever the annotation takes no text.
"""

from __future__ import annotations

import dataclasses
import types
from collections.abc import Iterator, Sequence, Set as AbstractSet
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Annotated, Any, NamedTuple, Union, cast, get_args, get_origin, get_type_hints
from uuid import UUID

from pydantic import AliasChoices, BaseModel
from pydantic.fields import FieldInfo

from wingbeat.flight import File, FormData

__all__ = ["form_values"]

_LISTS = frozenset({list, tuple, set, frozenset, Sequence, AbstractSet})
_NO_TEXT = frozenset(
    {int, float, bool, Decimal, date, datetime, time, timedelta, UUID, File, bytes, type(None)}
)


class _Field(NamedTuple):
    names: tuple[str, ...]
    annotation: Any
    is_required: bool


def form_values(form: FormData, annotation: Any) -> dict[str, object]:
    """Return the form as a dict for `annotation`: a model, dataclass, TypedDict, or a plain dict."""
    fields = _fields(annotation)
    if fields is None:
        return {name: _sole(form.get_all(name)) for name in form}
    used: set[str] = set()
    values = _record(form, fields, "", used)
    # What the model does not have is the model's business: it may forbid it, or keep it.
    return values | {name: _sole(form.get_all(name)) for name in form if name not in used}


def _record(form: FormData, fields: list[_Field], prefix: str, used: set[str]) -> dict[str, object]:
    values: dict[str, object] = {}
    for field in fields:
        name = next((one for one in field.names if _is_sent(form, prefix + one)), field.names[0])
        used |= {sent for sent in form if sent == prefix + name or sent.startswith(f"{prefix}{name}.")}
        inner = _fields(field.annotation)
        if inner is not None:
            if nested := _record(form, inner, f"{prefix}{name}.", used):
                values[name] = nested
            continue
        found = [one for one in form.get_all(prefix + name) if _is_filled_in(one, field.annotation)]
        if _is_list(field.annotation):
            if found or field.is_required:
                values[name] = found  # nothing chosen of many is an empty list
        elif found:
            values[name] = _sole(found)
    return values


def _sole(found: Sequence[object]) -> object:
    # A repeated field where one is asked stays a list, and is refused: which one counts is not ours to guess.
    return found[0] if len(found) == 1 else list(found)


def _is_sent(form: FormData, name: str) -> bool:
    return any(sent == name or sent.startswith(f"{name}.") for sent in form)


def _is_filled_in(value: str | File, annotation: Any) -> bool:
    if isinstance(value, File):
        return bool(value.name or value.size)
    return bool(value) or any(kind not in _NO_TEXT for kind in _members(_item(annotation)))


def _item(annotation: Any) -> Any:
    """Return what a list holds, or the annotation itself."""
    for kind in _members(annotation):
        if get_origin(kind) in _LISTS and get_args(kind):
            return get_args(kind)[0]
    return annotation


def _is_list(annotation: Any) -> bool:
    return any((get_origin(kind) or kind) in _LISTS for kind in _members(annotation))


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


def _fields(annotation: Any) -> list[_Field] | None:
    """Return the fields of the model, dataclass or TypedDict that `annotation` allows, None without one."""
    for member in _members(annotation):
        if not isinstance(member, type):
            continue
        kind = cast("type[Any]", member)
        if issubclass(kind, BaseModel):
            return [_Field(_names(n, f), f.annotation, f.is_required()) for n, f in kind.model_fields.items()]
        if hasattr(kind, "__required_keys__"):  # a TypedDict, of typing or of typing_extensions
            required: frozenset[str] = kind.__required_keys__
            hints = get_type_hints(kind, include_extras=True)
            return [_Field((name,), hint, name in required) for name, hint in hints.items()]
        if dataclasses.is_dataclass(kind):
            hints = get_type_hints(kind, include_extras=True)
            return [
                _Field((one.name,), hints[one.name], _is_required(one)) for one in dataclasses.fields(kind)
            ]
    return None


def _names(name: str, field: FieldInfo) -> tuple[str, ...]:
    alias = field.validation_alias or field.alias
    aliases = alias.choices if isinstance(alias, AliasChoices) else [alias]
    texts = tuple(one for one in aliases if isinstance(one, str))
    return (*texts, name)


def _is_required(field: dataclasses.Field[Any]) -> bool:
    return field.default is dataclasses.MISSING and field.default_factory is dataclasses.MISSING
