"""Row C20 on a live server: a large upload goes through, and pages are served while it does."""

from __future__ import annotations

import hashlib
import http.client
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from support.live_server import live_server
from support.projects import FORM_TYPE, multipart, write_project
from wingbeat.flight import File
from wingbeat.testing.forms import read_forms

pytestmark = pytest.mark.timeout(240)

PAGE = """
    import hashlib
    from wingbeat import FormData, html as h

    body_size_limit = "30mb"
    seen = []

    async def page():
        async def keep(form: FormData):
            "use server"
            digest = hashlib.sha256()
            async for piece in form.file("file").chunks():
                digest.update(piece)
            seen.append(digest.hexdigest())
        return h.main[h.form(action=keep)[h.input(name="file", type="file"), h.button["Keep"]], seen]
"""
CONTENT = b"".join(number.to_bytes(4, "big") for number in range(5_000_000))  # 20 MB


def test_c20_a_large_upload_arrives_while_pages_are_served(tmp_path: Path) -> None:
    project = write_project(tmp_path, {"page.py": PAGE})
    with live_server(project, mode="production") as server:
        where = urlsplit(server.url)
        uploading, reading = (
            http.client.HTTPConnection(str(where.hostname), where.port, timeout=120) for _ in range(2)
        )
        uploading.request("GET", "/")
        (form,) = read_forms(uploading.getresponse().read().decode())
        entries = [(name, value) for name, value in form.entries(form.submitters[0], {}) if name != "file"]
        body = multipart([*entries, ("file", File(CONTENT, "large.bin"))])
        uploading.putrequest("POST", "/")
        for name, value in {
            "Content-Type": FORM_TYPE,
            "Sec-Fetch-Site": "same-origin",
            "Content-Length": str(len(body)),
        }.items():
            uploading.putheader(name, value)
        uploading.endheaders()

        half = len(body) // 2
        uploading.send(body[:half])
        reading.request("GET", "/")
        page = reading.getresponse()
        assert page.status == 200
        assert b"Keep" in page.read()
        uploading.send(body[half:])
        assert uploading.getresponse().status == 303

        reading.request("GET", "/")
        assert hashlib.sha256(CONTENT).hexdigest() in reading.getresponse().read().decode()
        for connection in (uploading, reading):
            connection.close()
