"""The order of the gate, and rows D: what is refused from method, path and headers alone."""

import tracemalloc
from typing import Any

import pytest

from support.projects import FORM_TYPE, OWN, ask
from wingbeat.server.gate import find_refusal
from wingbeat.server.site import Site

CALL_TYPE = "text/plain;charset=UTF-8"


async def bomb() -> Any:
    raise AssertionError("the body was read")


def send(guarded: Any, headers: dict[str, Any], method: str = "POST", url: str = "/", **scope: Any) -> Any:
    """Send a request whose body must not be read."""
    return ask(guarded.project.app, method, url, headers, bomb, **scope)


def called(guarded: Any, **headers: Any) -> dict[str, Any]:
    return {
        "Wingbeat-Action": guarded.project.action_id("page.save"),
        "Content-Type": CALL_TYPE,
        **OWN,
        **headers,
    }


def test_f20_each_check_comes_before_the_next(guarded: Any) -> None:
    """Every request is wrong in all later ways too, so its status names the check that came first."""
    wrong: dict[str, Any] = {
        "Host": "a/b",
        "Sec-Fetch-Site": "cross-site",
        "Wingbeat-Action": "nobody",
        "Content-Type": "image/png",
        "Content-Length": "99999999",
    }
    for status, mend in (
        (405, {"method": "POST"}),
        (421, {"Host": "app.example"}),
        (403, {"Sec-Fetch-Site": "same-origin"}),
        (404, {"Wingbeat-Action": guarded.project.action_id("page.save")}),
        (415, {"Content-Type": CALL_TYPE}),
        (413, {"Content-Length": "1"}),
    ):
        method = wrong.pop("method", "PUT") if status == 405 else "POST"
        guarded.assert_refused(send(guarded, wrong, method), status)
        wrong |= {name: value for name, value in mend.items() if name != "method"}

    for status, body in ((400, b"["), (422, b'["x"]'), (200, b"[7]")):  # decoding, annotations, the function
        assert "save" not in guarded.project.module().ran
        reply = ask(guarded.project.app, "POST", "/", wrong, body)
        assert reply.status == status
        assert reply.pieces_read == 1 or status == 200  # a call that runs is told when its client leaves
    assert "save" in guarded.project.module().ran


@pytest.mark.parametrize(
    "method", ["GET", "HEAD", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE", "POST ", "post"]
)
def test_d01_an_action_is_called_by_post_only(method: str, guarded: Any) -> None:
    reply = send(guarded, called(guarded), method)

    guarded.assert_refused(reply, 405)
    assert reply["allow"] == "POST"


def test_d01_no_header_and_no_field_makes_a_post_of_a_get(guarded: Any) -> None:
    reply = guarded.project.get("/?_method=POST", {"X-HTTP-Method-Override": "POST"})

    assert reply.status == 200
    assert guarded.project.module().ran == ["page"]


@pytest.mark.parametrize(
    "action", ["constructor", "__class__", "toString", "", "a" * 128, "0" * 43, "save", "../save"]
)
def test_d03_an_unknown_action_is_refused_unread(action: str, guarded: Any) -> None:
    reply = send(guarded, called(guarded, **{"Wingbeat-Action": action}))

    guarded.assert_refused(reply, 404)
    assert reply["wingbeat-action-not-found"] == "1"
    assert reply.text == "Action unavailable"


@pytest.mark.parametrize("action", ["a" * 129, "a" * 10_000, "a\x7f", "sävé", ["a", "b"], "a,b"])
def test_d03_d14_an_ambiguous_action_header_is_refused(action: Any, guarded: Any) -> None:
    guarded.assert_refused(send(guarded, called(guarded, **{"Wingbeat-Action": action})), 400)


def test_d03_the_log_has_an_unknown_action_escaped_and_cut(
    guarded: Any, caplog: pytest.LogCaptureFixture
) -> None:
    send(guarded, called(guarded, **{"Wingbeat-Action": "x" * 128}))

    (line,) = caplog.messages
    assert line.startswith("refused 404: no action")
    assert len(line) < 150


def test_d04_functions_that_are_no_actions_have_no_id(guarded: Any) -> None:
    site: Site = guarded.project.app.site

    assert [one.qualname for one in site.registry.definitions] == ["save", "submit"]


def test_c21_nothing_is_remembered_of_strangers(guarded: Any) -> None:
    site: Site = guarded.project.app.site
    fixed = [(b"content-type", b"text/plain"), (b"sec-fetch-site", b"same-origin")]

    def knock(number: int) -> None:
        scope = {
            "type": "http",
            "method": "POST",
            "path": f"/{number}",
            "client": (f"192.0.{number // 256 % 256}.{number % 256}", 5000),
            "headers": [
                *fixed,
                (b"host", b"h%d.example" % number),
                (b"wingbeat-action", b"A%026d" % number),
            ],
        }
        assert find_refusal(site, scope) is not None
        site.peers.client(scope)

    knock(0)
    tracemalloc.start()
    try:
        for number in range(20_000):
            knock(number)
        held, _ = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()

    assert held < 200_000  # ten bytes of each


@pytest.mark.parametrize("path", ["@evil.example", "http://evil/x", "*", "", "x"])
def test_d11_a_path_starts_with_a_slash(path: str, guarded: Any) -> None:
    guarded.assert_refused(send(guarded, {}, "GET", path=path), 400)


@pytest.mark.parametrize(
    "kind",
    ["", "application/x-www-form-urlencoded", "application/json", "text/html", "multipart/mixed; boundary=x"],
)
def test_c09_other_media_types_are_refused_unread(kind: str, guarded: Any) -> None:
    guarded.assert_refused(send(guarded, called(guarded, **{"Content-Type": kind})), 415)
    guarded.assert_refused(send(guarded, {**OWN, "Content-Type": kind}), 415)


def test_e10_a_native_form_is_never_plain_text(guarded: Any) -> None:
    guarded.assert_refused(send(guarded, {**OWN, "Content-Type": "text/plain"}), 415)


@pytest.mark.parametrize("encoding", ["gzip", "br", "deflate", "zstd", "identity;x"])
def test_c15_nothing_compressed_is_read(encoding: str, guarded: Any) -> None:
    guarded.assert_refused(send(guarded, called(guarded, **{"Content-Encoding": encoding})), 415)


@pytest.mark.parametrize("size", ["1048577", "9" * 19, "9" * 400])
def test_c01_c25_an_announced_size_over_the_limit_is_refused_unread(size: str, guarded: Any) -> None:
    expecting = {"Content-Length": size, "Expect": "100-continue"}

    guarded.assert_refused(send(guarded, called(guarded, **expecting)), 413)
    guarded.assert_refused(send(guarded, {**OWN, "Content-Type": FORM_TYPE, **expecting}), 413)


@pytest.mark.parametrize("size", ["-1", "1_0", "٣", "0x10", "1 ", "1, 1"])
def test_a_size_that_is_no_number_is_refused(size: str, guarded: Any) -> None:
    headers = called(guarded) | {"Content-Length": size.encode().decode("latin-1")}

    guarded.assert_refused(send(guarded, headers), 400)


def test_an_app_that_has_not_started_refuses_without_starting(load: Any) -> None:
    def opened(_app: object) -> Any:
        raise AssertionError("the lifespan was opened")

    project = load("def page():\n    return 1", lifespan=opened)

    assert ask(project.app, "PUT", "/").status == 405


def test_a_refusal_is_a_line_for_the_runtime_and_a_page_for_a_person(guarded: Any) -> None:
    line = send(guarded, called(guarded, **{"Content-Type": "image/png"}))
    page = send(guarded, {**OWN, "Content-Type": "image/png"})

    assert (line["content-type"], line.text) == ("text/plain; charset=utf-8", "Unsupported media type")
    assert page["content-type"] == "text/html; charset=utf-8"
    assert "<h1>Unsupported media type</h1></main>" in page.text
    assert line["x-content-type-options"] == page["x-content-type-options"] == "nosniff"


def test_the_developer_sees_the_reason(guard: Any) -> None:
    guarded = guard(development=True)

    line = send(guarded, called(guarded, **{"Content-Type": "<image>"}))
    page = send(guarded, {**OWN, "Content-Type": "<image>"})

    assert line.text == "Unsupported media type: media type '<image>' is read by no call"
    assert "<pre>media type &#x27;&lt;image&gt;&#x27; is read by no form</pre>" in page.text


def test_the_log_keeps_a_strangers_text_on_one_line(guarded: Any, caplog: pytest.LogCaptureFixture) -> None:
    send(guarded, {"Host": "a\nrefused 200: all is well"}, "GET")

    assert caplog.messages == [r"refused 421: Host 'a\\nrefused 200: all is well' is no host"]
