"""The pytest plugin, in a pytest of its own: which process an app is loaded in is the point."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

from support.projects import write_project

OWN = '-p", "wingbeat.testing.pytest_plugin'
FILES = {
    "/tests/conftest.py": "from app.actions import rename  # so may a conftest\n",
    "/tests/test_app.py": """
        import asyncio

        import pytest

        from app.actions import rename  # the app's modules may be imported by a test
        from wingbeat import FormData, Redirect, cookies
        from wingbeat.testing import request_context

        def test_one(client, wingbeat_app):
            client.cookies.set("a", "1")
            assert client.get("/").shown == "Home"
            assert client.app is wingbeat_app

        def test_two(client):
            assert not client.cookies
            assert client.call(rename, 7) == "7"

        def test_three():
            with request_context() as request, pytest.raises(Redirect):
                asyncio.run(rename(8, then="/x"))
            assert request.invalidated == {"/"}
            assert request.cookies.get("last") == "8"
    """,
    "actions.py": """
        "use server"
        from wingbeat import cookies, redirect, revalidate_path

        async def rename(number: int, then: str = "") -> str:
            revalidate_path("/")
            cookies().set("last", str(number))
            if then:
                redirect(then)
            return str(number)
    """,
    "page.py": "async def page():\n    return 'Home'\n",
}


def run_pytest(folder: Path, settings: str = "") -> subprocess.CompletedProcess[str]:
    (folder / "pyproject.toml").write_text(
        f'[tool.pytest.ini_options]\naddopts = ["{OWN}"]\n{settings}', encoding="utf-8"
    )
    foreign = ("WINGBEAT_", "PYTEST_")
    return subprocess.run(
        [sys.executable, "-W", "error", "-m", "pytest", "-q", "-p", "no:cacheprovider", "tests"],
        cwd=folder,
        env={name: value for name, value in os.environ.items() if not name.startswith(foreign)},
        capture_output=True,
        text=True,
        check=False,
    )


def test_a_project_gets_a_client_and_may_import_its_app(tmp_path: Path) -> None:
    ended = run_pytest(write_project(tmp_path, FILES))

    assert "3 passed" in ended.stdout, ended.stdout + ended.stderr


def test_the_app_may_stand_in_another_folder(tmp_path: Path) -> None:
    write_project(tmp_path, {name: text for name, text in FILES.items() if name.startswith("/")})
    write_project(tmp_path / "web", {name: text for name, text in FILES.items() if not name.startswith("/")})

    ended = run_pytest(tmp_path, 'wingbeat_project = "web"\n')

    assert "3 passed" in ended.stdout, ended.stdout + ended.stderr


def test_an_app_that_cannot_be_loaded_is_told_without_a_traceback(tmp_path: Path) -> None:
    ended = run_pytest(write_project(tmp_path, {**FILES, "actions.py": '"use servers"\n'}))

    assert ended.returncode == 4
    assert f"ERROR: wingbeat.testing could not load the app in {tmp_path}: " in ended.stderr
    assert "Traceback" not in ended.stderr
