"""Which key an app uses, and what it says when there is none or a bad one."""

import stat
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from support.projects import KEY, write_project
from wingbeat import App
from wingbeat.actions import new_key
from wingbeat.errors import ConfigError
from wingbeat.server.app_key import BUILD_FOLDER, CACHE_FOLDER, KEY_VARIABLES, read_keyring, write_key

OURS, NEXTS = KEY_VARIABLES


def name_of(key: str) -> str:
    return read_keyring(Path("/nowhere"), development=False, environ={OURS: key}).sealing.name


def test_the_environment_comes_first(tmp_path: Path) -> None:
    write_key(tmp_path / BUILD_FOLDER / "key")
    first, second = new_key(), new_key()

    ours = read_keyring(tmp_path, development=False, environ={OURS: first, NEXTS: second})
    nexts = read_keyring(tmp_path, development=True, environ={NEXTS: second})

    assert (ours.sealing.name, nexts.sealing.name) == (name_of(first), name_of(second))


def test_the_first_of_a_list_seals_and_all_open() -> None:
    old, new = new_key(), new_key()

    keyring = read_keyring(Path("/nowhere"), development=False, environ={OURS: f"{new}, {old}"})

    assert keyring.sealing.name == name_of(new)
    assert keyring.find(name_of(old)) is not None


def test_then_comes_the_builds_key(tmp_path: Path) -> None:
    write_key(tmp_path / BUILD_FOLDER / "key")
    built = (tmp_path / BUILD_FOLDER / "key").read_text()

    assert read_keyring(tmp_path, development=False, environ={}).sealing.name == name_of(built)


def test_g13_development_keeps_a_key_of_its_own(tmp_path: Path) -> None:
    first = read_keyring(tmp_path, development=True, environ={})
    second = read_keyring(tmp_path, development=True, environ={})

    assert first.sealing.name == second.sealing.name
    assert stat.S_IMODE((tmp_path / CACHE_FOLDER / "key").stat().st_mode) == 0o600
    assert [file.name for file in (tmp_path / CACHE_FOLDER).iterdir()] == ["key"]


def test_a_key_that_came_first_is_kept(tmp_path: Path) -> None:
    write_key(tmp_path / "key")
    first = (tmp_path / "key").read_text()

    write_key(tmp_path / "key")

    assert (tmp_path / "key").read_text() == first


def test_g13_processes_that_start_together_agree_on_a_key(tmp_path: Path) -> None:
    program = (
        "import sys; from pathlib import Path; from wingbeat.server.app_key import read_keyring;"
        "print(read_keyring(Path(sys.argv[1]), development=True, environ={}).sealing.name)"
    )
    started = [
        subprocess.Popen([sys.executable, "-c", program, str(tmp_path)], stdout=subprocess.PIPE)
        for _ in range(4)
    ]

    assert len({process.communicate()[0] for process in started}) == 1


def test_g13_production_without_a_key_names_both_fixes(tmp_path: Path) -> None:
    write_project(tmp_path, {"page.py": "def page(): return 1"})

    with pytest.raises(ConfigError) as refusal:
        App(tmp_path, environ={})

    assert f"Run `wingbeat build` in {tmp_path}" in str(refusal.value)
    assert "set WINGBEAT_SERVER_ACTIONS_ENCRYPTION_KEY" in str(refusal.value)
    assert not (tmp_path / ".wingbeat").exists()


@pytest.mark.parametrize("key", ["secret-but-short", "A" * 44, KEY[:-2], f"{KEY},{KEY}", f"{KEY},x-y-z", ","])
@pytest.mark.parametrize("place", ["environment", "build"])
def test_a_malformed_key_is_named_and_never_printed(key: str, place: str, tmp_path: Path) -> None:
    file = tmp_path / BUILD_FOLDER / "key"
    environ: dict[str, Any] = {OURS: key} if place == "environment" else {}
    file.parent.mkdir(parents=True)
    file.write_text(key)

    with pytest.raises(ConfigError) as refusal:
        read_keyring(tmp_path, development=False, environ=environ)

    text = f"{refusal.value!r} {refusal.value.__cause__!r}"
    assert (OURS if environ else str(file)) in text
    assert not any(part in text for part in key.split(",") if part.strip())


def test_an_empty_variable_is_none(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="no key for this app"):
        read_keyring(tmp_path, development=False, environ={OURS: "", NEXTS: ""})
