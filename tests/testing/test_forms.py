"""What a form sends, by the rules of the HTML standard, and how a test fills it in."""

from __future__ import annotations

from typing import Any

import pytest

from wingbeat.errors import UsageError
from wingbeat.flight import File
from wingbeat.testing.forms import read_forms

GO = "<button>Go</button>"
CHOSEN = '<option selected="">1</option>'


def entries(controls: str, /, nth: int = 0, **typed: Any) -> list[tuple[str, Any]]:
    """Return what a form with `controls` sends when its `nth` button is pressed."""
    (form,) = read_forms(f"<form>{controls}{GO}</form>")
    return form.entries(form.submitters[nth], typed)


@pytest.mark.parametrize(
    ("controls", "sent"),
    [
        ('<input name="a" value="1"/><input name="a" value="2"/>', [("a", "1"), ("a", "2")]),
        ('<input value="no name"/><input name="b"/>', [("b", "")]),
        ('<input type="HIDDEN" name="a" value="&lt;&amp;&quot;"/>', [("a", '<&"')]),
        ('<input type="checkbox" name="a"/><input type="checkbox" name="b" checked=""/>', [("b", "on")]),
        ('<input type="radio" name="a" value="1"/><input type="radio" name="a" value="2" checked=""/>', [("a", "2")]),
        ('<input name="a" disabled=""/><fieldset disabled=""><input name="b"/></fieldset>', []),
        ('<textarea name="a">\none\ntwo &amp; three</textarea>', [("a", "one\r\ntwo & three")]),
        ('<textarea name="a"></textarea>', [("a", "")]),
        ('<select name="a"><option>  One\n two </option><option value="2">Two</option></select>', [("a", "One two")]),
        ('<select name="a"><option>1</option><option selected="">2</option></select>', [("a", "2")]),
        ('<select name="a"><option disabled="">1</option><option value="">2</option></select>', [("a", "")]),
        ('<select name="a" multiple=""><option>1</option></select>', []),
        (f'<select name="a" multiple="">{CHOSEN}{CHOSEN}</select>', [("a", "1"), ("a", "1")]),
        (f'<select name="a"><optgroup disabled="">{CHOSEN}</optgroup><option>2</option></select>', []),
        ('<select name="a"><optgroup disabled=""><option>1</option></optgroup></select>', []),
        ('<select name="a"></select>', []),
        ('<label>Name <b>of <input name="a" value="x"/></b></label>', [("a", "x")]),
        ('<template><input name="a"/></template><datalist><option value="b"></option></datalist>', []),
        ('<input type="reset" name="a"/><input type="button" name="b"/><button type="button" name="c">x</button>', []),
    ],
)  # fmt: skip
def test_a_form_sends_what_a_browser_sends(controls: str, sent: list[tuple[str, str]]) -> None:
    assert entries(controls) == sent


def test_a_file_input_without_a_file_sends_an_empty_one() -> None:
    ((name, file),) = entries('<input type="file" name="a"/>')

    assert (name, file.name, file.content, file.type) == ("a", "", b"", "application/octet-stream")


def test_only_the_button_that_is_pressed_is_sent_and_at_its_place() -> None:
    html = (
        '<button name="do" value="save">Save</button><input name="a"/>'
        '<input type="submit" name="do" value="Delete"/>'
    )

    assert entries(html, 0) == [("do", "save"), ("a", "")]
    assert entries(html, 1) == [("a", ""), ("do", "Delete")]
    assert entries(html, 2) == [("a", "")]


def test_an_image_button_sends_where_it_was_pressed() -> None:
    assert entries('<input type="image" name="map" alt="Map"/>') == [("map.x", "0"), ("map.y", "0")]
    assert entries('<input type="image" alt="Map"/>') == [("x", "0"), ("y", "0")]


def test_the_hidden_fields_inside_a_button_belong_to_the_form() -> None:
    html = '<button name="$ACTION_REF_0"><input type="hidden" name="$ACTION_0:0" value="x"/>Delete</button>'

    assert entries(html, 0) == [("$ACTION_REF_0", ""), ("$ACTION_0:0", "x")]
    assert entries(html, 1) == [("$ACTION_0:0", "x")]


def test_a_control_may_belong_to_a_form_elsewhere() -> None:
    first, second = read_forms(
        '<form id="f"></form><form><input name="a" form="f"/><input name="b" form="none"/></form>'
        '<button form="f">Go</button><input name="c"/>'
    )

    assert first.entries(first.submitters[0], {}) == [("a", "")]
    assert (second.controls, second.submitters) == ([], [])


def test_a_button_is_called_by_its_text_or_by_its_spoken_label() -> None:
    (form,) = read_forms(
        '<form><button aria-label="Delete 7"> <i>De</i>lete\n</button><input type="submit" value="Save"/>'
        '<input type="submit"/><input type="image" alt="Map"/></form>'
    )

    assert [one.label for one in form.submitters] == ["Delete", "Save", "Submit", "Map"]
    assert [one.is_called("Delete 7") for one in form.submitters] == [True, False, False, False]


def test_a_button_may_send_the_form_elsewhere() -> None:
    (form,) = read_forms(
        '<form action="/a" method="POST" enctype="Multipart/Form-Data"><button>1</button>'
        '<button formaction="/b" formmethod="GET" formenctype="text/plain">2</button></form>'
    )

    one, two = (form.sent_by(button) for button in form.submitters)

    assert (one.action, one.method, one.encoding) == ("/a", "post", "multipart/form-data")
    assert (two.action, two.method, two.encoding) == ("/b", "get", "text/plain")


BOXES = '<input type="checkbox" name="a" value="1"/><input type="checkbox" name="a" value="2" checked=""/>'
RADIO = '<input type="radio" name="a" value="1"/><input type="radio" name="a" value="2" checked=""/>'
SELECT = '<select name="a"><option value="1">One</option><option value="2" selected="">Two</option></select>'
MANY = SELECT.replace("<select", '<select multiple=""')


@pytest.mark.parametrize(
    ("controls", "given", "sent"),
    [
        ('<input name="a" value="old"/>', "new", ["new"]),
        ('<input name="a" type="number"/>', 7, ["7"]),
        ('<textarea name="a">old</textarea>', "x\ny", ["x\r\ny"]),
        ('<input name="a"/><input name="a"/>', ["1", "2"], ["1", "2"]),
        ('<input type="checkbox" name="a"/>', True, ["on"]),
        ('<input type="checkbox" name="a" checked=""/>', False, []),
        (BOXES, False, []),
        (BOXES, "1", ["1"]),
        (BOXES, ["1", "2"], ["1", "2"]),
        (BOXES, [], []),
        (RADIO, "1", ["1"]),
        (SELECT, "1", ["1"]),
        (SELECT, "One", ["1"]),
        (MANY, ["One", "2"], ["1", "2"]),
        (MANY, [], []),
    ],
)
def test_a_field_is_filled_in_as_a_person_would(controls: str, given: object, sent: list[str]) -> None:
    assert entries(controls, a=given) == [("a", value) for value in sent]


def test_files_are_chosen() -> None:
    one, two = File(b"1", "1.txt", "text/plain"), File(b"2", "2.txt", "text/plain")

    assert entries('<input type="file" name="a"/>', a=one) == [("a", one)]
    assert entries('<input type="file" name="a" multiple=""/>', a=[one, two]) == [("a", one), ("a", two)]


def test_filling_in_a_form_leaves_the_page_as_it_was() -> None:
    (form,) = read_forms(f"<form>{BOXES}{SELECT.replace('a', 'b')}{GO}</form>")
    before = form.entries(form.submitters[0], {})

    form.entries(form.submitters[0], {"a": ["1"]})

    assert form.entries(form.submitters[0], {}) == before


@pytest.mark.parametrize(
    ("controls", "given", "told"),
    [
        ('<input name="b"/>', "x", r"^the form has no field 'a'; it has b\.$"),
        ("", "x", r"^the form has no field 'a'; it has none\.$"),
        ('<input name="a" disabled=""/>', "x", r"^'a' is disabled, so nobody can fill it in\.$"),
        ('<input name="a"/>', True, r"^'a' was given True, but takes text\.$"),
        ('<input name="a"/>', None, r"^'a' was given None, but takes text\.$"),
        (BOXES, True, r"^'a' has several boxes; name those to check: \['1', '2'\]\.$"),
        (BOXES, "3", r"^'a' has no choice '3'; it has \['1', '2'\]\.$"),
        (RADIO, "3", r"^'a' has no choice '3'; it has \['1', '2'\]\.$"),
        (SELECT, "3", r"^'a' has no choice '3'; it has \['One', 'Two', '1', '2'\]\.$"),
        (SELECT, ["1", "2"], r"^'a' takes one choice, but was given 2\.$"),
        ('<input type="file" name="a"/>', "x", r"^'a' takes a file: a=File\("),
        ('<input type="file" name="a"/>', [File(b""), File(b"")], r"^'a' takes one file, but was given 2\.$"),
    ],
)
def test_what_nobody_could_fill_in_is_refused(controls: str, given: object, told: str) -> None:
    with pytest.raises(UsageError, match=told):
        entries(controls, a=given)
