"""One matter of one contact: the play, from the first word to the resolution."""

from __future__ import annotations

import math
from random import Random
from typing import Any

from ingest.channels.simulator.business import TEMPLATES, Teller
from ingest.channels.simulator.people import Agent, People
from ingest.channels.simulator.rhythm import Rhythm
from ingest.channels.simulator.talk import Talk
from ingest.channels.simulator.wire import Said
from ingest.kit.clock import DAY_US, HOUR_US, SECOND_US

_CATALOGUE = "354160437058781"
_DOORMAN = [
    {
        "name": {"formatted_name": "Portaria", "first_name": "Portaria"},
        "phones": [{"phone": "+55 11 3000-0100", "type": "WORK"}],
    }
]
_EMOJI = ("👍", "❤️", "😊", "🙏", "😍")
_TAGS = {"order_status": "pedido", "price": "venda", "delivery": "entrega", "exchange": "troca",
         "opening_hours": "loja", "complaint": "reclamacao", "thanks": "elogio", "payment": "financeiro"}  # fmt: skip


class Episode:
    """One matter of one contact, from their first word to its resolution; times run on as it is played."""

    def __init__(self, random: Random, teller: Teller, people: People, rhythm: Rhythm) -> None:
        self._random, self._teller, self._rhythm = random, teller, rhythm
        topics, weights = zip(*teller.door.topics, strict=True)
        self._topic: str = random.choices(topics, weights)[0]
        self._agents = people.at(teller.door)
        self._agent: Agent = self._agents[0]
        self._now = 0
        self._inbound_us = 0
        self._last_theirs = self._last_ours = ""
        self._talk = Talk(random, teller.customer.language, self._topic, teller.customer.name)
        teller.about(self._talk.say("subjects"))

    def play(self, us: int) -> int:
        """Play it all from an instant on; returns the instant it was over."""
        self._now = us
        self._opens()
        if self._chance(0.035):
            return self._is_left_alone()
        self._takes()
        self._helps()
        if self._chance(0.06):
            self._waits_for_something()
        self._ends()
        return self._now

    # --- acts ----------------------------------------------------------------------------------

    def _opens(self) -> None:
        if self._chance(0.35):
            self._writes("text", self._talk.say("greets"), referral=self._referral())
            self._passes(4, 40)
        self._writes(*self._first_word())
        if self._topic in ("exchange", "complaint") and self._chance(0.3):
            self._passes(10, 90)
            self._writes("image", self._talk.caption("image"))
        if self._chance(0.015):
            self._passes(5, 30)
            self._teller.edited(self._now, self._last_theirs, self._talk.say("asks"))
        elif self._chance(0.006):
            self._passes(5, 60)
            self._teller.revoked(self._now, self._last_theirs)

    def _first_word(self) -> tuple[str, Any]:
        draw = self._random.random()
        if draw < 0.045:
            return "audio", None
        if draw < 0.06 and self._topic == "delivery":
            return "location", self._home()
        if draw < 0.10 and self._topic == "price":
            return "order", self._order()
        return "text", self._talk.say("asks")

    def _takes(self) -> None:
        self._agent = self._on_duty()
        self._talk.served_by(self._agent.name)
        replies_us = self._reply_us()
        if replies_us - self._now > 3 * HOUR_US and self._chance(0.35):
            self._now += int((0.3 + 0.5 * self._random.random()) * (replies_us - self._now))
            self._writes("text", self._talk.say("nudges"))
            replies_us = max(replies_us, self._now + 20 * SECOND_US)
        claimed_us = max(self._now, replies_us - self._random.randrange(4, 60) * SECOND_US) + 1
        self._assigned(claimed_us, self._agent, "claimed")
        self._now = claimed_us
        self._replies(replies_us, "welcomes" if self._chance(0.6) else "answers")

    def _helps(self) -> None:
        if self._topic in ("order_status", "payment", "exchange") and self._chance(0.4):
            self._answers("asks_order")
            self._thinks()
            self._writes("text", self._talk.say("gives_order"))
        self._answers("answers")
        if self._chance(0.12):
            self._note()
        if self._chance(0.05):
            self._transfers()
        rounds = self._random.choices((0, 1, 2), (0.4, 0.45, 0.15))[0]
        for _ in range(rounds):
            self._thinks()
            self._writes(*self._follow_up())
            self._answers("closes")
        if self._chance(0.72):
            self._tag()

    def _follow_up(self) -> tuple[str, Any]:
        draw = self._random.random()
        if draw < 0.05 or (self._topic == "payment" and draw < 0.35):
            return "document", self._talk.caption("document")
        if draw < 0.10:
            return "image", self._talk.caption("image")
        if draw < 0.115:
            return "contacts", _DOORMAN
        return "text", self._talk.say("follows")

    def _waits_for_something(self) -> None:
        until = self._rhythm.next_shift_us(self._agent, self._now + self._random.randrange(18, 30) * HOUR_US)
        self._passes(20, 120)
        self._teller.did(self._now, self._agent, "conversation.snoozed", {"until_us": until})
        self._now = until
        self._teller.did(self._now, None, "conversation.reopened", {"reason": "snooze_ended"})
        self._now = self._rhythm.reply_us(self._random, self._agent, self._now)
        self._sends("closes")

    def _ends(self) -> None:
        if self._chance(0.66):
            self._thinks()
            self._thanks()
            if self._chance(0.55):
                self._answers("byes")
        if self._chance(0.004):
            self._passes(30, 600)
            self._teller.opted_out(self._now)
        self._resolves("done")
        if self._chance(0.05):
            self._comes_back()

    def _thanks(self) -> None:
        draw = self._random.random()
        if draw < 0.12 and self._reacts():
            return
        if 0.12 <= draw < 0.15:
            self._writes("sticker", None)
        else:
            self._writes("text", self._talk.say("thanks"))

    def _reacts(self) -> bool:
        emoji = self._random.choice(_EMOJI)
        return bool(self._last_ours) and self._teller.reacted(self._now, self._last_ours, emoji)

    def _comes_back(self) -> None:
        self._now += int(self._random.lognormvariate(10.2, 0.8)) * SECOND_US
        self._writes("text", self._talk.say("follows"))
        if not self._chance(0.6):
            self._agent = self._on_duty()
            self._assigned(self._now + 30 * SECOND_US, self._agent, "assigned")
        self._now = max(self._now + 31 * SECOND_US, self._now)
        self._answers("closes")
        self._resolves("done")

    def _is_left_alone(self) -> int:
        if self._chance(0.5):
            self._passes(1800, 20_000)
            self._writes("text", self._talk.say("nudges"))
        self._agent = self._agents[0]
        self._now = self._rhythm.next_shift_us(self._agent, self._now + 2 * DAY_US) + self._random.randrange(HOUR_US)
        if self._chance(0.9):
            self._teller.did(
                self._now, self._agent, "conversation.resolved", {"outcome": "abandoned", "reason": "agent"}
            )
        return self._now

    # --- single moves --------------------------------------------------------------------------

    def _writes(self, kind: str, content: Any, referral: dict[str, Any] | None = None) -> None:
        if not self._teller.carries(kind):
            kind, content = "text", content if isinstance(content, str) else self._talk.say("asks")
        self._last_theirs = self._teller.wrote(self._now, Said(kind, content, referral))
        self._inbound_us = self._now

    def _answers(self, what: str) -> None:
        """Let the agent answer what is open, in their own time."""
        self._replies(self._rhythm.reply_us(self._random, self._agent, self._now, ease=0.6), what)

    def _replies(self, us: int, what: str) -> None:
        self._now = max(us, self._now + 2 * SECOND_US)
        self._sends(what)

    def _sends(self, what: str) -> None:
        text, origin, template = self._talk.say(what), self._random.choices(("typed", "canned"), (0.82, 0.18))[0], None
        if self._is_too_late():
            if not self._teller.has_templates:
                return
            text, origin, template = self._template()
        self._last_ours = self._teller.sent(self._now, self._agent, text, origin, template)
        self._delivered(self._last_ours)

    def _is_too_late(self) -> bool:
        window_us = self._teller.window_us
        return window_us is not None and self._now - self._inbound_us > window_us

    def _template(self) -> tuple[str, str, dict[str, Any]]:
        name = self._talk.slots["name"]
        _, template, language, _, body = TEMPLATES[1]
        components = [{"type": "body", "parameters": [{"type": "text", "text": name}]}]
        return (
            body.replace("{{1}}", name),
            "template",
            {"name": template, "language": language, "components": components},
        )

    def _delivered(self, external_id: str) -> None:
        at = self._now + 700_000 + self._random.randrange(900_000)
        if self._chance(0.008) and self._teller.reported(at, external_id, "failed"):
            return
        self._teller.reported(at, external_id, "sent")
        if not self._chance(0.97):
            return
        at += int(self._random.expovariate(1 / 2_500_000))
        self._teller.reported(at, external_id, "delivered")
        if self._chance(0.87):
            self._teller.reported(at + int(self._random.lognormvariate(3.6, 1.2) * SECOND_US), external_id, "read")

    def _reply_us(self) -> int:
        return self._rhythm.reply_us(self._random, self._agent, self._now)

    def _on_duty(self) -> Agent:
        """Return somebody who can come first; who speaks the language is asked more often."""
        language = self._teller.customer.language
        begins = {agent: self._rhythm.next_shift_us(agent, self._now) for agent in self._agents}
        first = min(begins.values())
        ready = [agent for agent in self._agents if begins[agent] == first]
        return self._random.choices(ready, [_eagerness(agent, language) for agent in ready])[0]

    def _assigned(self, us: int, agent: Agent, reason: str) -> None:
        payload = {"assignee_id": agent.person_id(self._teller.workspace_id), "reason": reason}
        self._teller.did(us, agent, "conversation.assigned", payload)

    def _transfers(self) -> None:
        others = [agent for agent in self._agents if agent is not self._agent]
        if others:
            self._passes(10, 90)
            colleague = self._random.choice(others)
            payload = {"assignee_id": colleague.person_id(self._teller.workspace_id), "reason": "assigned"}
            self._teller.did(self._now, self._agent, "conversation.assigned", payload)
            self._agent = colleague

    def _note(self) -> None:
        self._passes(5, 60)
        note_id = f"nte_{self._random.getrandbits(100):025x}"
        self._teller.did(
            self._now,
            self._agent,
            "note.added",
            {"note_id": note_id, "text": self._talk.say("notes")},
            f"note:{note_id}",
        )

    def _tag(self) -> None:
        self._passes(2, 30)
        self._teller.did(self._now, self._agent, "conversation.tagged", {"tag": _TAGS[self._topic]})

    def _resolves(self, outcome: str) -> None:
        at = self._now + int(self._random.lognormvariate(5.2, 1.1) * SECOND_US)
        self._now = self._rhythm.next_shift_us(self._agent, at) + self._random.randrange(1, 90 * SECOND_US)
        if self._chance(0.985):
            self._teller.did(self._now, self._agent, "conversation.resolved", {"outcome": outcome, "reason": "agent"})

    def _thinks(self) -> None:
        """Let the contact take their time to answer: minutes mostly, sometimes an hour."""
        self._now += int(self._random.lognormvariate(4.6, 1.15) * SECOND_US) + 3 * SECOND_US

    def _passes(self, least_s: int, most_s: int) -> None:
        self._now += self._random.randrange(least_s * SECOND_US, most_s * SECOND_US)

    def _chance(self, probability: float) -> bool:
        return self._random.random() < probability

    def _referral(self) -> dict[str, Any] | None:
        if self._topic != "price" or not self._chance(0.25):
            return None
        return {
            "source_url": "https://fb.me/aurora-colecao",
            "source_id": str(self._random.choice((120226305854810, 120226305854811, 120226305854812))),
            "source_type": "ad",
            "headline": "Nova coleção Aurora",
            "body": "Fale com a gente",
            "media_type": "image",
            "ctwa_clid": f"AfSIM{self._random.getrandbits(96):024x}",
        }

    def _home(self) -> dict[str, Any]:
        north, east = self._random.random() / 10, self._random.random() / 10
        return {"latitude": -23.55 + north, "longitude": -46.63 + east, "name": "Casa"}

    def _order(self) -> dict[str, Any]:
        items = [
            {"product_retailer_id": f"AUR-{self._random.randrange(100, 999)}", "quantity": self._random.randrange(1, 3),
             "item_price": self._random.randrange(39, 480), "currency": "BRL"}
            for _ in range(self._random.choice((1, 1, 2, 3)))
        ]  # fmt: skip
        return {"catalog_id": _CATALOGUE, "text": "", "product_items": items}


def _eagerness(agent: Agent, language: str) -> float:
    speaks = 4.0 if agent.language == language != "pt" else 1.0
    leads = 0.35 if agent.role == "supervisor" else 1.0
    return speaks * leads * math.pow(200 / agent.speed_s, 0.4)
