"""The first HTML that Python writes for the runtime's components is what the real ones give.

The same payload goes to React with the components of `packages/client`, so a page of them hydrates in silence.
"""

from __future__ import annotations

import asyncio
import base64
import re
from collections.abc import Callable, Iterator

import pytest

from support.node_oracle import NodeOracle
from wingbeat import component, error_boundary, fragment, html as h, suspense
from wingbeat.flight import ServerReference, encode_payload
from wingbeat.html.server_functions import ServerFunction
from wingbeat.html.writer import write_html
from wingbeat.rendering import Renderer
from wingbeat.ui import action_form, field_error, form_message, reset_button, submit_button

pytestmark = [pytest.mark.oracle, pytest.mark.timeout(60)]


class Action(ServerFunction):
    """An action, bound to whatever is given."""

    def __init__(self, *bound: object) -> None:
        self.bound = bound

    def handed_over(self) -> Action:
        return self

    def bind(self, args: tuple[object, ...], kwargs: dict[str, object]) -> Action:
        assert not kwargs
        return Action(*self.bound, *args)


@component
def broken() -> object:
    raise ValueError("it broke")


NODES: dict[str, Callable[[], object]] = {
    "a submit button": lambda: submit_button()["Save"],
    "with a pending label": lambda: submit_button(pending="Saving…")["Save"],
    "with a pending element": lambda: submit_button(pending=h.em["…"])["Save ", h.b["all"]],
    "without children": lambda: submit_button(pending="Saving…"),
    "with attributes": lambda: submit_button(class_="a", id="b", aria_label="c", data_x=1, disabled=True)[
        "Save"
    ],
    "with a name": lambda: submit_button(pending="…", name="intent", value="save")["Save"],
    "with a type of its own": lambda: submit_button(type="reset")["Reset"],
    "in a form": lambda: h.form(action=Action())[h.input(name="a"), submit_button(pending="…")["Save"]],
    "in a bound form": lambda: h.form(action=Action("sealed"))[submit_button(pending="…")["Save"]],
    "with an action of its own": lambda: h.form[submit_button(form_action=Action("x"), pending="…")["Save"]],
    "two, keyed": lambda: h.form[[submit_button().keyed(n)[str(n)] for n in (1, 2)]],
    "a reset button": lambda: reset_button()["Try again"],
    "a reset button with attributes": lambda: reset_button(class_="a", title="b")["Again ", h.i["now"]],
    "a reset button without children": reset_button,
    "a boundary that is whole": lambda: error_boundary(fallback=h.p["Sorry."])["a", h.b["b"]],
    "a boundary that failed": lambda: error_boundary(fallback=h.p["Sorry.", reset_button()["Again"]])[
        broken()
    ],
    "a boundary that failed without a fallback": lambda: error_boundary()[broken()],
    "boundaries among text": lambda: h.p[
        "a", error_boundary(fallback="b")[broken()], "c", error_boundary()["d"]
    ],
    "in Suspense": lambda: suspense(fallback="…")[
        fragment[submit_button()["a"], error_boundary(fallback=1)["b"]]
    ],
}


@pytest.fixture(scope="module", params=["production", "development"])
def react(request: pytest.FixtureRequest) -> Iterator[tuple[NodeOracle, bool]]:
    with NodeOracle("twins.cjs", {"NODE_ENV": request.param}) as oracle:
        yield oracle, request.param == "development"


def _tree(node: object, failure: dict[str, object]) -> object:
    renderer = Renderer(
        reference=lambda action: ServerReference("id", getattr(action, "bound", None) or None),
        report=lambda _error: failure,
    )
    return asyncio.run(renderer.render(h.div[node]))


@pytest.mark.parametrize(
    "failure", [{"digest": "d1"}, {"digest": "d1", "message": "ValueError: it broke"}, {}]
)
@pytest.mark.parametrize("name", NODES)
def test_the_first_html_is_what_the_real_component_gives(
    react: tuple[NodeOracle, bool], name: str, failure: dict[str, object]
) -> None:
    oracle, development = react
    tree = _tree(NODES[name](), failure)

    assert _unnumbered(write_html(tree)) == _unnumbered(_html(oracle, tree, development=development))


RESULTS: dict[str, dict[str, object]] = {
    "nothing": {"state": None},
    "a message": {"state": {"message": "Saved & sealed."}},
    "errors": {"state": {"errors": {"email": ["Taken.", "Try <another>."], "a b/ü.0": "Empty.", "x": []}}},
    "errors and a message": {"state": {"errors": {"email": ["Taken."]}, "message": "Not yet."}},
    "a failure": {"state": {"message": "old"}, "failure": {"message": "The shop is closed."}},
    "refused arguments": {"state": {}, "failure": {"errors": {"email": ["Field required"]}}},
    "strange things": {"state": {"errors": {"email": 3, "a b/ü.0": [None, ""]}, "message": 5}},
    "a list": {"state": ["errors"]},
}


def _action_forms(action: Action) -> object:
    return h.section[
        action_form(action, initial={"errors": {"email": ["From the start."]}}, class_="card", key="first")[
            form_message(class_="notice"),
            h.input(name="email", default_value="a@b"),
            field_error("email", class_="problem"),
            [field_error("a b/ü.0").keyed(1), h.p(key=2)["…"]],
            reset_button()["Empty"],
            submit_button(pending="…")["Send"],
        ],
        h.p["Between"],
        action_form(action, id="second")[
            form_message()["Look ", h.b["below"], "."], h.fieldset[field_error("email")]
        ],
        reset_button()["Reload"],
    ]


@pytest.mark.parametrize("bound", [(), ("sealed",)], ids=["unbound", "bound"])
def test_an_action_form_is_what_the_real_component_gives(
    react: tuple[NodeOracle, bool], bound: tuple[object, ...]
) -> None:
    oracle, development = react
    tree = _tree(_action_forms(Action(*bound)), {})

    theirs = _html(oracle, tree, development=development)

    assert _unnumbered(write_html(tree)) == _unnumbered(theirs)
    assert theirs.count('name="$ACTION_KEY"') == theirs.count('name="$ACTION_FORM"') == 2


@pytest.mark.parametrize("result", RESULTS.values(), ids=RESULTS)
@pytest.mark.parametrize("form", [0, 1])
def test_a_posted_result_stands_where_react_puts_it(
    react: tuple[NodeOracle, bool], form: int, result: dict[str, object]
) -> None:
    oracle, development = react
    tree = _tree(_action_forms(Action("sealed")), {})
    key = re.findall(r'name="\$ACTION_KEY" value="(\w+)"', write_html(tree))[form]
    state = [result, key, "id", 1]

    ours = write_html(tree, form_state=state)

    assert _unnumbered(ours) == _unnumbered(_html(oracle, tree, development=development, form_state=state))
    assert ours.count("<!--F!-->") == ours.count("<!--F-->") == 1


def _html(
    oracle: NodeOracle, tree: object, *, development: bool, form_state: list[object] | None = None
) -> str:
    payload = base64.b64encode(encode_payload(tree, development=development)).decode()
    return str(oracle.ask({"payload": payload, "formState": form_state}))


def _unnumbered(html: str) -> str:
    """Forget the number of a form's hidden fields, and their order: React's development build renders twice."""
    html = re.sub(r"\$ACTION_(REF_)?\d+", r"$ACTION_\1n", html)
    return re.sub(
        r'(<input type="hidden" name="\$ACTION_n:[^>]*>)+',
        lambda fields: "".join(sorted(re.findall("<[^>]*>", fields[0]))),
        html,
    )
