"""What surrounds a conversation: the contact, saved texts, templates, tags, colleagues, notices, quarantine."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence
from typing import Any

import orjson
from sqlalchemy import ColumnElement, Connection, and_, exists, or_, select

from app.access import Actor, require
from app.context import Context
from app.inbox import catalogue, customers, repository, schemas
from app.inbox.repository import Found, at
from app.inbox.service import inboxes_of
from app.state import standing
from app.state.addresses import addresses_of
from app.state.unit import Unit
from app.templates import want_templates
from ingest.channels import registry
from ingest.domain.errors import BadInput
from ingest.domain.event import Event
from ingest.kit.clock import DAY_US, to_us
from ingest.store.live import (
    canned_response,
    channel_notice,
    consent,
    contact_attribute,
    conversation,
    conversation_tag,
    inbox,
    person,
    template,
)

_MOST = 200
_ANY_CHANNEL = "whatsapp"
"""Whose form a template has that was told for no inbox."""
_PRESSING_US = 7 * DAY_US
_ALARMING = ("critical", "warning")
_MOST_NOTICES = 50
Profile = Callable[[str, str], dict[str, Any] | None]
"""Given workspace and contact, what the marts derived; the composition root may put one at `app.state.profile`."""


# --- contacts --------------------------------------------------------------------------------------


def get_contact(context: Context, actor: Actor, contact_id: str, profile: Profile | None = None) -> catalogue.Contact:
    """Return a contact with the conversations that the actor sees; NotFound where they see none."""
    require(actor, "contacts.read")
    with context.store.read() as connection:
        return _contact(connection, actor, repository.visible_contact(connection, actor, contact_id), profile)


def change_contact(
    context: Context, actor: Actor, contact_id: str, given: catalogue.ContactChanges
) -> catalogue.Contact:
    """Name a contact, or set attributes; what is as asked already is left alone."""
    require(actor, "contacts.change")
    with context.store.unit() as unit:
        row = repository.visible_contact(unit.connection, actor, contact_id)
        now_us = max(context.clock.us(), (row.name_us or 0) + 1)
        events = [
            _contact_event(actor, row, "contact.noted", now_us, attribute=name, value=value)
            for name, value in (given.attributes or {}).items()
        ]
        if given.name is not None and given.name != row.name:
            events.append(
                _contact_event(actor, row, "contact.named", now_us, name=given.name, username=None, source="agent")
            )
        unit.emit(*events)
        return _contact(unit.connection, actor, repository.visible_contact(unit.connection, actor, contact_id), None)


def record_consent(context: Context, actor: Actor, contact_id: str, given: catalogue.ConsentGiven) -> None:
    """Record what a contact said of a purpose; of what was said earlier only the latest counts.

    Raises BadInput for what would have been said in the future.
    """
    require(actor, "contacts.change")
    with context.store.unit() as unit:
        row = repository.visible_contact(unit.connection, actor, contact_id)
        known = standing.consents(unit.connection, row.contact_id).get(given.purpose)
        now_us = max(context.clock.us(), known.at_us + 1 if known else 0)
        said_us = now_us if given.at is None else to_us(given.at)
        if said_us > now_us:
            raise BadInput("A consent cannot be given in the future.", field="at")
        payload = given.model_dump(include={"purpose", "value", "source", "wording"})
        unit.emit(_contact_event(actor, row, "consent.recorded", said_us, **payload))


def _contact_event(actor: Actor, row: Found, event_type: str, now_us: int, **payload: Any) -> Event:
    digest = hashlib.blake2b(orjson.dumps(payload, option=orjson.OPT_SORT_KEYS), digest_size=12).hexdigest()
    return Event(
        workspace_id=actor.workspace_id,
        type=event_type,
        key=f"{event_type}:{row.contact_id}:{now_us}:{digest}",
        occurred_us=now_us,
        contact_id=row.contact_id,
        actor_kind="agent",
        actor_id=actor.person_id,
        payload=payload,
    )


def _conversations_of(connection: Connection, actor: Actor, contact_ids: Sequence[str]) -> list[Found]:
    query = (
        select(conversation, inbox.c.name.label("inbox_name"))
        .outerjoin(inbox, inbox.c.inbox_id == conversation.c.inbox_id)
        .where(conversation.c.contact_id.in_(contact_ids), conversation.c.inbox_id.in_(sorted(actor.inbox_ids)))
    )
    return list(connection.execute(query.order_by(conversation.c.last_message_us.desc()).limit(_MOST)))


def _contact(connection: Connection, actor: Actor, row: Found, profile: Profile | None) -> catalogue.Contact:
    rows = customers.members(connection, actor, row.contact_id)
    ids = [each.contact_id for each in rows]
    attributes = select(contact_attribute).where(contact_attribute.c.contact_id.in_(ids))
    consents = select(consent).where(consent.c.contact_id.in_(ids)).order_by(consent.c.purpose, consent.c.set_us.desc())
    addresses = addresses_of(connection, [row.contact_id]).get(row.contact_id, [])
    may_sum = profile is not None and customers.is_whole(connection, actor, row.customer_id)
    return catalogue.Contact(
        contact_id=row.contact_id,
        customer_id=row.customer_id,
        name=row.name or next((each.name for each in rows if each.name), None),
        identities=[catalogue.Identity(**each) for each in addresses],
        doors=customers.present(connection, rows[1:]),
        language=row.language,
        first_seen_at=at(min((each.first_seen_us for each in rows if each.first_seen_us is not None), default=None)),
        last_seen_at=at(max((each.last_seen_us for each in rows if each.last_seen_us is not None), default=None)),
        attributes=_latest(connection.execute(attributes.order_by(contact_attribute.c.set_us)).all()),
        consents=[
            catalogue.Consent(purpose=each.purpose, value=each.value, source=each.source, at=at(each.set_us) or "")
            for each in connection.execute(consents)
        ],
        conversations=[
            catalogue.ContactConversation(
                conversation_id=each.conversation_id,
                inbox_name=each.inbox_name or "",
                status=each.status,
                last_message_at=at(each.last_message_us),
            )
            for each in _conversations_of(connection, actor, ids)
        ],
        profile=profile(actor.workspace_id, row.customer_id) if profile is not None and may_sum else None,
    )


def _latest(rows: Sequence[Found]) -> dict[str, str]:
    """Return attributes by name, the word last said at any door, of rows that come in the order of their time."""
    said = {row.attribute: row.value for row in rows}
    return {name: said[name] for name in sorted(said) if said[name] is not None}


# --- saved texts and other small lists --------------------------------------------------------------


def canned_responses(connection: Connection, actor: Actor) -> catalogue.CannedResponses:
    """Return the saved texts of the business, by shortcut."""
    require(actor, "canned_responses.read")
    query = select(canned_response).where(
        canned_response.c.workspace_id == actor.workspace_id, canned_response.c.text.is_not(None)
    )
    rows = connection.execute(query.order_by(canned_response.c.shortcut))
    return catalogue.CannedResponses(
        canned_responses=[catalogue.CannedResponse(shortcut=row.shortcut, text=row.text) for row in rows]
    )


def save_canned_response(context: Context, actor: Actor, shortcut: str, text: str | None) -> None:
    """Save a text under a shortcut; None removes it. What is so already stays so."""
    require(actor, "canned_responses.change")
    if not shortcut.replace("-", "").replace("_", "").isalnum() or len(shortcut) > 40:
        raise BadInput("A shortcut is made of up to 40 letters, digits, hyphens and underscores.", shortcut=shortcut)
    with context.store.unit() as unit:
        known = _canned(unit, actor, shortcut)
        if (known.text if known else None) == text:
            return
        now_us = max(context.clock.us(), known.set_us + 1 if known else 0)
        unit.emit(
            Event(
                workspace_id=actor.workspace_id,
                type="canned_response.saved",
                key=f"canned_response:{shortcut}:{now_us}",
                occurred_us=now_us,
                actor_kind="agent",
                actor_id=actor.person_id,
                payload={"shortcut": shortcut, "text": text},
            )
        )


def _canned(unit: Unit, actor: Actor, shortcut: str) -> Found | None:
    query = select(canned_response).where(
        canned_response.c.workspace_id == actor.workspace_id, canned_response.c.shortcut == shortcut
    )
    return unit.connection.execute(query).first()


def templates(connection: Connection, actor: Actor) -> catalogue.Templates:
    """Return the message templates of the business, by name and language."""
    require(actor, "templates.read")
    query = (
        select(template, inbox.c.channel)
        .outerjoin(inbox, inbox.c.inbox_id == template.c.inbox_id)
        .where(template.c.workspace_id == actor.workspace_id, template.c.name.is_not(None))
        .order_by(template.c.name, template.c.language, template.c.inbox_id, template.c.template_id)
    )
    rows = connection.execute(query).all()
    return catalogue.Templates(
        templates=[_template(row) for row in rows if not row.inbox_id or row.inbox_id in actor.inbox_ids]
    )


def _template(row: Found) -> catalogue.Template:
    components = orjson.loads(row.components)
    blanks, problem = list[catalogue.TemplateBlank](), None
    try:
        asked = registry.template_blanks(row.channel or _ANY_CHANNEL, components)
        blanks = [catalogue.TemplateBlank(name=each.name, kind=each.kind, label=each.label) for each in asked]
    except BadInput as error:
        problem = error.detail
    return catalogue.Template(
        template_id=row.template_id,
        inbox_id=row.inbox_id or None,
        name=row.name,
        language=row.language,
        category=row.category,
        template_status=row.template_status,
        components=components,
        blanks=blanks,
        problem=problem,
    )


def refresh_templates(context: Context, actor: Actor) -> None:
    """Have the templates of every inbox that the actor sees listed anew; within one minute twice is once."""
    require(actor, "templates.read")
    with context.store.read() as connection:
        query = select(inbox.c.channel, inbox.c.inbox_id).where(inbox.c.workspace_id == actor.workspace_id)
        found = [(row.channel, row.inbox_id) for row in connection.execute(query.order_by(inbox.c.inbox_id))]
    want_templates(context.store, actor.workspace_id, [each for each in found if each[1] in actor.inbox_ids])


def tags(connection: Connection, actor: Actor) -> catalogue.Tags:
    """Return the tags that are on some conversation the actor sees, by name."""
    require(actor, "conversations.read")
    query = (
        select(conversation_tag.c.tag)
        .join(conversation, conversation.c.conversation_id == conversation_tag.c.conversation_id)
        .where(
            conversation_tag.c.workspace_id == actor.workspace_id,
            conversation_tag.c.is_on,
            conversation.c.inbox_id.in_(sorted(actor.inbox_ids)),
        )
        .distinct()
    )
    return catalogue.Tags(tags=sorted(connection.execute(query.limit(_MOST * 5)).scalars()))


def agents(connection: Connection, actor: Actor, inbox_id: str | None) -> catalogue.Agents:
    """Return the active people who see an inbox, or any inbox that the actor sees."""
    require(actor, "agents.read")
    wanted = actor.inbox_ids if inbox_id is None else actor.inbox_ids & {inbox_id}
    query = select(person).where(person.c.workspace_id == actor.workspace_id, person.c.is_active)
    rows = connection.execute(query.order_by(person.c.name, person.c.person_id)).all()
    return catalogue.Agents(
        agents=[
            schemas.Person(person_id=row.person_id, name=row.name)
            for row in rows
            if wanted & inboxes_of(connection, actor.workspace_id, row.person_id, row.role)
        ]
    )


def notices(connection: Connection, actor: Actor, now_us: int) -> catalogue.Notices:
    """Return what providers said lately about the numbers and templates of inboxes that the actor sees."""
    require(actor, "channel_notices.read")
    visible = select(channel_notice).where(
        channel_notice.c.workspace_id == actor.workspace_id,
        or_(channel_notice.c.inbox_id.is_(None), channel_notice.c.inbox_id.in_(sorted(actor.inbox_ids))),
    )
    newest_first = (channel_notice.c.at_us.desc(), channel_notice.c.event_id)
    pressing = visible.where(*_is_pressing(now_us)).order_by(*newest_first).limit(_MOST)
    alarms = {row.event_id: row for row in connection.execute(pressing)}
    latest = {row.event_id: row for row in connection.execute(visible.order_by(*newest_first).limit(_MOST_NOTICES))}
    seen = sorted((alarms | latest).values(), key=lambda row: (-row.at_us, row.event_id))
    return catalogue.Notices(
        notices=[
            catalogue.Notice(
                event_id=row.event_id,
                inbox_id=row.inbox_id,
                subject=row.subject,
                severity=row.severity,
                title=row.title,
                at=at(row.at_us) or "",
                is_pressing=row.event_id in alarms,
            )
            for row in seen
        ]
    )


def _is_pressing(now_us: int) -> tuple[ColumnElement[bool], ...]:
    """Return the conditions of an alarm of the last days that nothing later on the same matter took the place of."""
    later = channel_notice.alias("later")
    is_outdated = exists().where(
        later.c.workspace_id == channel_notice.c.workspace_id,
        later.c.matter == channel_notice.c.matter,
        or_(
            later.c.at_us > channel_notice.c.at_us,
            and_(later.c.at_us == channel_notice.c.at_us, later.c.event_id < channel_notice.c.event_id),
        ),
    )
    recent = channel_notice.c.at_us > now_us - _PRESSING_US
    return channel_notice.c.severity.in_(_ALARMING), recent, ~is_outdated
