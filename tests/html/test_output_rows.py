"""What can be said wrongly in HTML, row by row of the catalogue of attacks: text, names, attributes, addresses.

Where React decides (an address, a number in an attribute), React's own server is asked for the same.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from html.parser import HTMLParser

import pytest

from support.described_trees import build, element, number
from support.node_oracle import NodeOracle
from wingbeat import html as h
from wingbeat.errors import ElementError
from wingbeat.flight import BigInt, Element
from wingbeat.html import markup
from wingbeat.html.properties import BLOCKED_URL
from wingbeat.html.writer import write_html

BAD_NAMES = ["a b", 'x="y', 'é"', "/", ">", "a\x00b", "a\nb", "a=b", "a'b", "", "<b"]
BAD_TAGS = ["script x", "a/b", "é", "-x", "a b", "x>", "1a", "", "a\n", "a\x00"]
LOADING_PROPS = ["href", "src", "action", "formAction", "xlinkHref", "data"]
SCRIPT_URLS = [
    "javascript:alert(1)", "JaVaScRiPt:alert(1)", "\x01javascript:alert(1)", " javascript:alert(1)",
    "java\nscript:alert(1)", "java\tscript:alert(1)", "\r\njavascript\r:alert(1)", "\x1f \x00javascript:",
]  # fmt: skip
OTHER_URLS = [
    "data:text/html,<b>",
    "vbscript:x",
    "/javascript:x",
    "https://a/?javascript:",
    "javascripts:",
    "//evil",
]


class Attributes(HTMLParser):
    """Every attribute of a document, as a browser reads it."""

    def __init__(self) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.found: list[tuple[str, str | None]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.found += attrs


def read(html: str) -> Attributes:
    parser = Attributes()
    parser.feed(html)
    return parser


@pytest.fixture(scope="module")
def react() -> Iterator[NodeOracle]:
    with NodeOracle("html_writer.cjs", {"NODE_ENV": "production"}) as oracle:
        yield oracle


def assert_as_react(react: NodeOracle, tree: object) -> str:
    html = write_html(build(tree))
    assert html == react.ask({"tree": tree})["html"]
    return html


def test_i09_a_dict_from_a_stranger_brings_neither_html_nor_script() -> None:
    """`dangerously_set_inner_html` takes React's own dict; whoever spreads a stranger's dict has to leave it out."""
    for raw in ("<b>", {"html": "<b>"}, ["<b>"], {"__html": "<b>", "more": 1}["more"], None):
        for spelling in ("dangerouslySetInnerHTML", "dangerously_set_inner_html"):
            if raw is not None:
                with pytest.raises(ElementError, match="__html"):
                    h.button(**{spelling: raw})
    for name in ("onclick", "onClick", "on_click", "ONCLICK", "onLoad", "onfocus"):
        with pytest.raises(ElementError, match="a script in an attribute is never written"):
            h.button(**{name: "alert(1)"})
    for props, message in (({"style": "color:red"}, "style"), ({"children": "<b>"}, "children")):
        with pytest.raises(ElementError, match=message):
            h.button(**props)


@pytest.mark.parametrize(
    "name", ["onclick", "onClick", "ONCLICK", "ref", "key2", "children", "innerHTML", "is"]
)
def test_i09_what_reaches_the_writer_is_text_or_left_out(name: str) -> None:
    html = write_html(Element("div", None, {name: "<img onerror=alert(1)>"}))

    assert read(html).tags == ["div"]
    assert not [found for found, _ in read(html).found if found.startswith("on")]


@pytest.mark.parametrize("name", BAD_NAMES)
def test_i10_a_name_that_is_none_is_left_out(name: str) -> None:
    assert write_html(Element("p", None, {name: "v", "title": "t"})) == '<p title="t"></p>'
    assert write_html(Element("my-tag", None, {name: "v", "title": "t"})) == '<my-tag title="t"></my-tag>'


@pytest.mark.parametrize("name", ["onload", "ONLOAD", "onLoad", "onanything"])
def test_i10_no_handler_is_an_attribute(name: str) -> None:
    assert write_html(Element("p", None, {name: "alert(1)"})) == "<p></p>"


@pytest.mark.parametrize("tag", BAD_TAGS)
def test_i10_a_tag_that_is_none_is_refused(tag: str) -> None:
    with pytest.raises(ElementError):
        write_html(Element(tag, None, {}))
    with pytest.raises(ElementError):
        write_html(h.element(tag)())


def test_i11_five_characters_are_escaped_in_attributes_and_text() -> None:
    value = "\"'<>&"

    html = write_html(h.p(title=value, data_x=value, class_=value)[value])

    assert html == f'<p title="{FIVE}" data-x="{FIVE}" class="{FIVE}">{FIVE}</p>'
    assert read(html).found == [("title", value), ("data-x", value), ("class", value)]


FIVE = "&quot;&#x27;&lt;&gt;&amp;"


@pytest.mark.oracle
@pytest.mark.parametrize("url", SCRIPT_URLS + OTHER_URLS)
@pytest.mark.parametrize("name", LOADING_PROPS)
def test_i12_an_address_that_is_a_script_is_made_inert_as_in_react(
    react: NodeOracle, name: str, url: str
) -> None:
    for tag in ("a", "button", "object", "use"):
        html = assert_as_react(react, element(tag, **{name: url}))
        values = [value for _, value in read(html).found]
        if name != "data" or tag == "object":
            assert values == [BLOCKED_URL] if url in SCRIPT_URLS else values != [BLOCKED_URL]


@pytest.mark.oracle
def test_i13_other_addresses_are_left_alone_as_in_react(react: NodeOracle) -> None:
    """The security page says so: whoever takes these from a stranger has to look at them."""
    url = "javascript:alert(1)"
    for tree in (
        element("img", srcSet=f"{url} 1x", src="/a"),
        element("video", poster=url),
        element("table", background=url),
    ):
        assert url in assert_as_react(react, tree)
    assert url in write_html(h.p(style={"background": f"url({url})"}))


NUMBERS = [float("nan"), float("inf"), float("-inf"), -0.0, 1e21, 1e-7, 0.1 + 0.2, 2**53 - 1, 1.0]


@pytest.mark.oracle
@pytest.mark.parametrize("value", NUMBERS)
def test_i20_a_number_in_an_attribute_is_written_as_in_react(react: NodeOracle, value: float) -> None:
    described = number(value)
    for name in ("data-n", "title", "width", "tabIndex"):
        answer = react.ask({"tree": element("p", described, **{name: described})})["html"]
        assert write_html(Element("p", None, {name: value, "children": value})) == answer


@pytest.mark.parametrize("value", [date(2020, 1, 2), Decimal("1.50"), BigInt(10**30)])
def test_i20_what_react_would_write_otherwise_is_turned_into_text_by_hand(value: object) -> None:
    if isinstance(value, BigInt):
        assert write_html(h.p(title=value)) == f'<p title="{int(value)}"></p>'
        return
    with pytest.raises(ElementError, match="title of <p>"):
        write_html(h.p(title=value))


def test_i21_a_very_long_list_and_a_very_deep_tree_end_in_a_page_or_a_sentence() -> None:
    items = h.ul[([h.li["x"]] * 100_000)]
    assert write_html(items).count("<li>") == 100_000

    deep: object = "x"
    for _ in range(10_000):
        deep = h.div[deep]
    with pytest.raises(ElementError, match="nested too deeply"):
        write_html(deep)


GUARDS = {
    "names are checked": (markup, "_ATTRIBUTE_NAME", lambda: test_i10_a_name_that_is_none_is_left_out("a b")),
    "tags are checked": (markup, "_TAG_NAME", lambda: test_i10_a_tag_that_is_none_is_refused("script x")),
}


def test_without_the_check_its_row_fails(monkeypatch: pytest.MonkeyPatch) -> None:
    class Anything:
        def fullmatch(self, _text: str) -> bool:
            return True

    for home, name, row in GUARDS.values():
        row()
        with monkeypatch.context() as patch:
            patch.setattr(home, name, Anything())
            forget_names()
            with pytest.raises((AssertionError, pytest.fail.Exception)):
                row()
        forget_names()


def forget_names() -> None:
    markup.is_attribute_name.cache_clear()
    markup.opening.cache_clear()
