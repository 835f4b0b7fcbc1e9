"""The hidden fields by which a form calls an action before, or without, JavaScript.

    an action                ->  $ACTION_ID_<id>
    with bound arguments     ->  $ACTION_REF_<n>, $ACTION_<n>:0, $ACTION_<n>:1, ...
    of useActionState        ->  the same, with the state as last bound argument, and $ACTION_KEY

`<n>` counts the page's forms. Arguments that no text field can hold give no fields: such a form works only
once the page is hydrated.
"""

from __future__ import annotations

import json
from dataclasses import dataclass

from wingbeat.flight.model import ServerReference
from wingbeat.html.markup import escape
from wingbeat.html.page import Page
from wingbeat.html.twins import FormDispatch

__all__ = ["FormFields", "form_fields"]


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


def form_fields(page: Page, action: object) -> FormFields | None:
    """Return the fields of `action`, or None if it is a function that only the browser has."""
    if isinstance(action, ServerReference):
        return _fields(page, action)
    if isinstance(action, FormDispatch):
        fields = _fields(page, action.reference)
        if fields is not None:
            fields.entries.append(("$ACTION_KEY", action.key))
            fields.action = action.permalink or ""
        return fields
    return None


def _fields(page: Page, reference: ServerReference) -> FormFields | None:
    number = f"{page.prefix}{page.forms}"
    page.forms += 1
    if reference.bound is None:
        return FormFields(f"$ACTION_ID_{reference.id}", [])
    entries = [
        (f"$ACTION_{number}:1", json.dumps(reference.bound, separators=(",", ":"))),
        (f"$ACTION_{number}:0", json.dumps({"id": reference.id, "bound": "$@1"}, separators=(",", ":"))),
    ]
    return FormFields(f"$ACTION_REF_{number}", entries)
