"""Replies: from what an agent typed to a `message.requested` in the outbox, checked so that it can be sent."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

import orjson
from sqlalchemy import Connection, select

from app.access import Actor, require
from app.context import Context
from app.inbox import may, repository, schemas, thread, uploads
from app.inbox.repository import Found
from app.inbox.service import Desk, sit_down
from app.inbox.templates import filled_text
from app.state.addresses import reach
from app.state.messages import RETURNED
from ingest.channels import fit, registry
from ingest.channels.base import Capabilities
from ingest.domain.errors import BadInput, Conflict, NotFound
from ingest.domain.event import Event
from ingest.domain.language import guess_language
from ingest.domain.template import SENDABLE, HeaderFile
from ingest.kit.clock import SECOND_US
from ingest.kit.ids import stable_id
from ingest.store.live import message, outbox, template

_NEEDS_TEXT = frozenset({"text", "buttons", "list", "location_request"})
_SPLIT = frozenset({"text", "media"})
"""Kinds whose text may become several messages."""
_RETRIED = frozenset({"failed", "unresolved", RETURNED})
_CANCELLED = _RETRIED | {"queued"}


@dataclass(frozen=True, slots=True)
class Draft:
    """One message to be requested: its kind and the fields of its payload that are not empty."""

    kind: str
    text: str | None = None
    content: Any = None
    template: Mapping[str, Any] | None = None
    interactive: Mapping[str, Any] | None = None
    files: list[uploads.Upload] = field(default_factory=list)
    reply_to_ref: str | None = None
    origin: str = "typed"


def reply(context: Context, actor: Actor, conversation_id: str, given: schemas.ReplyGiven) -> schemas.MessageTaken:
    """Take a reply into the outbox; the same `client_id` again returns the message that is there.

    Assigns an unassigned conversation to the replier, and marks it seen. Raises BadInput for what the channel
    cannot carry, HeldElsewhere, WindowClosed {closed_at}, NoConsent, AddressBounced, NotFound for a file, template or
    message that is not the sender's to use.
    """
    key = f"reply:{actor.person_id}:{given.client_id}"
    message_id = stable_id("msg", actor.workspace_id, key)
    with context.store.unit() as unit:
        desk = sit_down(context, unit, actor, conversation_id)
        if (known := _taken(unit.connection, message_id)) is None:
            drafts = _drafts(desk, given)
            may.check_holder(desk)
            may.check_window(desk, context, given.kind)
            may.check_consent(desk)
            may.check_address(desk)
            unit.emit(*_events(context, desk, drafts, key, message_id))
        elif known != desk.row.conversation_id:
            raise BadInput("This client_id was used for another conversation.")
        shown = message_id if given.kind != "reaction" else str(_target(desk, given.message_id).message_id)
        return _answer(desk, shown)


def retry(context: Context, actor: Actor, message_id: str) -> schemas.MessageTaken:
    """Put a message that failed, or whose fate is unknown, into the outbox again.

    Whoever asks this of an unresolved one accepts that it may arrive twice.
    """
    return _turn(
        context,
        actor,
        message_id,
        "send.retried",
        _RETRIED,
        "Only a message that failed or is unresolved can be tried again.",
    )


def cancel(context: Context, actor: Actor, message_id: str) -> schemas.MessageTaken:
    """Give up on a message that the provider has not taken."""
    return _turn(context, actor, message_id, "send.cancelled", _CANCELLED, "This message is on its way already.")


def _turn(
    context: Context, actor: Actor, message_id: str, event_type: str, allowed: frozenset[str], sentence: str
) -> schemas.MessageTaken:
    require(actor, "conversations.answer")
    with context.store.unit() as unit:
        row = repository.get_message(unit.connection, actor, message_id)
        desk = sit_down(context, unit, actor, row.conversation_id)
        query = select(outbox.c.state, outbox.c.attempt).where(outbox.c.message_id == message_id)
        state, attempts = unit.connection.execute(query).first() or (None, 0)
        if state not in allowed:
            raise Conflict(sentence, state=state)
        given: dict[str, Any] = {"message_id": message_id}
        if event_type == "send.retried":
            may.check_holder(desk)
            may.check_window(desk, context, row.kind)
            may.check_consent(desk)
            if not attempts:
                may.check_address(desk)
            given["due_us"] = desk.now_us
        unit.emit(desk.event(event_type, f"{event_type}:{message_id}:{desk.row.version}", **given))
        return _answer(desk, message_id)


def _answer(desk: Desk, message_id: str) -> schemas.MessageTaken:
    shown = thread.messages(desk.unit.connection, [message_id])
    if not shown:
        raise NotFound
    row = repository.get_visible(desk.unit.connection, desk.actor, desk.row.conversation_id)
    return schemas.MessageTaken(message=shown[0], seq=row.version)


def _taken(connection: Connection, message_id: str) -> str | None:
    return connection.execute(select(message.c.conversation_id).where(message.c.message_id == message_id)).scalar()


# --- checks ----------------------------------------------------------------------------------------


def _drafts(desk: Desk, given: schemas.ReplyGiven) -> list[Draft]:
    """Return the messages of a reply: one, or as many as its channel needs for it."""
    able = registry.capabilities(desk.row.channel)
    kinds = repository.sendable(desk.unit.connection, desk.row)
    if not kinds:
        raise BadInput("Nothing can be sent in this conversation: it was imported, or its channel is not connected.")
    if given.kind not in kinds:
        raise BadInput(f"This channel cannot carry {given.kind}.", kind=given.kind, kinds=sorted(kinds))
    _check_text(able, given)
    return _MAKERS[given.kind](desk, able, given)


def _check_text(able: Capabilities, given: schemas.ReplyGiven) -> None:
    if given.kind in _NEEDS_TEXT and not (given.text or "").strip():
        raise BadInput("Write a text first.", field="text")
    length = fit.length(given.text or "", able.text_unit)
    if given.kind not in _SPLIT and length > able.text_limit:
        raise BadInput(
            f"The text has {length} {able.text_unit}; {able.text_limit} are allowed.",
            limit=able.text_limit,
            length=length,
        )


# --- one kind each ---------------------------------------------------------------------------------


def _text(desk: Desk, able: Capabilities, given: schemas.ReplyGiven) -> list[Draft]:
    text = given.text or ""
    parts = (
        [text]
        if fit.length(text, able.text_unit) <= able.text_limit
        else fit.split(text, able.text_limit, able.text_unit)
    )
    quoted = _reply_to(desk, given)
    return [Draft("text", part, reply_to_ref=quoted if part is parts[0] else None) for part in parts]


def _media(desk: Desk, able: Capabilities, given: schemas.ReplyGiven) -> list[Draft]:
    if not given.upload_ids:
        raise BadInput("Choose a file first.", field="upload_ids")
    files = [uploads.get(desk.unit.connection, desk.actor, each) for each in given.upload_ids]
    text = given.text or ""
    fits = 0 < fit.length(text, able.text_unit) <= able.caption_limit
    kinds = [each.kind_on(able, is_captioned=fits and each is files[0]) for each in files]
    for each, kind in zip(files, kinds, strict=True):
        uploads.check_sendable(each, able, kind)
    quoted = _reply_to(desk, given)
    is_caption = fits and kinds[0] not in able.uncaptioned
    ahead = _text(desk, able, given) if text and not is_caption else []
    sent = [Draft(kind, files=held, reply_to_ref=quoted) for kind, held in uploads.packed(able, kinds, files)]
    return [*ahead, replace(sent[0], text=text if is_caption else None), *sent[1:]]


def _template(desk: Desk, able: Capabilities, given: schemas.ReplyGiven) -> list[Draft]:
    if given.template is None:
        raise BadInput("Choose a template first.", field="template")
    row = _approved(desk, given.template.template_id)
    described = orjson.loads(row.components)
    files = [uploads.get(desk.unit.connection, desk.actor, each) for each in given.upload_ids[:1]]
    parameters = dict(given.template.parameters)
    kinds = [each.kind_on(able, is_captioned=True) for each in files]
    for each, kind in zip(files, kinds, strict=True):
        uploads.check_sendable(each, able, kind)
    header = HeaderFile(kinds[0], files[0].filename) if files else None
    sent = {
        "name": row.name,
        "language": row.language,
        "category": row.category,
        "components": registry.template_components(desk.row.channel, described, parameters, header),
    }
    return [
        Draft(
            "template",
            filled_text(described, parameters),
            content={"name": row.name},
            template=sent,
            files=files,
            origin="template",
        )
    ]


def _buttons(desk: Desk, able: Capabilities, given: schemas.ReplyGiven) -> list[Draft]:
    if not given.buttons:
        raise BadInput("Add at least one button.", field="buttons")
    if able.button_limit and len(given.buttons) > able.button_limit:
        raise BadInput(f"At most {able.button_limit} buttons fit under a message.", limit=able.button_limit)
    _check_titles([each.title for each in given.buttons], able.button_title_limit)
    _check_unique([each.id for each in given.buttons])
    return _choices(desk, able, given, {"buttons": [each.model_dump() for each in given.buttons]})


def _list(desk: Desk, able: Capabilities, given: schemas.ReplyGiven) -> list[Draft]:
    if given.list is None:
        raise BadInput("Add rows to the list first.", field="list")
    rows = [row for section in given.list.sections for row in section.rows]
    if able.list_row_limit and len(rows) > able.list_row_limit:
        raise BadInput(f"A list holds at most {able.list_row_limit} rows.", limit=able.list_row_limit)
    if len(given.list.sections) > 1 and not all(section.title for section in given.list.sections):
        raise BadInput("Where a list has several sections, each needs a title.", field="list")
    _check_titles([given.list.button], able.button_title_limit)
    _check_unique([row.id for row in rows])
    return _choices(desk, able, given, given.list.model_dump(exclude_none=True))


def _choices(desk: Desk, able: Capabilities, given: schemas.ReplyGiven, asked: Mapping[str, Any]) -> list[Draft]:
    """Return the choices as the channel carries them; where it has nothing to press, as a text that numbers them."""
    made = fit.choices(given.text or "", asked, able)
    quoted = _reply_to(desk, given)
    if made.interactive is None:
        return [Draft("text", made.text, reply_to_ref=quoted)]
    content = {"interactive": made.interactive}
    offer = Draft("interactive", made.text, content=content, interactive=made.interactive, reply_to_ref=quoted)
    if "sections" in made.interactive and able.caption_limit == 0:
        return [*_text(desk, able, given), replace(offer, text=None, reply_to_ref=None)]
    return [offer]


def _location_request(desk: Desk, _able: Capabilities, given: schemas.ReplyGiven) -> list[Draft]:
    shown = {"location_request": True}
    return [
        Draft(
            "interactive",
            given.text,
            content={"interactive": shown},
            interactive=shown,
            reply_to_ref=_reply_to(desk, given),
        )
    ]


def _reaction(desk: Desk, _able: Capabilities, given: schemas.ReplyGiven) -> list[Draft]:
    target = _target(desk, given.message_id)
    if target.ref is None:
        raise BadInput("This message has not reached the contact yet.", field="message_id")
    content = {"emoji": given.emoji or "", "message_id": target.message_id}
    return [Draft("reaction", given.emoji or None, content=content, reply_to_ref=target.ref)]


_MAKERS = {
    "text": _text,
    "media": _media,
    "template": _template,
    "buttons": _buttons,
    "list": _list,
    "location_request": _location_request,
    "reaction": _reaction,
}


def _approved(desk: Desk, template_id: str) -> Found:
    row = desk.unit.connection.execute(
        select(template)
        .where(
            template.c.workspace_id == desk.actor.workspace_id,
            template.c.inbox_id.in_(("", desk.row.inbox_id)),
            template.c.template_id == template_id,
            template.c.name.is_not(None),
        )
        .order_by(template.c.inbox_id.desc())
    ).first()
    if row is None:
        raise NotFound
    if (row.template_status or "").upper() not in SENDABLE:
        raise BadInput("This template is not approved, so it cannot be sent.", template_status=row.template_status)
    may.check_consent(desk, is_marketing=(row.category or "").upper() == "MARKETING")
    return row


def _check_titles(titles: list[str], limit: int) -> None:
    for title in titles:
        if limit and len(title) > limit:
            raise BadInput(f"A button's title may have {limit} characters.", limit=limit, title=title)
    _check_unique(titles)


def _check_unique(values: list[str]) -> None:
    if len(set(values)) < len(values):
        raise BadInput("Each button and row needs a title and an id of its own.")


def _reply_to(desk: Desk, given: schemas.ReplyGiven) -> str | None:
    if given.reply_to_message_id is None:
        return None
    if not registry.capabilities(desk.row.channel).has_quotes:
        raise BadInput("This channel cannot quote a message; send the reply without.", field="reply_to_message_id")
    row = _target(desk, given.reply_to_message_id)
    return str(row.ref or row.message_id)


def _target(desk: Desk, message_id: str | None) -> Found:
    """Return a message of this conversation; raises BadInput without one, NotFound for a foreign one."""
    if message_id is None:
        raise BadInput("Say which message is meant.", field="message_id")
    row = desk.unit.connection.execute(
        select(message).where(message.c.message_id == message_id, message.c.conversation_id == desk.row.conversation_id)
    ).first()
    if row is None or row.direction is None:
        raise NotFound
    return row


# --- events ----------------------------------------------------------------------------------------


def _events(context: Context, desk: Desk, drafts: list[Draft], key: str, message_id: str) -> list[Event]:
    addresses = reach(desk.unit.connection, desk.row.contact_id, desk.row.inbox_id)
    if not addresses:
        raise BadInput("No address of this contact is known.")
    able = registry.capabilities(desk.row.channel)
    due_us = desk.now_us + int(context.settings.undo_delay.total_seconds() * SECOND_US)
    events = (
        []
        if desk.row.assignee_id
        else [desk.event("conversation.assigned", assignee_id=desk.actor.person_id, reason="claimed")]
    )
    for position, draft in enumerate(drafts):
        own_key = key if position == 0 else f"{key}:{position}"
        own_id = message_id if position == 0 else stable_id("msg", desk.actor.workspace_id, own_key)
        requested = desk.event("message.requested", own_key, **_payload(draft, own_id, addresses, due_us, able))
        # A microsecond apart, for a thread is in the order of its times.
        events.append(replace(requested, occurred_us=requested.occurred_us + position))
        events += [
            desk.event("media.stored", f"media:{own_id}:{n}", **each.stored(own_id, n))
            for n, each in enumerate(draft.files)
        ]
    return events


def _payload(
    draft: Draft, message_id: str, to: list[dict[str, str]], due_us: int, able: Capabilities
) -> dict[str, Any]:
    return {
        "message_id": message_id,
        "message_ref": None,
        "external_id": None,
        "kind": draft.kind,
        "text": draft.text,
        "media": [each.described(able) for each in draft.files],
        "content": draft.content,
        "reply_to_ref": draft.reply_to_ref,
        "language": guess_language(draft.text) if draft.text and draft.kind != "reaction" else None,
        "to": to,
        "template": draft.template,
        "interactive": draft.interactive,
        "origin": draft.origin,
        "due_us": due_us,
    }
