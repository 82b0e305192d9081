"""Profiles count people, not addresses: doors joined by proof or by hand, taken apart again, always as live says."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from ingest.domain.event import Event
from ingest.domain.identity import canonical_address, link_end
from pipelines.derive import Derivation
from tests import builders as b
from tests.properties.test_any_order import doors, live_tables, moments, people
from tests.unit.pipelines.house import a_lake, bring_up, rows, tables
from tests.unit.state.test_customers import END, MAIL, PHONE, SMS, WHATSAPP, door, joined, parted, said, shown_to_be

PROFILES = "SELECT customer_id, contact_count, inbound_count FROM lake.marts.customer_profiles ORDER BY ALL"

words = st.one_of(
    st.builds(said, st.sampled_from(["whatsapp", "sms", "webchat"]), people, moments, is_claimed=st.booleans()),
    st.builds(lambda one, other: b.one_person(one, other), people, people),
    st.builds(joined, doors, doors, moments),
    st.builds(lambda one, two, at: parted(min(one, two), at, (min(one, two), max(one, two)), among=(two,)), doors, doors, moments),
    st.builds(lambda who, at: parted(door("sms", who), at, (door("sms", who), f"phone:{who['address']}")), people, moments),
)  # fmt: skip


def test_one_person_at_two_doors_has_one_profile_and_two_conversations(tmp_path: Path) -> None:
    with a_lake(tmp_path) as (derivation, where):
        bring_up(derivation, where, [[said("whatsapp", PHONE, 0), said("whatsapp", PHONE, 1)], [said("sms", PHONE, 9)]])

        assert rows(derivation, PROFILES) == [(min(WHATSAPP, SMS), 2, 3)]
        assert rows(derivation, "SELECT count(*) FROM lake.marts.fct_conversation") == [(2,)]
        assert derivation.broken("keys_are_unique") == []


def test_who_is_taken_out_has_a_profile_of_their_own_again(tmp_path: Path) -> None:
    with a_lake(tmp_path) as (derivation, where):
        before = [said("whatsapp", PHONE, 0), said("email", MAIL, 1, is_claimed=True)]
        bring_up(derivation, where, [before])
        alone = tables(derivation)["marts/customer_profiles"]
        mail = door("email", MAIL)
        bring_up(derivation, where, [[joined(WHATSAPP, mail, 5)]])
        assert [count for _, count, _ in rows(derivation, PROFILES)] == [2]

        bring_up(derivation, where, [[parted(mail, 6, tuple(sorted((WHATSAPP, mail))), among=(WHATSAPP,))]])

        assert tables(derivation)["marts/customer_profiles"] == alone


def test_a_link_that_was_cut_stays_cut_and_a_third_door_joins_the_right_one(tmp_path: Path) -> None:
    with a_lake(tmp_path) as (derivation, where):
        cut = parted(SMS, 5, (SMS, END), among=(WHATSAPP,))
        bring_up(
            derivation, where, [[said("whatsapp", PHONE, 0), said("sms", PHONE, 1)], [cut], [said("webchat", PHONE, 9)]]
        )
        assert sorted(count for _, count, _ in rows(derivation, PROFILES)) == [1, 2]


def test_a_merged_contact_brings_its_other_door_along(tmp_path: Path) -> None:
    with a_lake(tmp_path) as (derivation, where):
        bring_up(derivation, where, [[said("webchat", b.user_id("7"), 0), said("sms", PHONE, 1)]])
        bring_up(derivation, where, [[shown_to_be("webchat", 2, b.user_id("7"), PHONE)]])

        assert [count for _, count, _ in rows(derivation, PROFILES)] == [2]


def test_an_address_has_the_same_canonical_form_in_the_lake_as_in_the_app(tmp_path: Path) -> None:
    phones = [
        "551187654321",
        "5511987654321",
        "+55 11 8765-4321",
        "551132654321",
        "5215512345678",
        "525512345678",
        "٥٥",
        "",
    ]
    mails = [" Ana@Example.com", "\u00a0ana@example.com\t\n", "ÉMILE@example.com", "ana\u2003lee@example.com\u2003", ""]
    told = [{"kind": "phone", "address": each} for each in phones] + [
        {"kind": "email", "address": each} for each in mails
    ]
    with a_lake(tmp_path) as (derivation, where):
        bring_up(derivation, where, [[said("whatsapp", PHONE, 0, *told)]])

        found = dict(rows(derivation, "SELECT kind || ' ' || address, link_end FROM lake.staging.identities"))

    for each in told:
        expected = link_end(each["kind"], canonical_address(each))
        assert found[f"{each['kind']} {each['address']}"] == expected


@settings(max_examples=8, phases=(Phase.explicit, Phase.generate), suppress_health_check=list(HealthCheck))
@given(facts=st.lists(words, max_size=16), cut=st.integers(0, 16))
def test_increments_equal_a_rebuild_and_live_says_the_same(
    tmp_path_factory: object, facts: list[Event], cut: int
) -> None:
    home = tmp_path_factory.mktemp("lake")  # type: ignore[attr-defined]  # hypothesis wants no function's fixture
    with a_lake(home) as (derivation, where):
        bring_up(derivation, where, [facts[:cut], facts[cut : cut + 3], facts[cut + 3 :]])
        by_increments = tables(derivation)
        derivation.rebuild()
        assert tables(derivation) == by_increments
        live = folded(facts)
        assert {each: counted(derivation)[each] for each in live} == live


def counted(derivation: Derivation) -> dict[str, str]:
    found = rows(derivation, "SELECT contact_id, customer_id FROM lake.marts.dim_contact")
    return {str(contact): str(customer) for contact, customer in found}


def folded(facts: Sequence[Event]) -> dict[str, str]:
    """Return customers by contact as the live tables hold them, of contacts who have a conversation."""
    live = live_tables([facts])
    met = {row["contact_id"] for row in live["conversation"]}
    return {row["contact_id"]: row["customer_id"] for row in live["contact"] if row["contact_id"] in met}
