"""How long the HTML of a list with 50 rows and 50 forms takes, here and in react-dom/server.

    .venv/bin/python benchmarks/bench_html_writer.py

Both write the same bytes, which is checked first. Best of several rounds, because other load only adds time.
"""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
import timeit
from pathlib import Path

from wingbeat import html as h
from wingbeat.flight import ServerReference
from wingbeat.html.builder import Node
from wingbeat.html.writer import write_html

ROWS = 50
ROUNDS = 60
SCRIPT = Path(__file__).with_suffix(".cjs")


def page() -> Node:
    return h.main(class_="invoices")[
        h.h1["Invoices"],
        h.ul(id="list")[
            [
                h.li(class_="row", data_id=row).keyed(row)[
                    h.span(class_="customer")[f"Customer {row} & Sons"],
                    " ",
                    h.b[row * 10],
                    h.form(action=ServerReference("app/page.py#delete", (f"sealed-token-{row}",)))[
                        h.input(type="hidden", name="id", value=str(row)), h.button(type="submit")["Delete"]
                    ],
                ]
                for row in range(ROWS)
            ]
        ],
    ]


def main() -> None:
    tree = page()
    html = write_html(tree)
    node = shutil.which("node") or sys.exit("Node is not installed.")
    command = [node, str(SCRIPT), str(ROWS), str(ROUNDS)]
    answer = subprocess.run(  # noqa: S603 (our own script)
        command, capture_output=True, check=True, text=True, env={"NODE_ENV": "production"}
    ).stdout
    react = json.loads(answer)
    assert react["html"] == html
    rounds = timeit.repeat(lambda: write_html(tree), number=5, repeat=ROUNDS)
    build = timeit.repeat(page, number=5, repeat=ROUNDS)
    print(f"{ROWS} rows with {ROWS} forms, {len(html)} characters, the same from both\n")
    print(f"{'':20} {'per second':>10} {'ms each':>10}")
    for name, milliseconds in (
        ("react-dom/server", react["milliseconds"]),
        ("write_html", min(rounds) / 5 * 1000),
        ("building the tree", min(build) / 5 * 1000),
    ):
        print(f"{name:20} {1000 / milliseconds:10.0f} {milliseconds:10.3f}")


if __name__ == "__main__":
    main()
