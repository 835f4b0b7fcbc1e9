"""`App` as an ASGI application: alone, mounted, with middleware and lifespan, and when everything fails."""

import asyncio
import re
from contextlib import asynccontextmanager
from typing import Any

import pytest
from fastapi import FastAPI
from starlette.applications import Starlette
from starlette.responses import PlainTextResponse
from starlette.routing import Mount, Route

from support.projects import KEY, Project, ask, ask_async
from wingbeat import App
from wingbeat.errors import ConfigError
from wingbeat.server import KEY_VARIABLES
from wingbeat.testing.forms import read_forms

LINKED = {
    "page.py": '''
        from wingbeat import Redirect, cookies, html as h, redirect, refresh

        async def page():
            async def go(form):
                """use server"""
                cookies().set("theme", "dark")
                redirect("/other?x=1")
            return h.main[h.a(href="/other")["Other"], h.img(src="/logo.svg"), h.form(action=go)[h.button["Go"]]]

        async def go_below():
            """use server"""
            redirect("./below")

        async def go_other():
            """use server"""
            redirect("/other?x=1")

        async def again():
            """use server"""
            refresh()
    ''',
    "other/page.py": """
        from wingbeat import redirect
        def page(search_params): return search_params.get("x") or redirect("/")
    """,
    "/public/logo.svg": "<svg/>",
}


def mounted(project: Project, prefix: str, kind: str) -> Any:
    """Return an app that holds the project below `prefix`, and a route of its own."""
    app = project.app
    own = [Route("/own", lambda _request: PlainTextResponse("own"))]
    if kind == "FastAPI":
        outer = FastAPI(routes=own)
        outer.mount(prefix or "/", app)
        return outer
    if kind == "Starlette":
        return Starlette(routes=[*own, Mount(prefix or "/", app=app)])

    async def below_root_path(scope: Any, receive: Any, send: Any) -> None:
        """uvicorn's `--root-path`: the server puts the prefix in front of every path."""
        await app({**scope, "root_path": prefix}, receive, send)

    return below_root_path


@pytest.mark.parametrize("prefix", ["", "/app", "/a/b"])
@pytest.mark.parametrize("kind", ["FastAPI", "Starlette", "root_path"])
def test_everything_respects_the_mount_point(kind: str, prefix: str, load: Any) -> None:
    project = load(LINKED)
    outer = mounted(project, prefix, kind)
    page = ask(outer, "GET", f"{prefix}/")

    assert f'href="{prefix}/other"' in page.text
    assert f'src="{prefix}/logo.svg"' in page.text
    runtime: Any = re.search(r'src="(/[^"]*/_wingbeat/[^"]+)"|src="(/_wingbeat/[^"]+)"', page.text)
    url = runtime[1] or runtime[2]
    assert url.startswith(f"{prefix}/_wingbeat/")
    assert ask(outer, "GET", url).status == 200
    assert ask(outer, "GET", f"{prefix}/logo.svg").text == "<svg/>"
    assert ask(outer, "GET", f"{prefix}/other/")["location"] == f"{prefix}/other"
    assert ask(outer, "GET", f"{prefix}/other")["location"] == f"{prefix}/"
    assert ask(outer, "GET", f"{prefix}/nowhere").status == 404


@pytest.mark.parametrize("prefix", ["", "/app"])
@pytest.mark.parametrize("kind", ["FastAPI", "Starlette", "root_path"])
def test_actions_of_a_mounted_app(kind: str, prefix: str, load: Any) -> None:
    project = load(LINKED)
    outer = Project(mounted(project, prefix, kind), project.folder)
    ids = {name: project.action_id(f"page.{name}") for name in ("go_below", "go_other", "again")}

    form = read_forms(outer.get(f"{prefix}/").text)[0]
    posted = outer.submit(form, f"{prefix}/")
    below, other, again = (outer.call(ids[name], url=f"{prefix}/") for name in ids)

    assert (posted.status, posted["location"]) == (303, f"{prefix}/other?x=1")
    assert f"Path={prefix or '/'};" in posted["set-cookie"]
    assert below["wingbeat-redirect"] == f"{prefix}/below"
    assert other["wingbeat-redirect"] == f"{prefix}/other?x=1"
    # Starlette's middleware cannot be asked whether it would let a GET of the target through.
    assert ("tree" in other.root) is (kind == "root_path")
    assert (again.root["url"], again.root["base"]) == (f"{prefix}/", prefix)


def test_routes_of_the_outer_app_come_first(load: Any) -> None:
    outer = mounted(load(LINKED), "", "FastAPI")

    assert ask(outer, "GET", "/own").text == "own"
    assert ask(outer, "PUT", "/").status == 405


def test_a_root_path_that_the_server_does_not_repeat(load: Any) -> None:
    """Some servers keep the prefix out of the path."""
    reply = load(LINKED).get("/other?x=1", root_path="/app")

    assert reply.status == 200
    assert 'src="/app/_wingbeat/' in reply.text


def test_two_apps_of_one_project_live_in_one_process(load: Any) -> None:
    project = load(LINKED)
    second = App(project.folder, environ={KEY_VARIABLES[0]: KEY})

    outer = Starlette(routes=[Mount("/a", app=project.app), Mount("/b", app=second)])

    assert 'href="/a/other"' in ask(outer, "GET", "/a/").text
    assert 'href="/b/other"' in ask(outer, "GET", "/b/").text


def test_another_project_in_the_same_process_is_refused(load: Any, tmp_path: Any) -> None:
    load(LINKED)
    (tmp_path / "second" / "app").mkdir(parents=True)

    with pytest.raises(
        ConfigError, match=r"second/app cannot be loaded: this process has another module 'app', from"
    ):
        App(tmp_path / "second", environ={KEY_VARIABLES[0]: KEY})


def test_a_folder_without_app_is_refused(tmp_path: Any) -> None:
    with pytest.raises(ConfigError, match=r"has no folder app/\. Create one with `wingbeat new`"):
        App(tmp_path, environ={KEY_VARIABLES[0]: KEY})


class Opening:
    """A lifespan that keeps what happened to it."""

    def __init__(self, *, fails: int = 0) -> None:
        self.events: list[str] = []
        self.fails = fails

    @asynccontextmanager
    async def __call__(self, app: App) -> Any:
        self.events.append(f"opening {type(app).__name__}")
        await asyncio.sleep(0.01)
        if self.fails:
            self.fails -= 1
            raise ValueError("no database")
        async with asyncio.TaskGroup():  # must be left by the task that entered it
            yield
        self.events.append("closed")


async def lifespan_of(app: Any, between: Any) -> list[str]:
    """Send an app its lifespan events, with `between` in between, and return what it answered."""
    events: asyncio.Queue[Any] = asyncio.Queue()
    answers: asyncio.Queue[Any] = asyncio.Queue()
    task = asyncio.create_task(app({"type": "lifespan"}, events.get, answers.put))
    await events.put({"type": "lifespan.startup"})
    started = await answers.get()
    await between
    await events.put({"type": "lifespan.shutdown"})
    ended = await answers.get() if not task.done() else {"type": "died"}
    await asyncio.gather(task, return_exceptions=True)
    return [started["type"], ended["type"]]


def test_the_lifespan_is_opened_once_and_closed_at_shutdown(load: Any) -> None:
    opening = Opening()
    app = load("def page(): return 'page'", lifespan=opening).app

    async def requests() -> None:
        for reply in await asyncio.gather(*(ask_async(app) for _ in range(5))):
            assert reply.status == 200

    for _ in range(2):  # a test client starts an app again
        answers = asyncio.run(lifespan_of(app, requests()))
        assert answers == ["lifespan.startup.complete", "lifespan.shutdown.complete"]
        assert opening.events == ["opening App", "closed"]
        opening.events.clear()


def test_without_lifespan_events_the_first_request_opens(load: Any) -> None:
    opening = Opening()
    app = load("def page(): return 'page'", lifespan=opening).app

    async def requests() -> None:
        await asyncio.gather(*(ask_async(app) for _ in range(5)))
        await ask_async(app)
        assert opening.events == ["opening App"]

    asyncio.run(requests())


def test_a_request_that_is_given_up_does_not_stop_the_opening(load: Any) -> None:
    opening = Opening()
    app = load("def page(): return 'page'", lifespan=opening).app

    async def requests() -> None:
        first = asyncio.create_task(ask_async(app))
        await asyncio.sleep(0)
        first.cancel()
        assert (await ask_async(app)).status == 200
        assert opening.events == ["opening App"]

    asyncio.run(requests())


def test_a_failed_opening_is_tried_again(load: Any) -> None:
    opening = Opening(fails=1)
    app = load("def page(): return 'page'", lifespan=opening).app

    async def requests() -> None:
        assert (await ask_async(app)).status == 500
        assert (await ask_async(app)).status == 200

    asyncio.run(requests())


def test_a_failed_opening_at_start_says_so(load: Any) -> None:
    app = load("def page(): return 'page'", lifespan=Opening(fails=1)).app

    assert asyncio.run(lifespan_of(app, asyncio.sleep(0))) == ["lifespan.startup.failed", "died"]


def test_an_app_without_lifespan_answers_its_events(load: Any) -> None:
    app = load("def page(): return 'page'").app

    assert asyncio.run(lifespan_of(app, asyncio.sleep(0))) == [
        "lifespan.startup.complete",
        "lifespan.shutdown.complete",
    ]


def test_middleware_is_outermost_first(load: Any) -> None:
    order: list[str] = []

    def named(name: str) -> Any:
        def wrap(app: Any) -> Any:
            async def wrapped(scope: Any, receive: Any, send: Any) -> None:
                order.append(name)
                await app(scope, receive, send)

            return wrapped

        return wrap

    load("def page(): return 'page'", middleware=[named("outer"), named("inner")]).get()

    assert order == ["outer", "inner"]


def raising(error: BaseException, *, late: bool = False) -> Any:
    def wrap(app: Any) -> Any:
        async def wrapped(scope: Any, receive: Any, send: Any) -> None:
            if late:
                await app(scope, receive, send)
            raise error

        return wrapped

    return wrap


@pytest.mark.parametrize("development", [False, True])
def test_whatever_raises_is_a_page(*, development: bool, load: Any, caplog: Any) -> None:
    site = load("def page(): 1", middleware=[raising(ValueError("s3cret"))], development=development)

    reply = site.get()

    assert (reply.status, reply["cache-control"]) == (500, "private, no-store")
    assert "Something went wrong" in reply.text
    assert ("s3cret" in reply.text) is development
    assert caplog.text.count("ValueError: s3cret") == 1


def test_identify_that_raises_is_a_page(load: Any) -> None:
    site = load("def page(): return 'page'", identify=lambda request: request.cookies["user"])

    assert site.get().status == 500
    assert site.get("/", {"Cookie": "user=ada"}).status == 200


def test_what_fails_after_the_answer_began_cuts_the_connection(load: Any, caplog: Any) -> None:
    site = load("def page(): return 'page'", middleware=[raising(ValueError("late"), late=True)])

    with pytest.raises(ValueError, match="late"):
        site.get()
    assert "GET / failed" in caplog.text


@pytest.mark.parametrize("error", [KeyboardInterrupt(), asyncio.CancelledError()])
def test_what_ends_the_process_is_not_held(error: BaseException, load: Any) -> None:
    site = load("def page(): 1", middleware=[raising(error)])

    with pytest.raises(type(error)):
        site.get()


def test_f28_a_websocket_is_closed_before_it_opens(load: Any) -> None:
    app = load("def page(): return 'page'").app
    sent: list[Any] = []

    async def send(message: Any) -> None:
        sent.append(message)

    async def connect() -> Any:
        return {"type": "websocket.connect"}

    asyncio.run(app({"type": "websocket", "path": "/", "headers": []}, connect, send))

    assert sent == [{"type": "websocket.close", "code": 1000}]
    with pytest.raises(ValueError, match=r"^an ASGI connection of type 'other' is not served$"):
        asyncio.run(app({"type": "other"}, connect, send))


@pytest.mark.parametrize(
    ("settings", "scope", "headers", "secure"),
    [
        ({}, {"scheme": "https"}, {}, True),
        ({}, {"scheme": "http"}, {}, False),
        ({}, {"scheme": "http"}, {"X-Forwarded-Proto": "https"}, False),
        ({"public_origins": ["https://app.example"]}, {"scheme": "http"}, {}, True),
        ({"public_origins": ["https://app.example", "http://x"]}, {"scheme": "https"}, {}, False),
        (
            {"trusted_proxies": ["10.0.0.0/8"]},
            {"scheme": "http", "client": ("10.0.0.1", 1)},
            {"X-Forwarded-Proto": "https", "X-Forwarded-Host": "app.example"},
            True,
        ),
    ],
)
def test_cookies_are_kept_to_tls_where_browsers_use_it(
    settings: Any, scope: Any, headers: Any, *, secure: bool, load: Any
) -> None:
    site = load(
        """
        from wingbeat import cookies
        def page(): return "page"
        async def save():
            "use server"
            cookies().set("a", "1")
        """,
        **settings,
    )

    reply = site.call("page.save", headers=headers, **scope)

    assert ("Secure" in reply["set-cookie"]) is secure


def test_a_page_behind_several_proxies_is_shown_all_the_same(load: Any) -> None:
    site = load("def page(): return 'page'", trusted_proxies=["10.0.0.0/8"])

    assert site.get("/", {"X-Forwarded-Proto": "https, http"}, client=("10.0.0.1", 1)).status == 200
