from functools import partial

from app.actions import choose_theme
from app.preferences import THEMES, theme
from wingbeat import component, html as h


async def layout(children: object) -> h.Node:
    return h.html(lang="en", data_theme=theme())[
        h.head[
            h.meta(char_set="utf-8"),
            h.meta(name="viewport", content="width=device-width, initial-scale=1"),
            h.link(rel="icon", href="/favicon.svg", type="image/svg+xml"),
            h.link(rel="stylesheet", href="/styles.css"),
        ],
        h.body[
            h.a(class_="skip-link", href="#content")["Skip to the content"],
            h.header(class_="site")[h.a(class_="brand", href="/")["Tally"], theme_switch()],
            h.div(id="content", tab_index=-1)[children],
            h.footer(class_="site")["A Wingbeat example. Its pages work with and without JavaScript."],
        ],
    ]


@component
def theme_switch() -> h.Node:
    return h.form(class_="switch", role="group", aria_label="Colours")[
        (
            h.button(key=name, form_action=partial(choose_theme, name), aria_pressed=name == theme())[
                name.capitalize()
            ]
            for name in THEMES
        )
    ]
