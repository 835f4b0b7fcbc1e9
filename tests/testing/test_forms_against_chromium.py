"""What a form sends here is what a real browser puts into its `FormData`."""

from __future__ import annotations

import pytest

from support.chromium import browser, open_tab
from wingbeat.testing.forms import read_forms

__all__ = ["browser", "open_tab"]

pytestmark = pytest.mark.browser

PAGE = """<!DOCTYPE html><html><body>
<form id="one" action="/a"><input name="text" value="a &amp; b"/><input name="none" disabled/>
<input type="checkbox" name="box"/><input type="checkbox" name="box" value="2" checked/>
<input type="radio" name="r" value="1"/><input type="radio" name="r" value="2" checked/>
<fieldset disabled><input name="off"/><select name="off2"><option>1</option></select></fieldset>
<textarea name="area">
first
second</textarea>
<select name="s1"><option disabled>1</option><option>  a   b </option></select>
<select name="s2"><option>1</option><option selected>2</option><option selected>3</option></select>
<select name="s3" multiple><option selected>1</option><option value="x" selected>2</option><option>3</option></select>
<select name="s4"><optgroup disabled><option>1</option></optgroup><option>2</option></select>
<select name="s5"><option disabled selected>1</option><option>2</option></select>
<select name="s6"></select>
<datalist><option>no</option></datalist><template><input name="inert"/></template>
<button name="b" value="1"><input type="hidden" name="inner" value="i"/>One</button>
<button name="b" value="2">Two</button><input type="submit" name="b" value="Three"/><input type="submit"/>
<button type="button" name="no">x</button><input type="reset" name="no2"/>
</form><input name="outside" form="one" value="o"/><button form="one" name="far">Far</button>
</body></html>"""

SENT = """() => [...document.querySelectorAll('button, input[type=submit]')]
  .filter(one => one.form && one.type === 'submit')
  .map(one => [...new FormData(one.form, one)])"""


def test_every_button_sends_what_chromium_sends(open_tab) -> None:
    tab = open_tab()
    tab.page.set_content(PAGE)

    (form,) = read_forms(PAGE)
    sent = [form.entries(button, {}) for button in form.submitters]

    # Chromium breaks lines as \r\n later, on the way out.
    ours = [[[name, str(value).replace("\r\n", "\n")] for name, value in entries] for entries in sent]
    assert ours == tab.page.evaluate(SENT)
    assert len(ours) == 5
