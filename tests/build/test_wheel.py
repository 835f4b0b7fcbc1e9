"""The wheel holds everything that an app needs: no Node and no checkout beside it."""

from __future__ import annotations

import json
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest


@pytest.fixture(scope="module")
def wheel(root: Path, tmp_path_factory: pytest.TempPathFactory) -> zipfile.Path:
    folder = tmp_path_factory.mktemp("wheel")
    subprocess.run(
        [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(folder)],
        cwd=root,
        check=True,
        capture_output=True,
    )
    (file,) = folder.glob("wingbeat-*.whl")
    return zipfile.Path(file)


def test_the_browser_runtime_is_in_the_wheel(wheel: zipfile.Path) -> None:
    browser = wheel / "wingbeat" / "browser"
    manifest = json.loads((browser / "manifest.json").read_text(encoding="utf-8"))

    for mode in ("production", "development"):
        assert manifest[mode]["files"]
        assert all((browser / mode / name).is_file() for name in manifest[mode]["files"])


def test_the_template_is_in_the_wheel_hidden_files_included(root: Path, wheel: zipfile.Path) -> None:
    template = root / "src" / "wingbeat" / "cli" / "template"
    files = [file.relative_to(template) for file in template.rglob("*.txt")]

    assert len(files) == 6
    assert all((wheel / "wingbeat" / "cli" / "template").joinpath(*file.parts).is_file() for file in files)


def test_type_checkers_read_the_wheel(wheel: zipfile.Path) -> None:
    assert (wheel / "wingbeat" / "py.typed").is_file()


def test_nothing_of_the_workshop_is_in_the_wheel(wheel: zipfile.Path) -> None:
    names = [entry.name for entry in wheel.iterdir()]

    assert sorted(name for name in names if not name.endswith(".dist-info")) == ["wingbeat"]
    assert not [
        name for name in zipfile.ZipFile(str(wheel.root.filename)).namelist() if "__pycache__" in name
    ]
