"""Unmodified React takes over a page that the writer wrote, without a word of complaint."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from support.described_trees import build, element, special
from support.node_oracle import NodeOracle
from support.writer_exceptions import EXCEPTIONS
from wingbeat.html.writer import HtmlWriter, write_html

pytestmark = pytest.mark.oracle

LABELLED = special(
    "component",
    name="Labelled",
    key=None,
    ids=1,
    states=[],
    children=element(
        "form",
        element("label", "x", htmlFor=special("id", index=0)),
        element("input", id=special("id", index=0), defaultValue="v"),
        action=special("function"),
    ),
)
PAGE = element(
    "html",
    element("head", element("title", "T"), element("meta", charSet="utf-8")),
    element(
        "body",
        element("h1", "a", "b", 1, None, "c"),
        element("suspense", element("p", "in"), fallback="f"),
        LABELLED,
        element("textarea", defaultValue="\nx"),
        element("pre", "\nx"),
        element("select", element("option", "a"), element("option", "b"), defaultValue="b"),
        element(
            "p", element("img", src="/a.png"), style=special("object", of={"marginTop": 4, "--gap": "1px"})
        ),
        className="x",
    ),
    lang="en",
)


@pytest.fixture
def browser() -> Iterator[NodeOracle]:
    # One per test: React's development build gives some warnings only once.
    with NodeOracle("html_hydration.cjs", {"NODE_ENV": "development"}) as oracle:
        yield oracle


def test_a_page_hydrates_without_a_complaint_also_with_scripts_at_both_ends(browser):
    html = write_html(
        build(PAGE), head_end='<script type="importmap">{}</script>', body_end="<script>1</script>"
    )

    assert browser.ask({"html": html, "tree": PAGE}) == []


@pytest.mark.parametrize(("right", "wrong"), [("_R_", "_X_"), ("<p>in</p>", "<p>out</p>"), ("<!-- -->", "")])
def test_a_wrong_byte_is_complained_about(browser, right, wrong):
    html = write_html(build(PAGE))
    assert right in html

    assert browser.ask({"html": html.replace(right, wrong), "tree": PAGE}) != []


FAILED_ON_PURPOSE = ("thrown by a component", "The server could not finish this Suspense boundary")


@pytest.mark.parametrize("name", [name for name in EXCEPTIONS if "template" not in str(EXCEPTIONS[name])])
def test_what_is_written_otherwise_than_react_does_hydrates_without_a_complaint(browser, name):
    """A component that throws is the one thing complained about, wherever it is rendered."""
    tree = EXCEPTIONS[name][0]
    html = HtmlWriter(on_error=lambda _error: "DIGEST").shell(build(tree))

    complaints = browser.ask({"html": html, "tree": tree})

    assert [said for said in complaints if not any(known in said for known in FAILED_ON_PURPOSE)] == []
    assert bool(complaints) == ("throw" in str(tree))


def test_what_a_template_holds_is_never_hydrated_whoever_wrote_it(browser):
    """It is no child of the template in the DOM, so React's complaint is the same where React writes the same HTML."""
    templates = [tree for tree, _ in EXCEPTIONS.values() if "template" in str(tree)]
    assert len(templates) == 1
    in_body = element("html", element("head"), element("body", element("template", element("p", "x"))))

    for tree in (*templates, in_body):
        (said,) = browser.ask({"html": write_html(build(tree)), "tree": tree})
        assert said.startswith("Error: Hydration failed")
