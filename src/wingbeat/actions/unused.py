"""Which actions nothing in the app's sources uses: no page, no client module, no import statement.

    actions.py: def save(), def old()     page.py: from .actions import save     ->  old is unused

An action counts as used when its own module names it outside its definition, when another module of the app imports
it or reads it from its module, or when a script or TSX file of the project contains its name. In doubt it is used.
"""

from __future__ import annotations

import ast
import os
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path

from .definition import Definition
from .module_imports import ModuleFile, imports_of
from .scopes import FUNCTIONS

__all__ = ["find_unused"]

_ALL = "*"
_SCRIPTS = frozenset({".ts", ".tsx", ".mts", ".js", ".jsx", ".mjs"})
_NOT_OURS = frozenset({"node_modules", "dist", "build", "__pycache__"})
_NAME = re.compile(r"[^\W\d]\w*")


def find_unused(
    project: Path, modules: Iterable[ModuleFile], definitions: Iterable[Definition]
) -> list[Definition]:
    """Return those of `definitions` that no source below `project` uses; `modules` are the app's."""
    sources = {module.name: _Source(module) for module in modules}
    taken = _Taken()
    for source in sources.values():
        source.tell(taken, sources.keys())
    unused = [one for one in definitions if not _is_used(one, sources, taken)]
    if not unused:
        return []
    named = _named_in_scripts(project)
    return [one for one in unused if _last(one) not in named]


def _is_used(definition: Definition, sources: dict[str, _Source], taken: _Taken) -> bool:
    module = definition.module.__name__
    source = sources.get(module)
    return (
        source is None
        or taken.has(module, _last(definition))
        or source.names_outside(_last(definition), definition.source.line)
    )


def _last(definition: Definition) -> str:
    return definition.qualname.rpartition(".")[2]


@dataclass(slots=True)
class _Taken:
    """What modules take from each other: module -> names, `*` for whatever it has."""

    names: dict[str, set[str]] = field(default_factory=dict[str, set[str]])

    def add(self, module: str, names: Iterable[str]) -> None:
        self.names.setdefault(module, set()).update(names)

    def has(self, module: str, name: str) -> bool:
        return bool({name, _ALL} & self.names.get(module, set()))


class _Source:
    """One module of the app, as its text says what it uses."""

    def __init__(self, module: ModuleFile) -> None:
        self._module = module
        self._tree = ast.parse(module.read(), str(module.file))

    def tell(self, taken: _Taken, known: Iterable[str]) -> None:
        """Add what this module takes from others."""
        known = frozenset(known)
        for found in imports_of(self._tree, self._module):
            for name, here in found.names:
                taken.add(found.module, (name,))
                if (submodule := f"{found.module}.{name}") in known:
                    taken.add(submodule, self._read_from(here))
            if not found.names and found.module in known:
                taken.add(found.module, self._read_from(found.bound))

    def names_outside(self, name: str, line: int) -> bool:
        """Whether this module names `name` anywhere but inside the function defined in `line`."""
        own = next(
            (node for node in ast.walk(self._tree) if isinstance(node, FUNCTIONS) and node.lineno == line),
            None,
        )
        inside = {id(node) for node in ast.walk(own)} if own else set[int]()
        return any(id(node) not in inside for node in self._loads.get(name, []))

    @cached_property
    def _loads(self) -> dict[str, list[ast.Name]]:
        loads: dict[str, list[ast.Name]] = {}
        for node in ast.walk(self._tree):
            if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Load):
                loads.setdefault(node.id, []).append(node)
        return loads

    def _read_from(self, variable: str) -> set[str]:
        """Return the attributes read anywhere in this module, all if `variable` is used in another way too."""
        attributes = [node for node in ast.walk(self._tree) if isinstance(node, ast.Attribute)]
        owners = {id(node.value) for node in attributes}
        if any(id(node) not in owners for node in self._loads.get(variable, [])):
            return {_ALL}
        return {node.attr for node in attributes}


def _named_in_scripts(project: Path) -> set[str]:
    return {
        name
        for file in _scripts(project)
        for name in _NAME.findall(file.read_text(encoding="utf-8", errors="replace"))
    }


def _scripts(project: Path) -> Iterator[Path]:
    for folder, folders, files in os.walk(project):
        folders[:] = [name for name in folders if name not in _NOT_OURS and not name.startswith(".")]
        yield from (Path(folder, file) for file in files if Path(file).suffix in _SCRIPTS)
