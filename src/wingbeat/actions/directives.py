"""Finds `"use server"` and `"use client"` in source text, by its syntax tree.

    In:   the text of one module of the app          Out:  its actions, and its tree with each inline one marked

On a function, at any depth, the directive makes an inline action; on a module, every public function in it is
one. Every misuse is a DirectiveError with file, line and fix. Nothing is imported or executed.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass
from typing import NoReturn

from wingbeat.errors import DirectiveError

from .directive_text import DIRECTIVES, Documented, directive_in, docstring_of, has_directive, slip_in
from .free_variables import find_captures
from .scopes import FUNCTIONS, Function
from .signatures import all_arguments, captured_defaults, guards_of, local_names, parameters_of, qualname_of
from .source import Directive, FunctionSource, ModuleSource

__all__ = ["MARKER", "has_directive", "read_module"]

GUARD = "guard"
"""The module constant that holds what guards every action of a module."""

MARKER = "__wingbeat_action__"
"""The global through which the compiled module hands each inline action to Wingbeat."""

Parents = tuple[ast.AST, ...]
_Found = tuple[Function, Parents]


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
        self._refuse_strays()
        functions = list(_functions(self.tree, ()))
        inline = [found for found in functions if self._is_inline(*found, directive)]
        actions = [self._inline_action(*found) for found in inline]
        nested = [found for found in functions if found not in inline and _is_nested(found)] if inline else []
        plain = [_source(function, parents, inline=False) for function, parents in nested]
        if directive == "use server":
            marked = {action.qualname for action in actions}
            actions += [
                _source(function, (), inline=False)
                for function in self._public()
                if function.name not in marked
            ]
        self._refuse_same_names(actions)
        ast.fix_missing_locations(self.tree)
        return ModuleSource(directive, tuple(actions), tuple(plain), self.tree)

    def _directive(self, node: Documented) -> Directive | None:
        docstring = docstring_of(node)
        if docstring is not None and (problem := slip_in(docstring)):
            self._refuse(docstring, problem)
        for statement in node.body:
            if statement is not docstring and _is_misplaced(statement):
                where = "file" if isinstance(node, ast.Module) else "body"
                self._refuse(
                    statement,
                    "a directive must be the docstring, a plain string, and the only one: "
                    f"move it to the top of the {where}.",
                )
        return directive_in(docstring)

    def _is_inline(self, function: Function, parents: Parents, module: Directive | None) -> bool:
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
                f'{name}() says "use server" in a "use client" module. '
                'Move it to a "use server" module and import it.',
            )
        if any(isinstance(parent, ast.ClassDef) for parent in parents):
            self._refuse(
                function, f"{name}() is in a class; an action is a function. Move it out of the class."
            )
        decorated = any(guards_of(decorator) is None for decorator in function.decorator_list)
        if decorated and _is_nested((function, parents)):
            self._refuse(
                function,
                f"the inline action {name}() has a decorator, which a call from the browser would skip. "
                "Move it to module level, or call the decorator's work inside it; only guarded_by() may stand there.",
            )
        return True

    def _inline_action(self, function: Function, parents: Parents) -> FunctionSource:
        self._refuse_nonlocal(function)
        self._refuse_local_annotations(function, parents)
        source = _source(function, parents, inline=True)
        if _is_nested((function, parents)):
            function.decorator_list.clear()  # guards, which run before the function is made
        marker = ast.Call(ast.Name(MARKER, ast.Load()), [ast.Constant(source.qualname)], [])
        function.decorator_list.insert(0, ast.copy_location(marker, function))
        return source

    def _public(self) -> Iterator[Function]:
        exported = self._dunder_all()
        for statement in _module_level(self.tree.body):
            if isinstance(statement, FUNCTIONS):
                if _is_public(statement.name, exported):
                    yield statement
            elif isinstance(statement, ast.Assign) and isinstance(statement.value, ast.Lambda):
                names = [target.id for target in statement.targets if isinstance(target, ast.Name)]
                if any(_is_public(name, exported) for name in names):
                    self._refuse(
                        statement, f"{names[0]} is a lambda, which cannot be an action. Write it as a def."
                    )

    def _dunder_all(self) -> set[str] | None:
        """Return what `__all__` lists, over all the statements that fill it; None without one."""
        exported: set[str] | None = None
        for statement in self.tree.body:
            match statement:
                case ast.Assign(targets=[ast.Name(id="__all__")], value=value):
                    exported = self._listed(value)
                case ast.AnnAssign(target=ast.Name(id="__all__"), value=ast.expr() as value):
                    exported = self._listed(value)
                case ast.AugAssign(target=ast.Name(id="__all__"), value=value):
                    exported = self._listed(value).union(exported or ())
                case _:
                    pass
        return exported

    def _listed(self, value: ast.expr) -> set[str]:
        try:
            return set(ast.literal_eval(value))
        except (ValueError, TypeError):
            self._refuse(
                value,
                '__all__ of a "use server" module must be a plain list of names: it says what is public.',
            )

    def _refuse_strays(self) -> None:
        for node in ast.walk(self.tree):
            if isinstance(node, ast.ClassDef) and self._directive(node):
                self._refuse(
                    node, f"the class {node.name} has a directive. Only functions and modules have one."
                )
            if isinstance(node, ast.Lambda) and directive_in(ast.Expr(node.body)):
                self._refuse(node, "a lambda cannot be an action. Write it as a def.")

    def _refuse_same_names(self, actions: list[FunctionSource]) -> None:
        lines: dict[str, int] = {}
        for action in actions:
            if action.qualname in lines:
                raise DirectiveError(
                    f"{self.file}:{action.line}: a second action named {action.qualname}, after line "
                    f"{lines[action.qualname]}. A call could not tell them apart: rename one."
                )
            lines[action.qualname] = action.line

    def _refuse_nonlocal(self, function: Function) -> None:
        own = local_names((function, *(one for one in ast.walk(function) if isinstance(one, FUNCTIONS))))
        for node in ast.walk(function):
            if isinstance(node, ast.Nonlocal) and (names := [name for name in node.names if name not in own]):
                self._refuse(
                    node,
                    f"nonlocal {', '.join(names)} in the action {function.name}(): it runs in a later request, "
                    "where that variable is a copy. Store the value (database, cookie) instead.",
                )

    def _refuse_local_annotations(self, function: Function, parents: Parents) -> None:
        local = local_names(parents)
        stated: list[tuple[ast.expr | None, str]] = [
            *((one.annotation, f"the annotation of {one.arg} in") for one in all_arguments(function)),
            *((guard, "a guard of") for guard in _guards(function)),
        ]
        for expression, what in stated:
            for node in ast.walk(expression) if expression else ():
                if isinstance(node, ast.Name) and node.id in local:
                    self._refuse(
                        node,
                        f"{what} the action {function.name}() names {node.id}, "
                        "which exists only while the page renders. Define it at module level.",
                    )

    def _refuse(self, node: ast.AST, message: str) -> NoReturn:
        raise DirectiveError(f"{self.file}:{getattr(node, 'lineno', 1)}: {message}")


def _source(function: Function, parents: Parents, *, inline: bool) -> FunctionSource:
    return FunctionSource(
        qualname_of(function, parents),
        function.lineno,
        parameters_of(function),
        find_captures(function, parents),
        captured_defaults(function, parents),
        inline,
        _guards(function),
    )


def _guards(function: Function) -> tuple[ast.expr, ...]:
    return tuple(guard for decorator in function.decorator_list for guard in guards_of(decorator) or ())


def _is_misplaced(statement: ast.stmt) -> bool:
    """Whether a statement is a directive that Python does not take for a docstring."""
    if directive_in(statement):
        return True
    match statement:
        case ast.Expr(value=ast.JoinedStr(values=[ast.Constant(value=str() as text)])):
            return text in DIRECTIVES
        case ast.Expr(value=ast.Constant(value=bytes() as raw)):
            return raw.decode("latin-1") in DIRECTIVES
        case _:
            return False


def _is_public(name: str, exported: set[str] | None) -> bool:
    # A module's own guard is no action, or whoever may not call any could call it.
    return name != GUARD and (name in exported if exported is not None else not name.startswith("_"))


def _is_nested(found: _Found) -> bool:
    return any(isinstance(parent, FUNCTIONS) for parent in found[1])


def _functions(node: ast.AST, parents: Parents) -> Iterator[_Found]:
    """Yield every function below `node` with all its ancestors, outermost first."""
    for child in ast.iter_child_nodes(node):
        if isinstance(child, FUNCTIONS):
            yield child, (*parents, node)
        yield from _functions(child, (*parents, node))


def _module_level(statements: list[ast.stmt]) -> Iterator[ast.stmt]:
    """Yield the statements that run as the module is imported, also those below `if`, `try`, `with` and loops."""
    for statement in statements:
        yield statement
        if not isinstance(statement, (*FUNCTIONS, ast.ClassDef)):
            for block in ("body", "handlers", "orelse", "finalbody"):
                yield from _module_level(getattr(statement, block, []))
