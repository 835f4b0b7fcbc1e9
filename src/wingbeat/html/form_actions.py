"""The hidden fields by which a form calls an action before, or without, JavaScript.

    an action                ->  $ACTION_ID_<id>
    with bound arguments     ->  $ACTION_REF_<n>, $ACTION_<n>:0, $ACTION_<n>:1, ...
    of useActionState        ->  the same, with the state as last bound argument, and $ACTION_KEY

`<n>` counts the page's forms. Arguments that no text field can hold give no fields: such a form works only
once the page is hydrated.
"""

from __future__ import annotations

from dataclasses import dataclass

from wingbeat.errors import SerializationError
from wingbeat.flight.hidden_inputs import form_fields
from wingbeat.flight.model import ServerReference
from wingbeat.html.markup import escape
from wingbeat.html.page import Page
from wingbeat.html.twins import FormDispatch

__all__ = ["FormFields", "fields_of"]


@dataclass(slots=True)
class FormFields:
    """What a form or submitter needs to call an action natively."""

    name: str
    """The field that says which action."""
    entries: list[tuple[str, str]]
    """Bound arguments, encoded."""
    action: str = ""
    """Where the form posts to; "" is the page itself."""

    def hidden(self) -> str:
        """Return the fields of the bound arguments as HTML."""
        if not self.entries:
            return ""
        return "".join(
            [
                f'<input type="hidden" name="{escape(name)}" value="{escape(value)}"/>'
                for name, value in self.entries
            ]
        )


def fields_of(page: Page, action: object) -> FormFields | None:
    """Return the fields of `action`, or None if only the browser can run it.

    Then React's URL that throws is the form's action, and a script of the page keeps its submissions.
    """
    fields = None
    if isinstance(action, ServerReference):
        fields = _fields(page, action, promises_first=True)
    elif isinstance(action, FormDispatch):
        fields = _fields(page, action.reference, promises_first=False)
        if fields is not None:
            fields.entries.append(("$ACTION_KEY", action.key))
            fields.action = action.permalink or ""
    if fields is None:
        page.need_replay_script()
    return fields


def _fields(page: Page, reference: ServerReference, *, promises_first: bool) -> FormFields | None:
    number = f"{page.prefix}{page.forms}"
    page.forms += 1
    try:
        (name, _), *entries = form_fields(reference, number, promises_first=promises_first)
    except SerializationError:
        return None
    return FormFields(name, entries)
