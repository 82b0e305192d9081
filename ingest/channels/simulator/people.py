"""Who lives in the simulated business: the shop's doors and agents, and as many customers as are asked for."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import lru_cache
from random import Random

from ingest.channels.simulator.webhooks import Contact, Number
from ingest.domain import identity
from ingest.kit.ids import stable_id

CHANNEL = "whatsapp"


@dataclass(frozen=True, slots=True)
class Door:
    """A number of the shop and what people write to it about (topic → weight)."""

    handle: str
    name: str
    number: Number
    weight: float
    topics: tuple[tuple[str, float], ...]
    is_private: bool = False

    def inbox_id(self, workspace_id: str) -> str:
        """Return the id of the inbox behind this number."""
        return identity.inbox_id(workspace_id, CHANNEL, self.number.phone_number_id)


@dataclass(frozen=True, slots=True)
class Agent:
    """Somebody who answers: `speed_s` is their median time to an answer, hours are local, Monday is 0."""

    handle: str
    name: str
    role: str
    doors: tuple[str, ...]
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
        return stable_id("per", workspace_id, "aurora", self.handle)


@dataclass(frozen=True, slots=True)
class Customer:
    """Somebody who writes; has a phone, a user id (BSUID) or both."""

    index: int
    name: str
    language: str
    phone: str | None
    user_id: str | None
    username: str | None

    @property
    def identities(self) -> list[dict[str, str]]:
        """Return the addresses a message of theirs carries, best first."""
        known = (("user_id", self.user_id), ("phone", self.phone))
        return [{"kind": kind, "address": address} for kind, address in known if address]

    @property
    def contact(self) -> Contact:
        """Return them as webhook bodies name them."""
        return Contact(name=self.name, phone=self.phone, user_id=self.user_id, username=self.username)

    def contact_id(self, workspace_id: str) -> str:
        """Return the id their best address gives them."""
        best = identity.primary(list(self.identities))
        assert best is not None
        return identity.contact_id(workspace_id, CHANNEL, best)


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
        return tuple(agent for agent in self.agents if door.handle in agent.doors)


DOORS: tuple[Door, ...] = (
    Door(
        "sales", "Vendas", Number("110000000000001", "551130000001"), 0.5,
        (("price", 5), ("opening_hours", 1.5), ("delivery", 2), ("order_status", 0.8), ("thanks", 0.4)),
    ),
    Door(
        "support", "Suporte", Number("110000000000002", "551130000002"), 0.43,
        (("order_status", 5), ("exchange", 3), ("delivery", 2), ("complaint", 1.6), ("thanks", 0.7)),
    ),
    Door("finance", "Financeiro", Number("110000000000003", "551130000003"), 0.07, (("payment", 1),), is_private=True),
)  # fmt: skip
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
def customer(seed: int, index: int) -> Customer:
    """Return the customer with this number; the same seed has the same people for ever."""
    random = Random(f"customer:{seed}:{index}")
    language = random.choices(list(_LANGUAGES), list(_LANGUAGES.values()))[0]
    name = f"{random.choice(_FIRST[language])} {random.choice(_LAST[language])}"
    has_phone, has_user_id = random.choices(((True, False), (True, True), (False, True)), (0.55, 0.35, 0.10))[0]
    return Customer(
        index=index,
        name=name,
        language=language,
        phone=_phone(random, language) if has_phone else None,
        user_id=f"{_COUNTRY[language]}.{''.join(random.choices(_LETTERS, k=20))}" if has_user_id else None,
        username=f"aurora.fan.{index}" if has_user_id and not has_phone and random.random() < 0.5 else None,
    )


def _phone(random: Random, language: str) -> str:
    prefix = random.choice(_PHONES[language])
    length = next(size for start, size in _LENGTH.items() if prefix.startswith(start))
    return prefix + str(random.randrange(10 ** (length - len(prefix)))).zfill(length - len(prefix))
