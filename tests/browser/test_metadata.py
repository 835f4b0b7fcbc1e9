"""The head follows the page: on the first load, on navigation, back, and after an action, with React in silence."""

import pytest
from playwright.sync_api import expect

from support.live_server import live_server
from support.projects import write_project

pytestmark = pytest.mark.browser

SITE = {
    "layout.py": """
        from wingbeat import html as h

        metadata = {
            "title": {"template": "%s | Acme", "default": "Acme"},
            "description": "Things",
            "icons": "/icon.svg",
            "alternates": {"canonical": "./"},
        }

        def layout(children):
            return h.html(lang="en")[
                h.body[
                    h.nav[h.a(href="/")["Start"], h.a(href="/posts/7")["Post"], h.a(href="/plain")["Plain"]],
                    children,
                ]
            ]
    """,
    "page.py": """
        from wingbeat import html as h, revalidate_path

        names = ["Start"]

        def generate_metadata():
            return {"title": names[-1], "open_graph": {"type": "website"}}

        async def page():
            async def rename():
                "use server"
                names.append("Renamed")
                revalidate_path("/")

            return h.main[h.h1["Start"], h.form(action=rename)[h.button["Rename"]]]
    """,
    "posts/post/__init__.py": "segment = '[number]'",
    "posts/post/page.py": """
        from wingbeat import html as h

        async def generate_metadata(number: int):
            return {"title": f"Post {number}", "description": "A post", "robots": "noindex"}

        def page(number: int):
            return h.main[h.h1[f"Post {number}"], h.link(rel="preload", href="/icon.svg", as_="image")]
    """,
    "plain/page.py": """
        from wingbeat import html as h

        def page():
            return h.main[h.h1["Plain"], h.meta(name="rating", content="general")]
    """,
    "/public/icon.svg": '<svg xmlns="http://www.w3.org/2000/svg"/>',
}

HEAD = """() => Object.fromEntries(
    [...document.head.querySelectorAll('meta[name],meta[property],link[rel=canonical],link[rel=icon]')]
        .filter(node => node.getAttribute('name') !== 'viewport')
        .map(node => [
            node.getAttribute('name') ?? node.getAttribute('property') ?? node.rel,
            node.content ?? node.getAttribute('href'),
        ])
)"""
COUNT = "document.querySelectorAll('title').length"


def start_head(path: str = "/") -> dict[str, str]:
    return {
        "description": "Things",
        "canonical": path,
        "icon": "/icon.svg",
    }


@pytest.mark.parametrize("mode", ["development", "production"])
def test_the_head_follows_the_page(mode, tmp_path, open_tab):
    tab = open_tab()
    with live_server(write_project(tmp_path, SITE), mode=mode) as server:
        tab.open(f"{server.url}/", "nav")
        assert (tab.page.title(), tab.page.evaluate(COUNT)) == ("Start", 1)
        first = tab.page.evaluate(HEAD)
        assert first.items() >= start_head().items()
        assert first["og:type"] == "website"

        tab.page.click("text=Post")
        expect(tab.page.get_by_role("heading", name="Post 7")).to_be_visible()
        assert (tab.page.title(), tab.page.evaluate(COUNT)) == ("Post 7 | Acme", 1)
        assert tab.page.evaluate(HEAD) == {
            **start_head("/posts/7"),
            "description": "A post",
            "robots": "noindex",
        }

        tab.page.click("text=Plain")
        expect(tab.page.get_by_role("heading", name="Plain")).to_be_visible()
        assert tab.page.title() == "Acme"
        assert tab.page.evaluate(HEAD) == {**start_head("/plain"), "rating": "general"}

        tab.page.go_back()
        expect(tab.page.get_by_role("heading", name="Post 7")).to_be_visible()
        assert tab.page.title() == "Post 7 | Acme"

        tab.page.click("text=Start")
        expect(tab.page.get_by_role("heading", name="Start")).to_be_visible()
        tab.page.click("text=Rename")
        tab.page.wait_for_function("document.title === 'Renamed'")
        assert tab.page.evaluate(COUNT) == 1
        assert [url for url in tab.urls() if url.endswith(("/", "/plain", "/posts/7"))] == [f"{server.url}/"]
    tab.assert_silence()


def test_without_javascript_the_head_is_complete(tmp_path, open_tab):
    tab = open_tab(java_script=False)
    with live_server(write_project(tmp_path, SITE)) as server:
        tab.page.goto(f"{server.url}/posts/7")

        assert tab.page.title() == "Post 7 | Acme"
        assert tab.page.locator("head meta[name=robots]").get_attribute("content") == "noindex"
        assert tab.page.locator("head link[rel=canonical]").get_attribute("href") == "/posts/7"


WHOLE = "h.html(lang='de')[h.head[h.meta(charset='utf-8')], h.body[h.h1['Whole']]]"


@pytest.mark.parametrize("content", [WHOLE, "h.h1['Whole']"])
def test_a_page_without_a_layout_hydrates_with_its_metadata_in_silence(content, tmp_path, open_tab):
    page = f"""
        from wingbeat import html as h
        metadata = {{"title": "Whole", "icons": "/icon.svg", "robots": {{"index": False}}}}
        def page(): return {content}
    """
    tab = open_tab()
    with live_server(write_project(tmp_path, {"page.py": page, "/public/icon.svg": "<svg/>"})) as server:
        tab.open(server.url, "h1")
        tab.page.wait_for_load_state("networkidle")

        assert (tab.page.title(), tab.page.evaluate(COUNT)) == ("Whole", 1)
        assert tab.page.locator("link[rel=icon]").count() == 1
    tab.assert_silence()
