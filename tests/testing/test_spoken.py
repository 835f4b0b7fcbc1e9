"""The words of a page, as a person meets them."""

from __future__ import annotations

import pytest

from wingbeat.testing.forms import read_forms
from wingbeat.testing.spoken import read_texts


@pytest.mark.parametrize(
    ("html", "shown"),
    [
        ("<p>Hello <b>y</b>ou</p>", "Hello you"),
        ("<ul><li>Ada</li><li>Grace</li></ul>", "Ada Grace"),
        ("one<br/>two<br>three", "one two three"),
        ("1 &lt; 2 &amp;&#32; 3", "1 < 2 & 3"),
        ("<head><title>T</title></head><body>x<script>y</script><style>z</style></body>", "x"),
        ("<div hidden><p>no</p><img/></div><p>yes</p>", "yes"),
        ("<template><p>no</p></template><noscript>no</noscript><textarea>no</textarea>yes", "yes"),
        ("a<!-- -->b", "ab"),
        ("</p>x<p><b>y</p>z", "x y z"),
    ],
)
def test_what_is_shown_is_what_a_person_reads(html: str, shown: str) -> None:
    assert read_texts(html).shown == shown


def test_an_element_with_an_id_has_its_words_kept_even_when_hidden() -> None:
    texts = read_texts('<h2 id="a">Ada <b id="b">L</b>.</h2><p id="c" hidden>unseen</p><p id="a">second</p>')

    assert texts.by_id == {"a": "Ada L.", "b": "L", "c": "unseen"}


def test_forms_and_buttons_have_the_names_that_a_screen_reader_says() -> None:
    labelled, named, titled = read_forms(
        '<h2 id="h">Sign  in</h2><i id="i">here</i>'
        '<form aria-labelledby="h i" aria-label="no"><button aria-labelledby="h">x</button></form>'
        '<form aria-label=" Search  all "><button><img alt="Go"/></button></form>'
        '<form title="Other"><button aria-labelledby="gone" aria-label="y">x</button></form>'
    )

    assert [form.spoken_label for form in (labelled, named, titled)] == [
        "Sign in here",
        "Search all",
        "Other",
    ]
    assert labelled.submitters[0].is_called("Sign in")
    assert named.submitters[0].is_called("Go")
    assert titled.submitters[0].is_called("y")
