"""Names that say nothing are not given: if nothing better fits, the thing is two things."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).parents[2]
BANNED = {
    "util",
    "utils",
    "helper",
    "helpers",
    "common",
    "misc",
    "base",
    "core",
    "shared",
    "internal",
    "manager",
    "handler",
    "handlers",
    "processor",
    "service",
    "impl",
    "data",
    "info",
    "object",
    "stuff",
}

# Name: why it is the right word all the same. An entry that names nothing any more is a failure too.
ALLOWED = {
    "form_data": "FormData is the Web's own word",
    "FormData": "FormData is the Web's own word",
    "DataView": "DataView is JavaScript's own word",
}


def names(package: Path) -> Iterator[str]:
    """Yield the names of the folders, modules and classes below *package*."""
    for path in sorted(package.rglob("*")):
        if "node_modules" in path.parts or "templates" in path.parts:
            continue
        if path.is_dir() or path.suffix in {".py", ".ts", ".tsx", ".mjs"}:
            yield path.name.split(".")[0]
        if path.suffix == ".py":
            tree = ast.parse(path.read_text(encoding="utf-8"))
            yield from (node.name for node in ast.walk(tree) if isinstance(node, ast.ClassDef))


def empty_words(name: str) -> set[str]:
    """Return the banned words in a snake_case, kebab-case or CamelCase name."""
    return {word.lower() for word in re.findall(r"[A-Z]?[a-z]+|[A-Z]+(?![a-z])", name)} & BANNED


def test_names_mean_something() -> None:
    found = {
        name for folder in ("src/wingbeat", "packages") for name in names(ROOT / folder) if empty_words(name)
    }

    assert sorted(found - set(ALLOWED)) == []
    assert sorted(set(ALLOWED) - found) == []


def test_an_empty_name_is_found(tmp_path: Path) -> None:
    (tmp_path / "shared").mkdir()
    (tmp_path / "shared" / "path_utils.py").write_text(
        "class URLHandler: ...\nclass Database: ...", encoding="utf-8"
    )

    assert [name for name in names(tmp_path) if empty_words(name)] == ["shared", "path_utils", "URLHandler"]
