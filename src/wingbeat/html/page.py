"""The state of one page while it is written: where HTML goes, and what stands around an element.

`parts` is where the next piece goes: the body of the page, or the head's own content. The surroundings
(React's format context) are `mode`, `selected` and `scope`; whoever enters an element restores them.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Final, NamedTuple

from wingbeat.flight import Element

from .markup import escape
from .resources import Resources
from .tree_paths import Path
from .twins import FormState, TwinFrame

__all__ = [
    "DOCUMENT",
    "FALLBACK",
    "HEAD",
    "HTML",
    "NOSCRIPT",
    "PICTURE",
    "ROOT",
    "SVG",
    "Checkpoint",
    "Page",
    "Preamble",
    "Surroundings",
]

# Modes. Below HTML nothing but the root and <html> stand around the element.
ROOT: Final = 0
DOCUMENT: Final = 1
HTML: Final = 2
HEAD: Final = 3
SVG: Final = 4

# Scopes: bits of what stands anywhere around the element.
NOSCRIPT: Final = 1
PICTURE: Final = 2
FALLBACK: Final = 4

# React's script for forms whose action is a function of a client module that has not loaded yet: it keeps
# their submissions for hydration. The text is compared with nothing, but the URL in it is.
_REPLAY_SCRIPT = (
    'addEventListener("submit",function(a){if(!a.defaultPrevented){var b=a.target,d=a.submitter,c=b.action,'
    'e=d;if(d){var f=d.getAttribute("formAction");null!=f&&(c=f,e=null)}"javascript:throw new Error(\'React form '
    "unexpectedly submitted.')\"===c&&(a.preventDefault(),a=new FormData(b,e),c=b.ownerDocument||b,"
    "(c.$$reactFormReplay=c.$$reactFormReplay||[]).push(b,d,a))}});"
)


@dataclass(slots=True)
class Preamble:
    """The start tags of `<html>`, `<head>` and `<body>`, which stand before what else they hold."""

    html: str | None = None
    head: str | None = None
    body: str | None = None
    head_content: list[list[str]] = field(default_factory=list[list[str]])
    is_contribution: bool = False
    """Written inside a Suspense boundary, which says so in comments."""

    def take(self, other: Preamble) -> None:
        """Take over what `other`, written inside this one's boundary, holds."""
        self.html = other.html if self.html is None else self.html
        self.head = other.head if self.head is None else self.head
        self.body = other.body if self.body is None else self.body
        self.head_content += other.head_content


class Surroundings(NamedTuple):
    """What stands around an element, as far as it matters for it."""

    mode: int
    selected: object
    """The value of the `<select>` around."""
    scope: int
    path: Path | None
    contexts: Mapping[object, object]
    """What the client components around provide."""


class Checkpoint(NamedTuple):
    """A page before a Suspense boundary, whose content may have to be taken back."""

    surroundings: Surroundings
    parts: list[str]
    length: int
    forms: int
    preamble: Preamble
    resources: Resources


@dataclass(slots=True)
class Page:
    """Everything that changes while a page is written."""

    prefix: str = ""
    form_state: FormState | None = None
    nonce: str | None = None
    on_error: Callable[[BaseException], str | None] | None = None
    parts: list[str] = field(default_factory=list[str])
    follows_text: bool = False
    """Whether the last piece was text, so that another one needs a separator."""
    mode: int = ROOT
    selected: object = None
    scope: int = 0
    path: Path | None = None
    contexts: Mapping[object, object] = field(default_factory=dict[object, object])
    preamble: Preamble = field(default_factory=Preamble)
    resources: Resources = field(default_factory=Resources)
    forms: int = 0
    """How many forms with an action were written."""
    boundaries: int = 0
    """How many Suspense boundaries were left open."""
    replay_script: str = ""
    matched: tuple[Element, TwinFrame] | None = None
    """The client component whose action state the posted form state is."""

    def text(self, text: str) -> None:
        """Write `text` as a child, apart from a text before it."""
        if not text:
            return
        if self.follows_text:
            self.parts.append("<!-- -->")
        self.parts.append(escape(text))
        self.follows_text = True

    def mark(self, comment: str) -> None:
        """Write raw HTML that ends whatever text stands before it."""
        self.parts.append(comment)
        self.follows_text = False

    def separate(self) -> None:
        """Keep the text before a hoisted element apart from what comes behind it."""
        if self.follows_text:
            self.parts.append("<!-- -->")

    def surroundings(self) -> Surroundings:
        """Return what `restore` brings back."""
        return Surroundings(self.mode, self.selected, self.scope, self.path, self.contexts)

    def restore(self, surroundings: Surroundings) -> None:
        """Stand again where `surroundings` was taken."""
        self.mode, self.selected, self.scope, self.path, self.contexts = surroundings

    def checkpoint(self) -> Checkpoint:
        """Return the page as it is now, for `back_to`."""
        resources = self.resources.copied()
        return Checkpoint(
            self.surroundings(), self.parts, len(self.parts), self.forms, self.preamble, resources
        )

    def back_to(self, before: Checkpoint, *, keep_resources: bool = False) -> None:
        """Take back what was written since `before`. React keeps the resources of what failed for good."""
        self.restore(before.surroundings)
        self.parts, self.preamble = before.parts, before.preamble
        del self.parts[before.length :]
        if not keep_resources:
            self.resources, self.forms = before.resources, before.forms

    def need_replay_script(self) -> None:
        """Have the page keep submissions of forms that only a client function can handle."""
        if not self.replay_script:
            has_document = self.preamble.html is not None or self.preamble.head is not None
            marker = f' id="_{escape(self.prefix)}R_"' if has_document else ""
            nonce = "" if self.nonce is None else f' nonce="{escape(self.nonce)}"'
            self.replay_script = f"<script{nonce}{marker}>{_REPLAY_SCRIPT}</script>"
