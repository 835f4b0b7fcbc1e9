"""Byte for byte what react-dom/server writes: chosen trees, every prop with every kind of value, random trees.

EXCEPTIONS is the whole list of what is different on purpose; each entry is shown by an example.
WINGBEAT_CASES sets the number of random trees, WINGBEAT_SEED repeats a run; the seed is printed.
"""

from __future__ import annotations

import os
import random
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, given, seed, settings, strategies as st

from support.described_trees import build, element, number, special
from support.node_oracle import NodeOracle
from support.random_trees import documents, trees
from support.react_names import REACT_PROPS
from support.writer_exceptions import EXCEPTIONS
from wingbeat.html import (
    form_actions,
    form_elements,
    host_elements,
    inline_styles,
    properties,
    resources,
    tree_paths,
    tree_writer,
    twins,
)
from wingbeat.html.page import Page
from wingbeat.html.resources import Resources
from wingbeat.html.writer import HtmlWriter

pytestmark = pytest.mark.oracle

CASES = int(os.environ.get("WINGBEAT_CASES", "1000"))
SEED = int(os.environ.get("WINGBEAT_SEED", random.randrange(2**32)))


@pytest.fixture(scope="module")
def react() -> Iterator[NodeOracle]:
    with NodeOracle("html_writer.cjs", {"NODE_ENV": "production"}) as oracle:
        yield oracle


@dataclass
class Answers:
    """What each of the two wrote: the HTML, or None where it refused."""

    react: str | None
    ours: str | None
    refusal: str = ""


def ask(oracle: NodeOracle, tree: object, **options: Any) -> Answers:
    answer: Any = oracle.ask({"tree": tree, **options})
    form_state = options.get("formState")
    writer = HtmlWriter(
        identifier_prefix=options.get("prefix") or "",
        nonce=options.get("nonce"),
        form_state=form_state,
        on_error=lambda _error: "DIGEST",
    )
    try:
        ours = writer.shell(build(tree))
    except Exception as error:  # noqa: BLE001 (whatever it is, React must refuse too)
        return Answers(answer.get("html"), None, repr(error))
    return Answers(answer.get("html"), ours)


def assert_same(oracle: NodeOracle, tree: object, **options: Any) -> str | None:
    answers = ask(oracle, tree, **options)

    assert answers.ours == answers.react, answers.refusal
    return answers.react


def action(bound: list[object] | None = None) -> dict[str, object]:
    return special("action", id="act#a", bound=bound)


def state_form(key: str | None = None, permalink: str | None = None) -> dict[str, object]:
    """Describe a component that has an id and a form with useActionState."""
    return special(
        "component",
        name="Form",
        key=key,
        ids=1,
        states=[{"id": "act#a", "bound": None, "initial": None, "permalink": permalink}],
        children=element(
            "form",
            special("id", index=0),
            "/",
            special("state", index=0),
            action=special("dispatch", index=0),
        ),
    )


CHOSEN: dict[str, object] = {
    "adjacent texts": element("p", "a", "b", "", 1, None, True, ["c", ["d"]], element("b", "x"), "e", "f"),
    "numbers": element(
        "p", *[number(n) for n in (1e21, 1e20, 1e-6, 1e-7, 0.1, 5e-324, 1.7976931348623157e308, 100.0)]
    ),
    "numbers that are none": element(
        "p", *[number(n) for n in (float("nan"), float("inf"), -float("inf"), -0.0)]
    ),
    "a document": element("html", element("head", element("title", "T")), element("body", "x"), lang="en"),
    "a document without a head": element("html", element("body", element("p", "x"))),
    "a body alone": element("body", "x"),
    "a head inside the body": element("div", element("head", "a"), element("body", element("html", "x"))),
    "hoisting": element(
        "main",
        "a",
        element("title", "T"),
        "b",
        element("meta", charSet="utf-8"),
        element("meta", name="viewport", content="w"),
        "c",
        element("meta", name="x", content="y"),
        element("link", rel="stylesheet", href="/b.css", precedence="low"),
        element("link", rel="stylesheet", href="/a.css", precedence="high", media="print"),
        element("link", rel="stylesheet", href="/b.css", precedence="low"),
        element("style", "a{}", href="s1", precedence="low"),
        element("style", "b{}</style>", href="s2", precedence="low"),
        element("link", rel="icon", href="/i.svg"),
        element("script", src="/s.js", **{"async": True}),
        element("script", src="/s.js", **{"async": True}),
        element("script", src="/m.js", type="module", **{"async": True}),
        element("script", "inline</script>"),
        "d",
    ),
    "what is not hoisted": element(
        "div",
        element("svg", element("title", "in svg"), element("style", "x")),
        element("noscript", element("link", rel="icon", href="/x"), element("img", src="/n.png")),
        element("title", "item", itemProp="name"),
        element("link", rel="stylesheet", href="/x.css"),
        element("script", src="/x.js"),
    ),
    "preloads of images": [
        element("img", src=f"/{i % 14}.png", fetchPriority=("high" if i == 15 else None)) for i in range(16)
    ],
    "image sources": [
        element("img", srcSet="/a 1x", sizes="10px", crossOrigin="use-credentials"),
        element("picture", element("img", src="/no.png")),
        element("img", src="DATA:x"),
        element("img", src="/lazy.png", loading="lazy"),
    ],
    "a select": element(
        "select",
        element("option", "a"),
        element("optgroup", element("option", "b", 1, value=2)),
        defaultValue="2",
    ),
    "a select of several": element(
        "select", *[element("option", o) for o in "abc"], multiple=True, value=["a", "c"]
    ),
    "an option by its text": element("select", element("option", "a", ["b", None, 1]), value="ab1"),
    "a select behind a table": element("select", element("table", element("option", "a")), value="a"),
    "a textarea": [
        element("textarea", defaultValue="\n<x"),
        element("textarea", "\nx"),
        element("textarea", value=5),
    ],
    "an input's order": element("input", value="v", checked=True, type="radio", name="n", defaultValue="d"),
    "newlines": [
        element("pre", "\nx"),
        element("listing", "\nx"),
        element("pre", ["\nx"]),
        element("pre", number(1)),
    ],
    "an action": element(
        "form", element("button", "Go"), action=action(), method="get", encType="x", target="_top"
    ),
    "an action with arguments": element("form", "x", action=action([1, "é<&>'\""]), id="f"),
    "actions of submitters": element(
        "form",
        element("button", "Go", name="n", formAction=action(["x"]), value="v"),
        element("input", type="submit", formAction=action(), name="n"),
    ),
    "a client function as action": element(
        "html",
        element(
            "body",
            element(
                "form", element("button", "x", formAction=special("function")), action=special("function")
            ),
        ),
    ),
    "a client function without a document": element(
        "form", action=special("function"), method="post", id="x"
    ),
    "javascript URLs": [
        element("a", "x", href=url)
        for url in ("javascript:1", " \x01jAvA\nscript:", "java script:", "java\u017fcript:", "/x")
    ],
    "Suspense": element(
        "p", "a", element("suspense", "b", fallback="no"), "c", element("suspense", fallback="f")
    ),
    "Suspense around the document": element("suspense", element("html", element("body", "x")), fallback="f"),
    "an error in Suspense": element(
        "p", "a", element("suspense", "b", special("throw"), fallback=["f", element("title", "no")]), "c"
    ),
    "an error outside": element("p", special("throw")),
    "Activity": element(
        "p", "a", element("activity", "b"), "c", element("activity", "d", mode="hidden"), "e"
    ),
    "ids": element(
        "ul",
        None,
        *[state_form(f"k{i}") for i in range(3)],
        [state_form(), [state_form()]],
        special("lazy", of=state_form()),
    ),
    "ids at depth": [
        [[[[[[[[[[[state_form()], 1], 2], 3], 4], 5], 6], 7], 8], 9], state_form()],
        state_form(),
    ],
    "a permalink": state_form(permalink="/p?a=1&b"),
    "custom elements": element(
        "my-tag",
        "x",
        className="c",
        foo_bar=True,
        no=False,
        obj=special("object", of={}),
        style=special("object", of={"zIndex": 1}),
        onclick="x",
    ),
    "names that are no attributes": element(
        "p", **{"a b": "1", 'x="y': "1", "onload": "1", "é": "1", ">": "1", "data-x": True, "ünï": 1}
    ),
    "a prop that JavaScript takes for the prototype": [
        element("p", __proto__="x"),
        element("my-tag", __proto__="x"),
    ],
    "a tag that is none": element("a/b", "x"),
    "styles": element(
        "p",
        style=special(
            "object",
            of={
                "marginTop": 1,
                "--X": " 1 ",
                "WebkitFlex": 0,
                "msFlex": 2,
                "zIndex": 3,
                "a": "",
                "b": True,
                "c": None,
            },
        ),
    ),
    "raw HTML": element("p", dangerouslySetInnerHTML=special("object", of={"__html": "<b>&"})),
    "raw HTML beside children": element(
        "p", "x", dangerouslySetInnerHTML=special("object", of={"__html": "x"})
    ),
    "MathML": element("math", element("mfrac", element("mn", 1), element("mi", "x")), display="block"),
}


@pytest.mark.parametrize("name", CHOSEN)
def test_chosen_trees_are_written_alike(react, name):
    assert_same(react, CHOSEN[name])


@pytest.mark.parametrize("prefix", ["", "p-", "<"])
def test_prefix_and_nonce_are_written_alike(react, prefix):
    page = element("html", element("body", state_form(), element("form", action=special("function"))))

    assert_same(react, page, prefix=prefix, nonce='n"1')


VALUES: list[object] = [
    *["", "a<b", "javascript:1", "12", " 0x1f ", 0, 1, -1, 1.5, True, False, None],
    *[
        number(float("nan")),
        special("undefined"),
        special("function"),
        special("symbol"),
        special("object", of={}),
    ],
    *[[], ["a", None, True, [1]], special("bigint", text="12")],
]
OWN_RULES = {"children", "style", "dangerouslySetInnerHTML"}
PLACES = [
    "div",
    "my-tag",
    "a",
    "img",
    "button",
    "input",
    "form",
    "select",
    "option",
    "object",
    "meta",
    "link",
    "script",
]


@pytest.mark.parametrize("tag", PLACES)
def test_every_prop_writes_every_kind_of_value_alike(react, tag):
    for prop in [*sorted(set(REACT_PROPS) - OWN_RULES), "aria-x", "data-x", "custom", "fooBar"]:
        values = [value for value in VALUES if not _is_refused(tag, prop, value)]
        assert_same(react, [element(tag, **{prop: value}) for value in values])


def _is_refused(tag: str, prop: str, value: Any) -> bool:
    """Return whether React throws for this value: BigInt as a count, functions and symbols as text."""
    kind = value.get("$") if isinstance(value, dict) else None
    if kind == "bigint":
        return prop in {*properties.POSITIVE_NUMERIC_PROPS, *properties.NUMERIC_PROPS} and tag != "my-tag"
    return kind in {"function", "symbol"} and (tag, prop) in {
        ("option", "value"),
        ("object", "data"),
    }


@pytest.mark.parametrize("name", EXCEPTIONS)
def test_the_exceptions_are_still_needed(react, name):
    answers = ask(react, EXCEPTIONS[name][0], chunkSize=12_800)

    assert answers.ours != answers.react


def test_there_are_at_most_ten_exceptions():
    assert len(EXCEPTIONS) <= 10


def compare_random_trees(oracle: NodeOracle, cases: int, phases: tuple[Phase, ...]) -> None:
    @seed(SEED)
    @settings(
        max_examples=cases,
        database=None,
        suppress_health_check=list(HealthCheck),
        phases=phases,
        report_multiple_bugs=False,
    )
    @given(st.one_of(trees, trees, documents), st.sampled_from([None, "p-"]))
    def compare(tree: object, prefix: str | None) -> None:
        html = assert_same(oracle, tree, prefix=prefix)
        keys = re.findall(r'name="\$ACTION_KEY" value="([^"]*)"', html or "")
        if keys:
            # The same page after a form of it was posted.
            assert_same(oracle, tree, prefix=prefix, formState=["posted", keys[-1], "act#a", 0])

    compare()


@pytest.mark.timeout(900)
def test_random_trees_are_written_alike(react):
    print(f"WINGBEAT_SEED={SEED}")  # noqa: T201 (pytest shows it when the test fails)
    compare_random_trees(react, CASES, (Phase.generate, Phase.shrink))


def replacing(module: Any, name: str, wrong: Callable[[Any], Any]) -> Callable[[pytest.MonkeyPatch], None]:
    return lambda patch: patch.setattr(module, name, wrong(getattr(module, name)))


def _starting_first(attributes: str, taken: dict[str, object]) -> tuple[str, dict[str, object]]:
    return attributes, {
        **taken,
        **({"checked": taken["defaultChecked"]} if "defaultChecked" in taken else {}),
    }


# Mistakes that the comparison must find: where, and what stands there instead of the right thing.
DEFECTS = {
    "an apostrophe in a text is not escaped": replacing(
        tree_writer, "escape", lambda right: lambda text: right(text).replace("&#x27;", "'")
    ),
    "a text before a hoisted element is not kept apart": replacing(
        Page, "separate", lambda _: lambda _page: None
    ),
    "every number of a style is in pixels": replacing(inline_styles, "UNITLESS", lambda _: frozenset()),
    "a script runs from a URL": replacing(properties, "sanitize_url", lambda _: str),
    "any name is an attribute": replacing(properties, "is_attribute_name", lambda _: lambda _name: True),
    "a fallback hoists its metadata": replacing(tree_writer, "FALLBACK", lambda _: 0),
    "a resource is hoisted every time": replacing(Resources, "is_new", lambda _: lambda *_: True),
    "no image is preloaded first": replacing(resources, "MAX_HIGH_PRIORITY_IMAGES", lambda _: 0),
    "an id forgets how long its array is": replacing(
        tree_paths,
        "_enter",
        lambda right: lambda bits, more, _length, index: right(bits, more, index + 1, index),
    ),
    "every action state is the first of its component": replacing(
        twins, "action_state_key", lambda right: lambda path, _hook, permalink: right(path, 0, permalink)
    ),
    "an option is never known by its text": replacing(
        form_elements, "_texts", lambda _: lambda _children: "?"
    ),
    "what an input starts with wins over what it is": replacing(
        form_elements, "taken_attributes", lambda right: lambda *given: _starting_first(*right(*given))
    ),
    "a text area loses its first line": replacing(
        form_elements, "escape", lambda right: lambda text: right(text.removeprefix("\n"))
    ),
    "noscript is like any element": replacing(host_elements, "_SCOPES", lambda _: {}),
    "numbers are written as in Python": replacing(tree_writer, "number_text", lambda _: str),
    "a form's fields name another form": replacing(
        form_actions,
        "form_fields",
        lambda right: lambda action, prefix, **how: right(action, f"{prefix}0", **how),
    ),
}


@pytest.mark.timeout(900)
@pytest.mark.parametrize("defect", DEFECTS)
def test_a_seeded_defect_is_found_within_a_thousand_random_trees(react, monkeypatch, defect):
    DEFECTS[defect](monkeypatch)
    print(f"WINGBEAT_SEED={SEED}")  # noqa: T201 (pytest shows it when the test fails)

    with pytest.raises(AssertionError):
        compare_random_trees(react, 1000, (Phase.generate,))
