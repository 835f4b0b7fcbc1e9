"""The analysis of captured names against CPython's own: what the compiler calls free, we call captured."""

import ast
import sysconfig
from collections.abc import Iterator
from pathlib import Path
from types import CodeType

import pytest

from wingbeat.actions.free_variables import find_captures
from wingbeat.actions.scopes import FUNCTIONS, Function, bound_names
from wingbeat.actions.signatures import qualname_of

LIBRARY = Path(sysconfig.get_path("stdlib"))
SPECIMENS = sorted((Path(__file__).parent / "fixtures/closures").glob("*.py"))
# Modules of Python's own library that are rich in nested functions, comprehensions and shadowed names.
RICH = """
functools.py typing.py contextlib.py dataclasses.py enum.py asyncio/base_events.py unittest/mock.py xmlrpc/server.py
collections/__init__.py concurrent/futures/process.py multiprocessing/managers.py test/test_scope.py
test/test_generators.py test/test_asyncgen.py test/test_patma.py
"""
SOURCES = [*SPECIMENS, *(file for name in RICH.split() if (file := LIBRARY / name).is_file())]


def functions(node: ast.AST, parents: tuple[ast.AST, ...]) -> Iterator[tuple[Function, tuple[ast.AST, ...]]]:
    for child in ast.iter_child_nodes(node):
        if isinstance(child, FUNCTIONS):
            yield child, (*parents, node)
        yield from functions(child, (*parents, node))


def codes(code: CodeType) -> Iterator[CodeType]:
    for constant in code.co_consts:
        if isinstance(constant, CodeType):
            yield constant
            yield from codes(constant)


def first_line(function: Function) -> int:
    return min([function.lineno, *(decorator.lineno for decorator in function.decorator_list)])


@pytest.mark.parametrize("file", SOURCES, ids=lambda file: file.stem)
def test_the_compiler_and_the_analysis_find_the_same_free_names(file: Path) -> None:
    text = file.read_text(encoding="utf-8")
    compiled = {
        (one.co_qualname, one.co_firstlineno): {*one.co_freevars} - {"__class__", "__classdict__"}
        for one in codes(compile(text, file.name, "exec", dont_inherit=True))
    }

    compared = 0
    for function, parents in functions(ast.parse(text), ()):
        free = compiled.get((qualname_of(function, parents), first_line(function)))
        if free is None:
            continue
        names = {captured.name for captured in find_captures(function, parents)}
        # A name that only a nested `global` uses is found too; the compiler has the last word on it.
        assert free <= names, f"{file.name}:{function.lineno}"
        declared = {
            name for node in ast.walk(function) if isinstance(node, ast.Global) for name in node.names
        }
        assert names - declared <= free, f"{file.name}:{function.lineno}"
        compared += 1
    assert compared


@pytest.mark.parametrize(
    ("source", "names"),
    [
        ("def f(a, /, b, *c, d=1, **e): g = 1", "a b c d e g"),
        ("def f():\n for a, (b, *c) in x: pass\n while d := x: pass", "a b c d"),
        ("def f():\n with x as a, y as (b, c): pass", "a b c"),
        ("def f():\n try: pass\n except E as a: pass", "a"),
        ("def f():\n match x:\n  case {'k': a, **b} | [a, *b]: pass\n  case C(c) as d: pass", "a b c d"),
        ("def f():\n import a.b, c.d as e\n from g import h, i as j", "a e h j"),
        ("def f():\n def a(b=(c := 1)): d = 1\n class e(g := x): h = 1", "a c e g"),
        ("def f():\n [a for a in x if (b := a)]\n {c: d for c in x for d in c}\n (lambda e: e)", "b"),
        ("def f():\n global a\n a = 1\n nonlocal b\n b = 1\n c: int\n c = d = 1\n del d", "c d"),
        ("def f():\n def g():\n  nonlocal a\n  a = 2\n a = 1", "a g"),
        ("def f():\n a.b = 1\n c[0] = 2\n e += 1", "e"),
        ("def f(a: (b := int)): pass", "a"),
    ],
)
def test_the_names_that_a_function_binds(source: str, names: str) -> None:
    assert sorted(bound_names(ast.parse(source).body[0])) == names.split()
