"""Names and values of attributes: one table, compared with React's own."""

import math
import re
from decimal import Decimal

import pytest

from support.react_names import possible_standard_names, registered_events
from wingbeat import html as h
from wingbeat.errors import ElementError
from wingbeat.flight import UNDEFINED
from wingbeat.html.attributes import EVENT_NAMES, PROP_NAMES, prop_name, snake_case

# React's own, but no attribute: children stand in brackets.
NO_ATTRIBUTES = {"children"}


def test_every_prop_that_react_knows_is_reachable_in_snake_case_and_in_htmls_spelling():
    known = possible_standard_names()

    assert len(known) > 480
    for spelling, prop in known.items():
        if prop not in NO_ATTRIBUTES:
            assert prop_name(spelling) == prop
            assert prop_name(spelling.replace("-", "_").replace(":", "_")) == prop
            assert prop_name(snake_case(prop)) == prop
            assert prop_name(prop) == prop


def test_every_spelling_is_a_python_name_or_one_with_an_underscore_behind_it():
    for spelling in PROP_NAMES:
        if spelling.isidentifier() and not spelling.endswith("_"):
            assert prop_name(f"{spelling}_") == PROP_NAMES[spelling]


def test_the_table_knows_no_prop_that_react_does_not():
    assert set(PROP_NAMES.values()) == set(possible_standard_names().values()) - NO_ATTRIBUTES


def test_every_event_that_react_registers_is_reachable():
    events = registered_events()

    assert len(events) > 80
    for event in events:
        assert prop_name(snake_case(event)) == event
        assert prop_name(event.lower()) == event
    assert {event for event in EVENT_NAMES.values() if f"{event}Capture" in EVENT_NAMES} == events


@pytest.mark.parametrize(
    ("written", "prop"),
    [
        ("class_", "className"),
        ("for_", "htmlFor"),
        ("html_for", "htmlFor"),
        ("as_", "as"),
        ("async_", "async"),
        ("is_", "is"),
        ("http_equiv", "httpEquiv"),
        ("accept-charset", "acceptCharset"),
        ("tabindex", "tabIndex"),
        ("view_box", "viewBox"),
        ("stroke-width", "strokeWidth"),
        ("xlink:href", "xlinkHref"),
        ("on_key_down_capture", "onKeyDownCapture"),
        ("ondblclick", "onDoubleClick"),
        ("ONLOAD", "onLoad"),
        ("on_something_new", "onSomethingNew"),
        ("aria_label", "aria-label"),
        ("data_row_id", "data-row-id"),
        ("hx_get", "hx-get"),
        ("itemid", "itemID"),
        ("commandfor", "commandfor"),
    ],
)
def test_names_are_spelled_as_in_python_in_html_or_in_react(written, prop):
    assert prop_name(written) == prop


def test_a_style_takes_pythons_css_and_reacts_names():
    style = {
        "margin_top": 4,
        "z-index": 2,
        "fontSize": "1em",
        "webkit_box_flex": 1,
        "-moz-appearance": "none",
        "-ms-flex": 1,
        "ms_flex_order": 1,
        "--Row_gap": 1,
        "float_": "left",
        "color": None,
    }
    assert h.p(style=style).props["style"] == {
        "marginTop": 4,
        "zIndex": 2,
        "fontSize": "1em",
        "WebkitBoxFlex": 1,
        "MozAppearance": "none",
        "msFlex": 1,
        "msFlexOrder": 1,
        "--Row_gap": 1,
        "float": "left",
        "color": None,
    }


def test_values_travel_as_they_are():
    attributes = {"id": "a", "tab_index": 0, "width": 1.5, "hidden": True, "title": None, "lang": UNDEFINED}

    assert h.p(**attributes).props == {
        "id": "a",
        "tabIndex": 0,
        "width": 1.5,
        "hidden": True,
        "title": None,
        "lang": UNDEFINED,
    }
    assert math.isnan(h.p(width=math.nan).props["width"])


def test_a_select_takes_several_values():
    assert h.select(multiple=True, default_value=["a", 2]).props["defaultValue"] == ["a", 2]


def test_raw_html_needs_its_wrapper():
    assert h.p(dangerously_set_inner_html={"__html": "<b>"}).props == {
        "dangerouslySetInnerHTML": {"__html": "<b>"}
    }


def test_functions_of_client_components_pass():
    button = h.button(on_click=print, ref=print, form_action=print)

    assert button.props == {"onClick": print, "ref": print, "formAction": print}


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (
            lambda: h.p(style="color: red"),
            (
                "style of <p> is 'color: red', but a style is a dict of CSS properties: "
                'style={"margin_top": 4, "color": "red"}.'
            ),
        ),
        (
            lambda: h.p(style={"width": Decimal(1)}),
            (
                "style.width of <p> is the Decimal Decimal('1'), but an attribute is text or a number. "
                "Turn it into text first, such as str(value)."
            ),
        ),
        (
            lambda: h.p(class_=["a", "b"]),
            (
                "className of <p> is the list ['a', 'b'], but an attribute is text or a number. "
                'Join it into one string, such as " ".join(names).'
            ),
        ),
        (
            lambda: h.p(title=b"a"),
            (
                "title of <p> is the bytes b'a', but an attribute is text or a number. "
                "Decode it first, such as value.decode()."
            ),
        ),
        (
            lambda: h.p(onclick="alert(1)"),
            (
                "onClick of <p> is 'alert(1)', but an event handler is a function of a client component; "
                "a script in an attribute is never written."
            ),
        ),
        (
            lambda: h.p(dangerously_set_inner_html="<b>"),
            (
                "dangerously_set_inner_html of <p> is '<b>', but it takes the HTML as "
                '{"__html": "..."}, so that no text becomes HTML by accident.'
            ),
        ),
        (
            lambda: h.p(class_="a", class_name="b"),
            "<p> was given one attribute in two spellings: class_, class_name. Keep one of them.",
        ),
    ],
)
def test_what_no_attribute_can_hold_is_refused_with_the_fix(make, message):
    with pytest.raises(ElementError, match=f"^{re.escape(message)}$"):
        make()
