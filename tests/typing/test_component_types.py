"""Type checkers see a component's parameters through `@component`: right uses pass, each wrong one is found."""

from __future__ import annotations

from pathlib import Path

import pytest

from support.type_checkers import CHECKERS, lines_with_errors

CASES = Path(__file__).parent / "components"


@pytest.mark.parametrize("checker", CHECKERS)
def test_right_uses_of_a_component_pass(checker: str) -> None:
    assert lines_with_errors(checker, CASES / "right.py") == set()


@pytest.mark.parametrize("checker", CHECKERS)
def test_every_wrong_use_of_a_component_is_found(checker: str) -> None:
    file = CASES / "wrong.py"
    lines = file.read_text(encoding="utf-8").splitlines()
    first = lines.index("card(1)") + 1

    assert lines_with_errors(checker, file) == set(range(first, len(lines) + 1))
