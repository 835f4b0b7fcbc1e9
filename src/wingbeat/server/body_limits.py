"""How long the body of a call may be: the app's `body_size_limit`, or that of the module that defines the action.

    # app/actions.py
    "use server"
    body_size_limit = "10mb"

A call names its action in a header, so the action's own limit holds before a byte is read. A native form names
it in its body: until that is read, the largest limit among the actions of the posted page holds.
"""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator, Mapping
from importlib.util import resolve_name
from pathlib import Path
from types import ModuleType

from wingbeat.config import parse_size
from wingbeat.errors import ConfigError
from wingbeat.routing import Route

__all__ = ["BodyLimits"]

SETTING = "body_size_limit"
_CLIENT_MODULE = "client_module"
"""What brings in TSX, whose imports of actions are not seen here."""


class BodyLimits:
    """The limits of one app. Raises ConfigError, naming the module, for one that is no size."""

    def __init__(self, default: int, modules: Iterable[ModuleType], routes: Iterable[Route]) -> None:
        by_name = {module.__name__: module for module in modules}
        self._default = default
        self._own = {name: _own_limit(module, default) for name, module in by_name.items()}
        self.largest = max([default, *self._own.values()])
        """What no body of the app may exceed."""
        self._pages: dict[str, int] = {}
        if self.largest > default:
            imports = {name: frozenset(_imports(module)) for name, module in by_name.items()}
            # A module in a folder `[...rest]` has another name than its path: its file tells which.
            names = {module.__file__: name for name, module in by_name.items()}
            self._pages = {
                route.module: self._largest_used([names[route.file], *route.layouts], imports)
                for route in routes
            }

    def of(self, module: ModuleType) -> int:
        """Return the bytes that a call of an action of `module` may have."""
        return self._own.get(module.__name__, self._default)

    def of_page(self, route: Route) -> int:
        """Return the bytes that a form may have that is posted to a page, whichever of its actions it names."""
        return self._pages.get(route.module, self._default)

    def _largest_used(self, left: list[str], imports: Mapping[str, frozenset[str]]) -> int:
        found: set[str] = set()
        while left:
            name = left.pop()
            if name not in found:
                found.add(name)
                left += imports.get(name, ())
        if _CLIENT_MODULE in found:
            return self.largest
        return max(self._own.get(name, self._default) for name in found)


def _own_limit(module: ModuleType, default: int) -> int:
    value = vars(module).get(SETTING)
    if value is None:
        return default
    try:
        return parse_size(value)
    except ValueError as error:
        raise ConfigError(f"{module.__file__}: {SETTING} = {value!r}: {error}.") from error


def _imports(module: ModuleType) -> Iterator[str]:
    """Yield the modules that a module's source imports, anywhere in it, and the names that it takes from them."""
    file = module.__file__
    if file is None or not file.endswith(".py"):
        return
    for node in ast.walk(ast.parse(Path(file).read_bytes())):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            base = _base(node, module)
            yield base
            yield from (f"{base}.{alias.name}" for alias in node.names)
            if any(alias.name == _CLIENT_MODULE for alias in node.names):
                yield _CLIENT_MODULE


def _base(node: ast.ImportFrom, module: ModuleType) -> str:
    name = node.module or ""
    if not node.level:
        return name
    try:
        return resolve_name("." * node.level + name, module.__package__ or "")
    except ImportError:
        return name  # it would have failed when the module was imported
