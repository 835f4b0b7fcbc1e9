"""Type checkers know what `.ok` of a `Validated[T]` says: the value is a T, and nothing else has one."""

from __future__ import annotations

from pathlib import Path

import pytest

from support.type_checkers import CHECKERS, lines_with_errors

CASES = Path(__file__).parent / "validated"


@pytest.mark.parametrize("checker", CHECKERS)
def test_after_ok_the_value_has_the_annotated_type(checker: str) -> None:
    assert lines_with_errors(checker, CASES / "right.py") == set()


@pytest.mark.parametrize("checker", CHECKERS)
def test_wrong_uses_of_a_validated_argument_are_found(checker: str) -> None:
    file = CASES / "wrong.py"
    lines = file.read_text(encoding="utf-8").splitlines()
    wrong = {number for number, line in enumerate(lines, 1) if "# wrong" in line}
    # Pyright cannot narrow by `.ok`, so it must let the value pass unasked; at run time that is an error.
    unasked = {number for number, line in enumerate(lines, 1) if "# wrong to mypy" in line}

    assert lines_with_errors(checker, file) == (wrong if checker == "mypy" else wrong - unasked)
