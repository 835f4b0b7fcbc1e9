"""The fields of a form -> what Pydantic takes, guided by the annotation and by nothing that was sent.

    items=a&items=b&address.city=Rome&age=    for    class Order: items: list[str]; address: Address; age: int | None
        ->   {"items": ["a", "b"], "address": {"city": "Rome"}}
    lines.0.text=a&lines.7.text=b             for    class Order: lines: list[Line]
        ->   {"lines": [{"text": "a"}, {"text": "b"}]}

A dotted name means a nested model only where the annotation has one, and a number in it only orders the models of
a list: names are never taken for paths, and no name makes more values than there are fields. A form cannot leave
a text field out, so an empty text, or a file input without a file, is a field that was not filled in wherever the
annotation takes no text.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Sequence
from typing import Any, NamedTuple

from wingbeat.errors import ArgumentRefused
from wingbeat.flight import File, FormData

from .form_fields import Field, fields_of, is_list, item_of, takes_text

__all__ = ["FormValues", "form_values"]

MAX_DEPTH = 16
"""Models in models; an annotation that names itself has no bound of its own."""
MAX_INDEX_DIGITS = 15
"""A script that adds rows may number them by the time in milliseconds."""


class FormValues(NamedTuple):
    """What a form holds for an annotation."""

    values: dict[str, object]
    indices: dict[tuple[str, ...], list[str]]
    """Place of a list of models -> the numbers that its items have in the form."""

    def name_of(self, place: tuple[str | int, ...]) -> str:
        """Return the name of the field at a place in `values`, as the form spells it."""
        names: list[str] = []
        for part in place:
            if isinstance(part, str):
                names.append(part)
            elif known := self.indices.get(tuple(names)):
                names.append(known[part])
            # else one of several fields that share a name
        return ".".join(names)


def form_values(form: FormData, annotation: Any) -> FormValues:
    """Return the form as a dict for `annotation`: a model, dataclass, TypedDict, or a plain dict.

    Raises ArgumentRefused for names that nest deeper than any form does.
    """
    reader = _Reader(form)
    fields = fields_of(annotation)
    values = {} if fields is None else reader.record(fields, ())
    # What the model does not have is the model's business: it may forbid it, or keep it.
    rest = {name: _sole(found) for name, found in reader.found.items() if name not in reader.used}
    return FormValues(values | rest, reader.indices)


class _Reader:
    """Reads one form. Each name is looked up, never searched for: a form may have as many as it has bytes."""

    def __init__(self, form: FormData) -> None:
        self.found: dict[str, list[str | File]] = {}
        for name, value in form.items():
            self.found.setdefault(name, []).append(value)
        self.used: set[str] = set()
        self.indices: dict[tuple[str, ...], list[str]] = {}
        self._sorted = sorted(self.found)

    def record(self, fields: Sequence[Field], place: tuple[str, ...]) -> dict[str, object]:
        """Return the values of a model at `place`."""
        if len(place) > MAX_DEPTH:
            raise ArgumentRefused(
                f"form names nest deeper than {MAX_DEPTH}", {place[0]: ["Nested too deeply."]}
            )
        prefix = "".join(f"{part}." for part in place)
        values: dict[str, object] = {}
        for field in fields:
            name = next((one for one in field.names if self._is_sent(prefix + one)), field.names[0])
            value = self._value(field, prefix + name, (*place, name))
            if value is not None:
                values[name] = value
        return values

    def _value(self, field: Field, name: str, place: tuple[str, ...]) -> object:
        """Return the value of one field, None for one that was not filled in."""
        inside = self._inside(name)
        self.used.add(name)
        nested = fields_of(field.annotation)
        if nested is not None:
            self.used.update(inside)
            return self.record(nested, place) or None if inside else None
        of_items = fields_of(item_of(field.annotation)) if inside and is_list(field.annotation) else None
        if of_items is not None:
            return self._models(of_items, inside, place)
        found = [one for one in self.found.get(name, ()) if _is_filled_in(one, field.annotation)]
        if is_list(field.annotation):
            return found if found or field.is_required else None  # nothing chosen of many is an empty list
        return _sole(found) if found else None

    def _models(self, fields: Sequence[Field], inside: Sequence[str], place: tuple[str, ...]) -> object:
        """Return the models of a list, in the order of their numbers; numbers may be missing."""
        start = len(".".join(place)) + 1
        numbers = {name: name[start:].partition(".")[0] for name in inside}
        numbers = {name: number for name, number in numbers.items() if _is_index(number)}
        self.used.update(numbers)
        indices = sorted(set(numbers.values()), key=lambda one: (int(one), one))
        items = [(index, self.record(fields, (*place, index))) for index in indices]
        self.indices[place] = [index for index, values in items if values]
        return [values for _, values in items if values]

    def _inside(self, name: str) -> list[str]:
        """Return the names that begin with `name` and a dot: they stand together in the sorted names."""
        start = bisect_left(self._sorted, f"{name}.")
        end = bisect_left(self._sorted, f"{name}/", start)  # the character after the dot
        return self._sorted[start:end]

    def _is_sent(self, name: str) -> bool:
        return name in self.found or bool(self._inside(name))


def _is_index(number: str) -> bool:
    return number.isascii() and number.isdigit() and len(number) <= MAX_INDEX_DIGITS


def _sole(found: Sequence[object]) -> object:
    # A repeated field where one is asked stays a list, and is refused: which one counts is not ours to guess.
    return found[0] if len(found) == 1 else list(found)


def _is_filled_in(value: str | File, annotation: Any) -> bool:
    if isinstance(value, File):
        return bool(value.name or value.size)
    return bool(value) or takes_text(item_of(annotation))
