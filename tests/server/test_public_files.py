"""`public/`: how its files are cached and read in pieces, what is hidden, and what may not stand beside a page."""

from typing import Any

import pytest

from support.projects import ask
from wingbeat.errors import RouteError

PAGE = "def page(): return 'a page'"
FILES = {
    "page.py": PAGE,
    "[...rest]/page.py": PAGE,
    "api/[name]/route.py": "def get(): return 'a route'",
    "/public/site.txt": "0123456789",
    "/public/api/openapi.txt": "a file",
    "/public/.env": "s3cret",
    "/public/.git/config": "s3cret",
    "/public/sub/.hidden/file.txt": "s3cret",
    "/public/.well-known/security.txt": "Contact: us",
    "/public/.well-known/.hidden": "s3cret",
    "/public/ü b.txt": "spelled",
}


@pytest.fixture
def site(load: Any) -> Any:
    return load(FILES)


def test_a_file_that_the_browser_has_is_not_sent_again(site: Any) -> None:
    first = site.get("/site.txt")

    for headers in (
        {"If-None-Match": first["etag"]},
        {"If-None-Match": f'"other", W/{first["etag"]}'},
        {"If-Modified-Since": first["last-modified"]},
    ):
        again = site.get("/site.txt", headers)
        assert (again.status, again.body) == (304, b"")
        assert again["etag"] == first["etag"]
        assert again["cache-control"] == first["cache-control"] == "public, max-age=0, must-revalidate"
    for headers in ({"If-None-Match": '"other"'}, {"If-Modified-Since": "Thu, 01 Jan 1970 00:00:00 GMT"}):
        assert site.get("/site.txt", headers).body == b"0123456789"


def test_a_file_is_read_in_ranges(site: Any) -> None:
    etag = site.get("/site.txt")["etag"]

    part = site.get("/site.txt", {"Range": "bytes=2-4", "If-Range": etag})

    assert (part.status, part.body, part["content-range"]) == (206, b"234", "bytes 2-4/10")
    assert site.get("/site.txt", {"Range": "bytes=20-"}).status == 416
    assert site.get("/site.txt", {"Range": "bytes=2-4", "If-Range": '"other"'}).body == b"0123456789"


def test_head_is_get_without_body(site: Any) -> None:
    head = ask(site.app, "HEAD", "/site.txt")

    assert (head.status, head.body, head["content-length"]) == (200, b"", "10")


@pytest.mark.parametrize("url", ["/.env", "/.git/config", "/sub/.hidden/file.txt", "/.well-known/.hidden"])
def test_d12_hidden_files_are_not_served(url: str, site: Any) -> None:
    assert "s3cret" not in site.get(url).text


def test_well_known_files_are_served(site: Any) -> None:
    assert site.get("/.well-known/security.txt").text == "Contact: us"


def test_a_file_goes_before_what_is_dynamic(site: Any) -> None:
    assert site.get("/api/openapi.txt").text == "a file"
    assert site.get("/api/other.txt").text == "a route"
    assert site.get("/%C3%BC%20b.txt").text == "spelled"


def test_a_link_to_a_file_is_a_navigation_of_the_browser(site: Any) -> None:
    reply = site.payload("/site.txt")

    assert (reply["wingbeat-redirect"], reply["wingbeat-redirect-type"]) == ("/site.txt", "external")


def test_a_redirect_to_a_file_brings_no_page_that_would_answer_its_url(load: Any) -> None:
    site = load(
        {
            **FILES,
            "page.py": """
                from wingbeat import redirect
                async def to_file() -> None:
                    "use server"
                    redirect("/site.txt")
                async def to_page() -> None:
                    "use server"
                    redirect("/other.txt")
                async def to_route() -> None:
                    "use server"
                    redirect("/api/x")
                def page(): return "start"
            """,
        }
    )

    assert "a page" in site.call("page.to_page").text
    for name, url in (("page.to_file", "/site.txt"), ("page.to_route", "/api/x")):
        reply = site.call(name)
        assert reply["wingbeat-redirect"] == url
        assert "tree" not in reply.root


def test_a_script_of_another_deployment_is_no_page(site: Any) -> None:
    assert site.get("/_wingbeat/0123/runtime.js").status == 404


@pytest.mark.parametrize(
    ("source", "file"),
    [("about/page.py", "about"), ("(site)/robots/route.py", "robots"), ("a/b/page.py", "a/b")],
)
def test_a_file_with_the_url_of_a_page_is_an_error_that_names_both(source: str, file: str, load: Any) -> None:
    content = PAGE if source.endswith("page.py") else "def get(): ..."

    with pytest.raises(RouteError) as error:
        load({source: content, f"/public/{file}": "text"})

    assert str(error.value).endswith(f"have one URL, /{file}. Rename or move one.")
    assert f"public/{file} and " in str(error.value)
    assert f"app/{source} have" in str(error.value)


def test_the_runtimes_urls_are_taken(load: Any) -> None:
    with pytest.raises(
        RouteError, match=r"file\.txt: URLs below /_wingbeat/ belong to the browser runtime\."
    ):
        load({"page.py": PAGE, "/public/_wingbeat/file.txt": "text"})
