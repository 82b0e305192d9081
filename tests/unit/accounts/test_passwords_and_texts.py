"""Passwords, the sign-in page's languages, log redaction and error statuses: pure pieces."""

from __future__ import annotations

from pathlib import Path

import pytest

from app.accounts import passwords, texts
from app.accounts.pages import _local
from app.errors import STATUS, code_of, declares, status_of
from app.log import HIDDEN, redact
from ingest.domain import errors


def test_a_password_matches_its_own_hash_only() -> None:
    hashed = passwords.hash_password("correct horse battery")
    assert passwords.is_password("correct horse battery", hashed)
    assert not passwords.is_password("correct horse batterY", hashed)
    assert not passwords.is_password("nobody has this password", None), "the stand-in for unknown people opens nothing"
    assert not passwords.is_password("x", "not a hash")
    assert hashed.startswith("$argon2id$")


def test_every_catalogue_translates_every_text_of_the_pages() -> None:
    known = set(texts.texts_for("pt").messages)
    assert texts.languages() == {"en", "pt", "es", "ar"}
    assert all(set(texts.texts_for(language).messages) == known for language in ("es", "ar"))
    source = "".join(path.read_text() for path in Path(texts.__file__).parent.glob("**/*.[hp][ty]*"))
    assert [message for message in known if f'"{message}"' not in source] == []


@pytest.mark.parametrize(
    ("header", "language"),
    [(None, "en"), ("", "en"), ("de,fr", "en"), ("es;q=0.1, pt-BR;q=0.9", "pt"), ("ar-EG", "ar"), ("pt;q=0, es", "es")],
)
def test_the_most_wanted_language_that_there_is(header: str | None, language: str) -> None:
    assert texts.texts_for(header).language == language


@pytest.mark.parametrize("target", ["//evil", "/\\evil", "http://evil", "", "evil", "/a\nb", "/é", "/\t/evil"])
def test_only_plain_paths_of_ours_are_followed(target: str) -> None:
    assert _local(target) == "/"
    assert _local("/?c=cnv_1&tab=mine") == "/?c=cnv_1&tab=mine"


def test_secrets_and_phones_do_not_reach_the_log() -> None:
    line = {
        "event": "sent with Bearer abc.def and pat_0123456789abcdef",
        "access_token": "EAAB",
        "headers": {"Authorization": "Bearer x", "accept": "text/html"},
        "payload": [{"phone": "+5511987654321"}],
        "url": "postgresql://prosa:hunter2@db/prosa",
    }
    clean = redact(None, "info", line)
    assert clean["access_token"] == clean["headers"]["Authorization"] == clean["payload"][0]["phone"] == HIDDEN
    assert clean["headers"]["accept"] == "text/html"
    for secret in ("abc.def", "0123456789abcdef", "hunter2", "987654321"):
        assert secret not in repr(clean)


def test_every_domain_error_has_a_status_and_a_code() -> None:
    family = [each for each in vars(errors).values() if isinstance(each, type) and issubclass(each, errors.ProsaError)]
    assert {status_of(each) for each in family} <= set(STATUS.values())
    assert status_of(errors.Throttled) == 502
    assert code_of(errors.NotSignedIn) == "not_signed_in"


def test_two_errors_of_one_status_are_both_described() -> None:
    class WindowClosed(errors.Conflict):
        """The service window is closed."""

    description = declares(errors.Conflict, WindowClosed)[409]["description"]
    assert "`conflict`" in description
    assert "`window_closed`: The service window is closed." in description
