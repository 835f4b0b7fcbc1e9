"""The public surface is what `wingbeat.__all__` and the facades say, whichever module is imported first."""

import importlib
import inspect
import os
import pkgutil
import subprocess
import sys
from pathlib import Path
from types import ModuleType

import pytest

import wingbeat

PACKAGES = sorted(
    module.name for module in pkgutil.iter_modules(wingbeat.__path__) if module.name != "__main__"
)
MODULES = sorted(
    module.name
    for module in pkgutil.walk_packages(wingbeat.__path__, "wingbeat.")
    if not module.name.endswith("__main__") and ".templates." not in module.name
)
FACADES = ["wingbeat", *(f"wingbeat.{name}" for name in PACKAGES)]

# The names that were agreed on. A new one is a promise for years: it is added here in a change of its own.
SETTLED = {
    "ActionError",
    "App",
    "BigInt",
    "File",
    "FormData",
    "Redirect",
    "UNDEFINED",
    "Validated",
    "after",
    "cached",
    "client_module",
    "component",
    "cookies",
    "error_boundary",
    "fetch",
    "forbidden",
    "fragment",
    "guarded_by",
    "headers",
    "not_found",
    "permanent_redirect",
    "redirect",
    "refresh",
    "revalidate_path",
    "revalidate_tag",
    "suspense",
    "taint_object",
    "taint_value",
    "unauthorized",
    "update_tag",
}

# Importing `wingbeat.flight` sets the attribute `flight` of `wingbeat`: a public name that equals a package
# would change its meaning with the order of imports. Only a fresh process sees the names before that.
STABLE_NAMES = """
import importlib, sys, wingbeat
before = {name: getattr(wingbeat, name) for name in wingbeat.__all__}
for module in sys.argv[1:]:
    importlib.import_module(module)
print(*[name for name, value in before.items() if getattr(wingbeat, name) is not value])
"""


def changed_names(modules: list[str], **environ: str) -> list[str]:
    """Return the public names of `wingbeat` that mean something else once *modules* are imported."""
    result = subprocess.run(
        [sys.executable, "-c", STABLE_NAMES, *modules],
        env=os.environ | environ,
        capture_output=True,
        text=True,
        check=False,
    )
    assert result.returncode == 0, result.stderr
    return result.stdout.split()


def names_without_docstring(module: ModuleType) -> list[str]:
    """Return the classes and functions of *module*'s `__all__` that say nothing about themselves."""
    values = {name: getattr(module, name) for name in module.__all__}
    return [
        name
        for name, value in values.items()
        if inspect.isclass(value) or inspect.isroutine(value)
        if not (vars(value) if inspect.isclass(value) else {"__doc__": value.__doc__}).get("__doc__")
    ]


@pytest.mark.parametrize("name", MODULES)
def test_every_module_can_be_imported(name: str) -> None:
    assert importlib.import_module(name)


@pytest.mark.parametrize("facade", FACADES)
def test_a_facade_lists_its_names_and_has_them(facade: str) -> None:
    module = importlib.import_module(facade)

    assert [name for name in module.__all__ if not hasattr(module, name)] == []
    assert len(set(module.__all__)) == len(module.__all__)


def test_the_root_exports_agreed_names_only() -> None:
    assert sorted(set(wingbeat.__all__) - SETTLED) == []


def test_no_public_name_is_also_a_package() -> None:
    assert set(wingbeat.__all__) & set(PACKAGES) == set()


def test_importing_every_module_changes_no_public_name() -> None:
    assert changed_names(MODULES) == []


def test_a_public_name_that_a_module_replaces_is_found(tmp_path: Path) -> None:
    (tmp_path / "wingbeat/cache").mkdir(parents=True)
    (tmp_path / "wingbeat/__init__.py").write_text(
        "__all__ = ['cache']\ndef cache(): ...\n", encoding="utf-8"
    )
    (tmp_path / "wingbeat/cache/__init__.py").touch()

    assert changed_names(["wingbeat.cache"], PYTHONPATH=str(tmp_path)) == ["cache"]


@pytest.mark.parametrize("facade", FACADES)
def test_every_public_name_says_what_it_is(facade: str) -> None:
    assert names_without_docstring(importlib.import_module(facade)) == []


def test_a_silent_public_name_is_found() -> None:
    module = ModuleType("planted")

    class Silent(Exception):
        pass

    def spoken() -> None:
        """Speak."""

    vars(module).update(__all__=["Silent", "spoken", "mute"], Silent=Silent, spoken=spoken, mute=lambda: None)

    assert names_without_docstring(module) == ["Silent", "mute"]
