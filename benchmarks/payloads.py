"""The five payloads that `bench_flight.py` measures. `payloads.cjs` makes the same values for React.

Three are pages, trees as they go over the wire; two are replies, bodies as a browser sends them.
"""

from __future__ import annotations

import json
from collections.abc import Callable

from wingbeat import html as h
from wingbeat.flight import Part, ServerReference
from wingbeat.html import Node

__all__ = ["BOUNDARY", "PAGES", "REPLIES", "as_multipart"]

BOUNDARY = "----WebKitFormBoundaryBenchmarks"


def list_of_forms() -> Node:
    return h.main(class_="page")[
        h.h1["Todos"],
        h.ul[
            [
                h.li(class_="row", data_id=number).keyed(number)[
                    h.span(class_="name")[f"Todo number {number} & more"],
                    " ",
                    h.b[number * 10],
                    h.form(action=ServerReference("todos#save", (f"sealed-token-{number}",)))[
                        h.input(type="hidden", name="id", value=str(number)),
                        h.button(type="submit", class_="save")["Save"],
                    ],
                ]
                for number in range(50)
            ]
        ],
    ]


def nested_document(depth: int = 6) -> Node:
    if depth == 0:
        return h.p(class_="leaf")["Some text in a paragraph, of ordinary length, as pages have it."]
    return h.section(class_=f"s{depth}")[
        h.h2[f"Heading {depth}"],
        h.p["intro ", h.a(href=f"/x/{depth}")["link"], " and more"],
        nested_document(depth - 1),
        nested_document(depth - 1),
    ]


def table() -> Node:
    return h.table[
        h.tbody[
            [
                h.tr.keyed(row)[
                    [h.td(class_="c").keyed(column)[f"cell {row}:{column}"] for column in range(10)]
                ]
                for row in range(100)
            ]
        ]
    ]


def form() -> list[Part]:
    return [*((f"_1_field{number}", f"value {number}") for number in range(10)), ("0", '["$K1"]')]


def record() -> str:
    people = {f"key{n}": {"id": n, "name": f"name {n}", "ok": True} for n in range(25)}
    return json.dumps([people], separators=(",", ":"))


def as_multipart(parts: list[Part]) -> bytes:
    """Return the body as a browser sends it; none of the parts is a file."""
    fields = [
        f'--{BOUNDARY}\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{value}\r\n'
        for name, value in parts
    ]
    return ("".join(fields) + f"--{BOUNDARY}--\r\n").encode()


PAGES: dict[str, Callable[[], Node]] = {
    "list of 50 forms": list_of_forms,
    "nested document": nested_document,
    "table of 1,000 cells": table,
}
REPLIES: dict[str, str | list[Part]] = {
    "form of ten fields": form(),
    "object of 100 nodes": record(),
}
