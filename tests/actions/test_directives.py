"""Every file of fixtures/directives is one spelling or mistake; its last line says what comes of it."""

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from wingbeat.actions.directives import MARKER, read_module
from wingbeat.errors import DirectiveError

SPECIMENS = sorted((Path(__file__).parent / "fixtures/directives").glob("*.py"))
MISTAKES = [file for file in SPECIMENS if file.stem.startswith("error_")]


def expected(file: Path, word: str) -> str:
    last = file.read_text(encoding="utf-8").splitlines()[-1]
    assert last.startswith(f"# {word}:"), last
    return last.removeprefix(f"# {word}:").strip()


@pytest.mark.parametrize(
    "file", [one for one in SPECIMENS if one not in MISTAKES], ids=lambda file: file.stem
)
def test_directive(file: Path) -> None:
    module = read_module(file.read_text(encoding="utf-8"), "page.py")

    assert ", ".join(action.qualname for action in module.actions) == expected(file, "actions")


@pytest.mark.parametrize("file", MISTAKES, ids=lambda file: file.stem)
def test_mistake(file: Path) -> None:
    with pytest.raises(DirectiveError) as caught:
        read_module(file.read_text(encoding="utf-8"), "page.py")

    assert str(caught.value) == f"page.py:{expected(file, 'error')}"


def test_a_directive_survives_what_linters_do_to_docstrings(tmp_path: Path) -> None:
    valid = [file for file in SPECIMENS if file not in MISTAKES]
    for file in valid:
        shutil.copy(file, tmp_path)
    rules = ["--isolated", "--select", "D,Q,W,I,UP", "--fix", "--unsafe-fixes", "--quiet", "--exit-zero"]
    subprocess.run([sys.executable, "-m", "ruff", "check", *rules, str(tmp_path)], check=True)

    changed = 0
    for file in valid:
        before, after = (path.read_text(encoding="utf-8") for path in (file, tmp_path / file.name))
        changed += before != after
        names = [
            [action.qualname for action in read_module(text, "page.py").actions] for text in (before, after)
        ]
        assert names[0] == names[1], after
    assert changed > 5


def test_the_compiled_tree_marks_each_inline_action_by_its_name() -> None:
    module = read_module("def page():\n    async def save():\n        'use server'\n", "page.py")
    marked: list[str] = []

    def marker(qualname: str) -> object:
        marked.append(qualname)
        return lambda function: function

    namespace = {MARKER: marker}
    exec(compile(module.tree, "page.py", "exec"), namespace)
    namespace["page"]()

    assert marked == ["page.<locals>.save"]
