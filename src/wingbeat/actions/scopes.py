"""Which names a piece of a function binds, by Python's scoping rules.

A `page(rows, limit=size())` with `for row in rows`, `total = [one for one in rows]` and `def render(kind=row)` in
it binds rows, limit, row, total and render. What nested scopes bind is theirs, but their defaults, decorators
and first iterables are evaluated around them.
"""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator

__all__ = [
    "COMPREHENSIONS",
    "FUNCTIONS",
    "SCOPES",
    "Function",
    "bindings",
    "bound_names",
    "inner_parts",
    "outer_parts",
    "position",
]

Function = ast.FunctionDef | ast.AsyncFunctionDef
FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef)
COMPREHENSIONS = (ast.ListComp, ast.SetComp, ast.DictComp, ast.GeneratorExp)
SCOPES = (*FUNCTIONS, ast.Lambda, ast.ClassDef, *COMPREHENSIONS)


def bound_names(scope: ast.AST) -> frozenset[str]:
    """Return the names that `scope` itself binds: a function, lambda, comprehension, class or a loop in one.

    What nested scopes bind is theirs; a walrus inside a comprehension binds outside it.
    """
    return frozenset(name for name, _ in bindings(scope))


def bindings(scope: ast.AST) -> list[tuple[str, ast.AST]]:
    """Return each name that `scope` binds with the node that binds it, in source order for statements."""
    parts = inner_parts(scope)
    elsewhere = set(_declared_elsewhere(parts))
    return [(name, node) for name, node in _bindings(parts) if name not in elsewhere]


def inner_parts(scope: ast.AST) -> list[ast.AST]:
    """Return the parts of `scope` that are evaluated inside it; of anything that is no scope, every part."""
    match scope:
        case ast.FunctionDef() | ast.AsyncFunctionDef():
            return [*_parameters(scope.args), *scope.body]
        case ast.Lambda():
            return [*_parameters(scope.args), scope.body]
        case ast.ClassDef():
            return [*scope.body]
        case ast.ListComp() | ast.SetComp() | ast.GeneratorExp():
            return [*_generator_parts(scope.generators), scope.elt]
        case ast.DictComp():
            return [*_generator_parts(scope.generators), scope.key, scope.value]
        case _:
            return list(ast.iter_child_nodes(scope))


def outer_parts(scope: ast.AST) -> list[ast.AST]:
    """Return the parts of a nested scope that are evaluated around it: decorators, defaults, the first iterable."""
    match scope:
        case ast.FunctionDef() | ast.AsyncFunctionDef():
            annotations = [argument.annotation for argument in _parameters(scope.args) if argument.annotation]
            returned = [scope.returns] if scope.returns else []
            return [*scope.decorator_list, *_defaults(scope.args), *annotations, *returned]
        case ast.Lambda():
            return [*_defaults(scope.args)]
        case ast.ClassDef():
            return [*scope.decorator_list, *scope.bases, *scope.keywords]
        case ast.ListComp() | ast.SetComp() | ast.GeneratorExp() | ast.DictComp():
            return [scope.generators[0].iter]
        case _:
            return []


def position(node: ast.AST) -> tuple[int, int]:
    """Return line and column, by which nodes of one file compare."""
    return getattr(node, "lineno", 0), getattr(node, "col_offset", 0)


def _generator_parts(generators: list[ast.comprehension]) -> Iterator[ast.AST]:
    for index, generator in enumerate(generators):
        yield generator.target
        if index:
            yield generator.iter
        yield from generator.ifs


def _parameters(arguments: ast.arguments) -> list[ast.arg]:
    optional = [argument for argument in (arguments.vararg, arguments.kwarg) if argument]
    return [*arguments.posonlyargs, *arguments.args, *arguments.kwonlyargs, *optional]


def _defaults(arguments: ast.arguments) -> list[ast.expr]:
    return [*arguments.defaults, *(default for default in arguments.kw_defaults if default)]


def _declared_elsewhere(nodes: Iterable[ast.AST]) -> Iterator[str]:
    for node in nodes:
        if isinstance(node, ast.Global | ast.Nonlocal):
            yield from node.names
        elif not isinstance(node, SCOPES):
            yield from _declared_elsewhere(ast.iter_child_nodes(node))


def _bindings(nodes: Iterable[ast.AST]) -> Iterator[tuple[str, ast.AST]]:
    for node in nodes:
        for name in _own_names(node):
            yield name, node
        if isinstance(node, ast.arg):
            continue  # its annotation is evaluated around the function
        if not isinstance(node, SCOPES):
            yield from _bindings(ast.iter_child_nodes(node))
            continue
        yield from _bindings(outer_parts(node))
        if isinstance(node, COMPREHENSIONS):
            yield from _walruses(node)


def _own_names(node: ast.AST) -> Iterable[str]:
    match node:
        case ast.arg(arg=name) | ast.Name(id=name, ctx=ast.Store() | ast.Del()):
            return (name,)
        case ast.FunctionDef() | ast.AsyncFunctionDef() | ast.ClassDef():
            return (node.name,)
        case ast.Import() | ast.ImportFrom():
            return tuple((alias.asname or alias.name).partition(".")[0] for alias in node.names)
        case ast.ExceptHandler(name=str() as name) | ast.MatchAs(name=str() as name):
            return (name,)
        case ast.MatchStar(name=str() as name) | ast.MatchMapping(rest=str() as name):
            return (name,)
        case _:
            return ()


def _walruses(comprehension: ast.AST) -> Iterator[tuple[str, ast.AST]]:
    for node in ast.walk(comprehension):
        if isinstance(node, ast.NamedExpr):
            yield node.target.id, node
