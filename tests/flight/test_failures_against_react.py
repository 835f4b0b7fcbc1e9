"""What cannot travel in an action's result takes along what it takes along with React's own server, and no more.

A result is described so that both servers can build it; React's client reads what each of them sent.

    ["list", ...items]     ["object", [name, value], ...]    ["element", tag, prop, ...children]    ["bad"]
    ["set", ...items]      ["map", [key, value], ...]        ["promise", value]                     ["twice", value]
"""

from __future__ import annotations

import base64
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import Phase, given, seed, settings, strategies as st

from support.fuzz import SEED, drawing, how_many
from support.node_oracle import NodeOracle
from support.payload_oracle import Later, PayloadOracle
from wingbeat.flight import Element, Map, PayloadEncoder, Promise, Set, payload_models

CASES = how_many(1000)
FUZZ = drawing(CASES)

pytestmark = [pytest.mark.oracle, pytest.mark.timeout(60 + CASES)]


def _with(kind: str, inner: st.SearchStrategy[Any], most: int = 3) -> st.SearchStrategy[Any]:
    return st.lists(inner, max_size=most).map(lambda items: [kind, *items])


def _values(inner: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    # JavaScript makes one promise of a promise of a promise.
    settled = inner.filter(lambda value: not isinstance(value, list) or value[0] != "promise")
    named = st.dictionaries(st.sampled_from("abc"), inner, max_size=3)
    numbered = st.dictionaries(st.integers(0, 3), inner, max_size=2)
    return st.one_of(
        _with("list", inner),
        _with("list", inner),
        _with("set", inner, 2),
        named.map(lambda entries: ["object", *map(list, entries.items())]),
        numbered.map(lambda entries: ["map", *map(list, entries.items())]),
        st.builds(
            lambda tag, prop, children: ["element", tag, prop, *children],
            st.sampled_from(["p", "b"]),
            inner,
            st.lists(inner, max_size=2),
        ),
        settled.map(lambda value: ["promise", value]),
        inner.map(lambda value: ["twice", value]),
    )


results = st.recursive(st.sampled_from(["a", "$b", 1, None, True, ["bad"]]), _values, max_leaves=12).filter(
    lambda value: not isinstance(value, list) or value[0] != "promise"
)


def build(described: Any) -> Any:  # noqa: PLR0911 (one line per kind)
    """Return the value that `described` stands for."""
    if not isinstance(described, list):
        return described
    kind, *rest = described
    match kind:
        case "bad":
            return print
        case "object":
            return {name: build(value) for name, value in rest}
        case "map":
            return Map((key, build(value)) for key, value in rest)
        case "element":
            tag, prop, *children = rest
            built = tuple(build(child) for child in children)
            inner = {"children": built[0] if len(built) == 1 else built} if built else {}
            return Element(tag, None, {"title": build(prop), **inner})
        case "promise":
            return Promise(build(rest[0]))
        case "twice":
            value = build(rest[0])
            return [value, value]
    items = [build(item) for item in rest]
    return Set(items) if kind == "set" else items


def payload_of(described: Any) -> bytes:
    """Return what our server sends when an action returns the described value."""
    encoder = PayloadEncoder(digest=lambda _error: "D")
    encoder.add({"value": Later(None)})
    (hole,) = encoder.take_holes()
    try:
        encoder.resolve(hole.row, build(described), isolate=True)
    except Exception as error:  # noqa: BLE001 (as the driver does)
        encoder.reject(hole.row, error)
    return b"".join(encoder.data_to_send())


def arrived(description: dict[str, Any]) -> Any:
    """Return what arrived as a tree: what is shared is repeated, and the order of an object's keys is not told."""
    nodes = description["nodes"]

    def expand(part: Any) -> Any:
        if type(part) is int:  # a node, by its number
            part = nodes[part]
        return [expand(item) for item in part] if isinstance(part, list) else part

    return expand(description["root"])


class Oracles:
    """React's server, and React's client that reads what both servers wrote."""

    def __init__(self) -> None:
        self.server = NodeOracle(
            "action_results.cjs", {"NODE_ENV": "production"}, "--conditions=react-server"
        )
        self.client = PayloadOracle("production")

    def assert_agree(self, described: Any) -> None:
        theirs = base64.b64decode(str(self.server.ask(described)))
        from_react, from_us = self.client.decode_all([theirs, payload_of(described)])
        assert arrived(from_us) == arrived(from_react), (SEED, described)

    def close(self) -> None:
        self.server.close()
        self.client.close()


@pytest.fixture(scope="module")
def oracles() -> Iterator[Oracles]:
    oracles = Oracles()
    yield oracles
    oracles.close()


@seed(SEED)
@FUZZ
@given(described=results)
def test_what_cannot_travel_fails_alone_as_with_react_s_server(oracles: Oracles, described: Any) -> None:
    oracles.assert_agree(described)


def _take_all_along(_self: payload_models.ModelWriter, _value: object, error: Exception) -> None:
    raise error


def _take_the_outermost_along(self: payload_models.ModelWriter, value: object, error: Exception) -> None:
    here = self.ledger.seen.get(id(value))
    while here is not None and here[1] is not None:
        here = here[1]
        value = here[0] if isinstance(here[0], Element) else value
    raise payload_models.Failed(value, error)


def _take_the_element_for_a_promise(self: payload_models.ModelWriter, _prefix: str, value: object) -> str:
    return ERROR_ROW(self, "$@", value)


ERROR_ROW = payload_models.ModelWriter.error_row


@pytest.mark.parametrize(
    ("method", "defect"),
    [
        ("fail", _take_all_along),
        ("fail", _take_the_outermost_along),
        ("error_row", _take_the_element_for_a_promise),
    ],
)
def test_a_planted_defect_is_found(
    oracles: Oracles, monkeypatch: pytest.MonkeyPatch, method: str, defect: object
) -> None:
    monkeypatch.setattr(payload_models.ModelWriter, method, defect)

    @seed(1)
    @settings(FUZZ, phases=[Phase.generate], max_examples=1000)
    @given(described=results)
    def agree(described: Any) -> None:
        oracles.assert_agree(described)

    with pytest.raises(AssertionError):
        agree()
