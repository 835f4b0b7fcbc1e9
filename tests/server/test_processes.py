"""Real servers: two processes that share a key, and connections that a refusal must not spoil."""

import os
import socket
import subprocess
import sys
from pathlib import Path
from urllib.parse import urlsplit

import httpx2

from support.live_server import live_server
from support.projects import KEY, multipart, write_project
from wingbeat.flight import encode_reply
from wingbeat.server import KEY_VARIABLES
from wingbeat.testing.forms import read_forms

PAGE = '''
    import os
    from functools import partial
    from wingbeat import FormData, html as h, refresh

    async def pay(amount: int) -> str:
        """use server"""
        return f"{amount} paid in {os.getpid()}"

    async def page():
        owner = "ada"
        async def rename(form: FormData) -> None:
            """use server"""
            open(f"renamed-{owner}-{form.text('title')}", "w").close()
        return h.main[h.p(id="process")[os.getpid()], h.form(action=rename)[h.input(name="title"), h.button["Go"]]]
'''
FORM_TYPE = "multipart/form-data; boundary=----test"


def test_a_page_of_one_process_calls_another(tmp_path: Path) -> None:
    project = write_project(tmp_path, {"page.py": PAGE.replace('f"renamed-', f'f"{tmp_path}/renamed-')})
    environ = {KEY_VARIABLES[0]: KEY}

    with (
        live_server(project, mode="production", environ=environ) as first,
        live_server(project, mode="production", environ=environ) as second,
    ):
        page = httpx2.get(first.url).text
        (form,) = read_forms(page)
        entries = form.entries(form.submitters[0], {"title": "T"})
        posted = httpx2.post(second.url, content=multipart(entries), headers={"Content-Type": FORM_TYPE})

    assert (posted.status_code, posted.headers["location"]) == (303, "/")
    assert (tmp_path / "renamed-ada-T").exists()
    assert "ada" not in page


def test_annotations_are_enforced_by_a_process_that_never_rendered_the_page(tmp_path: Path) -> None:
    project = write_project(tmp_path, {"page.py": PAGE})
    identify = (
        "import sys; from wingbeat import App; site = App(sys.argv[1]).site;"
        "print(next(site.registry.action_id(one) for one in site.registry.definitions if one.qualname == 'pay'))"
    )
    action = run_python(identify, str(project))

    with live_server(project, mode="production", environ={KEY_VARIABLES[0]: KEY}) as server:
        headers = {"Wingbeat-Action": action, "Content-Type": "text/plain;charset=UTF-8"}
        refused = httpx2.post(server.url, content=str(encode_reply(["x"])), headers=headers)
        paid = httpx2.post(server.url, content=str(encode_reply([7])), headers=headers)

    assert refused.status_code == 422
    assert '"amount"' in refused.text
    assert (paid.status_code, "7 paid in" in paid.text) == (200, True)


def run_python(program: str, *args: str) -> str:
    environ = {**os.environ, KEY_VARIABLES[0]: KEY}
    return subprocess.run(
        [sys.executable, "-c", program, *args], env=environ, check=True, capture_output=True, text=True
    ).stdout.strip()


def test_a_refused_body_does_not_spoil_the_connection(tmp_path: Path) -> None:
    """What the app did not read must not be taken for the next request."""
    project = write_project(tmp_path, {"page.py": PAGE})
    smuggled = b"POST / HTTP/1.1\r\nHost: x\r\n\r\n"

    with live_server(project, mode="production") as server:
        address = urlsplit(server.url)
        with socket.create_connection((address.hostname, address.port), timeout=10) as connection:
            head = f"POST / HTTP/1.1\r\nHost: {address.netloc}\r\nOrigin: https://evil.example\r\n"
            connection.sendall(f"{head}Content-Length: {len(smuggled)}\r\n\r\n".encode() + smuggled)
            connection.sendall(
                f"GET / HTTP/1.1\r\nHost: {address.netloc}\r\nConnection: close\r\n\r\n".encode()
            )
            answer = b"".join(iter(lambda: connection.recv(65536), b""))

    statuses = [line.split()[1] for line in answer.split(b"\r\n") if line.startswith(b"HTTP/1.1 ")]
    assert statuses in ([b"403", b"200"], [b"403"])


def test_head_has_no_body_on_the_wire(tmp_path: Path) -> None:
    project = write_project(tmp_path, {"page.py": PAGE})

    with live_server(project, mode="production") as server:
        head = httpx2.head(server.url)

    assert (head.status_code, head.content) == (200, b"")
    assert int(head.headers["content-length"]) > 100
