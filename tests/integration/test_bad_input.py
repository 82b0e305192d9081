"""Whatever is sent to any route of the OpenAPI: never a 5xx, always the one error shape, always a declared status."""

from __future__ import annotations

import re
from typing import Any
from urllib.parse import quote

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.house import House
from tests.integration.rights_matrix import MATRIX, path_of

_LIST = """0 -1 99999999999999999999 1e400 NaN null true [] {} ' '' * " ../../etc/passwd
%00 %2e%2e 2026-13-45 \u202e 👩‍👩‍👧
9999-12-31T23:59:59Z 0001-01-01T00:00:00+23:59"""
ODD = st.sampled_from(["", "a b", "' OR 1=1 --", "é" * 300, *_LIST.split()])
texts = st.one_of(ODD, st.text(max_size=30))
values = st.recursive(
    st.one_of(
        st.none(),
        st.booleans(),
        st.integers(-(2**70), 2**70),
        st.floats(allow_nan=False, allow_infinity=False),
        texts,
        st.just("a\x00b"),
    ),
    lambda inner: st.one_of(st.lists(inner, max_size=3), st.dictionaries(texts, inner, max_size=3)),
    max_leaves=6,
)
BROKEN = [b"", b"{", b"[" * 5000, b"\xff\xfe", b"\xef\xbb\xbf{}", b"null", b"[]", b'"x"']
BROKEN += [b'{"name": "\\ud800"}', b'{"name": NaN}', b'{"name": 1e999}', b'{"text": "\\u0000"}']
ROUTES = sorted(MATRIX)


def check(house: House, route: tuple[str, str], response: Any) -> None:
    declared = house.app.openapi()["paths"][route[1]][route[0].lower()]["responses"]
    assert response.status_code < 500, (response.request.url, response.text)
    if response.status_code >= 400:
        error = response.json()["error"]
        assert set(error) == {"code", "message", "facts"}
        assert error["message"]
    if response.status_code not in (404, 405) or "{" not in route[1]:  # an odd value may lead to another path
        assert str(response.status_code) in declared, (response.status_code, response.request.url)


def fields_of(house: House, spec: dict[str, Any]) -> dict[str, Any]:
    schema = spec.get("requestBody", {}).get("content", {}).get("application/json", {}).get("schema", {})
    if "$ref" in schema:
        schema = house.app.openapi()["components"]["schemas"][schema["$ref"].rsplit("/", 1)[1]]
    return dict(schema.get("properties", {}))


@pytest.mark.parametrize("route", ROUTES, ids=" ".join)
@settings(max_examples=15, suppress_health_check=list(HealthCheck), database=None)
@given(data=st.data())
def test_odd_parameters_and_bodies_are_never_a_server_error(
    shared_house: House, route: tuple[str, str], data: st.DataObject
) -> None:
    method, path = route
    spec = shared_house.app.openapi()["paths"][path][method.lower()]
    is_odd_path = "{" in path and data.draw(st.booleans())
    odd = data.draw(texts.filter(str.strip)) if is_odd_path else ""
    address = (
        re.sub(r"\{\w+\}", quote(odd, safe=""), path) if odd else path_of(shared_house, path, "administrator", "own")
    )
    query = {
        each["name"]: data.draw(texts)
        for each in spec.get("parameters", [])
        if each["in"] == "query" and data.draw(st.booleans())
    }
    options: dict[str, Any] = {"params": query}
    if method in ("POST", "PUT", "PATCH"):
        options["json"] = {
            name: data.draw(values) for name in fields_of(shared_house, spec) if data.draw(st.integers(0, 3))
        }
    check(shared_house, route, shared_house.browser("administrator").request(method, address, **options))


@pytest.mark.parametrize("route", [route for route in ROUTES if route[0] in ("POST", "PUT", "PATCH")], ids=" ".join)
def test_a_broken_body_is_refused(shared_house: House, route: tuple[str, str]) -> None:
    browser = shared_house.browser("administrator")
    for body in BROKEN:
        address = path_of(shared_house, route[1], "administrator", "own")
        for content_type in ("application/json", "text/plain", "multipart/form-data"):
            check(
                shared_house,
                route,
                browser.request(route[0], address, content=body, headers={"Content-Type": content_type}),
            )


def test_a_body_over_the_limit_is_refused_while_it_comes_in(shared_house: House) -> None:
    browser, sent = shared_house.browser("administrator"), []

    def body() -> Any:
        for _ in range(64):
            sent.append(1)
            yield b" " * 256 * 1024

    for options in ({"content": body()}, {"content": b"x" * 1_100_000}):
        refused = browser.post("/api/tokens", headers={"Content-Type": "application/json"}, **options)
        assert (refused.status_code, refused.json()["error"]["code"]) == (413, "too_large")


def test_headers_over_the_limit_are_refused(shared_house: House) -> None:
    for options in (
        {"headers": {"X-Big": "x" * 40_000}},
        {"headers": {f"X-{n}": "x" * 100 for n in range(400)}},
        {"params": {"q": "x" * 40_000}},
    ):
        refused = shared_house.anonymous().get("/api/me", **options)
        assert (refused.status_code, refused.json()["error"]["code"]) == (431, "headers_too_large")


def test_unknown_paths_and_methods_answer_in_the_one_shape(shared_house: House) -> None:
    nobody = shared_house.anonymous()
    assert nobody.get("/api/nothing").json()["error"]["code"] == "not_found"
    wrong = nobody.put("/api/me")
    assert (wrong.status_code, wrong.json()["error"]["code"], wrong.headers["allow"]) == (
        405,
        "method_not_allowed",
        "GET",
    )


def test_answers_carry_the_headers_that_keep_strangers_out(shared_house: House) -> None:
    for path in ("/login", "/api/me", "/health"):
        headers = shared_house.anonymous().get(path).headers
        assert headers["x-content-type-options"] == "nosniff"
        assert "frame-ancestors 'none'" in headers["content-security-policy"]
        assert headers["referrer-policy"] == "same-origin"
