"""Type checkers see a component's parameters through `@component`: right uses pass, each wrong one is found."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest

CASES = Path(__file__).parent / "components"
CHECKERS = {
    "mypy": ["mypy", "--strict", "--no-incremental", "--no-error-summary", "--config-file="],
    "pyright": ["pyright", "--pythonpath", sys.executable],
}


def lines_with_errors(checker: str, file: Path) -> set[int]:
    command = [sys.executable, "-m", *CHECKERS[checker], str(file)]
    # In a folder without settings, so that those of this project do not leave the file out.
    result = subprocess.run(command, capture_output=True, text=True, check=False, cwd=file.parent)
    assert result.returncode in {0, 1}, result.stdout + result.stderr
    return {int(line) for line in re.findall(rf"{file.name}:(\d+):.*error", result.stdout)}


@pytest.mark.parametrize("checker", CHECKERS)
def test_right_uses_of_a_component_pass(checker: str) -> None:
    assert lines_with_errors(checker, CASES / "right.py") == set()


@pytest.mark.parametrize("checker", CHECKERS)
def test_every_wrong_use_of_a_component_is_found(checker: str) -> None:
    file = CASES / "wrong.py"
    lines = file.read_text(encoding="utf-8").splitlines()
    first = lines.index("card(1)") + 1

    assert lines_with_errors(checker, file) == set(range(first, len(lines) + 1))
