"""Unmodified React takes over a page that the writer wrote, without a word of complaint."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from support.described_trees import build, element, special
from support.node_oracle import NodeOracle
from wingbeat.html.writer import write_html

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
