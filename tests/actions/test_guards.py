"""Guards: which run for which action, in which order, and how they end a call."""

import re
from typing import Any

import pytest

from support.app_packages import AppUnderTest, references_in
from wingbeat import ActionError, Redirect, component, forbidden, guarded_by, redirect, unauthorized
from wingbeat.actions import run_guards
from wingbeat.errors import DirectiveError
from wingbeat.request import Forbidden, Unauthorized

AUTH = """
    def require_user(): ...
    async def require_admin(request): ...
    def require_owner(): ...
"""


def guards(app: AppUnderTest) -> dict[str, list[str]]:
    return {
        one.qualname.rpartition(".")[2]: [guard.__name__ for guard in one.guards]
        for one in app.registry().definitions
    }


def test_a_module_guards_all_its_actions_and_an_action_itself(load) -> None:
    app = load(
        {
            "auth.py": AUTH,
            "actions.py": """
                "use server"
                from wingbeat import guarded_by
                from .auth import require_admin, require_owner, require_user
                guard = require_user

                def save(): ...

                @guarded_by(require_admin, require_owner)
                def remove(): ...
            """,
        }
    )

    assert guards(app) == {
        "save": ["require_user"],
        "remove": ["require_user", "require_admin", "require_owner"],
    }


def test_inline_actions_have_the_guards_of_their_module_and_their_own(load) -> None:
    app = load(
        {
            "auth.py": AUTH,
            "page.py": """
                import wingbeat
                from wingbeat import guarded_by, html as h
                from . import auth
                guard = [auth.require_user, auth.require_owner]

                @guarded_by(auth.require_admin)
                def plain():
                    "use server"

                def page():
                    row = 7
                    @wingbeat.guarded_by(auth.require_admin)
                    def inline():
                        "use server"
                        return row
                    def nested():
                        "use server"
                        return row
                    return [h.form(action=inline), h.form(action=nested)]
            """,
        }
    )

    assert guards(app) == {
        "plain": ["require_user", "require_owner", "require_admin"],
        "inline": ["require_user", "require_owner", "require_admin"],
        "nested": ["require_user", "require_owner"],
    }


@pytest.mark.anyio
async def test_a_guarded_inline_action_is_rebuilt_as_any(load) -> None:
    app = load(
        {
            "auth.py": AUTH,
            "page.py": """
                from wingbeat import guarded_by, html as h
                from .auth import require_user

                def page():
                    row = 7
                    @guarded_by(require_user)
                    def inline():
                        "use server"
                        return row
                    return h.form(action=inline)
            """,
        }
    )
    (reference,) = references_in(await app.render(app.module().page()))
    app.forget()

    assert await app.call(reference) == 7
    assert guards(app) == {"inline": ["require_user"]}


def test_a_decorator_that_hides_the_guarded_function_does_not_hide_its_guards(load) -> None:
    app = load(
        {
            "auth.py": AUTH,
            "actions.py": """
                "use server"
                from wingbeat import guarded_by
                from .auth import require_user

                def _hiding(function):
                    return lambda: function()

                @_hiding
                @guarded_by(require_user)
                def save(): ...
            """,
        }
    )

    assert guards(app) == {"save": ["require_user"]}


@pytest.mark.parametrize(
    ("stated", "said"),
    [
        ("guard = 'admin'", "guard is 'admin', not a function. Give the function itself, uncalled."),
        ("guard = [print, None]", "guard is None, not a function. Give the function itself, uncalled."),
        (
            "def guard(user, request): ...",
            "guard: a guard takes nothing, or request; this one takes user, request.",
        ),
    ],
)
def test_what_cannot_be_a_guard_is_an_error_at_import(load, stated: str, said: str) -> None:
    app = load({"actions.py": f'"use server"\n{stated}\ndef save(): ...'})

    with pytest.raises(DirectiveError, match=rf"actions\.py: {re.escape(said)}$"):
        app.module("actions")


def test_a_guard_that_is_called_by_mistake_is_an_error() -> None:
    with pytest.raises(DirectiveError, match=r"^guarded_by\(\) is None, not a function"):
        guarded_by(None)  # type: ignore[arg-type]


def test_a_component_has_no_guard() -> None:
    @component
    def panel() -> None: ...

    with pytest.raises(DirectiveError, match=r"^guarded_by\(\) above the component panel: it guards actions"):
        guarded_by(forbidden)(panel)


def returning(value: object) -> Any:
    return lambda: value


@pytest.mark.anyio
async def test_a_guard_that_returns_lets_the_call_go_on() -> None:
    async def user() -> str:
        return "ada"

    assert await run_guards([returning(None), returning(True), returning(0), user], None) is None


@pytest.mark.anyio
async def test_a_guard_that_says_false_forbids() -> None:
    async def never() -> bool:
        return False

    assert isinstance(await run_guards([returning(False)], None), Forbidden)
    assert isinstance(await run_guards([never], None), Forbidden)


@pytest.mark.anyio
@pytest.mark.parametrize(
    ("guard", "kind"),
    [
        (forbidden, Forbidden),
        (unauthorized, Unauthorized),
        (lambda: redirect("/login"), Redirect),
        (returning(Redirect("/login")), Redirect),
        (lambda: next(iter(())), StopIteration),
    ],
)
async def test_what_a_guard_raises_ends_the_call(guard: Any, kind: type) -> None:
    assert isinstance(await run_guards([guard], None), kind)


@pytest.mark.anyio
async def test_guards_run_in_order_until_one_ends_the_call() -> None:
    ran: list[object] = []

    async def first(request: object) -> None:
        ran.append(request)

    def second(*, request: object = None) -> None:
        ran.append(request)
        raise ActionError("no_seat")

    ended = await run_guards([first, second, lambda: ran.append("third")], "the request")

    assert isinstance(ended, ActionError)
    assert ran == ["the request", "the request"]
