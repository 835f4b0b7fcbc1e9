"""`not_found.py` and its kin, `error.py`, `loading.py` and `global_error.py`: what is answered."""

import re
from typing import Any
from urllib.parse import quote

import pytest

from wingbeat.errors import RouteError

LAYOUT = """
    from wingbeat import html as h
    def layout(children): return h.html[h.body[h.nav["Menu"], children]]
"""
ADMIN_LAYOUT = """
    from wingbeat import html as h
    async def layout(children): return h.section["Admin", children]
"""


def notice(name: str, text: str) -> str:
    return f"""
        from wingbeat import html as h
        async def {name}(): return h.h1["{text}"]
    """


STATUSES = {
    "layout.py": LAYOUT,
    "page.py": "def page(): return 'start'",
    "not_found.py": notice("not_found", "Root 404"),
    "admin/layout.py": ADMIN_LAYOUT,
    "admin/not_found.py": notice("not_found", "Admin 404"),
    "admin/forbidden.py": notice("forbidden", "Admin 403"),
    "admin/unauthorized.py": "from wingbeat import html as h\ndef unauthorized(): return h.h1['Admin 401']",
    "admin/page.py": "from wingbeat import not_found\nasync def page(): not_found()",
    "admin/deep/closed/page.py": "from wingbeat import forbidden\nasync def page(): forbidden()",
    "admin/members/page.py": "from wingbeat import unauthorized\nasync def page(): unauthorized()",
    "admin/items/[number]/page.py": "async def page(number: int): return str(number)",
    "closed/page.py": "from wingbeat import forbidden\nasync def page(): forbidden()",
    "strict/layout.py": "from wingbeat import not_found\ndef layout(children): not_found()",
    "strict/not_found.py": notice("not_found", "Strict 404"),
    "strict/page.py": "def page(): return 'never'",
    "form/page.py": """
        from wingbeat import forbidden, html as h, not_found
        async def missing():
            "use server"
            not_found()
        async def page(): return h.form(action=missing)[h.button["Go"]]
    """,
    "form/not_found.py": notice("not_found", "Form 404"),
}


@pytest.mark.parametrize(
    ("url", "status", "text", "in_admin"),
    [
        ("/nowhere", 404, "Root 404", False),
        ("/admin/nowhere", 404, "Root 404", False),
        ("/admin", 404, "Admin 404", True),
        ("/admin/items/x", 404, "Admin 404", True),
        ("/admin/deep/closed", 403, "Admin 403", True),
        ("/admin/members", 401, "Admin 401", True),
        ("/closed", 403, "Not allowed", False),
        ("/strict", 404, "Root 404", False),
    ],
)
def test_the_nearest_file_upward_stands_in_its_folders_layouts(
    load: Any, url: str, status: int, text: str, *, in_admin: bool
) -> None:
    site = load(STATUSES)

    for reply in (site.get(url), site.payload(url)):
        assert reply.status == status
        assert text in reply.text
        assert "Menu" in reply.text
        assert ("Admin" in reply.text.replace(text, "")) is in_admin
        assert "noindex" in reply.text


def test_an_action_ends_in_the_nearest_file(load: Any) -> None:
    site = load(STATUSES)

    for reply in (site.call("form.page.missing", url="/form"), site.post("form.page.missing", url="/form")):
        assert reply.status == 404
        assert "Form 404" in reply.text
        assert "Menu" in reply.text


def test_a_status_file_that_fails_leaves_it_to_the_next_one(load: Any, caplog: Any) -> None:
    site = load(
        {
            "layout.py": LAYOUT,
            "not_found.py": notice("not_found", "Root 404"),
            "a/not_found.py": "def not_found(): 1 / 0",
            "a/page.py": "from wingbeat import not_found\ndef page(): not_found()",
        }
    )

    reply = site.get("/a")

    assert (reply.status, "Root 404" in reply.text) == (404, True)
    assert "ZeroDivisionError" in caplog.text


ERROR = """
    from wingbeat import html as h
    from wingbeat.ui import reset_button
    async def error(error, digest):
        return h.div[h.h1["{name} error"], h.p[type(error).__name__], h.p[digest], reset_button()["Again"]]
"""
ERRORS = {
    "layout.py": LAYOUT,
    "page.py": "def page(): return 'start'",
    "error.py": ERROR.format(name="Root"),
    "admin/layout.py": ADMIN_LAYOUT,
    "admin/error.py": ERROR.format(name="Inner"),
    "admin/page.py": "async def page(): raise ValueError('s3cret')",
    "admin/users/page.py": "def page(): raise KeyError('s3cret')",
    "admin/works/page.py": "async def page(): return 'works'",
    "prop/page.py": "from wingbeat.flight import Element\ndef page(): return Element('p', None, {'title': object()})",
    "meta/page.py": "async def generate_metadata(): raise OSError('s3cret')\ndef page(): return 'x'",
    "broken/layout.py": "def layout(children): raise TypeError('s3cret')",
    "broken/error.py": ERROR.format(name="Beside the layout"),
    "broken/page.py": "def page(): return 'never'",
    "twice/error.py": "def error(error): raise error or RuntimeError('beforehand')",
    "twice/page.py": "def page(): raise LookupError('s3cret')",
    "twice/works/page.py": "def page(): return 'it works'",
    "form/page.py": """
        from wingbeat import ActionError, html as h
        async def fail():
            "use server"
            raise ValueError("s3cret")
        async def refuse():
            "use server"
            raise ActionError("full", "The train is full.")
        async def page(): return h.form(action=fail)[h.button["Go"]]
    """,
    "form/error.py": """
        from wingbeat import ActionError, html as h
        def error(error):
            return h.h1["Form error: ", error.message if isinstance(error, ActionError) else "sorry"]
    """,
}


@pytest.mark.parametrize(
    ("url", "title", "kind"),
    [
        ("/admin", "Inner error", "ValueError"),
        ("/admin/users", "Inner error", "KeyError"),
        ("/broken", "Root error", "TypeError"),
        ("/prop", "Root error", "SerializationError"),
        ("/meta", "Root error", "OSError"),
        ("/twice", "Root error", "LookupError"),
    ],
)
def test_the_nearest_error_page_shows_what_failed(
    load: Any, caplog: Any, url: str, title: str, kind: str
) -> None:
    site = load(ERRORS)

    for reply in (site.get(url), site.payload(url), site.get(f"{url}?_wingbeat=whole")):
        assert reply.status == 500
        assert title in reply.text
        assert kind in reply.text
        assert "Menu" in reply.text
        assert ("Admin" in reply.text) is url.startswith("/admin")
        assert "s3cret" not in reply.text
        assert any(digest in reply.text for digest in re.findall(r"\(digest (\w+)\)", caplog.text))


def test_an_error_page_that_fails_does_not_fail_a_page_that_works(load: Any) -> None:
    reply = load(ERRORS).get("/twice/works")

    assert (reply.status, "it works" in reply.text) == (200, True)


def test_what_the_browser_shows_of_its_own_errors_is_there_beforehand(load: Any) -> None:
    site = load(ERRORS)

    document, payload = site.get("/admin/works"), site.payload("/admin/works")

    assert (document.status, payload.status) == (200, 200)
    assert "Inner error" in payload.text
    assert "NoneType" in payload.text
    assert "<h1>Inner error" not in document.text


def test_a_form_that_fails_without_javascript_shows_the_nearest_error_page(load: Any) -> None:
    site = load(ERRORS)

    failed, refused = site.post("form.page.fail", url="/form"), site.post("form.page.refuse", url="/form")

    assert (failed.status, refused.status) == (500, 400)
    assert "sorry" in failed.text
    assert "The train is full." in refused.text
    for reply in (failed, refused):
        assert "Form error" in reply.text
        assert "Menu" in reply.text
        assert "s3cret" not in reply.text


GLOBAL = {
    "layout.py": "def layout(children): raise ValueError('s3cret')",
    "page.py": "def page(): return 'start'",
    "error.py": ERROR.format(name="Root"),
    "global_error.py": """
        from wingbeat import html as h
        def global_error(error, digest):
            return h.html(lang="en")[h.head[h.title["Down"]], h.body[h.h1["Down"], h.p[type(error).__name__, digest]]]
    """,
}


def test_the_global_error_page_takes_the_place_of_the_root_layout(load: Any) -> None:
    site = load(GLOBAL)

    for reply in (site.get(), site.payload()):
        assert reply.status == 500
        assert "Down" in reply.text
        assert "ValueError" in reply.text
        assert "s3cret" not in reply.text
    assert site.get().text.count("<html") == 1
    assert site.get().text.startswith('<!DOCTYPE html><html lang="en"><head><title>Down</title>')


def test_without_a_global_error_page_there_is_a_built_in_one(load: Any) -> None:
    reply = load({**GLOBAL, "global_error.py": "def global_error(error): raise error"}).get()

    assert reply.status == 500
    assert "Digest: " in reply.text


LOADING = {
    "layout.py": LAYOUT,
    "page.py": "def page(): return 'start'",
    "gates.py": "import asyncio\nopened = asyncio.Event()",
    "slow/layout.py": ADMIN_LAYOUT,
    "slow/loading.py": "from wingbeat import html as h\ndef loading(): return h.p['Loading…']",
    "slow/error.py": ERROR.format(name="Slow"),
    "slow/not_found.py": notice("not_found", "Slow 404"),
    "slow/page.py": """
        import asyncio
        metadata = {"title": "Slow page"}
        async def page():
            await asyncio.sleep(0.02)
            return "content"
    """,
    "slow/failing/page.py": """
        import asyncio
        async def page():
            await asyncio.sleep(0.02)
            raise ValueError("s3cret")
    """,
    "slow/missing/page.py": """
        import asyncio
        from wingbeat import not_found
        async def page():
            await asyncio.sleep(0.02)
            not_found()
    """,
    "slow/unknown/page.py": """
        import asyncio
        from wingbeat import not_found
        async def generate_metadata(): not_found()
        async def page():
            await asyncio.sleep(0.02)
            return "never"
    """,
    "slow/guarded/page.py": """
        from wingbeat import unauthorized
        async def guard(request): unauthorized()
        async def page(): return "never"
    """,
}


def test_the_loading_state_is_in_the_shell_and_the_page_follows(load: Any) -> None:
    reply = load(LOADING).get("/slow")

    shell, _, rest = reply.text.partition("</nav>")
    assert reply.status == 200
    assert "<title>Slow page</title>" in shell
    assert rest.index("Admin") < rest.index("Loading…") < rest.index("content")


def test_what_fails_behind_a_loading_state_is_shown_by_the_error_page_with_its_error(load: Any) -> None:
    site = load(LOADING)

    reply, whole = site.get("/slow/failing"), site.get("/slow/failing?_wingbeat=whole")

    assert (reply.status, whole.status) == (200, 500)
    for one in (reply, whole):
        assert "Slow error" in one.text
        assert "ValueError" in one.text
        assert "s3cret" not in one.text


def test_what_is_not_there_behind_a_loading_state_is_shown_by_its_file(load: Any) -> None:
    site = load(LOADING)

    reply, whole = site.get("/slow/missing"), site.get("/slow/missing?_wingbeat=whole")

    assert (reply.status, whole.status) == (200, 404)
    for one in (reply, whole):
        assert "Slow 404" in one.text
        assert "noindex" in one.text


@pytest.mark.parametrize(("url", "status"), [("/slow/unknown", 404), ("/slow/guarded", 401)])
def test_metadata_and_guards_are_part_of_the_shell(load: Any, url: str, status: int) -> None:
    assert load(LOADING).get(url).status == status


@pytest.mark.parametrize(
    ("file", "source", "message"),
    [
        ("error.py", "def error(problem): 1", r"error\(\) may take error and digest\.$"),
        ("loading.py", "def loading(children): 1", r"loading\(\) takes no arguments\.$"),
        ("not_found.py", "missing = 1", r"not_found\.py has no function not_found\(\)"),
        ("not_found.py", '"use server"\nasync def not_found(): 1', r"not_found\(\) is an action"),
        ("below/global_error.py", "def global_error(): 1", "one global error page, beside the root layout"),
    ],
)
def test_what_is_no_boundary_file_is_an_error_at_start(
    load: Any, file: str, source: str, message: str
) -> None:
    with pytest.raises(RouteError, match=message):
        load({"page.py": "def page(): 1", "below/page.py": "def page(): 1", file: source})


def test_the_developer_sees_over_an_error_page_what_failed(load: Any) -> None:
    site = load(ERRORS, development=True)
    file = site.folder / "app/admin/page.py"

    for url in ("/admin", "/prop"):
        reply = site.get(url)
        assert reply.status == 500
        assert reply.text.count("<wingbeat-failure>") == 1
        assert reply.text.index("error</h1>") < reply.text.index("<wingbeat-failure>")
        assert reply.text.endswith("</script></body></html>")
    assert f'<a href="vscode://file/{quote(str(file).lstrip("/"))}:1">' in site.get("/admin").text
    assert "<summary>ValueError: s3cret</summary>" in site.get("/admin").text
    assert "<wingbeat-failure>" not in site.get("/admin/works").text
    assert "<wingbeat-failure>" not in site.payload("/admin").text
