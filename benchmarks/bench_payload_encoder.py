"""How long a payload takes: a list of 50 bound forms, a nested document, a table of 1000 cells.

With Node and React's packages installed, React's own server encodes the same trees beside it.
"""

from __future__ import annotations

import shutil
import subprocess
import time
from collections.abc import Callable
from pathlib import Path

from wingbeat.flight import Element, ServerReference, encode_payload

RUNS = 7
PAGES_PER_RUN = 40
REACT = Path(__file__).with_name("payload_encoder.cjs")


def h(tag: str, props: dict[str, object] | None = None, *children: object, key: str | None = None) -> Element:
    made = dict(props or {})
    if children:
        made["children"] = children[0] if len(children) == 1 else children
    return Element(tag, key, made)


def forms() -> Element:
    rows = [
        h(
            "li",
            {"className": "row"},
            h("span", {"className": "name"}, f"Todo number {number}"),
            " ",
            h(
                "form",
                {"action": ServerReference("todos#save", (f"sealed-token-{number}",))},
                h("input", {"name": "title", "defaultValue": f"title {number}", "type": "text"}),
                h("button", {"type": "submit", "className": "save"}, "Save"),
            ),
            key=str(number),
        )
        for number in range(50)
    ]
    return h("main", {"className": "page"}, h("h1", None, "Todos"), h("ul", None, rows))


def document(depth: int = 6) -> Element:
    if depth == 0:
        return h(
            "p", {"className": "leaf"}, "Some text in a paragraph, of ordinary length, as pages have it."
        )
    return h(
        "section",
        {"className": f"s{depth}"},
        h("h2", None, f"Heading {depth}"),
        h("p", None, "intro ", h("a", {"href": f"/x/{depth}"}, "link"), " and more"),
        document(depth - 1),
        document(depth - 1),
    )


def table() -> Element:
    rows = [
        h(
            "tr",
            None,
            [h("td", {"className": "c"}, f"cell {r}:{c}", key=str(c)) for c in range(10)],
            key=str(r),
        )
        for r in range(100)
    ]
    return h("table", None, h("tbody", None, rows))


def seconds_of_one(page: Callable[[], Element]) -> float:
    best = float("inf")
    for _ in range(RUNS):
        # New trees each time, as every request makes its own.
        trees = [page() for _ in range(PAGES_PER_RUN)]
        start = time.perf_counter()
        for tree in trees:
            encode_payload(tree)
        best = min(best, (time.perf_counter() - start) / PAGES_PER_RUN)
    return best


def main() -> None:
    print(f"{'page':24}{'payloads/s':>12}{'one':>12}{'bytes':>10}")
    for page in (forms, document, table):
        seconds = seconds_of_one(page)
        size = len(encode_payload(page()))
        print(f"{page.__name__:24}{1 / seconds:12.0f}{seconds * 1e6:9.0f} µs{size:10}")
    node = shutil.which("node")
    if node is not None:
        subprocess.run([node, "--conditions", "react-server", str(REACT)], check=True)  # noqa: S603 (our own script)


if __name__ == "__main__":
    main()
