# ruff: noqa: A001 (a tag is named as in HTML; users write `html as h`, so nothing is shadowed)
"""One element per HTML, SVG and MathML tag.

    from wingbeat import html as h

    h.form(action=save, class_="card")[h.input(name="title", required=True), h.button["Save"]]

Attributes are keywords in snake_case of React's prop (`class_`, `html_for`, `aria_label`, `data_id`, `key`);
HTML's own spelling works too. Children stand in brackets. `style` is a dict. Any other tag, such as a custom
element, is `h.element("my-tag")`.
"""

from __future__ import annotations

from .builder import Node, Tag, VoidNode, VoidTag, element

__all__ = [
    "Node",
    "Tag",
    "VoidNode",
    "VoidTag",
    "a",
    "abbr",
    "acronym",
    "address",
    "animate",
    "animate_motion",
    "animate_transform",
    "annotation",
    "annotation_xml",
    "area",
    "article",
    "aside",
    "audio",
    "b",
    "base",
    "bdi",
    "bdo",
    "big",
    "blockquote",
    "body",
    "br",
    "button",
    "canvas",
    "caption",
    "center",
    "circle",
    "cite",
    "clip_path",
    "code",
    "col",
    "colgroup",
    "data",
    "datalist",
    "dd",
    "defs",
    "del_",
    "desc",
    "details",
    "dfn",
    "dialog",
    "div",
    "dl",
    "dt",
    "element",
    "ellipse",
    "em",
    "embed",
    "fe_blend",
    "fe_color_matrix",
    "fe_component_transfer",
    "fe_composite",
    "fe_convolve_matrix",
    "fe_diffuse_lighting",
    "fe_displacement_map",
    "fe_distant_light",
    "fe_drop_shadow",
    "fe_flood",
    "fe_func_a",
    "fe_func_b",
    "fe_func_g",
    "fe_func_r",
    "fe_gaussian_blur",
    "fe_image",
    "fe_merge",
    "fe_merge_node",
    "fe_morphology",
    "fe_offset",
    "fe_point_light",
    "fe_specular_lighting",
    "fe_spot_light",
    "fe_tile",
    "fe_turbulence",
    "fieldset",
    "figcaption",
    "figure",
    "filter",
    "footer",
    "foreign_object",
    "form",
    "g",
    "h1",
    "h2",
    "h3",
    "h4",
    "h5",
    "h6",
    "head",
    "header",
    "hgroup",
    "hr",
    "html",
    "i",
    "iframe",
    "image",
    "img",
    "input",
    "ins",
    "kbd",
    "label",
    "legend",
    "li",
    "line",
    "linear_gradient",
    "link",
    "maction",
    "main",
    "map",
    "mark",
    "marker",
    "mask",
    "math",
    "menclose",
    "menu",
    "merror",
    "meta",
    "metadata",
    "meter",
    "mfenced",
    "mfrac",
    "mi",
    "mmultiscripts",
    "mn",
    "mo",
    "mover",
    "mpadded",
    "mpath",
    "mphantom",
    "mprescripts",
    "mroot",
    "mrow",
    "ms",
    "mspace",
    "msqrt",
    "mstyle",
    "msub",
    "msubsup",
    "msup",
    "mtable",
    "mtd",
    "mtext",
    "mtr",
    "munder",
    "munderover",
    "nav",
    "noscript",
    "object",
    "ol",
    "optgroup",
    "option",
    "output",
    "p",
    "param",
    "path",
    "pattern",
    "picture",
    "polygon",
    "polyline",
    "pre",
    "progress",
    "q",
    "radial_gradient",
    "rect",
    "rp",
    "rt",
    "ruby",
    "s",
    "samp",
    "script",
    "search",
    "section",
    "select",
    "semantics",
    "set",
    "slot",
    "small",
    "source",
    "span",
    "stop",
    "strong",
    "style",
    "sub",
    "summary",
    "sup",
    "svg",
    "switch",
    "symbol",
    "table",
    "tbody",
    "td",
    "template",
    "text",
    "text_path",
    "textarea",
    "tfoot",
    "th",
    "thead",
    "time",
    "title",
    "tr",
    "track",
    "tspan",
    "u",
    "ul",
    "use",
    "var",
    "video",
    "view",
    "wbr",
]

# HTML
a = Tag("a")
abbr = Tag("abbr")
acronym = Tag("acronym")
address = Tag("address")
area = VoidTag("area")
article = Tag("article")
aside = Tag("aside")
audio = Tag("audio")
b = Tag("b")
base = VoidTag("base")
bdi = Tag("bdi")
bdo = Tag("bdo")
big = Tag("big")
blockquote = Tag("blockquote")
body = Tag("body")
br = VoidTag("br")
button = Tag("button")
canvas = Tag("canvas")
caption = Tag("caption")
center = Tag("center")
cite = Tag("cite")
code = Tag("code")
col = VoidTag("col")
colgroup = Tag("colgroup")
data = Tag("data")
datalist = Tag("datalist")
dd = Tag("dd")
del_ = Tag("del")
details = Tag("details")
dfn = Tag("dfn")
dialog = Tag("dialog")
div = Tag("div")
dl = Tag("dl")
dt = Tag("dt")
em = Tag("em")
embed = VoidTag("embed")
fieldset = Tag("fieldset")
figcaption = Tag("figcaption")
figure = Tag("figure")
footer = Tag("footer")
form = Tag("form")
h1 = Tag("h1")
h2 = Tag("h2")
h3 = Tag("h3")
h4 = Tag("h4")
h5 = Tag("h5")
h6 = Tag("h6")
head = Tag("head")
header = Tag("header")
hgroup = Tag("hgroup")
hr = VoidTag("hr")
html = Tag("html")
i = Tag("i")
iframe = Tag("iframe")
img = VoidTag("img")
input = VoidTag("input")
ins = Tag("ins")
kbd = Tag("kbd")
label = Tag("label")
legend = Tag("legend")
li = Tag("li")
link = VoidTag("link")
main = Tag("main")
map = Tag("map")
mark = Tag("mark")
menu = Tag("menu")
meta = VoidTag("meta")
meter = Tag("meter")
nav = Tag("nav")
noscript = Tag("noscript")
object = Tag("object")
ol = Tag("ol")
optgroup = Tag("optgroup")
option = Tag("option")
output = Tag("output")
p = Tag("p")
param = VoidTag("param")
picture = Tag("picture")
pre = Tag("pre")
progress = Tag("progress")
q = Tag("q")
rp = Tag("rp")
rt = Tag("rt")
ruby = Tag("ruby")
s = Tag("s")
samp = Tag("samp")
script = Tag("script")
search = Tag("search")
section = Tag("section")
select = Tag("select")
slot = Tag("slot")
small = Tag("small")
source = VoidTag("source")
span = Tag("span")
strong = Tag("strong")
style = Tag("style")
sub = Tag("sub")
summary = Tag("summary")
sup = Tag("sup")
table = Tag("table")
tbody = Tag("tbody")
td = Tag("td")
template = Tag("template")
textarea = Tag("textarea")
tfoot = Tag("tfoot")
th = Tag("th")
thead = Tag("thead")
time = Tag("time")
title = Tag("title")
tr = Tag("tr")
track = VoidTag("track")
u = Tag("u")
ul = Tag("ul")
var = Tag("var")
video = Tag("video")
wbr = VoidTag("wbr")

# SVG; `a`, `script`, `style` and `title` stand above
animate = Tag("animate")
animate_motion = Tag("animateMotion")
animate_transform = Tag("animateTransform")
circle = Tag("circle")
clip_path = Tag("clipPath")
defs = Tag("defs")
desc = Tag("desc")
ellipse = Tag("ellipse")
fe_blend = Tag("feBlend")
fe_color_matrix = Tag("feColorMatrix")
fe_component_transfer = Tag("feComponentTransfer")
fe_composite = Tag("feComposite")
fe_convolve_matrix = Tag("feConvolveMatrix")
fe_diffuse_lighting = Tag("feDiffuseLighting")
fe_displacement_map = Tag("feDisplacementMap")
fe_distant_light = Tag("feDistantLight")
fe_drop_shadow = Tag("feDropShadow")
fe_flood = Tag("feFlood")
fe_func_a = Tag("feFuncA")
fe_func_b = Tag("feFuncB")
fe_func_g = Tag("feFuncG")
fe_func_r = Tag("feFuncR")
fe_gaussian_blur = Tag("feGaussianBlur")
fe_image = Tag("feImage")
fe_merge = Tag("feMerge")
fe_merge_node = Tag("feMergeNode")
fe_morphology = Tag("feMorphology")
fe_offset = Tag("feOffset")
fe_point_light = Tag("fePointLight")
fe_specular_lighting = Tag("feSpecularLighting")
fe_spot_light = Tag("feSpotLight")
fe_tile = Tag("feTile")
fe_turbulence = Tag("feTurbulence")
filter = Tag("filter")
foreign_object = Tag("foreignObject")
g = Tag("g")
image = Tag("image")
line = Tag("line")
linear_gradient = Tag("linearGradient")
marker = Tag("marker")
mask = Tag("mask")
metadata = Tag("metadata")
mpath = Tag("mpath")
path = Tag("path")
pattern = Tag("pattern")
polygon = Tag("polygon")
polyline = Tag("polyline")
radial_gradient = Tag("radialGradient")
rect = Tag("rect")
set = Tag("set")
stop = Tag("stop")
svg = Tag("svg")
switch = Tag("switch")
symbol = Tag("symbol")
text = Tag("text")
text_path = Tag("textPath")
tspan = Tag("tspan")
use = Tag("use")
view = Tag("view")

# MathML
annotation = Tag("annotation")
annotation_xml = Tag("annotation-xml")
maction = Tag("maction")
math = Tag("math")
menclose = Tag("menclose")
merror = Tag("merror")
mfenced = Tag("mfenced")
mfrac = Tag("mfrac")
mi = Tag("mi")
mmultiscripts = Tag("mmultiscripts")
mn = Tag("mn")
mo = Tag("mo")
mover = Tag("mover")
mpadded = Tag("mpadded")
mphantom = Tag("mphantom")
mprescripts = Tag("mprescripts")
mroot = Tag("mroot")
mrow = Tag("mrow")
ms = Tag("ms")
mspace = Tag("mspace")
msqrt = Tag("msqrt")
mstyle = Tag("mstyle")
msub = Tag("msub")
msubsup = Tag("msubsup")
msup = Tag("msup")
mtable = Tag("mtable")
mtd = Tag("mtd")
mtext = Tag("mtext")
mtr = Tag("mtr")
munder = Tag("munder")
munderover = Tag("munderover")
semantics = Tag("semantics")
