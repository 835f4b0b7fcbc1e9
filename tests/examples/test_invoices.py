"""What a person does with the example, in Chromium: the same with JavaScript and without."""

import re

import pytest
from playwright.sync_api import Route, expect

from support.invoices import Invoices, Person
from support.live_server import live_server

pytestmark = pytest.mark.browser

PAGES = ["/", "/?status=overdue", "/invoices/new", "/invoices/11", "/invoices/11/edit"]


def fill_form(person, **fields):
    for name, value in {"customer": "Ada & Co", "subject": "Looms", "amount": "1234.5", **fields}.items():
        person.page.fill(f"#{name}", value)


def row_of(person, customer):
    return person.page.get_by_role("row").filter(has_text=customer)


def sent_since(person, before):
    """Return the methods of the requests since *before*, but for the icon, which Chromium takes when it likes."""
    sent = person.tab.requests[before:]
    return [request.method for request in sent if not request.url.endswith("favicon.svg")]


def test_an_invoice_is_created_and_the_browser_goes_to_its_page(person):
    person.open("/invoices/new")

    fill_form(person, due="2031-05-04")
    person.press("Create invoice")

    expect(person.page).to_have_url(re.compile(r"/invoices/13\?notice=created$"))
    expect(person.page.get_by_role("heading", level=1)).to_contain_text("INV-1013")
    expect(person.page.get_by_role("status")).to_contain_text("Invoice created")
    columns = "customer, subject, cents, due, version, published_version"
    assert person.invoices.run(f"SELECT {columns} FROM invoices WHERE id > 12") == [
        ("Ada & Co", "Looms", 123450, "2031-05-04", 1, None)
    ]
    assert person.document_loads() == (1 if person.java_script else 3)  # the form, the POST, its redirect


def test_a_reload_after_creating_does_not_create_again(person):
    person.open("/invoices/new")
    fill_form(person)
    person.press("Create invoice")
    expect(person.page.get_by_role("status")).to_be_visible()

    person.page.reload()

    expect(person.page.get_by_text("Ada & Co", exact=True)).to_be_visible()
    assert person.invoices.run("SELECT count(*) FROM invoices") == [(13,)]
    assert len(person.tab.urls("POST")) == 1


def test_a_form_bound_to_an_id_changes_that_invoice_and_no_other(person):
    others = "SELECT id, version, customer, subject, cents FROM invoices WHERE id <> 6 ORDER BY id"
    before = person.invoices.run(others)
    person.open("/invoices/6/edit")
    expect(person.page.get_by_label("Customer")).to_have_value("Tereza Novák")

    fill_form(person, subject="Portraits, two sittings", amount="0.01")
    person.press("Save changes")

    expect(person.page).to_have_url(re.compile(r"/invoices/6\?notice=saved$"))
    expect(person.page.get_by_text("€0.01", exact=True)).to_be_visible()
    columns = "customer, subject, cents, version"
    assert person.invoices.run(f"SELECT {columns} FROM invoices WHERE id = 6") == [
        ("Ada & Co", "Portraits, two sittings", 1, 2)
    ]
    assert person.invoices.run(others) == before


def test_each_row_deletes_its_own_invoice(person):
    person.open("/")
    expect(person.page.get_by_role("row")).to_have_count(13)

    person.press("Delete INV-1011")
    person.press("Delete invoice")

    expect(row_of(person, "Kestrel Trail Runs")).to_have_count(0)
    expect(person.page.get_by_role("row")).to_have_count(12)
    expect(person.page.get_by_role("status")).to_have_text("11 invoices shown")
    left = [identity for (identity,) in person.invoices.run("SELECT id FROM invoices ORDER BY id")]
    assert left == [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 12]


def test_deleting_is_asked_about_first_and_can_be_left(person):
    person.open("/")
    dialog = person.page.get_by_role("dialog", name="Delete INV-1011?")

    person.press("Delete INV-1011")
    expect(dialog).to_be_visible()
    person.press("Keep it", within=dialog)

    expect(dialog).to_be_hidden()
    assert person.invoices.run("SELECT count(*) FROM invoices") == [(12,)]
    assert person.tab.urls("POST") == []


def test_deleting_on_the_page_of_the_invoice_leads_to_the_list(person):
    person.open("/invoices/11")

    person.press("Delete INV-1011")
    person.press("Delete invoice")

    expect(person.page).to_have_url(f"{person.invoices.server.url}/")
    expect(person.page.get_by_role("row")).to_have_count(12)


def test_the_version_on_the_screen_is_published(person):
    person.open("/invoices/11")

    person.press("Publish version 1")

    expect(person.page.get_by_role("status")).to_contain_text("Published.")
    expect(person.page.get_by_role("heading", level=1)).to_contain_text("Sent")
    assert person.invoices.run("SELECT published_version FROM invoices WHERE id = 11") == [(1,)]


def test_publishing_is_refused_when_the_invoice_has_changed_since_the_page_was_shown(person):
    person.open("/invoices/11")
    person.invoices.run("UPDATE invoices SET version = 2, subject = 'Changed elsewhere' WHERE id = 11")

    person.press("Publish version 1")

    expect(person.page.get_by_role("status")).to_contain_text("has changed since you opened it")
    expect(person.page).to_have_title("Not published: INV-1011 · Tally")
    expect(person.page.get_by_text("Changed elsewhere")).to_be_visible()
    assert person.invoices.run("SELECT published_version FROM invoices WHERE id = 11") == [(None,)]

    person.press("Publish version 2")

    expect(person.page.get_by_role("status")).to_contain_text("Published.")
    assert person.invoices.run("SELECT published_version FROM invoices WHERE id = 11") == [(2,)]


def test_an_invoice_is_marked_as_paid(person):
    person.open("/invoices/7")

    person.press("Mark as paid")

    expect(person.page.get_by_role("heading", level=1)).to_contain_text("Paid")
    expect(person.page.get_by_text("Ferris Botanical has paid")).to_be_visible()


def test_a_preference_is_kept_in_a_cookie(person):
    person.open("/")

    person.press("Dark")
    expect(person.page.locator("html")).to_have_attribute("data-theme", "dark")
    person.press("Compact")
    expect(person.page.get_by_role("table")).to_have_class("invoices compact")
    person.open("/")

    expect(person.page.locator("html")).to_have_attribute("data-theme", "dark")
    expect(person.page.get_by_role("button", name="Compact")).to_have_attribute("aria-pressed", "true")
    kept = {cookie["name"]: cookie for cookie in person.page.context.cookies()}
    assert {name: cookie["value"] for name, cookie in kept.items()} == {"theme": "dark", "density": "compact"}
    assert all(cookie["httpOnly"] and cookie["sameSite"] == "Lax" for cookie in kept.values())


def test_a_preference_that_nobody_offers_is_not_shown(person):
    url = person.invoices.server.url
    person.page.context.add_cookies([{"name": "theme", "value": "'><script>", "url": url}])

    person.open("/")

    expect(person.page.locator("html")).to_have_attribute("data-theme", "system")


def test_a_refused_form_says_what_is_wrong_and_keeps_what_was_typed(person):
    person.open("/invoices/new")
    customer = person.page.get_by_label("Customer")

    fill_form(person, customer="   ", subject="Typed with care")
    person.press("Create invoice")

    expect(person.page.get_by_role("alert")).to_contain_text("check the fields")
    expect(customer).to_have_attribute("aria-invalid", "true")
    expect(customer).to_have_accessible_description(re.compile("Enter the name of the customer"))
    expect(person.page.get_by_label("What is it for?")).to_have_value("Typed with care")
    expect(person.page.get_by_label("Amount")).to_have_value("1234.5")
    expect(customer).to_be_focused()
    assert person.invoices.run("SELECT count(*) FROM invoices") == [(12,)]

    customer.fill("Ada & Co")
    person.press("Create invoice")

    expect(person.page.get_by_role("status")).to_contain_text("Invoice created")
    assert person.invoices.run("SELECT subject FROM invoices WHERE id > 12") == [("Typed with care",)]
    assert person.page.context.cookies() == []


def test_the_form_of_an_invoice_that_stands_is_refused_in_the_same_way(person):
    person.open("/invoices/11/edit")
    amount = person.page.get_by_label("Amount")
    before = person.document_loads()

    amount.fill("10000000")  # the browser lets it pass
    person.press("Save changes")

    expect(amount).to_have_accessible_description(
        "Enter an amount between 0.01 and 9,999,999.99, such as 1250.00."
    )
    expect(amount).to_have_value("10000000")
    expect(person.page.get_by_label("Customer")).not_to_have_attribute("aria-invalid", "true")
    assert person.document_loads() - before == (0 if person.java_script else 1)


def test_a_list_without_invoices_says_so(person):
    person.invoices.run("DELETE FROM invoices")

    person.open("/?status=paid")

    expect(person.page.get_by_role("heading", name="Nothing here")).to_be_visible()
    expect(person.page.get_by_role("table")).to_have_count(0)


def test_the_button_says_that_the_form_is_being_sent(visitor):
    visitor.open("/invoices/new")
    fill_form(visitor)
    held: list[Route] = []
    visitor.page.route("**/invoices/new", lambda route: held.append(route))  # noqa: PLW0108  # not a built-in

    with visitor.page.expect_request(lambda request: request.method == "POST"):
        visitor.press("Create invoice")

    button = visitor.page.get_by_role("button", name="Creating…")
    expect(button).to_have_attribute("aria-disabled", "true")
    expect(button).to_be_focused()
    button.click(force=True)  # a second press while the first is on its way
    held[0].continue_()
    expect(visitor.page.get_by_role("status")).to_contain_text("Invoice created")
    assert len(visitor.tab.urls("POST")) == 1
    assert visitor.invoices.run("SELECT count(*) FROM invoices") == [(13,)]


@pytest.mark.parametrize(
    ("path", "button", "sign"),
    [
        ("/invoices/11", "Publish version 1", "Published."),
        ("/", "Dark", "Dark"),
        ("/invoices/7", "Mark as paid", "Marked as paid."),
    ],
)
def test_a_call_is_one_request_and_loads_no_document(visitor, path, button, sign):
    visitor.open(path)
    visitor.page.evaluate("window.marker = 'the same document'")
    before = len(visitor.tab.requests)

    visitor.press(button)
    expect(visitor.page.get_by_text(sign).first).to_be_visible()
    visitor.page.wait_for_load_state("networkidle")

    assert sent_since(visitor, before) == ["POST"]
    assert visitor.page.evaluate("window.marker") == "the same document"
    assert visitor.page.evaluate("performance.getEntriesByType('navigation').length") == 1
    visitor.tab.assert_silence()


def test_links_show_pages_without_loading_documents(visitor):
    visitor.open("/")
    visitor.page.get_by_role("link", name="Lindqvist Cycles").click()
    expect(visitor.page.get_by_role("heading", level=1)).to_contain_text("INV-1005")

    visitor.page.get_by_role("link", name="Edit").click()
    expect(visitor.page).to_have_title("Edit INV-1005 · Tally")
    visitor.page.go_back()

    expect(visitor.page.get_by_role("heading", level=1)).to_contain_text("INV-1005")
    assert visitor.document_loads() == 1
    visitor.tab.assert_silence()


@pytest.mark.parametrize("path", PAGES)
def test_every_page_hydrates_in_silence_under_its_policy(visitor, path):
    policy = visitor.page.request.get(visitor.invoices.server.url + path).headers["content-security-policy"]

    visitor.open(path)
    visitor.page.wait_for_load_state("networkidle")

    assert "default-src 'self'" in policy
    assert "unsafe-inline" not in policy
    visitor.tab.assert_silence()


def test_an_invoice_that_is_not_there_is_a_404_in_the_layout(person):
    response = person.page.goto(person.invoices.server.url + "/invoices/404")

    assert response.status == 404
    expect(person.page.get_by_role("heading", level=1)).to_have_text("Page not found")
    expect(person.page.get_by_role("banner")).to_be_visible()
    person.tab.console.clear()  # Chromium logs the status itself


def test_a_keyboard_is_enough(visitor):
    visitor.open("/")
    keyboard = visitor.page.keyboard

    keyboard.press("Tab")
    expect(visitor.page.get_by_role("link", name="Skip to the content")).to_be_focused()
    keyboard.press("Enter")
    keyboard.press("Tab")
    expect(visitor.page.get_by_role("link", name="New invoice")).to_be_focused()
    keyboard.press("Enter")
    expect(visitor.page).to_have_title("New invoice · Tally")
    visitor.page.get_by_label("Customer").focus()
    for text in ("Ada & Co", "Looms", "12"):
        keyboard.type(text)
        keyboard.press("Tab")
    keyboard.press("Enter")

    expect(visitor.page.get_by_role("status")).to_contain_text("Invoice created")


def test_escape_closes_the_question_and_gives_the_focus_back(visitor):
    visitor.open("/")
    button = visitor.page.get_by_role("button", name="Delete INV-1011")

    button.focus()
    visitor.page.keyboard.press("Enter")
    visitor.page.keyboard.press("Escape")

    expect(visitor.page.get_by_role("dialog")).to_have_count(0)
    expect(button).to_be_focused()


def test_the_example_runs_in_production(root, tmp_path, open_tab):
    database = tmp_path / "invoices.db"
    with live_server(
        root / "examples" / "invoices", mode="production", environ={"INVOICES_DB": str(database)}
    ) as server:
        visitor = Person(Invoices(server, database), open_tab(), java_script=True)
        visitor.open("/invoices/11")

        visitor.press("Publish version 1")

        expect(visitor.page.get_by_role("status")).to_contain_text("Published.")
        assert visitor.tab.urls("POST") == [f"{server.url}/invoices/11"]
        assert visitor.document_loads() == 1
        assert server.log == ""
    visitor.tab.assert_silence()
