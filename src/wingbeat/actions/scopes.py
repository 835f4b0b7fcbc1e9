"""Which names a piece of a function binds, by Python's scoping rules."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator

__all__ = ["FUNCTIONS", "Function", "bound_names"]

Function = ast.FunctionDef | ast.AsyncFunctionDef
FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef)
_NEW_SCOPES = (
    *FUNCTIONS,
    ast.ClassDef,
    ast.Lambda,
    ast.ListComp,
    ast.SetComp,
    ast.DictComp,
    ast.GeneratorExp,
)


def bound_names(scope: ast.AST) -> frozenset[str]:
    """Return the names that `scope` itself binds: a function, lambda, comprehension, class or a loop in one.

    What nested scopes bind is theirs; a walrus inside a comprehension binds outside it.
    """
    outer = {
        name for node in ast.walk(scope) if isinstance(node, ast.Global | ast.Nonlocal) for name in node.names
    }
    return frozenset(_bindings(_inside(scope))) - outer


def _inside(scope: ast.AST) -> Iterable[ast.AST]:
    match scope:
        case ast.FunctionDef() | ast.AsyncFunctionDef():
            return [*_parameters(scope.args), *scope.body]
        case ast.Lambda():
            return [*_parameters(scope.args), scope.body]
        case ast.ClassDef():
            return scope.body
        case ast.ListComp() | ast.SetComp() | ast.GeneratorExp() | ast.DictComp():
            return [generator.target for generator in scope.generators]
        case _:
            return ast.iter_child_nodes(scope)


def _parameters(arguments: ast.arguments) -> list[ast.AST]:
    optional = [argument for argument in (arguments.vararg, arguments.kwarg) if argument]
    return [*arguments.posonlyargs, *arguments.args, *arguments.kwonlyargs, *optional]


def _bindings(nodes: Iterable[ast.AST]) -> Iterator[str]:
    for node in nodes:
        match node:
            case ast.arg():
                yield node.arg
            case ast.Name(ctx=ast.Store() | ast.Del()):
                yield node.id
            case ast.FunctionDef() | ast.AsyncFunctionDef() | ast.ClassDef():
                yield node.name
            case ast.alias():
                yield (node.asname or node.name).partition(".")[0]
            case ast.ExceptHandler(name=str() as name) | ast.MatchAs(name=str() as name):
                yield name
            case ast.MatchStar(name=str() as name) | ast.MatchMapping(rest=str() as name):
                yield name
            case _:
                pass
        if not isinstance(node, _NEW_SCOPES):
            yield from _bindings(ast.iter_child_nodes(node))
        elif not isinstance(node, (*FUNCTIONS, ast.ClassDef, ast.Lambda)):
            yield from _walruses(node)


def _walruses(comprehension: ast.AST) -> Iterator[str]:
    for node in ast.walk(comprehension):
        if isinstance(node, ast.NamedExpr):
            yield node.target.id
