"""The forms of a page, read from its HTML, and what a browser sends when one is submitted."""

from __future__ import annotations

from dataclasses import dataclass, field
from html.parser import HTMLParser

__all__ = ["Form", "Submitter", "read_forms"]

Field = tuple[str, str]
_TEXTUAL_BUTTONS = {"submit", "image"}


@dataclass(slots=True)
class Submitter:
    """A button that submits its form."""

    label: str = ""
    name: str | None = None
    value: str = ""
    fields: list[Field] = field(default_factory=list)
    """Hidden inputs inside the button: those of its own action."""


@dataclass(slots=True)
class Form:
    """One form: where it posts, what it holds now, and its buttons."""

    action: str = ""
    method: str = "get"
    fields: list[Field] = field(default_factory=list)
    submitters: list[Submitter] = field(default_factory=list)

    def entries(self, submitter: Submitter, typed: dict[str, str]) -> list[Field]:
        """Return what a browser sends: the fields in order, with `typed` in place of what they hold."""
        left = dict(typed)
        entries = [(name, left.pop(name, value)) for name, value in self.fields]
        if submitter.name is not None:
            entries.append((submitter.name, submitter.value))
        return [*entries, *left.items()]


def read_forms(html: str) -> list[Form]:
    """Return the forms of a page, in order."""
    reader = _Reader()
    reader.feed(html)
    reader.close()
    return reader.forms


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.forms: list[Form] = []
        self._form: Form | None = None
        self._button: Submitter | None = None
        self._textarea: str | None = None
        self._select: str | None = None

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        attributes = {name.lower(): value or "" for name, value in attrs}
        if tag == "form":
            self._form = Form(attributes.get("action", ""), attributes.get("method", "get").lower())
            self.forms.append(self._form)
        elif self._form is None:
            return
        elif tag == "input":
            self._input(self._form, attributes)
        elif tag == "button" and attributes.get("type", "submit") == "submit":
            self._button = Submitter(name=attributes.get("name"), value=attributes.get("value", ""))
            self._form.submitters.append(self._button)
        elif tag in {"textarea", "select"}:
            setattr(self, f"_{tag}", attributes.get("name"))
            if tag == "textarea" and self._textarea:
                self._form.fields.append((self._textarea, ""))
        elif tag == "option" and self._select and "selected" in attributes:
            self._form.fields.append((self._select, attributes.get("value", "")))

    def handle_endtag(self, tag: str) -> None:
        if tag == "form":
            self._form = None
        elif tag == "button":
            self._button = None
        elif tag in {"textarea", "select"}:
            setattr(self, f"_{tag}", None)

    def handle_data(self, data: str) -> None:
        if self._button is not None:
            self._button.label += data
        elif self._textarea and self._form is not None:
            name, text = self._form.fields.pop()
            self._form.fields.append((name, text + data))

    @staticmethod
    def _is_sent(attributes: dict[str, str]) -> bool:
        kind = attributes.get("type", "text").lower()
        checked = kind not in {"checkbox", "radio"} or "checked" in attributes
        return bool(attributes.get("name")) and checked and kind not in {"file", "reset", "button"}

    def _input(self, form: Form, attributes: dict[str, str]) -> None:
        if attributes.get("type", "text").lower() in _TEXTUAL_BUTTONS:
            label = attributes.get("value", "Submit")
            form.submitters.append(Submitter(label, attributes.get("name"), label))
        elif self._is_sent(attributes):
            entry = (
                attributes["name"],
                attributes.get("value", "on" if attributes.get("type") == "checkbox" else ""),
            )
            form.fields.append(entry)
