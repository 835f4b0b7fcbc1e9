"""Where a redirect leads, by whichever way it was asked for: from a call, a native form or a page."""

from typing import Any

import pytest

from support.projects import Project

PAGES = {
    "page.py": '''
        from wingbeat import Redirect, cookies, permanent_redirect, redirect, revalidate_path

        async def page():
            return "start"

        async def go_replacing():
            """use server"""
            redirect("/other", type="replace")

        async def go():
            """use server"""
            redirect("/other")

        async def go_for_good():
            """use server"""
            permanent_redirect("/other")

        async def go_out():
            """use server"""
            redirect("https://other.example/x", type="replace", external=True)

        async def go_below():
            """use server"""
            redirect("./sub")

        async def go_beside():
            """use server"""
            redirect("../other")

        async def go_round():
            """use server"""
            redirect("/circle")

        async def go_to_admin():
            """use server"""
            cookies().set("role", "visitor")
            revalidate_path("/")
            redirect("/admin/users")

        async def stream_to_admin():
            """use server"""
            yield 1
            redirect("/admin/users")

        class Session:
            log = []
            def begin(self): return self
            async def __aenter__(self): self.log.append("begin")
            async def __aexit__(self, kind, *_): self.log.append("rollback" if kind else "commit")

        async def transact(form=None):
            """use server"""
            async with Session().begin():
                return Redirect("/other")

        def transact_sync(form=None):
            """use server"""
            return Redirect("/other", type="replace")

        async def transact_and_raise(form=None):
            """use server"""
            async with Session().begin():
                redirect("/other")
    ''',
    "other/page.py": 'def page(): return "the other page"',
    "other/sub/page.py": 'def page(): return "the page below"',
    "circle/page.py": """
        from wingbeat import redirect
        def page(): redirect("/circle")
    """,
    "admin/users/page.py": 'def page(): return "s3cret users"',
    "relative/page.py": """
        from wingbeat import redirect
        def page(): redirect("./below?x=1")
    """,
}


@pytest.fixture
def project(load: Any) -> Project:
    return load(PAGES)


@pytest.mark.parametrize(
    ("name", "url", "target", "kind"),
    [
        ("go", "/", "/other", "push"),
        ("go_replacing", "/", "/other", "replace"),
        ("go_for_good", "/", "/other", "replace"),
        ("go_out", "/", "https://other.example/x", "replace external"),
        ("go_below", "/", "/sub", "push"),
        ("go_below", "/other", "/other/sub", "push"),
        ("go_below", "/other?x=1", "/other/sub", "push"),
        ("go_beside", "/other", "/other", "push"),
        ("transact", "/", "/other", "push"),
        ("transact_sync", "/", "/other", "replace"),
    ],
)
def test_h07_the_same_target_with_and_without_javascript(
    name: str, url: str, target: str, kind: str, project: Project
) -> None:
    called, posted = project.call(f"page.{name}", url=url), project.post(f"page.{name}", url=url)

    assert (called.status, called["wingbeat-redirect"], called["wingbeat-redirect-type"]) == (
        200,
        target,
        kind,
    )
    assert (posted.status, posted["location"], posted.body) == (303, target, b"")


@pytest.mark.parametrize("name", ["go", "go_below", "go_for_good"])
def test_h05_no_host_that_a_client_names_gets_into_a_redirect(name: str, project: Project) -> None:
    lies = {"Host": "evil.example", "X-Forwarded-Host": "evil.example", "Origin": "https://evil.example"}

    for reply in (project.call(f"page.{name}", headers=lies), project.post(f"page.{name}", headers=lies)):
        assert "evil" not in str(reply.headers)


def test_a_page_redirects_relative_to_itself(project: Project) -> None:
    got, payload = project.get("/relative"), project.payload("/relative")

    assert (got.status, got["location"]) == (307, "/relative/below?x=1")
    assert payload["wingbeat-redirect"] == "/relative/below?x=1"


def test_h09_a_circle_is_left_to_the_browser_which_counts(project: Project) -> None:
    called, posted = project.call("page.go_round"), project.post("page.go_round")

    assert (called["wingbeat-redirect"], "tree" in called.root) == ("/circle", False)
    assert (posted.status, posted["location"]) == (303, "/circle")


def test_a_returned_redirect_commits_and_a_raised_one_rolls_back(project: Project) -> None:
    project.call("page.transact")
    project.call("page.transact_and_raise")

    assert project.module().Session.log == ["begin", "commit", "begin", "rollback"]


class Guard:
    """Middleware that lets only admins see `/admin`."""

    def __init__(self) -> None:
        self.asked: list[tuple[str, str, list[bytes]]] = []

    def __call__(self, app: Any) -> Any:
        async def guarded(scope: Any, receive: Any, send: Any) -> None:
            names = [name for name, _ in scope["headers"]]
            cookies = [value for name, value in scope["headers"] if name == b"cookie"]
            self.asked.append((scope["method"], scope["path"], cookies))
            assert scope["method"] == "POST" or b"wingbeat-action" not in names
            if scope["path"].startswith("/admin") and b"role=admin" not in b"".join(cookies):
                await send({"type": "http.response.start", "status": 403, "headers": []})
                await send({"type": "http.response.body", "body": b"no"})
                return
            await app(scope, receive, send)

        return guarded


@pytest.mark.parametrize("name", ["go_to_admin", "stream_to_admin"])
def test_a_guard_of_admin_is_not_bypassed_by_an_action_elsewhere(name: str, load: Any) -> None:
    guard = Guard()
    reply = load(PAGES, middleware=[guard]).call(f"page.{name}")

    assert [asked[:2] for asked in guard.asked] == [("POST", "/"), ("GET", "/admin/users")]
    assert "s3cret" not in reply.text
    assert "/admin/users" in (reply.text + str(reply.headers))


def test_the_guard_sees_the_cookies_that_the_action_set(load: Any) -> None:
    guard = Guard()
    load(PAGES, middleware=[guard]).call("page.go_to_admin", headers={"Cookie": "role=admin"})

    assert guard.asked[1][2] == [b"role=visitor"]


def test_who_may_see_admin_gets_it_in_the_same_answer(load: Any) -> None:
    reply = load(PAGES, middleware=[Guard()]).call("page.stream_to_admin", headers={"Cookie": "role=admin"})

    assert "s3cret users" in reply.text
