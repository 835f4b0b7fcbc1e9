"""`wingbeat dev` as a process: it restarts on change, says what is broken, and leaves nothing behind."""

from __future__ import annotations

import http.client
import re
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from support.command_line import Command, command, get, has_ended, run
from support.projects import write_project
from wingbeat.dev.server import is_source

pytestmark = pytest.mark.timeout(120)

PAGE = """
    import os
    from wingbeat import html as h

    async def page():
        return h.p["one ", f"pid={os.getpid()}"]
"""


@pytest.fixture
def project(tmp_path: Path) -> Path:
    return write_project(tmp_path / "shop", {"page.py": PAGE, "/shop.py": "NAME = 'Shop'\n"})


@pytest.fixture
def dev(project: Path) -> Iterator[Command]:
    with command("dev", project, "--port", "0") as running:
        yield running


def _change(project: Path, old: str, new: str) -> None:
    file = project / "app" / "page.py"
    file.write_text(file.read_text(encoding="utf-8").replace(old, new), encoding="utf-8")


def _pid(text: str) -> int:
    found = re.search(r"pid=(\d+)", text)
    assert found is not None, text
    return int(found[1])


def test_the_first_line_is_the_real_address(dev: Command) -> None:
    assert re.fullmatch(r"http://127\.0\.0\.1:[1-9]\d+", dev.url)
    assert get(dev.url).status == 200


def test_a_saved_file_restarts_the_app_and_requests_wait_for_it(dev: Command, project: Path) -> None:
    before = get(dev.url).text
    _change(project, "one", "two")

    assert dev.next_line() == "wingbeat app/page.py changed: restarting"
    after = get(dev.url).text

    assert "two" in after
    assert has_ended(_pid(before))


def test_data_output_and_tools_restart_nothing(dev: Command, project: Path) -> None:
    get(dev.url)
    for name in ("shop.db", "shop.db-journal", ".wingbeat/cache/x.py", ".venv/x.py", "node_modules/x.py"):
        (project / name).parent.mkdir(parents=True, exist_ok=True)
        (project / name).write_text("x", encoding="utf-8")
    _change(project, "one", "two")

    assert dev.next_line() == "wingbeat app/page.py changed: restarting"
    assert dev.lines.empty()


@pytest.mark.parametrize(
    ("broken", "told"),
    [
        ("async def page(:\n    pass\n", ["app/page.py", "line 1", "SyntaxError"]),
        ("from wingbeat import nothing_of_this_name\n", ["app/page.py", "line 1", "ImportError"]),
        ("\n\nraise ValueError('<b>broken</b>')\n", ["app/page.py", "line 3", "ValueError: <b>broken</b>"]),
        (
            "raise SystemExit('<b>no settings</b>')\n",
            ["app/page.py", "line 1", "SystemExit: <b>no settings</b>"],
        ),
        ('async def page():\n    def f():\n        "use servers"\n', ["app/page.py:3", "use server"]),
    ],
)
def test_what_is_broken_is_told_in_the_browser_and_in_the_terminal(
    project: Path, broken: str, told: list[str]
) -> None:
    (project / "app" / "page.py").write_text(broken, encoding="utf-8")

    with command("dev", project, "--port", "0") as running:
        page, plain = get(running.url), get(running.url, "text/x-component")
        assert running.end(signal.SIGTERM) == 0
        terminal = running.errors()

    assert (page.status, plain.status) == (500, 500)
    assert "<b>" not in page.text, "what the app says is text, never HTML"
    for words in told:
        assert words in plain.text
        assert words in terminal
        assert words.replace("<", "&lt;").replace(">", "&gt;") in page.text
    assert "importlib" not in plain.text
    assert "wingbeat/actions" not in plain.text, "only what the developer wrote is shown"


def test_a_mended_app_is_served_again(dev: Command, project: Path) -> None:
    get(dev.url)
    _change(project, "async def", "async deaf")
    dev.next_line()
    assert get(dev.url).status == 500

    _change(project, "async deaf", "async def")
    dev.next_line()

    assert get(dev.url).status == 200


def test_an_app_that_ends_by_itself_is_told_and_comes_back_with_the_next_change(
    dev: Command, project: Path
) -> None:
    get(dev.url)
    _change(project, 'return h.p["one "', 'os._exit(7) if get else h.p["one "')
    _change(project, "async def page", "get = True\n\nasync def page")
    dev.next_line()
    with pytest.raises((http.client.HTTPException, OSError)):
        get(dev.url)

    assert dev.next_line() == "wingbeat The app ended with exit code 7. Save a file to start it again."
    assert "exit code 7" in get(dev.url).text
    _change(project, "get = True", "get = False")
    dev.next_line()
    assert get(dev.url).status == 200


def _descendants(pid: int) -> set[int]:
    """Return the processes below `pid`: the app's is forked by one in between."""
    try:
        text = Path(f"/proc/{pid}/task/{pid}/children").read_text(encoding="ascii")
    except (FileNotFoundError, ProcessLookupError):
        return set()
    children = set(map(int, text.split()))
    return children.union(*map(_descendants, children))


@pytest.mark.skipif(not Path("/proc/self/task").is_dir(), reason="needs Linux's list of children")
def test_ctrl_c_right_after_a_change_prints_nothing(dev: Command, project: Path) -> None:
    """The new process has not got so far as to ignore it."""
    get(dev.url)
    before = _descendants(dev.process.pid)
    _change(project, "one", "two")
    dev.next_line()
    while not _descendants(dev.process.pid) - before:
        pass

    assert dev.end(signal.SIGINT, group=True) == 0
    assert dev.errors() == ""


def test_what_is_broken_is_told_once(project: Path) -> None:
    (project / "app" / "page.py").write_text("raise ValueError('told once')\n", encoding="utf-8")

    with command("dev", project, "--port", "0") as running:
        for _ in range(3):
            assert get(running.url).status == 500
        assert running.end(signal.SIGTERM) == 0
        assert running.errors().count("ValueError: told once") == 1


@pytest.mark.parametrize("broken", [False, True])
def test_n01_another_site_s_name_for_this_machine_is_refused(project: Path, *, broken: bool) -> None:
    """DNS rebinding: neither pages nor what is broken in them are shown to another site's page."""
    if broken:
        (project / "app" / "page.py").write_text("raise ValueError('secret')\n", encoding="utf-8")

    with command("dev", project, "--port", "0") as running:
        refused = get(running.url, host="evil.example")
        own = get(running.url, host="localhost:1234")

    assert refused.status == 421
    assert "public_origins" in refused.text
    assert "secret" not in refused.text
    assert own.status == (500 if broken else 200)


def test_n06_an_address_for_everyone_is_told(project: Path) -> None:
    with command("dev", project, "--port", "0", "--host", "0.0.0.0") as running:
        line = running.next_line()

    assert line == (
        "wingbeat Other machines can reach this address, and read tracebacks and sources in its error pages."
    )


def test_n06_an_app_in_production_has_nothing_of_the_development_server(project: Path) -> None:
    code = "import sys, wingbeat; sys.exit(any(name.startswith('wingbeat.dev') for name in sys.modules))"

    assert subprocess.run([sys.executable, "-c", code], cwd=project, check=False).returncode == 0


def test_ctrl_c_stops_everything_in_order(dev: Command) -> None:
    child = _pid(get(dev.url).text)

    assert dev.end(signal.SIGINT, group=True) == 0
    assert has_ended(child)
    assert dev.errors() == ""


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT, signal.SIGKILL])
def test_no_process_outlives_the_command(dev: Command, number: int) -> None:
    child = _pid(get(dev.url).text)

    code = dev.end(number)

    assert code == (-9 if number == signal.SIGKILL else 0)
    assert has_ended(child)


def test_an_address_that_is_taken_is_told_in_one_sentence(dev: Command, project: Path) -> None:
    port = dev.url.rpartition(":")[2]

    ended = run("dev", project, "--port", port, cwd=project)

    assert (ended.returncode, ended.stdout) == (1, "")
    assert ended.stderr == (
        f"Error: cannot listen on 127.0.0.1, port {port}: Address already in use. "
        "Choose another address with --host or another port with --port; 0 takes a free one.\n"
    )


@pytest.mark.parametrize(
    ("path", "restarts"),
    [
        ("app/page.py", True),
        ("models.py", True),
        ("pyproject.toml", True),
        ("templates/mail.html", True),
        ("shop.db", False),
        ("shop.db-wal", False),
        ("public/site.css", False),
        ("app/__pycache__/page.cpython-311.py", False),
        (".wingbeat/build/x.py", False),
        (".venv/lib/x.py", False),
        ("node_modules/x/x.py", False),
        ("app/.page.py.swp", False),
        ("app/.#page.py", False),
    ],
)
def test_only_sources_and_settings_ask_for_a_restart(path: str, restarts: object) -> None:
    project = Path("/home/.hidden/node_modules/shop")

    assert is_source(project, str(project / path)) is restarts
