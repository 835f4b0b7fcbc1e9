"""Keys, fragments and wrapping arrays are those of React's own server, for random trees of server components."""

from __future__ import annotations

import asyncio
import base64
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from hypothesis import Phase, given, seed, settings

from support.component_trees import build, component_trees, expand
from support.fuzz import SEED, drawing, how_many
from support.node_oracle import NodeOracle
from support.payload_oracle import PayloadOracle
from wingbeat.flight import FRAGMENT, Element, encode_payload
from wingbeat.rendering import Renderer
from wingbeat.rendering.key_paths import IMPLICIT, Place

CASES = how_many(400)
FUZZ = drawing(CASES)

pytestmark = [pytest.mark.oracle, pytest.mark.timeout(60 + CASES)]


class Oracles:
    """React's server, and React's client that reads what both servers wrote."""

    def __init__(self) -> None:
        self.server = NodeOracle(
            "server_components.cjs", {"NODE_ENV": "production"}, "--conditions=react-server"
        )
        self.client = PayloadOracle("production")

    def assert_agree(self, described: Any) -> None:
        theirs = base64.b64decode(str(self.server.ask(described)))
        ours = asyncio.run(_payload(described))
        from_react, from_us = self.client.decode_all([theirs, ours])
        assert expand(from_us) == expand(from_react), (SEED, described)


async def _payload(described: Any) -> bytes:
    renderer = Renderer(reference=_unused, report=_unused)
    return encode_payload(await renderer.render(build(described)))


def _unused(_value: object) -> Any:
    raise AssertionError("no actions and no failures in these trees")


@pytest.fixture(scope="module")
def oracles() -> Iterator[Oracles]:
    oracles = Oracles()
    yield oracles
    oracles.server.close()
    oracles.client.close()


@seed(SEED)
@FUZZ
@given(described=component_trees)
def test_a_tree_of_server_components_arrives_as_from_react_s_server(oracles: Oracles, described: Any) -> None:
    oracles.assert_agree(described)


def _forget_outer_keys(self: Place, key: str | None) -> Place:
    return Place(key, self.is_implicit_slot) if key is not None else (self if self.key_path else IMPLICIT)


def _explicit_slot(self: Place, type: object, key: str | None, props: dict[str, object]) -> object:  # noqa: A002
    return Element(type, self._joined(key), props)


def _unwrapped_list(_self: Place, nodes: object) -> object:
    return nodes


def _slot_within_a_key(_self: Place, key: str | None) -> Place:
    return IMPLICIT if key is None else Place(key)


def _fragment_without_slot(self: Place, nodes: Any) -> object:
    return nodes if self.key_path is None else Element(FRAGMENT, self.key_path, {"children": nodes})


@pytest.mark.parametrize(
    ("method", "defect"),
    [
        ("inside", _forget_outer_keys),
        ("inside", _slot_within_a_key),
        ("element", _explicit_slot),
        ("array", _unwrapped_list),
        ("array", _fragment_without_slot),
    ],
)
def test_a_planted_defect_is_found(
    oracles: Oracles, monkeypatch: pytest.MonkeyPatch, method: str, defect: Callable[..., object]
) -> None:
    monkeypatch.setattr(Place, method, defect)

    @seed(1)
    @settings(FUZZ, phases=[Phase.generate], max_examples=400)
    @given(described=component_trees)
    def agree(described: Any) -> None:
        oracles.assert_agree(described)

    with pytest.raises(AssertionError):
        agree()
