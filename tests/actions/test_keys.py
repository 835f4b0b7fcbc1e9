"""Keys are read strictly, and shown to nobody."""

import base64
import copy
import pickle
import traceback

import pytest

from wingbeat.actions.keys import Key, Keyring, length_prefixed, new_key
from wingbeat.errors import ConfigError

SECRET = bytes(range(32))
TEXT = base64.b64encode(SECRET).decode()
URL_SAFE = base64.urlsafe_b64encode(bytes(range(200, 232))).decode()


def test_a_key_is_what_openssl_prints() -> None:
    assert Keyring.read(TEXT, "KEY").sealing.secret() == SECRET
    assert Keyring.read(new_key(), "KEY").sealing.name


def test_base64url_is_taken_too() -> None:
    assert Keyring.read(URL_SAFE, "KEY").sealing.secret() == bytes(range(200, 232))


def test_the_first_of_several_keys_seals_and_each_is_found_by_name() -> None:
    ring = Keyring.read(f"{TEXT}, {URL_SAFE}", "KEY")

    assert ring.sealing.secret() == SECRET
    assert [ring.find(key.name) for key in ring.keys] == list(ring.keys)
    assert ring.find("unknown") is None


@pytest.mark.parametrize(
    "text",
    [
        base64.b64encode(bytes(range(31))).decode(),
        base64.b64encode(bytes(range(33))).decode(),
        base64.b64encode(bytes(range(16))).decode(),
        base64.b64encode(bytes(range(24))).decode(),
        base64.b64encode(bytes(32)).decode(),
        base64.b64encode(b"a" * 32).decode(),
        base64.b64encode(b"password" * 4).decode(),
        "correct horse battery staple",
        TEXT[:-1] + "!",
        TEXT + "\n",
        f"{TEXT},{TEXT}",
        f"{TEXT},",
        "",
        ",",
    ],
)
def test_g11_a_bad_key_is_refused_without_showing_it(text: str) -> None:
    with pytest.raises(ConfigError) as caught:
        Keyring.read(text, "THE_VARIABLE")

    shown = "".join(traceback.format_exception(caught.value))
    assert "THE_VARIABLE" in str(caught.value)
    assert len(text) < 8 or text.strip() not in shown


def test_g19_a_key_is_in_no_repr_copy_or_pickle() -> None:
    key = Key(SECRET)

    assert repr(key) == f"<Key {key.name}>"
    assert "\\x01" not in repr(Keyring([key]).keys)
    for leak in (pickle.dumps, copy.copy, copy.deepcopy):
        with pytest.raises(TypeError, match="a Key is never pickled"):
            leak(key)


def test_the_name_of_a_key_tells_nothing_of_it_and_stays() -> None:
    assert Key(SECRET).name == "wfMlnfb1"


def test_length_prefixes_keep_parts_apart() -> None:
    lists = [(b"ac", b"t1"), (b"act", b"1"), (b"act1",), (b"act1", b""), (b"", b"act1")]

    assert len({length_prefixed(*parts) for parts in lists}) == len(lists)
