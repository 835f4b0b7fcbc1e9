"""URLs of a mounted app: what is root-relative moves below its mount point, nothing else."""

from __future__ import annotations

import pytest

from wingbeat import html as h
from wingbeat.rendering import rebased

pytestmark = pytest.mark.anyio


@pytest.mark.parametrize(
    "url", ["//cdn.example", "https://example.com/a", "a/b", "?page=2", "#top", "", "mailto:a@b"]
)
def test_only_root_relative_urls_move(url: str) -> None:
    assert rebased("/a?b=/c", "/app") == "/app/a?b=/c"
    assert rebased("/", "/app") == "/app/"
    assert rebased(url, "/app") == url


@pytest.mark.parametrize(
    ("element", "moved"),
    [
        (h.a(href="/x"), {"href": "/app/x"}),
        (h.a(href="//x"), {"href": "//x"}),
        (h.form(action="/x", method="get"), {"action": "/app/x", "method": "get"}),
        (h.button(form_action="/x"), {"formAction": "/app/x"}),
        (h.video(src="/v", poster="/p"), {"src": "/app/v", "poster": "/app/p"}),
        (h.link(rel="stylesheet", href="/x.css"), {"rel": "stylesheet", "href": "/app/x.css"}),
        (h.img(src="/a.png", alt="/not-a-url"), {"src": "/app/a.png", "alt": "/not-a-url"}),
        (h.div(title="/x"), {"title": "/x"}),
    ],
)
async def test_the_url_props_of_elements_move(mounted, bench, element, moved) -> None:
    assert (await mounted.render(element))[2] == moved
    assert (await bench.render(element))[2] == element.props


@pytest.mark.parametrize(
    ("candidates", "moved"),
    [
        ("/a.png", "/app/a.png"),
        ("/a.png 1x, /b.png 2x", "/app/a.png 1x, /app/b.png 2x"),
        ("/a.png 100w,/b.png 200w", "/app/a.png 100w,/app/b.png 200w"),
        ("  /a,/b.png 1.5x", "  /app/a,/b.png 1.5x"),
        ("//cdn/a.png 1x, https://cdn/b.png 2x", "//cdn/a.png 1x, https://cdn/b.png 2x"),
    ],
)
async def test_every_candidate_of_a_set_of_images_moves(mounted, candidates: str, moved: str) -> None:
    assert (await mounted.render(h.img(src_set=candidates)))[2] == {"srcSet": moved}


async def test_an_action_is_no_url(mounted, named) -> None:
    assert (await mounted.render(h.form(action=named("save"))))[2] == {"action": "action save"}
