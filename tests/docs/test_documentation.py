"""What the documentation says can be followed: its links lead somewhere and its code is code.

A Python block must compile and may import from `wingbeat` only what exists. One with `>>>` is run, as are the
examples in docstrings.
"""

import ast
import doctest
import importlib
import json
import pkgutil
import re
import textwrap
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest

import wingbeat

ROOT = Path(__file__).parents[2]
PAGES = sorted(
    path.relative_to(ROOT).as_posix()
    for pattern in ("*.md", "docs/**/*.md", "benchmarks/*.md", "examples/*/*.md")
    for path in ROOT.glob(pattern)
)
MODULES = sorted(
    module.name
    for module in pkgutil.walk_packages(wingbeat.__path__, "wingbeat.")
    if not module.name.endswith("__main__") and ".templates." not in module.name
)
LINK = re.compile(r"(?<!!)\[[^\]]*\]\(([^)\s]+)\)|!\[[^\]]*\]\(([^)\s]+)\)")
BLOCK = re.compile(
    r"^(?P<indent> *)```(?P<language>\w+)[^\n]*\n(?P<code>.*?)^ *```", re.MULTILINE | re.DOTALL
)
TOP_LEVEL_AWAIT = ast.PyCF_ALLOW_TOP_LEVEL_AWAIT | ast.PyCF_ONLY_AST


def broken_links(page: Path) -> Iterator[str]:
    """Yield the links of *page* to files and headings that do not exist; other sites are not asked."""
    for link in map("".join, LINK.findall(_prose(page))):
        if re.match(r"\w+:", link):
            continue
        path, _, anchor = link.partition("#")
        target = page.parent / path if path else page
        if not target.exists() or (anchor and anchor not in anchors(target)):
            yield link


def anchors(page: Path) -> set[str]:
    """Return the anchors of a page's headings, as GitHub makes them."""
    headings = re.findall(r"^#+ (.+)$", _prose(page), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", heading.lower()).strip().replace(" ", "-") for heading in headings}


def broken_code(page: Path) -> Iterator[str]:
    """Yield what is wrong with the code blocks of *page*."""
    for block in BLOCK.finditer(page.read_text(encoding="utf-8")):
        code = textwrap.dedent(block["code"])
        try:
            if block["language"] in {"python", "py"}:
                yield from _broken_python(code)
            elif block["language"] == "toml":
                tomllib.loads(code)
            elif block["language"] == "json":
                json.loads(code)
        except ValueError as error:  # SyntaxError and TOMLDecodeError too have a message that names the line
            yield f"{error} in:\n{code}"


def _broken_python(code: str) -> Iterator[str]:
    if ">>>" in code:
        return  # run by test_the_examples_of_a_page_run
    try:
        tree = compile(code, "<block>", "exec", TOP_LEVEL_AWAIT, dont_inherit=True)
    except SyntaxError as error:
        yield f"{error} in:\n{code}"
        return
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom) and (node.module or "").split(".")[0] == "wingbeat":
            yield from (
                f"no {name.name} in {node.module}"
                for name in node.names
                if not _exists(node.module, name.name)
            )


def _exists(module: str | None, name: str) -> bool:
    found = importlib.import_module(module or "")
    return hasattr(found, name) or f"{module}.{name}" in MODULES


def _prose(page: Path) -> str:
    return BLOCK.sub("", page.read_text(encoding="utf-8"))


@pytest.mark.parametrize("page", PAGES)
def test_every_link_leads_somewhere(page: str) -> None:
    assert list(broken_links(ROOT / page)) == []


@pytest.mark.parametrize("page", PAGES)
def test_the_code_of_a_page_is_code(page: str) -> None:
    assert list(broken_code(ROOT / page)) == []


@pytest.mark.parametrize("page", PAGES)
def test_the_examples_of_a_page_run(page: str) -> None:
    assert doctest.testfile(str(ROOT / page), module_relative=False, encoding="utf-8").failed == 0


@pytest.mark.parametrize("module", ["wingbeat", *MODULES])
def test_the_examples_in_docstrings_run(module: str) -> None:
    assert doctest.testmod(importlib.import_module(module)).failed == 0


def test_every_page_stands_in_the_index() -> None:
    linked = {(ROOT / "docs" / link).resolve() for link, _ in LINK.findall(_prose(ROOT / "docs/README.md"))}

    assert sorted(page for page in PAGES if page.startswith("docs/") and (ROOT / page) not in linked) == [
        "docs/README.md"
    ]


def test_broken_links_are_found(tmp_path: Path) -> None:
    page = tmp_path / "page.md"
    page.write_text(
        "# A `good` heading!\n[a](#a-good-heading) [b](#gone) [c](gone.md) [d](page.md#gone) [e](https://e.test)",
        encoding="utf-8",
    )

    assert list(broken_links(page)) == ["#gone", "gone.md", "page.md#gone"]


def test_broken_code_is_found(tmp_path: Path) -> None:
    page = tmp_path / "page.md"
    page.write_text(
        "```python\nawait f()\n```\n```python\ndef (\n```\n```python\nfrom wingbeat import nothing\n```\n"
        "- item\n  ```toml\n  a = 1\n  ```\n```toml\na = \n```\n```text\ndef (\n```\n",
        encoding="utf-8",
    )

    assert [problem.split(" in")[0] for problem in broken_code(page)] == [
        "invalid syntax (<block>, line 1)",
        "no nothing",
        "Invalid value (at line 1, column 5)",
    ]
