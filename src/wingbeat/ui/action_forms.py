"""A form that shows how its action ended: `action_form`, and what reads its result inside it.

    async def sign_up(state: dict, form: Validated[NewUser]) -> dict:      the last state, then the form
        "use server"
        if not form.ok:
            return {"errors": form.errors, "message": "Not yet."}
        ...

    action_form(sign_up, initial={})[
        form_message(),
        h.label(html_for="email")["Email"], h.input(id="email", name="email"), field_error("email"),
        submit_button(pending="…")["Sign up"],
    ]

The action is called as React's `useActionState` calls it. What failed (refused arguments, an `ActionError`, an
argument that is not `Validated`, a state with `errors`) keeps what was typed, with JavaScript and without.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import partial
from typing import Any, cast
from urllib.parse import quote

from wingbeat import html as h
from wingbeat.errors import ElementError
from wingbeat.flight import ClientReference, Element
from wingbeat.html.server_functions import ServerFunction, hand_over
from wingbeat.html.twins import TwinFrame, current_twin
from wingbeat.rendering import RUNTIME_MODULE, Wrapper

from .form_results import FormResult, errors_of, is_failed, is_result, message_of

__all__ = [
    "ACTION_FORM",
    "ACTION_FORM_FIELD",
    "FORM_CONTEXT",
    "FormView",
    "action_form",
    "current_form",
    "error_id",
    "field_error",
    "form_message",
]

ACTION_FORM_FIELD = "$ACTION_FORM"
"""The hidden field by which a form says that it shows failures itself (twin: wire-names.ts)."""
DEFAULT_MESSAGE = "Please check what you entered."
_LEAST_ARGUMENTS = 2
_SAFE_IN_URI_COMPONENT = "!'()*-._~"

FORM_CONTEXT = "form"
"""What components inside an action form ask for, to get its `FormView`."""


@dataclass(slots=True)
class FormView:
    """One action form as its first HTML shows it."""

    id: str
    """Begins the ids of what describes its fields."""
    result: FormResult
    shown: set[str | None] = field(default_factory=set[str | None])
    """The fields whose errors it shows; None stands for its message."""

    def has_place_for(self, errors: Mapping[str, object]) -> bool:
        """Whether a failure is shown somewhere in the form, once its HTML was written."""
        return None in self.shown or (bool(errors) and errors.keys() <= self.shown)


def error_id(form_id: str, name: str) -> str:
    """Return the id of what is said about a field (twin: form-context.ts): it must hold no blanks."""
    return f"{form_id}-{quote(name, safe=_SAFE_IN_URI_COMPONENT)}"


def current_form() -> FormView | None:
    """Return the action form around the component whose twin runs."""
    return cast("FormView | None", current_twin.get().use_context(FORM_CONTEXT))


def _action_form(props: Mapping[str, object]) -> Element:
    frame: TwinFrame = current_twin.get()
    form_id = frame.use_id()
    fresh = {"state": props.get("initial")}
    result, dispatch, _ = frame.use_action_state(props["action"], fresh, sent=_state)
    frame.provide(FORM_CONTEXT, FormView(form_id, result if is_result(result) else fresh))
    hidden = Element("input", None, {"type": "hidden", "name": ACTION_FORM_FIELD})
    attributes = {name: value for name, value in props.items() if name not in {"action", "initial"}}
    children = (hidden, props.get("children"))
    return Element("form", None, {**attributes, "action": dispatch, "children": children})


def _state(result: object) -> object:
    return result["state"] if is_result(result) else None


def _field_error(props: Mapping[str, object]) -> Element | None:
    name = str(props["name"])
    form = _form_around(f'field_error("{name}")')
    form.shown.add(name)
    texts = errors_of(form.result).get(name)
    if texts is None:
        return None
    attributes = {prop: value for prop, value in props.items() if prop != "name"}
    return Element("p", None, {**attributes, "id": error_id(form.id, name), "children": " ".join(texts)})


def _form_message(props: Mapping[str, object]) -> Element:
    form = _form_around("form_message()")
    form.shown.add(None)
    failed = is_failed(form.result)
    instead = props.get("children")
    said = message_of(form.result) or ((DEFAULT_MESSAGE if instead is None else instead) if failed else None)
    return Element("div", None, {**props, "role": "alert" if failed else "status", "children": said})


def _form_around(what: str) -> FormView:
    form = current_form()
    if form is None:
        raise ElementError(f"{what} stands in no action_form. Put it inside the form whose result it shows.")
    return form


ACTION_FORM = ClientReference(RUNTIME_MODULE, "ActionForm", _action_form)
FIELD_ERROR = ClientReference(RUNTIME_MODULE, "FieldError", _field_error)
FORM_MESSAGE = ClientReference(RUNTIME_MODULE, "FormMessage", _form_message)


def action_form(action: object, *, initial: object = None, **attributes: Any) -> Wrapper:
    """Return a form that calls `action` and shows how that ended (React's `useActionState`).

    `action` is a server action, or a `functools.partial` of one. It gets the previous state first, `initial` at
    the start, and then the form; what it returns is the next state. Both come from the browser and are checked
    against their annotations. `initial` and the state are values that can travel there and back.

    `field_error` and `form_message` inside the form show a state's `errors` (field name -> sentences) and
    `message`, and the same of a failure. Attributes are those of `h.form`.
    Raises ElementError for what is no action, or an action that does not take two arguments.
    """
    handed = hand_over(action)
    if not isinstance(handed, ServerFunction):
        raise ElementError(f"action_form() calls a server action, but was given {action!r:.80}.")
    if handed.open_arity < _LEAST_ARGUMENTS:
        raise ElementError(
            f"{_name(action)} cannot be the action of action_form(): it is called with the last state and "
            f"the form, so it needs two parameters, like `(state: dict, form: FormData)`. "
            f"For an action without a state use h.form(action=…)."
        )
    if unusable := {"action", "method", "enc_type", "encType"} & attributes.keys():
        raise ElementError(f"action_form() sets {', '.join(sorted(unusable))} itself.")
    form = h.form(**attributes)
    props: dict[str, object] = {**form.props, "action": handed}
    if initial is not None:
        props["initial"] = hand_over(initial)
    return Wrapper(ACTION_FORM, form.key, props)


def field_error(name: str, **attributes: Any) -> Wrapper:
    """Return a paragraph that says what is wrong with the field `name`; nothing while nothing is.

    Use it inside `action_form`, beside the field. While it shows something, every control of that name is
    `aria-invalid`, and described by it. Names of nested fields are written as in the form, `"address.city"`.
    Attributes are those of `h.p`, except `id`.
    """
    if "id" in attributes:
        raise ElementError("field_error() makes its id itself, so that its field can refer to it.")
    paragraph = h.p(**attributes)
    return Wrapper(FIELD_ERROR, paragraph.key, {**paragraph.props, "name": name})


def form_message(**attributes: Any) -> Wrapper:
    """Return a live region that says how the form ended: what its action said, or its children.

    `form_message(class_="notice")["Please check the fields below."]`: the children are shown when something is
    wrong and the action has no message of its own. Its role is `alert` when something is wrong, else `status`;
    it is empty while there is nothing to say. Attributes are those of `h.div`, except `role`.
    """
    if "role" in attributes:
        raise ElementError("form_message() sets its role itself: alert when something is wrong, else status.")
    region = h.div(**attributes)
    return Wrapper(FORM_MESSAGE, region.key, region.props)


def _name(action: object) -> str:
    while isinstance(action, partial):
        action = cast("partial[object]", action).func
    return str(action)
