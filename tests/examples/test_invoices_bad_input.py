"""What a stranger sends to the example is answered with a page, never with a failure."""

from pathlib import Path

import httpx2

from support.live_server import live_server
from wingbeat.testing.forms import read_forms

ROOT = Path(__file__).parents[2]


def test_strange_numbers_and_long_texts_are_no_failures(tmp_path: Path) -> None:
    environ = {"INVOICES_DB": str(tmp_path / "invoices.db")}
    with live_server(ROOT / "examples/invoices", environ=environ) as server, httpx2.Client() as client:
        for number in ("99999999999999999999", "0", "-1", "x"):
            assert client.get(f"{server.url}/invoices/{number}").status_code == 404

        url = f"{server.url}/invoices/new"
        form = next(
            one for one in read_forms(client.get(url).text) if one.submitters[-1].label == "Create invoice"
        )
        typed = dict.fromkeys(("customer", "subject", "amount", "due"), "\U0001f98b" * 200)
        parts = [(name, (None, value)) for name, value in form.entries(form.submitters[0], typed)]
        answer = client.post(url, files=parts, headers={"Origin": server.url})

        assert answer.status_code == 200
        assert "Enter the name of the customer" in answer.text
