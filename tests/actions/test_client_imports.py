"""A "use client" module cannot pull the server into the browser: refused at import, with the way there."""

import re

import pytest

from wingbeat.errors import DirectiveError

CLIENT = '"use client"\n'
INLINE = 'def page():\n    async def save():\n        "use server"\n'


def assert_refused(load, files: dict[str, str], said: str) -> None:
    app = load({"menu.py": CLIENT, **files})
    said = said.replace("app.", f"{app.package.name}.")

    with pytest.raises(DirectiveError) as caught:
        app.module("menu")
    assert re.sub(r"^.*menu\.py", "menu.py", str(caught.value)) == (
        f"{said}; that exists on the server only. Give the component what it needs as props, or call an action of "
        'a "use server" module.'
    )


def test_a_client_module_cannot_import_a_server_only_module(load) -> None:
    assert_refused(
        load,
        {"menu.py": f"{CLIENT}import json\nfrom .db import rows", "db.py": "server_only = True\nrows = []"},
        'menu.py:3: the "use client" module app.menu imports app.db, which says server_only = True',
    )


def test_the_way_to_a_server_only_module_is_told(load) -> None:
    assert_refused(
        load,
        {
            "menu.py": f"{CLIENT}from . import prices",
            "prices.py": "def total():\n    from .shop.db import rows\n    return rows",
            "shop/__init__.py": "",
            "shop/db.py": "server_only: bool = True\nrows = []",
        },
        'menu.py:2: the "use client" module app.menu imports app.prices -> app.shop.db, which says server_only = True',
    )


def test_a_client_module_cannot_import_a_module_with_an_inline_action(load) -> None:
    assert_refused(
        load,
        {"menu.py": f"{CLIENT}from .page import page", "page.py": INLINE},
        'menu.py:2: the "use client" module app.menu imports app.page, which has the inline action save()',
    )


@pytest.mark.parametrize(
    ("statement", "what"),
    [
        ("from wingbeat import component, cookies", "wingbeat.cookies"),
        ("from wingbeat import *", "wingbeat.*"),
        ("from wingbeat.cache import MemoryStore", "wingbeat.cache"),
        ("import wingbeat.server", "wingbeat.server"),
    ],
)
def test_a_client_module_cannot_import_the_servers_part_of_wingbeat(load, statement: str, what: str) -> None:
    assert_refused(
        load,
        {"menu.py": f"{CLIENT}{statement}"},
        f'menu.py:2: the "use client" module app.menu imports {what}',
    )


def test_what_a_client_module_may_import(load) -> None:
    app = load(
        {
            "menu.py": f"""
            {CLIENT}
            import json
            from typing import TYPE_CHECKING
            from wingbeat import component, html as h
            from wingbeat.html import div
            from wingbeat.ui import submit_button
            from .actions import save
            from .money import shown
            from .other import other
            if TYPE_CHECKING:
                from .db import Row
            """,
            "actions.py": '"use server"\nfrom wingbeat import cookies\nfrom .db import rows\nasync def save(): ...',
            "db.py": "server_only = True\nrows = []",
            "money.py": "from .money_names import *\nserver_only = False\ndef shown(): ...",
            "money_names.py": "from . import money",
            "other.py": f"{CLIENT}\ndef other(): ...",
        }
    )

    assert app.module("menu").shown is app.module("money").shown
