"""What `Client` sends of a form is what Chromium sends, byte for byte but for the boundary."""

from __future__ import annotations

from pathlib import Path

import pytest

from support.chromium import OpenTab, browser, open_tab
from support.projects import loaded_project
from wingbeat.flight import File
from wingbeat.testing import Client
from wingbeat.testing.multipart_bodies import multipart_body

__all__ = ["browser", "open_tab"]

ENTRIES = [
    ("text", "one\ntwo\r\nthree\rfour"),
    ('a "quoted"\nname', "é"),
    ("empty", File(b"", "", "application/octet-stream")),
    ("file", File(b"a\nb\xff", 'back\\slash "q" é\n.txt', "text/plain")),
    ("untyped", File(b"x", "name", "")),
]

BODY = """async (entries) => {
    const form = new FormData()
    for (const [name, value] of entries) {
        if (typeof value === 'string') form.append(name, value)
        else form.append(name, new File([new Uint8Array(value.bytes)], value.name, {type: value.type}))
    }
    const request = new Request(location.href, {method: 'POST', body: form})
    return [request.headers.get('content-type'), [...new Uint8Array(await request.arrayBuffer())]]
}"""


def without_boundary(body: bytes, content_type: str) -> bytes:
    assert content_type.startswith("multipart/form-data; boundary=")
    return body.replace(content_type.partition("=")[2].encode(), b"BOUNDARY")


@pytest.mark.browser
def test_it_is_what_chromium_sends(open_tab: OpenTab) -> None:
    sent = [
        (name, value)
        if isinstance(value, str)
        else (name, {"bytes": list(value.content), "name": value.name, "type": value.type})
        for name, value in ENTRIES
    ]
    tab = open_tab()
    kind, body = tab.page.evaluate(BODY, sent)

    assert without_boundary(*multipart_body(ENTRIES)) == without_boundary(bytes(body), kind)


def test_no_two_bodies_share_a_boundary() -> None:
    assert multipart_body([])[1] != multipart_body([])[1]


PAGE = """
    from wingbeat import FormData, html as h, revalidate_path

    sizes = []

    async def add(form: FormData):
        "use server"
        sizes.append(form.file("photo").size)
        revalidate_path("/")

    async def page():
        return h.form(action=add)[h.input(type="file", name="photo"), h.button["Add"], h.p[str(sizes)]]
"""


@pytest.mark.parametrize("java_script", [True, False])
def test_e11_a_file_field_left_empty_is_an_empty_file(tmp_path: Path, *, java_script: bool) -> None:
    with (
        loaded_project(tmp_path, {"page.py": PAGE}) as project,
        Client(project.app, java_script=java_script) as client,
    ):
        page = client.get("/").submit("Add")

    assert page.shown == "Add [0]"
