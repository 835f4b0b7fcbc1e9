from wingbeat import component, html as h


@component
def card(title: str, *, size: int = 1, children: object = None) -> object:
    return h.article[h.h2[title], str(size), children]


@component
async def page(title: str) -> object:
    return card(title, size=2)["a", h.p["b"]].keyed(1)


page("A").keyed("a")
card(title="A")[page("B")]
