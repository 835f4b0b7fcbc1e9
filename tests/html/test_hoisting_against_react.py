"""What moves to the head: every element that React hoists, with what it asks for and without, in every place.

The order of the groups, what is written once, and what stays where it stands are react-dom/server's, byte for byte.
"""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from hypothesis import HealthCheck, given, settings, strategies as st

from support.described_trees import build, element, special
from support.node_oracle import NodeOracle
from wingbeat.html.writer import HtmlWriter

pytestmark = pytest.mark.oracle

HANDLER = special("function")

ELEMENTS: dict[str, dict[str, object]] = {
    "title": element("title", "A & B"),
    "title of parts": element("title", ["Page ", 1]),
    "title of one part": element("title", ["Page"]),
    "empty title": element("title"),
    "title of a number": element("title", 7),
    "title of an item": element("title", "x", itemProp="name"),
    "meta": element("meta", name="description", content="text"),
    "meta property": element("meta", property="og:title", content="T"),
    "meta charset": element("meta", charSet="utf-8"),
    "meta viewport": element("meta", name="viewport", content="width=device-width"),
    "meta refresh": element("meta", httpEquiv="refresh", content="9"),
    "meta of an item": element("meta", itemProp="price", content="1"),
    "link": element("link", rel="icon", href="/i.svg"),
    "link canonical": element("link", rel="canonical", href="/"),
    "link alternate": element("link", rel="alternate", hrefLang="de", href="/de"),
    "link preload": element("link", rel="preload", href="/f.woff2", **{"as": "font"}, crossOrigin=""),
    "link preconnect": element("link", rel="preconnect", href="https://x.example"),
    "link modulepreload": element("link", rel="modulepreload", href="/m.js"),
    "link without rel": element("link", href="/a"),
    "link without href": element("link", rel="icon"),
    "link with empty href": element("link", rel="icon", href=""),
    "link that tells": element("link", rel="icon", href="/i", onLoad=HANDLER),
    "link of an item": element("link", itemProp="url", href="/i"),
    "sheet": element("link", rel="stylesheet", href="/s.css", precedence="low"),
    "second sheet": element("link", rel="stylesheet", href="/t.css", precedence="high", media="print"),
    "sheet of the first group": element("link", rel="stylesheet", href="/u.css", precedence="low"),
    "sheet without precedence": element("link", rel="stylesheet", href="/v.css"),
    "disabled sheet": element("link", rel="stylesheet", href="/d.css", precedence="low", disabled=True),
    "sheet that tells": element("link", rel="stylesheet", href="/w.css", precedence="low", onError=HANDLER),
    "style": element("style", "p{}", href="p", precedence="low"),
    "second style": element("style", "q</style>{}", href="q", precedence="low"),
    "style of its own": element("style", "r{}", href="r", precedence="own<"),
    "style without href": element("style", "p{}", precedence="low"),
    "style without precedence": element("style", "p{}", href="p"),
    "script": element("script", src="/a.js", **{"async": True}),
    "module": element("script", src="/a.js", type="module", **{"async": True}),
    "script in order": element("script", src="/b.js"),
    "script that tells": element("script", src="/c.js", onLoad=HANDLER, **{"async": True}),
    "inline script": element("script", "1</script>"),
    "script with nonce": element("script", src="/n.js", nonce="n", **{"async": True}),
    "base": element("base", href="/"),
    "image": element("img", src="/i.png", alt="x"),
    "important image": element("img", src="/h.png", fetchPriority="high"),
    "text": "text",
    "other": element("b", "x"),
}

PLACES = {
    "alone": lambda nodes: nodes,
    "in an element": lambda nodes: element("div", "a", *nodes, "b"),
    "in text": lambda nodes: element("p", *[part for node in nodes for part in ("a", node)], "b"),
    "in a head": lambda nodes: element("html", element("head", *nodes), element("body", "x")),
    "in a body": lambda nodes: element("html", element("body", element("main", *nodes))),
    "in a body behind a head": lambda nodes: element(
        "html",
        element("head", element("title", "First"), element("meta", charSet="utf-8")),
        element("body", *nodes),
    ),
    "beside the body": lambda nodes: element("html", *nodes, element("body", "x")),
    "beside the document": lambda nodes: [*nodes, element("html", element("body", "x"))],
    "in both": lambda nodes: element("html", element("head", *nodes), element("body", *nodes)),
    "in an svg": lambda nodes: element("svg", *nodes),
    "in a foreignObject": lambda nodes: element("svg", element("foreignObject", element("div", *nodes))),
    "in a noscript": lambda nodes: element("div", element("noscript", *nodes)),
    "in a picture": lambda nodes: element("picture", *nodes),
    "in Suspense": lambda nodes: element("div", element("suspense", "a", *nodes, fallback="f")),
    "in a fallback": lambda nodes: element("suspense", special("throw"), fallback=element("div", *nodes)),
    "in what failed": lambda nodes: element(
        "div", element("suspense", *nodes, special("throw"), fallback="f")
    ),
    "in Activity": lambda nodes: element("div", element("activity", *nodes)),
    "in a hidden Activity": lambda nodes: element("div", element("activity", *nodes, mode="hidden")),
    "in a component": lambda nodes: element(
        "main", special("component", name="C", key=None, ids=0, states=[], children=nodes)
    ),
}


@pytest.fixture(scope="module")
def react() -> Iterator[NodeOracle]:
    with NodeOracle("html_writer.cjs", {"NODE_ENV": "production"}) as oracle:
        yield oracle


def ours(tree: object) -> str | None:
    try:
        return HtmlWriter(on_error=lambda _error: "DIGEST").shell(build(tree))
    except Exception:  # noqa: BLE001 (whatever it is, React must refuse too)
        return None


def assert_same(react: NodeOracle, tree: object) -> None:
    answer = react.ask({"tree": tree})

    assert ours(tree) == answer.get("html")


@pytest.mark.parametrize("place", PLACES)
def test_each_element_in_each_place(react: NodeOracle, place: str) -> None:
    wrong = [
        name
        for name, node in ELEMENTS.items()
        if ours(PLACES[place]([node])) != react.ask({"tree": PLACES[place]([node])}).get("html")
    ]

    assert wrong == []


@pytest.mark.parametrize("place", PLACES)
def test_all_of_them_twice(react: NodeOracle, place: str) -> None:
    assert_same(react, PLACES[place]([*ELEMENTS.values(), *reversed(ELEMENTS.values())]))


@settings(max_examples=300, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.lists(
        st.tuples(st.sampled_from([*PLACES]), st.lists(st.sampled_from([*ELEMENTS]), max_size=4)), max_size=3
    )
)
def test_any_of_them_anywhere(react: NodeOracle, groups: list[tuple[str, list[str]]]) -> None:
    bodies = [PLACES[place]([ELEMENTS[name] for name in names]) for place, names in groups]
    assert_same(react, element("html", element("body", *bodies)))


# React's own page with these is complained about too, byte for byte the same: escapes in a script, empty URLs, and
# a style sheet whose order and events are both asked for.
COMPLAINED_ABOUT = {"inline script", "link with empty href", "sheet that tells"}


def test_hoisted_elements_hydrate_without_a_complaint() -> None:
    tree = PLACES["in a body"]([node for name, node in ELEMENTS.items() if name not in COMPLAINED_ABOUT])

    with NodeOracle("html_hydration.cjs", {"NODE_ENV": "development"}) as browser:
        assert browser.ask({"html": ours(tree), "tree": tree}) == []
