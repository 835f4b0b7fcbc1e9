"""What real React writes into forms is what `form_fields` writes, and both decode to the same action."""

from __future__ import annotations

import re
from collections.abc import Iterator
from html.parser import HTMLParser

import pytest

from support.node_oracle import NodeOracle
from support.reply_descriptions import ReplyOracle, describe, to_wire
from wingbeat.flight import FormData, Map, ServerReference, decode_action, decode_form_state, form_fields

pytestmark = pytest.mark.oracle

BOUND = [
    None,
    [],
    [1, "$y", None, True, 1.5],
    [{"x": "$$y", "quote\"'<&>": "é\u2028"}],
    [{"$map": [["k", 1]]}],
]


@pytest.fixture(scope="module")
def fizz() -> Iterator[NodeOracle]:
    with NodeOracle("forms.cjs", {"NODE_ENV": "production"}) as oracle:
        yield oracle


@pytest.fixture(scope="module")
def react() -> Iterator[ReplyOracle]:
    with ReplyOracle() as oracle:
        yield oracle


class Fields(HTMLParser):
    """Collects names and values of hidden inputs, and the name of a submit button."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.found: list[tuple[str, str]] = []
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        attributes = dict(attrs)
        if tag in {"input", "button"}:
            self.found.append((attributes["name"] or "", attributes.get("value") or ""))


def python_reference(bound: list[object] | None) -> ServerReference:
    def revive(value: object) -> object:
        return Map(value["$map"]) if isinstance(value, dict) and "$map" in value else value

    return ServerReference("act#a", None if bound is None else tuple(map(revive, bound)))


def group(fields: list[tuple[str, str]]) -> str:
    return next((re.fullmatch(r"\$ACTION_REF_(.*)", name)[1] for name, _ in fields if "_REF_" in name), "")


@pytest.mark.parametrize("bound", BOUND)
@pytest.mark.parametrize("kind", ["form", "button"])
@pytest.mark.parametrize("prefix", ["", "P-"])
def test_the_hidden_fields_are_reacts_own(
    fizz: NodeOracle, kind: str, prefix: str, bound: list[object] | None
) -> None:
    html = fizz.ask({"kind": kind, "prefix": prefix, "id": "act#a", "bound": bound})

    fields = Fields(str(html)).found

    expected = form_fields(python_reference(bound), group(fields))
    # The order inside a group depends on when React learns what a promise holds; the selector is first.
    assert fields[0] == expected[0]
    assert sorted(fields) == sorted(expected)


@pytest.mark.parametrize("bound", [bound for bound in BOUND if bound is not None])
def test_a_form_of_react_posts_what_python_decodes(
    fizz: NodeOracle, react: ReplyOracle, bound: list[object]
) -> None:
    html = str(fizz.ask({"kind": "form", "id": "act#a", "bound": bound}))
    body = [*Fields(html).found, ("n", "v"), ("n", "w")]

    reference, form = decode_action(body)

    assert describe(ServerReference(reference.id, (*reference.bound, form))) == react.one(
        "decodeAction", to_wire(body)
    )
    assert form == FormData([("n", "v"), ("n", "w")])


@pytest.mark.parametrize("bound", [None, ["B"], [{"x": 1}, 2]])
@pytest.mark.parametrize("permalink", [None, "/there?x=1"])
def test_form_state_is_reacts_own(
    fizz: NodeOracle, react: ReplyOracle, bound: list[object] | None, permalink: str | None
) -> None:
    question = {"kind": "state", "id": "act#a", "bound": bound, "state": {"n": 1}}
    html = str(fizz.ask(question | ({"permalink": permalink} if permalink else {})))
    body = Fields(html).found

    state = decode_form_state("RESULT", body)

    assert list(state) == react.one("decodeFormState", {"result": "RESULT", "entries": to_wire(body)})
    assert state[2:] == ("act#a", len(bound or []))


@pytest.mark.parametrize("bound", BOUND)
def test_react_decodes_the_fields_that_python_writes(react: ReplyOracle, bound: list[object] | None) -> None:
    reference = python_reference(bound)
    body = [*form_fields(reference, "P-7"), ("n", "v")]

    decoded = react.one("decodeAction", to_wire(body))

    assert decoded == describe(ServerReference("act#a", (*(reference.bound or ()), FormData([("n", "v")]))))


def test_an_ordinary_form_names_no_action(react: ReplyOracle) -> None:
    body = [("n", "v"), ("$ACTION_KEY", "k1")]

    assert decode_action(body) is None
    assert react.one("decodeAction", to_wire(body)) is None
    assert decode_form_state("R", body) is None
    assert react.one("decodeFormState", {"result": "R", "entries": to_wire(body)}) is None
