"""Who lives in the simulated business: the shop's doors and agents, and as many customers as are asked for."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass, field
from functools import lru_cache
from random import Random

from ingest.domain import identity
from ingest.kit.ids import stable_id

_stable = lru_cache(maxsize=1_000)(stable_id)
_inbox_id = lru_cache(maxsize=1_000)(identity.inbox_id)
"""A year asks for each of the few some ten thousand times."""


@dataclass(frozen=True, slots=True)
class Door:
    """An account of the shop on a channel, and what people write to it about (topic → weight)."""

    handle: str
    channel: str
    name: str
    external_id: str
    """The account's id at its provider; empty where a connection is its own account (a bot, a mailbox, a widget)."""
    address: str
    """Where customers reach it."""
    weight: float
    """How many of those who write on this channel write here."""
    topics: tuple[tuple[str, float], ...]
    team: str
    """Who answers: agents whose `teams` hold this."""
    is_private: bool = False

    def connection_id(self, workspace_id: str) -> str:
        """Return the id of the connection that leads here."""
        return _stable("con", workspace_id, self.channel, self.handle)

    def account(self, workspace_id: str) -> str:
        """Return the account's id as deliveries name it."""
        return self.external_id or self.connection_id(workspace_id)

    def inbox_id(self, workspace_id: str) -> str:
        """Return the id of the inbox behind it."""
        return _inbox_id(workspace_id, self.channel, self.account(workspace_id))


@dataclass(frozen=True, slots=True)
class Agent:
    """Somebody who answers: `speed_s` is their median time to an answer, hours are local, Monday is 0."""

    handle: str
    name: str
    role: str
    teams: tuple[str, ...]
    speed_s: float
    hours: tuple[int, int]
    weekdays: tuple[int, ...] = (0, 1, 2, 3, 4)
    language: str = "pt"

    @property
    def email(self) -> str:
        """Return the address they sign in with."""
        return f"{self.handle}@aurora.example"

    def person_id(self, workspace_id: str) -> str:
        """Return their id in a workspace."""
        return _stable("per", workspace_id, "aurora", self.handle)


@dataclass(frozen=True, slots=True)
class Customer:
    """Somebody who writes, as the shop may come to know them; what a channel shows of them is its wire's to say."""

    seed: int
    index: int
    name: str
    language: str
    channels: tuple[str, ...]
    """Where they write: one channel as a rule; whoever is on a second one is the same person there."""
    phone: str | None
    user_id: str | None
    """WhatsApp's business-scoped user id."""
    username: str | None
    email: str | None
    is_member: bool = False
    """True for who has an account at the shop, which vouches for them in the web chat."""

    def number(self, what: str, digits: int) -> str:
        """Return a number of theirs with so many digits, the same for ever."""
        return _number(self.seed, self.index, what, digits)


@dataclass(frozen=True, slots=True)
class People:
    """The cast: one business, its doors, its agents."""

    name: str = "Loja Aurora"
    timezone: str = "America/Sao_Paulo"
    country: str = "BR"
    doors: tuple[Door, ...] = field(default_factory=lambda: DOORS)
    agents: tuple[Agent, ...] = field(default_factory=lambda: AGENTS)

    def at(self, door: Door) -> tuple[Agent, ...]:
        """Return who answers at a door."""
        return tuple(agent for agent in self.agents if door.team in agent.teams)

    def doors_of(self, channel: str) -> tuple[Door, ...]:
        """Return the doors on a channel."""
        return tuple(door for door in self.doors if door.channel == channel)


_SALES = (("price", 5.0), ("opening_hours", 1.5), ("delivery", 2.0), ("order_status", 0.8), ("thanks", 0.4))
_SUPPORT = (("order_status", 5.0), ("exchange", 3.0), ("delivery", 2.0), ("complaint", 1.6), ("thanks", 0.7))
DOORS: tuple[Door, ...] = (
    Door("sales", "whatsapp", "Vendas", "110000000000001", "+551130000001", 0.5, _SALES, "sales"),
    Door("support", "whatsapp", "Suporte", "110000000000002", "+551130000002", 0.43, _SUPPORT, "support"),
    Door("finance", "whatsapp", "Financeiro", "110000000000003", "+551130000003", 0.07, (("payment", 1),), "finance",
         is_private=True),
    Door("messenger", "messenger", "Facebook", "108000000000001", "m.me/lojaaurora", 1, _SUPPORT, "support"),
    Door("instagram", "instagram", "Instagram", "17841400000000001", "@loja.aurora", 1, _SALES, "sales"),
    Door("telegram", "telegram", "Telegram", "", "@loja_aurora_bot", 1, _SUPPORT, "support"),
    Door("x", "x", "X", "1494000000000000001", "@lojaaurora", 1, _SUPPORT, "support"),
    Door("mail", "email", "E-mail", "", "contato@aurora.example", 1, _SUPPORT, "support"),
    Door("site", "webchat", "Site", "", "", 1, _SALES, "sales"),
    Door("sms", "sms", "SMS", "+5511930000009", "+5511930000009", 1, _SUPPORT, "support"),
)  # fmt: skip
SHARES = {"whatsapp": 0.62, "instagram": 0.10, "messenger": 0.08, "webchat": 0.08, "email": 0.06, "telegram": 0.04,
          "sms": 0.015, "x": 0.005}  # fmt: skip
"""Of the customers, who writes where."""
ALSO_ON_WHATSAPP = 0.4
"""Of those who write by SMS, by mail, or as members in the web chat: who writes on WhatsApp, too."""
_MEMBERS = 0.6
_EVERY_DAY = (0, 1, 2, 3, 4, 5, 6)
_SATURDAY_TOO = (0, 1, 2, 3, 4, 5)
AGENTS: tuple[Agent, ...] = (
    Agent("helena", "Helena Prado", "supervisor", ("sales", "support"), 420, (9, 18)),
    Agent("bruno", "Bruno Teixeira", "agent", ("sales",), 95, (8, 17), _SATURDAY_TOO),
    Agent("camila", "Camila Nogueira", "agent", ("sales",), 150, (10, 19), _SATURDAY_TOO),
    Agent("diego", "Diego Fuentes", "agent", ("sales", "support"), 210, (9, 18), language="es"),
    Agent("layla", "Layla Haddad", "agent", ("sales", "support"), 130, (9, 18), _SATURDAY_TOO, language="ar"),
    Agent("marina", "Marina Lopes", "agent", ("support",), 75, (8, 17), _SATURDAY_TOO),
    Agent("rafael", "Rafael Siqueira", "agent", ("support",), 320, (11, 20), _SATURDAY_TOO),
    Agent("sofia", "Sofia Almeida", "agent", ("support", "sales"), 180, (12, 21), _EVERY_DAY),
    Agent("thomas", "Thomas Reed", "agent", ("sales", "support"), 260, (10, 19), _EVERY_DAY, language="en"),
    Agent("vanessa", "Vanessa Couto", "agent", ("finance",), 600, (9, 17)),
    Agent("igor", "Igor Batista", "agent", ("finance", "support"), 380, (9, 18)),
)
_LANGUAGES = {"pt": 0.79, "es": 0.08, "en": 0.07, "ar": 0.06}
_FIRST = {
    "pt": ("Ana", "João", "Maria", "Pedro", "Juliana", "Lucas", "Fernanda", "Gustavo", "Beatriz", "Rodrigo", "Letícia",
           "Felipe", "Patrícia", "Thiago", "Larissa", "Eduardo", "Renata", "Caio", "Débora", "Vinícius", "Otávio"),
    "es": ("Lucía", "Mateo", "Valentina", "Santiago", "Camila", "Joaquín", "Florencia", "Andrés", "Paula", "Nicolás"),
    "en": ("Emma", "James", "Olivia", "Daniel", "Grace", "Michael", "Chloe", "Ryan", "Sarah", "Kevin"),
    "ar": ("أحمد", "فاطمة", "محمد", "مريم", "خالد", "نور", "عمر", "سارة", "يوسف", "هدى"),
}  # fmt: skip
_LAST = {
    "pt": ("Silva", "Santos", "Oliveira", "Souza", "Lima", "Pereira", "Ferreira", "Costa", "Rodrigues", "Almeida",
           "Nascimento", "Araújo", "Ribeiro", "Carvalho", "Gomes", "Martins", "Rocha", "Barbosa", "Moura", "Cardoso"),
    "es": ("González", "Rodríguez", "Fernández", "López", "Martínez", "Pérez", "Gómez", "Díaz", "Romero", "Silva"),
    "en": ("Smith", "Johnson", "Brown", "Taylor", "Wilson", "Clark", "Walker", "Young", "Hall", "Green"),
    "ar": ("العلي", "حسن", "إبراهيم", "الحداد", "منصور", "خوري", "السيد", "العتيبي", "ناصر", "سالم"),
}  # fmt: skip
_PHONES = {
    "pt": ("55119", "55219", "55319", "55419", "55819", "55719", "55519", "55859", "55199", "55139"),
    "es": ("54911", "598", "595", "569", "5255", "34"),
    "en": ("1305", "1617", "4477", "1416", "35191"),
    "ar": ("9665", "9715", "2010", "9627", "9613"),
}
_LENGTH = {"55": 13, "54": 13, "598": 11, "595": 12, "569": 11, "5255": 12, "34": 11, "1": 11, "44": 12, "35191": 12,
           "9665": 12, "9715": 12, "2010": 12, "9627": 12, "9613": 10}  # fmt: skip
_COUNTRY = {"pt": "BR", "es": "AR", "en": "US", "ar": "SA"}
_LETTERS = "ABCDEFGHJKLMNPQRSTUVWXYZ0123456789"


@lru_cache(maxsize=50_000)
def _number(seed: int, index: int, what: str, digits: int) -> str:
    return str(Random(f"{what}:{seed}:{index}").randrange(10 ** (digits - 1), 10**digits))


@lru_cache(maxsize=50_000)
def customer(seed: int, index: int) -> Customer:
    """Return the customer with this number; the same seed has the same people for ever."""
    random = Random(f"customer:{seed}:{index}")
    language = random.choices(list(_LANGUAGES), list(_LANGUAGES.values()))[0]
    name = f"{random.choice(_FIRST[language])} {random.choice(_LAST[language])}"
    has_phone, has_user_id = random.choices(((True, False), (True, True), (False, True)), (0.55, 0.35, 0.10))[0]
    drawn = random.choices(list(SHARES), list(SHARES.values()))[0]
    # The first are one of each, so that even a short past shows every channel.
    home = list(SHARES)[index - 1] if index <= len(SHARES) else drawn
    is_member = home == "webchat" and random.random() < _MEMBERS
    is_twice = (is_member or home in ("sms", "email")) and random.random() < ALSO_ON_WHATSAPP
    return Customer(
        seed=seed,
        index=index,
        name=name,
        language=language,
        channels=(home, "whatsapp") if is_twice else (home,),
        phone=_phone(random, language) if has_phone or is_member or is_twice or home == "sms" else None,
        user_id=f"{_COUNTRY[language]}.{''.join(random.choices(_LETTERS, k=20))}" if has_user_id else None,
        username=f"aurora.fan.{index}" if has_user_id and not has_phone and random.random() < 0.5 else None,
        email=_email(name, index) if is_member or home == "email" else None,
        is_member=is_member,
    )


def _phone(random: Random, language: str) -> str:
    prefix = random.choice(_PHONES[language])
    length = next(size for start, size in _LENGTH.items() if prefix.startswith(start))
    return prefix + str(random.randrange(10 ** (length - len(prefix)))).zfill(length - len(prefix))


def _email(name: str, index: int) -> str:
    letters = unicodedata.normalize("NFKD", name.lower()).encode("ascii", "ignore").decode()
    return f"{'.'.join(letters.split()) or 'cliente'}.{index}@people.example"
