"""Words by which people stop messages and allow them again. Carriers demand the English ones; the rest is courtesy."""

from __future__ import annotations

import unicodedata

_WITHDRAWN = {
    "en": ("stop", "stopall", "unsubscribe", "cancel", "end", "quit"),
    "pt": ("parar", "pare", "sair", "cancelar", "descadastrar"),
    "es": ("parar", "alto", "baja", "cancelar", "salir"),
    "ar": ("توقف", "إيقاف", "إلغاء", "الغاء"),
}
_GRANTED = {
    "en": ("start", "yes", "unstop"),
    "pt": ("iniciar", "começar", "sim", "voltar"),
    "es": ("iniciar", "empezar", "alta", "sí"),
    "ar": ("ابدأ", "ابدا", "نعم"),
}


def consent_of(text: str | None) -> str | None:
    """Return withdrawn or granted where the whole text is one of the words, else None.

    >>> consent_of(" Stop. "), consent_of("sí"), consent_of("please stop by")
    ('withdrawn', 'granted', None)
    """
    return _MEANING.get(_bare(text or ""))


def _bare(text: str) -> str:
    """Return a text without case, accents and what stands around it."""
    letters = unicodedata.normalize("NFKD", text.casefold())
    return "".join(each for each in letters if not unicodedata.combining(each)).strip(" \t\r\n.!\"'،")


_MEANING = {
    _bare(word): value
    for value, table in (("withdrawn", _WITHDRAWN), ("granted", _GRANTED))
    for words in table.values()
    for word in words
}
