"""`drop_unused_actions`: what no source uses has no id, so that no request reaches it."""

from typing import Any

import pytest

from support.projects import KEY
from wingbeat.actions import Keyring, Registry

FILES = {
    "page.py": """
        from wingbeat import html as h
        from .actions import save

        def page():
            return h.form(action=save)[h.button["Save"]]
    """,
    "actions.py": '"use server"\nran = []\nasync def save(form): ...\nasync def old():\n    ran.append("old")\n',
}


@pytest.mark.parametrize("dropped", [True, False])
def test_d05_a_dropped_action_is_unknown(load: Any, *, dropped: bool) -> None:
    project = load(FILES, drop_unused_actions=dropped)
    every = Registry(Keyring.read(KEY, "KEY"), [project.module("actions")])
    old = next(one for one in every.definitions if one.qualname == "old")

    reply = project.call(every.action_id(old))

    assert reply.status == (404 if dropped else 200)
    assert ("wingbeat-action-not-found" in reply) == dropped
    assert project.module("actions").ran == ([] if dropped else ["old"])
    assert project.submit(project.get().forms[0]).status == 303


def test_a_dropped_action_in_a_page_is_told_to_the_developer(load: Any, caplog: Any) -> None:
    page = """
        import sys
        from wingbeat import html as h

        def page():
            return h.form(action=vars(sys.modules["app.actions"])["old"])
    """
    project = load({**FILES, "page.py": page}, drop_unused_actions=True)

    assert project.get().status == 500
    assert (
        "actions.py:4: the action old() stands in a page, but drop_unused_actions dropped it" in caplog.text
    )
