"""The hidden fields by which a form calls an action before, or without, JavaScript.

    an action                ->  $ACTION_ID_<id>
    with bound arguments     ->  $ACTION_REF_<n>, $ACTION_<n>:0, $ACTION_<n>:1, ...
    of useActionState        ->  the same, with the state as last bound argument, and $ACTION_KEY

`<n>` counts the page's forms. Arguments that no text field can hold give no fields: such a form works only
once the page is hydrated.
"""

from __future__ import annotations

from functools import lru_cache
from json.encoder import encode_basestring
from typing import NamedTuple, cast

from wingbeat.errors import SerializationError
from wingbeat.flight import ServerReference, form_fields

from .markup import escape
from .page import Page
from .twins import FormDispatch

__all__ = ["FormFields", "fields_of"]


class FormFields(NamedTuple):
    """What a form or submitter needs to call an action natively."""

    name: str
    """The field that says which action, escaped."""
    hidden: str
    """The fields of the bound arguments, as HTML."""
    action: str = ""
    """Where the form posts to; "" is the page itself."""


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
            hidden = f"{fields.hidden}{_hidden('$ACTION_KEY', action.key)}"
            fields = FormFields(fields.name, hidden, action.permalink or "")
    if fields is None:
        page.need_replay_script()
    return fields


def _fields(page: Page, reference: ServerReference, *, promises_first: bool) -> FormFields | None:
    number = f"{page.prefix}{page.forms}"
    page.forms += 1
    if promises_first and reference.bound and set(map(type, reference.bound)) == _ONLY_TEXTS:
        return _fields_of_texts(cast("tuple[str, ...]", reference.bound), reference.id, escape(number))
    try:
        (name, _), *entries = form_fields(reference, number, promises_first=promises_first)
    except SerializationError:
        return None
    return FormFields(escape(name), "".join([_hidden(name, value) for name, value in entries]))


def _fields_of_texts(bound: tuple[str, ...], action_id: str, number: str) -> FormFields:
    # What a page binds is sealed, so it is texts: they are written at once, as form_fields would write them.
    values = escape(",".join([_json_text(value) for value in bound]))
    hidden = f'<input type="hidden" name="$ACTION_{number}:1" value="[{values}]"/>'
    return FormFields(
        f"$ACTION_REF_{number}",
        f'{hidden}<input type="hidden" name="$ACTION_{number}:0" value="{_metadata(action_id)}"/>',
    )


@lru_cache(1024)
def _metadata(action_id: str) -> str:
    return escape(f'{{"id":{_json_text(action_id)},"bound":"$@1"}}')


def _json_text(text: str) -> str:
    return encode_basestring(f"${text}" if text[:1] == "$" else text)


def _hidden(name: str, value: str) -> str:
    return f'<input type="hidden" name="{escape(name)}" value="{escape(value)}"/>'


_ONLY_TEXTS = {str}
