"""Reads a tree of Python modules as syntax: what each imports, where, and how large it is.

Nothing is imported or run, so the same questions can be asked of a planted tree in a temporary folder.
"""

import ast
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda)


@dataclass(frozen=True)
class Import:
    """One name that one module imports, always absolute."""

    importer: str
    line: int
    imported: str
    in_function: bool

    def __str__(self) -> str:
        return f"{self.importer}:{self.line} imports {self.imported}"


@dataclass(frozen=True)
class Module:
    """One source file."""

    name: str
    path: Path

    @cached_property
    def tree(self) -> ast.Module:
        return ast.parse(self.path.read_text(encoding="utf-8"), str(self.path))

    def binds(self, name: str) -> bool:
        """Say whether the module itself binds *name*, which is then what an import of it gets."""
        for node in self.tree.body:
            names = [alias.asname or alias.name for alias in getattr(node, "names", [])]
            if name in names or getattr(node, "name", None) == name:
                return True
        return False

    @property
    def is_package(self) -> bool:
        return self.path.name == "__init__.py"


class SourceTree:
    """All modules of one package, by dotted name."""

    def __init__(self, package: Path) -> None:
        self.package = package.name
        self.modules = {
            module.name: module
            for path in sorted(package.rglob("*.py"))
            if "templates" not in path.parts  # what `wingbeat new` copies is an app, not ours
            for module in [Module(_dotted(path.relative_to(package.parent)), path)]
        }

    def home(self, name: str) -> str:
        """Return a module's package: `flight` for `wingbeat.flight.rows`, nothing for the root facade."""
        return name.split(".")[1] if "." in name else ""

    def imports(self) -> Iterator[Import]:
        """Yield every import, wherever it stands; `from package import module` names the module."""
        for module in self.modules.values():
            inside = {
                id(inner)
                for outer in ast.walk(module.tree)
                if isinstance(outer, FUNCTIONS)
                for inner in ast.walk(outer)
            }
            for node in ast.walk(module.tree):
                for name in self._names(module, node):
                    yield Import(module.name, getattr(node, "lineno", 0), name, id(node) in inside)

    def _names(self, module: Module, node: ast.AST) -> Iterator[str]:
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            origin = self._origin(module, node)
            for alias in node.names:
                deeper = f"{origin}.{alias.name}"
                facade = self.modules.get(origin)
                yield (
                    deeper if deeper in self.modules and not (facade and facade.binds(alias.name)) else origin
                )
        elif isinstance(node, ast.Call) and _called(node) in {"import_module", "__import__"}:
            literal = node.args[0] if node.args else None
            if isinstance(literal, ast.Constant) and isinstance(literal.value, str):
                yield literal.value

    def _origin(self, module: Module, node: ast.ImportFrom) -> str:
        if not node.level:
            return node.module or ""
        up = node.level - module.is_package
        package = module.name.split(".")
        return ".".join([*package[: len(package) - up], *filter(None, [node.module])])


def _dotted(path: Path) -> str:
    return ".".join(path.with_suffix("").parts).removesuffix(".__init__")


def _called(node: ast.Call) -> str:
    return node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
