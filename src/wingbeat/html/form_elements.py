"""Forms and their controls: what a server function as action becomes, and how initial values are shown.

    h.form(action=<server reference>)  ->  <form action="" encType="multipart/form-data" method="POST">
                                           <input type="hidden" name="$ACTION_ID_..."/>

Each function writes a start tag, with the hidden fields that belong behind it, and returns the children that
are left to write.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

from wingbeat.errors import ElementError

from .attribute_values import is_sequence
from .form_actions import FormFields, fields_of
from .host_attributes import CONTENT, inner_html, taken_attributes
from .javascript import is_function, is_function_or_symbol, is_nothing, is_truthy, text_of
from .markup import escape
from .page import Page
from .properties import attribute, boolean_attribute

__all__ = ["FORM_ELEMENTS"]

Props = Mapping[str, object]

_FORM_ORDER = ("action", "encType", "method", "target")
_SUBMITTER_ORDER = ("name", "formAction", "formEncType", "formMethod", "formTarget")
_FORM_PROPS = CONTENT.union(_FORM_ORDER)
_SUBMITTER_PROPS = CONTENT.union(_SUBMITTER_ORDER)
_INPUT_PROPS = _SUBMITTER_PROPS | {"checked", "defaultChecked", "value", "defaultValue"}
_SELECT_PROPS = CONTENT | {"value", "defaultValue"}

# A function of a client module is no URL. React's client looks for this very text.
_UNSUBMITTABLE = escape("javascript:throw new Error('React form unexpectedly submitted.')")


def _write_form(page: Page, props: Props) -> object:
    attributes, taken = taken_attributes(props, _FORM_PROPS)
    action = taken.get("action")
    hidden = ""
    if not is_function(action):
        attributes += "".join([attribute(prop, taken[prop]) for prop in _FORM_ORDER if prop in taken])
    elif (fields := fields_of(page, action)) is None:
        attributes += f' action="{_UNSUBMITTABLE}"'
    else:
        url = attribute("action", fields.action) if fields.action else ' action=""'
        attributes += f'{url} encType="multipart/form-data" method="POST"'
        hidden = f'<input type="hidden" name="{fields.name}"/>{fields.hidden}'
    page.parts.append(f"<form{attributes}>{hidden}{_inner(taken)}")
    return taken.get("children")


def _write_button(page: Page, props: Props) -> object:
    attributes, taken = taken_attributes(props, _SUBMITTER_PROPS)
    submitter, fields = _submitter(page, taken)
    hidden = "" if fields is None else fields.hidden
    page.parts.append(f"<button{attributes}{submitter}>{hidden}{_inner(taken)}")
    return taken.get("children")


def _write_input(page: Page, props: Props) -> object:
    attributes, taken = taken_attributes(props, _INPUT_PROPS)
    if not CONTENT.isdisjoint(taken):
        raise ElementError("<input> cannot have children or dangerously_set_inner_html.")
    submitter, fields = _submitter(page, taken)
    attributes += submitter
    if "checked" in taken or "defaultChecked" in taken:
        attributes += boolean_attribute("checked", taken.get("checked", taken.get("defaultChecked")))
    if "value" in taken or "defaultValue" in taken:
        attributes += attribute("value", taken.get("value", taken.get("defaultValue")))
    page.parts.append(f"<input{attributes}/>{'' if fields is None else fields.hidden}")
    return None


def _submitter(page: Page, taken: Props) -> tuple[str, FormFields | None]:
    """Return the attributes of what submits a form, in React's order, and its hidden fields."""
    action = taken.get("formAction")
    if action is not None and is_function(action):
        fields = fields_of(page, action)
        if fields is None:
            # The name of a submitter that a function handles is not written either.
            return f' formAction="{_UNSUBMITTABLE}"', None
        start = f' name="{fields.name}"{attribute("formAction", fields.action)}'
        return f'{start} formEncType="multipart/form-data" formMethod="POST"', fields
    if not taken:
        return "", None
    return "".join([attribute(prop, taken[prop]) for prop in _SUBMITTER_ORDER if prop in taken]), None


def _write_select(page: Page, props: Props) -> object:
    attributes, taken = taken_attributes(props, _SELECT_PROPS)
    page.parts.append(f"<select{attributes}>{_inner(taken)}")
    return taken.get("children")


def _write_option(page: Page, props: Props) -> object:
    attributes, taken = taken_attributes(props, CONTENT | {"selected"})
    children = taken.get("children")
    if is_nothing(page.selected):
        is_selected = is_truthy(taken.get("selected"))
    else:
        value = props.get("value")
        is_selected = _is_selected(page.selected, _texts(children) if is_nothing(value) else text_of(value))
    if is_selected:
        attributes += ' selected=""'
    page.parts.append(f"<option{attributes}>{_inner(taken)}")
    return children


def _is_selected(selected: object, value: str) -> bool:
    if is_sequence(selected):
        return any(text_of(item) == value for item in selected)
    return text_of(selected) == value


def _texts(children: object) -> str:
    # An option without a value has its text as value; React counts an element in it like this, too.
    if is_sequence(children):
        return "".join(_texts(child) for child in children)
    if is_nothing(children) or isinstance(children, bool) or is_function_or_symbol(children):
        return ""
    return text_of(children)


def _write_textarea(page: Page, props: Props) -> object:
    attributes, taken = taken_attributes(props, _SELECT_PROPS)
    if "dangerouslySetInnerHTML" in taken:
        raise ElementError("<textarea> cannot have dangerously_set_inner_html; its text is default_value=.")
    value = taken.get("value", taken.get("defaultValue"))
    children = taken.get("children")
    if children is not None:
        value = _textarea_children(children, value)
    text = "" if value is None else text_of(value)
    # The parser drops a newline at the start.
    newline = "\n" if text[:1] == "\n" and (isinstance(value, str)) else ""
    page.parts.append(f"<textarea{attributes}>{newline}{escape(text)}")
    return None


def _textarea_children(children: object, value: object) -> str:
    if value is not None:
        raise ElementError("<textarea> takes its text as default_value= or as child, not both.")
    if is_sequence(children) and len(children) > 1:
        raise ElementError("<textarea> takes one text as child.")
    return text_of(children)


def _inner(taken: Props) -> str:
    html = taken.get("dangerouslySetInnerHTML")
    return "" if html is None else inner_html(html, taken.get("children"))


FORM_ELEMENTS: dict[str, Callable[[Page, Props], object]] = {
    "form": _write_form,
    "button": _write_button,
    "input": _write_input,
    "select": _write_select,
    "option": _write_option,
    "textarea": _write_textarea,
}
"""Tag -> what writes its start."""
