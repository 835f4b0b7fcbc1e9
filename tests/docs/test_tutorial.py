"""The tutorial, followed to the letter: after each of its steps the project's own tests pass and its page loads.

A block that begins with a file's name is that file; a `diff` block changes it. A hunk's old lines must stand in
the file exactly once, so that a reader finds the place.
"""

import os
import re
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from support.command_line import command, get, run

ROOT = Path(__file__).parents[2]
BLOCK = re.compile(r"^```(\w+)\n(?:# |/\* )([\w./]+)(?: \*/)?\n(.*?)^```$", re.MULTILINE | re.DOTALL)
STEP = re.compile(r"^## \d+\. .+$", re.MULTILINE)

pytestmark = pytest.mark.timeout(300)


def steps() -> list[list[tuple[str, str, str]]]:
    """Return language, file and text of the blocks of each step."""
    _, *sections = STEP.split((ROOT / "docs/tutorial.md").read_text(encoding="utf-8"))
    return [BLOCK.findall(section) for section in sections]


def follow(folder: Path, blocks: list[tuple[str, str, str]]) -> None:
    """Do to the project what a step says."""
    for language, name, text in blocks:
        file = folder / name
        if language != "diff":
            assert not file.exists() or file.read_text(encoding="utf-8") == text, f"{name} is another"
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text(text, encoding="utf-8")
            continue
        for hunk in text.split("@@\n"):
            file.write_text(changed(file.read_text(encoding="utf-8"), hunk), encoding="utf-8")


def changed(text: str, hunk: str) -> str:
    lines = hunk.splitlines(keepends=True)
    old = "".join(line[1:] or "\n" for line in lines if not line.startswith("+"))
    new = "".join(line[1:] or "\n" for line in lines if not line.startswith("-"))
    assert text.count(old) == 1, f"this stands {text.count(old)} times in the file:\n{old}"
    return text.replace(old, new)


def own_tests(folder: Path) -> str:
    foreign = ("WINGBEAT_", "PYTEST_")
    ended = subprocess.run(
        [sys.executable, "-W", "error", "-m", "pytest", "-q", "-p", "no:cacheprovider"],
        cwd=folder,
        env={name: value for name, value in os.environ.items() if not name.startswith(foreign)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert ended.returncode == 0, ended.stdout + ended.stderr
    return ended.stdout


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """What stands before the first step."""
    assert run("new", "guestbook", cwd=tmp_path).returncode == 0
    return tmp_path / "guestbook"


def test_after_each_step_the_tests_pass_and_the_page_loads(folder: Path) -> None:
    passed = []
    for blocks in steps():
        follow(folder, blocks)
        passed.append(re.findall(r"(\d+) passed", own_tests(folder)))
        with command("dev", folder, "--port", "0") as running:
            page = get(running.url)
            assert running.end(signal.SIGINT) == 0
        assert (page.status, "<title>Guest book</title>" in page.text) == (200, True)

    assert passed == [["1"], ["2"], ["3"], ["4"], ["4"], ["4"]]


def test_what_stands_in_the_end_is_formatted_typed_and_goes_into_production(folder: Path) -> None:
    for blocks in steps():
        follow(folder, blocks)

    for words in (["ruff", "check", "."], ["ruff", "format", "--check", "."], ["mypy", "app", "tests"]):
        ended = subprocess.run(
            [sys.executable, "-m", *words], cwd=folder, capture_output=True, text=True, check=False
        )
        assert ended.returncode == 0, ended.stdout + ended.stderr
    built = run("build", cwd=folder)
    assert built.returncode == 0, built.stderr
    with command("start", folder, "--port", "0") as running:
        pages = [get(f"{running.url}{path}") for path in ("/", "/guests/1", "/guests/2")]
        assert running.end(signal.SIGINT) == 0
    assert [page.status for page in pages] == [200, 200, 404]
    assert '<header><a href="/">Guest book</a></header>' in pages[1].text
    assert all("<title>" in page.text for page in pages[:2])


def test_the_guide_to_testing_is_about_this_app(folder: Path) -> None:
    guide = (ROOT / "docs/how-to/test-an-app.md").read_text(encoding="utf-8")
    examples = re.findall(r"^```python\n(.*?)^```$", guide, re.MULTILINE | re.DOTALL)
    for blocks in steps():
        follow(folder, blocks)
    for number, example in enumerate(examples):
        (folder / f"tests/test_example_{number}.py").write_text(example, encoding="utf-8")

    assert "10 passed" in own_tests(folder)


def test_a_change_that_fits_nowhere_or_twice_is_found() -> None:
    assert changed("a\n\nb\n", " a\n\n-b\n+c\n") == "a\n\nc\n"
    with pytest.raises(AssertionError, match=r"^this stands 0 times in the file:\n  x\n"):
        changed("a\n", "-x\n")
    with pytest.raises(AssertionError, match=r"^this stands 2 times in the file:\n  a\n"):
        changed("a\na\n", " a\n+b\n")
