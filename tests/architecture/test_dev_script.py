"""`./dev` runs on any POSIX shell and explains every command that it has."""

import re
import subprocess
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]


@pytest.mark.parametrize("script", ["dev", ".ci/run"])
def test_the_script_is_executable_and_parses(script: str) -> None:
    path = ROOT / script
    shell = "bash" if "bash" in path.read_text(encoding="utf-8").splitlines()[0] else "sh"

    assert path.stat().st_mode & 0o111
    assert subprocess.run([shell, "-n", path], check=False).returncode == 0


def test_help_explains_every_command() -> None:
    commands = set(re.findall(r"^    ([a-z-]+)\)", (ROOT / "dev").read_text(encoding="utf-8"), re.MULTILINE))

    explained = set(re.findall(r"^  \./dev ([a-z-]+)", _run("help").stdout, re.MULTILINE))

    assert explained == commands | {"check", "help"}


def test_an_unknown_command_is_refused() -> None:
    result = _run("tset")

    assert (result.returncode, result.stderr) == (1, 'dev: unknown command "tset"; ./dev help lists them\n')


def _run(command: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run([ROOT / "dev", command], capture_output=True, text=True, check=False)


def test_the_demo_installs_what_async_sqlalchemy_needs() -> None:
    """Only the asyncio extra brings greenlet; the development environment has it from elsewhere."""
    groups = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["dependency-groups"]

    assert any(isinstance(one, str) and one.startswith("sqlalchemy[asyncio]") for one in groups["demo"])
