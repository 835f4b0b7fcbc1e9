"""What the writer promises besides React's bytes: its own insertions, holes, and errors that name the fix."""

import re
from typing import Any

import pytest

from wingbeat import html as h
from wingbeat.errors import ElementError
from wingbeat.flight import (
    SUSPENSE,
    UNDEFINED,
    ClientReference,
    Element,
    File,
    Lazy,
    ServerReference,
    form_fields,
)
from wingbeat.html import tree_writer
from wingbeat.html.properties import CLASS_ATTRIBUTES, MAX_CLASSES
from wingbeat.html.twins import current_twin
from wingbeat.html.writer import BrowserOnly, HtmlWriter, write_html


def refuses(message: str):
    return pytest.raises(ElementError, match=f"^{re.escape(message)}$")


def suspense(fallback: object, children: object) -> Element:
    return Element(SUSPENSE, None, {"fallback": fallback, "children": children})


def pending() -> Lazy:
    return Lazy()


def resolved(value: object) -> Lazy:
    lazy = Lazy()
    lazy.resolve(value)
    return lazy


def rejected(error: BaseException) -> Lazy:
    lazy = Lazy()
    lazy.reject(error)
    return lazy


def test_text_is_escaped():
    assert write_html(h.p(title="\"&'")["<b>"]) == '<p title="&quot;&amp;&#x27;">&lt;b&gt;</p>'


def test_raw_html_can_end_the_head_and_the_body():
    page = h.html[h.head[h.title["T"]], h.body["x"]]

    html = write_html(page, head_end="<!--h-->", body_end="<!--b-->")

    assert html == "<!DOCTYPE html><html><head><title>T</title><!--h--></head><body>x<!--b--></body></html>"


def test_a_document_without_a_head_gets_one_for_what_ends_it():
    assert write_html(h.html[h.body], head_end="<!--h-->") == (
        "<!DOCTYPE html><html><head><!--h--></head><body></body></html>"
    )


def test_a_fragment_of_a_page_has_both_ends():
    assert write_html(h.p["x"], head_end="<!--h-->", body_end="<!--b-->") == "<!--h--><p>x</p><!--b-->"


def test_what_a_lazy_node_resolved_to_takes_its_place():
    assert write_html(h.p["a", resolved("b"), resolved(h.b["c"])]) == "<p>a<!-- -->b<b>c</b></p>"


def test_the_error_of_a_node_outside_every_boundary_is_raised():
    with pytest.raises(ZeroDivisionError):
        write_html(h.p[rejected(ZeroDivisionError())])


def test_waiting_outside_every_boundary_is_refused():
    with refuses("The page waits for something that stands outside every suspense()."):
        write_html(h.p[pending()])


def test_a_boundary_tells_its_error_and_shows_the_digest():
    told: list[BaseException] = []
    error = ZeroDivisionError()

    def digest(caught: BaseException) -> str:
        told.append(caught)
        return "d<1"

    html = HtmlWriter(on_error=digest).shell(h.p["a", suspense("f", ["b", rejected(error)]), "c"])

    assert html == '<p>a<!--$!--><template data-dgst="d&lt;1"></template>f<!--/$-->c</p>'
    assert told == [error]


def test_without_a_listener_the_error_of_a_boundary_is_raised():
    with pytest.raises(ZeroDivisionError):
        write_html(suspense("f", rejected(ZeroDivisionError())))


def test_what_is_not_there_yet_leaves_a_hole_that_is_filled_later():
    lazy = pending()
    writer = HtmlWriter()

    shell = writer.shell(h.p["a", suspense(h.i["..."], ["b", lazy]), "c"])
    (hole,) = writer.holes
    too_early = writer.fill(hole)
    lazy.resolve(h.b["c"])

    assert shell == '<p>a<!--$?--><template id="B:0"></template><i>...</i><!--/$-->c</p>'
    assert hole.id == "B:0"
    assert too_early is None
    assert writer.fill(hole) == "b<b>c</b>"
    assert writer.holes == []


def test_a_hole_in_a_hole_is_open_once_the_outer_one_is_filled():
    outer, inner = pending(), pending()
    writer = HtmlWriter(identifier_prefix="p-")
    writer.shell(suspense("1", outer))
    outer.resolve(h.div[suspense("2", inner)])

    filled = writer.fill(writer.holes[0])
    inner.resolve("x")

    assert filled == '<div><!--$?--><template id="p-B:1"></template>2<!--/$--></div>'
    assert [hole.id for hole in writer.holes] == ["p-B:1"]
    assert writer.fill(writer.holes[0]) == "x"


def test_a_hole_knows_what_stands_around_it():
    lazy = pending()
    writer = HtmlWriter()
    writer.shell(h.select(value="b")[suspense(None, lazy)])
    lazy.resolve([h.option["a"], h.option["b"]])

    assert writer.fill(writer.holes[0]) == '<option>a</option><option selected="">b</option>'


def test_metadata_of_a_hole_comes_beside_its_content_and_forms_go_on_counting():
    lazy = pending()
    action = ServerReference("a", ("x",))
    writer = HtmlWriter()
    shell = writer.shell(
        h.div[h.form(action=action), suspense(None, [h.form(action=action), h.title["T"], lazy])]
    )
    lazy.resolve("z")

    filled = writer.fill(writer.holes[0])

    assert "$ACTION_REF_0" in shell
    assert "<title>" not in shell
    assert filled is not None
    assert filled.startswith("<form")
    assert writer.take_hoisted() == "<title>T</title>"
    assert writer.take_hoisted() == ""
    assert "$ACTION_REF_1" in filled


def test_the_error_of_a_hole_is_for_whoever_fills_it():
    lazy = pending()
    writer = HtmlWriter()
    writer.shell(suspense("f", lazy))
    lazy.reject(ZeroDivisionError())

    with pytest.raises(ZeroDivisionError):
        writer.fill(writer.holes[0])


def test_a_client_component_is_written_by_its_twin():
    def greet(props: Any) -> object:
        return [h.b["Hello "], props["name"]]

    assert write_html(h.p[Element(ClientReference("m", "Greet", greet), None, {"name": "Ada"})]) == (
        "<p><b>Hello </b>Ada</p>"
    )


def test_a_client_component_without_a_twin_leaves_its_boundary_to_the_browser():
    chart = Element(ClientReference("m", "Chart"), None, {})

    assert write_html(suspense(h.i["..."], chart)) == (
        '<!--$!--><template data-dgst=""></template><i>...</i><!--/$-->'
    )
    with refuses("Chart has no first HTML on the server, so it must stand inside a suspense()."):
        write_html(h.p[chart])


def test_a_hole_that_only_the_browser_can_render_says_so():
    lazy = pending()
    writer = HtmlWriter()
    writer.shell(suspense("f", lazy))
    lazy.resolve(Element(ClientReference("m", "Chart"), None, {}))

    with pytest.raises(BrowserOnly):
        writer.fill(writer.holes[0])


def test_no_twin_runs_outside_its_component():
    assert current_twin.get(None) is None


def test_server_components_must_be_gone():
    def card() -> None: ...

    with refuses("<card> is no tag and no client component, so it cannot be written."):
        write_html(Element(card, None, {}))


@pytest.mark.parametrize(
    ("node", "message"),
    [
        ({"a": 1}, "{'a': 1} is a dict, which cannot be rendered."),
        (
            h.p(key=1)[Element("a b", None, {})],
            "'a b' is no tag: a tag's name is letters, digits and any of : _ . -",
        ),
        (Element("br", None, {"children": "x"}), "<br> cannot have children or dangerously_set_inner_html."),
        (
            Element("p", None, {"style": "x"}),
            'style takes a dict of CSS properties, such as style={"margin_top": 4}.',
        ),
    ],
)
def test_what_cannot_be_written_is_refused(node, message):
    with refuses(message):
        write_html(node)


def test_endless_nesting_is_refused():
    node: object = "x"
    for _ in range(5000):
        node = h.div[node]

    with refuses("The page is nested too deeply. Does a component contain itself?"):
        write_html(node)


def test_two_hundred_levels_are_fine():
    node: object = "x"
    for _ in range(200):
        node = h.div["", [node]]

    assert write_html(node) == "<div>" * 200 + "x" + "</div>" * 200


def test_half_a_character_cannot_break_the_response():
    assert (
        write_html(h.p["a\ud83d", "\ude00b\ud800"]).encode() == "<p>a\ufffd<!-- -->\ufffdb\ufffd</p>".encode()
    )


@pytest.mark.parametrize(
    "bound",
    [None, (), ("a",), ("$a", 'é"\\\n\x7f\u2028', "<&>'"), (1, "a"), ("a", None), (True,), ({"a": [1]},)],
)
def test_hidden_fields_are_those_of_the_protocol(bound):
    reference = ServerReference("$m.py#é", bound)

    html = write_html(h.form(action=reference), identifier_prefix="p<")

    names = re.findall(r'<input type="hidden" name="([^"]*)"(?: value="([^"]*)")?/>', html)
    expected = form_fields(reference, "p<0")
    assert [(_plain(name), _plain(value)) for name, value in names] == expected


def _plain(text: str) -> str:
    for escaped, plain in (("&quot;", '"'), ("&#x27;", "'"), ("&lt;", "<"), ("&gt;", ">"), ("&amp;", "&")):
        text = text.replace(escaped, plain)
    return text


def test_a_file_among_the_arguments_leaves_the_form_to_the_browser():
    html = write_html(h.form(action=ServerReference("a", (File(b"x"),))))

    assert html.startswith(
        '<form action="javascript:throw new Error(&#x27;React form unexpectedly submitted.&#x27;)">'
    )
    assert "$$reactFormReplay" in html


def test_names_from_an_app_cannot_fill_the_memory():
    for number in range(3000):
        write_html(Element(f"x-{number}", None, {}))
        write_html(Element(f"x{number}", None, {f"data-x{number}": "1"}))

    assert (
        write_html(Element("x2999", None, {"data-x2999": "1", "a": UNDEFINED}))
        == '<x2999 data-x2999="1"></x2999>'
    )


def test_no_more_class_names_are_remembered_than_an_app_has(monkeypatch) -> None:
    known = type(CLASS_ATTRIBUTES)()
    monkeypatch.setattr(tree_writer, "CLASS_ATTRIBUTES", known)
    names = ['"quoted"', "x" * 501, *(f"made-up-{number}" for number in range(MAX_CLASSES + 10))]

    html = write_html(h.main[[h.i(class_=name)["a"] for name in [*names, *names]]])

    assert html.count('<i class="made-up-7">a</i>') == html.count('<i class="&quot;quoted&quot;">a</i>') == 2
    assert len(known) == MAX_CLASSES
    assert "x" * 501 not in known
