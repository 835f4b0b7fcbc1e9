"""README.md says which test shows which line of the checklist; every one of these tests has to be there."""

from __future__ import annotations

import ast
import re
from pathlib import Path

TABLE = Path(__file__).with_name("README.md").read_text(encoding="utf-8")
LINES = dict(re.findall(r"^\| (\d+) \|[^|]*\|(.*)\|$", TABLE, re.MULTILINE))
LAST_LINE = 40


def names_of_tests() -> set[str]:
    return {
        node.name
        for path in Path(__file__).parents[1].rglob("test_*.py")
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
    }


def test_every_line_of_the_checklist_is_shown_by_tests_that_exist() -> None:
    known = names_of_tests()
    assert [int(line) for line in LINES] == list(range(1, LAST_LINE + 1))
    for line, shown_by in LINES.items():
        named = re.findall(r"`(test_\w+)`", shown_by)
        assert named, line
        assert [name for name in named if name not in known] == [], line


def test_every_upstream_bug_has_a_test() -> None:
    bugs = {match[1] for name in names_of_tests() if (match := re.match(r"test_upstream_bug_7_(\d)_", name))}

    assert bugs == {"1", "2", "3", "4", "5", "6"}
