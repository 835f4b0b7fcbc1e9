"""The import graph is the architecture. pyproject.toml states the layers; this file holds the code to them.

import-linter checks the same contract. Here are the rules that it has no words for (facades, hidden imports,
cycles between two modules, what "sans-I/O" means), and each rule is seen to fail on a planted fault.
"""

import ast
import tomllib
from collections.abc import Callable, Iterator
from graphlib import CycleError, TopologicalSorter
from pathlib import Path

import pytest

from architecture.source_tree import Import, SourceTree

ROOT = Path(__file__).parents[2]
CONTRACTS = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["tool"]["importlinter"][
    "contracts"
]
LAYERS: list[set[str]] = [
    set(layer.replace(" ", "").split("|"))
    for contract in CONTRACTS
    if contract["type"] == "layers"
    for layer in reversed(contract["layers"])
]
DEPTH = {home: depth for depth, layer in enumerate(LAYERS) for home in layer}
FORBIDDEN: dict[str, set[str]] = {
    source: set(contract["forbidden_modules"])
    for contract in CONTRACTS
    if contract["type"] == "forbidden"
    for source in contract["source_modules"]
}

# Module that other packages may enter directly: why. An entry that nobody uses any more is a failure too.
# The facade `wingbeat.html` is the users' `h`: it holds tags, and nothing that only we need.
OPEN_MODULES = {
    "wingbeat.html.builder": "the node types that rendering walks",
    "wingbeat.html.server_functions": "how an action is handed to an element",
    "wingbeat.html.twins": "the hooks of client components that have a twin",
    "wingbeat.html.writer": "nodes to bytes, for the server",
    "wingbeat.ui.posted_forms": "forms that show again what was posted, for the server",
}
# importer: why it may import inside a function.
LATE_IMPORTS: dict[str, str] = {}

IO_CALLS = {"open", "print", "input", "eval", "exec", "compile", "breakpoint"}


def upward_imports(tree: SourceTree) -> Iterator[str]:
    """Yield the imports that point up or sideways, and the packages that stand in no layer."""
    for found in tree.imports():
        home, target = tree.home(found.importer), tree.home(found.imported)
        if _is_foreign(tree, found) or home in {"", "__main__", target}:
            continue
        if home not in DEPTH:
            yield f"{found.importer}: no layer in pyproject.toml holds {home!r}"
        elif not target:
            yield f"{found}: inside the package, import from the name's home, not from the root facade"
        elif DEPTH.get(target, len(LAYERS)) >= DEPTH[home]:
            yield f"{found}: {home} stands below or beside {target}"


def imports_past_the_facade(tree: SourceTree) -> Iterator[Import]:
    """Yield the imports that reach into another package, past its `__init__`."""
    for found in tree.imports():
        other = tree.home(found.importer) != tree.home(found.imported)
        if other and not _is_foreign(tree, found) and found.imported.count(".") > 1:
            yield found


def late_imports(tree: SourceTree) -> Iterator[Import]:
    """Yield the imports that hide in a function."""
    return (found for found in tree.imports() if found.in_function)


def cycle(tree: SourceTree) -> list[str]:
    """Return the modules of one import cycle, if there is one."""
    graph: dict[str, set[str]] = {name: set() for name in tree.modules}
    for found in tree.imports():
        if not _is_foreign(tree, found):
            graph[found.importer].add(found.imported)
    try:
        TopologicalSorter(graph).prepare()
    except CycleError as error:
        return list(error.args[1])
    return []


def impurities(tree: SourceTree) -> Iterator[str]:
    """Yield what a sans-I/O package must not do: import a forbidden module, wait, or call for I/O."""
    for found in tree.imports():
        banned = FORBIDDEN.get(_package(found.importer), set())
        if found.imported.split(".")[0] in banned:
            yield str(found)
    for module in tree.modules.values():
        if _package(module.name) in FORBIDDEN:
            yield from (f"{module.name}:{line} {what}" for line, what in _doings(module.tree))


def _doings(tree: ast.Module) -> Iterator[tuple[int, str]]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Await | ast.AsyncFor | ast.AsyncWith):
            yield node.lineno, "waits"
        elif isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in IO_CALLS:
            yield node.lineno, f"calls {node.func.id}()"


def _package(module: str) -> str:
    return ".".join(module.split(".")[:2])


def _is_foreign(tree: SourceTree, found: Import) -> bool:
    return found.imported.split(".")[0] != tree.package


# --- The rules, on our own source ---


@pytest.fixture(scope="module")
def source() -> SourceTree:
    return SourceTree(ROOT / "src" / "wingbeat")


def test_every_import_points_down(source: SourceTree) -> None:
    assert list(upward_imports(source)) == []


def test_other_packages_are_entered_through_their_facade(source: SourceTree) -> None:
    past = set(imports_past_the_facade(source))

    assert sorted(str(found) for found in past if found.imported not in OPEN_MODULES) == []
    assert set(OPEN_MODULES) <= {found.imported for found in past}


def test_no_import_hides_in_a_function(source: SourceTree) -> None:
    late = list(late_imports(source))

    assert [str(found) for found in late if found.importer not in LATE_IMPORTS] == []
    assert set(LATE_IMPORTS) <= {found.importer for found in late}


def test_no_modules_import_each_other(source: SourceTree) -> None:
    assert cycle(source) == []


def test_the_protocol_does_no_io(source: SourceTree) -> None:
    assert FORBIDDEN.keys() >= {"wingbeat.flight"}
    assert list(impurities(source)) == []


# --- The rules, on planted faults: a checker that cannot fail proves nothing ---

CLEAN = {
    "__init__.py": "from wingbeat.cli import main",
    "errors.py": "class WingbeatError(Exception): ...",
    "flight/__init__.py": "from .rows import Row",
    "flight/rows.py": "import struct\nfrom wingbeat.errors import WingbeatError\nclass Row: ...",
    "server/__init__.py": "from wingbeat.flight import Row",
    "cli/__init__.py": "from .main import main",
    "cli/main.py": "import os\nfrom wingbeat import errors\nfrom wingbeat.server import Row\ndef main(): ...",
}

Plant = Callable[[dict[str, str]], SourceTree]


@pytest.fixture
def plant(tmp_path: Path) -> Plant:
    def plant(faults: dict[str, str]) -> SourceTree:
        for name, text in (CLEAN | faults).items():
            path = tmp_path / "wingbeat" / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, encoding="utf-8")
        return SourceTree(tmp_path / "wingbeat")

    return plant


def test_a_clean_tree_has_no_fault(plant: Plant) -> None:
    tree = plant({})

    found = [*upward_imports(tree), *imports_past_the_facade(tree), *late_imports(tree), *impurities(tree)]

    assert found == []
    assert cycle(tree) == []


@pytest.mark.parametrize(
    ("faults", "said"),
    [
        ({"errors.py": "import wingbeat.server"}, "errors stands below or beside server"),
        ({"errors.py": "from .server import Row"}, "errors stands below or beside server"),
        ({"errors.py": "from . import cli"}, "errors stands below or beside cli"),
        ({"routing/__init__.py": "from ..flight import Row"}, "routing stands below or beside flight"),
        ({"build/__init__.py": "from wingbeat.dev import x"}, "build stands below or beside dev"),
        ({"server/app.py": "from wingbeat import main"}, "not from the root facade"),
        ({"helpers.py": "import wingbeat.errors"}, "no layer in pyproject.toml holds 'helpers'"),
    ],
)
def test_an_import_that_points_up_or_sideways_is_found(
    plant: Plant, faults: dict[str, str], said: str
) -> None:
    (fault,) = upward_imports(plant(faults))

    assert said in fault


@pytest.mark.parametrize(
    "statement",
    [
        "from wingbeat.flight.rows import Row",
        "from wingbeat.flight import rows",
        "from ..flight.rows import Row",
        "import wingbeat.flight.rows as r",
    ],
)
def test_an_import_past_the_facade_is_found(plant: Plant, statement: str) -> None:
    (fault,) = imports_past_the_facade(plant({"server/app.py": statement}))

    assert fault.imported == "wingbeat.flight.rows"


@pytest.mark.parametrize(
    "body",
    [
        "def f():\n    import json",
        "class A:\n    async def f(self):\n        if True:\n            from json import dumps",
        "import importlib\nf = lambda: importlib.import_module('wingbeat.cli')",
    ],
)
def test_an_import_in_a_function_is_found(plant: Plant, body: str) -> None:
    (fault,) = late_imports(plant({"server/app.py": body}))

    assert fault.importer == "wingbeat.server.app"


@pytest.mark.parametrize(
    "faults",
    [
        {"server/a.py": "from .b import x", "server/b.py": "from .a import y"},
        {"server/a.py": "from . import b", "server/b.py": "from wingbeat.server import a"},
        {"server/__init__.py": "from .a import x", "server/a.py": "from wingbeat.server import y"},
        {"server/a.py": "from .b import x", "server/b.py": "if TYPE_CHECKING:\n    from .a import y"},
    ],
)
def test_modules_that_import_each_other_are_found(plant: Plant, faults: dict[str, str]) -> None:
    assert "wingbeat.server.a" in cycle(plant(faults))


@pytest.mark.parametrize(
    ("body", "said"),
    [
        ("import asyncio.queues", "imports asyncio.queues"),
        ("from time import time", "imports time"),
        ("async def f(x):\n    await x", "waits"),
        ("def f(x):\n    return open(x)", "calls open()"),
    ],
)
def test_io_in_the_protocol_is_found(plant: Plant, body: str, said: str) -> None:
    (fault,) = impurities(plant({"flight/frames.py": body}))

    assert said in fault
