"""The import hook: modules of the app are compiled with their inline actions marked.

It is limited to the app's own package and reads the source, never a cached bytecode file, so that `python -OO`
and caches written without the hook change nothing.
"""

from __future__ import annotations

import importlib
import importlib.machinery
import importlib.util
import sys
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from types import CodeType, FunctionType, ModuleType
from typing import Any

from wingbeat.errors import ConfigError, DirectiveError

from .action import Action, mark_inline
from .client_imports import refuse_server_imports
from .definition import Definition, ModuleDefinitions
from .directives import MARKER, has_directive, read_module
from .guards import guards_of_module
from .module_imports import DOTS, ModuleFile
from .source import ModuleSource

__all__ = ["AppPackage", "install"]


class AppPackage:
    """The package `name` in the folder `project`, whose modules go through the hook."""

    def __init__(self, project: Path, name: str) -> None:
        self.project = project
        self.name = name

    @property
    def folder(self) -> Path:
        """The package's own folder."""
        return self.project / self.name

    def import_all(self) -> list[ModuleType]:
        """Import every module of the package, so that a call never waits for a page to be rendered.

        Raises whatever a module raises; DirectiveError for one that was loaded before the hook.
        """
        return [self.import_module(name) for name in self.module_names()]

    def import_module(self, name: str) -> ModuleType:
        """Import one module of the package through the hook."""
        name = _importable(name)
        loaded = sys.modules.get(name)
        if loaded is not None and not _went_through_hook(loaded):
            self._refuse_loaded(loaded)
        return self._own(importlib.import_module(name))

    def module_names(self) -> Iterator[str]:
        """Yield the dotted name of every Python file of the package, in order of path."""
        return (module.name for module in self.module_files())

    def module_files(self) -> Iterator[ModuleFile]:
        """Yield every module of the package with its file, in order of path."""
        for file in sorted(self.folder.rglob("*.py")):
            parts = file.relative_to(self.project).with_suffix("").parts
            if not any(part.startswith(".") or part == "__pycache__" for part in parts):
                dotted = ".".join(parts[:-1] if parts[-1] == "__init__" else parts)
                yield ModuleFile(_importable(dotted), file)

    def _own(self, module: ModuleType) -> ModuleType:
        """Refuse a module of another project, whose package of the same name this process has loaded."""
        file = module.__file__
        if file is not None and not Path(file).resolve().is_relative_to(self.folder.resolve()):
            raise ConfigError(
                f"{module.__name__} is {file}, but {self.folder} was to be served. A process serves one project: "
                "modules are found by name. Start another process for this one."
            )
        return module

    @staticmethod
    def _refuse_loaded(module: ModuleType) -> None:
        file = getattr(module, "__file__", None)
        if file and has_directive(Path(file).read_text(encoding="utf-8")):
            raise DirectiveError(
                f"{file}:1: {module.__name__} was imported before Wingbeat could read its directives. "
                f"Create App(...) before anything imports {module.__name__}: in the file that the server starts, "
                "move `from wingbeat import App` and `App(...)` above that import."
            )


def install(package: AppPackage) -> None:
    """Put the hook for `package` in place; once is enough, again is harmless."""
    if not any(isinstance(finder, _Finder) and finder.serves(package) for finder in sys.meta_path):
        sys.meta_path.insert(0, _Finder(package))
    if str(package.project) not in sys.path:
        sys.path.insert(0, str(package.project))


def _importable(name: str) -> str:
    """Return a module name in which the dots of a folder `[...rest]` part nothing."""
    return name.replace("[...", f"[{DOTS}")


def _dotted_folder(
    fullname: str, where: Sequence[str], project: Path
) -> importlib.machinery.ModuleSpec | None:
    """Return the package of a folder such as `[...rest]`, which Python's own finder cannot name."""
    for parent in where:
        folder = Path(parent, fullname.rpartition(".")[2].replace(DOTS, "..."))
        init = folder / "__init__.py"
        if init.is_file():
            loader = _Loader(fullname, str(init), project)
            return importlib.util.spec_from_loader(fullname, loader, is_package=True)
        if folder.is_dir():
            spec = importlib.machinery.ModuleSpec(fullname, None, is_package=True)
            spec.submodule_search_locations = [str(folder)]
            return spec
    return None


def _went_through_hook(module: ModuleType) -> bool:
    return isinstance(getattr(module.__spec__, "loader", None), _Loader) or not getattr(
        module, "__file__", None
    )


class _Finder(importlib.machinery.PathFinder):
    """Finds the modules of one app package and has `_Loader` load them."""

    def __init__(self, package: AppPackage) -> None:
        self._package = package

    def serves(self, package: AppPackage) -> bool:
        return (self._package.project, self._package.name) == (package.project, package.name)

    def find_spec(  # type: ignore[override]  # PathFinder's is a classmethod; the import system calls either
        self, fullname: str, path: Sequence[str] | None = None, target: ModuleType | None = None
    ) -> importlib.machinery.ModuleSpec | None:
        if fullname.partition(".")[0] != self._package.name:
            return None
        where = [str(self._package.project)] if path is None else path
        if DOTS in fullname.rpartition(".")[2]:
            return _dotted_folder(fullname, where, self._package.project)
        spec = importlib.machinery.PathFinder.find_spec(fullname, where, target)
        if spec is not None and isinstance(spec.loader, importlib.machinery.SourceFileLoader):
            spec.loader = _Loader(fullname, spec.loader.get_filename(fullname), self._package.project)
        return spec


class _Loader(importlib.machinery.SourceFileLoader):
    """Compiles one module from its syntax tree, with its inline actions marked."""

    def __init__(self, fullname: str, path: str, project: Path) -> None:
        super().__init__(fullname, path)
        self._project = project

    def get_code(self, fullname: str) -> CodeType:
        return self._compile(fullname)[1]

    def exec_module(self, module: ModuleType) -> None:
        source, code = self._compile(module.__name__)
        definitions = ModuleDefinitions(module, source, code, self.path).actions
        vars(module)[MARKER] = _marker(definitions)
        exec(code, vars(module))  # noqa: S102 (this is what importing is)
        _finish(module, definitions)

    def _compile(self, fullname: str) -> tuple[ModuleSource, CodeType]:
        text = importlib.util.decode_source(self.get_data(self.get_filename(fullname)))
        source = read_module(text, self.path)
        if source.directive == "use client":
            refuse_server_imports(self._project, ModuleFile(fullname, Path(self.path)), source.tree)
        return source, compile(source.tree, self.path, "exec", dont_inherit=True)


def _marker(definitions: list[Definition]) -> Callable[[str], Callable[[FunctionType], Action]]:
    inline = {definition.qualname: definition for definition in definitions if definition.source.inline}
    return lambda qualname: lambda function: mark_inline(inline[qualname], function)


def _finish(module: ModuleType, definitions: list[Definition]) -> None:
    """Replace each public function of a `"use server"` module by its action, decorators and all."""
    guards = guards_of_module(module)
    for definition in definitions:
        definition.parallel = bool(getattr(module, "parallel", False))
        if not definition.source.inline:
            function: Any = vars(module)[definition.qualname]
            if not callable(function):
                raise DirectiveError(
                    f'{definition.where}: a "use server" module exposes functions, but a decorator made '
                    f"{definition.qualname} a {type(function).__name__}. Rename it with a leading _."
                )
            definition.function = function
            vars(module)[definition.qualname] = Action(definition, function)
        definition.guards = (*guards, *definition.own_guards())
