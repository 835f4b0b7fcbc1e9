"""The catalogue tells the truth: its rows are there once, its tests exist, and the page says what it says."""

from __future__ import annotations

from behaviour.catalogue import CATALOGUE, Row, differs, shown, waits
from behaviour.table import PAGE, ROOT, find_tests, page

ROWS = [row for rows in CATALOGUE.values() for row in rows]
# Other spellings of a neighbouring row, which this suite covers by parameters.
FOLDED = {7, 16, 23, 26, 31, 36, 42, 48, 57, 70, 77, 85, 90, 103, 116, 122, 155, 159, 169, 172, 181}


def faults(row: Row, known: set[str]) -> list[str]:
    """Return what is wrong with a row."""
    unknown = [f"{name} does not exist" for name in row.tests if name not in known]
    unshown = ["it is shown by nothing"] if row.status == "shown" and not row.tests else []
    return unknown + unshown


def test_every_row_is_there_once() -> None:
    expected = [str(number) for number in range(1, 192) if number not in FOLDED]

    assert [row.number for row in ROWS] == expected + [f"P{number}" for number in range(1, 23)]


def test_every_row_is_shown_or_has_its_reason() -> None:
    known = set(find_tests(ROOT))

    assert {row.number: found for row in ROWS if (found := faults(row, known))} == {}


def test_a_named_test_is_one_test() -> None:
    files = find_tests(ROOT)

    assert {name: files[name] for row in ROWS for name in row.tests if len(files.get(name, ())) > 1} == {}


def test_the_page_is_what_the_catalogue_says() -> None:
    assert PAGE.read_text(encoding="utf-8") == page(), "run: python tests/behaviour/table.py"


def test_what_is_wrong_with_a_row_is_found() -> None:
    known = {"test_a"}

    assert faults(shown(1, "x", "test_a"), known) == []
    assert faults(shown(1, "x", "test_gone"), known) == ["test_gone does not exist"]
    assert faults(shown(1, "x"), known) == ["it is shown by nothing"]
    assert faults(waits(1, "x", "y"), known) == faults(differs(1, "x", "y"), known) == []
