"""What tests of the server share: a project written in the test, and the conditions of a refusal."""

import sys
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest

from support.projects import Project, Reply, loaded_project
from support.refusals import watching_actions

Load = Callable[..., Project]

SPIED_PAGE = '''
    from wingbeat import FormData, cookies, html as h

    ran = []

    async def page():
        ran.append("page")
        return h.main["The page"]

    async def save(amount: int = 0) -> int:
        """use server"""
        ran.append("save")
        cookies().set("saved", "yes")
        return amount

    async def submit(form: FormData) -> None:
        """use server"""
        ran.append("submit")
'''


class Spy:
    """ASGI middleware that keeps what it was asked, as a session's would, and writes a cookie."""

    def __init__(self) -> None:
        self.asked: list[str] = []

    def __call__(self, app: Any) -> Any:
        async def spied(scope: Any, receive: Any, send: Any) -> None:
            self.asked.append(f"{scope['method']} {scope['path']}")

            async def writing(message: Any) -> None:
                if message["type"] == "http.response.start":
                    message["headers"] = [*message["headers"], (b"set-cookie", b"session=1")]
                await send(message)

            await app(scope, receive, writing)

        return spied


class Guarded:
    """A project whose every part is watched, for requests that must not get through."""

    def __init__(self, load: Load, **given: Any) -> None:
        self.session = Spy()
        self.project = load({"page.py": SPIED_PAGE}, middleware=[self.session], **given)

    @property
    def untouched(self) -> bool:
        """Whether nothing has run: no action, no page, no middleware."""
        return self.project.module().ran == [] and self.session.asked == []

    def assert_refused(self, reply: Reply, status: int) -> None:
        """Assert a refusal that ran nothing, wrote nothing, read nothing and tells a stranger nothing."""
        assert reply.status == status
        assert self.untouched
        assert reply.pieces_read == 0
        assert "set-cookie" not in reply
        assert reply["cache-control"] == "private, no-store"
        assert not any(name.startswith("access-control") for name, _ in reply.headers)
        assert len(reply.body) < 2000
        assert "Traceback" not in reply.text


@pytest.fixture(autouse=True)
def actions_are_watched() -> Iterator[None]:
    """Let `ask_async` see that no action begins in a request that is refused."""
    with watching_actions():
        yield


@pytest.fixture
def load(tmp_path: Path) -> Iterator[Load]:
    """Return a function that writes and loads a project: `load(source)` or `load({"page.py": source})`."""
    with ExitStack() as stack:

        def load_project(files: str | dict[str, str], **given: Any) -> Project:
            assert not any(name.partition(".")[0] == "app" for name in sys.modules), "one project a test"
            sources = {"page.py": files} if isinstance(files, str) else files
            return stack.enter_context(loaded_project(tmp_path, sources, **given))

        yield load_project


@pytest.fixture
def guarded(load: Load) -> Guarded:
    return Guarded(load)


@pytest.fixture
def guard(load: Load) -> Callable[..., Guarded]:
    """Return a function that makes a guarded project with settings."""
    return lambda **given: Guarded(load, **given)
