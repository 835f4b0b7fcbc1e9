"""Ids from requests become functions here and nowhere else."""

import json
import subprocess
import sys
from pathlib import Path
from textwrap import dedent

import pytest

from support.app_packages import AppUnderTest, app_package, references_in
from wingbeat.actions import Keyring, Sealer, new_key
from wingbeat.actions.capture_codec import encode_captured
from wingbeat.actions.registry import ARITY_ALPHABET, PARALLEL_LANE, SEALED_BIT
from wingbeat.errors import StaleCapture, UnknownAction

ACTIONS = """
"use server"

def none(): ...
def two(a, b=1, *, c=2): ...
def rest(a, *others): ...
"""
PAGE = """
from functools import partial
from wingbeat import html as h

def page():
    row = 7
    async def delete(amount: int, form=None):
        "use server"
        return row, amount
    async def other(amount: int, form=None):
        "use server"
        return row, amount
    async def free(amount: int):
        "use server"
        return amount
    return [h.form(action=delete), h.form(action=other), h.form(action=partial(delete, 3)), h.form(action=free)]
"""


def ids(app: AppUnderTest, keyring: Keyring | None = None) -> dict[str, str]:
    registry = app.registry(keyring)
    return {one.qualname: registry.action_id(one) for one in registry.definitions}


def test_an_id_is_arity_lane_and_digest(load) -> None:
    app = load({"actions.py": ACTIONS})
    found = ids(app)

    assert {name: ARITY_ALPHABET.index(one[0]) for name, one in found.items()} == {
        "none": 0,
        "two": 2,
        "rest": 31,
    }
    assert {len(one) for one in found.values()} == {27}
    assert len({one[1:5] for one in found.values()}) == 1
    assert len({one[5:] for one in found.values()}) == 3


def test_an_action_of_very_many_parameters_is_sent_all_of_them(load) -> None:
    app = load({"actions.py": f'"use server"\ndef many({", ".join(f"p{i}" for i in range(40))}): ...'})

    assert ARITY_ALPHABET.index(ids(app)["many"][0]) == 31


def test_modules_have_lanes_of_their_own_unless_they_are_parallel(load) -> None:
    app = load({"a.py": ACTIONS, "b.py": ACTIONS, "c.py": ACTIONS + "\nparallel = True"})
    registry = app.registry()
    lanes = {one.module.__name__[-1]: registry.action_id(one)[1:5] for one in registry.definitions}

    assert lanes["a"] != lanes["b"]
    assert lanes["c"] == PARALLEL_LANE


def test_ids_depend_on_the_name_and_not_on_the_position(load) -> None:
    app = load({"actions.py": ACTIONS})
    before = ids(app)
    app.forget()
    app.rewrite("actions.py", ACTIONS.replace("def none", "def added(): ...\n\n\ndef none"))

    after = ids(app)

    assert {name: after[name] for name in before} == before


def test_ids_are_stable_for_a_key_and_different_for_another(load) -> None:
    app = load({"actions.py": ACTIONS})
    other = Keyring.read(new_key(), "KEY")

    assert ids(app) == ids(app)
    assert not {one[5:] for one in ids(app).values()} & {one[5:] for one in ids(app, other).values()}


def test_an_id_of_a_rotated_key_still_finds_its_action(load) -> None:
    app = load({"actions.py": ACTIONS})
    old, new = new_key(), new_key()
    rotated = app.registry(Keyring.read(f"{new},{old}", "KEY"))

    for name, one in ids(app, Keyring.read(old, "KEY")).items():
        assert rotated.find(one).qualname == name
    with pytest.raises(UnknownAction):
        app.registry(Keyring.read(new, "KEY")).find(ids(app, Keyring.read(old, "KEY"))["none"])


@pytest.mark.parametrize(
    "strange",
    [
        "",
        "__class__",
        "constructor",
        "toString",
        "none",
        "x" * 10_000,
        "\x00",
        "ü" * 27,
        "A" * 27,
        "A" * 26,
        "A" * 28,
    ],
)
def test_d03_an_unknown_id_is_refused_and_cut_in_the_log(strange: str, load) -> None:
    app = load({"actions.py": ACTIONS})

    with pytest.raises(UnknownAction) as caught:
        app.registry().find(strange)
    assert len(str(caught.value)) < 200
    assert "\x00" not in str(caught.value)


def test_b21_an_id_with_a_newline_or_another_end_is_unknown(load) -> None:
    app = load({"actions.py": ACTIONS})
    good = ids(app)["none"]

    for bad in (
        f"{good}\n",
        f"\n{good}",
        f"{good[:-1]}\n",
        f"\n{good[1:]}",
        f"{good} ",
        good[1:],
        good.swapcase(),
    ):
        with pytest.raises(UnknownAction):
            app.registry().find(bad)


def test_d04_helpers_classes_and_imports_of_the_module_have_no_id(load) -> None:
    app = load(
        {"actions.py": ACTIONS + "\nimport os\nfrom os import system\ndef _helper(): ...\nclass Form: ..."}
    )

    assert set(ids(app)) == {"none", "two", "rest"}


@pytest.mark.anyio
async def test_bound_actions_say_how_much_they_still_take(load) -> None:
    app = load(PAGE)
    references = references_in(await app.render(app.module().page()))
    arities = [ARITY_ALPHABET.index(one.id[0]) for one in references]

    assert arities == [2 | SEALED_BIT, 2 | SEALED_BIT, 1 | SEALED_BIT, 1]
    assert [len(one.bound or ()) for one in references] == [1, 1, 1, 0]


@pytest.mark.anyio
async def test_keyword_only_arguments_count_for_nothing_in_the_arity(load) -> None:
    app = load("""
        from functools import partial
        from wingbeat import html as h

        async def save(form, *, loud=False, quiet=False):
            "use server"
            return form, loud

        def page():
            return h.form(action=partial(save, loud=True))
    """)
    (reference,) = references_in(await app.render(app.module().page()))

    assert ARITY_ALPHABET.index(reference.id[0]) == 1 | SEALED_BIT
    assert await app.call(reference, "x") == ("x", True)


@pytest.mark.anyio
async def test_d17_what_the_server_bound_comes_first_and_cannot_be_changed(load) -> None:
    app = load(PAGE)
    bound = references_in(await app.render(app.module().page()))[2]

    assert await app.call(bound, "the form") == (7, 3)


@pytest.mark.anyio
async def test_g03_the_token_of_one_action_is_stale_for_another(load) -> None:
    app = load(PAGE)
    delete, other, *_ = references_in(await app.render(app.module().page()))

    with pytest.raises(StaleCapture):
        app.registry().resolve(other.id, [*(delete.bound or ())], None)


@pytest.mark.anyio
async def test_a_token_sealed_for_one_action_that_holds_another_is_stale(load) -> None:
    app = load(PAGE)
    registry, sealer = app.registry(), Sealer(app.keyring)
    delete, other = (form.props["action"] for form in app.module().page()[:2])
    binding = registry._binding(delete.definition, None)
    token = sealer.seal(encode_captured(other, ""), binding)

    with pytest.raises(StaleCapture, match="with what another action captured"):
        registry.resolve(registry.reference(delete, sealer, None).id, [token], None)


@pytest.mark.anyio
async def test_a_captured_action_cannot_be_called_without_its_token(load) -> None:
    app = load(PAGE)
    delete, _, _, free = references_in(await app.render(app.module().page()))
    unsealed = ARITY_ALPHABET[ARITY_ALPHABET.index(delete.id[0]) ^ SEALED_BIT] + delete.id[1:]

    for action_id, args in [
        (unsealed, [1]),
        (delete.id, []),
        (delete.id, [1]),
        (delete.id, [None]),
        (delete.id, [["x"]]),
    ]:
        with pytest.raises(StaleCapture):
            app.registry().resolve(action_id, args, None)
    assert app.registry().resolve(free.id, [1], None).args == [1]


@pytest.mark.anyio
async def test_g05_a_token_of_one_mounted_app_is_stale_in_another(load) -> None:
    app = load(PAGE)
    first, second = app.registry(scope="first"), app.registry(scope="second")
    delete = next(one for one in first.definitions if one.qualname.endswith("delete"))
    action = app.module().page()[0].props["action"]
    reference = first.reference(action, Sealer(app.keyring), None)

    assert first.resolve(reference.id, [*(reference.bound or ())], None).action.definition is delete
    with pytest.raises(StaleCapture):
        second.resolve(reference.id, [*(reference.bound or ())], None)


@pytest.mark.anyio
async def test_g06_a_token_of_one_user_is_stale_for_another(load) -> None:
    app = load(PAGE)
    delete = references_in(await app.render(app.module().page(), subject="ada"))[0]

    assert await app.call(delete, 1, subject="ada") == (7, 1)
    for other in ("bob", None):
        with pytest.raises(StaleCapture):
            await app.call(delete, 1, subject=other)


@pytest.mark.anyio
async def test_g16_nothing_captured_is_readable_in_a_reference(load) -> None:
    app = load(PAGE.replace("row = 7", "row = 'the canary sings'"))
    delete = references_in(await app.render(app.module().page()))[0]

    assert "canary" not in f"{delete.id} {delete.bound} {delete!r}"
    assert (await app.call(delete, 1))[0] == "the canary sings"


CALLER = """
import asyncio, json, sys
from pathlib import Path
from wingbeat.actions import AppPackage, Keyring, Registry, check_arguments, install, prepare_checks
from wingbeat.errors import ProtocolError

project, name, key, action_id, *args = json.loads(sys.stdin.read())
package = AppPackage(Path(project), name)
install(package)
registry = Registry(Keyring.read(key, "KEY"), package.import_all())
for definition in registry.definitions:
    prepare_checks(definition)
try:
    call = registry.resolve(action_id, args, None)
    checked, keywords = check_arguments(call.action, call.args)
    print(asyncio.run(call.action.function(*checked, **keywords)))
except ProtocolError as error:
    print(error.status, getattr(error, "fields", ""))
"""


def call_in_a_new_process(*call: object) -> str:
    done = subprocess.run(
        [sys.executable, "-c", CALLER], input=json.dumps(call), capture_output=True, text=True, check=True
    )
    return done.stdout.strip()


@pytest.mark.anyio
async def test_a_process_that_never_rendered_the_page_runs_and_checks_its_actions(tmp_path: Path) -> None:
    key = new_key()
    with app_package(tmp_path, {"page.py": dedent(PAGE)}) as app:
        app.keyring = Keyring.read(key, "KEY")
        delete, _, bound, free = references_in(await app.render(app.module().page()))
        name = app.package.name

    def call(reference, *args: object) -> str:
        return call_in_a_new_process(str(tmp_path), name, key, reference.id, *(reference.bound or ()), *args)

    assert call(delete, 5) == "(7, 5)"
    assert call(delete, "x") == "422 {'amount': ['Input should be a valid integer']}"
    assert call(free, "x") == "422 {'amount': ['Input should be a valid integer']}"
    assert call(bound) == "(7, 3)"
    assert call(delete) == "422 {'amount': ['This argument is required.']}"
