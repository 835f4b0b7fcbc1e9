'''Finds `"use server"` and `"use client"` in source text, by its syntax tree.

A function or module whose docstring's first line is a directive is marked; documentation may follow. Case,
blanks and one final period do not matter, because linters rewrite `"use server"` to `\"""Use server.\"""`.
Every misuse is a DirectiveError with file, line and fix.
'''

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass

from wingbeat.errors import DirectiveError

from .free_variables import find_captures
from .scopes import FUNCTIONS, Function, bound_names
from .source import ActionSource, Directive, ModuleSource, ParameterSource

__all__ = ["MARKER", "has_directive", "read_module"]

MARKER = "__wingbeat_action__"
"""The global through which the compiled module hands each inline action to Wingbeat."""

MAX_TYPING_SLIPS = 2
"""Edits between a docstring and a directive below which it is taken for a misspelled one."""


def has_directive(source: str) -> bool:
    """Tell quickly whether `source` may hold a directive at all."""
    lowered = source.lower()
    return "use server" in lowered or "use client" in lowered


def read_module(source: str, file: str) -> ModuleSource:
    """Return what `source` marks, and its tree with every inline action handed to `MARKER`.

    Raises DirectiveError for each misuse, SyntaxError as `compile` does.
    """
    return _Reader(ast.parse(source, file), file).read()


@dataclass(slots=True)
class _Reader:
    tree: ast.Module
    file: str

    def read(self) -> ModuleSource:
        directive = self._directive(self.tree)
        inline = [found for found in _nested(self.tree, ()) if self._marks_action(*found, directive)]
        actions = [self._inline_action(function, parents) for function, parents in inline]
        if directive == "use server":
            marked = {action.qualname for action in actions}
            actions += [
                self._module_action(function) for function in self._public() if function.name not in marked
            ]
        self._refuse_same_names(actions)
        ast.fix_missing_locations(self.tree)
        return ModuleSource(directive, tuple(actions), self.tree)

    def _directive(self, node: ast.Module | Function | ast.ClassDef) -> Directive | None:
        self._refuse_late_directive(node)
        first_line = _first_line(node)
        if first_line in {"use server", "use client"}:
            return first_line  # type: ignore[return-value]  # just compared with both
        for directive in ("use server", "use client"):
            if first_line.startswith("us") and _edits(first_line, directive) <= MAX_TYPING_SLIPS:
                self._refuse(
                    node.body[0], f'the docstring "{first_line}" is no directive. Did you mean "{directive}"?'
                )
        return None

    def _refuse_late_directive(self, node: ast.Module | Function | ast.ClassDef) -> None:
        for statement in node.body[1:]:
            if isinstance(statement, ast.Expr) and _text(statement.value) in {"use server", "use client"}:
                where = "file" if isinstance(node, ast.Module) else "body"
                self._refuse(
                    statement,
                    f"a directive must be the docstring, and the only one: move it to the top of the {where}.",
                )

    def _marks_action(
        self, function: Function, parents: tuple[ast.AST, ...], module: Directive | None
    ) -> bool:
        directive = self._directive(function)
        if directive is None:
            return False
        name = function.name
        if directive == "use client":
            self._refuse(
                function, f'{name}() says "use client", which marks whole modules. Move it to its own file.'
            )
        if module == "use client":
            self._refuse(
                function,
                f'{name}() says "use server" in a "use client" module. Move it to a "use server" module and import it.',
            )
        if any(isinstance(parent, ast.ClassDef) for parent in parents):
            self._refuse(
                function, f"{name}() is a method; an action is a function. Move it out of the class."
            )
        if function.decorator_list and any(isinstance(parent, FUNCTIONS) for parent in parents):
            self._refuse(
                function,
                f"the inline action {name}() has a decorator, which a call from the browser would skip. "
                "Move it to module level, or call the decorator's work inside it.",
            )
        return True

    def _inline_action(self, function: Function, parents: tuple[ast.AST, ...]) -> ActionSource:
        self._refuse_nonlocal(function)
        self._refuse_local_annotations(function, parents)
        qualname = _qualname(function, parents)
        marker = ast.Call(ast.Name(MARKER, ast.Load()), [ast.Constant(qualname)], [])
        function.decorator_list.insert(0, ast.copy_location(marker, function))
        return ActionSource(
            qualname,
            function.lineno,
            _parameters(function),
            find_captures(function, parents),
            _local_defaults(function, parents),
            inline=True,
        )

    def _module_action(self, function: Function) -> ActionSource:
        return ActionSource(function.name, function.lineno, _parameters(function), (), (), inline=False)

    def _public(self) -> Iterator[Function]:
        exported = _dunder_all(self.tree)
        for statement in self.tree.body:
            if isinstance(statement, FUNCTIONS) and (
                statement.name in exported if exported is not None else not statement.name.startswith("_")
            ):
                yield statement

    def _refuse_same_names(self, actions: list[ActionSource]) -> None:
        lines: dict[str, int] = {}
        for action in actions:
            if action.qualname in lines:
                raise DirectiveError(
                    f"{self.file}:{action.line}: a second action named {action.qualname}, after line "
                    f"{lines[action.qualname]}. A call could not tell them apart: rename one."
                )
            lines[action.qualname] = action.line

    def _refuse_nonlocal(self, function: Function) -> None:
        for node in ast.walk(function):
            if isinstance(node, ast.Nonlocal):
                self._refuse(
                    node,
                    f"nonlocal {', '.join(node.names)} in the action {function.name}(): it runs in a later request, "
                    "where that variable is a copy. Store the value (database, cookie) instead.",
                )

    def _refuse_local_annotations(self, function: Function, parents: tuple[ast.AST, ...]) -> None:
        local = _local_names(parents)
        arguments = function.args
        for argument in (*arguments.posonlyargs, *arguments.args, *arguments.kwonlyargs):
            for node in ast.walk(argument.annotation) if argument.annotation else ():
                if isinstance(node, ast.Name) and node.id in local:
                    self._refuse(
                        argument,
                        f"the annotation of {argument.arg} in the action {function.name}() names {node.id}, "
                        "which exists only while the page renders. Define it at module level.",
                    )

    def _refuse(self, node: ast.AST, message: str) -> None:
        raise DirectiveError(f"{self.file}:{getattr(node, 'lineno', 1)}: {message}")


def _first_line(node: ast.Module | Function | ast.ClassDef) -> str:
    first = node.body[0] if node.body else None
    return _text(first.value) if isinstance(first, ast.Expr) else ""


def _text(expression: ast.expr) -> str:
    """Return a string expression's first line as directives are compared, else an empty string."""
    if not (isinstance(expression, ast.Constant) and isinstance(expression.value, str)):
        return ""
    lines = expression.value.strip().splitlines()
    return " ".join(lines[0].strip().removesuffix(".").lower().split()) if lines else ""


def _edits(left: str, right: str) -> int:
    """Return the Levenshtein distance, cut off where no docstring is a slip of the keyboard any more."""
    if abs(len(left) - len(right)) > MAX_TYPING_SLIPS:
        return MAX_TYPING_SLIPS + 1
    row = list(range(len(right) + 1))
    for i, one in enumerate(left, 1):
        previous, row[0] = row[0], i
        for j, other in enumerate(right, 1):
            previous, row[j] = row[j], min(row[j] + 1, row[j - 1] + 1, previous + (one != other))
    return row[-1]


def _nested(node: ast.AST, parents: tuple[ast.AST, ...]) -> Iterator[tuple[Function, tuple[ast.AST, ...]]]:
    """Yield every function below `node` with all its ancestors, outermost first."""
    for child in ast.iter_child_nodes(node):
        if isinstance(child, FUNCTIONS):
            yield child, (*parents, node)
        yield from _nested(child, (*parents, node))


def _qualname(function: Function, parents: tuple[ast.AST, ...]) -> str:
    parts: list[str] = []
    for parent in parents:
        if isinstance(parent, FUNCTIONS):
            parts += [parent.name, "<locals>"]
        elif isinstance(parent, ast.ClassDef):
            parts.append(parent.name)
    return ".".join([*parts, function.name])


def _parameters(function: Function) -> tuple[ParameterSource, ...]:
    arguments = function.args
    positional = [*arguments.posonlyargs, *arguments.args]
    defaults: list[ast.expr | None] = [None] * (len(positional) - len(arguments.defaults)) + list(
        arguments.defaults
    )
    found: list[ParameterSource] = []
    for index, (argument, default) in enumerate(zip(positional, defaults, strict=True)):
        kind = "POSITIONAL_ONLY" if index < len(arguments.posonlyargs) else "POSITIONAL_OR_KEYWORD"
        found.append(ParameterSource(argument.arg, kind, argument.annotation, default))  # type: ignore[arg-type]
    if arguments.vararg:
        found.append(
            ParameterSource(arguments.vararg.arg, "VAR_POSITIONAL", arguments.vararg.annotation, None)
        )
    for argument, default in zip(arguments.kwonlyargs, arguments.kw_defaults, strict=True):
        found.append(ParameterSource(argument.arg, "KEYWORD_ONLY", argument.annotation, default))
    if arguments.kwarg:
        found.append(ParameterSource(arguments.kwarg.arg, "VAR_KEYWORD", arguments.kwarg.annotation, None))
    return tuple(found)


def _local_names(parents: tuple[ast.AST, ...]) -> set[str]:
    return {name for parent in parents if isinstance(parent, FUNCTIONS) for name in bound_names(parent)}


def _local_defaults(function: Function, parents: tuple[ast.AST, ...]) -> tuple[str, ...]:
    local = _local_names(parents)
    return tuple(
        parameter.name
        for parameter in _parameters(function)
        if parameter.default is not None
        and any(isinstance(node, ast.Name) and node.id in local for node in ast.walk(parameter.default))
    )


def _dunder_all(tree: ast.Module) -> set[str] | None:
    for statement in tree.body:
        if isinstance(statement, ast.Assign) and any(
            isinstance(target, ast.Name) and target.id == "__all__" for target in statement.targets
        ):
            return set(ast.literal_eval(statement.value))
    return None
