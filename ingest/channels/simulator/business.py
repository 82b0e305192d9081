"""Facts of the simulated business: what happened in one conversation, as canonical events.

A `Teller` belongs to one conversation and writes down what contact, agents and provider did. What a
contact writes is first a message object in Meta's own shape, so that the same thing can be posted as a
webhook body; `received` then says what the parser would say of it (a test holds the two together).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from random import Random
from typing import Any

from ingest.channels.reading import fingerprint
from ingest.channels.simulator.people import CHANNEL, Agent, Customer, Door, People
from ingest.channels.whatsapp.content import content_of
from ingest.domain import identity
from ingest.domain.event import Event
from ingest.kit.clock import SECOND_US
from ingest.kit.ids import stable_id, uuid7_from

Payload = dict[str, Any]
_MIMES = {"image": "image/jpeg", "audio": "audio/ogg; codecs=opus", "video": "video/mp4", "sticker": "image/webp",
          "document": "application/pdf"}  # fmt: skip
TEMPLATES = (
    ("900000000000101", "pedido_a_caminho", "pt_BR", "UTILITY", "Olá, {{1}}! Seu pedido {{2}} saiu para entrega."),
    ("900000000000102", "retomar_conversa", "pt_BR", "UTILITY", "Olá, {{1}}! Podemos continuar seu atendimento?"),
    ("900000000000103", "semana_aurora", "pt_BR", "MARKETING", "{{1}}, a Semana Aurora começou: até 40% de desconto."),
    ("900000000000104", "order_on_its_way", "en_US", "UTILITY", "Hi {{1}}! Your order {{2}} is on its way."),
)
"""Template id, name, language, category, body."""
_PRICING = {"billable": True, "pricing_model": "PMP", "category": "service", "type": "regular"}
_STOPPED = "User requested to stop marketing messages"
CANNED = (
    ("oi", "Olá! Aqui é da Loja Aurora, como posso ajudar?"),
    ("prazo", "O prazo de entrega é de 2 a 8 dias úteis, conforme a região."),
    ("troca", "Você tem 30 dias para trocar, com a etiqueta e sem uso."),
    ("horario", "Abrimos de segunda a sábado, das 9h às 19h."),
    ("pix", "Nossa chave Pix é o CNPJ, em nome de Loja Aurora Ltda."),
)


class Teller:
    """Writes down one conversation; instants are given by whoever directs it."""

    def __init__(self, random: Random, workspace_id: str, door: Door, customer: Customer) -> None:
        self._random = random
        self.workspace_id = workspace_id
        self.customer = customer
        self.inbox_id = door.inbox_id(workspace_id)
        self._number_id = door.number.phone_number_id
        self.contact_id = customer.contact_id(workspace_id)
        self.conversation_id = identity.conversation_id(workspace_id, self.inbox_id, self.contact_id)
        self.events: list[Event] = []

    # --- the contact ---------------------------------------------------------------------------

    def received(self, us: int, message: Mapping[str, Any]) -> str:
        """Write down a message object of the contact and return its id at the provider."""
        says, context = content_of(dict(message)), message.get("context") or {}
        ref = self._ref(message["id"])
        payload = {
            "message_id": ref,
            "message_ref": ref,
            "external_id": message["id"],
            "kind": says.kind,
            "text": says.text,
            "media": says.media,
            "content": says.content,
            "reply_to_ref": self._ref(context["id"]) if context.get("id") else None,
            "language": self.customer.language if says.text else None,
            "identities": self.customer.identities,
            "is_history": False,
            "name": self.customer.name,
            "referral": message.get("referral"),
            "is_forwarded": bool(context.get("forwarded")),
            "group_ref": None,
            "is_test": False,
            "errors": [],
        }
        self._contact("message.received", self._key("message", message["id"]), us, payload)
        return str(message["id"])

    def introduced(self, us: int) -> None:
        """Write down the contact's name, and that phone and user id are one person where both are known."""
        who = self.customer
        if len(who.identities) > 1:
            both = [
                {"contact_id": identity.contact_id(self.workspace_id, CHANNEL, each), **each} for each in who.identities
            ]
            ids = sorted(each["contact_id"] for each in both)
            payload = {"contact_ids": ids, "identities": both, "reason": "seen_together"}
            self._contact("contact.identified", f"{CHANNEL}:identified:{':'.join(ids)}", us, payload, in_thread=False)
        named = {"name": who.name, "username": who.username, "source": "profile"}
        key = f"{CHANNEL}:named:{self.contact_id}:{fingerprint(list(named.values()))}"
        self._contact("contact.named", key, us, named, in_thread=False)

    def reacted(self, us: int, external_id: str, emoji: str) -> None:
        """Write down a reaction of the contact."""
        payload = {"message_ref": self._ref(external_id), "emoji": emoji, "by": "contact"}
        self._contact("message.reacted", self._key("reaction", self.wamid()), us, payload)

    def edited(self, us: int, external_id: str, text: str) -> None:
        """Write down that the contact changed a message."""
        payload: Payload = {
            "message_ref": self._ref(external_id),
            "kind": "text",
            "text": text,
            "media": [],
            "content": None,
        }
        self._contact("message.edited", self._key("edit", self.wamid()), us, payload)

    def revoked(self, us: int, external_id: str) -> None:
        """Write down that the contact withdrew a message."""
        self._contact("message.revoked", self._key("revoke", self.wamid()), us, {"message_ref": self._ref(external_id)})

    def opted_out(self, us: int) -> None:
        """Write down that the contact wants no marketing any more."""
        item = {"wa_id": self.customer.phone, "user_id": self.customer.user_id, "detail": _STOPPED,
                "category": "marketing_messages", "value": "stop", "timestamp": us // SECOND_US}  # fmt: skip
        known = {name: value for name, value in item.items() if value is not None}
        payload = {"purpose": "marketing_messages", "value": "withdrawn", "source": CHANNEL, "wording": _STOPPED,
                   "identities": self.customer.identities}  # fmt: skip
        self._contact("consent.recorded", self._key("preference", fingerprint(known)), us, payload)

    # --- the agent -----------------------------------------------------------------------------

    def sent(self, us: int, agent: Agent, text: str, origin: str = "typed", template: Payload | None = None) -> str:
        """Write down a message of an agent as one that was sent already, and return its id at the provider.

        `is_import` keeps it out of the outbox: history must never be sent again.
        """
        external_id = self.wamid()
        ref = self._ref(external_id)
        payload: Payload = {
            "message_id": ref,
            "message_ref": ref,
            "external_id": external_id,
            "kind": "template" if template else "text",
            "text": text,
            "media": [],
            "content": None,
            "reply_to_ref": None,
            "language": self.customer.language,
            "to": self.customer.identities,
            "template": template,
            "interactive": None,
            "origin": origin,
            "due_us": None,
            "is_import": True,
        }
        self.did(us, agent, "message.requested", payload, f"requested:{ref}")
        return external_id

    def status(self, us: int, external_id: str, status: str, errors: list[Payload] | None = None) -> None:
        """Write down what the provider reported about a message of ours."""
        at = us - us % SECOND_US
        pricing = dict(_PRICING) if status == "sent" else None
        payload = {"message_ref": self._ref(external_id), "message_id": None, "status": status, "errors": errors or [],
                   "pricing": pricing, "recipient": None}  # fmt: skip
        key = self._key("status", external_id, status, str(at // SECOND_US))
        self._write("message.status_reported", key, at, us + self._lag(), payload, "system", None)

    def did(self, us: int, agent: Agent | None, kind: str, payload: Payload, key: str | None = None) -> None:
        """Write down what an agent (or the house, for None) did to the conversation."""
        by, actor = ("agent", agent.person_id(self.workspace_id)) if agent else ("system", None)
        self._write(kind, key or f"{kind}:{self.conversation_id}:{us}", us, us, payload, by, actor)

    # --- wire ----------------------------------------------------------------------------------

    def wamid(self) -> str:
        """Return a fresh message id as the provider would give one."""
        return f"wamid.SIM{self._random.getrandbits(112):028X}"

    def _ref(self, external_id: str) -> str:
        return identity.message_ref(self.workspace_id, self.inbox_id, external_id)

    def _lag(self) -> int:
        return 120_000 + int(self._random.expovariate(1 / 300_000))

    def _key(self, kind: str, *parts: str) -> str:
        return ":".join((CHANNEL, kind, self._number_id, *parts))

    def _contact(self, kind: str, key: str, us: int, payload: Payload, *, in_thread: bool = True) -> None:
        """The wire knows whole seconds; what is written down later than that came in later."""
        by = "system" if kind == "contact.identified" else "contact"
        self._write(kind, key, us - us % SECOND_US, us + self._lag(), payload, by, None, in_thread=in_thread)

    def _write(
        self,
        kind: str,
        key: str,
        us: int,
        recorded_us: int,
        payload: Payload,
        by: str,
        actor: str | None,
        *,
        in_thread: bool = True,
    ) -> None:
        self.events.append(
            Event(
                workspace_id=self.workspace_id,
                type=kind,
                key=key,
                occurred_us=us,
                recorded_us=recorded_us,
                event_id=uuid7_from(recorded_us, self._random.randbytes(10)),
                payload=payload,
                channel=CHANNEL,
                inbox_id=self.inbox_id,
                conversation_id=self.conversation_id if in_thread else None,
                contact_id=self.contact_id,
                actor_kind=by,
                actor_id=actor,
            )
        )


def message(random: Random, external_id: str, us: int, kind: str, content: Any, **more: Any) -> Payload:
    """Return a message object in Meta's shape; `content` is the text, a caption, or the type's own object."""
    made = {"id": external_id, "timestamp": str(us // SECOND_US), "type": kind} | {k: v for k, v in more.items() if v}
    if kind == "text":
        return made | {"text": {"body": content}}
    if kind not in _MIMES:
        return made | {kind: content}
    media: Payload = {
        "id": str(random.randrange(10**15, 10**16)),
        "mime_type": _MIMES[kind],
        "sha256": random.randbytes(32).hex(),
    }
    extra: dict[str, Payload] = {
        "audio": {"voice": True},
        "sticker": {"animated": False},
        "document": {"filename": "comprovante.pdf"},
    }
    return made | {kind: media | extra.get(kind, {}) | ({"caption": content} if content else {})}


def foundation(workspace_id: str, people: People, us: int, connection_id: str | None = None) -> Iterator[Event]:
    """Yield the shop's doors, agents, members, templates and saved texts as of an instant.

    The workspace itself, passwords and tokens belong to whoever opens the demo.
    """
    for door in people.doors:
        yield _house(workspace_id, "inbox.created", door.handle, us, _described(door, connection_id), door)
    for agent in people.agents:
        person_id = agent.person_id(workspace_id)
        person = {"name": agent.name, "email": agent.email, "role": agent.role, "language": agent.language}
        yield _house(workspace_id, "person.added", agent.handle, us, {"person_id": person_id} | person)
        for door in people.doors:
            if door.handle in agent.doors:
                key = f"{agent.handle}:{door.handle}"
                yield _house(workspace_id, "inbox.member_added", key, us, {"person_id": person_id}, door)
    for template_id, *_ in TEMPLATES:
        yield _house(workspace_id, "template.described", template_id, us, _template(template_id), people.doors[0])
    for shortcut, text in CANNED:
        yield _house(workspace_id, "canned_response.saved", shortcut, us, {"shortcut": shortcut, "text": text})


def _described(door: Door, connection_id: str | None) -> Payload:
    return {
        "name": door.name,
        "external_id": door.number.phone_number_id,
        "connection_id": connection_id,
        "is_private": door.is_private,
        "address": f"+{door.number.display_phone_number}",
    }


def _template(template_id: str) -> Payload:
    _, name, language, category, body = next(each for each in TEMPLATES if each[0] == template_id)
    return {
        "template_id": template_id,
        "name": name,
        "language": language,
        "category": category,
        "template_status": "APPROVED",
        "components": [{"type": "BODY", "text": body}],
    }


def template_notice(workspace_id: str, door: Door, us: int, index: int, event: str, reason: str) -> Event:
    """Return what the provider reported about one of the templates."""
    template_id, name, language, _, _ = TEMPLATES[index]
    content = {"event": event, "message_template_id": int(template_id), "message_template_name": name,
               "message_template_language": language, "reason": reason}  # fmt: skip
    payload = {
        "subject": "template",
        "event": event,
        "severity": "info" if event == "APPROVED" else "warning",
        "external_id": template_id,
        "title": f"Template {name} ({language}): {event}",
        "content": content,
    }
    return _house(workspace_id, "channel.reported", f"{template_id}:{us}", us, payload, door)


def _house(workspace_id: str, kind: str, key: str, us: int, payload: Payload, door: Door | None = None) -> Event:
    stable = stable_id("evt", workspace_id, kind, key)
    return Event(
        workspace_id=workspace_id,
        type=kind,
        key=f"aurora:{kind}:{key}",
        occurred_us=us,
        recorded_us=us,
        event_id=uuid7_from(us, stable[-10:].encode()),
        payload=payload,
        channel=CHANNEL if door else None,
        inbox_id=door.inbox_id(workspace_id) if door else None,
    )
