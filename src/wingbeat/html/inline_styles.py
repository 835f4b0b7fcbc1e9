"""Write a `style` attribute from React's style object.

    {"marginTop": 4, "--gap": " 1 ", "zIndex": 2}  ->  ' style="margin-top:4px;--gap:1;z-index:2"'

Numbers are pixels but for the properties that have no unit. None, booleans and "" leave the property out.
"""

from __future__ import annotations

import re
from functools import lru_cache

from wingbeat.errors import ElementError
from wingbeat.flight import BigInt

from .attribute_values import is_mapping
from .javascript import WHITESPACE, is_nothing, number_text, text_of
from .markup import escape

__all__ = ["style_attribute"]

UNITLESS = frozenset(
    """
    animationIterationCount aspectRatio borderImageOutset borderImageSlice borderImageWidth boxFlex
    boxFlexGroup boxOrdinalGroup columnCount columns flex flexGrow flexPositive flexShrink flexNegative
    flexOrder gridArea gridRow gridRowEnd gridRowSpan gridRowStart gridColumn gridColumnEnd
    gridColumnSpan gridColumnStart fontWeight lineClamp lineHeight opacity order orphans scale tabSize
    widows zIndex zoom fillOpacity floodOpacity stopOpacity strokeDasharray strokeDashoffset
    strokeMiterlimit strokeOpacity strokeWidth MozAnimationIterationCount MozBoxFlex MozBoxFlexGroup
    MozLineClamp msAnimationIterationCount msFlex msZoom msFlexGrow msFlexNegative msFlexOrder
    msFlexPositive msFlexShrink msGridColumn msGridColumnSpan msGridRow msGridRowSpan
    WebkitAnimationIterationCount WebkitBoxFlex WebKitBoxFlexGroup WebkitBoxOrdinalGroup
    WebkitColumnCount WebkitColumns WebkitFlex WebkitFlexGrow WebkitFlexPositive WebkitFlexShrink
    WebkitLineClamp
    """.split()  # noqa: SIM905 (a list of words reads better so)
)
_CAPITAL = re.compile(r"([A-Z])")


def style_attribute(style: object) -> str:
    """Return the whole attribute, or "" when no property is left. Raises ElementError if it is no dict."""
    if not is_mapping(style):
        raise ElementError('style takes a dict of CSS properties, such as style={"margin_top": 4}.')
    declarations = [
        _declaration(text_of(name), value)
        for name, value in style.items()
        if not (is_nothing(value) or isinstance(value, bool) or value == "")
    ]
    return f' style="{";".join(declarations)}"' if declarations else ""


def _declaration(name: str, value: object) -> str:
    if name.startswith("--"):
        return f"{escape(name)}:{escape(text_of(value).strip(WHITESPACE))}"
    if isinstance(value, int | float) and not isinstance(value, BigInt):
        unit = "" if value == 0 or name in UNITLESS else "px"
        return f"{_property_name(name)}:{number_text(value)}{unit}"
    return f"{_property_name(name)}:{escape(text_of(value).strip(WHITESPACE))}"


@lru_cache(1024)
def _property_name(name: str) -> str:
    name = _CAPITAL.sub(r"-\1", name).lower()
    return escape(f"-{name}" if name.startswith("ms-") else name)
