"""What stands in front of an app: mount points of any spelling, guards around it, cookies of other programs."""

import asyncio
from typing import Any

import pytest

from support.projects import Project, ask

PAGE = '''
    from wingbeat import cookies, html as h, redirect

    async def page():
        async def go():
            """use server"""
            cookies().set("seen", "yes")
            redirect("/admin")
        return h.main[h.a(href="/admin")["Admin"], h.form(action=go)[h.button["Go"]]]

    async def leave():
        """use server"""
        redirect("/admin")

    async def climb():
        """use server"""
        redirect("..")
'''
FILES = {
    "page.py": PAGE,
    "admin/page.py": "async def page(request):\n    return request.headers.get('cookie', '')",
}


def test_a_mount_point_from_the_url_is_never_markup(load: Any) -> None:
    project: Project = load(FILES)
    hostile = '/t/x" onerror="alert(1)" y="'

    reply = ask(project.app, "GET", f"{hostile}/", {}, root_path=hostile)

    assert reply.status == 200
    assert 'onerror="' not in reply.text
    assert "/t/x%22%20onerror=%22alert(1)%22%20y=%22/_wingbeat/" in reply.text


def test_a_mount_point_from_the_url_is_never_a_header(load: Any) -> None:
    project: Project = load(FILES)
    hostile = "/t/a\r\nX-Evil: 1"

    reply = project.call("page.leave", url=f"{hostile}/", root_path=hostile)

    assert reply["wingbeat-redirect"] == "/t/a%0D%0AX-Evil:%201/admin"


def test_a_mount_point_may_have_any_letters(load: Any) -> None:
    project: Project = load(FILES)

    page = ask(project.app, "GET", "/büro/", {}, root_path="/büro")

    assert 'href="/b%C3%BCro/admin"' in page.text


def test_a_relative_redirect_does_not_climb_out_of_the_mount(load: Any) -> None:
    assert load(FILES).call("page.climb", url="/app/", root_path="/app")["wingbeat-redirect"] == "/app/"


def test_an_app_that_may_be_guarded_from_outside_leaves_the_target_to_the_browser(load: Any) -> None:
    project: Project = load(FILES)
    alone = project.call("page.leave")
    project.app.stands_alone = False

    guarded = project.call("page.leave")

    assert "tree" in alone.root
    assert "tree" not in guarded.root
    assert guarded["wingbeat-redirect"] == "/admin"


def test_foreign_cookies_keep_their_spelling(load: Any) -> None:
    project: Project = load(FILES)
    sent = "sid=s%3Aada.SIG; pref=%2Fhome"

    reply = project.call("page.leave", headers={"Cookie": sent})

    assert sent in reply.text


STREAMS = '''
    import asyncio
    from wingbeat import ActionError, html as h, redirect

    log = []

    async def page():
        return h.main["Page"]

    async def work(form=None):
        """use server"""
        log.append("began")
        yield 1
        log.append("done")

    async def early():
        """use server"""
        raise ActionError("sold_out", "Nothing left")
        yield 1

    async def away():
        """use server"""
        redirect("/elsewhere")
        yield 1

    async def endless():
        """use server"""
        try:
            while True:
                yield "x"
                await asyncio.sleep(0)
        finally:
            log.append("closed")

    async def never():
        """use server"""
        return {"promise": asyncio.Event().wait()}
'''


def test_a_streaming_action_runs_to_its_end_without_javascript(load: Any) -> None:
    project: Project = load(STREAMS)

    assert project.post("page.work").status == 303
    assert project.module().log == ["began", "done"]


def test_what_ends_a_streaming_action_before_its_first_item_is_its_outcome(load: Any) -> None:
    project: Project = load(STREAMS)

    assert project.call("page.early").root["error"]["code"] == "sold_out"
    assert project.call("page.away")["wingbeat-redirect"] == "/elsewhere"


@pytest.mark.parametrize("name", ["endless", "never"])
def test_a_result_that_never_ends_is_given_up(name: str, load: Any) -> None:
    project: Project = load(STREAMS, max_duration=0.2)

    assert project.call(f"page.{name}").status == 200
    assert project.module().log == (["closed"] if name == "endless" else [])


def test_an_opening_that_is_cancelled_does_not_hang_the_requests(load: Any) -> None:
    class Cancelled:
        async def __aenter__(self) -> None:
            raise asyncio.CancelledError

        async def __aexit__(self, *details: object) -> None: ...

    assert load(FILES, lifespan=lambda _: Cancelled()).get("/").status == 500


def test_a_form_that_does_not_fit_says_where(load: Any) -> None:
    page = '''
        from wingbeat import FormData, html as h

        async def page():
            return h.main["Page"]

        async def save(form: FormData):
            """use server"""
            form.text("<amount>")
    '''

    reply = load(page).post("page.save")

    assert reply.status == 422
    assert "<li>&lt;amount&gt;: This field is required.</li>" in reply.text
