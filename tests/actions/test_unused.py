"""What no source uses is found; what may be used is left alone."""

import pytest

from wingbeat.actions.unused import find_unused

ACTIONS = '"use server"\nasync def save(): ...\nasync def remove(): ...\n'


def unused(app) -> list[str]:
    definitions = app.registry().definitions
    found = find_unused(app.package.project, app.package.module_files(), definitions)
    return [one.qualname for one in found]


def test_an_action_that_nothing_names_is_unused(load) -> None:
    app = load({"actions.py": ACTIONS, "page.py": "from .actions import save"})

    assert unused(app) == ["remove"]


@pytest.mark.parametrize(
    ("statements", "left"),
    [
        ("from .actions import *", []),
        ("from . import actions\nactions.save", ["remove"]),
        ("from . import actions as all_of_them\nall_of_them.save", ["remove"]),
        ("from . import actions\ngetattr(actions, 'save')", []),
        ("import {package}.actions\n{package}.actions.save", ["remove"]),
        ("import {package}.actions as actions\nprint(actions)", []),
        ("def page():\n    from .actions import remove as other", ["save"]),
        ("save = 1\nprint(save)", ["save", "remove"]),
        (
            "from typing import TYPE_CHECKING\nif TYPE_CHECKING:\n    from .actions import save",
            ["save", "remove"],
        ),
    ],
)
def test_how_another_module_may_use_an_action(load, statements: str, left: list[str]) -> None:
    app = load({"actions.py": ACTIONS, "page.py": ""})
    app.rewrite("page.py", statements.format(package=app.package.name))

    assert unused(app) == left


def test_an_action_that_its_own_module_names_is_used(load) -> None:
    app = load({"actions.py": f"{ACTIONS}\nasync def both():\n    await save()\n    await both()"})

    assert unused(app) == ["remove", "both"]


def test_an_inline_action_is_used_where_its_page_names_it(load) -> None:
    app = load(
        """
        def page():
            async def save():
                "use server"
            async def forgotten():
                "use server"
                await forgotten()
            return save
        """
    )

    assert unused(app) == ["page.<locals>.forgotten"]


def test_an_action_that_a_script_names_is_used(load, tmp_path) -> None:
    app = load({"actions.py": ACTIONS, "ui/like.tsx": "import { save } from '../actions'"})
    (tmp_path / "node_modules").mkdir()
    (tmp_path / "node_modules/other.js").write_text("remove()", encoding="utf-8")

    assert unused(app) == ["remove"]
