"""However a function ends, the server learns how, and goes on."""

import asyncio
import contextvars
import threading
from collections.abc import Callable
from typing import Any

import anyio.to_thread
import pytest

from support.app_packages import AppUnderTest
from wingbeat.actions import (
    Action,
    Ended,
    Outcome,
    Returned,
    TimedOut,
    run_action,
)
from wingbeat.errors import ActionError, ArgumentRefused, UsageError
from wingbeat.request import HttpInterrupt, Interrupt, Redirect, RequestContext, cookies

pytestmark = pytest.mark.anyio
Run = Callable[..., Any]


@pytest.fixture
def run(load) -> Run:
    """Return a function that runs `body` as an action and tells the outcome."""

    async def run_body(
        body: str,
        *args: object,
        kind: str = "async def",
        max_duration: float = 0,
        request: Any = None,
        runtime: Any = "asyncio",
    ) -> Outcome:
        lines = "\n".join(f"    {line}" for line in body.strip().splitlines())
        header = (
            '"use server"\nimport asyncio, threading, time, contextlib, functools\nimport wingbeat\n'
            "from wingbeat import *\nfrom wingbeat.errors import *\n\n"
        )
        app: AppUnderTest = load({"actions.py": f"{header}{kind} act(*args):\n{lines}\n"})
        action = app.module("actions").act
        assert isinstance(action, Action)
        context = request or RequestContext(path="/", url="/")
        with context.activated():
            return await run_action(
                action, args, {}, request=context, max_duration=max_duration, runtime=runtime
            )

    return run_body


KINDS = pytest.mark.parametrize("kind", ["async def", "def"])


@KINDS
async def test_a_value_is_returned(kind: str, run: Run) -> None:
    assert await run("return args", 1, 2, kind=kind) == Returned((1, 2))


@KINDS
async def test_control_flow_is_no_error(kind: str, run: Run) -> None:
    outcomes = [await run(body, kind=kind) for body in ("not_found()", "forbidden()", "unauthorized()")]
    redirected = await run("redirect('/next')", kind=kind)

    assert [outcome.by.status for outcome in outcomes] == [404, 403, 401]
    assert redirected.by.url == "/next"


@KINDS
async def test_except_exception_does_not_swallow_control_flow(kind: str, run: Run) -> None:
    outcome = await run("try:\n    redirect('/next')\nexcept Exception:\n    return 'swallowed'", kind=kind)

    assert isinstance(outcome.by, Redirect)


@KINDS
async def test_a_returned_redirect_is_one(kind: str, run: Run) -> None:
    outcome = await run(
        "with contextlib.nullcontext():\n    return Redirect('/next', type='replace')", kind=kind
    )

    assert isinstance(outcome.by, Redirect)
    assert (outcome.by.url, outcome.by.type) == ("/next", "replace")


@KINDS
async def test_an_action_error_is_for_the_browser(kind: str, run: Run) -> None:
    outcome = await run("raise ActionError('sold_out', 'Sold out.', data=[1])", kind=kind)

    assert isinstance(outcome.by, ActionError)
    assert (outcome.by.code, outcome.by.message, outcome.by.data) == ("sold_out", "Sold out.", [1])


@KINDS
@pytest.mark.parametrize(
    "raised",
    [
        "ValueError('x')",
        "RecursionError()",
        "MemoryError()",
        "KeyboardInterrupt()",
        "SystemExit(3)",
        "GeneratorExit()",
        "asyncio.CancelledError()",
        "StopIteration(1)",
        "StopAsyncIteration()",
        "TimeoutError()",
        "ExceptionGroup('', [ValueError(), TypeError()])",
        "BaseExceptionGroup('', [SystemExit(), wingbeat.Redirect('/x')])",
    ],
)
async def test_b17_nothing_that_user_code_raises_ends_the_process(raised: str, kind: str, run: Run) -> None:
    outcome = await run(f"raise {raised}", kind=kind, max_duration=5)

    assert isinstance(outcome, Ended)
    assert not isinstance(outcome.by, Interrupt | ActionError)


@KINDS
async def test_a_field_that_the_form_lacks_refuses_the_call(kind: str, run: Run) -> None:
    with pytest.raises(ArgumentRefused) as caught:
        await run("return FormData().text('customer')", kind=kind)

    assert caught.value.fields == {"customer": ["This field is required."]}


@pytest.mark.parametrize(
    ("raised", "kind"),
    [
        ("redirect('/next')", Redirect),
        ("not_found()", HttpInterrupt),
        ("raise ActionError('sold_out')", ActionError),
    ],
)
async def test_a_task_group_with_one_signal_is_that_signal(raised: str, kind: type, run: Run) -> None:
    outcome = await run(f"""
async def inner():
    {raised}
async with asyncio.TaskGroup() as outer:
    async with asyncio.TaskGroup() as group:
        group.create_task(inner())
""")

    assert isinstance(outcome.by, kind)


async def test_a_signal_of_an_except_star_is_that_signal(run: Run) -> None:
    outcome = await run("""
try:
    raise ExceptionGroup('', [ValueError(), ValueError()])
except* ValueError:
    redirect('/next')
""")

    assert isinstance(outcome.by, Redirect)


async def test_a_task_group_with_a_signal_and_an_error_is_an_error(run: Run) -> None:
    outcome = await run("""
async def one():
    redirect('/next')
async def two():
    raise ValueError
async with asyncio.TaskGroup() as group:
    group.create_task(one())
    group.create_task(two())
""")

    assert isinstance(outcome, Ended)
    assert not isinstance(outcome.by, Interrupt | ActionError)


async def test_a_sync_action_runs_in_a_thread_and_an_async_one_does_not(run: Run) -> None:
    here = threading.get_ident()

    assert (await run("return threading.get_ident()")).value == here
    assert (await run("return threading.get_ident()", kind="def")).value != here


async def test_a_sync_action_does_not_hold_up_the_loop(run: Run) -> None:
    released = threading.Event()
    asyncio.get_running_loop().call_soon(released.set)

    assert (await run("return args[0].wait(5)", released, kind="def")).value is True


async def test_the_request_is_seen_in_the_thread(run: Run) -> None:
    context = RequestContext(path="/", url="/")
    variable = contextvars.ContextVar("variable", default="unset")
    variable.set("set")

    outcome = await run(
        "cookies().set('seen', 'yes')\nreturn args[0].get()", variable, kind="def", request=context
    )

    assert outcome == Returned("set")
    assert context.cookies.get("seen") == "yes"


async def test_b10_each_action_sees_its_own_request(run: Run) -> None:
    body = "for _ in range(5):\n    await asyncio.sleep(0)\nreturn cookies().get('user')"

    async def one(user: str) -> object:
        context = RequestContext(path="/", url="/")
        with context.activated(), context.action_phase():
            cookies().set("user", user)
        return (await run(body, request=context)).value

    users = [str(number) for number in range(20)]

    assert await asyncio.gather(*map(one, users)) == users


async def test_cookies_are_written_in_actions_only(run: Run) -> None:
    context = RequestContext(path="/", url="/")
    assert await run("cookies().set('a', '1')", request=context) == Returned(None)

    with context.activated(), pytest.raises(UsageError):
        cookies().set("b", "2")


async def test_an_async_action_is_stopped_when_its_time_is_over(run: Run) -> None:
    stopped: list[str] = []

    outcome = await run(
        "try:\n    await asyncio.sleep(60)\nfinally:\n    args[0].append('stopped')",
        stopped,
        max_duration=0.01,
    )

    assert outcome == TimedOut(0.01, still_running=False)
    assert stopped == ["stopped"]


async def test_a_sync_action_that_takes_too_long_still_runs(run: Run) -> None:
    release = threading.Event()
    try:
        outcome = await run("args[0].wait(30)", release, kind="def", max_duration=0.5)
    finally:
        release.set()

    assert outcome == TimedOut(0.5, still_running=True)


async def test_a_sync_action_that_found_no_thread_in_its_time_never_runs(run: Run) -> None:
    pool = anyio.to_thread.current_default_thread_limiter()
    ran: list[str] = []
    pool.total_tokens = 1
    await pool.acquire_on_behalf_of(run)

    outcome = await run("args[0].append('ran')", ran, kind="def", max_duration=0.01)
    pool.release_on_behalf_of(run)

    assert outcome == TimedOut(0.01, still_running=False)
    assert (await run("args[0].append('another')", ran, kind="def"), ran) == (Returned(None), ["another"])


async def test_a_time_out_of_the_actions_own_is_an_error(run: Run) -> None:
    outcome = await run("async with asyncio.timeout(0):\n    await asyncio.sleep(1)", max_duration=5)

    assert isinstance(outcome, Ended)
    assert not isinstance(outcome.by, Interrupt | ActionError)


async def test_the_cancellation_of_the_request_passes(run: Run) -> None:
    task = asyncio.create_task(run("await asyncio.sleep(60)"))
    await asyncio.sleep(0.01)
    task.cancel()

    with pytest.raises(asyncio.CancelledError):
        await task


async def test_decorated_functions_run_as_what_they_are(load) -> None:
    app = load(
        {
            "actions.py": """
        "use server"
        import functools, threading

        def sync_around(function):
            @functools.wraps(function)
            def wrapper():
                return function()
            return wrapper

        def async_around(function):
            @functools.wraps(function)
            async def wrapper():
                return function()
            return wrapper

        @sync_around
        async def one():
            return threading.get_ident()

        @async_around
        def two():
            return threading.get_ident()

        @functools.cache
        def three():
            return threading.get_ident()
        """
        }
    )
    context = RequestContext(path="/", url="/")
    actions = [app.module("actions").one, app.module("actions").two, app.module("actions").three]

    outcomes = [await run_action(one, (), {}, request=context, max_duration=0) for one in actions]

    idents = [outcome.value == threading.get_ident() for outcome in outcomes if isinstance(outcome, Returned)]
    assert idents == [True, True, False]


async def test_an_async_generator_is_returned_unstarted(run: Run) -> None:
    outcome = await run("for item in args:\n    yield item", 1, 2)

    assert [item async for item in outcome.value] == [1, 2]
