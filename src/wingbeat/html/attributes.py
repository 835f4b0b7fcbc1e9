"""How a DOM attribute may be spelled in Python, and which React prop it is: the one table.

    class_ class_name -> className      html_for for_ -> htmlFor       tab_index tabindex -> tabIndex
    aria_label        -> aria-label     data_row_id   -> data-row-id   on_key_down onkeydown -> onKeyDown

The rule: a prop's name in snake_case, HTML's own spelling, or React's name; `_` may stand for `-`, and a
trailing `_` is dropped (`class_`, `as_`, `async_`). A name that React does not know is a custom attribute:
`_` becomes `-` (`hx_get` -> `hx-get`). Attributes of custom elements are not in the table and do the same.
Limits: names only; values are checked in attribute_values.py.
"""

from __future__ import annotations

import re

__all__ = ["EVENT_NAMES", "PROP_NAMES", "custom_element_prop", "prop_name", "snake_case"]

# What react-dom 19.3.1 calls possibleStandardNames; a test compares the two.
REACT_PROPS = """
    about accentHeight accept acceptCharset accessKey accumulate action additive alignmentBaseline
    allowFullScreen allowReorder alphabetic alt amplitude arabicForm as ascent async attributeName
    attributeType autoCapitalize autoComplete autoCorrect autoFocus autoPlay autoReverse autoSave
    azimuth baseFrequency baseProfile baselineShift bbox begin bias by calcMode capHeight capture
    cellPadding cellSpacing challenge charSet checked cite classID className clip clipPath clipPathUnits
    clipRule colSpan color colorInterpolation colorInterpolationFilters colorProfile colorRendering cols
    content contentEditable contentScriptType contentStyleType contextMenu controls controlsList coords
    credentialless crossOrigin cursor cx cy d dangerouslySetInnerHTML data datatype dateTime decelerate
    default defaultChecked defaultValue defer descent diffuseConstant dir direction
    disablePictureInPicture disableRemotePlayback disabled display divisor dominantBaseline download
    draggable dur dx dy edgeMode elevation enableBackground encType end enterKeyHint exponent
    externalResourcesRequired fetchPriority fill fillOpacity fillRule filter filterRes filterUnits
    floodColor floodOpacity focusable fontFamily fontSize fontSizeAdjust fontStretch fontStyle
    fontVariant fontWeight form formAction formEncType formMethod formNoValidate formTarget format
    frameBorder from fx fy g1 g2 glyphName glyphOrientationHorizontal glyphOrientationVertical glyphRef
    gradientTransform gradientUnits hanging headers height hidden high horizAdvX horizOriginX href
    hrefLang htmlFor httpEquiv icon id ideographic imageRendering imageSizes imageSrcSet in in2 inert
    inlist innerHTML inputMode integrity intercept is itemID itemProp itemRef itemScope itemType k k1 k2
    k3 k4 kernelMatrix kernelUnitLength kerning keyParams keyPoints keySplines keyTimes keyType kind
    label lang lengthAdjust letterSpacing lightingColor limitingConeAngle list local loop low manifest
    marginHeight marginWidth markerEnd markerHeight markerMid markerStart markerUnits markerWidth mask
    maskContentUnits maskType maskUnits mathematical max maxLength media mediaGroup method min minLength
    mode multiple muted name noModule noValidate nonce numOctaves offset opacity open operator optimum
    order orient orientation origin overflow overlinePosition overlineThickness paintOrder pathLength
    pattern patternContentUnits patternTransform patternUnits placeholder playsInline pointerEvents
    points pointsAtX pointsAtY pointsAtZ popover popoverTarget popoverTargetAction poster prefix preload
    preserveAlpha preserveAspectRatio primitiveUnits profile property r radioGroup radius readOnly refX
    refY referrerPolicy rel renderingIntent repeatCount repeatDur required requiredExtensions
    requiredFeatures resource restart result results reversed role rotate rowSpan rows rx ry sandbox
    scale scope scoped scrolling seamless security seed selected shape shapeRendering size sizes slope
    spacing span specularConstant specularExponent speed spellCheck spreadMethod src srcDoc srcLang
    srcSet start startOffset stdDeviation stemh stemv step stitchTiles stopColor stopOpacity
    strikethroughPosition strikethroughThickness string stroke strokeDasharray strokeDashoffset
    strokeLinecap strokeLinejoin strokeMiterlimit strokeOpacity strokeWidth style summary
    suppressContentEditableWarning suppressHydrationWarning surfaceScale systemLanguage tabIndex
    tableValues target targetX targetY textAnchor textDecoration textLength textRendering title to
    transform transformOrigin type typeof u1 u2 underlinePosition underlineThickness unicode unicodeBidi
    unicodeRange unitsPerEm unselectable useMap vAlphabetic vHanging vIdeographic vMathematical value
    values vectorEffect version vertAdvY vertOriginX vertOriginY viewBox viewTarget visibility vocab
    width widths wmode wordSpacing wrap writingMode x x1 x2 xChannelSelector xHeight xlinkActuate
    xlinkArcrole xlinkHref xlinkRole xlinkShow xlinkTitle xlinkType xmlBase xmlLang xmlSpace xmlns
    xmlnsXlink y y1 y2 yChannelSelector z zoomAndPan
""".split()  # noqa: SIM905 (a list of words reads better so)

# The events react-dom 19.3.1 registers, without "on"; each exists as `...Capture` too.
REACT_EVENTS = """
    abort animationEnd animationIteration animationStart auxClick beforeInput beforeToggle blur canPlay
    canPlayThrough cancel change click close compositionEnd compositionStart compositionUpdate
    contextMenu copy cut doubleClick drag dragEnd dragEnter dragExit dragLeave dragOver dragStart drop
    durationChange emptied encrypted ended error focus fullscreenChange fullscreenError
    gotPointerCapture input invalid keyDown keyPress keyUp load loadStart loadedData loadedMetadata
    lostPointerCapture mouseDown mouseEnter mouseLeave mouseMove mouseOut mouseOver mouseUp paste pause
    play playing pointerCancel pointerDown pointerEnter pointerLeave pointerMove pointerOut pointerOver
    pointerUp progress rateChange reset resize scroll scrollEnd seeked seeking select stalled submit
    suspend timeUpdate toggle touchCancel touchEnd touchMove touchStart transitionCancel transitionEnd
    transitionRun transitionStart volumeChange waiting wheel
""".split()  # noqa: SIM905

# HTML's spelling where it is not the prop's name in lower case, and what react-dom itself renames.
OTHER_SPELLINGS = {
    "class": "className",
    "for": "htmlFor",
    "charset": "charSet",
    "panose_1": "panose1",
    "ondblclick": "onDoubleClick",
    "xml:base": "xmlBase",
    "xml:lang": "xmlLang",
    "xml:space": "xmlSpace",
    "xmlns:xlink": "xmlnsXlink",
    "xlink:actuate": "xlinkActuate",
    "xlink:arcrole": "xlinkArcrole",
    "xlink:href": "xlinkHref",
    "xlink:role": "xlinkRole",
    "xlink:show": "xlinkShow",
    "xlink:title": "xlinkTitle",
    "xlink:type": "xlinkType",
}

# A custom element gets every attribute as it is written, except what React itself handles.
REACT_ONLY = (
    "className",
    "dangerouslySetInnerHTML",
    "suppressContentEditableWarning",
    "suppressHydrationWarning",
)

_CAPITAL = re.compile(r"(?<=[a-z0-9])(?=[A-Z])")
_EVENT = re.compile(r"on_[a-z0-9_]+")


def snake_case(name: str) -> str:
    """Return a React name in snake_case: `strokeWidth` -> `stroke_width`, `itemID` -> `item_id`."""
    return _CAPITAL.sub("_", name).lower()


def _spellings(names: list[str]) -> dict[str, str]:
    table: dict[str, str] = {}
    for name in names:
        for spelling in (name, name.lower(), snake_case(name)):
            table[spelling] = name
            table[f"{spelling}_"] = name
    return table


EVENT_NAMES: dict[str, str] = _spellings(
    [f"on{event[0].upper()}{event[1:]}{phase}" for event in REACT_EVENTS for phase in ("", "Capture")]
)
"""Every accepted spelling of an event handler."""

PROP_NAMES: dict[str, str] = _spellings(["panose1", *REACT_PROPS])
"""Every accepted spelling of an attribute, except `aria_...`, `data_...` and event handlers."""
for _spelling, _name in OTHER_SPELLINGS.items():
    (EVENT_NAMES if _name.startswith("on") else PROP_NAMES).update({_spelling: _name, f"{_spelling}_": _name})

_CUSTOM_ELEMENT_NAMES = {**_spellings(list(REACT_ONLY)), "class": "className", "class_": "className"}


def prop_name(name: str) -> str:
    """Return the React prop that `name`, as written in Python, stands for on a known element."""
    known = PROP_NAMES.get(name)
    if known is not None:
        return known
    plain = name.replace("-", "_")
    known = PROP_NAMES.get(plain) or EVENT_NAMES.get(plain) or EVENT_NAMES.get(plain.lower())
    if known is not None:
        return known
    if _EVENT.fullmatch(plain):
        return "on" + "".join(word[:1].upper() + word[1:] for word in plain[3:].split("_"))
    return _hyphenated(name)


def custom_element_prop(name: str) -> str:
    """Return the prop that `name` stands for on a custom element: as written, with `-` for `_`."""
    return _CUSTOM_ELEMENT_NAMES.get(name) or _hyphenated(name)


def _hyphenated(name: str) -> str:
    return (name.removesuffix("_")).replace("_", "-")
