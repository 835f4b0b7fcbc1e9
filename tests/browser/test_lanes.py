"""The order of calls from a browser to a real server: one after the other in a module, unless it lifts that."""

import pytest

from support.live_server import live_server
from support.projects import write_project

pytestmark = pytest.mark.browser

ACTIONS = '''
    """use server"""
    import asyncio
    from wingbeat import refresh

    {line}
    log, released = [], asyncio.Event()

    async def slow():
        log.append("slow begins")
        refresh()
        try:
            async with asyncio.timeout(1):  # lanes: released only by a call that waits for this one
                await released.wait()
        except TimeoutError:
            pass
        log.append("slow ends")

    async def quick():
        log.append("quick")
        released.set()
        refresh()
'''
PAGE = """
    from wingbeat import html as h
    from app import actions

    async def page():
        return h.main[
            h.form(action=actions.slow)[h.button["Slow"]],
            h.form(action=actions.quick)[h.button["Quick"]],
            h.p[", ".join(actions.log)],
        ]
"""


@pytest.mark.parametrize(
    ("line", "order"),
    [("parallel = True", "slow begins, quick, slow ends"), ("", "slow begins, slow ends, quick")],
)
def test_calls_of_a_module_wait_for_each_other_unless_they_are_parallel(tmp_path, open_tab, line, order):
    project = write_project(tmp_path, {"actions.py": ACTIONS.replace("{line}", line), "page.py": PAGE})
    with live_server(project) as server:
        tab = open_tab()
        tab.open(server.url)
        tab.page.get_by_role("button", name="Slow").click()
        tab.page.get_by_role("button", name="Quick").click()

        tab.page.get_by_text(order, exact=True).wait_for()
    assert tab.errors == []
