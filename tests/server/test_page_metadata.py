"""`metadata` and `generate_metadata` of pages and layouts, through the app: in the head of the HTML and in payloads."""

import re
from typing import Any

import pytest

from wingbeat.errors import RouteError

LAYOUT = """
    from wingbeat import html as h
    metadata = {
        "title": {"template": "%s | Acme", "default": "Acme"},
        "description": "Things",
        "icons": "/icon.svg",
    }
    def layout(children): return h.html(lang="en")[h.body[h.nav["Menu"], children]]
"""
POSTS = """
    from wingbeat import forbidden, not_found, redirect
    ran = []
    async def generate_metadata(number: int, search_params, request, parent):
        ran.append(number)
        if number == 404: not_found()
        if number == 307: redirect("/about")
        if number == 500: raise ValueError("s3cret")
        return {"title": f"Post {number}", "description": parent["description"], "keywords": list(search_params)}
    async def page(number: int): return f"post {number}"
"""
SITE = {
    "layout.py": LAYOUT,
    "page.py": "metadata = {'title': 'Start'}\ndef page(): return 'start'",
    "about/page.py": "metadata = {'title': 'About <us>'}\ndef page(): return 'about'",
    "plain/page.py": "def page(): return 'plain'",
    "posts/post/__init__.py": "segment = '[number]'",
    "posts/post/page.py": POSTS,
    "sync/page.py": """
        from dataclasses import dataclass
        @dataclass
        class Metadata:
            title: str
            description: str | None = None
        def generate_metadata(): return Metadata("Sync")
        def page(): return "sync"
    """,
    "closed/page.py": """
        from wingbeat import forbidden
        ran = []
        def guard(): forbidden()
        def generate_metadata():
            ran.append("metadata")
            return {"title": "s3cret"}
        def page(): return "closed"
    """,
}


def head(reply: Any) -> str:
    """Return what metadata wrote into a document's head."""
    found = re.search(r"<head>(.*?)<script", reply.text, re.DOTALL)
    assert found, reply.text[:500]
    return found[1]


@pytest.fixture
def site(load: Any) -> Any:
    return load(SITE)


@pytest.mark.parametrize(
    ("url", "title"),
    [
        ("/", "Start"),
        ("/about", "About &lt;us&gt; | Acme"),
        ("/plain", "Acme"),
        ("/posts/7", "Post 7 | Acme"),
        ("/sync", "Sync | Acme"),
    ],
)
def test_the_head_says_what_the_page_is(url: str, title: str, site: Any) -> None:
    document, payload = site.get(url), site.payload(url)

    assert document.status == payload.status == 200
    assert head(document).startswith(f"<title>{title}</title>")
    assert head(document).count("<title>") == 1
    assert '<link rel="icon" href="/icon.svg"/>' in head(document)
    assert "<title>" not in document.text.partition("</head>")[2].partition("<script")[0]
    assert title.replace("&lt;", "<").replace("&gt;", ">") in payload.text.replace("\\u003c", "<")


def test_a_function_gets_what_it_asks_for(site: Any) -> None:
    assert '<meta name="description" content="Things"/>' in head(site.get("/posts/7?a=1&b=2"))
    assert '<meta name="keywords" content="a,b"/>' in head(site.get("/posts/7?a=1&b=2"))


@pytest.mark.parametrize("number", [404, 307, 500])
def test_a_function_may_end_the_page(number: int, site: Any) -> None:
    reply = site.get(f"/posts/{number}")

    assert reply.status == number
    assert "s3cret" not in reply.text


def test_a_parameter_that_does_not_fit_runs_no_metadata(site: Any) -> None:
    assert site.get("/posts/seven").status == 404
    assert site.module("posts.post.page").ran == []


def test_a_page_for_a_status_keeps_the_apps_icon_and_has_its_own_title(site: Any) -> None:
    reply = site.get("/nowhere")

    assert reply.status == 404
    assert '<link rel="icon" href="/icon.svg"/>' in head(reply)
    assert re.findall("<title>(.*?)</title>", head(reply)) == ["Page not found"]
    assert "Things" not in head(reply)


def test_a_guard_stands_before_the_metadata_too(site: Any) -> None:
    for reply in (site.get("/closed"), site.payload("/closed")):
        assert reply.status == 403
        assert "s3cret" not in reply.text
    assert site.module("closed.page").ran == []


def test_urls_are_completed_where_the_origin_is_known(load: Any) -> None:
    site = load(
        {"page.py": "metadata = {'open_graph': {'images': '/og.png'}}\ndef page(): return 'page'"},
        public_origins=["https://app.example"],
    )

    assert '<meta property="og:image" content="https://app.example/og.png"/>' in head(site.get())
    mounted = site.get("/docs", root_path="/docs")
    assert '<meta property="og:image" content="https://app.example/docs/og.png"/>' in head(mounted)


def test_constants_are_told_anew_for_each_url(load: Any) -> None:
    site = load(
        {"[name]/page.py": "metadata = {'alternates': {'canonical': './'}}\ndef page(name): return name"},
        public_origins=["https://app.example"],
    )

    for name in ("a", "b", "a", "a"):
        assert f'<link rel="canonical" href="https://app.example/{name}"/>' in head(site.get(f"/{name}"))


def test_a_mounted_app_finds_its_icons(load: Any) -> None:
    site = load({"page.py": "metadata = {'icons': '/icon.svg'}\ndef page(): return 'page'"})

    assert '<link rel="icon" href="/docs/icon.svg"/>' in head(site.get("/docs", root_path="/docs"))


def test_a_page_may_be_a_whole_document(load: Any) -> None:
    page = """
        from wingbeat import html as h
        metadata = {"title": "Whole"}
        def page(): return h.html(lang="de")[h.head[h.meta(charset="utf-8")], h.body["text"]]
    """

    text = load({"page.py": page}).get().text

    assert text.count("<html") == text.count("<body") == text.count("<title>") == 1
    assert text.startswith('<!DOCTYPE html><html lang="de"><head><meta charSet="utf-8"/><title>Whole</title>')


def test_metadata_stands_in_the_shell_whatever_comes_late(load: Any) -> None:
    page = """
        import asyncio
        from wingbeat import component, html as h, suspense
        told = asyncio.Event()
        async def generate_metadata():
            told.set()
            return {"title": "Late"}
        @component
        async def news():
            await told.wait()
            await asyncio.sleep(0)
            return h.p["news"]
        def page(): return h.main[suspense(fallback=h.p["wait"])[news()]]
    """

    reply = load({"page.py": page}).get()

    assert "<title>Late</title>" in head(reply)
    assert reply.text.index("<title>Late</title>") < reply.text.index("<p>news</p>")


def test_an_apps_page_without_metadata_is_written_as_before(load: Any) -> None:
    assert "<title>" not in load({"page.py": "def page(): return 'page'"}).get().text


@pytest.mark.parametrize(
    ("source", "problem"),
    [
        ("metadata = {'titel': 'x'}", ": metadata: titel: is no such field."),
        ("metadata = {'title': 7}", ": metadata: title: Input should be "),
        ("metadata = {'open_graph': {'image': '/a'}}", ": metadata: open_graph.image: is no such field."),
        ("metadata = {'robots': {'index': 'no'}}", ": metadata: robots.index: Input should be "),
        ("metadata = ['title']", ": metadata is a list. It is a dict or a dataclass."),
        (
            "metadata = {}\ndef generate_metadata(): ...",
            " has metadata and generate_metadata(). Keep one of them.",
        ),
        ("generate_metadata = {}", ": generate_metadata() is no function."),
        (
            "def generate_metadata(slug): ...",
            ": generate_metadata() takes 'slug', which / does not have. It may take ",
        ),
    ],
)
def test_what_is_no_metadata_is_an_error_at_start(source: str, problem: str, load: Any) -> None:
    with pytest.raises(RouteError) as error:
        load({"page.py": f"{source}\ndef page(): ..."})

    assert f"app/page.py{problem}" in str(error.value)


def test_what_a_function_returns_is_checked_too(load: Any, caplog: Any) -> None:
    site = load({"page.py": "def generate_metadata(): return {'titel': 'x'}\ndef page(): return 'page'"})

    assert site.get().status == 500
    assert "generate_metadata(): titel: is no such field." in caplog.text


def test_a_layouts_function_takes_no_query(load: Any) -> None:
    layout = "def generate_metadata(search_params): ...\ndef layout(children): return children"

    with pytest.raises(
        RouteError, match=r"layout\.py: generate_metadata\(\) takes 'search_params', which / does not"
    ):
        load({"layout.py": layout, "page.py": "def page(): ..."})
