"""The console's languages: every sentence is translated, every catalogue compiles, every blank is kept."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

from dashboards import i18n
from dashboards.components.inbox import sentences
from ingest.channels import registry
from ingest.channels.base import Finding
from ingest.domain.errors import Misconfigured
from ingest.domain.metrics import METRICS
from tests.unit.dashboards.said_by_checks import said_by_checks

ROOT = Path(__file__).parents[3] / "dashboards"
BLANK = re.compile(r"\{\w*\}")
OTHERS = [language for language in i18n.LANGUAGES if language != "en"]


@cache
def said_by_console() -> frozenset[str]:
    """Return the sentences of the shell, every page, the metrics, the inbox component, the checks and the refusals."""
    return frozenset(_said_by_console())


def _said_by_console() -> Iterator[str]:
    yield from sentences()
    yield from said_by_checks()
    yield from registry.advices()
    for metric in METRICS.values():
        yield from (metric.sentence, metric.grain)
    for path in [*ROOT.glob("*.py"), *(ROOT / "console").glob("*.py"), *(ROOT / "reports").glob("*.py")]:
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "_" and node.args:
                given = node.args[0]
                if isinstance(given, ast.Constant) and isinstance(given.value, str):
                    yield given.value


@pytest.mark.parametrize("language", OTHERS)
def test_every_sentence_is_translated(language: str) -> None:
    catalogue = i18n.catalogue(language)._catalog  # type: ignore[attr-defined]  # gettext shows no other way to ask
    assert [each for each in said_by_console() if each not in catalogue] == []


@pytest.mark.parametrize("language", OTHERS)
def test_no_translation_is_of_a_sentence_that_nobody_says(language: str) -> None:
    catalogue = i18n.catalogue(language)._catalog  # type: ignore[attr-defined]  # as above
    assert [each for each in catalogue if each and each not in said_by_console()] == []


@pytest.mark.parametrize("language", OTHERS)
def test_a_translation_keeps_the_blanks(language: str) -> None:
    for sentence in said_by_console():
        said = i18n.catalogue(language).gettext(sentence)
        assert sorted(BLANK.findall(said)) == sorted(BLANK.findall(sentence)), sentence


def test_a_browser_tag_finds_the_nearest_language() -> None:
    found = {tag: i18n.best(tag) for tag in ("pt-BR", "pt-PT", "es_MX", "ar-EG", "en-GB", "de", None)}
    assert found == {
        "pt-BR": "pt_BR",
        "pt-PT": "pt_BR",
        "es_MX": "es",
        "ar-EG": "ar",
        "en-GB": "en",
        "de": "en",
        None: "en",
    }


def test_only_arabic_runs_from_the_right() -> None:
    assert {language: i18n.direction(language) for language in i18n.LANGUAGES} == {
        "en": "ltr",
        "pt_BR": "ltr",
        "es": "ltr",
        "ar": "rtl",
    }


def test_a_sentence_without_translation_is_said_in_english() -> None:
    assert i18n.catalogue("ar").gettext("Nobody ever wrote this") == "Nobody ever wrote this"


def test_an_instant_is_told_on_the_clock_of_the_business(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(i18n, "language", lambda: "pt_BR")
    assert "09:00" in i18n.when("2026-03-01T12:00:00Z", "America/Sao_Paulo")
    assert i18n.when(None) == "–"


def test_a_finding_and_the_advice_in_it_are_said_in_the_language_of_the_page(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(i18n, "language", lambda: "pt_BR")
    advice = "The access token has expired or was revoked; an administrator must renew it."
    refused = Finding.of(Misconfigured(advice), "token", "Meta refuses the access token: {detail}")
    assert i18n.finding_said({"sentence": refused.sentence, "facts": refused.facts}) == (
        "A Meta recusa o token de acesso: "
        "O token de acesso expirou ou foi revogado; um administrador precisa renová-lo."
    )
    assert refused.said == f"Meta refuses the access token: {advice}"
