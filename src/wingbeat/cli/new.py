"""`wingbeat new`: copies the template of a project."""

from __future__ import annotations

import re
from importlib import resources
from importlib.resources.abc import Traversable
from pathlib import Path

from wingbeat.errors import ConfigError

__all__ = ["create_project"]

_SUFFIX = ".txt"
"""Of the template's files, so that no tool takes them for ours."""


def create_project(parent: Path, name: str) -> Path:
    """Create the folder `name` in `parent` and return it. Raises ConfigError when it exists or the name is none."""
    if not re.fullmatch(r"[A-Za-z][A-Za-z0-9_-]*", name):
        raise ConfigError(
            f"{name!r} is no project name. Use letters, digits, - and _, starting with a letter."
        )
    folder = parent / name
    if folder.exists():
        raise ConfigError(f"{folder} exists already. Choose another name, or remove it first.")
    _copy(resources.files("wingbeat.cli") / "template", folder, name)
    return folder


def _copy(source: Traversable, target: Path, name: str) -> None:
    target.mkdir(parents=True)
    for entry in source.iterdir():
        if entry.is_dir():
            _copy(entry, target / entry.name, name)
        elif entry.name.endswith(_SUFFIX):
            text = entry.read_text(encoding="utf-8").replace("{{name}}", name)
            (target / entry.name.removesuffix(_SUFFIX)).write_text(text, encoding="utf-8")
