"""Texts of the sign-in pages in the reader's language, from gettext catalogues beside this file."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from pathlib import Path

SOURCE = "en"
RIGHT_TO_LEFT = frozenset({"ar", "dv", "fa", "he", "ps", "ur", "yi"})
_CATALOGUES = Path(__file__).parent / "locale"


@dataclass(frozen=True)
class Texts:
    """Calling it with a text gives that text in `language`; in English where nobody translated it."""

    language: str
    messages: dict[str, str]

    def __call__(self, message: str) -> str:
        """Return a text in this language."""
        return self.messages.get(message, message)

    @property
    def direction(self) -> str:
        """Return `rtl` or `ltr`."""
        return "rtl" if self.language in RIGHT_TO_LEFT else "ltr"


def texts_for(accept_language: str | None) -> Texts:
    """Return the texts for an Accept-Language header: its most wanted language that we have."""
    for language in _wanted(accept_language or ""):
        if language in languages():
            return _texts(language)
    return _texts(SOURCE)


@cache
def languages() -> frozenset[str]:
    """Return the languages there are texts in."""
    return frozenset(path.stem for path in _CATALOGUES.glob("*.po")) | {SOURCE}


@cache
def _texts(language: str) -> Texts:
    if language == SOURCE:
        return Texts(language, {})
    from babel.messages.pofile import read_po

    with (_CATALOGUES / f"{language}.po").open("rb") as file:
        catalogue = read_po(file, locale=language)
    return Texts(language, {str(each.id): str(each.string) for each in catalogue if each.id and each.string})


def _wanted(header: str) -> list[str]:
    """Return the languages of an Accept-Language header (RFC 9110 §12.5.4), most wanted first, without regions."""
    ranked: list[tuple[float, str]] = []
    for part in header.split(",")[:20]:
        tag, _, weight = part.partition(";q=")
        try:
            ranked.append((float(weight or 1), tag.strip().split("-")[0].lower()))
        except ValueError:
            continue
    return [language for weight, language in sorted(ranked, key=lambda each: -each[0]) if weight > 0]
