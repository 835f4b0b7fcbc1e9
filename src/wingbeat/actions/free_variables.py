"""What a nested function captures, read from the syntax tree.

    for row in rows:
        label = row.name.upper()
        async def delete():
            "use server"                       row    frozen, path (id,)
            await store.delete(row.id, label)  label  frozen, whole value; store is global: not captured

A variable that a loop around the action has bound is frozen when the `def` runs, so that each turn keeps its
own value as JavaScript's `const` does; every other one is read when the action is handed over, also one that
the loop binds only after the `def`. An import is no value: it is done again where the action runs.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass, field

from .scopes import FUNCTIONS, SCOPES, Function, bindings, bound_names, inner_parts, outer_parts, position
from .source import Captured

__all__ = ["find_captures"]

Path = tuple[str, ...]
_LOOPS = (ast.For, ast.AsyncFor, ast.While)


def find_captures(function: Function, parents: tuple[ast.AST, ...]) -> tuple[Captured, ...]:
    """Return the captured variables of `function`, whose ancestors are `parents`, outermost first."""
    owners = {name for parent in parents if isinstance(parent, FUNCTIONS) for name in bound_names(parent)}
    uses = _Uses(owners)
    uses.visit_inside(function, function.body)
    return tuple(_captured(name, uses.paths[name], function, parents) for name in sorted(uses.paths))


def _captured(name: str, paths: set[Path], function: Function, parents: tuple[ast.AST, ...]) -> Captured:
    imported = _sole_import(name, parents)
    frozen = imported is None and _is_frozen(name, function, parents)
    return Captured(name, frozen, _shortest(paths) if paths and imported is None else None, imported)


@dataclass(slots=True)
class _Uses:
    """Collects each free variable's attribute paths; an empty set means that the whole value is used."""

    candidates: set[str]
    paths: dict[str, set[Path]] = field(default_factory=dict[str, set[Path]])
    _whole: set[str] = field(default_factory=set[str])
    _scopes: list[tuple[ast.AST, frozenset[str]]] = field(
        default_factory=list[tuple[ast.AST, frozenset[str]]]
    )

    def visit_inside(self, scope: ast.AST, parts: list[ast.stmt] | list[ast.AST]) -> None:
        self._scopes.append((scope, bound_names(scope)))
        for part in parts:
            self._visit(part)
        self._scopes.pop()

    def _visit(self, node: ast.AST) -> None:
        match node:
            case ast.Call(func=ast.Attribute() as called) if path := _attribute_path(called):
                self._use(path[0], path[1][:-1])  # a method needs its object
                for argument in (*node.args, *node.keywords):
                    self._visit(argument)
            case ast.Attribute() if path := _attribute_path(node):
                self._use(*path)
            case ast.Name():
                self._use(node.id, ())
            case _ if isinstance(node, SCOPES):
                for part in outer_parts(node):
                    self._visit(part)
                self.visit_inside(node, inner_parts(node))
            case _:
                for child in ast.iter_child_nodes(node):
                    self._visit(child)

    def _use(self, name: str, path: Path) -> None:
        if name not in self.candidates or self._is_local(name):
            return
        if not path or name in self._whole:
            self._whole.add(name)
            self.paths[name] = set()
        else:
            self.paths.setdefault(name, set()).add(path)

    def _is_local(self, name: str) -> bool:
        innermost = self._scopes[-1][0]
        # What a class body binds is not seen by the functions in it.
        return any(
            name in bound
            for scope, bound in self._scopes
            if scope is innermost or not isinstance(scope, ast.ClassDef)
        )


def _attribute_path(node: ast.Attribute) -> tuple[str, Path] | None:
    """Return the variable and attributes of `variable.a.b`, if it only reads."""
    attributes: list[str] = []
    here: ast.expr = node
    while isinstance(here, ast.Attribute):
        if not isinstance(here.ctx, ast.Load):
            return None
        attributes.append(here.attr)
        here = here.value
    return (here.id, tuple(reversed(attributes))) if isinstance(here, ast.Name) else None


def _shortest(paths: set[Path]) -> tuple[Path, ...]:
    """Drop each path that another one leads through."""
    return tuple(
        sorted(path for path in paths if not any(path[:length] in paths for length in range(1, len(path))))
    )


def _sole_import(name: str, parents: tuple[ast.AST, ...]) -> ast.Import | ast.ImportFrom | None:
    """Return the import statement that alone binds `name` in the function that owns it."""
    owner = next(
        (one for one in reversed(parents) if isinstance(one, FUNCTIONS) and name in bound_names(one)), None
    )
    binders = [node for bound, node in bindings(owner) if bound == name] if owner else []
    statement = binders[0] if len(binders) == 1 else None
    return statement if isinstance(statement, ast.Import | ast.ImportFrom) else None


def _is_frozen(name: str, function: Function, parents: tuple[ast.AST, ...]) -> bool:
    return any(_binds_before(loop, name, before) for loop, before in _loops_of_owner(name, function, parents))


def _binds_before(loop: ast.AST, name: str, function: ast.AST) -> bool:
    # After the def, the cell still holds the value of the turn before: no value to keep.
    return any(bound == name and position(node) < position(function) for bound, node in bindings(loop))


def _loops_of_owner(
    name: str, function: ast.AST, parents: tuple[ast.AST, ...]
) -> Iterator[tuple[ast.AST, ast.AST]]:
    """Yield the loops that repeat the action in the function that binds `name`, each with what it repeats.

    Inside one more function the action is made when that function is called, at the end of the turn at most.
    """
    loops: list[tuple[ast.AST, ast.AST]] = []
    inner, below = function, function
    for parent in reversed(parents):
        if isinstance(parent, FUNCTIONS):
            if name in bound_names(parent):
                yield from loops
                return
            loops, inner = [], parent
        elif isinstance(parent, _LOOPS) and below not in parent.orelse:
            end = inner if inner is function else _end(parent)
            loops.append((parent, end))
        below = parent


def _end(node: ast.AST) -> ast.AST:
    end = ast.Pass()
    end.lineno, end.col_offset = (getattr(node, "end_lineno", 0) or 0) + 1, 0
    return end
