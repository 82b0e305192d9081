"""Sign-in over HTTP: who gets in, who is kept out, and when a session ends."""

from __future__ import annotations

import re

import pytest

from app.accounts import repository, service
from app.accounts.sessions import COOKIE
from ingest.kit.clock import DAY_US, SECOND_US
from ingest.store.own import api_token, credential, session, sign_in_failure
from tests.house import PASSWORD, Browser, House, a_person

ANA = "administrator@own.example"


def sign_in(house: House, email: str = ANA, password: str = PASSWORD, **form: str):  # type: ignore[no-untyped-def]
    return house.anonymous().post("/login", data={"email": email, "password": password, **form})


def cookie_of(response) -> str:  # type: ignore[no-untyped-def]
    return re.search(rf"{COOKIE}=([^;]+)", response.headers["set-cookie"]).group(1)  # type: ignore[union-attr]


def test_the_right_password_opens_a_session(house: House) -> None:
    response = sign_in(house, email=" Administrator@OWN.example ", next="/reports?from=1")
    assert (response.status_code, response.headers["location"]) == (303, "/reports?from=1")
    cookie = response.headers["set-cookie"].lower()
    assert {"httponly", "samesite=lax"} <= set(cookie.split("; "))
    assert "secure" not in cookie
    me = Browser(house.client, cookie_of(response)).get("/api/me").json()
    assert (me["email"], me["role"], me["workspace"]["name"]) == (ANA, "administrator", "own")


@pytest.mark.parametrize(
    "target", ["//evil.example", "https://evil.example", "/\\evil.example", "javascript:alert(1)", "/\r\nX: y", ""]
)
def test_sign_in_leads_to_no_other_site(house: House, target: str) -> None:
    assert sign_in(house, next=target).headers["location"] == "/"


def test_wrong_password_and_unknown_email_look_alike(house: House) -> None:
    wrong = sign_in(house, password="not the password")
    unknown = sign_in(house, email="nobody@own.example")
    assert wrong.status_code == unknown.status_code == 401
    assert wrong.text.replace(ANA, "") == unknown.text.replace("nobody@own.example", "")


def test_too_many_failures_of_one_email_are_told_when_to_come_back(house: House) -> None:
    assert [sign_in(house, password="wrong password").status_code for _ in range(11)] == [401] * 10 + [429]
    refused = sign_in(house)
    assert refused.status_code == 429, "the right password does not help either"
    assert 0 < int(refused.headers["retry-after"]) <= 15 * 60
    house.context.clock.advance(int(refused.headers["retry-after"]) * SECOND_US)  # type: ignore[attr-defined]
    assert sign_in(house).status_code == 303


def test_one_address_cannot_try_many_people(house: House) -> None:
    statuses = [sign_in(house, email=f"guess{n}@own.example").status_code for n in range(51)]
    assert statuses == [401] * 50 + [429]


def test_a_success_is_no_failure(house: House) -> None:
    assert {sign_in(house).status_code for _ in range(12)} == {303}


def test_empty_fields_are_asked_for(house: House) -> None:
    response = house.anonymous().post("/login", data={"email": "<b>x", "password": ""})
    assert response.status_code == 422
    assert 'role="alert"' in response.text
    assert "<b>" not in response.text


def test_the_page_speaks_the_readers_language(house: House) -> None:
    arabic = house.anonymous().get("/login", headers={"Accept-Language": "ar-EG,en;q=0.5"}).text
    assert '<html lang="ar" dir="rtl">' in arabic
    assert "كلمة المرور" in arabic
    assert (
        '<html lang="pt" dir="ltr">'
        in house.anonymous().get("/login", headers={"Accept-Language": "de, pt-BR;q=0.8"}).text
    )
    assert '<html lang="en" dir="ltr">' in house.anonymous().get("/login", headers={"Accept-Language": ";;q=x,*"}).text


def test_sign_out_ends_the_session_at_once(house: House) -> None:
    ana = house.browser("administrator")
    assert ana.get("/api/me").status_code == 200
    assert ana.post("/logout").headers["location"] == "/login"
    assert ana.get("/api/me").status_code == 401


def test_a_session_lives_as_long_as_it_is_used(house: House) -> None:
    used, idle = (Browser(house.client, cookie_of(sign_in(house))) for _ in range(2))
    for _ in range(3):
        house.context.clock.advance(10 * DAY_US)  # type: ignore[attr-defined]
        assert used.get("/api/me").status_code == 200
    assert idle.get("/api/me").status_code == 401


@pytest.mark.parametrize("change", [{"role": "marketer"}, {"is_active": False}, {"password": "another long password"}])
def test_a_changed_person_is_signed_out_everywhere(house: House, change: dict[str, object]) -> None:
    agent, ana = house.browser("agent"), house.browser("administrator")
    assert ana.patch(f"/api/people/{house.own.people['agent']}", json=change).status_code == 200
    assert agent.get("/api/me").status_code == 401
    assert ana.get("/api/me").status_code == 200


def test_a_new_name_signs_nobody_out(house: House) -> None:
    agent = house.browser("agent")
    assert (
        agent.patch(f"/api/people/{house.own.people['agent']}", json={"name": "Bea", "language": "pt-BR"}).json()[
            "name"
        ]
        == "Bea"
    )
    assert agent.get("/api/me").json()["language"] == "pt-BR"


def test_ones_own_password_takes_the_present_one(house: House) -> None:
    agent, path = house.browser("agent"), f"/api/people/{house.own.people['agent']}"
    new = "another long password"
    assert agent.patch(path, json={"password": new}).status_code == 403
    assert agent.patch(path, json={"password": new, "current_password": "wrong"}).status_code == 403
    assert agent.patch(path, json={"password": new, "current_password": PASSWORD}).status_code == 200
    assert sign_in(house, "agent@own.example").status_code == 401
    assert sign_in(house, "agent@own.example", new).status_code == 303


def test_the_last_administrator_stays(house: House) -> None:
    ana, path = house.browser("administrator"), f"/api/people/{house.own.people['administrator']}"
    for change in ({"role": "agent"}, {"is_active": False}):
        refused = ana.patch(path, json=change)
        assert (refused.status_code, refused.json()["error"]["code"]) == (409, "conflict")
    a_person(house.context, house.own, "administrator", "second@own.example")
    assert ana.patch(path, json={"role": "agent"}).status_code == 200


def test_an_email_signs_in_one_person_only(house: House) -> None:
    person = {"email": "AGENT@other.example", "name": "x", "role": "agent", "password": "a long enough password"}
    assert house.browser("administrator").post("/api/people", json=person).status_code == 409


@pytest.mark.parametrize("password", ["short", "new@own.example", "x" * 201])
def test_a_poor_password_is_refused_and_not_repeated(house: House, password: str) -> None:
    person = {"email": "new@own.example", "name": "New", "role": "agent", "password": password}
    refused = house.browser("administrator").post("/api/people", json=person)
    assert refused.status_code == 422
    assert password not in refused.text


def test_an_api_token_acts_as_its_person_until_revoked(house: House) -> None:
    ana = house.browser("administrator")
    made = ana.post("/api/tokens", json={"name": "export"}).json()
    bearer = {"Authorization": f"Bearer {made['secret']}"}
    nobody = house.anonymous()
    assert nobody.get("/api/me", headers=bearer).json()["email"] == ANA
    assert made["secret"] not in ana.get("/api/tokens").text
    assert nobody.post("/api/tokens", json={"name": "child"}, headers=bearer).status_code == 403, (
        "a token begets no token"
    )
    assert ana.delete(f"/api/tokens/{made['token_id']}").status_code == 204
    assert nobody.get("/api/me", headers=bearer).status_code == 401


def test_tokens_of_somebody_who_left_are_dead(house: House) -> None:
    agent, ana = house.browser("agent"), house.browser("administrator")
    bearer = {"Authorization": f"Bearer {agent.post('/api/tokens', json={'name': 'x'}).json()['secret']}"}
    path = f"/api/people/{house.own.people['agent']}"
    ana.patch(path, json={"is_active": False})
    assert house.anonymous().get("/api/me", headers=bearer).status_code == 401
    ana.patch(path, json={"is_active": True})
    assert house.anonymous().get("/api/me", headers=bearer).status_code == 401, "coming back does not revive them"


def test_a_forged_form_post_is_refused(house: House) -> None:
    ana = house.browser("administrator")
    del ana.headers["X-Prosa"]
    assert ana.post("/api/tokens", json={"name": "x"}).status_code == 403
    assert ana.post("/logout", headers={"Origin": "https://evil.example"}).status_code == 403
    assert ana.get("/api/me").status_code == 200


def test_one_session_can_be_ended_from_another(house: House) -> None:
    here, there = house.browser("agent"), house.browser("agent")
    other = next(each for each in here.get("/api/sessions").json()["sessions"] if not each["is_current"])
    assert here.delete(f"/api/sessions/{other['session_id']}").status_code == 204
    assert (here.get("/api/me").status_code, there.get("/api/me").status_code) == (200, 401)


def test_the_database_holds_nothing_that_signs_in(house: House) -> None:
    token = cookie_of(sign_in(house))
    secret = Browser(house.client, token).post("/api/tokens", json={"name": "x"}).json()["secret"]
    sign_in(house, password="not the password")
    with house.context.store.read() as connection:
        rows = [
            row
            for table in (session, api_token, credential, sign_in_failure)
            for row in connection.execute(table.select())
        ]
        events = house.context.store.journal.after(connection, 0, 1000)
    everything = repr(rows) + repr(events)
    for each in (token, secret, PASSWORD):
        assert each not in everything


def test_an_administrator_joins_a_private_inbox_visibly(house: House) -> None:
    ana, inbox_id, me = house.browser("administrator"), house.own.inboxes["private"], house.own.people["administrator"]
    assert inbox_id not in ana.get("/api/me").json()["inboxes"]
    assert ana.put(f"/api/inboxes/{inbox_id}/members/{me}").status_code == 204
    assert inbox_id in ana.get("/api/me").json()["inboxes"]
    with house.context.store.read() as connection:
        newest = house.context.store.journal.after(connection, 0, 1000, ["inbox.member_added"])[-1]
        assert me in {each.person_id for each in repository.members(connection, inbox_id)}
    assert (newest.actor_id, newest.inbox_id, newest.payload) == (me, inbox_id, {"person_id": me})
    house.context.clock.advance(SECOND_US)  # type: ignore[attr-defined]
    assert ana.delete(f"/api/inboxes/{inbox_id}/members/{me}").status_code == 204
    assert inbox_id not in ana.get("/api/me").json()["inboxes"]


def test_accounts_survive_a_rebuild_of_the_live_tables(house: House) -> None:
    ana = house.browser("administrator")
    before = ana.get("/api/people").json(), ana.get("/api/me").json()
    house.context.store.rebuild()
    assert (ana.get("/api/people").json(), ana.get("/api/me").json()) == before


def test_the_same_workspace_name_is_the_same_workspace(house: House) -> None:
    context = house.context
    again = service.create_workspace(context.store, context.ids, context.clock, "own", "America/Sao_Paulo", "BR")
    assert again == house.own.workspace_id


def test_nobody_from_elsewhere_is_let_into_an_inbox(house: House) -> None:
    ana, public = house.browser("administrator"), house.own.inboxes["public"]
    for inbox_id, person_id in (
        (public, house.other.people["agent"]),
        (house.other.inboxes["public"], house.own.people["agent"]),
    ):
        assert ana.put(f"/api/inboxes/{inbox_id}/members/{person_id}").status_code == 404


def test_a_new_password_kills_api_tokens_too(house: House) -> None:
    ana, bruno = house.browser("administrator"), house.browser("agent")
    secret = bruno.post("/api/tokens", json={"name": "stolen"}).json()["secret"]
    bearer = {"Authorization": f"Bearer {secret}"}
    assert house.anonymous().get("/api/me", headers=bearer).status_code == 200
    ana.patch(f"/api/people/{house.own.people['agent']}", json={"password": "another long password"})
    assert house.anonymous().get("/api/me", headers=bearer).status_code == 401


def test_an_administrator_sees_and_revokes_the_api_tokens_of_others(house: House) -> None:
    ana, path = house.browser("administrator"), f"/api/people/{house.own.people['agent']}/tokens"
    secret = house.browser("agent").post("/api/tokens", json={"name": "the agent's script"}).json()["secret"]
    (told,) = ana.get(path).json()["tokens"]
    assert told["name"] == "the agent's script"
    assert secret not in str(told)
    assert house.browser("supervisor").get(path).status_code == 403
    assert ana.delete(path).status_code == 204
    assert house.anonymous().get("/api/me", headers={"Authorization": f"Bearer {secret}"}).status_code == 401
    assert ana.get(path).json() == {"tokens": []}


def test_the_description_knows_webhooks_the_sign_in_and_the_stream(house: House) -> None:
    paths = house.browser("agent").get("/api/openapi.json").json()["paths"]
    assert {"/webhooks/{channel}/{connection_id}", "/login", "/api/stream", "/api/me"} <= paths.keys()
    assert "429" in paths["/login"]["post"]["responses"]
