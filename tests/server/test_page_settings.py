"""`runtime`, `max_duration` and `sequential`: said by a page's module, inherited from its layouts."""

import threading
from typing import Any

import anyio.to_thread
import pytest

from support.projects import Project
from support.reading import Reading, driven
from wingbeat.errors import RouteError

LOGGING_PAGE = '''
    import threading
    from wingbeat import after, component, cookies, headers, html as h, redirect, refresh

    threads = {}

    def note(name):
        threads[name] = threading.get_ident()

    @component
    async def part():
        note("component")
        return h.b["part"]

    async def page():
        note("page")
        return h.p[part(), cookies().get("theme")]

    async def save(name: str):
        """use server"""
        note("action")
        cookies().set("theme", name)
        refresh()
        return {"element": part(), "thread": threading.get_ident() == threads["action"]}

    def blocking():
        """use server"""
        note("sync")

    async def stream():
        """use server"""
        note("generator")
        yield 1

    async def go():
        """use server"""
        redirect("/")
'''


def test_on_the_event_loop_by_default(load: Any) -> None:
    project: Project = load(LOGGING_PAGE)
    project.call("page.save", "dark")
    project.call("page.blocking")

    threads, here = project.module().threads, threading.get_ident()
    assert (threads["page"], threads["component"], threads["action"]) == (here, here, here)
    assert threads["sync"] != here


@pytest.mark.parametrize("where", ["page", "layout", "setting"])
def test_in_a_thread_where_the_page_says_so(where: str, load: Any) -> None:
    files = {"page.py": LOGGING_PAGE}
    if where == "page":
        files["page.py"] += '    runtime = "thread"\n'
    if where == "layout":
        files["layout.py"] = 'runtime = "thread"\ndef layout(children): return children\n'
    project: Project = load(files, **({"runtime": "thread"} if where == "setting" else {}))
    reply = project.call("page.save", "dark")
    project.call("page.blocking")

    threads = project.module().threads
    assert threading.get_ident() not in {
        threads["page"],
        threads["component"],
        threads["action"],
        threads["sync"],
    }
    assert threads["page"] == threads["component"]
    assert (reply.value["element"].type, '"dark"' in reply.text) == ("b", True)
    assert "theme=dark" in reply["set-cookie"]


def test_sync_and_async_components_of_a_thread_share_it(load: Any) -> None:
    project: Project = load(
        {
            "layout.py": """
                import threading
                runtime, idents = "thread", []
                def layout(children):
                    idents.append(threading.get_ident())
                    return children
            """,
            "page.py": """
                import threading
                from app import layout
                async def page():
                    layout.idents.append(threading.get_ident())
                    return "page"
            """,
        }
    )

    assert project.get().status == 200
    assert len(set(project.module("layout").idents)) == 1


def test_a_generator_streams_from_the_event_loop_all_the_same(load: Any) -> None:
    project: Project = load(LOGGING_PAGE + '    runtime = "thread"\n')

    assert project.call("page.stream").status == 200
    assert project.module().threads["generator"] == threading.get_ident()


def test_the_target_of_a_redirect_has_its_own_runtime(load: Any) -> None:
    project: Project = load(
        {"page.py": LOGGING_PAGE, "slow/page.py": 'runtime = "thread"\ndef page(): return "x"'}
    )

    assert project.call("page.go", url="/slow")["wingbeat-redirect"] == "/"
    assert project.module().threads["page"] == threading.get_ident()


SLOW = '''
    import asyncio, threading
    {settings}
    release, ended = threading.Event(), threading.Event()
    def page(): return "page"
    async def wait():
        """use server"""
        await asyncio.Event().wait()
    def block():
        """use server"""
        release.wait(10)
        ended.set()
    def block_no_more():
        """use server"""
    async def block_and_wait():
        """use server"""
        try:
            await asyncio.Event().wait()
        finally:
            ended.set()
'''


def slow(settings: str) -> str:
    return SLOW.replace("{settings}", settings)


def test_the_innermost_max_duration_counts(load: Any, caplog: Any) -> None:
    project: Project = load(
        {
            "layout.py": "max_duration = 60\ndef layout(children): return children",
            "page.py": slow("max_duration = 0.02"),
            "other/page.py": 'def page(): return "other"\nmax_duration = 0.03',
        },
        max_duration=50,
    )

    assert project.call("page.wait").status == project.post("page.wait").status == 504
    assert project.call("page.wait", url="/other").status == 504
    assert [message.split("longer than ")[1] for message in caplog.messages] == [
        "0.02 seconds (max_duration)",
        "0.02 seconds (max_duration)",
        "0.03 seconds (max_duration)",
    ]


def test_c16_a_sync_action_over_its_time_runs_on_and_keeps_its_place(load: Any, caplog: Any) -> None:
    project: Project = load(slow("max_duration = 0.3"))
    page = project.module()

    async def overrun() -> None:
        limiter = anyio.to_thread.current_default_thread_limiter()
        limiter.total_tokens = 1
        reading = Reading(project, "page.block")
        await reading.start()
        assert (reading.status, limiter.borrowed_tokens) == (504, 1)
        page.release.set()
        again = Reading(project, "page.block_no_more")  # gets the place when the first one really ends
        await again.start()
        assert (again.status, page.ended.is_set()) == (200, True)

    driven(overrun)
    (message,) = caplog.messages
    assert message == (
        "app.page.block() took longer than 0.3 seconds (max_duration); its thread is still running and keeps its "
        "place in the pool"
    )


def test_an_async_action_in_a_thread_ends_where_it_waits(load: Any) -> None:
    project: Project = load(slow('max_duration, runtime = 0.05, "thread"'))

    assert project.call("page.block_and_wait").status == 504
    assert project.module().ended.wait(10)


@pytest.mark.parametrize(
    ("line", "message"),
    [
        ('runtime = "process"', r'page\.py: runtime = \'process\'; it is "asyncio" or "thread"\.'),
        ('max_duration = "10s"', r"page\.py: max_duration = '10s'; it is seconds, 0 for no limit\."),
        ("max_duration = -1", r"page\.py: max_duration = -1; it is seconds, 0 for no limit\."),
        ("max_duration = True", r"page\.py: max_duration = True; it is seconds"),
        ("sequential = 1", r"page\.py: sequential = 1; it is True or False\."),
    ],
)
def test_a_wrong_setting_is_an_error_at_start(line: str, message: str, load: Any) -> None:
    with pytest.raises(RouteError, match=message):
        load(f'{line}\ndef page(): return "page"')


def test_sequential_components_never_overlap(load: Any) -> None:
    project: Project = load("""
        import asyncio
        from wingbeat import component, html as h
        sequential, running, most = True, 0, []
        @component
        async def part(n):
            global running
            running += 1
            most.append(running)
            await asyncio.sleep(0)
            running -= 1
            return h.b[n]
        async def page(): return h.p[(part(n) for n in range(5))]
    """)

    assert project.get().status == 200
    assert project.module().most == [1] * 5
