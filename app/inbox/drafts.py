"""Drafts: what an agent typed becomes the messages that its channel carries, each checked so that it can be sent."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

import orjson
from sqlalchemy import select

from app.inbox import may, repository, schemas, uploads
from app.inbox.repository import Found
from app.inbox.service import Desk
from app.inbox.templates import filled_text
from ingest.channels import fit, registry
from ingest.channels.base import Capabilities
from ingest.domain.errors import BadInput, NotFound
from ingest.domain.template import SENDABLE, HeaderFile
from ingest.store.live import message, template

_NEEDS_TEXT = frozenset({"text", "buttons", "list", "location_request"})
_SPLIT = frozenset({"text", "media"})
"""Kinds whose text may become several messages."""


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


def drafts_of(desk: Desk, given: schemas.ReplyGiven) -> list[Draft]:
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
    target = target_of(desk, given.message_id)
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
    row = target_of(desk, given.reply_to_message_id)
    return str(row.ref or row.message_id)


def target_of(desk: Desk, message_id: str | None) -> Found:
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
