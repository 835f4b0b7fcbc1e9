"""The forms of a page, read from its HTML, and what a browser without JavaScript sends when one is submitted."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from html.parser import HTMLParser

from wingbeat.errors import UsageError
from wingbeat.flight import Part

from .controls import Control, Option, fill
from .spoken import read_texts

__all__ = ["Form", "read_forms"]

_ENCODINGS = {"multipart/form-data", "text/plain"}
_OVERRIDES = ("formaction", "formmethod", "formenctype")
_INERT = {"template", "datalist"}


@dataclass(slots=True)
class Form:
    """One form: where it goes, and its controls in the order of the page."""

    action: str = ""
    method: str = "get"
    encoding: str = ""
    controls: list[Control] = field(default_factory=list[Control])
    spoken_label: str = ""
    """Its accessible name: `aria-labelledby`, `aria-label` or `title`."""

    @property
    def submitters(self) -> list[Control]:
        """The buttons that submit it."""
        return [control for control in self.controls if control.submits]

    def sent_by(self, submitter: Control) -> Form:
        """Return the form as `submitter` sends it: a button may have an action, method or encoding of its own."""
        own = submitter.overrides
        return Form(
            own.get("formaction", self.action),
            own.get("formmethod", self.method).lower(),
            own.get("formenctype", self.encoding).lower(),
            self.controls,
            self.spoken_label,
        )

    def entries(self, submitter: Control, typed: Mapping[str, object]) -> list[Part]:
        """Return what a browser sends when `submitter` is pressed after `typed` was filled in.

        Raises UsageError for a field that the form does not have, or that cannot be filled so.
        """
        filled = [control.copy() for control in self.controls]
        for name, given in typed.items():
            own = [
                one for one in filled if one.name == name and one.kind not in {"submit", "reset", "button"}
            ]
            if not own:
                names = sorted(
                    {one.name for one in filled if one.name and one.kind not in {"hidden", "submit"}}
                )
                raise UsageError(f"the form has no field {name!r}; it has {', '.join(names) or 'none'}.")
            fill(name, own, given)
        return [
            entry
            for control, original in zip(filled, self.controls, strict=True)
            if control.kind not in {"submit", "image"} or original is submitter
            for entry in control.entries()
        ]


def read_forms(html: str) -> list[Form]:
    """Return the forms of a page, in order, with the controls that belong to each."""
    reader = _Reader(read_texts(html).by_id)
    reader.feed(html)
    reader.close()
    return reader.owned()


class _Reader(HTMLParser):
    """Reads controls. Which form one belongs to may only be known at the end, by the form's id."""

    def __init__(self, texts: Mapping[str, str]) -> None:
        super().__init__()
        self._texts = texts
        """By id, what `aria-labelledby` points at."""
        self._forms: list[Form] = []
        self._by_id: dict[str, Form] = {}
        self._controls: list[tuple[Control, Form | str]] = []
        self._form: Form | None = None
        self._open: Control | None = None
        self._option: Option | None = None
        self._inert = 0
        self._disabled: list[bool] = []
        """For each open fieldset and optgroup, whether it switches off what it holds."""

    def owned(self) -> list[Form]:
        """Return the forms with their controls."""
        for control, owner in self._controls:
            form = self._by_id.get(owner) if isinstance(owner, str) else owner
            if form is not None:
                form.controls.append(control)
        return self._forms

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        attributes = {name: value or "" for name, value in attrs}
        self._inert += tag in _INERT
        if self._inert:
            return
        if tag in {"fieldset", "optgroup"}:
            self._disabled.append("disabled" in attributes)
        elif tag == "form":
            self._start_form(attributes)
        elif tag == "option" and self._open is not None:
            self._option = Option(
                attributes.get("value", "\0"),
                is_selected="selected" in attributes,
                is_disabled="disabled" in attributes or any(self._disabled),
            )
            self._open.options.append(self._option)
        elif tag in {"input", "button", "select", "textarea"}:
            self._start_control(tag, attributes)
        elif tag == "img" and self._open is not None:
            self._open.label += attributes.get("alt", "")

    def handle_endtag(self, tag: str) -> None:
        if self._inert:
            self._inert -= tag in _INERT
        elif tag in {"fieldset", "optgroup"} and self._disabled:
            self._disabled.pop()
        elif tag == "form":
            self._form = None
        elif tag == "option":
            self._end_option()
        elif tag in {"button", "select", "textarea"}:
            self._end_control(tag)

    def handle_data(self, data: str) -> None:
        if self._inert:
            return
        if self._option is not None:
            self._option.label += data
        elif self._open is not None and self._open.kind == "textarea":
            self._open.value += data
        elif self._open is not None:
            self._open.label += data

    def _start_form(self, attributes: dict[str, str]) -> None:
        method, encoding = attributes.get("method", "get").lower(), attributes.get("enctype", "").lower()
        self._form = Form(attributes.get("action", ""), method, encoding if encoding in _ENCODINGS else "")
        self._form.spoken_label = self._spoken_label(attributes) or attributes.get("title", "")
        self._forms.append(self._form)
        self._by_id.setdefault(attributes.get("id", ""), self._form)

    def _spoken_label(self, attributes: Mapping[str, str]) -> str:
        """Return the name that stands in attributes (the Accessible Name computation's steps 2B and 2D)."""
        pointed = (self._texts.get(one, "") for one in attributes.get("aria-labelledby", "").split())
        return " ".join(filter(None, pointed)) or " ".join(attributes.get("aria-label", "").split())

    def _start_control(self, tag: str, attributes: dict[str, str]) -> None:
        control = _control(tag, attributes)
        control.spoken_label = self._spoken_label(attributes)
        control.is_disabled = control.is_disabled or any(self._disabled)
        owner = attributes.get("form", self._form)
        if owner is not None:
            self._controls.append((control, owner))
        if tag != "input":
            self._open = control

    def _end_control(self, tag: str) -> None:
        if self._open is None:
            return
        if tag == "textarea":
            # The line break behind the tag is the page's layout, not the text's.
            self._open.value = self._open.value.removeprefix("\n")
        self._open.label = " ".join(self._open.label.split())
        self._open = None

    def _end_option(self) -> None:
        if self._option is not None:
            self._option.label = " ".join(self._option.label.split())
            if self._option.value == "\0":
                self._option.value = self._option.label
            self._option = None


def _control(tag: str, attributes: dict[str, str]) -> Control:
    default = {"input": "text", "button": "submit"}.get(tag, tag)
    kind = attributes.get("type", default).lower() if tag in {"input", "button"} else tag
    value = attributes.get("value", "on" if kind in {"checkbox", "radio"} else "")
    return Control(
        kind=kind,
        name=attributes.get("name", ""),
        value=value,
        label=(value or attributes.get("alt") or "Submit")
        if tag == "input" and kind in {"submit", "image"}
        else "",
        is_on="checked" in attributes,
        is_multiple="multiple" in attributes,
        is_disabled="disabled" in attributes,
        overrides={name: attributes[name] for name in _OVERRIDES if name in attributes},
    )
