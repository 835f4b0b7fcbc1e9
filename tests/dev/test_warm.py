"""What is imported before children are forked: packages of others, never a module of the project."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from support.command_line import command, get
from support.projects import write_project
from wingbeat.dev.server import told
from wingbeat.dev.warm import WARM_VARIABLE, foreign_imports

SOURCES = {
    "page.py": """
        import sqlalchemy.orm, shop
        from app.models import Product
        from . import models
        from pydantic import BaseModel

        def page():
            import only_when_it_runs
    """,
    "models.py": "import os.path\n",
    "broken.py": "import (\n",
    "/shop.py": "",
    "/.venv/x.py": "import hidden\n",
    "/env/pyvenv.cfg": "",
    "/env/x.py": "import of_an_environment\n",
    "/node_modules/x.py": "import of_node\n",
}


def test_only_what_comes_from_outside_is_imported_before(tmp_path: Path) -> None:
    project = write_project(tmp_path / "shop", SOURCES)

    assert foreign_imports(project) == ["os.path", "pydantic", "sqlalchemy.orm"]


def _warm(folder: Path, names: str, code: str) -> str:
    ended = subprocess.run(
        [sys.executable, "-c", f"import sys; from wingbeat.dev import warmed; {code}"],
        cwd=folder,
        env={"PYTHONPATH": str(folder), WARM_VARIABLE: names},
        capture_output=True,
        text=True,
        check=True,
    )
    return ended.stdout.strip()


def test_what_cannot_be_imported_is_left_to_the_app(tmp_path: Path) -> None:
    (tmp_path / "broken_one.py").write_text("raise SystemExit(1)\n", encoding="utf-8")

    said = _warm(tmp_path, "no_such_module,broken_one,colorsys", "print('colorsys' in sys.modules)")

    assert said == "True"


THREADED = """
import threading
threading.Thread(target=threading.Event().wait, daemon=True).start()
"""


def test_a_module_that_starts_a_thread_is_noticed(tmp_path: Path) -> None:
    (tmp_path / "threaded.py").write_text(THREADED, encoding="utf-8")

    said = _warm(tmp_path, "threaded,colorsys", "print(warmed.threaded_by, 'colorsys' in sys.modules)")

    assert said == "threaded False"


@pytest.mark.parametrize(("imported", "is_forked"), [("threaded", False), ("colorsys", True)])
def test_an_app_is_forked_unless_a_package_starts_threads(
    tmp_path: Path, imported: str, *, is_forked: bool
) -> None:
    (tmp_path / "library").mkdir()
    (tmp_path / "library" / "threaded.py").write_text(THREADED, encoding="utf-8")
    page = (
        f"import sys, {imported}\n\ndef page():\n    return f\"{{'wingbeat.dev.warmed' in sys.modules}}\"\n"
    )
    project = write_project(tmp_path / "shop", {"page.py": page})

    with command("dev", project, "--port", "0", PYTHONPATH=str(tmp_path / "library")) as running:
        assert f">{is_forked}<" in get(running.url).text


@pytest.mark.parametrize(
    ("path", "event"),
    [
        ("public/site.css", "styles"),
        ("app/ui/card.css", "styles"),
        ("public/logo.svg", "styles"),
        ("public/stars.js", "reload"),
        ("app/ui/stars.tsx", "reload"),
        ("app/page.py", ""),
        ("shop.db", ""),
        ("node_modules/react/index.js", ""),
        (".wingbeat/cache/x.js", ""),
    ],
)
def test_what_open_pages_are_told_of_a_change(path: str, event: str) -> None:
    project = Path("/home/.hidden/node_modules/shop")

    assert told(project, str(project / path)) == event
