"""`build`: one key and one manifest for each build, and never half of one."""

from __future__ import annotations

import json
import stat
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from support.app_packages import app_package
from support.projects import KEY, write_project
from wingbeat.build import build
from wingbeat.errors import ConfigError
from wingbeat.server import KEY_VARIABLES, App

FILES = {
    "page.py": """
        from wingbeat import FormData, html as h

        async def page():
            async def save(form: FormData, amount, *rest, note: str = ""):
                "use server"
            return h.form(action=save)["Start"]
    """,
    "about/page.py": "async def page():\n    return 'About'\n",
    "actions.py": '"use server"\n\ndef add(first: int, second: int) -> int:\n    return first + second\n',
}


@pytest.fixture
def project(tmp_path: Path) -> Iterator[Path]:
    with app_package(tmp_path / "unused", {}):  # puts the import system back afterwards
        yield write_project(tmp_path / "shop", FILES)
    _forget()


def _forget() -> None:
    for name in [name for name in sys.modules if name.partition(".")[0] == "app"]:
        del sys.modules[name]


def test_a_build_reports_pages_actions_and_unchecked_parameters(project: Path) -> None:
    report = build(project, {})

    assert report.routes == ["/", "/about"]
    assert report.actions == ["app.actions.add", "app.page.page.<locals>.save"]
    assert [one.partition(": ")[2] for one in report.unchecked] == [
        "amount of page.<locals>.save()",
        "rest of page.<locals>.save()",
    ]
    assert report.made_key


def test_a_build_names_the_actions_that_nothing_uses(project: Path) -> None:
    report = build(project, {})

    assert report.unused == [f"{project}/app/actions.py:3: add()"]
    assert not report.dropped


def test_d05_unused_actions_are_dropped_on_request(project: Path) -> None:
    environ = {"WINGBEAT_DROP_UNUSED_ACTIONS": "true"}
    report = build(project, environ)

    assert report.unused == [f"{project}/app/actions.py:3: add()"]
    assert report.dropped
    assert report.actions == ["app.page.page.<locals>.save"]
    served = App(project, environ=environ).site.registry.definitions
    assert [one.qualname for one in served] == ["page.<locals>.save"], "what was built is what is served"


def test_the_manifest_says_what_was_built(project: Path) -> None:
    report = build(project, {})

    manifest = json.loads((project / ".wingbeat" / "build" / "manifest.json").read_text(encoding="utf-8"))

    assert manifest == {"build": report.build, "routes": report.routes, "actions": report.actions}
    assert App(project, environ={}).site.build == report.build, "what was built is what is served"


def test_the_key_is_its_owner_s_and_no_repository_s(project: Path) -> None:
    build(project, {})

    key = project / ".wingbeat" / "build" / "key"
    assert stat.S_IMODE(key.stat().st_mode) == 0o600
    assert (project / ".wingbeat" / ".gitignore").read_text(encoding="utf-8") == "*\n"
    assert key.read_text(encoding="ascii") not in (key.parent / "manifest.json").read_text(encoding="utf-8")


def test_every_build_has_a_key_of_its_own(project: Path) -> None:
    key = project / ".wingbeat" / "build" / "key"
    first, one = build(project, {}), key.read_text(encoding="ascii")
    second, two = build(project, {}), key.read_text(encoding="ascii")

    assert one != two
    assert first.build != second.build


def test_a_key_in_the_environment_is_used_and_none_is_written(project: Path) -> None:
    first, second = (build(project, {KEY_VARIABLES[0]: KEY}) for _ in range(2))

    assert first.build == second.build
    assert not first.made_key
    assert not (project / ".wingbeat" / "build" / "key").exists()


def test_a_build_that_fails_leaves_the_last_one_as_it_was(project: Path) -> None:
    build(project, {})
    folder = project / ".wingbeat" / "build"
    before = {file.name: file.read_bytes() for file in folder.iterdir()}
    _forget()
    (project / "app" / "page.py").write_text("raise ValueError('broken')\n", encoding="utf-8")

    with pytest.raises(ValueError, match=r"^broken$"):
        build(project, {})

    assert {file.name: file.read_bytes() for file in folder.iterdir()} == before


def test_a_draft_that_a_killed_build_left_is_in_nobody_s_way(project: Path) -> None:
    folder = project / ".wingbeat" / "build"
    folder.mkdir(parents=True)
    (folder / "key.draft").write_text("half a k", encoding="ascii")

    build(project, {})

    assert sorted(file.name for file in folder.iterdir()) == ["key", "manifest.json"]


def test_a_folder_without_an_app_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match=r"has no folder app/"):
        build(tmp_path, {})
