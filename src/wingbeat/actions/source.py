"""What a module's syntax tree says about its directives and actions. Nothing is imported or executed.

    async def delete():
        "use server"                ->  FunctionSource(qualname="row.<locals>.delete", captures=(row: paths (id,)))
        await db.delete(row.id)

The tree, not the running function, is the source of signatures and captures: a process that never rendered
the page must check a call exactly as the one that did.
"""

from __future__ import annotations

import ast
from dataclasses import dataclass
from typing import Literal

__all__ = ["Captured", "Directive", "FunctionSource", "ModuleSource", "ParameterKind", "ParameterSource"]

Directive = Literal["use server", "use client"]
ParameterKind = Literal[
    "POSITIONAL_ONLY", "POSITIONAL_OR_KEYWORD", "VAR_POSITIONAL", "KEYWORD_ONLY", "VAR_KEYWORD"
]


@dataclass(frozen=True, slots=True)
class ParameterSource:
    """One parameter as written: `kind` is the name of an `inspect.Parameter` kind."""

    name: str
    kind: ParameterKind
    annotation: ast.expr | None
    default: ast.expr | None


@dataclass(frozen=True, slots=True)
class Captured:
    """One variable of an enclosing function that a nested function uses."""

    name: str
    frozen: bool
    """Bound in a loop around the action: its value is taken when the `def` runs."""
    paths: tuple[tuple[str, ...], ...] | None
    """The attribute paths that the body uses, or None when it uses the whole value."""
    imported: ast.Import | ast.ImportFrom | None = None
    """The statement that binds it; then nothing travels, and the import is done where the function runs."""


@dataclass(frozen=True, slots=True)
class FunctionSource:
    """One function that is an action, or a plain one that actions may capture."""

    qualname: str
    line: int
    parameters: tuple[ParameterSource, ...]
    captures: tuple[Captured, ...]
    captured_defaults: tuple[str, ...]
    """Parameters whose default uses a variable of an enclosing function."""
    inline: bool
    """Marked in its own docstring, rather than by its module's."""
    guards: tuple[ast.expr, ...] = ()
    """What `guarded_by` above it was given."""


@dataclass(frozen=True, slots=True)
class ModuleSource:
    """One module: its directive, its actions and the tree to compile."""

    directive: Directive | None
    actions: tuple[FunctionSource, ...]
    nested: tuple[FunctionSource, ...]
    """The plain functions inside functions, in modules that have inline actions."""
    tree: ast.Module
