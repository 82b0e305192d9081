"""Words by which people stop messages and allow them again. Carriers demand the English ones; the rest is courtesy.

A mere yes is neither: it answers whatever was asked last, and takes back no STOP.
"""

from __future__ import annotations

import unicodedata

_WITHDRAWN = {
    "en": ("stop", "stopall", "stop all", "unsubscribe", "cancel", "end", "quit", "revoke", "optout", "opt out"),
    "pt": ("parar", "pare", "sair", "cancelar", "descadastrar"),
    "es": ("parar", "alto", "baja", "cancelar", "salir"),
    "fr": ("arrêt", "arrêter"),
    "ar": ("توقف", "أوقف", "إيقاف", "إلغاء"),
}
_GRANTED = {
    "en": ("start", "unstop"),
    "pt": ("iniciar", "começar"),
    "es": ("iniciar", "empezar", "alta"),
    "ar": ("ابدأ",),
}
_YES = ("yes", "y", "ok", "sim", "sí", "oui", "نعم")


def consent_of(text: str | None, told: str | None = None) -> str | None:
    """Return withdrawn or granted where the whole text is one of the words, else None.

    `told`: what the provider makes of it, by words that the business chose there: STOP, START or nothing. It takes
    a yes for START, too; we do not.

    >>> consent_of(" Stop. "), consent_of("start"), consent_of("sí"), consent_of("please stop by")
    ('withdrawn', 'granted', None, None)
    >>> consent_of("join", "START"), consent_of("Yes!", "START")
    ('granted', None)
    """
    word = _bare(text or "")
    return _MEANING.get(word) or (None if word in _MERE_YES else _TOLD.get((told or "").upper()))


def _bare(text: str) -> str:
    """Return a text without case, accents and what stands around it."""
    letters = unicodedata.normalize("NFKD", text.casefold())
    return "".join(each for each in letters if not unicodedata.combining(each)).strip(" \t\r\n.!?\"'،؟")


_MEANING = {
    _bare(word): value
    for value, table in (("withdrawn", _WITHDRAWN), ("granted", _GRANTED))
    for words in table.values()
    for word in words
}
_MERE_YES = frozenset(map(_bare, _YES))
_TOLD = {"STOP": "withdrawn", "START": "granted"}
