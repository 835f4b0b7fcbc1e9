"""What a "use client" module must not import: what exists on the server only, directly or through others.

    app/ui/menu.py ("use client")  ->  app.format  ->  app.db (server_only = True)          DirectiveError

A "use server" module may be imported: its actions are what the browser calls. Another "use client" module answers
for itself. Server-only is a module of the app that says `server_only = True` or has inline actions, and what the
browser has no part of in Wingbeat itself, such as `cookies`. Read from source; nothing is imported or executed.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from wingbeat.errors import DirectiveError

from .directive_text import directive_in, docstring_of
from .module_imports import ModuleFile, StaticImport, imports_of, module_file
from .scopes import FUNCTIONS

__all__ = ["refuse_server_imports"]

SERVER_ONLY = "server_only"
"""The module constant by which a module says that no part of it may reach the browser."""

_LIBRARY = "wingbeat"
_IN_THE_BROWSER = frozenset(
    {
        "ActionError",
        "BigInt",
        "File",
        "FormData",
        "UNDEFINED",
        "client_module",
        "component",
        "error_boundary",
        "fragment",
        "html",
        "react",
        "suspense",
        "ui",
    }
)
"""What a client module may take from `wingbeat`: names, and sub-packages with all that is in them."""


def refuse_server_imports(project: Path, module: ModuleFile, tree: ast.Module) -> None:
    """Raise DirectiveError, with the way there, if the client module `module` imports what is server-only."""
    _Search(project, module.name.partition(".")[0]).look(module, tree, ())


@dataclass(slots=True)
class _Search:
    project: Path
    app: str
    seen: set[str] = field(default_factory=set[str])

    def look(self, module: ModuleFile, tree: ast.Module, way: tuple[tuple[ModuleFile, int], ...]) -> None:
        self.seen.add(module.name)
        for found in imports_of(tree, module):
            here = (*way, (module, found.line))
            if problem := _of_the_library(found):
                _refuse(here, problem)
            for name in self._modules(found):
                target = module_file(self.project, name) if name not in self.seen else None
                if target is not None:
                    self._enter(target, here)

    def _enter(self, module: ModuleFile, way: tuple[tuple[ModuleFile, int], ...]) -> None:
        tree = ast.parse(module.read(), str(module.file))
        if directive_in(docstring_of(tree)):
            return
        if _says_server_only(tree):
            _refuse(way, f"{module.name}, which says {SERVER_ONLY} = True")
        if action := _inline_action(tree):
            _refuse(way, f"{module.name}, which has the inline action {action}()")
        self.look(module, tree, way)

    def _modules(self, found: StaticImport) -> Iterator[str]:
        if found.module.partition(".")[0] == self.app:
            yield found.module
            yield from (f"{found.module}.{name}" for name, _ in found.names)


def _refuse(way: tuple[tuple[ModuleFile, int], ...], what: str) -> None:
    (module, line), *others = way
    through = "".join(f"{one.name} -> " for one, _ in others)
    raise DirectiveError(
        f'{module.file}:{line}: the "use client" module {module.name} imports {through}{what}; that exists on the '
        'server only. Give the component what it needs as props, or call an action of a "use server" module.'
    )


def _of_the_library(found: StaticImport) -> str | None:
    top, _, below = found.module.partition(".")
    if top != _LIBRARY or below.partition(".")[0] in _IN_THE_BROWSER:
        return None
    if below:
        return found.module
    return next((f"{top}.{name}" for name, _ in found.names if name not in _IN_THE_BROWSER), None)


def _says_server_only(tree: ast.Module) -> bool:
    for statement in tree.body:
        match statement:
            case ast.Assign(targets=[ast.Name(id=name)], value=ast.Constant(value=True)):
                if name == SERVER_ONLY:
                    return True
            case ast.AnnAssign(target=ast.Name(id=name), value=ast.Constant(value=True)):
                if name == SERVER_ONLY:
                    return True
            case _:
                pass
    return False


def _inline_action(tree: ast.Module) -> str | None:
    return next(
        (
            node.name
            for node in ast.walk(tree)
            if isinstance(node, FUNCTIONS) and directive_in(docstring_of(node)) == "use server"
        ),
        None,
    )
