"""Action forms in Chromium: one POST, no navigation, what was typed stays while something is wrong."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from textwrap import dedent

import pytest
from playwright.sync_api import Page, Route, expect

from support.chromium import OpenTab, Tab
from support.live_server import LiveServer, live_server

pytestmark = [pytest.mark.browser, pytest.mark.timeout(300)]

PAGE = '''
    from typing import Annotated

    from pydantic import BaseModel, Field
    from wingbeat import ActionError, Validated, error_boundary, fragment, html as h
    from wingbeat.ui import action_form, field_error, form_message, reset_button, submit_button

    class NewUser(BaseModel):
        email: Annotated[str, Field(pattern="@")]
        age: int

    async def sign_up(state: dict, form: Validated[NewUser]):
        """use server"""
        tries = state.get("tries", 0) + 1
        if not form.ok:
            return {"errors": form.errors, "message": f"Not yet, {tries}.", "tries": tries}
        if form.value.email == "taken@x":
            raise ActionError("taken", "Taken.", {"fields": {"email": ["Choose another."]}})
        return {"message": f"Welcome after {tries}."}

    async def strict(state: dict, form: NewUser):
        """use server"""
        return {}

    async def plain(form: Validated[NewUser]):
        """use server"""

    def fields(name):
        return fragment[
            h.label(html_for=f"{name}-email")["E-mail of " + name],
            h.input(id=f"{name}-email", name="email", aria_describedby="hint"),
            field_error("email", class_="problem") if name != "plain" else None,
            h.label(html_for=f"{name}-age")["Age of " + name],
            h.input(id=f"{name}-age", name="age"),
            field_error("age", class_="problem") if name != "plain" else None,
        ]

    async def page():
        return h.main[
            h.p(id="hint")["As on the letter."],
            action_form(sign_up, initial={}, id="user")[
                form_message(class_="said"), fields("user"), submit_button(pending="…")["Sign up"],
                reset_button()["Start again"],
            ],
            action_form(strict, initial={}, id="strict")[
                form_message(class_="said"), fields("strict"), submit_button()["Enter"],
            ],
            error_boundary(fallback=h.p["The form failed."])[
                action_form(strict, initial={}, id="silent")[
                    h.input(aria_label="Silent", name="email"), submit_button()["Say nothing"],
                ],
            ],
            h.form(action=plain, id="plain")[fields("plain"), submit_button()["Send"]],
        ]
'''


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LiveServer]:
    folder: Path = tmp_path_factory.mktemp("forms")
    (folder / "app").mkdir()
    (folder / "app/page.py").write_text(dedent(PAGE), encoding="utf-8")
    with live_server(folder) as server:
        yield server


@pytest.fixture(params=[True, False], ids=["with JavaScript", "without"])
def tab(request: pytest.FixtureRequest, site: LiveServer, open_tab: OpenTab) -> Tab:
    opened = open_tab(java_script=request.param)
    (opened.open if request.param else opened.page.goto)(site.url)
    return opened


@pytest.fixture
def live(site: LiveServer, open_tab: OpenTab) -> Tab:
    opened = open_tab()
    opened.open(site.url)
    return opened


def fill(page: Page, form: str, email: str, age: str, button: str) -> None:
    page.get_by_label(f"E-mail of {form}").fill(email)
    page.get_by_label(f"Age of {form}").fill(age)
    page.get_by_role("button", name=button).click()


def test_what_is_wrong_stands_beside_its_field_until_it_is_right(tab: Tab) -> None:
    page = tab.page
    email, said = page.get_by_label("E-mail of user"), page.locator("#user .said")

    fill(page, "user", "nobody", "36", "Sign up")
    expect(said).to_have_text("Not yet, 1.")
    expect(said).to_have_attribute("role", "alert")
    expect(email).to_have_value("nobody")
    expect(email).to_have_accessible_description("As on the letter. String should match pattern '@'")
    expect(email).to_have_attribute("aria-invalid", "true")
    expect(email).to_be_focused()
    expect(page.get_by_label("Age of user")).to_have_value("36")
    expect(page.get_by_label("Age of user")).not_to_have_attribute("aria-invalid", "true")

    fill(page, "user", "still", "x", "Sign up")
    expect(said).to_have_text("Not yet, 2.")
    expect(page.locator("#user .problem")).to_have_count(2)

    fill(page, "user", "ada@x", "36", "Sign up")
    expect(said).to_have_text("Welcome after 3.")
    expect(said).to_have_attribute("role", "status")
    expect(email).to_have_value("")
    expect(email).not_to_have_attribute("aria-invalid", "true")
    expect(email).to_have_accessible_description("As on the letter.")
    expect(page.locator("#user .problem")).to_have_count(0)
    tab.assert_silence()


@pytest.mark.parametrize(
    ("form", "email", "button", "said"),
    [
        ("user", "taken@x", "Sign up", "Taken."),
        ("strict", "nobody", "Enter", "Please check what you entered."),
    ],
    ids=["an ActionError", "refused arguments"],
)
def test_a_failure_is_shown_and_keeps_what_was_typed(
    tab: Tab, form: str, email: str, button: str, said: str
) -> None:
    fill(tab.page, form, email, "36", button)

    expect(tab.page.locator(f"#{form} .said")).to_have_text(said)
    expect(tab.page.locator(f"#{form} .problem")).to_have_count(1)
    expect(tab.page.get_by_label(f"E-mail of {form}")).to_have_value(email)
    expect(tab.page.get_by_label(f"E-mail of {form}")).to_be_focused()
    assert tab.errors == []


def test_a_call_is_one_post_and_no_navigation(live: Tab) -> None:
    before = len(live.requests)

    fill(live.page, "user", "nobody", "36", "Sign up")
    expect(live.page.locator("#user .said")).to_have_text("Not yet, 1.")

    assert [(one.method, one.is_navigation_request()) for one in live.requests[before:]] == [("POST", False)]


def test_a_form_posted_before_the_runtime_came_is_taken_over_in_silence(
    site: LiveServer, open_tab: OpenTab
) -> None:
    tab = open_tab()
    held: list[Route] = []
    tab.page.route("**/runtime.js", lambda route: held.append(route))  # noqa: PLW0108  # no built-in
    tab.page.goto(site.url, wait_until="commit")
    fill(tab.page, "user", "nobody", "36", "Sign up")
    expect(tab.page.locator("#user .said")).to_have_text("Not yet, 1.")

    held[-1].continue_()
    tab.page.wait_for_function("history.state?.wingbeat !== undefined")
    expect(tab.page.get_by_label("E-mail of user")).to_have_value("nobody")
    expect(tab.page.locator("#user .problem")).to_have_count(1)
    tab.assert_silence()

    before = len(tab.requests)
    fill(tab.page, "user", "ada@x", "36", "Sign up")
    expect(tab.page.locator("#user .said")).to_have_text("Welcome after 2.")
    expect(tab.page.get_by_label("E-mail of user")).not_to_have_attribute("aria-invalid", "true")
    assert [one.method for one in tab.requests[before:]] == ["POST"]
    tab.assert_silence()


def test_a_reset_button_empties_the_form_and_forgets_the_result(live: Tab) -> None:
    page = live.page
    fill(page, "user", "nobody", "36", "Sign up")
    expect(page.locator("#user .problem")).to_have_count(1)

    page.get_by_role("button", name="Start again").click()

    expect(page.get_by_label("E-mail of user")).to_have_value("")
    expect(page.locator("#user .said")).to_have_text("")
    expect(page.locator("#user .problem")).to_have_count(0)
    fill(page, "user", "nobody", "36", "Sign up")
    expect(page.locator("#user .said")).to_have_text("Not yet, 1.")
    live.assert_silence()


def test_a_failure_that_no_part_of_the_form_shows_is_the_error_boundarys(live: Tab) -> None:
    live.page.get_by_label("Silent").fill("nobody")
    live.page.get_by_role("button", name="Say nothing").click()

    expect(live.page.get_by_text("The form failed.")).to_be_visible()


def test_a_plain_form_keeps_what_was_typed_while_an_argument_is_not_valid(live: Tab) -> None:
    email = live.page.get_by_label("E-mail of plain")

    with live.page.expect_response(lambda response: response.request.method == "POST"):
        fill(live.page, "plain", "nobody", "36", "Send")
    expect(live.page.get_by_role("button", name="Send")).not_to_have_attribute("aria-disabled", "true")
    expect(email).to_have_value("nobody")

    fill(live.page, "plain", "ada@x", "36", "Send")
    expect(email).to_have_value("")
    live.assert_silence()


def test_what_the_runtime_notes_in_a_form_goes_nowhere(live: Tab) -> None:
    live.page.evaluate(
        """() => {
            const form = document.createElement('form')
            form.innerHTML = '<input name="q" value="1"><button>Search</button>'
            form.addEventListener('submit', (event) => event.stopPropagation())
            document.body.append(form)
        }"""
    )
    with live.page.expect_request(lambda request: request.method == "POST") as sent:
        fill(live.page, "plain", "nobody", "36", "Send")
    live.page.get_by_role("button", name="Search").click()
    live.page.wait_for_url("**/?q=1")

    assert "$ACTION" not in (sent.value.post_data or "")
