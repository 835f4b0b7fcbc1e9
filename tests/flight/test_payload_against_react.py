"""Whatever Python value goes in, React's own client gets the same value out: random graphs, both builds."""

from __future__ import annotations

import os
import random
from collections.abc import Iterator

import pytest
from hypothesis import HealthCheck, Phase, given, reject, seed, settings, strategies as st

from support.payload_graphs import Graph, graphs, settle
from support.payload_oracle import PayloadOracle, describe
from wingbeat.errors import SerializationError
from wingbeat.flight import PayloadEncoder

CASES = int(os.environ.get("WINGBEAT_FUZZ_CASES", "1000"))
SEED = int(os.environ.get("WINGBEAT_FUZZ_SEED", "0")) or random.SystemRandom().randrange(1, 2**32)
FUZZ = settings(
    max_examples=CASES,
    deadline=None,
    database=None,
    print_blob=True,
    suppress_health_check=list(HealthCheck),
    phases=[Phase.generate, Phase.shrink],
)

pytestmark = [pytest.mark.oracle, pytest.mark.timeout(60 + CASES)]


@pytest.fixture(scope="module", params=["production", "development"])
def react(request: pytest.FixtureRequest) -> Iterator[tuple[PayloadOracle, bool]]:
    oracle = PayloadOracle(request.param)
    yield oracle, request.param == "development"
    oracle.close()


@seed(SEED)
@FUZZ
@given(graph=graphs(), order=st.randoms(use_true_random=False))
def test_any_value_arrives_as_it_was_sent(
    react: tuple[PayloadOracle, bool], graph: Graph, order: random.Random
) -> None:
    oracle, development = react
    encoder = PayloadEncoder(development=development)
    try:
        encoder.add(graph.value)
        payload = settle(encoder, graph, order.choice)
    except SerializationError as refused:
        # A node that resolved to the very Map it stands in: refused, and no value that could arrive.
        if "contains itself" not in str(refused):
            raise
        reject()

    arrived = oracle.decode(payload)

    expected = describe(graph.value, development=development)
    assert (arrived["root"], arrived["nodes"]) == (expected["root"], expected["nodes"]), (SEED, payload)
