"""A project without an icon is no error in the browser's console."""

from typing import Any

PAGE = "async def page():\n    return 'Page'\n"


def test_a_project_without_an_icon_says_so_quietly(load: Any) -> None:
    reply = load(PAGE).get("/favicon.ico")

    assert (reply.status, reply.body) == (204, b"")


def test_a_project_s_own_icon_is_served(load: Any) -> None:
    reply = load({"page.py": PAGE, "/public/favicon.ico": "icon"}).get("/favicon.ico")

    assert (reply.status, reply.body) == (200, b"icon")
