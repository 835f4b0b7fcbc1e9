"""Any mixture of methods, paths, headers and bodies: never a failure of ours, never a run by what was refused."""

import asyncio
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings, strategies as st

from support.projects import FORM_TYPE, Project, ask_async, multipart

HEADERS = {
    "Content-Type": ["text/plain", FORM_TYPE, "image/png", ""],
    "Origin": ["https://app.example", "https://evil.example", "null"],
    "Sec-Fetch-Site": ["same-origin", "cross-site", "none", ""],
    "Cookie": ["a=1", ";;="],
    "Content-Length": ["3", "x", "999999999"],
    "Host": ["app.example", "127.0.0.1:8000", "evil.example", "a/b", ""],
    "Accept": ["text/x-component", "*/*"],
    "X-Forwarded-Proto": ["https", "a,b"],
    "X-Forwarded-Host": ["app.example", "evil.example", "a/b"],
    "X-Forwarded-For": ["192.0.2.1", "x, y", "[::1", "10.0.0.1, 10.0.0.2"],
    "Wingbeat-Action": ["SAVE", "SUBMIT", "x" * 40, ""],
}
URLS = ["/", "/?_wingbeat=1", "/x", "//", "/%00", "/?a=%ff&b", "/a/"]
BODIES = [
    b"[]",
    b"[7]",
    b'["x"]',
    b'["$F1"]',
    multipart([("0", '["$K1"]'), ("1_a", "b")]),
    multipart([("$ACTION_ID_SUBMIT", ""), ("a", "1")]),
    multipart([("$ACTION_REF_1", "")]),
]
MIXTURES = st.fixed_dictionaries(
    {}, optional={name: st.sampled_from(values) for name, values in HEADERS.items()}
)
CONTENTS = st.one_of(
    st.sampled_from(BODIES),
    st.binary(max_size=40),
    st.builds(lambda body, end: body[:end], st.sampled_from(BODIES), st.integers(0, 120)),
)


SETTINGS = {
    "none": {},
    "behind a proxy": {"public_origins": ["https://app.example"], "trusted_proxies": ["203.0.113.0/24"]},
    "development": {"development": True},
    "small bodies": {"body_size_limit": 60},
}
"""Requests come from 203.0.113.7."""


@pytest.fixture(params=SETTINGS)
def project(request: pytest.FixtureRequest, guard: Any) -> Project:
    found: Project = guard(**SETTINGS[request.param]).project
    return found


def known(project: Project, text: Any) -> Any:
    """Put real ids for `SAVE` and `SUBMIT`."""
    for name in ("save", "submit"):
        action = project.action_id(f"page.{name}")
        if isinstance(text, bytes):
            text = text.replace(name.upper().encode(), action.encode())
        else:
            text = text.replace(name.upper(), action)
    return text


@settings(max_examples=200, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.sampled_from(["POST", "POST", "POST", "GET", "HEAD", "PUT"]), st.sampled_from(URLS), MIXTURES, CONTENTS
)
def test_any_request_is_answered_or_refused(
    project: Project, method: str, url: str, headers: dict[str, str], body: bytes
) -> None:
    ran = project.module().ran
    ran.clear()
    sent = {name: known(project, value) for name, value in headers.items()}

    reply = asyncio.run(ask_async(project.app, method, url, sent, known(project, body)))

    assert reply.status < 500
    assert project.app.site.intake.is_empty
    assert reply["cache-control"] == "private, no-store"
    assert reply["x-content-type-options"] == "nosniff"
    if reply.status >= 400 or method != "POST":
        assert not {"save", "submit"} & set(ran)
        assert not any(cookie.startswith("saved=") for cookie in reply.all("set-cookie"))
