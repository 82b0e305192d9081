"""No one where they don't belong: every route × role × own, private, foreign and missing things."""

from __future__ import annotations

from typing import Any

import pytest

from app.access import RIGHTS, ROLES, Role
from app.main import create_app
from tests.house import Browser, House
from tests.integration.rights_matrix import MATRIX, OPEN, Row, Whose, path_of

ROUTES = sorted(MATRIX)


def operations(house: House) -> dict[tuple[str, str], dict[str, Any]]:
    paths = house.app.openapi()["paths"]
    return {(method.upper(), path): spec for path, methods in paths.items() for method, spec in methods.items()}


def ask(house: House, browser: Browser, route: tuple[str, str], role: Role, whose: Whose) -> Any:
    method, path = route
    return browser.request(method, path_of(house, path, role, whose), **MATRIX[route].body(house, role))


def expected(row: Row, role: Role, whose: Whose) -> frozenset[int]:
    if role not in row.roles:
        return frozenset({403})
    if whose == "own" or (whose == "private" and role in row.sees_private):
        return row.answers
    return frozenset({404})


def test_every_route_has_its_row_and_every_row_its_route(shared_house: House) -> None:
    served = set(operations(shared_house)) - OPEN
    assert served - set(MATRIX) == set(), "routes without a row in rights_matrix.py"
    assert set(MATRIX) - served == set(), "rows without a route"


@pytest.mark.parametrize("route", ROUTES, ids=" ".join)
def test_only_who_may_gets_through(shared_house: House, route: tuple[str, str]) -> None:
    row, declared = MATRIX[route], operations(shared_house)[route]["responses"]
    for role in ROLES:
        browser = shared_house.browser(role)
        for whose in (*row.whose, "own"):
            response = ask(shared_house, browser, route, role, whose)  # type: ignore[arg-type]
            assert response.status_code in expected(row, role, whose), (role, whose, response.text)  # type: ignore[arg-type]
            assert str(response.status_code) in declared, f"{response.status_code} is not declared"


@pytest.mark.parametrize("route", [route for route in ROUTES if MATRIX[route].whose], ids=" ".join)
def test_what_is_foreign_or_hidden_looks_exactly_like_what_is_missing(
    shared_house: House, route: tuple[str, str]
) -> None:
    row = MATRIX[route]
    for role in ROLES:
        browser = shared_house.browser(role)
        missing = ask(shared_house, browser, route, role, "missing")
        for whose in row.whose:
            if whose == "private" and role in row.sees_private:
                continue
            response = ask(shared_house, browser, route, role, whose)
            assert (response.status_code, response.content) == (missing.status_code, missing.content), (role, whose)


@pytest.mark.parametrize("route", ROUTES, ids=" ".join)
def test_nobody_unknown_gets_anywhere(shared_house: House, route: tuple[str, str]) -> None:
    for headers in (
        {},
        {"Cookie": "prosa_session=guess"},
        {"Authorization": "Bearer pat_guess"},
        {"Authorization": "Basic eDp5"},
    ):
        response = shared_house.anonymous().request(
            route[0],
            path_of(shared_house, route[1], "agent", "own"),
            headers=headers,
            **MATRIX[route].body(shared_house, "agent"),
        )
        assert (response.status_code, response.json()["error"]["code"]) == (401, "not_signed_in")


def test_nothing_of_another_business_or_a_private_inbox_is_in_any_answer(shared_house: House) -> None:
    own, other = shared_house.own, shared_house.other
    foreign = [
        other.workspace_id,
        *other.inboxes.values(),
        *other.people.values(),
        "a secret of other",
        "other.example",
    ]
    hidden = [own.threads["private"].conversation_id, "a secret of own, private"]
    for (method, path), row in MATRIX.items():
        for role in ROLES if method == "GET" else ():
            if row.answers == {200} and role in row.roles:
                text = shared_house.browser(role).get(path_of(shared_house, path, role, "own")).text
                assert [each for each in (*foreign, *hidden) if each in text] == [], (path, role)


def test_a_forged_write_is_refused_on_every_route(shared_house: House) -> None:
    for method, path in ROUTES:
        if method != "GET":
            browser = shared_house.browser("administrator")
            del browser.headers["X-Prosa"]
            response = browser.request(method, path_of(shared_house, path, "administrator", "own"))
            assert (response.status_code, response.json()["error"]["code"]) == (403, "not_allowed"), path


def test_every_route_declares_its_errors(shared_house: House) -> None:
    for (method, path), spec in operations(shared_house).items():
        if (method, path) in OPEN:
            continue
        declared = {status for status in spec["responses"] if int(status) >= 400}
        assert {"401", "403", "413", "422", "503"} <= declared, (method, path)
        assert "_id}" not in path or "404" in declared, (method, path)
        for status in declared:
            schema = spec["responses"][status]["content"]["application/json"]["schema"]
            assert schema == {"$ref": "#/components/schemas/ErrorBody"}, (method, path, status)


def test_every_right_is_somebodys_and_the_administrator_has_all() -> None:
    assert all("administrator" in roles and roles <= set(ROLES) for roles in RIGHTS.values())


def test_the_application_has_no_route_outside_its_description(shared_house: House) -> None:
    pages = {"/login", "/logout", "/shop", "/shop/shop.css", "/unsubscribe/{connection_id}/{message_id}/{mark}"}
    described = {path for _, path in operations(shared_house)} | pages
    app = create_app(shared_house.context, console=False)
    assert {route.path for route in app.routes if hasattr(route, "methods")} <= described  # type: ignore[attr-defined]
