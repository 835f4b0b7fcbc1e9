"""The commands as a developer meets them: what they print, refuse and return."""

from __future__ import annotations

import re
import signal
import socket
from pathlib import Path

import pytest

from support.command_line import command, get, post, run
from support.projects import KEY, write_project

pytestmark = pytest.mark.timeout(120)

FILES = {
    "page.py": 'async def page():\n    async def save(amount):\n        "use server"\n    return str(save)\n',
    "users/[id]/page.py": "async def page(id: int):\n    return str(id)\n",
}


@pytest.fixture
def project(tmp_path: Path) -> Path:
    return write_project(tmp_path / "shop", FILES)


# --- routes ---


def test_routes_lists_every_url_without_a_key_and_without_a_trace(project: Path) -> None:
    write_project(
        project,
        {
            "users/layout.py": "def layout(children): return children",
            "api/route.py": "def get(): ...\ndef post(): ...",
        },
    )

    ended = run("routes", project, cwd=project.parent)

    assert (ended.returncode, ended.stderr) == (0, "")
    header, _, *rows = (re.split(r"\s{2,}", line.strip()) for line in ended.stdout.splitlines())
    assert header == ["URL", "Answers", "File", "Layouts"]
    assert rows == [
        ["/", "page", "app/page.py"],
        ["/api", "GET, HEAD, OPTIONS, POST", "app/api/route.py"],
        ["/users/[id]", "page", "app/users/[id]/page.py", "app/users/layout.py"],
    ]
    assert not (project / ".wingbeat").exists()


# --- build ---


def test_build_tells_routes_from_pages(project: Path) -> None:
    write_project(project, {"api/[name]/route.py": "def get(name): ...\ndef put(name): ..."})

    said = run("build", cwd=project).stdout.splitlines()

    assert "  route   /api/[name] (GET, HEAD, OPTIONS, PUT)" in said
    assert [line for line in said if line.startswith("  page")] == ["  page    /", "  page    /users/[id]"]


def test_build_prints_what_no_source_uses(project: Path) -> None:
    (project / "app" / "actions.py").write_text('"use server"\ndef add() -> int: ...\n', encoding="utf-8")
    said = f"  {{}}  {project}/app/actions.py:2: add() is used by no page, client module or import statement"

    kept, dropped = run("build", cwd=project), run("build", cwd=project, WINGBEAT_DROP_UNUSED_ACTIONS="1")

    assert said.format("unused") in kept.stdout.splitlines()
    assert said.format("dropped") in dropped.stdout.splitlines()


def test_build_prints_pages_actions_and_what_is_unchecked(project: Path) -> None:
    ended = run("build", cwd=project)

    assert (ended.returncode, ended.stderr) == (0, "")
    assert ended.stdout.splitlines() == [
        "  page    /",
        "  page    /users/[id]",
        "  action  app.page.page.<locals>.save",
        f"  unchecked  {project}/app/page.py:2: amount of page.<locals>.save() has no annotation: it may be anything",
        "Built 2 pages and 1 action, with a new key in .wingbeat/build/key.",
    ]


@pytest.mark.parametrize("words", [["build"], ["routes"], ["start"]])
def test_a_project_without_an_app_is_refused_in_one_sentence(tmp_path: Path, words: list[str]) -> None:
    ended = run(*words, cwd=tmp_path, WINGBEAT_SERVER_ACTIONS_ENCRYPTION_KEY=KEY)

    assert (ended.returncode, ended.stdout) == (1, "")
    assert re.fullmatch(
        r"Error: \S+ has no folder app/\. Create one with `wingbeat new`, or name its parent\.\n",
        ended.stderr,
    )


@pytest.mark.parametrize("words", [["build"], ["routes"], ["start"]])
def test_what_an_app_s_own_module_raises_is_told_with_its_lines(project: Path, words: list[str]) -> None:
    (project / "app" / "page.py").write_text("\nraise ValueError('no database')\n", encoding="utf-8")

    ended = run(*words, cwd=project, WINGBEAT_SERVER_ACTIONS_ENCRYPTION_KEY=KEY)

    assert (ended.returncode, ended.stdout) == (1, "")
    assert ended.stderr == (
        "Error: Traceback (most recent call last):\n"
        f'  File "{project}/app/page.py", line 2, in <module>\n'
        "    raise ValueError('no database')\n"
        "ValueError: no database\n"
    )


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (["start", "nowhere"], "Directory 'nowhere' does not exist."),
        (["start", "--port", "70000"], "70000 is not in the range 0<=x<=65535."),
        (["strat"], "No such command 'strat'."),
    ],
)
def test_a_mistyped_command_is_told(project: Path, words: list[str], told: str) -> None:
    ended = run(*words, cwd=project)

    assert ended.returncode == 2
    assert told in ended.stderr
    assert "Traceback" not in ended.stderr


# --- start ---


def test_start_refuses_without_a_key_and_names_both_fixes(project: Path) -> None:
    ended = run("start", cwd=project)

    assert (ended.returncode, ended.stdout) == (1, "")
    assert "Run `wingbeat build`" in ended.stderr
    assert "set WINGBEAT_SERVER_ACTIONS_ENCRYPTION_KEY" in ended.stderr
    assert "Traceback" not in ended.stderr


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_start_prints_its_real_address_and_ends_in_order(project: Path, number: int) -> None:
    with command("start", project, "--port", "0", WINGBEAT_SERVER_ACTIONS_ENCRYPTION_KEY=KEY) as running:
        assert re.fullmatch(r"http://127\.0\.0\.1:[1-9]\d+", running.url)
        assert get(f"{running.url}/users/7").status == 200

        assert running.end(number) in {0, -signal.SIGTERM}
        assert running.errors() == ""


def test_start_writes_one_line_for_each_refusal_into_a_file_of_logs(project: Path) -> None:
    with command("start", project, "--port", "0", WINGBEAT_SERVER_ACTIONS_ENCRYPTION_KEY=KEY) as running:
        assert post(running.url, origin="https://elsewhere.example").status == 403
        assert post(f"{running.url}/nothing", origin=running.url).status == 404
        with socket.create_connection(("127.0.0.1", int(running.url.rpartition(":")[2]))) as connection:
            connection.sendall(b"this is no HTTP\r\n\r\n")
            assert connection.recv(100).startswith(b"HTTP/1.1 400 ")
        running.end(signal.SIGTERM)

        lines = running.errors().splitlines()

    stamped = r"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d,\d{3} WARNING "
    for line, said in zip(
        lines, ("refused 403: .*elsewhere", "refused 404: .*'/nothing'", "Invalid HTTP request"), strict=True
    ):
        assert re.match(stamped + said, line)


def test_start_is_never_in_development_mode(project: Path) -> None:
    (project / "app" / "page.py").write_text(
        "async def page():\n    raise ValueError('secret')\n", encoding="utf-8"
    )
    environ = {"WINGBEAT_SERVER_ACTIONS_ENCRYPTION_KEY": KEY, "WINGBEAT_DEV": "1"}

    with command("start", project, "--port", "0", **environ) as running:
        page = get(running.url)

    assert page.status == 500
    assert "secret" not in page.text


def test_a_port_in_use_is_told_in_one_sentence(project: Path) -> None:
    with command("start", project, "--port", "0", WINGBEAT_SERVER_ACTIONS_ENCRYPTION_KEY=KEY) as running:
        port = running.url.rpartition(":")[2]
        ended = run("start", "--port", port, cwd=project, WINGBEAT_SERVER_ACTIONS_ENCRYPTION_KEY=KEY)

    assert (ended.returncode, ended.stdout) == (1, "")
    assert ended.stderr.startswith(
        f"Error: cannot listen on 127.0.0.1, port {port}: Address already in use. "
    )
