"""What a visitor prefers, kept in cookies. A cookie may hold anything, so it is read with care."""

from typing import Literal, get_args

from wingbeat import cookies

Theme = Literal["system", "light", "dark"]
Density = Literal["comfortable", "compact"]

THEMES: tuple[Theme, ...] = get_args(Theme)
DENSITIES: tuple[Density, ...] = get_args(Density)


def theme() -> Theme:
    chosen = cookies().get("theme")
    return chosen if chosen in THEMES else "system"


def density() -> Density:
    chosen = cookies().get("density")
    return chosen if chosen in DENSITIES else "comfortable"
