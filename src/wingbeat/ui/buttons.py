"""Buttons that know about their form: `submit_button` and `reset_button`."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from wingbeat import html as h
from wingbeat.flight import ClientReference, Element
from wingbeat.html.builder import prepare_children
from wingbeat.rendering import RUNTIME_MODULE, Wrapper

from .action_forms import current_form

__all__ = ["reset_button", "submit_button"]


def _button(kind: str, props: Mapping[str, object], *own: str) -> Element:
    attributes = {name: value for name, value in props.items() if name not in own}
    return Element("button", None, {"type": kind, **attributes})


SUBMIT_BUTTON = ClientReference(
    RUNTIME_MODULE, "SubmitButton", lambda props: _button("submit", props, "pending")
)
RESET_BUTTON = ClientReference(
    RUNTIME_MODULE,
    "ResetButton",
    lambda props: _button("button" if current_form() is None else "reset", props),
)


def submit_button(*, pending: object = None, **attributes: Any) -> Wrapper:
    """Return a submit button that shows `pending` while its form is being sent, and then takes no second press.

    `submit_button(pending="Creating…")["Create"]`. Attributes are those of `h.button`. Without JavaScript it is
    a plain submit button (React's `useFormStatus`).
    """
    button = h.button(**attributes)
    props = dict(button.props)
    if pending is not None:
        props["pending"] = prepare_children(pending, "submit_button(pending=…)")
    return Wrapper(SUBMIT_BUTTON, button.key, props)


def reset_button(**attributes: Any) -> Wrapper:
    """Return a button that starts afresh, whatever stands around it.

    In `action_form` it empties the form and forgets how the last submission ended; without JavaScript it is a
    plain reset button. In `error_boundary(fallback=…)` it loads the page again, which ends the error state:
    `reset_button()["Try again"]`.
    """
    button = h.button(**attributes)
    return Wrapper(RESET_BUTTON, button.key, button.props)
