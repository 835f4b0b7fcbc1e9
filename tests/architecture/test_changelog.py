"""One version, said alike in every place that says it."""

import json
import re
import tomllib
from importlib.metadata import version
from pathlib import Path

ROOT = Path(__file__).parents[2]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
CHANGELOG = (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")


def released_versions(changelog: str) -> list[str]:
    """Return the versions of the headings, newest first; `Unreleased` is none."""
    return re.findall(r"^## \[?(\d+\.\d+\.\d+)\]?", changelog, re.MULTILINE)


def test_the_newest_version_in_the_changelog_is_the_project_s() -> None:
    assert released_versions(CHANGELOG)[0] == PROJECT["version"]


def test_the_installed_package_has_the_project_s_version() -> None:
    assert version("wingbeat") == PROJECT["version"]


def test_every_npm_package_has_the_project_s_version() -> None:
    packages = sorted(ROOT.glob("packages/*/package.json"))

    versions = {
        path.parent.name: json.loads(path.read_text(encoding="utf-8"))["version"] for path in packages
    }

    assert versions == dict.fromkeys(versions, PROJECT["version"])


def test_versions_are_read_from_headings_only() -> None:
    assert released_versions("## Unreleased\n\n- since 0.3.0\n\n## 0.2.0 - soon\n\n## [0.1.0]\n") == [
        "0.2.0",
        "0.1.0",
    ]
