"""Which `Host` is ours: 421 for anything else, before provenance, middleware and user code. Rows D10, N01."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from support.projects import OWN, ask

PUBLIC = {"public_origins": ["https://app.example", "https://www.app.example:8443"]}
NO_HOST = [
    "a/b",
    "a?b",
    "u@h",
    "",
    "[::1",
    "[::g]",
    "[1:2]",
    "a b",
    "h:99999",
    "h:0",
    "-",
    "a" * 262,
    "ä.example",
    ["a", "b"],
]
OURS = ["app.example", "APP.example", "app.example:443", "app.example:8000", "www.app.example"]
"""Of the name alone: a proxy may well listen on another port."""
NEVER_REBOUND = [
    "localhost",
    "shop.localhost:8000",
    "127.0.0.1:8000",
    "10.0.0.7",
    "[::1]",
    "[2001:db8::1]:80",
]
"""What a browser sends for no other site's name; health checks and proxies do."""
FOREIGN = ["evil.example", "app.example.evil.example", "xapp.example", "localhost.evil.example"]


def get(guarded: Any, host: Any, **scope: Any) -> Any:
    return ask(guarded.project.app, "GET", "/", {"Host": host}, **scope)


@pytest.mark.parametrize("host", NO_HOST)
def test_d10_what_is_no_host_is_misdirected(host: Any, guarded: Any) -> None:
    """421, as the design has it for every host that is refused; the research page says 400 for these."""
    guarded.assert_refused(get(guarded, host), 421)
    guarded.assert_refused(guarded.project.call("page.save", 7, headers={"Host": host}), 421)


def test_d10_a_request_without_host_is_misdirected(guarded: Any) -> None:
    guarded.assert_refused(get(guarded, []), 421)
    guarded.assert_refused(guarded.project.call("page.save", 7, headers={"Host": []}), 421)
    guarded.assert_refused(guarded.project.post("page.submit", headers={"Host": []}, http_version="1.0"), 421)


def test_d10_a_page_without_host_is_for_http_1_0(guarded: Any) -> None:
    assert get(guarded, [], http_version="1.0").status == 200


def test_f21_two_hosts_are_misdirected(guarded: Any) -> None:
    guarded.assert_refused(get(guarded, ["app.example", "app.example"]), 421)


@pytest.mark.parametrize("host", [*OURS, *NEVER_REBOUND])
def test_d10_public_origins_name_our_hosts(host: str, guard: Callable[..., Any]) -> None:
    assert get(guard(**PUBLIC), host).status == 200


@pytest.mark.parametrize("host", FOREIGN)
def test_d10_any_other_host_is_misdirected_then(
    host: str, guard: Callable[..., Any], caplog: pytest.LogCaptureFixture
) -> None:
    guarded = guard(**PUBLIC)

    guarded.assert_refused(get(guarded, host), 421)
    guarded.assert_refused(guarded.project.call("page.save", 7, headers={"Host": host}), 421)
    assert "none of public_origins (https://app.example, https://www.app.example:8443)" in caplog.messages[0]
    assert "trusted_proxies" in caplog.messages[0]


def test_d10_without_public_origins_production_takes_any_host(guarded: Any) -> None:
    assert get(guarded, "evil.example").status == 200


def test_f02_a_trusted_proxy_may_rewrite_the_host(guard: Callable[..., Any]) -> None:
    guarded = guard(**PUBLIC, trusted_proxies=["10.0.0.0/8"])
    proxy = {"client": ("10.1.2.3", 4711)}

    guarded.assert_refused(get(guarded, "web:8000"), 421)
    forwarded = {"Host": "web:8000", "X-Forwarded-Host": "evil.example"}
    guarded.assert_refused(ask(guarded.project.app, "GET", "/", forwarded, **proxy), 421)
    assert get(guarded, "web:8000", **proxy).status == 200
    assert (
        ask(guarded.project.app, "GET", "/", {**forwarded, "X-Forwarded-Host": "app.example"}, **proxy).status
        == 200
    )


@pytest.mark.parametrize("host", [*NEVER_REBOUND, "app.example:3000"])
def test_n01_in_development_this_machine_is_our_host(host: str, guard: Callable[..., Any]) -> None:
    """`app.example` is what `wingbeat dev --host` was given here."""
    assert get(guard(development=True), host).status == 200


@pytest.mark.parametrize("host", [*FOREIGN, "mybox.local:8000"])
def test_n01_in_development_another_name_is_dns_rebinding(host: str, guard: Callable[..., Any]) -> None:
    """421, as for every host that is refused; the research page says 403."""
    guarded = guard(development=True)

    page, call = get(guarded, host), guarded.project.call("page.save", 7, headers={"Host": host})

    guarded.assert_refused(page, 421)
    guarded.assert_refused(call, 421)
    assert f"public_origins = [&quot;http://{host}&quot;] in [tool.wingbeat] of pyproject.toml" in page.text
    assert "Open http://localhost:8000, or allow the name: public_origins" in call.text


def test_n01_a_listed_name_is_ours_in_development_too(guard: Callable[..., Any]) -> None:
    guarded = guard(development=True, public_origins=["http://mybox.local:8000"])

    assert get(guarded, "mybox.local:8000").status == 200


def test_public_origins_of_production_do_not_stop_development(guard: Callable[..., Any]) -> None:
    """They stand in the project's settings, and the developer's own browser calls from localhost."""
    guarded = guard(development=True, public_origins=["https://shop.example"])
    local = {"Host": "localhost:8000", "Origin": "http://localhost:8000"}

    assert guarded.project.call("page.save", 7, headers=local, scheme="http").value == 7
    foreign = {**local, "Origin": "http://localhost:9000"}
    guarded.project.module().ran.clear()
    guarded.session.asked.clear()
    guarded.assert_refused(guarded.project.call("page.save", 7, headers=foreign, scheme="http"), 403)
    assert OWN["Sec-Fetch-Site"] == "same-origin"
