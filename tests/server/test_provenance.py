"""Rows F: who may call an action. Each row is a request to an app on https://app.example, unless it says more."""

from collections.abc import Callable
from typing import Any

import pytest

from support.projects import FORM_TYPE, ask, encoded, multipart
from wingbeat.errors import ConfigError
from wingbeat.flight import encode_reply
from wingbeat.server.provenance import is_host_allowed

OWN = "https://app.example"
EVIL = "https://evil.example"
PUBLIC = {"public_origins": [OWN]}
PROXIED = {"trusted_proxies": ["10.0.0.0/8"]}
ADMIN = {"allowed_origins": ["admin.example"]}
PROXY = ("10.1.2.3", 4711)


def call(project: Any, headers: dict[str, Any], **scope: Any) -> Any:
    """Call the action with nothing said of where the call comes from but `headers`."""
    kind, body = encoded(encode_reply([7]))
    sent = {"Wingbeat-Action": project.action_id("page.save"), "Content-Type": kind, **headers}
    return ask(project.app, "POST", "/", sent, body, **scope)


def submit(project: Any, headers: dict[str, Any], **scope: Any) -> Any:
    """Submit the form without JavaScript, as `call`."""
    parts = [(f"$ACTION_ID_{project.action_id('page.submit')}", "")]
    return ask(project.app, "POST", "/", {"Content-Type": FORM_TYPE, **headers}, multipart(parts), **scope)


ALLOWED = {
    "F01 the browser says same-origin": ({}, {"Sec-Fetch-Site": "same-origin", "Origin": OWN}, {}),
    "F02 a proxy rewrote Host": (
        {},
        {"Sec-Fetch-Site": "same-origin", "Origin": OWN, "Host": "127.0.0.1:8000"},
        {"scheme": "http"},
    ),
    "F03 an old browser, the public origin is known": (PUBLIC, {"Origin": OWN, "Host": "127.0.0.1:8000"}, {}),
    "F06 a page without referrer": ({}, {"Sec-Fetch-Site": "same-origin", "Origin": "null"}, {}),
    "F07 an allowed sibling": (ADMIN, {"Sec-Fetch-Site": "same-site", "Origin": "https://admin.example"}, {}),
    "F08 an allowed other site": (
        ADMIN,
        {"Sec-Fetch-Site": "cross-site", "Origin": "https://admin.example"},
        {},
    ),
    "F08 the same, an old browser": (ADMIN, {"Origin": "https://admin.example"}, {}),
    "F10 behind a trusted proxy": (
        PROXIED,
        {
            "Origin": OWN,
            "Host": "127.0.0.1:8000",
            "X-Forwarded-Host": "app.example",
            "X-Forwarded-Proto": "https",
        },
        {"client": PROXY, "scheme": "http"},
    ),
    "F16 no browser, no credentials": ({}, {}, {}),
    "F18 TLS ends in front of us": ({}, {"Origin": OWN}, {"scheme": "http"}),
    "F18 TLS ends in front of us, on one port": (
        {},
        {"Origin": f"{OWN}:8443", "Host": "app.example:8443"},
        {"scheme": "http"},
    ),
    "F19 upper case": ({}, {"Origin": "https://APP.example"}, {}),
    "F19 the default port": ({}, {"Origin": "https://app.example:443"}, {}),
    "F22 only a referer": ({}, {"Referer": f"{OWN}/p?q=1#h"}, {}),
    "an address of version 6": ({}, {"Origin": "https://[::1]:8000", "Host": "[::1]:8000"}, {}),
    "http between allowed names on plain http": (
        ADMIN,
        {"Origin": "http://admin.example"},
        {"scheme": "http"},
    ),
}

FORBIDDEN = {
    "F03 an old browser behind a proxy": ({}, {"Origin": OWN, "Host": "127.0.0.1:8000"}, {}),
    "F04 an opaque origin": ({}, {"Origin": "null"}, {}),
    "F05 a sandboxed frame": ({}, {"Sec-Fetch-Site": "cross-site", "Origin": "null"}, {}),
    "F07 a sibling": ({}, {"Sec-Fetch-Site": "same-site", "Origin": "https://www.app.example"}, {}),
    "F07 another sibling than the allowed one": (
        ADMIN,
        {"Sec-Fetch-Site": "same-site", "Origin": "https://www.admin.example"},
        {},
    ),
    "F12 an unknown value": ({}, {"Sec-Fetch-Site": "same", "Origin": OWN}, {}),
    "F12 an empty value": ({}, {"Sec-Fetch-Site": "", "Origin": OWN}, {}),
    "F14 no provenance, a cookie": ({}, {"Cookie": "session=1"}, {}),
    "F14 no provenance, a password": ({}, {"Authorization": "Basic eDp5"}, {}),
    "F17 plain http calls https": ({}, {"Origin": "http://app.example"}, {}),
    "F18 the other direction": ({}, {"Origin": "http://app.example:443"}, {"scheme": "http"}),
    "F18 not where the public origin is set": (
        {"public_origins": ["http://app.example"]},
        {"Origin": OWN},
        {"scheme": "http"},
    ),
    "F18 another port behind TLS": ({}, {"Origin": f"{OWN}:8443"}, {"scheme": "http"}),
    "F19 a longer name": ({}, {"Origin": "https://app.example.evil.com"}, {}),
    "F19 another port": ({}, {"Origin": "https://app.example:8443"}, {}),
    "F19 a user name": ({}, {"Origin": "https://app.example@evil.com"}, {}),
    "F19 a user name before our own": ({}, {"Origin": "https://evil@app.example"}, {}),
    "F19 a path": ({}, {"Origin": "https://app.example/x"}, {}),
    "F19 a final dot": ({}, {"Origin": "https://app.example."}, {}),
    "F19 no scheme": ({}, {"Origin": "app.example"}, {}),
    "F19 an impossible port": ({}, {"Origin": "https://app.example:99999"}, {}),
    "F19 a port of nothing": ({}, {"Origin": "https://app.example:0"}, {}),
    "F19 an empty origin": ({}, {"Origin": ""}, {}),
    "F22 a referer of a longer name": ({}, {"Referer": "https://app.example.evil/p"}, {}),
    "F22 a referer with a user name": ({}, {"Referer": "https://app.example@evil/p"}, {}),
    "F22 a referer with a user name before our own": ({}, {"Referer": "https://evil@app.example/p"}, {}),
    "F22 a referer of no page": ({}, {"Referer": "about:blank"}, {}),
    "F26 a login from another site": ({}, {"Sec-Fetch-Site": "cross-site", "Origin": EVIL}, {}),
    "F26 the same, an old browser": ({}, {"Origin": EVIL}, {}),
    "the public origin is another one": (PUBLIC, {"Sec-Fetch-Site": "same-origin", "Origin": EVIL}, {}),
    "an allowed name on plain http, to https": (ADMIN, {"Origin": "http://admin.example"}, {}),
    "D09 an unlisted proxy names us": (
        PROXIED,
        {"Origin": EVIL, "X-Forwarded-Host": "evil.example", "X-Forwarded-Proto": "https"},
        {},
    ),
    "D09 a proxy's header spelled with _": (
        PROXIED,
        {"Origin": EVIL, "X_Forwarded_Host": "evil.example"},
        {"client": PROXY},
    ),
    "F31 the server put another address for the proxy's": (
        PROXIED,
        {"Origin": EVIL, "X-Forwarded-Host": "evil.example", "X-Forwarded-Proto": "https"},
        {"client": ("10.1.2.3", 0)},
    ),
}

MALFORMED = {
    "F11 two forwarded hosts": (
        PROXIED,
        {"Origin": OWN, "X-Forwarded-Host": "app.example, internal"},
        {"client": PROXY},
    ),
    "F11 a forwarded host said twice": (
        PROXIED,
        {"Origin": OWN, "X-Forwarded-Host": ["evil.example", "app.example"]},
        {"client": PROXY},
    ),
    "F11 two forwarded schemes": (
        PROXIED,
        {"Origin": OWN, "X-Forwarded-Proto": ["http", "https"]},
        {"client": PROXY},
    ),
    "D10 a forwarded host that is none": (
        PROXIED,
        {"Origin": OWN, "X-Forwarded-Host": "a/b"},
        {"client": PROXY},
    ),
    "D10 a forwarded scheme that is none": (
        PROXIED,
        {"Origin": OWN, "X-Forwarded-Proto": "ftp"},
        {"client": PROXY},
    ),
    "F19 a name in Unicode": ({}, {"Origin": "https://äpp.example"}, {}),
    "F21 two origins": ({}, {"Sec-Fetch-Site": "same-origin", "Origin": [OWN, OWN]}, {}),
    "F21 two fetch sites": ({}, {"Sec-Fetch-Site": ["same-origin", "cross-site"], "Origin": OWN}, {}),
    "F21 two referers": ({}, {"Referer": [f"{OWN}/", f"{EVIL}/"]}, {}),
    "L28 a long origin": ({}, {"Origin": "https://" + "a" * 512}, {}),
    "L28 a long referer": ({}, {"Referer": f"{OWN}/{'a' * 8192}"}, {}),
}


@pytest.mark.parametrize("row", ALLOWED)
def test_our_own_pages_may_call(row: str, guard: Callable[..., Any]) -> None:
    settings, headers, scope = ALLOWED[row]
    project = guard(**settings).project

    called, submitted = call(project, headers, **scope), submit(project, headers, **scope)

    assert (called.status, called.value) == (200, 7)
    assert submitted.status == 303
    assert project.module().ran[0::2] == ["save", "submit"]  # and the page once, for the cookie


@pytest.mark.parametrize("row", FORBIDDEN)
def test_nobody_else_may_call(row: str, guard: Callable[..., Any]) -> None:
    settings, headers, scope = FORBIDDEN[row]
    guarded = guard(**settings)

    for send in (call, submit):
        reply = send(guarded.project, headers, **scope)
        guarded.assert_refused(reply, 403)
        assert reply["vary"] == "Origin, Sec-Fetch-Site"
    assert "evil" not in reply.text


@pytest.mark.parametrize("row", MALFORMED)
def test_ambiguous_headers_are_refused(row: str, guard: Callable[..., Any]) -> None:
    settings, headers, scope = MALFORMED[row]
    guarded = guard(**settings)

    for send in (call, submit):
        guarded.assert_refused(send(guarded.project, headers, **scope), 400)


def test_f13_the_address_bar_may_submit_a_form_but_not_call(guarded: Any) -> None:
    typed = {"Sec-Fetch-Site": "none", "Sec-Fetch-Mode": "navigate"}

    guarded.assert_refused(call(guarded.project, typed), 403)
    guarded.assert_refused(submit(guarded.project, {"Sec-Fetch-Site": "none"}), 403)
    guarded.assert_refused(submit(guarded.project, {**typed, "Origin": EVIL}), 403)
    assert submit(guarded.project, typed).status == 303


@pytest.mark.parametrize(
    "kind",
    [
        "text/plain",
        FORM_TYPE,
        "application/x-www-form-urlencoded",
        "Multipart/Form-Data",
        "",
        "application/json",
    ],
)
def test_f15_no_media_type_helps(kind: str, guarded: Any) -> None:
    for headers in (
        {"Sec-Fetch-Site": "cross-site", "Origin": "null"},
        {"Sec-Fetch-Site": "same-site", "Origin": EVIL},
        {"Origin": EVIL},
    ):
        guarded.assert_refused(submit(guarded.project, {**headers, "Content-Type": kind}), 403)
        guarded.assert_refused(call(guarded.project, {**headers, "Content-Type": kind}), 403)


def test_f24_a_preflight_is_never_answered(guarded: Any) -> None:
    asked = {
        "Origin": EVIL,
        "Access-Control-Request-Method": "POST",
        "Access-Control-Request-Headers": "wingbeat-action",
    }

    reply = ask(guarded.project.app, "OPTIONS", "/", asked)

    guarded.assert_refused(reply, 405)
    assert reply["allow"] == "GET, HEAD, POST"


def test_f25_a_payload_is_nothing_that_another_site_can_use(guarded: Any) -> None:
    reply = guarded.project.payload()
    embedded = guarded.project.get("/?_wingbeat=1", {"Accept": "*/*", "Sec-Fetch-Dest": "script"})

    assert reply["content-type"] == "text/x-component"
    assert reply["x-content-type-options"] == "nosniff"
    assert reply["cross-origin-resource-policy"] == "same-origin"
    assert (embedded.status, embedded["location"]) == (303, "/")


@pytest.mark.parametrize(
    "pattern", ["*", "**", "null", "*.", "https://a.example", "a.example/x", "a..b", "a.**.b", "*a.b"]
)
def test_f27_a_pattern_that_is_no_host_is_an_error_at_start(pattern: str, guard: Callable[..., Any]) -> None:
    with pytest.raises(ConfigError, match=r"^allowed_origins = .* in App\(\.\.\.\): .* is no host"):
        guard(allowed_origins=[pattern])


def test_f30_the_reason_is_in_the_log_and_nowhere_else(
    guarded: Any, caplog: pytest.LogCaptureFixture
) -> None:
    reply = call(guarded.project, {"Sec-Fetch-Site": "cross-site", "Origin": EVIL})

    assert reply.text == "Forbidden"
    (line,) = caplog.messages
    assert "another site; allowed_origins may list it" in line
    assert EVIL in line
    assert "https://app.example:443" in line


def test_f31_the_operator_is_told_once_why_proxies_are_not_believed(
    guard: Callable[..., Any], caplog: pytest.LogCaptureFixture
) -> None:
    project = guard(**PROXIED).project

    for _ in range(2):
        call(project, {"Origin": OWN}, client=("10.9.9.9", 0))

    assert sum("uvicorn --no-proxy-headers" in line for line in caplog.messages) <= 1


@pytest.mark.parametrize(
    ("host", "pattern", "allowed"),
    [
        ("admin.example", "admin.example", True),
        ("ADMIN.example", "admin.EXAMPLE", True),
        ("admin.example:8443", "admin.example", False),
        ("admin.example:8443", "admin.example:8443", True),
        ("a.x.com", "*.x.com", True),
        ("a.b.x.com", "*.x.com", False),
        ("x.com", "*.x.com", False),
        ("a.b.x.com", "*.*.x.com", True),
        ("x.com", "**.x.com", False),
        ("a.x.com", "**.x.com", True),
        ("a.b.x.com", "**.x.com", True),
        ("a.b.y.com", "a.*.y.com", True),
        ("evilx.com", "*.x.com", False),
        (".x.com", "*.x.com", False),
        ("a..x.com", "**.x.com", False),
        ("com", "**.x.com", False),
    ],
)
def test_allowed_origins_match_by_nexts_rule(host: str, pattern: str, *, allowed: bool) -> None:
    assert is_host_allowed(host, pattern) is allowed
