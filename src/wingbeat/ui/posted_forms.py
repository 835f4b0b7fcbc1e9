"""A form that was posted without JavaScript, on the page that is its answer.

    In:   the rendered page, what the action gave, what was posted
    Out:  the place of the form on the page; with what was typed into it, when something is wrong

React's form state shows the result. What was typed would be lost with the old document, so a form that failed
gets it back as its fields' initial values, in payload and HTML alike: texts and choices, never a password or a file.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import cast

from wingbeat.flight import Element, FormData, Lazy
from wingbeat.html.twins import FormState
from wingbeat.html.writer import HtmlWriter

from .action_forms import ACTION_FORM, ACTION_FORM_FIELD, FORM_CONTEXT, FormView, error_id
from .form_results import FormResult, errors_of, failed_result, is_failed

__all__ = [
    "ACTION_FORM_FIELD",
    "FormResult",
    "FoundForm",
    "failed_result",
    "find_form",
    "is_failed",
    "refill",
]

_TYPED = frozenset(
    "text search email url tel number date month week time datetime-local color range".split()  # noqa: SIM905
)
_CHOSEN = frozenset({"checkbox", "radio"})
_CONTROLS = frozenset({"input", "textarea", "select"})
# What a password manager fills in, whatever the type of its input.
_SECRET = frozenset({"current-password", "new-password", "one-time-code", "cc-csc"})


@dataclass(frozen=True, slots=True)
class FoundForm:
    """The component on a page that a form state belongs to."""

    element: Element
    view: FormView | None
    """Set for an `action_form`."""

    @property
    def is_action_form(self) -> bool:
        """Whether it is an `action_form`, which shows failures too."""
        return self.view is not None

    def shows_failure(self, result: FormResult) -> bool:
        """Whether the page says what went wrong."""
        return self.view is not None and self.view.has_place_for(errors_of(result))


def find_form(tree: object, form_state: FormState) -> FoundForm | None:
    """Return the component of `tree` whose action state `form_state` is, or None if the page has it no more.

    Raises what writing the page as HTML raises.
    """
    # A boundary that failed is reported when the page is written for its reader.
    writer = HtmlWriter(form_state=form_state, on_error=lambda _error: None)
    writer.shell(tree)
    if writer.matched is None:
        return None
    element, frame = writer.matched
    view = frame.contexts.get(FORM_CONTEXT) if element.type is ACTION_FORM else None
    return FoundForm(element, cast("FormView | None", view))


def refill(form: FoundForm, result: FormResult, posted: FormData) -> None:
    """Put what was posted into the fields of an action form, and mark those that are wrong.

    The renderer made the form's props for this answer alone, so they are changed in place.
    """
    if form.view is None:
        return
    typed: dict[str, list[str]] = {}
    for name, value in posted.items():
        if isinstance(value, str):
            typed.setdefault(name, []).append(value.replace("\r\n", "\n"))
    errors = errors_of(result)
    descriptions = {
        name: error_id(form.view.id, name) if name in form.view.shown else None for name in errors
    }
    props = form.element.props
    props["children"] = _Refill(typed, descriptions).node(props.get("children"))


@dataclass(slots=True)
class _Refill:
    typed: dict[str, list[str]]
    """Field name -> the texts posted under it that no text field has got yet."""
    descriptions: Mapping[str, str | None]
    """Name of each wrong field -> the id of what is said about it."""
    _has_focus: bool = field(default=False, init=False)

    def node(self, node: object) -> object:
        if isinstance(node, Lazy):
            return node if node.state == "pending" or node.error is not None else self.node(node.value)
        if isinstance(node, list | tuple):
            nodes = [self.node(one) for one in cast("list[object]", node)]
            return nodes if isinstance(node, list) else tuple(nodes)
        if not isinstance(node, Element):
            return node
        props = node.props
        if isinstance(node.type, str) and node.type in _CONTROLS:
            props = self._control(node.type, props)
        elif "children" in props:
            props = {**props, "children": self.node(props["children"])}
        return Element(node.type, node.key, props)

    def _control(self, tag: str, props: dict[str, object]) -> dict[str, object]:
        name, kind = props.get("name"), str(props.get("type") or "text").lower() if tag == "input" else tag
        if not isinstance(name, str) or kind == "hidden":
            return props
        is_secret = not _SECRET.isdisjoint(str(props.get("autoComplete", "")).split())
        if not is_secret and not props.get("disabled"):
            props = {**props, **self._value(name, kind, props)}
            if tag == "textarea":
                props.pop("children", None)
        return {**props, **self._marks(name, props)}

    def _value(self, name: str, kind: str, props: Mapping[str, object]) -> dict[str, object]:
        texts = self.typed.get(name, [])
        if kind in _CHOSEN:
            prop = "checked" if "checked" in props else "defaultChecked"
            return {prop: str(props.get("value", "on")) in texts}
        prop = "value" if "value" in props else "defaultValue"
        if kind == "select" and props.get("multiple"):
            return {prop: list(texts)}
        if texts and (kind in _TYPED or kind in {"select", "textarea"}):
            return {prop: texts.pop(0)}
        if kind == "textarea" and (text := props.get("children")) is not None:
            return {prop: text}
        return {}

    def _marks(self, name: str, props: Mapping[str, object]) -> dict[str, object]:
        if name not in self.descriptions:
            return {}
        marks: dict[str, object] = {}
        if description := self.descriptions[name]:
            described = [str(props["aria-describedby"])] if props.get("aria-describedby") else []
            marks = {"aria-invalid": True, "aria-describedby": " ".join([*described, description])}
        if not self._has_focus:
            self._has_focus = True
            marks["autoFocus"] = True
        return marks
