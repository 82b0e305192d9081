"""Facts of the simulated business: what happened in one conversation, as canonical events.

A `Teller` belongs to one conversation and writes down what contact, agents and provider did. What contact and provider
did is what the channel's own parser reads of the body that its wire would have posted; what agents did is told here.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from random import Random
from typing import Any

from ingest.channels.registry import capabilities
from ingest.channels.simulator.people import Agent, Customer, Door, People
from ingest.channels.simulator.wire import Party, Said, read, wire_of
from ingest.domain import identity
from ingest.domain.event import Event
from ingest.kit.clock import SECOND_US
from ingest.kit.ids import stable_id, uuid7_from

Payload = dict[str, Any]
TEMPLATES = (
    ("900000000000101", "pedido_a_caminho", "pt_BR", "UTILITY", "Olá, {{1}}! Seu pedido {{2}} saiu para entrega."),
    ("900000000000102", "retomar_conversa", "pt_BR", "UTILITY", "Olá, {{1}}! Podemos continuar seu atendimento?"),
    ("900000000000103", "semana_aurora", "pt_BR", "MARKETING", "{{1}}, a Semana Aurora começou: até 40% de desconto."),
    ("900000000000104", "order_on_its_way", "en_US", "UTILITY", "Hi {{1}}! Your order {{2}} is on its way."),
)
"""Template id, name, language, category, body: what the shop's history speaks of."""
_MORE: tuple[Payload, ...] = (
    {
        "id": "900000000000105", "name": "boleto_disponivel", "language": "pt_BR", "category": "UTILITY",
        "components": [
            {"type": "HEADER", "format": "DOCUMENT"},
            {"type": "BODY", "text": "Olá, {{primeiro_nome}}! Segue o boleto do pedido {{pedido}}."},
            {"type": "FOOTER", "text": "Loja Aurora"},
        ],
        "parameter_format": "NAMED",
    },
    {
        "id": "900000000000106", "name": "cupom_de_volta", "language": "pt_BR", "category": "MARKETING",
        "components": [
            {"type": "BODY", "text": "{{1}}, sentimos sua falta: use o cupom e ganhe 10%."},
            {"type": "BUTTONS", "buttons": [
                {"type": "COPY_CODE", "text": "Copiar cupom"},
                {"type": "URL", "text": "Ver novidades", "url": "https://aurora.example/novidades/{{1}}"},
                {"type": "QUICK_REPLY", "text": "Não quero mais"},
            ]},
        ],
    },
)  # fmt: skip
"""Templates that nobody has sent yet."""
_PAGE: tuple[Payload, ...] = (
    {
        "id": "900000000000201", "name": "pedido_atualizado", "language": "pt_BR", "category": "UTILITY",
        "components": [{"type": "BODY", "text": "Olá, {{1}}! Seu pedido agora está: {{2}}."}],
    },
)  # fmt: skip
CANNED = (
    ("oi", "Olá! Aqui é da Loja Aurora, como posso ajudar?"),
    ("prazo", "O prazo de entrega é de 2 a 8 dias úteis, conforme a região."),
    ("troca", "Você tem 30 dias para trocar, com a etiqueta e sem uso."),
    ("horario", "Abrimos de segunda a sábado, das 9h às 19h."),
    ("pix", "Nossa chave Pix é o CNPJ, em nome de Loja Aurora Ltda."),
)
_ABOUT_A_CONTACT = frozenset({"contact.named", "contact.identified", "contact.noted"})
"""What every message says again of who wrote it; told once, as the journal would keep it."""


class Teller:
    """Writes down one conversation; instants are given by whoever directs it.

    `told` holds the keys of what is known of contacts already. What a channel has no form for is not written down,
    and the answer is False.
    """

    def __init__(
        self, random: Random, workspace_id: str, door: Door, customer: Customer, told: set[str] | None = None
    ) -> None:
        self._random, self._wire, able = random, wire_of(door.channel), capabilities(door.channel)
        self._party = Party(workspace_id, door, customer, random)
        self._told = set() if told is None else told
        self.workspace_id = workspace_id
        self.customer = customer
        self.door = door
        self.inbox_id = door.inbox_id(workspace_id)
        self.contact_id = self._wire.contact_id(self._party)
        self.conversation_id: str | None = None
        """Known from the first message on: mail has one for each matter."""
        self.has_templates = "template" in able.kinds
        windows = [each for each in (able.window_s, able.person_window_s) if each is not None]
        self.window_us = max(windows) * SECOND_US if windows else None
        """How long after their last word somebody may be written to; None for always."""
        self.events: list[Event] = []
        self._text: Event | None = None
        """The contact's first text."""

    # --- the contact ---------------------------------------------------------------------------

    def about(self, subject: str) -> None:
        """Say what the matter is, where the channel has a place for that."""
        self._party.subject = subject

    def carries(self, kind: str) -> bool:
        """Say whether customers can write messages of a kind here."""
        return kind in self._wire.kinds

    def introduced(self, us: int) -> None:
        """Write down what the shop knows of the contact beside what their messages will say."""
        self._took(us, self._wire.introduced(self._party, us))
        who = self.customer
        if not self._wire.shows_names:
            named = {"name": who.name, "username": None, "source": "agent"}
            self._knows("contact.named", us, named)
        if who.email and self.door.channel != who.channels[0]:
            self._knows("contact.noted", us, {"attribute": "email", "value": who.email})

    def wrote(self, us: int, said: Said) -> str:
        """Write down a message of the contact and return its id at the provider."""
        external_id = self._wire.new_id(self._party, us, is_ours=False)
        is_plain = said.kind == "text" and not said.referral
        if is_plain and self._text is not None:
            self._wrote_again(us, external_id, said.text, self._text)
        else:
            known = len(self.events)
            self._took(us, self._wire.wrote(self._party, us, external_id, said))
            if is_plain and self._wire.tick_us:
                self._text = next(each for each in self.events[known:] if each.type == "message.received")
        self._party.written.append(external_id)
        return external_id

    def _wrote_again(self, us: int, external_id: str, text: str, first: Event) -> None:
        """Write down a text by the example of the first one; to have each of a year's read anew would take seconds."""
        ref = identity.message_ref(self.workspace_id, self.inbox_id, external_id)
        key = first.key.replace(first.payload["external_id"], external_id)
        payload = {**first.payload, "message_id": ref, "message_ref": ref, "external_id": external_id, "text": text}
        at_us = us - us % self._wire.tick_us
        self._write(first.type, key, at_us, payload, "contact", None, recorded_us=self._later(us))

    def reacted(self, us: int, external_id: str, emoji: str) -> bool:
        """Write down a reaction of the contact."""
        return self._took(us, self._wire.reacted(self._party, us, external_id, emoji))

    def edited(self, us: int, external_id: str, text: str) -> bool:
        """Write down that the contact changed a message."""
        return self._took(us, self._wire.edited(self._party, us, external_id, text))

    def revoked(self, us: int, external_id: str) -> bool:
        """Write down that the contact withdrew a message."""
        return self._took(us, self._wire.revoked(self._party, us, external_id))

    def opted_out(self, us: int) -> bool:
        """Write down that the contact wants no marketing any more."""
        return self._took(us, self._wire.opted_out(self._party, us))

    # --- the agent -----------------------------------------------------------------------------

    def sent(self, us: int, agent: Agent, text: str, origin: str = "typed", template: Payload | None = None) -> str:
        """Write down a message of an agent as one that was sent already, and return its id at the provider.

        `is_import` keeps it out of the outbox: history must never be sent again.
        """
        external_id = self._wire.new_id(self._party, us, is_ours=True)
        ref = identity.message_ref(self.workspace_id, self.inbox_id, external_id)
        payload: Payload = {
            "message_id": external_id if self._wire.keeps_our_ids else ref,
            "message_ref": ref,
            "external_id": external_id,
            "kind": "template" if template else "text",
            "text": text,
            "media": [],
            "content": None,
            "reply_to_ref": None,
            "language": self.customer.language,
            "to": self._wire.identities(self.customer),
            "template": template,
            "interactive": None,
            "origin": origin,
            "due_us": None,
            "is_import": True,
        }
        self.did(us, agent, "message.requested", payload, f"requested:{ref}")
        self._party.written.append(external_id)
        return external_id

    def reported(self, us: int, external_id: str, status: str) -> bool:
        """Write down what the provider reported about a message of ours."""
        ref = identity.message_ref(self.workspace_id, self.inbox_id, external_id)
        known = self._wire.status(self._party, us, external_id, ref, status)
        if known is None:
            return self._took(us, self._wire.reported(self._party, us, external_id, status))
        key, payload = known
        at_us = us - us % SECOND_US
        self._write("message.status_reported", key, at_us, payload, "system", None, recorded_us=self._later(us))
        return True

    def did(self, us: int, agent: Agent | None, kind: str, payload: Payload, key: str | None = None) -> None:
        """Write down what an agent (or the house, for None) did to the conversation."""
        by, actor = ("agent", agent.person_id(self.workspace_id)) if agent else ("system", None)
        self._write(kind, key or f"{kind}:{self.conversation_id}:{us}", us, payload, by, actor)

    # --- into the list -------------------------------------------------------------------------

    def _took(self, us: int, body: bytes | None) -> bool:
        """Write down what the channel's parser reads of a body that came in a moment later."""
        if body is None:
            return False
        recorded_us = self._later(us)
        for event in read(self._party, body, recorded_us):
            if event.type in _ABOUT_A_CONTACT:
                if event.key in self._told:
                    continue
                self._told.add(event.key)
            self.conversation_id = self.conversation_id or event.conversation_id
            self._write(
                event.type,
                event.key,
                event.occurred_us,
                self._in_language(event),
                event.actor_kind,
                event.actor_id,
                in_thread=event.conversation_id is not None,
                contact_id=event.contact_id,
                recorded_us=recorded_us,
            )
        return True

    def _later(self, us: int) -> int:
        """Return when what a provider tells of an instant is here."""
        return us + 120_000 + int(self._random.expovariate(1 / 300_000))

    def _in_language(self, event: Event) -> Mapping[str, Any]:
        if event.type != "message.received" or not event.payload["text"]:
            return event.payload
        return {**event.payload, "language": self.customer.language}

    def _knows(self, kind: str, us: int, payload: Payload) -> None:
        key = f"aurora:{kind}:{self.contact_id}"
        if key not in self._told:
            self._told.add(key)
            self._write(kind, key, us, payload, "system", None, in_thread=False)

    def _write(
        self,
        kind: str,
        key: str,
        us: int,
        payload: Mapping[str, Any],
        by: str,
        actor: str | None,
        *,
        in_thread: bool = True,
        contact_id: str | None = None,
        recorded_us: int = 0,
    ) -> None:
        recorded_us = recorded_us or us
        self.events.append(
            Event(
                workspace_id=self.workspace_id,
                type=kind,
                key=key,
                occurred_us=us,
                recorded_us=recorded_us,
                event_id=uuid7_from(recorded_us, self._random.randbytes(10)),
                payload=payload,
                channel=self.door.channel,
                inbox_id=self.inbox_id,
                conversation_id=self.conversation_id if in_thread else None,
                contact_id=contact_id or self.contact_id,
                actor_kind=by,
                actor_id=actor,
            )
        )


def foundation(workspace_id: str, people: People, us: int) -> Iterator[Event]:
    """Yield the shop's doors, agents, members, templates and saved texts as of an instant.

    The workspace itself, passwords and tokens belong to whoever opens the demo.
    """
    for door in people.doors:
        yield _house(workspace_id, "inbox.created", door.handle, us, _described(workspace_id, door), door)
    for agent in people.agents:
        person_id = agent.person_id(workspace_id)
        person = {"name": agent.name, "email": agent.email, "role": agent.role, "language": agent.language}
        yield _house(workspace_id, "person.added", agent.handle, us, {"person_id": person_id} | person)
        for door in people.doors:
            if door.team in agent.teams:
                key = f"{agent.handle}:{door.handle}"
                yield _house(workspace_id, "inbox.member_added", key, us, {"person_id": person_id}, door)
    for door in people.doors_of("whatsapp"):
        for template_id, *_ in TEMPLATES:
            key = f"{template_id}:{door.handle}"
            yield _house(workspace_id, "template.described", key, us, _template(template_id), door)
    for shortcut, text in CANNED:
        yield _house(workspace_id, "canned_response.saved", shortcut, us, {"shortcut": shortcut, "text": text})


def _described(workspace_id: str, door: Door) -> Payload:
    return {
        "name": door.name,
        "external_id": door.account(workspace_id),
        "connection_id": door.connection_id(workspace_id),
        "is_private": door.is_private,
        "address": door.address,
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


def listed_templates(channel: str) -> list[Payload]:
    """Return the shop's templates on a channel as their provider lists them."""
    if channel != "whatsapp":
        return [dict(each) for each in _PAGE]
    told = (_template(template_id) for template_id, *_ in TEMPLATES)
    known = [
        {"id": each["template_id"], "status": each["template_status"]}
        | {name: each[name] for name in ("name", "language", "category", "components")}
        for each in told
    ]
    return known + [{"status": "APPROVED", **each} for each in _MORE]


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
        channel=door.channel if door else None,
        inbox_id=door.inbox_id(workspace_id) if door else None,
    )
