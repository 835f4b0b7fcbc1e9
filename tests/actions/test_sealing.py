"""Tokens: what they open for, and everything they do not. Each g-row is one promise of the sealing."""

import base64
import os
import re
import subprocess
import sys
import threading
from dataclasses import replace
from textwrap import dedent

import pytest

from wingbeat.actions import sealing
from wingbeat.actions.keys import Key, Keyring
from wingbeat.actions.sealing import (
    MAX_AGE_SECONDS,
    MAX_CLOCK_SKEW_SECONDS,
    MAX_TOKEN_CHARACTERS,
    Binding,
    Sealer,
    unseal,
)
from wingbeat.errors import StaleCapture

OLD, NEW = Key(bytes(range(32))), Key(bytes(range(100, 132)))
RING = Keyring([OLD])
BINDING = Binding("app.page:delete", "bound", ("row.id",))
NOW = 1_800_000_000

# Sealed by an earlier release with OLD at NOW, salt 0…23 and nonce 24…35: it must open for ever.
KNOWN = (
    "v1.wfMlnfb1.AQAAAABrSdIAAAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8gISIjRRzW-s0-w3CsmK2Iqv"
    "LcrUQHBiSdFYP1MSt72mNww-4t1cL6EKAF0vSALXmWgA"
)


@pytest.fixture(autouse=True)
def clock(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """Return the present time, to be changed."""
    times = [float(NOW)]
    monkeypatch.setattr(sealing.time, "time", lambda: times[0])
    return times


def token(binding: Binding = BINDING, content: bytes = b"captured", ring: Keyring = RING) -> str:
    return Sealer(ring).seal(content, binding)


def assert_stale(text: str, binding: Binding = BINDING, ring: Keyring = RING) -> None:
    with pytest.raises(StaleCapture):
        unseal(text, binding, ring)


def test_g01_what_was_sealed_opens_and_no_two_tokens_are_equal() -> None:
    sealer = Sealer(RING)
    tokens = {sealer.seal(b"captured", BINDING) for _ in range(50)} | {token() for _ in range(50)}

    assert len(tokens) == 100
    assert {unseal(one, BINDING, RING) for one in tokens} == {b"captured"}


def test_g02_every_change_of_a_character_is_refused() -> None:
    good = token()
    for index, character in enumerate(good):
        for other in {"A", "B", "x", "-", "."} - {character}:
            assert_stale(good[:index] + other + good[index + 1 :])


def test_g02_every_truncation_and_extension_is_refused() -> None:
    good = token()
    for cut in range(len(good)):
        assert_stale(good[:cut])
    for more in ("A", "AA", "AAAA", "=", "\n", " ", "\x00", ".x"):
        assert_stale(good + more)
        assert_stale(more + good)


def test_b22_only_the_canonical_text_of_a_token_opens() -> None:
    head, name, body = token(content=b"captured!").split(".")  # 62 bytes: the last character has idle bits
    alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
    idle = alphabet[alphabet.index(body[-1]) ^ 1]

    def decoded(text: str) -> bytes:
        return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))

    assert decoded(body) == decoded(body[:-1] + idle)
    assert_stale(f"{head}.{name}.{body[:-1]}{idle}")
    assert_stale(f"{head}.{name}.{body}=")
    assert_stale(f"{head}.{name}.{body[:8]}\n{body[8:]}")
    assert_stale(f"{head}.{name}.{body.replace('-', '+').replace('_', '/')}!")


@pytest.mark.parametrize("action", ["app.page:delete2", "app.page:delet", "app.page:", "app.pagedelete:"])
def test_g03_a_token_of_one_action_does_not_open_for_another(action: str) -> None:
    assert_stale(token(), replace(BINDING, action=action))


@pytest.mark.parametrize(("first", "second"), [(("ac", "t1"), ("act", "1")), (("a", "b:"), ("a:b", ""))])
def test_g03_a_common_prefix_opens_nothing(first: tuple[str, str], second: tuple[str, str]) -> None:
    sealed = token(Binding(*first, ()))

    assert_stale(sealed, Binding(*second, ()))


def test_g03_a_token_binds_the_captured_names() -> None:
    for names in [(), ("row",), ("row.id", "x"), ("row.", "id")]:
        assert_stale(token(), replace(BINDING, names=names))


def test_g04_a_token_of_one_purpose_does_not_open_for_another() -> None:
    form_state = replace(BINDING, purpose="form-state")

    assert_stale(token(), form_state)
    assert_stale(token(form_state))


def test_g05_a_token_of_one_app_does_not_open_in_another() -> None:
    first, second = replace(BINDING, scope="1"), replace(BINDING, scope="2")

    assert_stale(token(first), second)
    assert_stale(token(first))


def test_g06_a_token_of_one_user_opens_for_this_user_only() -> None:
    ada, bob = (replace(BINDING, subject=user) for user in ("ada", "bob"))

    assert unseal(token(ada), ada, RING) == b"captured"
    assert_stale(token(ada), bob)
    assert_stale(token(ada), BINDING)
    assert_stale(token(ada), replace(BINDING, subject=""))


def test_g06_a_token_of_nobody_opens_for_everybody() -> None:
    for subject in (None, "", "ada"):
        assert unseal(token(), replace(BINDING, subject=subject), RING) == b"captured"


def test_g06_the_mark_that_a_token_has_a_user_cannot_be_taken_off() -> None:
    head, name, body = token(replace(BINDING, subject="ada")).split(".")
    content = bytearray(base64.urlsafe_b64decode(body + "=" * (-len(body) % 4)))
    content[0] = 0

    assert_stale(f"{head}.{name}.{base64.urlsafe_b64encode(content).decode().rstrip('=')}")


@pytest.mark.parametrize(
    ("seconds", "opens"),
    [
        (0, True),
        (MAX_AGE_SECONDS, True),
        (MAX_AGE_SECONDS + 1, False),
        (-MAX_CLOCK_SKEW_SECONDS, True),
        (-MAX_CLOCK_SKEW_SECONDS - 1, False),
    ],
)
def test_g07_a_token_lives_for_two_weeks_and_is_not_of_the_future(
    seconds: int, *, opens: bool, clock: list[float]
) -> None:
    sealed = token()
    clock[0] += seconds

    if opens:
        assert unseal(sealed, BINDING, RING) == b"captured"
    else:
        assert_stale(sealed)


def test_g08_a_rotated_key_opens_as_long_as_it_is_listed() -> None:
    sealed = token()

    assert unseal(sealed, BINDING, Keyring([NEW, OLD])) == b"captured"
    assert_stale(sealed, ring=Keyring([NEW]))
    assert token(ring=Keyring([NEW, OLD])).split(".")[1] == NEW.name


@pytest.mark.parametrize("version", ["v0", "v2", "", "V1", "v1 "])
def test_g09_another_version_is_refused(version: str) -> None:
    assert_stale(version + token()[2:])


@pytest.mark.parametrize("name", ["AAAAAAAA", "", NEW.name, OLD.name[:-1], OLD.name.swapcase()])
def test_g09_an_unknown_key_name_is_refused(name: str) -> None:
    version, _, body = token().split(".")

    assert_stale(f"{version}.{name}.{body}")


def test_g10_every_refusal_looks_the_same_to_the_peer() -> None:
    refusals: list[StaleCapture] = []
    for text, binding in [
        ("", BINDING),
        ("v1.AAAAAAAA.AAAA", BINDING),
        (token()[:-1], BINDING),
        (token(), replace(BINDING, action="x")),
        (token(replace(BINDING, subject="ada")), BINDING),
    ]:
        with pytest.raises(StaleCapture) as caught:
            unseal(text, binding, RING)
        refusals.append(caught.value)

    assert {(type(one), one.status, one.public_text) for one in refusals} == {
        (StaleCapture, 409, "Please reload")
    }
    assert all(one.__suppress_context__ or one.__context__ is None for one in refusals)


def test_g14_a_token_over_its_length_is_refused_before_it_is_decoded(monkeypatch: pytest.MonkeyPatch) -> None:
    decoded: list[str] = []
    monkeypatch.setattr(sealing, "_decoded", lambda text: decoded.append(text) or b"")

    assert_stale("v1." + OLD.name + "." + "A" * (MAX_TOKEN_CHARACTERS - 12))
    assert len(decoded) == 1
    assert_stale("v1." + OLD.name + "." + "A" * (MAX_TOKEN_CHARACTERS - 11))
    assert len(decoded) == 1


def test_g16_nothing_captured_is_readable_in_a_token() -> None:
    canary = b"the canary sings in the mine"
    sealed = token(content=canary * 3, binding=replace(BINDING, subject="ada"))
    raw = b"".join(base64.urlsafe_b64decode(part + "===") for part in sealed.split(".")[1:])

    for word in (b"canary", b"mine", b"row", b"ada", b"delete", OLD.secret()[:6]):
        assert word not in raw
        assert word not in sealed.encode()


def test_g17_a_token_of_an_earlier_release_still_opens() -> None:
    assert (
        unseal(KNOWN, replace(BINDING, scope="shop", subject="ada"), RING)
        == b"captured by an earlier release"
    )


def test_g17_the_format_is_the_documented_one(monkeypatch: pytest.MonkeyPatch) -> None:
    random = iter([bytes(range(24)), bytes(range(24, 36))])
    monkeypatch.setattr(os, "urandom", lambda _: next(random))
    binding = replace(BINDING, scope="shop", subject="ada")

    assert Sealer(RING).seal(b"captured by an earlier release", binding) == KNOWN


def test_g18_salts_and_nonces_never_repeat() -> None:
    contents = [token().split(".")[2] for _ in range(2000)]
    salts = {base64.urlsafe_b64decode(body + "===")[9:33] for body in contents}
    sealer = Sealer(RING)
    nonces = {
        base64.urlsafe_b64decode(sealer.seal(b"", BINDING).split(".")[2] + "===")[33:45] for _ in range(2000)
    }

    assert (len(salts), len(nonces)) == (2000, 2000)


def test_g18_without_randomness_nothing_is_sealed(monkeypatch: pytest.MonkeyPatch) -> None:
    sealer = Sealer(RING)

    def fail(_: int) -> bytes:
        raise OSError("no randomness")

    monkeypatch.setattr(os, "urandom", fail)

    with pytest.raises(OSError, match="no randomness"):
        sealer.seal(b"", BINDING)
    with pytest.raises(OSError, match="no randomness"):
        Sealer(RING)


def test_g19_threads_share_a_sealer_without_sharing_nonces() -> None:
    sealer, tokens = Sealer(RING), list[str]()
    threads = [
        threading.Thread(target=lambda: tokens.extend(sealer.seal(b"x", BINDING) for _ in range(200)))
        for _ in range(8)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert len({base64.urlsafe_b64decode(one.split(".")[2] + "===")[33:45] for one in tokens}) == 1600
    assert {unseal(one, BINDING, RING) for one in tokens} == {b"x"}


def test_g19_forked_processes_share_no_salt_and_no_nonce() -> None:
    program = """
        import os
        from wingbeat.actions.keys import Key, Keyring
        from wingbeat.actions.sealing import Binding, Sealer
        ring, place = Keyring([Key(bytes(range(32)))]), Binding("a", "bound", ())

        def tell():  # in one piece, which nobody else's writing parts
            os.write(1, Sealer(ring).seal(b"", place).encode() + b"\\n")

        tell()
        for _ in range(3):
            if os.fork() == 0:
                tell()
                os._exit(0)
            os.wait()
    """
    done = subprocess.run([sys.executable, "-c", dedent(program)], capture_output=True, text=True, check=True)
    contents = [base64.urlsafe_b64decode(line.split(".")[2] + "===") for line in done.stdout.split()]

    assert len({content[9:33] for content in contents}) == len({content[33:45] for content in contents}) == 4


def test_g19_a_sealer_shows_neither_key_nor_salt() -> None:
    sealer = Sealer(RING)
    sealer.seal(b"x", BINDING)

    assert re.fullmatch(
        r"Sealer\(keyring=<wingbeat\.actions\.keys\.Keyring object at 0x[0-9a-f]+>\)", repr(sealer)
    )


def test_a_response_derives_one_key_for_each_action(monkeypatch: pytest.MonkeyPatch) -> None:
    derived: list[object] = []
    derive = sealing._derive
    monkeypatch.setattr(sealing, "_derive", lambda *parts: derived.append(parts) or derive(*parts))
    sealer = Sealer(RING)

    for _ in range(50):
        sealer.seal(b"x", BINDING)
    sealer.seal(b"x", replace(BINDING, action="app.page:other"))

    assert len(derived) == 2
