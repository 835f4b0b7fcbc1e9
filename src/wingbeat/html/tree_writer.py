"""Walk a tree as it goes over the wire and write each node into the page.

    "a", 1        text, kept apart by <!-- -->           None, True, UNDEFINED     nothing
    [..], (..)    their items; never flattened, as ids depend on the arrays
    Lazy          what it resolved to                    Element                   tag, symbol or client component

A client component is written by its twin. What is still pending, or only the browser can render, is signalled
to the nearest Suspense boundary, which shows its fallback. Never runs server components, never waits.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, final

from wingbeat.errors import ElementError
from wingbeat.flight import (
    ACTIVITY,
    FRAGMENT,
    PROFILER,
    STRICT_MODE,
    SUSPENSE,
    UNDEFINED,
    BigInt,
    ClientReference,
    Element,
    Lazy,
    ReactSymbol,
    ServerReference,
    Undefined,
)

from .attribute_values import shown
from .host_attributes import inner_html
from .host_elements import RULES, Rule, enter, rule_of, write_document_tag
from .javascript import number_text
from .markup import escape
from .page import FALLBACK, HTML, Page, Preamble, Surroundings
from .properties import CLASS_ATTRIBUTES, TEXT_OPENINGS, attribute
from .tree_paths import react_name
from .twins import TwinFrame, current_twin

__all__ = ["BrowserOnly", "Hole", "Pending", "TreeWriter"]


class Pending(Exception):
    """A node is not there yet; its boundary shows the fallback until it is."""


class BrowserOnly(Exception):
    """A client component has no twin; its boundary is rendered in the browser."""


@final
class Hole:
    """A Suspense boundary that shows its fallback because its content is not there yet."""

    __slots__ = ("content", "id", "surroundings")

    def __init__(self, id: str, content: object, surroundings: Surroundings) -> None:  # noqa: A002 (HTML's word)
        self.id = id
        """The id of the boundary's template."""
        self.content = content
        self.surroundings = surroundings


@final
class TreeWriter:
    """Writes nodes into `page`; what could not be written yet is in `holes`."""

    __slots__ = ("_page", "holes")

    def __init__(self, page: Page) -> None:
        self._page = page
        self.holes: list[Hole] = []

    def node(self, node: object) -> None:
        """Write `node`. Raises Pending, BrowserOnly or the error of a rejected node."""
        (_NODES.get(type(node)) or _writer_of(node))(self, node)

    def text(self, text: str) -> None:
        """Write a text child."""
        self._page.text(text)

    def number(self, number: float) -> None:
        """Write a number child as JavaScript writes it."""
        self._page.text(number_text(number))

    def nothing(self, _node: object) -> None:
        """Write nothing: the node only keeps its place."""

    def array(self, nodes: list[object] | tuple[object, ...]) -> None:
        """Write the items; ids depend on how many there are."""
        page = self._page
        path, total = page.path, len(nodes)
        for index, node in enumerate(nodes):
            kind = type(node)
            if kind is str:
                if node:  # as in Page.text
                    text = escape(node)  # type: ignore[arg-type]  # the exact type was just compared
                    page.parts.append(f"<!-- -->{text}" if page.follows_text else text)
                    page.follows_text = True
            elif isinstance(node, Element):
                page.path = (path, total, index)
                self.element(node)
            elif node is not None:
                page.path = (path, total, index)
                (_NODES.get(kind) or _writer_of(node))(self, node)
        page.path = path

    def settled(self, lazy: Lazy) -> None:
        """Write what a lazy node resolved to."""
        if lazy.state == "pending":
            raise Pending
        if lazy.error is not None:
            raise lazy.error
        self.node(lazy.value)

    def element(self, element: Element) -> None:  # noqa: C901, PLR0912 (the hottest loop: a call costs a tenth)
        """Write an element with its children."""
        page = self._page
        kind = element.type
        rule: Rule | None
        try:
            rule = RULES[kind]  # type: ignore[index]  # a tag, or else it is not there
        except (KeyError, TypeError):
            rule = rule_of(kind) if type(kind) is str else None
        if rule is None or page.mode < rule.document_below:
            self._special_element(rule, element)
            return
        children: object = None
        html: object = None
        start = rule.opening
        # No call for plain text or a number under a frequent name.
        for prop, value in element.props.items() if rule.write is None else ():
            type_ = type(value)
            if prop == "children":
                children = value
            elif type_ is str and prop == "className":
                start += CLASS_ATTRIBUTES[value]  # type: ignore[index]  # see `type_`
            elif (type_ is str or type_ is int) and (opening := TEXT_OPENINGS[prop]) is not None:
                start += f'{opening}{escape(value) if type_ is str else number_text(value)}"'  # type: ignore[arg-type]
            elif prop == "dangerouslySetInnerHTML":
                html = value
            elif prop == "href" and value == "" and kind == "a":
                start += ' href=""'  # unlike elsewhere, an empty link is a link: to this page
            elif value is not None and value is not UNDEFINED:
                start += attribute(prop, value)
        if type(children) is str and html is None:
            page.parts.append(f"{start}>{escape(children)}{rule.closing}")
            page.follows_text = False
            return
        path, page.path = page.path, (page.path, element)
        if rule.write is not None:
            children = rule.write(page, element.props)
        else:
            page.parts.append(f"{start}>" if html is None else f"{start}>{inner_html(html, children)}")
        page.follows_text = False
        if rule.surrounds or page.mode < HTML:
            self._surrounded(rule, element.props, children)
        elif type(children) in _ARRAYS:
            self.array(children)  # type: ignore[arg-type]  # its type was just compared
        elif children is not None:
            (_NODES.get(type(children)) or _writer_of(children))(self, children)
        page.follows_text = False
        page.parts.append(rule.closing)
        page.path = path

    def _special_element(self, rule: Rule | None, element: Element) -> None:
        page = self._page
        path, page.path = page.path, (page.path, element)
        if rule is None:
            self._component(element)
        else:
            self._document_element(rule, element.props)
        page.path = path

    def _surrounded(self, rule: Rule, props: Mapping[str, object], children: object) -> None:
        """Write the children of an element that means something for those inside it."""
        page = self._page
        outside = page.surroundings()
        enter(page, rule.tag, props)
        self.node(children)
        page.restore(outside)

    def _document_element(self, rule: Rule, props: Mapping[str, object]) -> None:
        page = self._page
        children = write_document_tag(page, rule.tag, props)
        page.follows_text = False
        if rule.tag == "head":
            # What the head holds is written behind what is hoisted into it.
            body, page.parts = page.parts, []
            page.preamble.head_content.append(page.parts)
            self._surrounded(rule, props, children)
            page.parts = body
        else:
            self._surrounded(rule, props, children)
        page.follows_text = False

    def _component(self, element: Element) -> None:
        kind = element.type
        if kind == SUSPENSE:
            self._suspense(element)
        elif kind in _TRANSPARENT:
            self.node(element.props.get("children"))
        elif kind == ACTIVITY:
            self._activity(element)
        elif isinstance(kind, ClientReference) or hasattr(kind, "twin"):
            self._client_component(element)
        else:
            raise ElementError(f"{element!r} is no tag and no client component, so it cannot be written.")

    def _activity(self, element: Element) -> None:
        page = self._page
        if element.props.get("mode") != "hidden":
            page.mark("<!--&-->")
            self.node(element.props.get("children"))
            page.mark("<!--/&-->")

    def _client_component(self, element: Element) -> None:
        page = self._page
        twin: Callable[[Mapping[str, object]], object] | None = getattr(element.type, "twin", None)
        if twin is None:
            raise BrowserOnly(react_name(element.type) or "A client component")
        assert page.path is not None
        frame = TwinFrame(page.path, page.prefix, page.form_state, page.contexts)
        token = current_twin.set(frame)
        try:
            children = twin(element.props)
        finally:
            current_twin.reset(token)
        if markers := frame.markers():
            page.parts.append(markers)
        if frame.ids:
            page.path = (page.path, None)
        if frame.matching >= 0:
            page.matched = element, frame
        outside, page.contexts = page.contexts, frame.contexts
        self.node(children)
        page.contexts = outside

    def _suspense(self, element: Element) -> None:
        page = self._page
        before = page.checkpoint()
        if page.mode < HTML:
            page.preamble = Preamble(is_contribution=True)
        page.mark("<!--$-->")
        try:
            self.node(element.props.get("children"))
        except Pending:
            page.back_to(before)
            self._hole(element)
        except BrowserOnly:
            page.back_to(before)
            self._client_rendered(element, "")
        except Exception as error:
            if page.on_error is None or isinstance(error, RecursionError):
                raise
            page.back_to(before, keep_resources=True)
            self._client_rendered(element, page.on_error(error))
        else:
            if page.preamble is not before.preamble:
                before.preamble.take(page.preamble)
                page.preamble = before.preamble
        page.mark("<!--/$-->")

    def _hole(self, element: Element) -> None:
        page = self._page
        id_ = f"{page.prefix}B:{page.boundaries:x}"
        page.boundaries += 1
        self.holes.append(Hole(id_, element.props.get("children"), page.surroundings()))
        page.mark(f'<!--$?--><template id="{escape(id_)}"></template>')
        self._fallback(element)

    def _client_rendered(self, element: Element, digest: str | None) -> None:
        attributes = "" if digest is None else f' data-dgst="{escape(digest)}"'
        self._page.mark(f"<!--$!--><template{attributes}></template>")
        self._fallback(element)

    def _fallback(self, element: Element) -> None:
        page = self._page
        outside = page.surroundings()
        page.scope |= FALLBACK
        self.node(element.props.get("fallback"))
        page.restore(outside)


_ARRAYS = frozenset({list, tuple})
_TRANSPARENT = (FRAGMENT, STRICT_MODE, PROFILER)


def _writer_of(node: object) -> Callable[[TreeWriter, Any], None]:
    for kind, write in list(_NODES.items()):
        if isinstance(node, kind):
            # There are few classes of elements, and each is looked for once.
            _NODES[type(node)] = write
            return write
    raise ElementError(f"{shown(node)} is a {type(node).__name__}, which cannot be rendered.")


_NODES: dict[type, Callable[[TreeWriter, Any], None]] = {
    Element: TreeWriter.element,
    bool: TreeWriter.nothing,
    str: TreeWriter.text,
    BigInt: TreeWriter.number,
    int: TreeWriter.number,
    float: TreeWriter.number,
    list: TreeWriter.array,
    tuple: TreeWriter.array,
    Lazy: TreeWriter.settled,
    type(None): TreeWriter.nothing,
    Undefined: TreeWriter.nothing,
    # React renders functions and symbols as nothing, too.
    ServerReference: TreeWriter.nothing,
    ClientReference: TreeWriter.nothing,
    ReactSymbol: TreeWriter.nothing,
}
