"""What people say: sentences by language and topic, read from `talk/*.yaml`, with their slots filled."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from pathlib import Path
from random import Random
from typing import Any

LANGUAGES = ("pt", "en", "es", "ar")
TOPICS = ("order_status", "price", "delivery", "exchange", "opening_hours", "complaint", "thanks", "payment")
_FOLDER = Path(__file__).with_name("talk")


@cache
def material(language: str) -> Mapping[str, Any]:
    """Return the whole dialogue material of a language."""
    import yaml  # only a simulation pays for it

    loaded: Mapping[str, Any] = yaml.safe_load((_FOLDER / f"{language}.yaml").read_bytes())
    return loaded


class Talk:
    """The words of one episode: one language, one topic, one set of slots, so that what is said hangs together."""

    def __init__(self, random: Random, language: str, topic: str, name: str) -> None:
        words = material(language)
        self._random, self._words, self._topic = random, words, words["topics"][topic]
        self.slots = {
            "name": (name.split() or [""])[0],
            "agent": "Aurora",
            "order": f"AU-{random.randrange(48_000, 99_999)}",
            "product": random.choice(words["products"]),
            "price": f"{random.randrange(39, 480)},{random.choice(('00', '90'))}",
            "days": str(random.randrange(2, 9)),
            "city": random.choice(words["cities"]),
            "hour": str(random.randrange(17, 21)),
        }

    def served_by(self, name: str) -> None:
        """Let agents introduce themselves by this name from now on."""
        self.slots["agent"] = name.split()[0]

    def say(self, what: str) -> str:
        """Return a sentence of the topic (asks, answers, follows, closes) or of every day (greets, thanks …)."""
        choice: str = self._random.choice(self._topic.get(what) or self._words[what])
        return choice.format_map(self.slots) if "{" in choice else choice

    def caption(self, kind: str) -> str | None:
        """Return what is written under a picture or document, often nothing."""
        captions = self._words["captions"].get(kind)
        return self._random.choice(captions) if captions else None
