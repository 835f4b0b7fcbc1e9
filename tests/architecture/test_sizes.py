"""A module fits in one reading and a function on one screen; raising a ceiling takes a sentence."""

import ast
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).parents[2]
MODULE_LINES = 400
FUNCTION_LINES = 40

# Path, or path:function -> why it may be longer. An entry that is within its ceiling is a failure too.
EXCEPTIONS = {
    "src/wingbeat/html/__init__.py": "a table: two lines for every tag of HTML, SVG and MathML",
    "src/wingbeat/html/tree_writer.py:element": "the hottest loop of a page; split in two it is a tenth slower",
}


def too_long(root: Path) -> Iterator[str]:
    """Yield the modules and functions over their ceiling, as paths relative to *root*."""
    sources = [
        *root.glob("src/**/*.py"),
        *root.glob("examples/**/*.py"),
        *root.glob("packages/*/src/**/*.ts*"),
    ]
    for path in sorted(sources):
        where = path.relative_to(root).as_posix()
        text = path.read_text(encoding="utf-8")
        if text.count("\n") > MODULE_LINES:
            yield where
        if path.suffix == ".py":
            yield from (f"{where}:{name}" for name in _long_functions(text))


def _long_functions(text: str) -> Iterator[str]:
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            lines = (node.end_lineno or node.lineno) - node.lineno + 1
            if lines > FUNCTION_LINES:
                yield node.name


def test_modules_and_functions_stay_small() -> None:
    found = set(too_long(ROOT))

    assert sorted(found - set(EXCEPTIONS)) == []
    assert sorted(set(EXCEPTIONS) - found) == []


def test_what_grew_too_long_is_found(tmp_path: Path) -> None:
    source = tmp_path / "src"
    source.mkdir()
    (source / "module.py").write_text("x = 1\n" * 401, encoding="utf-8")
    (source / "function.py").write_text("def f():\n" + "    x = 1\n" * 40, encoding="utf-8")
    (source / "fine.py").write_text("def f():\n" + "    x = 1\n" * 39 + "x = 1\n" * 360, encoding="utf-8")

    assert list(too_long(tmp_path)) == ["src/function.py:f", "src/module.py"]
