"""Which packages of others a project imports: they are imported once, in the process that children are forked from.

The project's own modules never are: a child imports them afresh. Nothing is run to find out.
"""

from __future__ import annotations

import ast
import os
from collections.abc import Iterator
from pathlib import Path

__all__ = ["FOREIGN_FOLDERS", "WARM_VARIABLE", "foreign_imports"]

WARM_VARIABLE = "WINGBEAT_DEV_IMPORTS"
"""What the process that children are forked from is to import, separated by commas."""

FOREIGN_FOLDERS = {"node_modules", "__pycache__"}


def foreign_imports(project: Path) -> list[str]:
    """Return the modules that the project's sources import from outside of it, in order."""
    names = {name for file in _sources(project) for name in _imports(file)}
    return sorted(name for name in names if not _is_own(project, name.partition(".")[0]))


def _sources(project: Path) -> Iterator[Path]:
    for folder, folders, files in os.walk(project):
        folders[:] = [name for name in folders if not name.startswith(".") and name not in FOREIGN_FOLDERS]
        if "pyvenv.cfg" in files:  # an environment with another name
            folders.clear()
            continue
        yield from (Path(folder, name) for name in files if name.endswith(".py"))


def _imports(file: Path) -> Iterator[str]:
    try:
        tree = ast.parse(file.read_bytes())
    except (SyntaxError, ValueError, OSError):  # told where the app is loaded
        return
    for node in tree.body:  # what stands deeper may be meant for another system
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            yield node.module


def _is_own(project: Path, name: str) -> bool:
    return (project / name).is_dir() or (project / f"{name}.py").is_file()
