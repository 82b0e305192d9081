"""`prosa user add`: the first administrator gets in without a console."""

from __future__ import annotations

from pathlib import Path

import pytest

from app.accounts.service import create_workspace
from app.accounts.sessions import sign_in
from app.bootstrap import build
from app.commands.user import add_user
from ingest.domain.errors import BadInput, Conflict, NotFound
from ingest.settings import Settings
from ingest.store.migrate import migrate

PASSWORD = "a long enough password"


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    settings = Settings(home=tmp_path)
    context = build(settings)
    migrate(context.store.database)
    create_workspace(context.store, context.ids, context.clock, "Loja", "America/Sao_Paulo", "BR")
    return settings


def test_an_added_person_can_sign_in(settings: Settings) -> None:
    add_user(settings, "Loja", "ana@loja.example", "Ana", "administrator", prompt=lambda _: PASSWORD)
    assert sign_in(build(settings), "ana@loja.example", PASSWORD, "", "")


def test_what_cannot_be_is_said_in_a_sentence(settings: Settings) -> None:
    add_user(settings, "Loja", "ana@loja.example", "Ana", "administrator", PASSWORD)
    with pytest.raises(Conflict):
        add_user(settings, "Loja", "ANA@loja.example", "Ana", "agent", PASSWORD)
    with pytest.raises(NotFound, match="there are: Loja"):
        add_user(settings, "Shop", "bea@loja.example", "Bea", "agent", PASSWORD)
    with pytest.raises(BadInput):
        add_user(settings, "Loja", "no address", "Bea", "agent", PASSWORD)
    answers = iter(["one long password", "another long one"])
    with pytest.raises(BadInput, match="differ"):
        add_user(settings, "Loja", "bea@loja.example", "Bea", "agent", prompt=lambda _: next(answers))
