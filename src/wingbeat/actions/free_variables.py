"""What an inline action captures, read from the syntax tree.

    for row in rows:
        label = row.name.upper()
        async def delete():
            "use server"                       row    frozen, path (id,)
            await store.delete(row.id, label)  label  frozen, whole value; store is global: not captured

A variable bound in a loop around the action is frozen when the `def` runs, so that each turn keeps its own
value as JavaScript's `const` does; every other one is read when the action is handed over.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass, field

from .scopes import FUNCTIONS, Function, bound_names
from .source import Captured

__all__ = ["find_captures"]

_LOOPS = (ast.For, ast.AsyncFor, ast.While)
_SCOPES = (*FUNCTIONS, ast.Lambda, ast.ClassDef, ast.ListComp, ast.SetComp, ast.DictComp, ast.GeneratorExp)


def find_captures(function: Function, parents: tuple[ast.AST, ...]) -> tuple[Captured, ...]:
    """Return the captured variables of `function`, whose ancestors are `parents`, outermost first."""
    owners = {name for parent in parents if isinstance(parent, FUNCTIONS) for name in bound_names(parent)}
    uses = _Uses(owners)
    uses.visit_scope(function, function.body)
    return tuple(
        Captured(name, _is_frozen(name, parents), _shortest(paths) if (paths := uses.paths[name]) else None)
        for name in sorted(uses.paths)
    )


@dataclass
class _Uses:
    """Collects each free variable's attribute paths; an empty set means that the whole value is used."""

    candidates: set[str]
    paths: dict[str, set[tuple[str, ...]]] = field(default_factory=dict)
    _whole: set[str] = field(default_factory=set)
    _inner: list[frozenset[str]] = field(default_factory=list)

    def visit_scope(self, scope: ast.AST, body: list[ast.stmt] | list[ast.AST]) -> None:
        self._inner.append(bound_names(scope))
        for node in body:
            self._visit(node)
        self._inner.pop()

    def _visit(self, node: ast.AST) -> None:
        match node:
            case ast.Call(func=ast.Attribute() as called) if path := self._path(called):
                self._use(*path, drop_last=True)  # a method needs its object
                for argument in (*node.args, *node.keywords):
                    self._visit(argument)
            case ast.Attribute() if path := self._path(node):
                self._use(*path)
            case ast.Name():
                self._use(node.id, ())
            case _ if isinstance(node, _SCOPES):
                self.visit_scope(node, list(ast.iter_child_nodes(node)))
            case _:
                for child in ast.iter_child_nodes(node):
                    self._visit(child)

    @staticmethod
    def _path(node: ast.Attribute) -> tuple[str, tuple[str, ...]] | None:
        """Return the variable and attributes of `variable.a.b`, if it only reads."""
        attributes: list[str] = []
        here: ast.expr = node
        while isinstance(here, ast.Attribute):
            if not isinstance(here.ctx, ast.Load):
                return None
            attributes.append(here.attr)
            here = here.value
        return (here.id, tuple(reversed(attributes))) if isinstance(here, ast.Name) else None

    def _use(self, name: str, path: tuple[str, ...], *, drop_last: bool = False) -> None:
        if name not in self.candidates or any(name in bound for bound in self._inner):
            return
        path = path[:-1] if drop_last else path
        if not path or name in self._whole:
            self._whole.add(name)
            self.paths[name] = set()
        else:
            self.paths.setdefault(name, set()).add(path)


def _shortest(paths: set[tuple[str, ...]]) -> tuple[tuple[str, ...], ...]:
    """Drop each path that another one leads through."""
    return tuple(
        sorted(path for path in paths if not any(path[:length] in paths for length in range(1, len(path))))
    )


def _is_frozen(name: str, parents: tuple[ast.AST, ...]) -> bool:
    return any(name in bound_names(loop) for loop in _loops_of_owner(name, parents))


def _loops_of_owner(name: str, parents: tuple[ast.AST, ...]) -> Iterator[ast.AST]:
    """Yield the loops around the action that stand in the very function that binds `name`."""
    loops: list[ast.AST] = []
    for parent in reversed(parents):
        if isinstance(parent, FUNCTIONS):
            if name in bound_names(parent):
                yield from loops
                return
            loops = []
        elif isinstance(parent, _LOOPS):
            loops.append(parent)
