"""How large and how random the tests are that draw their cases: `WINGBEAT_FUZZ_CASES`, `WINGBEAT_FUZZ_SEED`."""

from __future__ import annotations

import os
import random

from hypothesis import HealthCheck, Phase, settings

__all__ = ["SEED", "drawing", "how_many"]

SEED = int(os.environ.get("WINGBEAT_FUZZ_SEED", "0")) or random.SystemRandom().randrange(1, 2**32)
"""Another one for each run; a failure prints it."""


def how_many(cases: int) -> int:
    """Return how many cases to draw: `cases`, unless the environment says otherwise."""
    return int(os.environ.get("WINGBEAT_FUZZ_CASES", str(cases)))


def drawing(cases: int) -> settings:
    """Return the settings of a test that draws `cases` and shrinks what fails."""
    return settings(
        max_examples=cases,
        deadline=None,
        database=None,
        print_blob=True,
        suppress_health_check=list(HealthCheck),
        phases=[Phase.generate, Phase.shrink],
    )
