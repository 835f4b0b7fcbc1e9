"""What `cookies()` and `headers()` show in each part of a request."""

from typing import Any

import pytest

from support.projects import Project

PAGES = {
    "page.py": '''
        from wingbeat import after, cookies, headers, html as h, redirect, refresh

        seen = {}
        HEADERS = ("content-type", "content-length", "wingbeat-action", "origin", "accept", "x-mine", "cookie")

        def look(where):
            seen[where] = {name: headers()[name] for name in HEADERS if name in headers()}

        async def page():
            look("page")
            return h.p["page"]

        async def save(form=None):
            """use server"""
            look("action")
            jar = cookies()
            seen["before"] = (list(jar), "a" in jar, len(jar), dict(jar.items()), jar.get_all("a"))
            jar.set("a", "2")
            jar.set("new", "ä b")
            jar.delete("gone")
            seen["then"] = (sorted(jar), "gone" in jar, len(jar), dict(jar.items()), jar.get_all("a"))
            after(look, "after")
            refresh()

        async def go():
            """use server"""
            cookies().delete("gone")
            cookies().set("a", "2")
            redirect("/other")

        async def stream():
            """use server"""
            yield 1
            look("stream")
            refresh()
    ''',
    "other/page.py": """
        from wingbeat import cookies, headers, html as h
        async def page(request):
            return h.p[
                "foo=", cookies().get("gone"), "; bar=", cookies().get("a"), " ", headers()["cookie"], " ",
                headers().get("content-type"), " ", headers().get("wingbeat-action"), " ", request.method,
            ]
    """,
    "writes/page.py": """
        from wingbeat import cookies
        async def page():
            cookies().set("a", "1")
    """,
}


@pytest.fixture
def project(load: Any) -> Project:
    return load(PAGES)


SENT = {"Cookie": "a=1; gone=x", "X-Mine": "1"}


def test_what_an_action_reads_and_writes_is_what_it_reads_next(project: Project) -> None:
    project.call("page.save", headers=SENT)

    seen = project.module().seen
    assert seen["before"] == (["a", "gone"], True, 2, {"a": "1", "gone": "x"}, ["1"])
    assert seen["then"] == (["a", "new"], False, 2, {"a": "2", "new": "ä b"}, ["2"])


def test_the_page_after_an_action_sees_a_get(project: Project) -> None:
    project.call("page.save", headers=SENT)

    seen = project.module().seen
    assert seen["action"]["content-type"].startswith("text/plain")
    assert seen["action"]["x-mine"] == "1"
    assert seen["page"] == {"accept": "text/x-component", "x-mine": "1", "cookie": "a=2; new=%C3%A4%20b"}
    assert seen["after"] == seen["action"]  # as Next.js: what was asked, not how it was answered


def test_a_streaming_action_goes_on_seeing_its_own_headers(project: Project) -> None:
    project.call("page.stream", headers=SENT)

    seen = project.module().seen
    assert seen["stream"]["content-type"].startswith("text/plain")
    assert "content-type" not in seen["page"]


def test_h16_the_target_of_a_redirect_sees_the_cookies_that_were_set_and_deleted(project: Project) -> None:
    reply = project.call("page.go", headers=SENT)

    assert '["foo=",null,"; bar=","2"," ","a=2"," ",null," ",null," ","GET"]' in reply.text
    assert [cookie.partition(";")[0] for cookie in reply.all("set-cookie")] == ["gone=", "a=2"]


def test_a_page_that_writes_a_cookie_is_told_where(load: Any, caplog: Any) -> None:
    project: Project = load(PAGES)

    assert project.get("/writes").status == 500
    assert "app/writes/page.py:4: cookies().set('a', …) while rendering" in caplog.text
    assert "set-cookie" not in project.get("/writes")


@pytest.mark.parametrize("way", ["call", "post"])
def test_h10_no_line_break_gets_into_a_header(way: str, load: Any) -> None:
    project: Project = load('''
        from wingbeat import cookies, redirect
        async def page(): return "page"
        async def name():
            """use server"""
            cookies().set("a\\r\\nX-Evil: 1", "v")
        async def path():
            """use server"""
            cookies().set("a", "v", path="/\\r\\nX-Evil: 1")
        async def domain():
            """use server"""
            cookies().set("a", "v", domain="x\\r\\nX-Evil: 1")
        async def target():
            """use server"""
            redirect("/other\\r\\nX-Evil: 1")
        async def value():
            """use server"""
            cookies().set("a", "v\\r\\nX-Evil: 1\\0\\x7f")
    ''')

    for name, status in {"name": 500, "path": 500, "domain": 500, "target": 500, "value": None}.items():
        reply = getattr(project, way)(f"page.{name}")
        assert reply.status == (status or (200 if way == "call" else 303))
        assert not any("evil" in header.lower() for header, _ in reply.headers)
        assert not any("\r" in value or "\n" in value for _, value in reply.headers)
