"""Facts of the simulated business: what happened in one conversation, as canonical events.

A `Teller` belongs to one conversation and writes down what contact, agents and provider did. What a
contact writes is first a message object in Meta's own shape, so that the same thing can be posted as a
webhook body; `received` then says what the parser would say of it (a test holds the two together).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from random import Random
from typing import Any

from ingest.channels.simulator.people import CHANNEL, Agent, Customer, Door, People
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
        self.contact_id = customer.contact_id(workspace_id)
        self.conversation_id = identity.conversation_id(workspace_id, self.inbox_id, self.contact_id)
        self.events: list[Event] = []

    # --- the contact ---------------------------------------------------------------------------

    def received(self, us: int, message: Mapping[str, Any]) -> str:
        """Write down a message object of the contact and return its ref."""
        ref = self._ref(message["id"])
        context = message.get("context") or {}
        payload = _content_of(message) | {
            "message_id": ref,
            "message_ref": ref,
            "external_id": message["id"],
            "reply_to_ref": self._ref(context["id"]) if context.get("id") else None,
            "language": self.customer.language if message["type"] == "text" else None,
            "identities": self.customer.identities,
            "name": self.customer.name,
            "referral": message.get("referral"),
            "is_forwarded": bool(context.get("forwarded")),
            "group_ref": None,
            "is_history": False,
            "is_test": False,
            "errors": [],
        }
        self._contact("message.received", f"message:{ref}", us, payload)
        return ref

    def introduced(self, us: int) -> None:
        """Write down the contact's name, and that phone and user id are one person where both are known."""
        who = self.customer
        self._contact("contact.named", f"name:{self.contact_id}:{who.name}", us, {"name": who.name, "username": who.username, "source": "profile"})
        if who.phone and who.user_id:
            both = [each for each in who.identities if each["kind"] in ("user_id", "phone")]
            known = [each | {"contact_id": identity.contact_id(self.workspace_id, CHANNEL, each)} for each in both]
            ids = sorted(each["contact_id"] for each in known)
            payload = {"contact_ids": ids, "identities": known, "reason": "seen_together"}
            self._contact("contact.identified", f"identified:{':'.join(ids)}", us, payload)

    def reacted(self, us: int, ref: str, emoji: str) -> None:
        """Write down a reaction of the contact."""
        self._contact("message.reacted", f"reaction:{ref}:{us}", us, {"message_ref": ref, "emoji": emoji, "by": "contact"})

    def edited(self, us: int, ref: str, text: str) -> None:
        """Write down that the contact changed a message."""
        payload = {"message_ref": ref, "kind": "text", "text": text, "media": [], "content": None}
        self._contact("message.edited", f"edit:{ref}:{us}", us, payload)

    def revoked(self, us: int, ref: str) -> None:
        """Write down that the contact withdrew a message."""
        self._contact("message.revoked", f"revoke:{ref}", us, {"message_ref": ref})

    def opted_out(self, us: int) -> None:
        """Write down that the contact wants no marketing any more."""
        payload = {"purpose": "marketing_messages", "value": "withdrawn", "source": "user_preferences", "wording": "User requested to stop marketing messages"}
        self._contact("consent.recorded", f"consent:{self.contact_id}:{us}", us, payload)

    # --- the agent -----------------------------------------------------------------------------

    def sent(self, us: int, agent: Agent, text: str, origin: str = "typed", template: Payload | None = None) -> str:
        """Write down a message of an agent as one that was sent already, and return its ref.

        `is_import` keeps it out of the outbox: history must never be sent again.
        """
        external_id = self.wamid()
        ref = self._ref(external_id)
        payload = {
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
        return ref

    def status(self, us: int, ref: str, status: str, errors: list[Payload] | None = None) -> None:
        """Write down what the provider reported about a message of ours."""
        at = us - us % SECOND_US
        pricing = {"billable": True, "pricing_model": "PMP", "category": "service", "type": "regular"} if status == "sent" else None
        payload = {"message_ref": ref, "message_id": None, "status": status, "errors": errors or [], "pricing": pricing, "recipient": None}
        self._write("message.status_reported", f"status:{ref}:{status}:", at, us + self._lag(), payload, "system", None)

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

    def _contact(self, kind: str, key: str, us: int, payload: Payload) -> None:
        """The wire knows whole seconds; what is written down later than that came in later."""
        self._write(kind, key, us - us % SECOND_US, us + self._lag(), payload, "contact", self.contact_id)

    def _write(self, kind: str, key: str, us: int, recorded_us: int, payload: Payload, by: str, actor: str | None) -> None:
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
                conversation_id=self.conversation_id,
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
    media = {"id": str(random.randrange(10**15, 10**16)), "mime_type": _MIMES[kind], "sha256": random.randbytes(32).hex()}
    extra = {"audio": {"voice": True}, "sticker": {"animated": False}, "document": {"filename": "comprovante.pdf"}}
    return made | {kind: media | extra.get(kind, {}) | ({"caption": content} if content else {})}


def foundation(workspace_id: str, people: People, us: int, connection_id: str | None = None) -> Iterator[Event]:
    """Yield the shop's doors, agents, members, templates and saved texts as of an instant.

    The workspace itself, passwords and tokens belong to whoever opens the demo.
    """
    for door in people.doors:
        payload = {"name": door.name, "external_id": door.number.phone_number_id, "connection_id": connection_id,
                   "is_private": door.is_private, "address": f"+{door.number.display_phone_number}"}  # fmt: skip
        yield _house(workspace_id, "inbox.created", door.handle, us, payload, door)
    for agent in people.agents:
        person_id = agent.person_id(workspace_id)
        payload = {"person_id": person_id, "name": agent.name, "email": agent.email, "role": agent.role, "language": agent.language}
        yield _house(workspace_id, "person.added", agent.handle, us, payload)
        for door in people.doors:
            if door.handle in agent.doors:
                yield _house(workspace_id, "inbox.member_added", f"{agent.handle}:{door.handle}", us, {"person_id": person_id}, door)
    for template_id, name, language, category, body in TEMPLATES:
        payload = {"template_id": template_id, "name": name, "language": language, "category": category,
                   "template_status": "APPROVED", "components": [{"type": "BODY", "text": body}]}  # fmt: skip
        yield _house(workspace_id, "template.described", template_id, us, payload, people.doors[0])
    for shortcut, text in CANNED:
        yield _house(workspace_id, "canned_response.saved", shortcut, us, {"shortcut": shortcut, "text": text})


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


def _content_of(message: Mapping[str, Any]) -> Payload:
    """Return kind, text, media and content of a message object, as the parser reads them."""
    kind = message["type"]
    given = message[kind]
    if kind == "text":
        return {"kind": kind, "text": given["body"], "media": [], "content": None}
    if kind not in _MIMES:
        return {"kind": kind, "text": _told(kind, given), "media": [], "content": given}
    media = {"provider_id": given["id"], "url": None, "mime": given["mime_type"], "sha256": given["sha256"],
             "filename": given.get("filename"), "is_voice": given.get("voice", False), "is_animated": given.get("animated", False)}  # fmt: skip
    return {"kind": kind, "text": given.get("caption"), "media": [media], "content": None}


def _told(kind: str, given: Any) -> str | None:
    """Return what a person reads where there is no text of its own."""
    if kind == "location":
        return given.get("name")
    if kind == "contacts":
        return ", ".join(each["name"]["formatted_name"] for each in given)
    return given.get("text") or None
