"""Rows F: who may call an action. Each row is a request to an app on https://app.example, unless it says more.

Each is sent twice: as a call of the browser runtime, and as a form without JavaScript.
"""

import asyncio
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


Guard = Callable[..., Any]


def allow(
    guard: Guard, headers: dict[str, Any], settings: dict[str, Any] | None = None, **scope: Any
) -> None:
    """Assert that a call and a form with `headers` run their actions."""
    project = guard(**(settings or {})).project

    called, submitted = call(project, headers, **scope), submit(project, headers, **scope)

    assert (called.status, called.value) == (200, 7)
    assert submitted.status == 303
    assert project.module().ran[0::2] == ["save", "submit"]  # and the page once, for the cookie


def forbid(
    guard: Guard, headers: dict[str, Any], settings: dict[str, Any] | None = None, **scope: Any
) -> None:
    """Assert that a call and a form with `headers` are refused, that nothing has run or been read."""
    guarded = guard(**(settings or {}))

    for send in (call, submit):
        reply = send(guarded.project, headers, **scope)
        guarded.assert_refused(reply, 403)
        assert reply["vary"] == "Origin, Sec-Fetch-Site"
        assert "evil" not in reply.text


def malformed(
    guard: Guard, headers: dict[str, Any], settings: dict[str, Any] | None = None, **scope: Any
) -> None:
    """Assert that a call and a form with `headers` are refused as ambiguous."""
    guarded = guard(**(settings or {}))

    for send in (call, submit):
        guarded.assert_refused(send(guarded.project, headers, **scope), 400)


HTTP = {"scheme": "http"}
SAME = {"Sec-Fetch-Site": "same-origin"}
INNER = {"Host": "127.0.0.1:8000"}
"""What a proxy may make of `Host`."""


def test_f01_the_browser_says_that_it_is_our_own_page(guard: Guard) -> None:
    allow(guard, {**SAME, "Origin": OWN})


def test_f02_a_proxy_may_rewrite_the_host(guard: Guard) -> None:
    allow(guard, {**SAME, "Origin": OWN, **INNER}, **HTTP)


def test_f03_an_old_browser_behind_a_proxy_needs_the_public_origin(
    guard: Guard, caplog: pytest.LogCaptureFixture
) -> None:
    forbid(guard, {"Origin": OWN, **INNER})
    assert "set public_origins behind a proxy" in caplog.messages[0]


def test_f03_with_the_public_origin_it_may_call(guard: Guard) -> None:
    allow(guard, {"Origin": OWN, **INNER}, PUBLIC)


def test_f03_another_public_origin_is_not_the_page_s(guard: Guard) -> None:
    forbid(guard, {**SAME, "Origin": EVIL}, PUBLIC)


def test_f03_with_the_public_origin_the_host_says_nothing(guard: Guard) -> None:
    forbid(guard, {**SAME, "Origin": "https://127.0.0.1:8000", **INNER}, PUBLIC)


def test_f04_an_opaque_origin_is_nobody(guard: Guard) -> None:
    forbid(guard, {"Origin": "null"})


def test_f05_a_sandboxed_frame_is_another_site(guard: Guard) -> None:
    forbid(guard, {"Sec-Fetch-Site": "cross-site", "Origin": "null"})


def test_f06_a_page_without_referrer_is_our_own_by_the_browser_s_word(guard: Guard) -> None:
    allow(guard, {**SAME, "Origin": "null"})


def test_f07_a_sibling_is_another_site(guard: Guard) -> None:
    forbid(guard, {"Sec-Fetch-Site": "same-site", "Origin": "https://www.app.example"})


def test_f07_an_allowed_sibling_may_call(guard: Guard) -> None:
    allow(guard, {"Sec-Fetch-Site": "same-site", "Origin": "https://admin.example"}, ADMIN)


def test_f07_the_sibling_of_an_allowed_one_may_not(guard: Guard) -> None:
    forbid(guard, {"Sec-Fetch-Site": "same-site", "Origin": "https://www.admin.example"}, ADMIN)


@pytest.mark.parametrize("site", [{"Sec-Fetch-Site": "cross-site"}, {}])
def test_f08_an_allowed_other_site_may_call(site: dict[str, str], guard: Guard) -> None:
    allow(guard, {**site, "Origin": "https://admin.example"}, ADMIN)


def test_f08_an_allowed_site_on_plain_http_may_not_call_one_on_https(guard: Guard) -> None:
    """Whoever sits on the wire could have written that page."""
    forbid(guard, {"Origin": "http://admin.example"}, ADMIN)


def test_f08_on_plain_http_it_may(guard: Guard) -> None:
    allow(guard, {"Origin": "http://admin.example"}, ADMIN, **HTTP)


@pytest.mark.parametrize(
    ("pattern", "origin", "allowed"),
    [
        ("*.x.example", "https://a.x.example", True),
        ("*.x.example", "https://a.b.x.example", False),
        ("*.x.example", "https://x.example", False),
        ("**.x.example", "https://a.b.x.example", True),
        ("**.x.example", "https://x.example", False),
        ("**.x.example", "https://evilx.example", False),
        ("**.x.example", "null", False),
    ],
)
def test_f08_allowed_origins_may_hold_next_s_wildcards(
    pattern: str, origin: str, *, allowed: bool, guard: Guard
) -> None:
    """The research page would have no wildcards; the design takes Next.js's."""
    check = allow if allowed else forbid
    check(guard, {"Sec-Fetch-Site": "cross-site", "Origin": origin}, {"allowed_origins": [pattern]})


FORWARDED = {**INNER, "X-Forwarded-Host": "app.example", "X-Forwarded-Proto": "https"}


def test_f10_a_trusted_proxy_says_who_we_are(guard: Guard) -> None:
    allow(guard, {"Origin": OWN, **FORWARDED}, PROXIED, client=PROXY, **HTTP)


@pytest.mark.parametrize(
    "headers",
    [
        {"X-Forwarded-Host": "evil.example", "X-Forwarded-Proto": "https"},
        {"X_Forwarded_Host": "evil.example"},
    ],
)
def test_f10_d09_nobody_else_says_who_we_are(headers: dict[str, str], guard: Guard) -> None:
    forbid(guard, {"Origin": EVIL, **headers}, PROXIED)


def test_f10_d09_a_header_spelled_with_an_underscore_is_another_one(guard: Guard) -> None:
    forbid(guard, {"Origin": EVIL, "X_Forwarded_Host": "evil.example"}, PROXIED, client=PROXY)


@pytest.mark.parametrize(
    "headers",
    [
        {"X-Forwarded-Host": "app.example, internal"},
        {"X-Forwarded-Host": ["evil.example", "app.example"]},
        {"X-Forwarded-Proto": ["http", "https"]},
        {"X-Forwarded-Host": "a/b"},
        {"X-Forwarded-Proto": "ftp"},
    ],
)
def test_f11_what_a_proxy_appends_or_garbles_is_malformed(headers: dict[str, Any], guard: Guard) -> None:
    malformed(guard, {"Origin": OWN, **headers}, PROXIED, client=PROXY)


@pytest.mark.parametrize("name", ["X-Forwarded-Host", "X-Forwarded-Proto"])
def test_f11_the_log_says_what_the_proxy_must_do(
    name: str, guard: Guard, caplog: pytest.LogCaptureFixture
) -> None:
    call(guard(**PROXIED).project, {"Origin": OWN, name: "a, b"}, client=PROXY)

    assert f"{name.lower()} has several values; the proxy in front must overwrite it" in caplog.messages[0]


@pytest.mark.parametrize("value", ["same", "", "SAME-ORIGIN", "same-origin same-origin"])
def test_f12_a_value_that_no_browser_sends_is_another_site(value: str, guard: Guard) -> None:
    forbid(guard, {"Sec-Fetch-Site": value, "Origin": OWN})


@pytest.mark.parametrize("credentials", [{"Cookie": "session=1"}, {"Authorization": "Basic eDp5"}])
def test_f14_credentials_without_provenance_are_refused(credentials: dict[str, str], guard: Guard) -> None:
    forbid(guard, credentials)


def test_f16_a_program_without_credentials_may_call(guard: Guard) -> None:
    """There is no `allow_non_browser` to switch that off: who is no browser sends whatever header would do."""
    allow(guard, {})


def test_f16_there_is_no_such_setting(guard: Guard) -> None:
    with pytest.raises(ConfigError, match=r"^'allow_non_browser' in App\(\.\.\.\) is no setting"):
        guard(allow_non_browser=False)


def test_f17_plain_http_does_not_call_https(guard: Guard) -> None:
    forbid(guard, {"Origin": "http://app.example"})


def test_f18_tls_may_end_in_front_of_us(guard: Guard) -> None:
    allow(guard, {"Origin": OWN}, **HTTP)


def test_f18_on_a_port_of_its_own_too(guard: Guard) -> None:
    allow(guard, {"Origin": f"{OWN}:8443", "Host": "app.example:8443"}, **HTTP)


def test_f18_never_the_other_way_round(guard: Guard) -> None:
    forbid(guard, {"Origin": "http://app.example:443"}, **HTTP)


def test_f18_not_on_another_port(guard: Guard) -> None:
    forbid(guard, {"Origin": f"{OWN}:8443"}, **HTTP)


def test_f18_not_where_the_public_origin_is_set(guard: Guard) -> None:
    forbid(guard, {"Origin": OWN}, {"public_origins": ["http://app.example"]}, **HTTP)


@pytest.mark.parametrize("origin", ["https://APP.example", "https://app.example:443"])
def test_f19_an_origin_may_be_spelled_in_two_ways(origin: str, guard: Guard) -> None:
    allow(guard, {"Origin": origin})


@pytest.mark.parametrize(
    "origin",
    [
        "https://app.example.evil.com",
        "https://app.example:8443",
        "https://app.example@evil.com",
        "https://evil@app.example",
        "https://app.example/x",
        "https://app.example?",
        "https://app.example#",
        "https:// app.example",
        "https://app.example.",
        "app.example",
        "https://app.example:99999",
        "https://app.example:0",
        "",
    ],
)
def test_f19_an_origin_that_is_almost_ours_is_none(origin: str, guard: Guard) -> None:
    forbid(guard, {"Origin": origin})


def test_f19_a_name_in_unicode_is_malformed(guard: Guard) -> None:
    malformed(guard, {"Origin": "https://äpp.example"})


def test_f19_an_address_of_version_6_is_an_origin(guard: Guard) -> None:
    allow(guard, {"Origin": "https://[::1]:8000", "Host": "[::1]:8000"})


@pytest.mark.parametrize(
    "headers",
    [
        {**SAME, "Origin": [OWN, OWN]},
        {"Sec-Fetch-Site": ["same-origin", "cross-site"], "Origin": OWN},
        {"Referer": [f"{OWN}/", f"{EVIL}/"]},
        {**SAME, "Origin": OWN, "Sec-Fetch-Mode": ["navigate", "cors"]},
        {**SAME, "Origin": OWN, "Content-Type": ["text/plain", FORM_TYPE]},
    ],
)
def test_f21_a_header_that_is_sent_twice_is_malformed(headers: dict[str, Any], guard: Guard) -> None:
    """Two `Host` headers are 421, two action headers 400: the tests of hosts and of the gate."""
    malformed(guard, headers)


def test_f22_a_referer_will_do(guard: Guard) -> None:
    allow(guard, {"Referer": f"{OWN}/p?q=1#h"})


@pytest.mark.parametrize(
    "referer",
    ["https://app.example.evil/p", "https://app.example@evil/p", "https://evil@app.example/p", "about:blank"],
)
def test_f22_a_referer_that_is_almost_ours_is_none(referer: str, guard: Guard) -> None:
    forbid(guard, {"Referer": referer})


@pytest.mark.parametrize("site", [{"Sec-Fetch-Site": "cross-site"}, {}])
def test_f26_nobody_signs_somebody_in_from_another_site(site: dict[str, str], guard: Guard) -> None:
    """No cookie is there yet, and it is refused all the same."""
    forbid(guard, {**site, "Origin": EVIL})


def test_f28_a_websocket_is_never_accepted(guarded: Any) -> None:
    sent: list[Any] = []

    async def connect(origin: list[tuple[bytes, bytes]]) -> None:
        async def receive() -> Any:
            raise AssertionError("it was listened to")

        async def send(message: Any) -> None:
            sent.append(message["type"])

        await guarded.project.app({"type": "websocket", "path": "/", "headers": origin}, receive, send)

    for origin in ([], [(b"origin", EVIL.encode())], [(b"origin", OWN.encode())]):
        asyncio.run(connect(origin))

    assert sent == ["websocket.close"] * 3
    assert guarded.untouched


def test_f29_no_token_opens_what_provenance_forbids(guard: Guard) -> None:
    """There is no CSRF token: none is asked of our own pages, and none helps another site's."""
    forbid(guard, {"Sec-Fetch-Site": "cross-site", "Origin": EVIL, "X-CSRF-Token": "x"})


@pytest.mark.parametrize(
    "headers",
    [{"Origin": "https://" + "a" * 512}, {"Referer": f"{OWN}/{'a' * 8192}"}],
    ids=["origin", "referer"],
)
def test_l28_a_long_header_is_malformed(headers: dict[str, str], guard: Guard) -> None:
    malformed(guard, headers)


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


@pytest.mark.parametrize(
    ("headers", "setting"),
    [
        ({"Sec-Fetch-Site": "cross-site", "Origin": EVIL}, "allowed_origins"),
        ({"Origin": EVIL}, "public_origins"),
        ({"Sec-Fetch-Site": "none"}, "the browser says that no page made the call"),
        ({"Cookie": "session=hunter2"}, "no Origin or Referer, but credentials"),
    ],
)
def test_f30_the_log_says_what_was_compared_and_what_would_help(
    headers: dict[str, str], setting: str, guarded: Any, caplog: pytest.LogCaptureFixture
) -> None:
    call(guarded.project, headers)

    (line,) = caplog.messages
    assert setting in line
    assert "'host': 'app.example'" in line
    assert "hunter2" not in line


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
def test_f27_allowed_origins_match_by_nexts_rule(host: str, pattern: str, *, allowed: bool) -> None:
    assert is_host_allowed(host, pattern) is allowed
