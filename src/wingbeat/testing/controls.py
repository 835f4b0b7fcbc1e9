"""One control of a form: what it holds, how a test fills it, and what a browser sends for it.

The rules are those of the HTML standard, "constructing the entry list".
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from typing import cast

from wingbeat.errors import UsageError
from wingbeat.flight import File, Part

__all__ = ["Control", "Option", "fill"]

SUBMITTING = frozenset({"submit", "image"})
_SENT_NEVER = frozenset({"reset", "button"})
_NO_FILE = File(b"", "", "application/octet-stream")


@dataclass(slots=True)
class Option:
    """One choice of a select."""

    value: str
    label: str = ""
    is_selected: bool = False
    is_disabled: bool = False


@dataclass(slots=True)
class Control:
    """An input, select, textarea or button. `kind` is its type, `select` or `textarea`."""

    kind: str
    name: str = ""
    value: str = ""
    label: str = ""
    """A button's text."""
    spoken_label: str = ""
    """A button's `aria-labelledby` or `aria-label`."""
    is_on: bool = False
    """Whether a checkbox or radio button is checked."""
    is_multiple: bool = False
    is_disabled: bool = False
    options: list[Option] = field(default_factory=list[Option])
    files: list[File] = field(default_factory=list[File])
    overrides: dict[str, str] = field(default_factory=dict[str, str])
    """A button's `formaction`, `formmethod` and `formenctype`."""

    @property
    def submits(self) -> bool:
        """Whether pressing it submits the form."""
        return self.kind in SUBMITTING and not self.is_disabled

    def is_called(self, label: str) -> bool:
        """Whether a person would call this button `label`."""
        return label in {self.label, self.spoken_label}

    def copy(self) -> Control:
        """Return an equal control, to be filled."""
        return replace(self, options=[replace(option) for option in self.options], files=list(self.files))

    def entries(self) -> Iterator[Part]:
        """Yield what a browser sends for it; for a button, when it is the one pressed."""
        if self.kind == "image":
            prefix = f"{self.name}." if self.name else ""
            yield from ((f"{prefix}x", "0"), (f"{prefix}y", "0"))
        elif not self.name or self.is_disabled or self.kind in _SENT_NEVER:
            return
        elif self.kind == "select":
            yield from ((self.name, option.value) for option in self._chosen())
        elif self.kind == "file":
            yield from ((self.name, file) for file in self.files or [_NO_FILE])
        elif self.kind not in {"checkbox", "radio"} or self.is_on:
            yield self.name, re.sub(r"\r\n|\r|\n", "\r\n", self.value)

    def _chosen(self) -> list[Option]:
        usable = [option for option in self.options if not option.is_disabled]
        chosen = [option for option in usable if option.is_selected]
        if self.is_multiple:
            return chosen
        # A list that shows one choice always has one: the last selected, else the first.
        return chosen[-1:] or ([] if any(option.is_selected for option in self.options) else usable[:1])


def fill(name: str, controls: list[Control], given: object) -> None:
    """Put what a test gives for the field `name` into its controls, as a person would.

    Raises UsageError for what nobody could do: no such choice, a disabled control, text for a file.
    """
    usable = [control for control in controls if not control.is_disabled]
    if not usable:
        raise UsageError(f"{name!r} is disabled, so nobody can fill it in.")
    kind = usable[0].kind
    if kind == "checkbox":
        _check(name, usable, given)
    elif kind == "radio":
        _pick(name, {one.value: one for one in usable}, given)
    elif kind == "select":
        _select(name, usable[0], given)
    elif kind == "file":
        usable[0].files = _files(name, given, is_multiple=usable[0].is_multiple)
    else:
        for control, text in zip(usable, _texts(name, given), strict=False):
            control.value = text


def _check(name: str, boxes: list[Control], given: object) -> None:
    if isinstance(given, bool):
        if len(boxes) > 1 and given:
            raise UsageError(f"{name!r} has several boxes; name those to check: {_shown(boxes)}.")
        wanted = {box.value for box in boxes} if given else set[str]()
    else:
        wanted = set(_texts(name, given))
    _require_known(name, wanted, [box.value for box in boxes])
    for box in boxes:
        box.is_on = box.value in wanted


def _pick(name: str, buttons: dict[str, Control], given: object) -> None:
    (wanted,) = _texts(name, given)[:1] or [""]
    _require_known(name, {wanted}, list(buttons))
    for value, button in buttons.items():
        button.is_on = value == wanted


def _select(name: str, control: Control, given: object) -> None:
    usable = [option for option in control.options if not option.is_disabled]
    values = {option.label: option.value for option in usable} | {one.value: one.value for one in usable}
    wanted = _texts(name, given)
    if len(wanted) != 1 and not control.is_multiple:
        raise UsageError(f"{name!r} takes one choice, but was given {len(wanted)}.")
    _require_known(name, set(wanted), list(values))
    for option in control.options:
        option.is_selected = option.value in {values[text] for text in wanted}


def _files(name: str, given: object, *, is_multiple: bool) -> list[File]:
    files = cast("list[object]", given) if isinstance(given, list) else [given]
    if not all(isinstance(file, File) for file in files):
        raise UsageError(f'{name!r} takes a file: {name}=File(b"…", "name.txt", "text/plain").')
    if len(files) > 1 and not is_multiple:
        raise UsageError(f"{name!r} takes one file, but was given {len(files)}.")
    return cast("list[File]", files)


def _texts(name: str, given: object) -> list[str]:
    """Return what was given as texts: a person types `7`, not a number."""
    values = cast("Sequence[object]", given) if isinstance(given, list | tuple) else [given]
    for value in values:
        if isinstance(value, bool) or not isinstance(value, str | int | float):
            raise UsageError(f"{name!r} was given {value!r:.80}, but takes text.")
    return [str(value) for value in values]


def _require_known(name: str, wanted: set[str], choices: list[str]) -> None:
    if unknown := sorted(wanted - set(choices)):
        raise UsageError(f"{name!r} has no choice {', '.join(map(repr, unknown))}; it has {choices}.")


def _shown(boxes: list[Control]) -> list[str]:
    return [box.value for box in boxes]
