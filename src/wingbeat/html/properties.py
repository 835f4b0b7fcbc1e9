"""Write one attribute as react-dom does: which name HTML gets, and what each kind of value means for it.

    attribute("className", "a")  ->  ' class="a"'      attribute("disabled", True)  ->  ' disabled=""'
    attribute("rows", 0)         ->  ''                attribute("href", "javascript:1")  ->  one that throws

Never writes an event handler, a function or a symbol, nor a name that React would drop.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable

from wingbeat.errors import ElementError
from wingbeat.flight import BigInt

from .inline_styles import style_attribute
from .javascript import is_function_or_symbol, is_nothing, is_truthy, number_of, text_of
from .markup import escape, is_attribute_name

__all__ = [
    "CLASS_ATTRIBUTES",
    "TEXT_OPENINGS",
    "attribute",
    "boolean_attribute",
    "custom_element_attribute",
    "sanitize_url",
    "text_attribute",
]

ALIASES = {
    "acceptCharset": "accept-charset",
    "htmlFor": "for",
    "httpEquiv": "http-equiv",
    "crossOrigin": "crossorigin",
    "accentHeight": "accent-height",
    "alignmentBaseline": "alignment-baseline",
    "arabicForm": "arabic-form",
    "baselineShift": "baseline-shift",
    "capHeight": "cap-height",
    "clipPath": "clip-path",
    "clipRule": "clip-rule",
    "colorInterpolation": "color-interpolation",
    "colorInterpolationFilters": "color-interpolation-filters",
    "colorProfile": "color-profile",
    "colorRendering": "color-rendering",
    "dominantBaseline": "dominant-baseline",
    "enableBackground": "enable-background",
    "fillOpacity": "fill-opacity",
    "fillRule": "fill-rule",
    "floodColor": "flood-color",
    "floodOpacity": "flood-opacity",
    "fontFamily": "font-family",
    "fontSize": "font-size",
    "fontSizeAdjust": "font-size-adjust",
    "fontStretch": "font-stretch",
    "fontStyle": "font-style",
    "fontVariant": "font-variant",
    "fontWeight": "font-weight",
    "glyphName": "glyph-name",
    "glyphOrientationHorizontal": "glyph-orientation-horizontal",
    "glyphOrientationVertical": "glyph-orientation-vertical",
    "horizAdvX": "horiz-adv-x",
    "horizOriginX": "horiz-origin-x",
    "imageRendering": "image-rendering",
    "letterSpacing": "letter-spacing",
    "lightingColor": "lighting-color",
    "markerEnd": "marker-end",
    "markerMid": "marker-mid",
    "markerStart": "marker-start",
    "maskType": "mask-type",
    "overlinePosition": "overline-position",
    "overlineThickness": "overline-thickness",
    "paintOrder": "paint-order",
    "panose-1": "panose-1",
    "pointerEvents": "pointer-events",
    "renderingIntent": "rendering-intent",
    "shapeRendering": "shape-rendering",
    "stopColor": "stop-color",
    "stopOpacity": "stop-opacity",
    "strikethroughPosition": "strikethrough-position",
    "strikethroughThickness": "strikethrough-thickness",
    "strokeDasharray": "stroke-dasharray",
    "strokeDashoffset": "stroke-dashoffset",
    "strokeLinecap": "stroke-linecap",
    "strokeLinejoin": "stroke-linejoin",
    "strokeMiterlimit": "stroke-miterlimit",
    "strokeOpacity": "stroke-opacity",
    "strokeWidth": "stroke-width",
    "textAnchor": "text-anchor",
    "textDecoration": "text-decoration",
    "textRendering": "text-rendering",
    "transformOrigin": "transform-origin",
    "underlinePosition": "underline-position",
    "underlineThickness": "underline-thickness",
    "unicodeBidi": "unicode-bidi",
    "unicodeRange": "unicode-range",
    "unitsPerEm": "units-per-em",
    "vAlphabetic": "v-alphabetic",
    "vHanging": "v-hanging",
    "vIdeographic": "v-ideographic",
    "vMathematical": "v-mathematical",
    "vectorEffect": "vector-effect",
    "vertAdvY": "vert-adv-y",
    "vertOriginX": "vert-origin-x",
    "vertOriginY": "vert-origin-y",
    "wordSpacing": "word-spacing",
    "writingMode": "writing-mode",
    "xmlnsXlink": "xmlns:xlink",
    "xHeight": "x-height",
}
"""React's props whose attribute has another name."""

# Booleans are left out, everything else is text.
TEXT_PROPS = {
    "className": "class",
    "tabIndex": "tabindex",
    "dir": "dir",
    "role": "role",
    "viewBox": "viewBox",
    "width": "width",
    "height": "height",
    "xlinkActuate": "xlink:actuate",
    "xlinkArcrole": "xlink:arcrole",
    "xlinkRole": "xlink:role",
    "xlinkShow": "xlink:show",
    "xlinkTitle": "xlink:title",
    "xlinkType": "xlink:type",
    "xmlBase": "xml:base",
    "xmlLang": "xml:lang",
    "xmlSpace": "xml:space",
}
# Booleans are the texts "true" and "false".
ENUMERATED_PROPS = """
    contentEditable spellCheck draggable value autoReverse externalResourcesRequired focusable preserveAlpha
""".split()  # noqa: SIM905 (a list of words reads better so)
BOOLEAN_PROPS = """
    inert allowFullScreen async autoPlay controls credentialless default defer disabled
    disablePictureInPicture disableRemotePlayback formNoValidate hidden loop noModule noValidate open
    playsInline readOnly required reversed scoped seamless itemScope
""".split()  # noqa: SIM905
# Written in lower case, unlike the others: so react-dom does.
LOWER_CASE_BOOLEAN_PROPS = ("autoFocus", "multiple", "muted")
# A boolean or a text.
OVERLOADED_PROPS = ("capture", "download")
POSITIVE_NUMERIC_PROPS = ("cols", "rows", "size", "span")
NUMERIC_PROPS = ("rowSpan", "start")
IGNORED_PROPS = """
    defaultValue defaultChecked innerHTML suppressContentEditableWarning suppressHydrationWarning ref
    __proto__
""".split()  # noqa: SIM905

BLOCKED_URL = "javascript:throw new Error('React has blocked a javascript: URL as a security precaution.')"
_JAVASCRIPT_URL = re.compile(r"[\x00-\x1F ]*" + r"[\r\n\t]*".join("javascript:"), re.IGNORECASE | re.ASCII)


def attribute(prop: str, value: object) -> str:
    """Return the attribute with its leading space, or "". `value` is neither None nor UNDEFINED."""
    if type(value) is str and (opening := TEXT_OPENINGS[prop]) is not None:
        return f'{opening}{escape(value)}"'
    write = _WRITERS.get(prop)
    return _other_attribute(prop, value) if write is None else write(value)


def text_attribute(name: str, value: object) -> str:
    """Return an attribute whose value is text; a boolean, function or symbol leaves it out."""
    if isinstance(value, bool) or is_function_or_symbol(value):
        return ""
    return f' {name}="{escape(text_of(value))}"'


def boolean_attribute(name: str, value: object) -> str:
    """Return an attribute that is there or not."""
    return f' {name}=""' if is_truthy(value) and not is_function_or_symbol(value) else ""


def custom_element_attribute(prop: str, value: object) -> str:
    """Return the attribute of a custom element, which takes every name; objects are left out."""
    if prop == "style":
        return style_attribute(value)
    if prop in {"suppressContentEditableWarning", "suppressHydrationWarning", "ref", "__proto__"}:
        return ""
    if not is_attribute_name(prop) or is_function_or_symbol(value) or value is False:
        return ""
    if not isinstance(value, str | int | float):
        return ""
    name = "class" if prop == "className" else prop
    return f' {name}="{"" if value is True else escape(text_of(value))}"'


def sanitize_url(url: str) -> str:
    """Return `url`, or one that throws if it would run a script."""
    return BLOCKED_URL if ":" in url and _JAVASCRIPT_URL.match(url) else url


def _other_attribute(prop: str, value: object) -> str:
    # A name beginning with "on" is an event handler's, in any case.
    if len(prop) > 2 and prop[0] in "oO" and prop[1] in "nN":  # noqa: PLR2004 (len("on"))
        return ""
    name = ALIASES.get(prop, prop)
    if not is_attribute_name(name) or is_function_or_symbol(value):
        return ""
    if isinstance(value, bool) and name.lower()[:5] not in {"data-", "aria-"}:
        return ""
    return f' {name}="{escape(text_of(value))}"'


def _text(name: str) -> Callable[[object], str]:
    return lambda value: text_attribute(name, value)


def _boolean(name: str) -> Callable[[object], str]:
    return lambda value: boolean_attribute(name, value)


def _enumerated(name: str) -> Callable[[object], str]:
    return lambda value: "" if is_function_or_symbol(value) else f' {name}="{escape(text_of(value))}"'


def _url(name: str, *, keep_empty: bool) -> Callable[[object], str]:
    def write(value: object) -> str:
        if type(value) is str and value:
            return f' {name}="{escape(sanitize_url(value))}"'
        if is_nothing(value) or isinstance(value, bool) or is_function_or_symbol(value):
            return ""
        if value == "" and not keep_empty:
            return ""
        return f' {name}="{escape(sanitize_url(text_of(value)))}"'

    return write


def _overloaded(name: str) -> Callable[[object], str]:
    def write(value: object) -> str:
        if isinstance(value, bool):
            return f' {name}=""' if value else ""
        return text_attribute(name, value)

    return write


def _numeric(name: str, minimum: float) -> Callable[[object], str]:
    def write(value: object) -> str:
        if is_function_or_symbol(value):
            return ""
        if isinstance(value, BigInt):
            raise ElementError(f"{name} takes a number; a BigInt is none in JavaScript.")
        number = number_of(value)
        if math.isnan(number) or number < minimum:
            return ""
        return f' {name}="{escape(text_of(value))}"'

    return write


def _nothing(_value: object) -> str:
    return ""


_WRITERS: dict[str, Callable[[object], str]] = {
    **{prop: _text(name) for prop, name in TEXT_PROPS.items()},
    **{prop: _enumerated(prop) for prop in ENUMERATED_PROPS},
    **{prop: _boolean(prop) for prop in BOOLEAN_PROPS},
    **{prop: _boolean(prop.lower()) for prop in LOWER_CASE_BOOLEAN_PROPS},
    **{prop: _overloaded(prop) for prop in OVERLOADED_PROPS},
    **{prop: _numeric(prop, 1) for prop in POSITIVE_NUMERIC_PROPS},
    **{prop: _numeric(prop, -math.inf) for prop in NUMERIC_PROPS},
    **dict.fromkeys(IGNORED_PROPS, _nothing),
    "style": style_attribute,
    "src": _url("src", keep_empty=False),
    "href": _url("href", keep_empty=False),
    "action": _url("action", keep_empty=True),
    "formAction": _url("formAction", keep_empty=True),
    "xlinkHref": _url("xlink:href", keep_empty=True),
}

PLAIN_TEXT_PROPS = """
    alt autoComplete charSet cite colSpan content contentEditable d dateTime draggable encType fill form
    headers id inputMode itemProp kind label lang list max maxLength media method min minLength name nonce
    pattern placeholder points poster property rel scope shape sizes spellCheck srcSet step stroke summary
    target title transform type useMap value wrap x x1 x2 xmlns y y1 y2 aria-controls aria-current
    aria-describedby aria-label aria-labelledby aria-live data-id
""".split()  # noqa: SIM905


class _TextOpenings(dict[str, str | None]):
    """Prop -> its attribute up to the quote, or None where the value decides; data- and aria- names are added."""

    def __missing__(self, prop: str) -> str | None:
        opening = None
        if prop[:5] in {"data-", "aria-"} and is_attribute_name(prop):
            opening = f' {prop}="'
        if len(self) < MAX_OPENINGS:
            self[prop] = opening
        return opening


MAX_OPENINGS = 2000
"""Names come from an app's source; whoever makes up more of them pays for each."""

TEXT_OPENINGS: dict[str, str | None] = _TextOpenings(
    {
        prop: f' {name}="'
        for prop, name in {
            **dict(zip(PLAIN_TEXT_PROPS, PLAIN_TEXT_PROPS, strict=True)),
            **ALIASES,
            **TEXT_PROPS,
        }.items()
    }
)
"""What a text or an int stands behind, for props of which both are written as they are; look it up with []."""


class _ClassAttributes(dict[str, str]):
    """Class names -> their attribute: the same few stand on most elements of a page."""

    def __missing__(self, value: str) -> str:
        written = f' class="{escape(value)}"'
        if len(self) < MAX_CLASSES and len(value) <= MAX_CLASS_CHARACTERS:
            self[value] = written
        return written


MAX_CLASSES = 2000
"""They come from an app's source; whoever makes up more of them pays for each."""
MAX_CLASS_CHARACTERS = 500

CLASS_ATTRIBUTES: dict[str, str] = _ClassAttributes()
"""The attributes of the class names met so far; look it up with []."""
