"""What the two type checkers that users run say about a file."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

__all__ = ["CHECKERS", "lines_with_errors"]

CHECKERS = {
    "mypy": ["mypy", "--strict", "--no-incremental", "--no-error-summary", "--config-file="],
    "pyright": ["pyright", "--pythonpath", sys.executable],
}


def lines_with_errors(checker: str, file: Path) -> set[int]:
    """Return the lines of `file` in which `checker` finds an error."""
    command = [sys.executable, "-m", *CHECKERS[checker], str(file)]
    # In a folder without settings, so that those of this project do not leave the file out.
    result = subprocess.run(command, capture_output=True, text=True, check=False, cwd=file.parent)
    assert result.returncode in {0, 1}, result.stdout + result.stderr
    return {int(line) for line in re.findall(rf"{file.name}:(\d+):.*error", result.stdout)}
