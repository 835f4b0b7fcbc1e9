"""Hypothesis strategies for described trees: what React's server renderer can be asked to write.

Everything that the writer knows a rule for is drawn often; names and values that no rule knows are drawn, too.
What is left out on purpose is in the table of exceptions of tests/html/test_writer_against_react.py.
"""

from __future__ import annotations

from hypothesis import strategies as st

from .described_trees import element, number, special
from .react_names import REACT_PROPS

__all__ = ["documents", "trees"]

TAGS = [
    "div",
    "span",
    "p",
    "ul",
    "li",
    "b",
    "section",
    "article",
    "main",
    "table",
    "tbody",
    "tr",
    "td",
    "thead",
    "colgroup",
    "svg",
    "g",
    "path",
    "foreignObject",
    "math",
    "mi",
    "picture",
    "noscript",
    "label",
    "fieldset",
    "template",
    "canvas",
    "video",
    "audio",
    "iframe",
    "details",
    "dialog",
]
TEXTS = st.one_of(
    st.sampled_from(
        ["", "a", "b c", "1 < 2", "R&D", "\"q\" 'x'", "</script>", "<!--", "\n", "\nx", "ünï", "😀", "-"]
    ),
    st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\x00"), max_size=6),
)
URLS = st.sampled_from(
    [
        "",
        "/a",
        "/b.css",
        "https://x.y/?a=1&b=2",
        "javascript:alert(1)",
        " JaVa\tScRiPt\n:x",
        "\x01javascript:",
        "data:x",
    ]
)
NUMBERS = st.one_of(
    st.integers(-3, 20),
    st.floats(allow_nan=False, allow_infinity=False),
    st.sampled_from(
        [0.5, 1e21, 1e-7, 1e300, -0.0, 123456789.125, 5e-324, float("nan"), float("inf"), -float("inf")]
    ),
).map(number)
BIGINTS = st.integers(-(10**25), 10**25).map(lambda value: special("bigint", text=str(value)))
PLAIN = st.one_of(TEXTS, NUMBERS, st.booleans(), st.none(), st.just(special("undefined")))
STRANGE = st.one_of(
    BIGINTS,
    st.just(special("function")),
    st.just(special("object", of={})),
    st.lists(st.one_of(TEXTS, st.none(), st.booleans()), max_size=3),
    st.just(special("symbol")),
)
NAMES = st.one_of(
    st.sampled_from(REACT_PROPS),
    st.sampled_from(
        [
            "id",
            "className",
            "title",
            "href",
            "src",
            "value",
            "disabled",
            "hidden",
            "download",
            "rows",
            "cols",
            "size",
            "span",
            "start",
            "rowSpan",
            "tabIndex",
            "contentEditable",
            "aria-label",
            "aria-hidden",
            "data-x",
            "data-Foo",
            "onClick",
            "onclick",
            "ONLOAD",
            "on",
            "x-y",
            "foo",
            "fooBar",
            'a"b',
            "a",
            "b",
            ">",
            "é",
            "autoFocus",
            "multiple",
            "muted",
            "xlinkHref",
            "width",
            "defaultValue",
            "suppressHydrationWarning",
            "ref",
            "style:x",
        ]
    ),
)
STYLES = st.one_of(
    st.dictionaries(
        st.sampled_from(
            [
                "marginTop",
                "zIndex",
                "lineHeight",
                "WebkitTransition",
                "msTransition",
                "--gap",
                "--Foo",
                "color",
                "opacity",
                "flexGrow",
                "MozBoxFlex",
                "a'b",
            ]
        ),
        st.one_of(PLAIN, st.sampled_from([" 1 ", "\ufeffx\xa0", 'url("a")']), BIGINTS),
        max_size=3,
    ).map(lambda style: special("object", of=style)),
    st.none(),
)
HTML = st.one_of(
    st.none(), st.dictionaries(st.just("__html"), PLAIN, min_size=1).map(lambda of: special("object", of=of))
)


@st.composite
def props(draw: st.DrawFn, **known: st.SearchStrategy) -> dict[str, object]:
    """Draw some of `known`, and some of any name."""
    values = {}
    for name, strategy in draw(st.permutations(list(known.items()))):
        if draw(st.booleans()):
            values[name.rstrip("_")] = draw(strategy)
    for name in draw(st.lists(NAMES, max_size=2)):
        values.setdefault(name, draw(_value_of(name)))
    return values


def _value_of(name: str) -> st.SearchStrategy:
    if name == "style":
        return STYLES
    if name == "dangerouslySetInnerHTML":
        return st.none()
    if name in {"value", "defaultValue", "children"}:
        return PLAIN
    if name in {"src", "href", "action", "formAction", "xlinkHref", "data"}:
        return st.one_of(URLS, PLAIN)
    if name in {"rows", "cols", "size", "span", "start", "rowSpan"}:
        return st.one_of(PLAIN, st.sampled_from(["12", " 3 ", "0x10", "-1", "1e3", "x", [], [2], ["a"]]))
    return st.one_of(PLAIN, PLAIN, STRANGE)


ACTIONS = st.builds(
    lambda id_, bound: special("action", id=id_, bound=bound),
    st.sampled_from(["act#a", "m/x.py#b", "é<"]),
    st.one_of(
        st.none(), st.lists(st.one_of(st.integers(0, 9), st.sampled_from(["x", "<&>'", "ü"])), max_size=2)
    ),
)
FORM_ACTIONS = st.one_of(ACTIONS, ACTIONS, URLS, st.just(special("function")), PLAIN)
SUBMITTER = {
    "name": PLAIN,
    "formAction": FORM_ACTIONS,
    "formMethod": TEXTS,
    "formEncType": TEXTS,
    "formTarget": TEXTS,
}
OPTION_VALUES = st.one_of(st.sampled_from(["a", "b", "1", ""]), st.integers(0, 2), st.booleans(), st.none())
LISTENERS = {
    "onLoad": st.one_of(st.none(), st.just(special("function"))),
    "itemProp": st.sampled_from([None, "x"]),
}

# Tag -> its props; "children" where it takes none or one text.
VOID = {
    "input": {
        **SUBMITTER,
        "type": st.sampled_from(["text", "checkbox", "submit", "hidden"]),
        "checked": PLAIN,
        "defaultChecked": PLAIN,
        "value": PLAIN,
        "defaultValue": PLAIN,
    },
    "br": {},
    "hr": {},
    "area": {"href": URLS},
    "base": {"href": URLS},
    "embed": {"src": URLS},
    "source": {"src": URLS, "srcSet": TEXTS},
    "track": {"default": PLAIN},
    "wbr": {},
    "img": {
        "src": URLS,
        "srcSet": st.one_of(TEXTS, st.none()),
        "sizes": PLAIN,
        "loading": st.sampled_from(["lazy", "eager", None]),
        "fetchPriority": st.sampled_from(["low", "high", None]),
        "crossOrigin": st.sampled_from(["", "anonymous", "use-credentials", None, True]),
        "referrerPolicy": st.sampled_from(["no-referrer", None]),
    },
    "meta": {
        "charSet": st.sampled_from(["utf-8", None]),
        "name": st.sampled_from(["viewport", "x"]),
        **LISTENERS,
    },
    "link": {
        "rel": st.sampled_from(["stylesheet", "icon", "preload", None]),
        "href": URLS,
        "precedence": st.sampled_from(["default", "high", 'a"b', None]),
        "disabled": st.sampled_from([None, False, True]),
        "media": TEXTS,
        **LISTENERS,
    },
}
ONE_TEXT = {
    "title": {"itemProp": st.sampled_from([None, "x"])},
    "style": {
        "precedence": st.sampled_from(["default", "low", None]),
        "href": st.sampled_from(["a", "b c", None]),
    },
    "script": {
        "src": URLS,
        "async_": PLAIN,
        "type": st.sampled_from(["module", "text/plain", None]),
        **LISTENERS,
    },
    "textarea": {"value": PLAIN, "defaultValue": PLAIN, "name": TEXTS},
}


@st.composite
def _void(draw: st.DrawFn) -> object:
    tag = draw(st.sampled_from(list(VOID)))
    return element(tag, **draw(props(**VOID[tag])))


@st.composite
def _one_text(draw: st.DrawFn) -> object:
    tag = draw(st.sampled_from(list(ONE_TEXT)))
    values = draw(props(**ONE_TEXT[tag]))
    style = st.sampled_from(["a{}", "</style>", "<STYLE>", "</script><Script>", "\nx"])
    kind = draw(st.integers(0, 5))
    if tag == "textarea" and kind < 5:
        # Most others are refused: its text is its value.
        return element(tag, **values)
    if kind == 0:
        values["dangerouslySetInnerHTML"] = draw(HTML)
    elif kind == 1:
        values["children"] = draw(st.lists(st.one_of(PLAIN, style), max_size=2))
    else:
        values["children"] = draw(st.one_of(PLAIN, style))
    return element(tag, **values)


def _with_children(children: st.SearchStrategy) -> st.SearchStrategy:
    @st.composite
    def host(draw: st.DrawFn) -> object:
        tag = draw(st.one_of(st.sampled_from(TAGS), st.sampled_from(list(PARENTS))))
        values = draw(props(**PARENTS.get(tag, {})))
        if tag == "menuitem":
            return element(tag, **values)
        if draw(st.integers(0, 20)) == 0:
            values["dangerouslySetInnerHTML"] = draw(HTML)
        else:
            values["children"] = draw(st.one_of(children, st.lists(children, min_size=1, max_size=5)))
        return element(tag, key=draw(KEYS), **values)

    @st.composite
    def symbol(draw: st.DrawFn) -> object:
        kind = draw(
            st.sampled_from(
                ["fragment", "fragment", "strict", "profiler", "activity", "suspense", "suspense"]
            )
        )
        values = {"children": draw(st.one_of(children, st.lists(children, min_size=1, max_size=5)))}
        if kind == "suspense":
            values["fallback"] = draw(FALLBACKS)
            if draw(st.integers(0, 3)) == 0:
                values["children"] = [values["children"], special("throw")]
        if kind == "activity":
            values["mode"] = draw(st.sampled_from(["visible", "hidden"]))
        return element(kind, key=draw(KEYS), **values)

    @st.composite
    def client_component(draw: st.DrawFn) -> object:
        ids = draw(st.integers(0, 2))
        states = draw(st.lists(STATES, max_size=2))
        shown = [special("id", index=index) for index in range(ids)]
        shown += [special("state", index=index) for index in range(len(states))]
        forms = [element("form", action=special("dispatch", index=index)) for index in range(len(states))]
        content = [*shown, *forms, draw(children)] if draw(st.booleans()) else draw(children)
        name = draw(st.sampled_from(["Row", "Form", "ünï"]))
        return special("component", name=name, key=draw(KEYS), ids=ids, states=states, children=content)

    lazy = children.map(lambda of: special("lazy", of=of))
    return st.one_of(
        host(), host(), host(), symbol(), client_component(), lazy, st.lists(children, min_size=1, max_size=5)
    )


KEYS = st.sampled_from([None, None, None, "k", 'ü"\n', "1"])
PARENTS: dict[str, dict[str, st.SearchStrategy]] = {
    "form": {"action": FORM_ACTIONS, "method": TEXTS, "encType": TEXTS, "target": TEXTS},
    "button": {**SUBMITTER, "type": st.sampled_from(["submit", "button"])},
    "a": {"href": URLS},
    "select": {
        "value": st.one_of(OPTION_VALUES, st.lists(OPTION_VALUES, max_size=2)),
        "defaultValue": OPTION_VALUES,
        "multiple": PLAIN,
    },
    "option": {"value": OPTION_VALUES, "selected": PLAIN},
    "optgroup": {"label": TEXTS},
    "object": {"data": URLS},
    "pre": {},
    "listing": {},
    "my-tag": {"className": PLAIN, "style": STYLES, "foo-bar": STRANGE, "fooBar": PLAIN},
    "font-face": {"className": PLAIN},
    "annotation-xml": {"encoding": TEXTS},
    "svg": {"viewBox": TEXTS, "xlinkHref": URLS, "strokeWidth": NUMBERS},
    "menuitem": {},
    "div": {"style": STYLES, "className": PLAIN},
}
STATES = st.builds(
    lambda id_, bound, initial, permalink: {
        "id": id_,
        "bound": bound,
        "initial": initial,
        "permalink": permalink,
    },
    st.sampled_from(["act#a", "act#b"]),
    st.one_of(st.none(), st.just(["B"])),
    st.sampled_from([None, 1, "s"]),
    st.sampled_from([None, None, "/p?x=1"]),
)
FALLBACKS = st.one_of(
    PLAIN,
    st.builds(
        lambda text: element("p", text, element("title", "no"), element("meta", name="no"), text), TEXTS
    ),
)


@st.composite
def _select(draw: st.DrawFn) -> object:
    texts = st.sampled_from(["a", "b", "1", "ab"])
    contents = st.one_of(
        texts, st.lists(st.one_of(texts, st.integers(0, 1), st.none()), min_size=1, max_size=3)
    )
    options = [element("option", children=draw(contents)) for _ in range(draw(st.integers(1, 3)))]
    values = draw(props(**PARENTS["select"]))
    values.setdefault("value", draw(texts))
    return element("select", *options, **values)


STARTS = st.sampled_from([True, False, "", "a", 0, 1, None])


@st.composite
def _input(draw: st.DrawFn) -> object:
    """Draw an input with what it is and what it starts with: the first decides, if it is there."""
    kinds = ("checked", "defaultChecked", "value", "defaultValue")
    values = {name: draw(STARTS) for name in draw(st.permutations(kinds))[draw(st.integers(0, 2)) :]}
    return element("input", type=draw(st.sampled_from(["checkbox", "text"])), **values)


@st.composite
def _text_area(draw: st.DrawFn) -> object:
    names = draw(st.sampled_from([["value"], ["defaultValue"], ["value", "defaultValue"], ["children"]]))
    texts = st.sampled_from(["\n", "\nx", "x\n", "", "</textarea>", number(1)])
    return element("textarea", **{name: draw(texts) for name in names})


@st.composite
def _crowd(draw: st.DrawFn) -> object:
    """Draw what the surroundings or the number of resources decide about."""
    images = [
        element("img", src=f"/{n}.png") for n in draw(st.lists(st.integers(0, 13), min_size=1, max_size=14))
    ]
    metadata = [
        element("meta", name="x", content="y"),
        element("link", rel="icon", href="/i"),
        element("title", "t"),
    ]
    script = element("script", src="/s.js", **{"async": True})
    sheet = element("link", rel="stylesheet", href="/s.css", precedence="default")
    children = draw(st.permutations([*images, *metadata, script, sheet, "a", "b", "c", "d"]))
    return element(draw(st.sampled_from(["noscript", "picture", "svg", "div", "fragment"])), *children)


ID = special("component", name="Id", key=None, ids=1, states=[], children=special("id", index=0))
FAILED = element("suspense", special("throw"), fallback=element("p", element("title", "no"), "f"))
LEAVES = st.one_of(
    st.just(FAILED),
    st.sampled_from(["'", '"', "&", "<'>", "a", "'b'"]).map(lambda text: element("b", text)),
    st.lists(st.just(ID), min_size=1, max_size=6),
    st.just(ID),
    _select(),
    _input(),
    _text_area(),
    _crowd(),
    STYLES.map(lambda style: element("p", style=style)),
    PLAIN,
    TEXTS,
    BIGINTS,
    _void(),
    _void(),
    _one_text(),
)

trees = st.recursive(LEAVES, _with_children, max_leaves=25)
"""Any tree."""


@st.composite
def _document(draw: st.DrawFn) -> object:
    head = [draw(st.one_of(_void(), _one_text(), TEXTS)) for _ in range(draw(st.integers(0, 3)))]
    parts = [element("head", *head, **draw(props())), element("body", draw(trees), **draw(props()))]
    extra = draw(st.lists(st.one_of(_void(), _one_text()), max_size=2))
    return element("html", *draw(st.permutations(parts[draw(st.integers(0, 1)) :] + extra)), **draw(props()))


documents = st.one_of(_document(), _document().map(lambda page: [page]))
"""A tree whose root is `<html>`."""
