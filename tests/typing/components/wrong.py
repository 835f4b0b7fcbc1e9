from wingbeat import component, html as h


@component
def card(title: str, *, size: int = 1, children: object = None) -> object:
    return h.article[h.h2[title], str(size), children]


@component
async def page(title: str) -> object:
    return card(title)


card(1)
card("A", size="big")
card("A", colour="red")
card()
page("A", "B")
_ = page("A").title
