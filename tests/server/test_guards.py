"""Guards: an action is a public endpoint, and this is what stands in front of it, wherever a call is posted."""

from typing import Any

import pytest

from wingbeat.flight import FormData

AUTH = """
    from wingbeat import ActionError, cookies, forbidden, redirect, unauthorized

    asked = []

    def require_user():
        asked.append("user")
        if cookies().get("user") is None:
            unauthorized()

    async def require_admin(request):
        asked.append(f"admin {request.method} {request.url.path}")
        if request.cookies.get("user") != "ada":
            forbidden()

    def require_seat():
        raise ActionError("no_seat", "All seats are taken.")

    async def sign_in_first():
        redirect("/login")
"""
FILES = {
    "auth.py": AUTH,
    "page.py": "def page(): return 'Start'",
    "login/page.py": "def page(): return 'Login'",
    "actions.py": """
        "use server"
        from wingbeat import FormData, guarded_by
        from .auth import require_admin, require_seat, require_user, sign_in_first
        guard = require_user
        ran = []

        async def save(amount: int | FormData = 0):
            ran.append("save")

        @guarded_by(require_admin)
        def remove():
            ran.append("remove")

        @guarded_by(require_seat)
        async def book(): ...

        @guarded_by(sign_in_first)
        async def order(): ...
    """,
    "admin/page.py": """
        from wingbeat import html as h
        from ..auth import require_user
        guard = require_user
        ran = []

        async def page():
            ran.append("page")
            async def inline():
                "use server"
                ran.append("inline")
            return h.form(action=inline)[h.button["The admin's page"]]
    """,
}
ADA, BOB = {"Cookie": "user=ada"}, {"Cookie": "user=bob"}


@pytest.fixture
def project(load: Any) -> Any:
    return load(FILES)


@pytest.mark.parametrize(
    ("name", "headers", "status"),
    [
        ("save", {}, 401),
        ("save", BOB, 200),
        ("remove", {}, 401),
        ("remove", BOB, 403),
        ("remove", ADA, 200),
    ],
)
def test_a_guard_decides_with_and_without_javascript(
    name: str, headers: dict[str, str], status: int, project: Any
) -> None:
    called = project.call(f"actions.{name}", headers=headers)
    posted = project.post(f"actions.{name}", headers=headers)

    assert (called.status, posted.status) == (status, 303 if status == 200 else status)
    assert project.module("actions").ran == ([name, name] if status == 200 else [])


@pytest.mark.parametrize("url", ["/", "/login", "/admin", "/nowhere", "/favicon.ico"])
def test_d07_the_url_of_a_call_gives_no_right(url: str, project: Any) -> None:
    """Nor does the page it is posted to: what guards an action is its own guard, not a page's."""
    called = project.call("actions.remove", url=url, headers=BOB)
    posted = project.post("actions.remove", url=url, headers=BOB)

    known = url in {"/", "/login", "/admin"}
    assert called.status == posted.status == (403 if known else 404)
    assert project.module("actions").ran == []


def test_a_check_inside_a_page_guards_no_action(load: Any) -> None:
    page = """
        from wingbeat import html as h, unauthorized
        ran = []

        async def page():
            unauthorized()

        async def save():
            "use server"
            ran.append("save")
    """
    project = load({"page.py": page})

    assert project.get().status == 401
    assert project.call("page.save").status == 200
    assert project.module().ran == ["save"]


def test_a_guard_runs_before_arguments_become_models(project: Any) -> None:
    assert project.call("actions.save", "no number").status == 401
    assert project.call("actions.save", "no number", headers=BOB).status == 422
    assert project.call("actions.save", 1, 2, 3, 4).status == 401


def test_a_guard_sees_the_request_as_pages_do(project: Any) -> None:
    project.call("actions.remove", url="/login", headers=ADA)

    assert project.module("auth").asked == ["user", "admin GET /login"]


def test_a_guard_may_refuse_with_a_message_or_send_elsewhere(project: Any) -> None:
    refused = project.call("actions.book", headers=BOB)
    sent = project.call("actions.order", headers=BOB)

    assert (refused.status, refused.root["error"]["code"]) == (400, "no_seat")
    assert "/login" in sent["wingbeat-redirect"]
    assert project.post("actions.order", headers=BOB)["location"] == "/login"


def test_a_guard_that_fails_is_a_failure_and_the_action_does_not_run(load: Any) -> None:
    actions = '"use server"\nran = []\ndef guard():\n    raise ValueError("secret")\ndef save():\n    ran.append(1)\n'
    project = load({"page.py": "def page(): return 'Start'", "actions.py": actions})

    called, posted = project.call("actions.save"), project.post("actions.save")

    assert (called.status, posted.status) == (500, 500)
    assert "secret" not in called.text + posted.text
    assert project.module("actions").ran == []


def test_the_guard_of_a_page_module_guards_the_page_and_its_inline_actions(project: Any) -> None:
    assert project.get("/admin").status == project.payload("/admin").status == 401
    assert project.module("admin.page").ran == []

    page = project.get("/admin", ADA)
    assert (page.status, project.module("admin.page").ran) == (200, ["page"])
    assert project.submit(page.forms[0], "/admin").status == 401
    assert project.submit(page.forms[0], "/admin", headers=ADA).status == 303
    assert project.module("admin.page").ran == ["page", "inline"]


def test_a_page_alone_may_be_guarded(load: Any) -> None:
    page = """
        from wingbeat import guarded_by
        from .auth import require_user

        @guarded_by(require_user)
        def page():
            return "Inside"
    """
    project = load({"auth.py": AUTH, "page.py": page})

    assert (project.get().status, project.get("/", ADA).status) == (401, 200)


def test_a_layout_that_would_guard_nothing_is_an_error(load: Any) -> None:
    layout = "def guard(): ...\ndef layout(children): return children"

    with pytest.raises(Exception, match=r"layout\.py: a layout guards nothing"):
        load({"page.py": "def page(): return 'Start'", "layout.py": layout})


def test_calling_a_guarded_action_in_python_runs_it_alone(project: Any) -> None:
    assert project.module("actions").remove() is None
    assert project.module("actions").ran == ["remove"]
    assert project.module("auth").asked == []


def test_a_form_with_arguments_is_guarded_too(project: Any) -> None:
    assert project.call("actions.save", FormData([("amount", "x")])).status == 401


@pytest.mark.parametrize(
    "url",
    [
        "/admin/",
        "//admin",
        "/./admin",
        "/login/../admin",
        "/%61dmin",
        "/ADMIN",
        "/admin;x",
        "/admin%00",
        "/admin%2F",
        "/%2e%2e/admin",
        "/admin?_rsc=1",
        "/admin?_wingbeat=1",
        "/admin?",
    ],
)
@pytest.mark.parametrize("headers", [{}, {"RSC": "1"}, {"Purpose": "prefetch", "Accept": "text/x-component"}])
def test_d08_no_spelling_passes_a_pages_guard(url: str, headers: dict[str, str], project: Any) -> None:
    reply = project.get(url, headers)

    assert reply.status in {303, 308, 401, 404}  # a redirect leads to the spelling that the guard sees
    assert "admin's page" not in reply.text
    assert project.module("admin.page").ran == []


@pytest.mark.parametrize("name", ["page", "layout"])
def test_a_page_that_its_module_makes_an_action_is_an_error(name: str, load: Any) -> None:
    other = "layout" if name == "page" else "page"
    functions = {"page": "def page(): ...", "layout": "def layout(children): ..."}
    files = {f"{name}.py": f'"use server"\n{functions[name]}', f"{other}.py": functions[other]}

    with pytest.raises(Exception, match=rf"{name}\.py:2: {name}\(\) is an action, because its module says"):
        load(files)
