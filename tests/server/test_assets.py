"""The runtime's files and `public/`: only what is listed is served, whatever the URL says (row D12)."""

import json
from typing import Any

import pytest

from support.projects import ask

PUBLIC = {
    "page.py": "def page(): return 'page'",
    "/public/a b.txt": "text",
    "/public/css/site.css": "p {}",
    "/public/.hidden": "hidden",
    "/secret.txt": "s3cret",
}


@pytest.fixture
def site(load: Any) -> Any:
    return load(PUBLIC)


def test_public_files_are_served_and_checked_again(site: Any) -> None:
    text, style = site.get("/a%20b.txt"), site.get("/css/site.css")

    assert (text.text, text["content-type"]) == ("text", "text/plain; charset=utf-8")
    assert (style.text, style["content-type"]) == ("p {}", "text/css; charset=utf-8")
    for reply in (text, style):
        assert reply["cache-control"] == "public, max-age=0, must-revalidate"
        assert reply["x-content-type-options"] == "nosniff"
        assert "etag" in reply
        assert "set-cookie" not in reply


def test_the_runtime_is_served_for_ever(site: Any) -> None:
    assets = site.app.site.assets
    reply = site.get(assets.runtime_url(""))

    assert reply.status == 200
    assert reply["content-type"] == "text/javascript; charset=utf-8"
    assert reply["cache-control"] == "public, max-age=31536000, immutable"
    for url in assets.import_map("")["imports"].values():
        assert site.get(url).status == 200
    head = ask(site.app, "HEAD", assets.runtime_url(""))
    assert (head.status, head.body, head["content-length"]) == (200, b"", reply["content-length"])


@pytest.mark.parametrize(
    "path",
    [
        "/../secret.txt",
        "/css/../../secret.txt",
        "/css/..%2f..%2fsecret.txt",
        "/%2e%2e/secret.txt",
        "/..%5csecret.txt",
        "/css%5csite.css",
        "/C:/secret.txt",
        "//server/share",
        "/css/site.css%00",
        "/css",
        "/css/",
        "/public/css/site.css",
        "/nul",
        "/_wingbeat/",
        "/_wingbeat/x/runtime.js",
        "/_wingbeat/HASH/../manifest.json",
        "/_wingbeat/HASH/%2e%2e/manifest.json",
        "/_wingbeat/HASH/",
        "/_wingbeat/HASH/runtime.js%00",
    ],
)
def test_d12_nothing_else_is_opened(path: str, site: Any) -> None:
    version = site.app.site.assets.runtime_url("").split("/")[2]

    reply = site.get(path.replace("HASH", version))

    assert reply.status in {404, 308}
    assert b"s3cret" not in reply.body


def test_d12_symbolic_links_are_not_followed(load: Any, tmp_path: Any) -> None:
    (tmp_path / "public").mkdir()
    (tmp_path / "secret.txt").write_text("s3cret")
    (tmp_path / "folder").mkdir()
    (tmp_path / "folder" / "file.txt").write_text("s3cret")
    (tmp_path / "public" / "link.txt").symlink_to(tmp_path / "secret.txt")
    (tmp_path / "public" / "folder").symlink_to(tmp_path / "folder")

    site = load(PUBLIC)

    assert site.get("/link.txt").status == site.get("/folder/file.txt").status == 404


def test_a_new_file_is_found_in_development_only(load: Any) -> None:
    site = load(PUBLIC, development=True)
    (site.folder / "public" / "new.txt").write_text("new")

    assert site.get("/new.txt").text == "new"


def test_production_lists_its_files_once(site: Any) -> None:
    (site.folder / "public" / "new.txt").write_text("new")

    assert site.get("/new.txt").status == 404


def test_a_listed_file_that_is_gone_is_an_error_page(site: Any) -> None:
    (site.folder / "public" / "css" / "site.css").unlink()

    assert site.get("/css/site.css").status == 500


def test_c24_many_ranges_cost_nothing(site: Any) -> None:
    reply = site.get("/css/site.css", {"Range": "bytes=" + ",".join(["0-"] * 1000)})

    assert reply.status in {200, 206, 400, 416}
    assert len(reply.body) < 500


def test_d06_the_runtime_holds_nothing_of_the_app(site: Any) -> None:
    manifest = json.dumps(site.app.site.assets.import_map(""))

    assert str(site.folder) not in manifest
