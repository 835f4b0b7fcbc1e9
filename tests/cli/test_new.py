"""`wingbeat new`: the project that it makes works as it is."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from support.command_line import command, get, run
from wingbeat.cli.new import create_project
from wingbeat.errors import ConfigError

pytestmark = pytest.mark.timeout(120)


def test_a_new_project_has_one_page_one_action_and_one_test(tmp_path: Path) -> None:
    folder = create_project(tmp_path, "guest-book")

    files = sorted(str(file.relative_to(folder)) for file in folder.rglob("*") if file.is_file())

    assert files == [
        ".gitignore",
        "app/layout.py",
        "app/page.py",
        "public/styles.css",
        "pyproject.toml",
        "tests/test_page.py",
    ]
    assert 'name = "guest-book"' in (folder / "pyproject.toml").read_text(encoding="utf-8")
    assert not any("{{" in (folder / file).read_text(encoding="utf-8") for file in files)


def test_its_own_test_passes(tmp_path: Path) -> None:
    folder = create_project(tmp_path, "guests")
    inherited = {
        name: value for name, value in os.environ.items() if not name.startswith(("WINGBEAT_", "PYTEST_"))
    }

    ended = subprocess.run(
        [sys.executable, "-W", "error", "-m", "pytest", "-q", "-p", "no:cacheprovider"],
        cwd=folder,
        env=inherited,
        capture_output=True,
        text=True,
        check=False,
    )

    assert ended.returncode == 0, ended.stdout + ended.stderr
    assert "1 passed" in ended.stdout


def test_it_can_be_built_and_served(tmp_path: Path) -> None:
    folder = create_project(tmp_path, "guests")

    built = run("build", cwd=folder)
    with command("start", folder, "--port", "0") as running:
        page = get(running.url)
        assert running.end(signal.SIGINT) == 0

    assert (built.returncode, built.stderr) == (0, "")
    assert (page.status, "<h1>Guest book</h1>" in page.text) == (200, True)


def test_it_passes_the_checks_that_a_team_would_run(tmp_path: Path) -> None:
    folder = create_project(tmp_path, "guests")

    for words in (["ruff", "check", "."], ["ruff", "format", "--check", "."], ["mypy", "app", "tests"]):
        ended = subprocess.run(
            [sys.executable, "-m", *words], cwd=folder, capture_output=True, text=True, check=False
        )
        assert ended.returncode == 0, ended.stdout + ended.stderr


def test_the_command_says_what_comes_next(tmp_path: Path) -> None:
    ended = run("new", "guests", cwd=tmp_path)

    assert ended.returncode == 0
    assert "\n  cd guests\n  wingbeat dev\n" in ended.stdout
    assert (tmp_path / "guests" / "app" / "page.py").is_file()


@pytest.mark.parametrize("name", ["", "7up", "a/b", "..", "ä", "a b", "-x"])
def test_what_is_no_name_is_refused(tmp_path: Path, name: str) -> None:
    with pytest.raises(
        ConfigError, match=r"is no project name\. Use letters, digits, - and _, starting with a letter\.$"
    ):
        create_project(tmp_path, name)
    assert list(tmp_path.iterdir()) == []


def test_what_exists_is_not_touched(tmp_path: Path) -> None:
    (tmp_path / "guests").mkdir()

    ended = run("new", "guests", cwd=tmp_path)

    assert (ended.returncode, ended.stdout) == (1, "")
    assert (
        ended.stderr == f"Error: {tmp_path}/guests exists already. Choose another name, or remove it first.\n"
    )
    assert list((tmp_path / "guests").iterdir()) == []
