"""A profile is what the marts say of a contact, and its absence never keeps a conversation from being answered."""

from __future__ import annotations

from pathlib import Path

from app.marts import Marts
from ingest.settings import Settings
from tests import builders as b
from tests.unit.pipelines.house import a_lake, bring_up

ANA = b.phone("5511987654321")


def test_there_is_none_before_the_first_landing(tmp_path: Path) -> None:
    assert Marts(Settings(home=tmp_path)).profile(b.WORKSPACE, "con_nobody") is None


def test_it_says_what_the_marts_say_and_follows_them(tmp_path: Path) -> None:
    with a_lake(tmp_path) as (derivation, settings):
        profiles, who = Marts(settings).profile, str(b.whose(ANA)["contact_id"])
        bring_up(derivation, settings, [[b.a_message("q1", ANA, 0), b.an_echo("a1", ANA, 60)]])
        profile = profiles(b.WORKSPACE, who)
        assert profile is not None
        assert (profile["inbound_count"], profile["outbound_count"], profile["wait_median_s"]) == (1, 1, 60.0)
        bring_up(derivation, settings, [[b.a_message("q2", ANA, 120)]])
        again = profiles(b.WORKSPACE, who)
        assert again is not None
        assert again["inbound_count"] == 2


def test_somebody_elses_contact_has_none(tmp_path: Path) -> None:
    with a_lake(tmp_path) as (derivation, settings):
        bring_up(derivation, settings, [[b.a_message("q1", ANA, 0)]])
        assert Marts(settings).profile("another workspace", str(b.whose(ANA)["contact_id"])) is None


def test_a_broken_lake_costs_the_profile_only(tmp_path: Path) -> None:
    with a_lake(tmp_path) as (derivation, settings):
        bring_up(derivation, settings, [[b.a_message("q1", ANA, 0)]])
    for file in settings.lake_files.rglob("*.parquet"):
        file.write_bytes(b"not a table")
    settings.lake_catalog.write_bytes(b"not a catalogue")
    assert Marts(settings).profile(b.WORKSPACE, str(b.whose(ANA)["contact_id"])) is None
