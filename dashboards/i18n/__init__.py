"""The console's languages. `_` says a sentence in the language of the person whose page runs.

Catalogues are text (`<language>/LC_MESSAGES/console.po`) and are compiled in memory at first use, so none can be stale.
"""

from __future__ import annotations

import gettext
from contextvars import ContextVar
from datetime import datetime
from functools import lru_cache
from io import BytesIO
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

LANGUAGES = {"en": "English", "pt_BR": "Português (Brasil)", "es": "Español", "ar": "العربية"}
FOLDER = Path(__file__).parent
_chosen: ContextVar[str | None] = ContextVar("language", default=None)


def best(asked: str | None) -> str:
    """Return our language nearest to a tag such as `pt-BR`, `es_MX` or `ar`; English when there is none."""
    tag = (asked or "en").replace("-", "_")
    if tag in LANGUAGES:
        return tag
    family = tag.split("_")[0].lower()
    return next((ours for ours in LANGUAGES if ours.split("_")[0] == family), "en")


@lru_cache(maxsize=len(LANGUAGES))
def catalogue(language: str) -> gettext.NullTranslations:
    """Return the compiled catalogue of a language; English is the sentences themselves."""
    source = FOLDER / language / "LC_MESSAGES" / "console.po"
    if not source.exists():
        return gettext.NullTranslations()
    from babel.messages.mofile import write_mo
    from babel.messages.pofile import read_po

    compiled = BytesIO()
    with source.open("rb") as text:
        write_mo(compiled, read_po(text, locale=language))
    compiled.seek(0)
    return gettext.GNUTranslations(compiled)


def use(language: str) -> None:
    """Speak this language for the rest of the page's session."""
    _chosen.set(language)
    import streamlit as st

    st.session_state["language"] = language


def language() -> str:
    """Return the language in use. Fragments run in threads of their own, so the session remembers it."""
    if (chosen := _chosen.get()) is not None:
        return chosen
    import streamlit as st

    return str(st.session_state.get("language", "en"))


def _(sentence: str, **facts: object) -> str:
    """Return the sentence in the language in use, with its {names} filled in."""
    said = catalogue(language()).gettext(sentence)
    return said.format(**facts) if facts else said


def finding_said(found: dict[str, Any]) -> str:
    """Return a finding in the language in use; so is the advice in it, where it is ours."""
    facts = found["facts"]
    if "detail" in facts:
        facts = facts | {"detail": _(facts["detail"])}
    return _(found["sentence"], **facts)


def direction(of: str) -> str:
    """Return `rtl` or `ltr`."""
    from babel import Locale

    return Locale.parse(of).text_direction


def when(at: str | None, timezone: str = "UTC") -> str:
    """Return an instant of the API as people of this language write it; a dash where there is none."""
    if not at:
        return "–"
    from babel.dates import format_date, format_time, get_datetime_format

    local, spoken = datetime.fromisoformat(at).astimezone(ZoneInfo(timezone)), language()
    day, clock = format_date(local, "medium", locale=spoken), format_time(local, "short", locale=spoken)
    return str(get_datetime_format("medium", locale=spoken)).format(clock, day).replace("'", "")
