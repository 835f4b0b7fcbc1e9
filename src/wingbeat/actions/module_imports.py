"""What a module imports, read from its syntax tree; and the file that a module of the app is in.

    from ..db import rows as all_rows   in app.shop.page   ->   StaticImport("app.db", (("rows", "all_rows"),), line)

Imports for type checkers (`if TYPE_CHECKING:`) never run and are left out. Nothing is imported here.
"""

from __future__ import annotations

import ast
import importlib.util
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

__all__ = ["DOTS", "ModuleFile", "StaticImport", "imports_of", "module_file"]

DOTS = "…"
"""Stands in a module's name for the dots of a folder `[...rest]`, which would part the name."""


@dataclass(frozen=True, slots=True)
class ModuleFile:
    """One module of the app and where its source is."""

    name: str
    file: Path

    @property
    def package(self) -> str:
        """What its relative imports start from."""
        return self.name if self.file.name == "__init__.py" else self.name.rpartition(".")[0]

    def read(self) -> str:
        """Return the source, decoded as Python does."""
        return importlib.util.decode_source(self.file.read_bytes())


@dataclass(frozen=True, slots=True)
class StaticImport:
    """One module that a statement names."""

    module: str
    names: tuple[tuple[str, str], ...]
    """What `from` takes out of it, each with its name here; empty for `import module`."""
    bound: str
    """The name that `import module` binds here: the whole one's first part, or the `as`."""
    line: int


def imports_of(tree: ast.Module, module: ModuleFile) -> Iterator[StaticImport]:
    """Yield every import statement of `module`, also those inside functions, with absolute names."""
    for node in _running(tree):
        if isinstance(node, ast.Import):
            for alias in node.names:
                bound = alias.asname or alias.name.partition(".")[0]
                yield StaticImport(alias.name, (), bound, node.lineno)
        elif isinstance(node, ast.ImportFrom):
            dotted = "." * node.level + (node.module or "")
            name = importlib.util.resolve_name(dotted, module.package) if node.level else dotted
            taken = tuple((alias.name, alias.asname or alias.name) for alias in node.names)
            yield StaticImport(name, taken, "", node.lineno)


def module_file(project: Path, name: str) -> ModuleFile | None:
    """Return the module `name` below the folder `project`, None if no file there has this name."""
    path = project.joinpath(*(part.replace(DOTS, "...") for part in name.split(".")))
    for file in (path.with_name(f"{path.name}.py"), path / "__init__.py"):
        if file.is_file():
            return ModuleFile(name, file)
    return None


def _running(node: ast.AST) -> Iterator[ast.AST]:
    for child in ast.iter_child_nodes(node):
        if isinstance(child, ast.If) and _is_for_type_checkers(child.test):
            for statement in child.orelse:
                yield statement
                yield from _running(statement)
            continue
        yield child
        yield from _running(child)


def _is_for_type_checkers(test: ast.expr) -> bool:
    name = test.attr if isinstance(test, ast.Attribute) else test.id if isinstance(test, ast.Name) else ""
    return name == "TYPE_CHECKING"
