"""GET: documents and payloads, rows D08, J and H18, and what happens when a page or its layout fails."""

import json
import re
from html.parser import HTMLParser
from typing import Any
from urllib.parse import quote

import pytest

from support.projects import ask
from wingbeat.errors import RouteError
from wingbeat.flight import Element, decode_payload

SITE = {
    "layout.py": """
        from wingbeat import html as h
        def layout(children): return h.html[h.body[h.nav["Menu"], children]]
    """,
    "page.py": """
        from wingbeat import html as h
        def page(): return h.h1["Start"]
    """,
    "admin/layout.py": """
        from wingbeat import html as h
        async def layout(children): return h.section[children]
    """,
    "admin/page.py": """
        from wingbeat import html as h
        async def page(): return h.h1["Secret admin"]
    """,
    "(shop)/layout.py": """
        from wingbeat import html as h
        def layout(children): return h.div(id="shop")[children]
    """,
    "(shop)/cart/page.py": "def page(search_params): return repr(search_params)",
    "items/[number]/page.py": "async def page(number: int): return repr(number)",
    "posts/slug/__init__.py": "segment = '[slug]'",
    "posts/slug/page.py": "async def page(slug): return repr(slug)",
    "posts/slug/comments/page.py": "async def page(slug, request): return slug + ' ' + request.url.path",
    "docs/rest/__init__.py": "segment = '[...rest]'",
    "docs/rest/page.py": "def page(rest: list[str]): return repr(rest)",
    "files/rest/__init__.py": "segment: str = '[[...rest]]'",
    "files/rest/page.py": "def page(rest): return repr(rest)",
    "guides/[...rest]/page.py": "def page(rest): return repr(rest)",
    "notes/[[...rest]]/page.py": "def page(rest): return repr(rest)",
    "_private/page.py": "def page(): return 'private'",
    "asked/page.py": """
        def page(request, search_params):
            return repr((request.method, request.url.path, str(request.query_params), search_params))
    """,
    "away/page.py": "from wingbeat import redirect\ndef page(): redirect('./there?x=1')",
    "moved/page.py": "from wingbeat import permanent_redirect\ndef page(): permanent_redirect('/cart')",
    "out/page.py": "from wingbeat import redirect\ndef page(): redirect('https://x.example/', external=True)",
    "gone/page.py": "from wingbeat import not_found\nasync def page(): not_found()",
    "closed/page.py": "from wingbeat import forbidden\nasync def page(): forbidden()",
    "members/page.py": "from wingbeat import unauthorized\nasync def page(): unauthorized()",
    "broken/page.py": "async def page(): raise ValueError('s3cret <b>')",
    "broken/prop/page.py": "from wingbeat.ui import submit_button\ndef page(): return submit_button(pending=object())",
    "broken/group/page.py": """
        import asyncio
        from wingbeat import not_found
        async def one(): not_found()
        async def page():
            async with asyncio.TaskGroup() as group:
                group.create_task(one())
    """,
}


@pytest.fixture
def site(load: Any) -> Any:
    return load(SITE)


def content(reply: Any) -> str:
    """Return the text of the page's own part of a document."""
    assert reply.status == 200
    text: Any = re.search(r"</nav>(.*?)(<script|</body>)", reply.text, re.DOTALL)
    return re.sub("<[^>]+>", "", text[1]).replace("&#x27;", "'")


def test_a_document_and_a_payload_of_one_page(site: Any) -> None:
    document, payload = site.get(), site.payload()

    assert document["content-type"] == "text/html; charset=utf-8"
    assert document.text.startswith("<!DOCTYPE html><html>")
    assert payload["content-type"] == "text/x-component"
    assert set(payload.root) == {"tree", "formState", "stamp", "url", "base", "build"}
    assert payload.root["url"] == "/"
    assert document["vary"] == payload["vary"] == "Accept"  # J02
    assert document["cache-control"] == payload["cache-control"] == "private, no-store"  # J04


def test_h18_a_document_says_how_it_may_be_used(site: Any) -> None:
    reply = site.get()

    assert reply["x-content-type-options"] == "nosniff"
    assert reply["referrer-policy"] == "strict-origin-when-cross-origin"
    assert reply["content-security-policy"] == "frame-ancestors 'self'"


@pytest.mark.parametrize("accept", ["text/html", "*/*", ""])
def test_j03_a_restored_tab_gets_the_page(accept: str, site: Any) -> None:
    reply = site.get("/cart?a=1&_wingbeat=x&b=%20", {"Accept": accept})

    assert (reply.status, reply["location"]) == (303, "/cart?a=1&b=%20")
    assert reply["cache-control"] == "private, no-store"


def test_j05_only_the_address_makes_a_payload(site: Any) -> None:
    hostile = {"Accept": "text/x-component", "RSC": "1", "Range": "bytes=0-1", "If-None-Match": "*"}

    reply = site.get("/", hostile)

    assert (reply.status, reply["content-type"]) == (200, "text/html; charset=utf-8")


def test_the_payloads_parameter_is_hidden_from_pages(site: Any) -> None:
    reply = site.payload("/asked?b=2&a=1&b=%C3%A5+c&flag")

    expected = ("GET", "/asked", "b=2&a=1&b=%C3%A5+c&flag=", {"b": ["2", "å c"], "a": "1", "flag": ""})
    assert json.dumps(repr(expected), ensure_ascii=False) in reply.text
    assert reply.root["url"] == "/asked?b=2&a=1&b=%C3%A5+c&flag"


def test_head_is_get_without_body(site: Any) -> None:
    head, get = ask(site.app, "HEAD", "/"), site.get("/")

    assert (head.status, head.body) == (200, b"")
    assert head["content-length"] == get["content-length"]
    assert ask(site.app, "HEAD", "/nowhere").status == 404


@pytest.mark.parametrize(
    ("url", "shown"),
    [
        ("/", "Start"),
        ("/admin", "Secret admin"),
        ("/cart", "{}"),
        ("/cart?a=1&a=2", "{'a': ['1', '2']}"),
        ("/items/7", "7"),
        ("/items/-7", "-7"),
        ("/posts/a-b", "'a-b'"),
        ("/posts/%C3%A5%20b", "'å b'"),
        ("/posts/7/comments", "7 /posts/7/comments"),
        ("/docs/a/b", "['a', 'b']"),
        ("/files", "[]"),
        ("/files/a/b", "['a', 'b']"),
        ("/guides/a/b", "['a', 'b']"),
        ("/notes", "[]"),
        ("/%61dmin", "Secret admin"),
    ],
)
def test_paths_find_their_page(url: str, shown: str, site: Any) -> None:
    assert content(site.get(url)) == shown


@pytest.mark.parametrize(
    "url",
    [
        "/nowhere",
        "/items/seven",
        "/items/7.5",
        "/items",
        "/docs",
        "/_private",
        "/(shop)",
        "/(shop)/cart",
        "/shop",
        "/posts",
        "/posts/slug/page",
        "/posts/a%00b",
        "/layout",
        "/app",
        "/__init__",
    ],
)
def test_other_paths_are_404_in_the_root_layout(url: str, site: Any) -> None:
    reply = site.get(url)

    assert reply.status == 404
    assert "Menu" in reply.text
    assert "<title>Page not found</title>" in reply.text
    assert '<meta name="robots" content="noindex"/>' in reply.text
    assert reply["cache-control"] == "private, no-store"
    assert site.payload(url).status == 404


@pytest.mark.parametrize(
    "url",
    [
        "//admin",
        "/./admin",
        "/x/../admin",
        "/%2e/admin",
        "/%2e%2e/admin",
        "/admin%00",
        "/admin;x",
        "/ADMIN",
        "/admin%2F",
        "/admin//",
        "/%2Fadmin",
        "/admin%20",
        "/admin\\",
    ],
)
def test_d08_no_other_spelling_shows_a_page(url: str, site: Any) -> None:
    for reply in (site.get(url), site.payload(url)):
        assert reply.status in {404, 308}
        assert b"Secret" not in reply.body
        if reply.status == 308:
            assert reply["location"].startswith("/admin")


def test_a_final_slash_is_taken_off(site: Any) -> None:
    reply = site.get("/admin/?a=%20")

    assert (reply.status, reply["location"]) == (308, "/admin?a=%20")


@pytest.mark.parametrize(
    "url",
    [
        "//evil.example/",
        "//evil.example",
        "///evil/",
        "/\\evil/",
        "//evil/?_wingbeat=1",
        "//evil?_wingbeat=1",
    ],
)
def test_h05_no_path_sends_anyone_to_another_site(url: str, site: Any) -> None:
    reply = site.get(url, path=url.partition("?")[0])

    assert reply.status in {404, 308}
    if reply.status == 308:
        assert re.match("/(?![/\\\\])", reply["location"])


def test_redirects_of_a_page(site: Any) -> None:
    away, moved, out = site.get("/away"), site.get("/moved"), site.get("/out")

    assert (away.status, away["location"]) == (307, "/away/there?x=1")
    assert (moved.status, moved["location"]) == (308, "/cart")
    assert (out.status, out["location"]) == (307, "https://x.example/")


def test_redirects_of_a_payload(site: Any) -> None:
    away, out = site.payload("/away"), site.payload("/out")

    assert (away.status, away.body) == (200, b"")
    assert (away["wingbeat-redirect"], away["wingbeat-redirect-type"]) == ("/away/there?x=1", "replace")
    assert (out["wingbeat-redirect"], out["wingbeat-redirect-type"]) == (
        "https://x.example/",
        "replace external",
    )


@pytest.mark.parametrize(
    ("url", "status", "title"),
    [
        ("/gone", 404, "Page not found"),
        ("/broken/group", 404, "Page not found"),
        ("/closed", 403, "Not allowed"),
        ("/members", 401, "Please sign in"),
    ],
)
def test_interrupts_show_their_page(url: str, status: int, title: str, site: Any) -> None:
    for reply in (site.get(url), site.payload(url)):
        assert reply.status == status
        assert title in reply.text
        assert "Menu" in reply.text


@pytest.mark.parametrize("url", ["/broken", "/broken/prop"])
def test_k02_a_failing_page_is_a_digest_in_production(url: str, site: Any, caplog: Any) -> None:
    for reply in (site.get(url, {"X-Debug": "1", "WINGBEAT_DEV": "1"}), site.payload(url)):
        assert reply.status == 500
        digest = re.search("Digest: ([0-9a-f]{12})<", reply.text)
        assert digest
        assert f"(digest {digest[1]})" in caplog.text
        assert "s3cret" not in reply.text
        assert ".py" not in reply.text
        assert reply["cache-control"] == "private, no-store"
    assert len(caplog.records) == 2


def test_the_developer_sees_where_a_page_failed(load: Any) -> None:
    reply = load(SITE, development=True).get("/broken")

    assert reply.status == 500
    assert "ValueError: s3cret &lt;b&gt;" in reply.text
    assert "broken/page.py" in reply.text


def test_the_log_keeps_a_path_on_one_line(load: Any, caplog: Any) -> None:
    site = load({"[x]/page.py": "def page(x): raise ValueError"})

    site.get("/a%0Arefused%20200")

    assert caplog.messages[0].startswith(r"the page /a\nrefused 200 failed (digest ")


BROKEN_LAYOUT = {
    "page.py": "def page(): return 'page'",
    "layout.py": """
        from wingbeat import html as h, not_found, redirect
        async def save():
            "use server"
        ends = {"how": lambda: 1 / 0}
        def layout(children): return ends["how"]() or h.html[h.body[children]]
    """,
}


def test_a_404_page_survives_its_layout(load: Any, caplog: Any) -> None:
    site = load(BROKEN_LAYOUT)

    for reply in (site.get("/nowhere"), site.payload("/nowhere"), site.post("layout.save", url="/nowhere")):
        assert reply.status == 404
        assert "Page not found" in reply.text
    assert site.get("/").status == 500
    assert "the page for status 404, or a layout around it, failed" in caplog.text


def test_a_layout_may_find_nothing_or_redirect(load: Any) -> None:
    site = load(BROKEN_LAYOUT)
    layout = site.module("layout")

    layout.ends["how"] = layout.not_found
    for url in ("/", "/nowhere"):
        assert (site.get(url).status, "Page not found" in site.get(url).text) == (404, True)
    layout.ends["how"] = lambda: layout.redirect("/sign-in")
    for url in ("/", "/nowhere"):
        assert (site.get(url).status, site.get(url)["location"]) == (307, "/sign-in")
    posted = site.post("layout.save", url="/nowhere")
    assert (posted.status, posted["location"]) == (303, "/sign-in")


def test_a_page_without_layout_gets_a_plain_document(load: Any) -> None:
    reply = load("from wingbeat import html as h\ndef page(): return [h.title['T'], h.p['text']]").get()

    assert reply.text.startswith('<!DOCTYPE html><html lang="en"><head><meta charSet="utf-8"/>')
    assert "<title>T</title>" in reply.text
    assert "<body><p>text</p>" in reply.text


class Scripts(HTMLParser):
    """Collects what an HTML parser takes for scripts."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[tuple[dict[str, str | None], str]] = []
        self._open = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag == "script":
            self.found.append((dict(attrs), ""))
            self._open = True

    def handle_endtag(self, tag: str) -> None:
        self._open = self._open and tag != "script"

    def handle_data(self, data: str) -> None:
        if self._open:
            attributes, text = self.found[-1]
            self.found[-1] = attributes, text + data


HOSTILE = [
    "</script><!--<script>alert(1)</script>",
    "\u2028\u2029",
    "]]>",
    "&lt;",
    "\\u003c",
    "\0",
    "😀",
    "$1",
    '"',
]


@pytest.mark.parametrize("value", HOSTILE)
def test_i06_hostile_text_stays_inside_the_inline_payload(value: str, load: Any) -> None:
    site = load(
        "from wingbeat import html as h\ndef page(search_params): return h.p(title=search_params['v'])['x']"
    )

    parser = Scripts()
    parser.feed(site.get(f"/?v={quote(value)}").text)

    import_map, runtime, payload, end = parser.found
    pushed: Any = re.fullmatch(r"\(self\.__wingbeat=self\.__wingbeat\|\|\[\]\)\.push\((.*)\)", payload[1])
    assert not set("<>&\u2028\u2029") & set(pushed[1])
    assert value in titles(decode_payload(json.loads(pushed[1]).encode()))
    assert (import_map[0]["type"], runtime[0]["type"]) == ("importmap", "module")
    assert end[1] == "self.__wingbeat.push(null)"


def titles(node: Any) -> list[Any]:
    """Return every `title` in a tree."""
    match node:
        case Element():
            return titles(node.props)
        case dict():
            return [node.get("title"), *(title for value in node.values() for title in titles(value))]
        case list() | tuple():
            return [title for value in node for title in titles(value)]
        case _:
            return []


def test_i14_every_script_carries_the_responses_own_nonce(load: Any) -> None:
    policy = "script-src 'nonce-{nonce}' 'strict-dynamic'; style-src {nonce}"
    site = load("def page(): return 'page'", csp=policy)

    nonces = set()
    for _ in range(2):
        reply = site.get("/", {"Content-Security-Policy": "script-src 'nonce-mine'"})
        parser = Scripts()
        parser.feed(reply.text)
        (nonce,) = {attributes["nonce"] for attributes, _ in parser.found}
        assert reply["content-security-policy"] == policy.replace("{nonce}", str(nonce))
        assert re.fullmatch(r"[\w-]{22}", str(nonce))
        nonces.add(nonce)
    assert len(nonces) == 2


def test_development_lets_reacts_development_build_run(load: Any) -> None:
    site = load("def page(): return 'page'", csp="script-src 'nonce-{nonce}'", development=True)

    assert re.fullmatch(r"script-src 'nonce-[\w-]{22}' 'unsafe-eval'", site.get()["content-security-policy"])


def test_no_policy_if_none_is_wanted(load: Any) -> None:
    assert "content-security-policy" not in load("def page(): return 'page'", csp="").get()


@pytest.mark.parametrize(
    ("files", "message"),
    [
        (
            {"page.py": "def pag(): 1"},
            r"page\.py has no function page\(\)\. Define `async def page\(\.\.\.\)` in it\.$",
        ),
        (
            {"page.py": "def page(slug): 1"},
            r"page\(\) takes 'slug', which / does not have\. It may take request, search_params\.$",
        ),
        ({"page.py": "def page(*, more=1): 1"}, r"takes 'more', which / does not have"),
        (
            {"page.py": "def page(): 1", "layout.py": "def layout(): 1"},
            r"layout\(\) takes one argument, children\.$",
        ),
        (
            {"[x]/page.py": "def page(x: 'Missing'): 1"},
            r"page\(\): an annotation cannot be evaluated: .*'Missing'",
        ),
        (
            {"[x]/page.py": "class C: ...\ndef page(x: C): 1"},
            r"page\(\) takes 'x', but a part of a URL cannot be made a",
        ),
        ({"other.py": ""}, r"app holds no page\. Create .*page\.py with a function page\(\)\.$"),
        (
            {"(a)/x/page.py": "def page(): 1", "(b)/x/page.py": "def page(): 1"},
            r"\(b\)/x/page\.py \(/x\) and .*\(a\)/x/page\.py \(/x\) claim the same URLs\. Remove or move one\.$",
        ),
    ],
)
def test_what_makes_no_page_is_an_error_at_start(files: dict[str, str], message: str, load: Any) -> None:
    with pytest.raises(RouteError, match=message):
        load(files)


def test_a_page_may_be_a_component(load: Any) -> None:
    site = load("from wingbeat import component\n@component\ndef page(): return 'a component'")

    assert "a component" in site.get().text


def test_parameters_are_converted_to_their_annotation(load: Any) -> None:
    site = load(
        {
            "[day]/[kind]/page.py": """
                from datetime import date
                from enum import Enum
                class Kind(Enum):
                    A = "a"
                def page(day: date, kind: Kind): return repr((day.year, kind.name))
            """
        }
    )

    assert "(2026, &#x27;A&#x27;)" in site.get("/2026-01-02/a").text
    assert site.get("/2026-01-32/a").status == 404
    assert site.get("/2026-01-02/b").status == 404
