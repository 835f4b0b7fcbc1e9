"""EXCEPTIONS: what our HTML writer writes otherwise than react-dom/server, and why. At most ten, each hydrated."""

from __future__ import annotations

from support.described_trees import element, special

__all__ = ["EXCEPTIONS"]

# What the two servers write differently on purpose: a tree, and why ours is right.
EXCEPTIONS: dict[str, tuple[object, str]] = {
    "children inside the head": (
        element("html", element("head", element("template", element("p", "x")))),
        "React loses what elements inside <head> hold (its segment is never flushed); the page needs it",
    ),
    "a document taken back": (
        element("suspense", element("html", element("body", "x"), special("throw")), fallback="f"),
        "React ends with </body></html> although their start tags were never written",
    ),
    "a fallback that is not shown": (
        element("p", element("suspense", "x" * 600, fallback=element("img", src="/never.png"))),
        "React renders the fallback of any boundary over 500 bytes, and preloads its images for nothing",
    ),
    "a large boundary that is complete": (
        element("p", element("suspense", "x" * 20_000, fallback="f")),
        "React sends it late, as a hole that its script fills; a boundary that is complete is written in place",
    ),
    "the resources of a fallback that is shown": (
        element(
            "p",
            element(
                "suspense",
                special("throw"),
                fallback=element("link", rel="stylesheet", href="/a", precedence="p"),
            ),
            element("link", rel="stylesheet", href="/b", precedence="p"),
        ),
        "React renders fallbacks after everything else, so their style sheets and form numbers come last",
    ),
    "a symbol or function as text": (
        element("textarea", defaultValue=special("function")),
        "JavaScript writes a function's source and throws for a symbol; neither crosses the wire",
    ),
}
