"""The catalogue as a page of the documentation: `python tests/behaviour/table.py` writes it anew."""

from __future__ import annotations

import ast
import sys
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))  # as pytest's `pythonpath`, for the command

from behaviour.catalogue import CATALOGUE, Row

__all__ = ["PAGE", "ROOT", "find_tests", "page"]

ROOT = Path(__file__).parents[2]
PAGE = ROOT / "docs" / "reference" / "nextjs-behaviour.md"
HEAD = """\
# What Next.js users know

Each behaviour of Next.js's Server Actions that an app may rely on, and what holds here: it is the same and shown by
tests, it differs on purpose, or it waits for a part of Wingbeat that is still to come. An empty field means: the same.
Tests that drive Chromium do so with JavaScript and without, where both can be. A row keeps its number for good.

<!-- Written by tests/behaviour/table.py from tests/behaviour/catalogue.py; `./dev docs` fails when it is stale. -->

"""


def find_tests(root: Path) -> dict[str, list[Path]]:
    """Return the files that define each test, relative to `root`."""
    found: dict[str, list[Path]] = {}
    for path in sorted((root / "tests").rglob("test_*.py")):
        for node in ast.parse(path.read_text(encoding="utf-8")).body:
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and node.name.startswith("test_"):
                found.setdefault(node.name, []).append(path.relative_to(root))
    return found


def page() -> str:
    """Return the page as it should be."""
    return HEAD + "\n".join([*_summary(), *_sections()])


def _summary() -> Iterator[str]:
    counts = Counter(row.status for rows in CATALOGUE.values() for row in rows)
    waiting = Counter(row.waits_for for rows in CATALOGUE.values() for row in rows if row.waits_for)
    yield "| | Rows |"
    yield "|---|---|"
    yield f"| the same, shown by tests | {counts['shown']} |"
    yield f"| differs on purpose | {counts['differs']} |"
    for part, count in waiting.items():
        yield f"| waits for {part} | {count} |"
    yield ""


def _sections() -> Iterator[str]:
    files = find_tests(ROOT)
    for title, rows in CATALOGUE.items():
        yield f"## {title}"
        yield ""
        yield "| | In Next.js | Here | Shown by |"
        yield "|---|---|---|---|"
        yield from (_line(row, files) for row in rows)
        yield ""


def _line(row: Row, files: dict[str, list[Path]]) -> str:
    here = f"waits for {row.waits_for}" if row.waits_for else row.difference
    shown_by = "<br>".join(f"[{_sentence(name)}](../../{files[name][0].as_posix()})" for name in row.tests)
    return f"| {row.number} | {row.behaviour} | {here} | {shown_by} |"


def _sentence(name: str) -> str:
    return name.removeprefix("test_").replace("_", " ")


if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8")
