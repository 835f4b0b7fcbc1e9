"""Files of a form: large ones stand on disk, nobody waits for the disk, and nothing is left behind."""

from __future__ import annotations

import asyncio
import gc
import threading
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings, strategies as st

from support.projects import FORM_TYPE, OWN, Project, ask, multipart
from wingbeat.errors import ConfigError, ProtocolError
from wingbeat.flight import File, Part
from wingbeat.server import body as body_module, spool as spool_module
from wingbeat.server.body import read_body
from wingbeat.server.intake import Intake

MIB = 1024 * 1024
LARGE = File(b"0123456789abcdef" * (MIB // 8), "large.bin", "application/x-large")
UPLOADS = {
    "page.py": '''
        from wingbeat import FormData, html as h
        from app import uploads

        kept = []
        body_size_limit = "1kb"

        async def page():
            return h.main["The page"]

        async def small(form: FormData):
            """use server"""
            kept.append("small")
    ''',
    "uploads.py": '''
        """use server"""
        from wingbeat import File, FormData

        body_size_limit = "10mb"
        kept = []

        async def save(form: FormData):
            file = form.file("file")
            pieces = [piece async for piece in file.chunks(500_000)]
            kept.append((file.name, file.type, file.size, b"".join(pieces) == await file.read() == file.content))

        async def store(file: File) -> int:
            return len(await file.read())

        def store_in_a_thread(file: File) -> int:
            return len(file.content)
    ''',
    "plain/page.py": "async def page():\n    return 'Plain'\n",
}


@pytest.fixture
def project(load: Any) -> Project:
    project: Project = load(UPLOADS)
    return project


def read(parts: Sequence[Part], intake: Intake, limit: int = 10 * MIB, *, cut: int = 0) -> Any:
    """Read a form in pieces of 64 KiB, without its last `cut` bytes."""
    sent = multipart(parts)
    sent = sent[: len(sent) - cut]
    pieces = [sent[at : at + 65536] for at in range(0, len(sent), 65536)]

    async def receive() -> dict[str, Any]:
        if not pieces:
            return {"type": "http.disconnect"}
        piece = pieces.pop(0)
        return {"type": "http.request", "body": piece, "more_body": bool(pieces) or cut > 0}

    return asyncio.run(read_body({"content-type": FORM_TYPE}, receive, limit=limit, intake=intake)).content


def open_files() -> int:
    folder = Path("/proc/self/fd")
    return len(list(folder.iterdir())) if folder.is_dir() else 0


def test_c20_the_disk_is_written_and_read_off_the_event_loop(monkeypatch: pytest.MonkeyPatch) -> None:
    threads: set[int] = set()
    write, read_now = spool_module.Spool._write, spool_module.Spool.read_now

    def watched(function: Any) -> Any:
        def run(*args: Any) -> Any:
            threads.add(threading.get_ident())
            return function(*args)

        return run

    monkeypatch.setattr(spool_module.Spool, "_write", watched(write))
    monkeypatch.setattr(spool_module.Spool, "read_now", watched(read_now))
    ((_, file),) = read([("f", LARGE)], Intake(10 * MIB))

    assert asyncio.run(file.read()) == LARGE.content
    assert threads
    assert threading.get_ident() not in threads


def test_c20_a_large_upload_is_held_in_memory_by_the_threshold_at_most() -> None:
    intake = Intake(10 * MIB)
    held: list[int] = []
    hold = intake.hold

    def watched(client: str | None, size: int) -> None:
        hold(client, size)
        held.append(intake._held)

    intake.hold = watched  # type: ignore[method-assign]
    ((_, file),) = read([("f", LARGE)], intake)

    assert file.size == 2 * MIB
    assert body_module.SPOOL_BYTES < max(held) < body_module.SPOOL_BYTES + 200_000


def test_c13_what_an_upload_took_is_given_back_with_its_last_file() -> None:
    intake, before = Intake(10 * MIB), open_files()

    parts = read([("a", LARGE), ("text", "x"), ("b", LARGE)], intake)
    assert not intake.is_empty
    assert parts[2][1].content == LARGE.content
    del parts
    gc.collect()

    assert intake.is_empty
    assert open_files() == before


@pytest.mark.parametrize("wrong", ["cut off", "too long", "malformed"])
def test_c13_a_refused_upload_leaves_nothing(
    wrong: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(spool_module.tempfile, "tempdir", str(tmp_path))
    intake, before = Intake(10 * MIB), open_files()
    last: Part = ("n" * 1025, "x") if wrong == "malformed" else ("x", "")

    with pytest.raises(ProtocolError) as refusal:
        read(
            [("f", LARGE), last],
            intake,
            limit=3 * MIB // 2 if wrong == "too long" else 10 * MIB,
            cut=10 if wrong == "cut off" else 0,
        )

    assert refusal.value.status == (413 if wrong == "too long" else 400)
    assert intake.is_empty
    assert open_files() == before
    assert list(tmp_path.iterdir()) == []


class Dropped(Exception):
    """The server's own failure to receive."""


@settings(max_examples=60, deadline=None)
@given(
    st.lists(st.integers(1, 3000), min_size=1, max_size=5),
    st.integers(50, 2000),
    st.integers(0, 40),
    st.sampled_from(["leaves", "is cancelled", "drops", "stays"]),
)
def test_c13_however_an_upload_ends_nothing_is_left(
    sizes: list[int], piece_size: int, pieces: int, ending: str
) -> None:
    """After any number of pieces, with the threshold of the spool passed or not."""
    intake = Intake(10 * MIB)
    sent = multipart([(f"f{size}", File(b"x" * size, "f")) for size in sizes])
    left = [sent[at : at + piece_size] for at in range(0, len(sent), piece_size)][:pieces]

    async def upload() -> None:
        task = asyncio.current_task()
        assert task is not None

        async def receive() -> dict[str, Any]:
            if left:
                return {
                    "type": "http.request",
                    "body": left.pop(0),
                    "more_body": bool(left) or ending != "stays",
                }
            if ending == "is cancelled":
                task.cancel()
                await asyncio.Event().wait()
            if ending == "drops":
                raise Dropped
            return {"type": "http.disconnect"}

        await read_body({"content-type": FORM_TYPE}, receive, limit=MIB, intake=intake, client="192.0.2.1")

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(body_module, "SPOOL_BYTES", 1000)
        with suppress(ProtocolError, Dropped, asyncio.CancelledError):
            asyncio.run(upload())
    gc.collect()

    assert intake.is_empty


def test_c13_an_upload_has_no_name_on_disk(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Whatever ends the process, nothing stays."""
    monkeypatch.setattr(spool_module.tempfile, "tempdir", str(tmp_path))

    ((_, file),) = read([("f", LARGE)], Intake(10 * MIB))

    assert list(tmp_path.iterdir()) == []
    assert file.content == LARGE.content


def test_c13_more_than_the_disk_s_share_is_refused(project: Project) -> None:
    intake = project.app.site.intake
    intake.spool(1024 * MIB - 100)

    assert project.post_parts([("$ACTION_ID_x", ""), ("file", LARGE)]).status == 503
    intake.spool(-1024 * MIB + 100)
    assert intake.is_empty


def test_c01_an_action_takes_what_its_module_allows(project: Project) -> None:
    assert project.call("uploads.store", LARGE).value == 2 * MIB
    assert project.call("uploads.store_in_a_thread", LARGE).value == 2 * MIB
    assert project.call("page.small", "x" * 2000).status == 413
    assert project.app.site.intake.is_empty


def test_c01_the_action_s_own_limit_is_announced_unread(project: Project) -> None:
    async def bomb() -> Any:
        raise AssertionError("the body was read")

    headers = {"Content-Type": "text/plain", "Content-Length": "2000", **OWN}
    small, save = project.action_id("page.small"), project.action_id("uploads.save")

    for action, size, status in ((small, "1025", 413), (save, "10485761", 413), ("0" * 27, "2000", 404)):
        sent = {**headers, "Wingbeat-Action": action, "Content-Length": size}
        assert ask(project.app, "POST", "/", sent, bomb).status == status


def test_c01_the_action_s_own_limit_holds_before_any_middleware(load: Any) -> None:
    asked: list[str] = []

    def spy(app: Any) -> Any:
        async def spied(scope: Any, receive: Any, send: Any) -> None:
            asked.append(scope["path"])
            await app(scope, receive, send)

        return spied

    project: Project = load(UPLOADS, middleware=[spy])

    assert project.call("page.small", "x" * 2000, headers={"Content-Length": "2000"}).status == 413
    assert asked == []


def test_c02_a_form_may_have_what_the_largest_action_of_its_page_takes(project: Project) -> None:
    saved = project.post_parts([(f"$ACTION_ID_{project.action_id('uploads.save')}", ""), ("file", LARGE)])

    assert saved.status == 303
    assert project.module("uploads").kept == [("large.bin", "application/x-large", 2 * MIB, True)]


def test_c02_so_may_one_of_a_catch_all_page(load: Any) -> None:
    page = "from app.uploads import save\nasync def page(rest):\n    return 'The page'\n"
    project: Project = load({"uploads.py": UPLOADS["uploads.py"], "[...rest]/page.py": page})

    saved = project.post_parts(
        [(f"$ACTION_ID_{project.action_id('uploads.save')}", ""), ("file", LARGE)], "/a/b"
    )

    assert saved.status == 303
    assert len(project.module("uploads").kept) == 1


def test_c02_another_page_does_not_take_it(project: Project) -> None:
    parts: list[Part] = [(f"$ACTION_ID_{project.action_id('uploads.save')}", ""), ("file", LARGE)]

    refused = project.post_parts(parts, "/plain")
    announced = project.post_parts(parts, "/plain", {"Content-Length": "2000000"})

    assert (refused.status, announced.status) == (413, 413)
    assert announced.pieces_read == 0
    assert project.module("uploads").kept == []


def test_c02_an_action_s_own_limit_holds_before_it_runs(project: Project) -> None:
    refused = project.post_parts([(f"$ACTION_ID_{project.action_id('page.small')}", ""), ("x", "x" * 2000)])

    assert refused.status == 413
    assert project.module().kept == []
    assert project.post("page.small", {"x": "1"}).status == 303


@pytest.mark.parametrize("value", ["'many'", "0", "None or -1", "True"])
def test_a_module_s_limit_that_is_no_size_is_an_error_at_start(value: str, load: Any) -> None:
    with pytest.raises(ConfigError, match=r"app/page\.py: body_size_limit = .*expected bytes"):
        load(f"body_size_limit = {value}\n\nasync def page():\n    return 1\n")


@pytest.mark.parametrize("value", ["2048", "'2kb'", "'2 KB'", "'0.002mb'"])
def test_a_limit_is_written_as_in_next(value: str, load: Any) -> None:
    source = (
        f'body_size_limit = {value}\n\nasync def page():\n    return 1\n\ndef f(text):\n    "use server"\n'
    )
    project: Project = load(source)

    assert project.call("page.f", "x" * 1500).status == 200
    assert project.call("page.f", "x" * 2500).status == 413
