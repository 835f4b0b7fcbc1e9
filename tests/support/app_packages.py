"""An app's package for one test: written to a folder, imported through the hook, gone without a trace after it.

    with app_package(tmp_path, {"page.py": source}) as app:
        ids = references_in(await app.render(app.module("page").page()))

Every package has a name of its own, because modules and the import hook belong to the whole process.
"""

from __future__ import annotations

import itertools
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from textwrap import dedent
from types import ModuleType
from typing import Any

from wingbeat.actions import Action, AppPackage, Keyring, Registry, Sealer, check_arguments, install, new_key
from wingbeat.flight import Element, Lazy, ServerReference
from wingbeat.html.server_functions import ServerFunction
from wingbeat.rendering import Renderer

__all__ = ["AppUnderTest", "app_package", "references_in"]

_numbers = itertools.count(1)


@dataclass
class AppUnderTest:
    """One imported app package with a key of its own."""

    package: AppPackage
    keyring: Keyring = field(default_factory=lambda: Keyring.read(new_key(), "the test's key"))

    def module(self, name: str = "page") -> ModuleType:
        """Import one module of the package."""
        return self.package.import_module(f"{self.package.name}.{name}")

    def registry(self, keyring: Keyring | None = None, scope: str = "") -> Registry:
        """Return a registry of every module, as a process has after its start."""
        return Registry(keyring or self.keyring, self.package.import_all(), scope)

    def forget(self) -> None:
        """Drop every module, so that the next import is that of a new process."""
        for name in list(sys.modules):
            if name.partition(".")[0] == self.package.name:
                del sys.modules[name]

    def rewrite(self, path: str, source: str) -> None:
        """Replace one file, as a deploy does."""
        (self.package.folder / path).write_text(dedent(source), encoding="utf-8")

    async def render(self, node: object, subject: str | None = None) -> object:
        """Render `node` as a page is rendered, with every action sealed."""
        registry, sealer = self.registry(), Sealer(self.keyring)

        def reference(action: ServerFunction) -> ServerReference:
            assert isinstance(action, Action)
            return registry.reference(action, sealer, subject)

        return await Renderer(reference=reference, report=_raise).render(node)

    async def call(self, reference: ServerReference, *args: object, subject: str | None = None) -> Any:
        """Run a reference as a request to a new process does: resolved, checked, called."""
        call = self.registry().resolve(reference.id, [*(reference.bound or ()), *args], subject)
        checked, keywords = check_arguments(call.action, call.args)
        result = call.action.function(*checked, **keywords)
        return await result if hasattr(result, "__await__") else result


@contextmanager
def app_package(project: Path, files: dict[str, str]) -> Iterator[AppUnderTest]:
    """Write `files` (path -> source) as a package below `project` and install the hook for it."""
    package = AppPackage(project, f"app_under_test_{next(_numbers)}")
    for path, source in files.items():
        file = package.folder / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(source, encoding="utf-8")
    finders, paths = list(sys.meta_path), list(sys.path)
    install(package)
    app = AppUnderTest(package)
    try:
        yield app
    finally:
        app.forget()
        sys.meta_path[:], sys.path[:] = finders, paths


def references_in(tree: object) -> list[ServerReference]:
    """Return the server references of a rendered tree, in the order of the document."""
    match tree:
        case ServerReference():
            return [tree]
        case Lazy():
            return references_in(tree.value)
        case Element():
            return references_in(tree.props)
        case dict():
            return references_in(list(tree.values()))
        case list() | tuple():
            return [reference for item in tree for reference in references_in(item)]
        case _:
            return []


def _raise(error: BaseException) -> dict[str, object]:
    raise error
