"""`wingbeat start --workers N` as people meet it: several processes, one address, one key."""

from __future__ import annotations

import os
import re
import signal
import threading
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest

from support.command_line import Command, command, get, has_ended, run
from support.projects import KEY, write_project
from wingbeat.testing.forms import read_forms

pytestmark = pytest.mark.timeout(120)

# A worker that answers `/busy` answers nothing else until the file `done` is there, so the other one must.
FILES = {
    "page.py": """
        import os, sys
        from pathlib import Path
        from wingbeat import html as h

        here = Path(__file__).parents[1]
        if "start" in sys.argv:
            (here / f"started-{os.getpid()}").touch()

        async def page():
            name = "Wren"
            async def greet():
                "use server"
                (here / "greeted").write_text(f"{name} {os.getpid()}")
            return h.form(action=greet)[h.button["Greet"], f"pid={os.getpid()}"]
    """,
    "busy/page.py": """
        import os, time
        from pathlib import Path

        here = Path(__file__).parents[2]

        async def page():
            (here / "busy").write_text(str(os.getpid()))
            while not (here / "done").exists():
                time.sleep(0.01)
            return f"pid={os.getpid()}"
    """,
}


@pytest.fixture
def project(tmp_path: Path) -> Path:
    return write_project(tmp_path / "shop", FILES)


@pytest.fixture
def start(project: Path) -> Iterator[Command]:
    assert run("build", cwd=project).returncode == 0
    with command("start", project, "--port", "0", "--workers", "2") as running:
        yield running


def _pid(text: str) -> int:
    found = re.search(r"pid=(\d+)", text)
    assert found is not None, text
    return int(found[1])


def _await_files(project: Path, pattern: str, count: int) -> set[int]:
    while len(files := list(project.glob(pattern))) < count:
        pass
    return {int(file.name.partition("-")[2]) for file in files}


def _post_form(url: str, html: str) -> None:
    (form,) = read_forms(html)
    boundary = "----form"
    parts = [
        f'--{boundary}\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{value}\r\n'
        for name, value in form.entries(form.submitters[0], {})
    ]
    request = urllib.request.Request(
        url,
        "".join([*parts, f"--{boundary}--\r\n"]).encode(),
        {"Content-Type": f"multipart/form-data; boundary={boundary}", "Origin": url, "Connection": "close"},
    )
    with urllib.request.urlopen(request, timeout=30) as response:
        assert response.status == 200


def test_two_workers_answer(start: Command, project: Path) -> None:
    """One is busy with a page that holds up its event loop; the other one answers."""
    answers: list[str] = []
    waiting = threading.Thread(target=lambda: answers.append(get(f"{start.url}/busy").text))
    waiting.start()
    while not (project / "busy").exists():
        pass

    other = _pid(get(start.url).text)
    (project / "done").touch()
    waiting.join()

    assert other != _pid(answers[0])


def test_a_worker_that_dies_is_replaced_and_its_pages_go_on_working(start: Command, project: Path) -> None:
    """What one worker rendered and sealed, another one opens and runs."""
    page = get(start.url).text
    gone = _pid(page)
    first = _await_files(project, "started-*", 2)

    os.kill(gone, signal.SIGKILL)
    replaced = _await_files(project, "started-*", 3) - first
    _post_form(start.url, page)

    name, _, pid = (project / "greeted").read_text(encoding="utf-8").partition(" ")
    assert name == "Wren"
    assert int(pid) in (first | replaced) - {gone}
    assert start.end(signal.SIGTERM) == 0
    assert start.errors().count(f"Worker {gone} ended with exit code -9. Another one takes its place.") == 1


def test_a_worker_that_comes_after_another_build_still_has_the_key_of_the_others(
    start: Command, project: Path
) -> None:
    page = get(start.url).text
    before = _await_files(project, "started-*", 2)
    assert run("build", cwd=project).returncode == 0

    for pid in before:
        os.kill(pid, signal.SIGKILL)
    _await_files(project, "started-*", 4)
    _post_form(start.url, page)

    assert (project / "greeted").read_text(encoding="utf-8").startswith("Wren ")


def test_the_key_of_the_environment_is_every_worker_s(project: Path) -> None:
    with command(
        "start", project, "--port", "0", WEB_CONCURRENCY="2", WINGBEAT_SERVER_ACTIONS_ENCRYPTION_KEY=KEY
    ) as running:
        page = get(running.url).text
        _await_files(project, "started-*", 2)
        os.kill(_pid(page), signal.SIGKILL)
        _post_form(running.url, page)

    assert (project / "greeted").read_text(encoding="utf-8").startswith("Wren ")


@pytest.mark.parametrize("group", [True, False])
def test_ctrl_c_ends_all_workers_without_a_traceback(start: Command, project: Path, *, group: bool) -> None:
    pids = _await_files(project, "started-*", 2)

    assert start.end(signal.SIGINT, group=group) == 0

    assert all(map(has_ended, pids))
    assert start.errors() == ""


def test_ctrl_c_while_workers_start_prints_nothing(start: Command) -> None:
    assert start.end(signal.SIGINT, group=True) == 0
    assert start.errors() == ""


def test_a_request_that_runs_is_answered_before_the_end(start: Command, project: Path) -> None:
    answers: list[str] = []
    waiting = threading.Thread(target=lambda: answers.append(get(f"{start.url}/busy").text))
    waiting.start()
    while not (project / "busy").exists():
        pass

    start.process.send_signal(signal.SIGTERM)
    (project / "done").touch()
    waiting.join()

    assert "pid=" in answers[0]
    assert start.process.wait(30) == 0


def test_a_second_signal_cuts_off_what_hangs(start: Command, project: Path) -> None:
    def ask() -> None:
        with pytest.raises(OSError, match=r"."):
            get(f"{start.url}/busy")

    waiting = threading.Thread(target=ask)
    waiting.start()
    while not (project / "busy").exists():
        pass
    other = _await_files(project, "started-*", 2) - {int((project / "busy").read_text(encoding="ascii"))}

    start.process.send_signal(signal.SIGTERM)
    assert all(map(has_ended, other))
    start.process.send_signal(signal.SIGTERM)

    assert start.process.wait(30) == 0
    waiting.join()


def test_no_worker_outlives_the_command(start: Command, project: Path) -> None:
    pids = _await_files(project, "started-*", 2)

    start.end(signal.SIGKILL)

    assert all(map(has_ended, pids))


def test_an_app_that_cannot_start_says_so_once(project: Path) -> None:
    (project / "app" / "page.py").write_text("raise ValueError('no database')\n", encoding="utf-8")

    ended = run(
        "start", "--port", "0", "--workers", "3", cwd=project, WINGBEAT_SERVER_ACTIONS_ENCRYPTION_KEY=KEY
    )

    assert ended.returncode == 1
    assert ended.stderr.count("ValueError: no database") == 1
    assert ended.stderr.startswith("Error: Traceback (most recent call last):\n")
    assert "wingbeat/cli" not in ended.stderr


@pytest.mark.parametrize("workers", ["0", "two"])
def test_a_number_of_workers_that_is_none_is_refused(project: Path, workers: str) -> None:
    ended = run("start", cwd=project, WEB_CONCURRENCY=workers)

    assert ended.returncode == 2
    assert "--workers" in ended.stderr
