"""Modules of the app are read from source, found under any folder name, and never mistaken for others."""

import importlib
import subprocess
import sys
from pathlib import Path
from textwrap import dedent

import pytest

from support.app_packages import app_package
from wingbeat.actions import Action, AppPackage, install
from wingbeat.errors import ConfigError, DirectiveError

ACTIONS = """
"use server"

async def save():
    return "saved"
"""


def test_every_module_of_the_package_is_imported_in_order_of_path(load) -> None:
    app = load({"b/page.py": "", "a.py": "", "b/__init__.py": "", ".hidden/x.py": "", "__pycache__/y.py": ""})

    names = [module.__name__.partition(".")[2] for module in app.package.import_all()]

    assert names == ["a", "b", "b.page"]


def test_folders_named_for_segments_are_imported(load) -> None:
    app = load(
        {
            "[slug]/page.py": "NAME = 'slug'",
            "[...rest]/page.py": "NAME = 'rest'",
            "[[...all]]/deep/page.py": "NAME = 'all'",
            "(group)/page.py": "NAME = 'group'",
            "[...init]/__init__.py": "from .page import NAME",
            "[...init]/page.py": "NAME = 'init'",
        }
    )

    found = {getattr(module, "NAME", None) for module in app.package.import_all()}

    assert found == {"slug", "rest", "all", "group", "init"}
    assert app.module("[...rest].page").NAME == "rest"


def test_relative_imports_between_modules_work(load) -> None:
    app = load({"page.py": "from .actions import save", "actions.py": ACTIONS})

    assert isinstance(app.module("page").save, Action)


def test_installing_twice_is_harmless(load) -> None:
    app = load("")
    before = list(sys.meta_path), list(sys.path)

    install(app.package)

    assert (sys.meta_path, sys.path) == before


def test_other_packages_are_left_alone(load, tmp_path: Path) -> None:
    load("")
    (tmp_path / "neighbour_of_the_app.py").write_text(ACTIONS, encoding="utf-8")

    neighbour = importlib.import_module("neighbour_of_the_app")

    assert not isinstance(neighbour.save, Action)
    del sys.modules["neighbour_of_the_app"]


def test_a_module_loaded_before_the_hook_is_an_error_that_says_what_to_do_first(load) -> None:
    app = load({"actions.py": ACTIONS, "plain.py": "X = 1"})
    finder = sys.meta_path.pop(0)
    for name in ("actions", "plain"):
        importlib.import_module(f"{app.package.name}.{name}")
    sys.meta_path.insert(0, finder)

    file = app.package.folder / "actions.py"
    message = (
        f"^{file}:1: {app.package.name}.actions was imported before Wingbeat could read its directives. "
        rf"Create App\(...\) before anything imports {app.package.name}.actions: in the file that the server "
        r"starts, move `from wingbeat import App` and `App\(...\)` above that import.$"
    )
    with pytest.raises(DirectiveError, match=message):
        app.package.import_all()
    assert app.module("plain").X == 1


def test_a_package_of_the_same_name_from_another_project_is_refused(load, tmp_path: Path) -> None:
    app = load({"page.py": ""})
    app.module("page")
    other = AppPackage(tmp_path / "other", app.package.name)

    with pytest.raises(ConfigError, match="A process serves one project: modules are found by name"):
        other.import_module(f"{app.package.name}.page")


def test_a_syntax_error_names_the_file(load) -> None:
    app = load({"page.py": "def broken(:"})

    with pytest.raises(SyntaxError) as caught:
        app.module("page")
    assert caught.value.filename == str(app.package.folder / "page.py")


def test_a_decorator_that_makes_no_function_of_an_action_is_refused(load) -> None:
    app = load(
        {
            "actions.py": """
        "use server"
        class Task:
            def __init__(self, function): ...

        @Task
        def later(): ...
        """
        }
    )

    with pytest.raises(
        DirectiveError, match=r"actions.py:7: .* made later a Task. Rename it with a leading _.$"
    ):
        app.module("actions")


def test_cached_bytecode_from_before_the_hook_changes_nothing(load) -> None:
    app = load({"actions.py": ACTIONS})
    subprocess.run([sys.executable, "-m", "compileall", "-q", str(app.package.folder)], check=True)

    assert isinstance(app.module("actions").save, Action)


@pytest.mark.parametrize("flag", ["-O", "-OO"])
def test_directives_are_found_when_python_strips_docstrings(flag: str, tmp_path: Path) -> None:
    with app_package(tmp_path, {"actions.py": ACTIONS}) as app:
        name = app.package.name
    program = f"""
        from pathlib import Path
        from wingbeat.actions import Action, AppPackage, install
        package = AppPackage(Path({str(tmp_path)!r}), {name!r})
        install(package)
        print([type(module.save).__name__ for module in package.import_all()])
    """

    done = subprocess.run(
        [sys.executable, flag, "-c", dedent(program)], capture_output=True, text=True, check=True
    )

    assert done.stdout == "['Action']\n"


@pytest.mark.parametrize(
    "source",
    [
        '"use server"\nsave = lambda: 1',
        'save = lambda: "use server"',
        'class Shop:\n    def save(self):\n        "use server"',
        'class Shop:\n    "use server"',
        'def save():\n    "use server"\ndef save():\n    "use server"',
        '"use server"\ndef save(): ...\ndef save(): ...',
    ],
)
def test_d15_what_cannot_be_an_action_is_an_error_at_start(source: str, load) -> None:
    app = load({"actions.py": source})

    with pytest.raises(DirectiveError, match=r"actions\.py:\d+: "):
        app.package.import_all()


def test_d15_objects_of_an_actions_module_are_no_actions(load) -> None:
    """A partial or callable object is no function that the module defines, so it has no id: nothing to refuse."""
    app = load(
        {
            "actions.py": """
                "use server"
                from functools import partial

                class Task:
                    def __call__(self): ...

                async def save(): ...
                again = partial(save)
                task = Task()
            """
        }
    )

    assert [one.qualname for one in app.registry().definitions] == ["save"]
