"""The example's pages are fit to be read: structure, names, contrast and widths, measured in Chromium."""

import pytest

pytestmark = pytest.mark.browser

PAGES = [
    "/",
    "/?status=sent",
    "/invoices/new",
    "/invoices/11?notice=changed",
    "/invoices/11/edit",
    "/invoices/5",
]

NAMELESS = """() => [...document.querySelectorAll("a, button, input:not([type=hidden])")]
  .filter((element) => !(element.labels?.length || element.ariaLabel || element.textContent.trim()))
  .map((element) => element.outerHTML)"""

# Every text that shows, with its contrast to the nearest ground behind it, as WCAG 2 computes it.
FAINT = """() => {
  const canvas = document.createElement("canvas").getContext("2d", { willReadFrequently: true })
  const rgba = (colour) => {
    canvas.clearRect(0, 0, 1, 1)
    canvas.fillStyle = colour
    canvas.fillRect(0, 0, 1, 1)
    return [...canvas.getImageData(0, 0, 1, 1).data]
  }
  const luminance = (colour) => {
    const [red, green, blue] = rgba(colour).map((part) => part / 255)
      .map((part) => (part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4))
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue
  }
  const ground = (element) => {
    for (let here = element; here; here = here.parentElement) {
      const colour = getComputedStyle(here).backgroundColor
      if (rgba(colour)[3] === 255) return colour
    }
    return "white"
  }
  const found = []
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT)
  while (walker.nextNode()) {
    const element = walker.currentNode.parentElement
    if (!walker.currentNode.data.trim() || !element.checkVisibility()) continue
    if (["SCRIPT", "STYLE", "TEMPLATE"].includes(element.tagName)) continue
    const [light, dark] = [luminance(getComputedStyle(element).color), luminance(ground(element))]
      .sort((one, other) => other - one)
    const contrast = (light + 0.05) / (dark + 0.05)
    if (contrast < 4.5) found.push(`${contrast.toFixed(2)} ${walker.currentNode.data}`)
  }
  return found
}"""


@pytest.mark.parametrize("path", PAGES)
def test_a_page_has_one_heading_its_landmarks_and_a_name_for_everything(visitor, path):
    visitor.open(path)
    page = visitor.page

    assert page.get_by_role("heading", level=1).count() == 1
    assert [page.get_by_role(role).count() for role in ("banner", "main", "contentinfo")] == [1, 1, 1]
    assert page.evaluate(NAMELESS) == []
    assert page.evaluate("document.querySelectorAll('[style], style').length") == 0
    identities = page.evaluate("[...document.querySelectorAll('[id]')].map((element) => element.id)")
    assert len(identities) == len(set(identities))


def test_every_page_has_a_title_of_its_own(visitor):
    titles = []
    for path in ("/", "/invoices/new", "/invoices/11", "/invoices/12", "/invoices/11/edit"):
        visitor.open(path)
        assert visitor.page.locator("head title").count() == 1
        titles.append(visitor.page.title())

    assert len(set(titles)) == len(titles)


@pytest.mark.parametrize("colours", ["light", "dark"])
def test_every_text_stands_out_from_its_ground(visitor, colours):
    visitor.page.emulate_media(color_scheme=colours, reduced_motion="reduce")
    for path in PAGES:
        visitor.open(path)

        assert (path, visitor.page.evaluate(FAINT)) == (path, [])


@pytest.mark.parametrize("width", [320, 390, 768, 1280])
def test_no_page_is_wider_than_the_window(visitor, width):
    visitor.page.set_viewport_size({"width": width, "height": 800})
    for path in PAGES:
        visitor.open(path)

        assert (path, visitor.page.evaluate("document.documentElement.scrollWidth")) == (path, width)


def test_a_phone_shows_cards_and_a_screen_reader_still_a_table(visitor):
    visitor.page.set_viewport_size({"width": 390, "height": 800})

    visitor.open("/")

    row = visitor.page.get_by_role("row").filter(has_text="Tereza Novák")
    assert row.evaluate("(element) => getComputedStyle(element).display") == "grid"
    assert visitor.page.get_by_role("table", name="Invoices, newest first").count() == 1
    assert visitor.page.get_by_role("columnheader").count() == 5
    assert row.get_by_role("rowheader").count() == 1
