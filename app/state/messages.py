"""Messages: what was said, how it changed, how far it came."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import orjson

from app.state import contacts, conversations
from app.state.rows import Row
from app.state.text import shown
from app.state.world import World
from ingest.channels import registry
from ingest.domain.event import Event

# A ladder: what is higher has happened, whatever came in later. `failed` is final only below `delivered`.
RUNG = {"accepted": 0, "sent": 1, "failed": 2, "delivered": 3, "read": 4, "played": 5}
RETURNED = "returned"
"""State in the outbox of what was taken and then reported as failed, until the outbox says what follows."""
_SPENT = "spent"
"""Beside the receipts of a provider's id: the message is sent anew; of the old id only an arrival still counts."""
_AFTER_ALL = {"unresolved": RUNG["accepted"], "queued": RUNG["delivered"], "failed": RUNG["delivered"]}
"""What a provider must report of a message that stands so for us to know that it has, or the contact has, it."""
_ORIGINAL_US = -1
"""The stamp of a text as first written: any edit is later."""
REACTION = "reaction"
"""The kind of a message that only puts a sign on another: it answers nobody and nothing is previewed of it."""
REVOKED = "revoked"
"""The kind of a message that was withdrawn: what it said is in the journal only, until it is erased there."""
_SILENCE = {"kind": REVOKED, "text": None, "media": "[]", "content": None}


def begin(world: World, event: Event, direction: str, **more: Any) -> Row | None:
    """Write the message of an event into its thread; a second telling of the same message changes nothing."""
    given = event.payload
    message_id = given["message_id"]
    known = world.message.get(message_id) or (
        world.message_by_ref(given["message_ref"]) if given.get("message_ref") else None
    )
    if known is not None and known["direction"] is not None:
        _fill_placeholder(world, known, event)
        return None
    contact = contacts.meet(world, event)
    conversation = conversations.meet(world, event)
    row = world.message.put(
        message_id,
        workspace_id=event.workspace_id,
        conversation_id=conversation["conversation_id"] if conversation else None,
        inbox_id=event.inbox_id,
        contact_id=contact["contact_id"] if contact else None,
        ref=given.get("message_ref"),
        external_id=given.get("external_id"),
        direction=direction,
        **_said(known, given),
        author_kind=event.actor_kind,
        author_id=event.actor_id or (event.contact_id if event.actor_kind == "contact" else None),
        at_us=event.occurred_us,
        recorded_us=event.recorded_us,
        sent_us=event.occurred_us if more.get("send_state") == "accepted" else None,
        reply_to_ref=given.get("reply_to_ref"),
        language=given.get("language"),
        origin=given.get("origin") or given.get("source"),
        is_history=bool(given.get("is_history", False)),
        is_auto=direction == "inbound" and _fact(given, "auto") is True,
        album=_text(_fact(given, "media_group_id")),
        seq=event.seq,
        **more,
    )
    if conversation is not None and row["kind"] != REACTION:
        referral_us = event.occurred_us if given.get("referral") else None
        conversations.count_message(conversation, row | {"referral_us": referral_us}, world)
        _tell_holder(conversation, event)
    return row


def _said(known: Row | None, given: Mapping[str, Any]) -> dict[str, Any]:
    """Return what a message says now, given the stub that an edit or a withdrawal left before it came."""
    text_us = _ORIGINAL_US if known is None or known["text_us"] is None else known["text_us"]
    if known is not None and known["revoked_us"] is not None and given["kind"] != REACTION:
        return {**_SILENCE, "text_us": text_us}
    if known is not None and text_us != _ORIGINAL_US:
        return {name: known[name] for name in (*_SILENCE, "text_us")}
    content = {"media": _json(given.get("media") or []), "content": _json(given.get("content"))}
    return {"kind": given["kind"], "text": shown(given.get("text")), "text_us": text_us, **content}


def _tell_holder(conversation: Row, event: Event) -> None:
    """Keep who answers a thread that several apps share: copies come `standby` while another app does."""
    if not registry.capabilities(event.channel or "").shares_threads:
        return
    if _fact(event.payload, "standby"):
        conversations.hold(conversation, conversations.ANOTHER_APP, event.occurred_us)
    elif event.type == "message.received":
        conversations.hold(conversation, conversations.US, event.occurred_us)


def _fact(given: Mapping[str, Any], name: str) -> Any:
    """Return a fact that stands in a message's content, None where there is none."""
    content = given.get("content")
    return content.get(name) if isinstance(content, dict) else None


def _fill_placeholder(world: World, known: Row, event: Event) -> None:
    """Put what a message says in its place: a phone's history, and some providers of mail, bring it later."""
    given = event.payload
    if known["kind"] == "placeholder" and given["kind"] != "placeholder":
        is_auto = known["direction"] == "inbound" and _fact(given, "auto") is True
        world.message.put(known["message_id"], **_said(None, given), language=given.get("language"), is_auto=is_auto)
        if is_auto and known["conversation_id"]:
            world.recount.add(known["conversation_id"])
        contacts.know(world, event)
        _touch(world, event, known)


def apply_receipts(world: World, row: Row, ref: str) -> None:
    """Raise a message to the highest rung that any receipt for it names."""
    receipts = world.receipts_of(ref)
    is_current = ref == row["ref"] and not _is_spent(receipts)
    for receipt in receipts:
        if not is_current and _rung(receipt["status"]) < RUNG["delivered"]:
            continue
        if _rung(receipt["status"]) > _rung(row["provider_status"]):
            world.message.put(row["message_id"], provider_status=receipt["status"])
        if receipt["status"] == "failed" and receipt["errors"]:
            error = (orjson.loads(receipt["errors"]) or [{}])[0]
            row.update(
                error_code=_text(error.get("code")), error_detail=_text(error.get("details") or error.get("title"))
            )
    settle_delivery(world, row)


def settle_delivery(world: World, row: Row) -> None:
    """Say how far a message of ours has come: the provider's word on it, else the outbox's; watermarks may raise it."""
    row["delivery_status"] = row["provider_status"] or row["send_state"]
    world.watermarked.add(row["conversation_id"])


def put_reaction(world: World, ref: str, by: str, emoji: str | None, at_us: int) -> None:
    """Put a reaction on a message, or take it back with None; the latest of each side holds."""
    known = world.reaction.get(ref, by)
    if known is None or (at_us, emoji or "") >= (known["at_us"], known["emoji"] or ""):
        world.reaction.put(ref, by, emoji=emoji, at_us=at_us)


def _received(world: World, event: Event) -> None:
    row = begin(world, event, "inbound")
    if row is not None and row["ref"]:
        world.name_ref(row["ref"], row["message_id"])


def _echoed(world: World, event: Event) -> None:
    row = begin(world, event, "outbound", send_state="accepted")
    if row is None:
        return
    if row["origin"] == "phone_app":
        _know_phone(world, event)
    settle_delivery(world, row)
    if row["ref"]:
        world.name_ref(row["ref"], row["message_id"])
        apply_receipts(world, row, row["ref"])


def _know_phone(world: World, event: Event) -> None:
    inbox = world.inbox.get(event.inbox_id)
    if inbox is not None and not inbox["is_on_phone"]:
        world.inbox.put(event.inbox_id, is_on_phone=True)


def _edited(world: World, event: Event) -> None:
    given = event.payload
    row = _addressed(world, event)
    candidate = shown(given.get("text")) or ""
    if (event.occurred_us, candidate) <= (
        row["text_us"] if row["text_us"] is not None else _ORIGINAL_US,
        row["text"] or "",
    ):
        return
    row.update(text_us=event.occurred_us, edited_us=event.occurred_us)
    if row["revoked_us"] is None:
        row.update(
            text=shown(given.get("text")),
            kind=given.get("kind") or row["kind"],
            media=_json(given.get("media") or []),
            content=_json(given.get("content")),
        )
    _touch(world, event, row)


def _revoked(world: World, event: Event) -> None:
    row = _addressed(world, event)
    row["revoked_us"] = min(event.occurred_us, row["revoked_us"] or event.occurred_us)
    if row["kind"] != REACTION:
        row.update(_SILENCE)
    _touch(world, event, row)


def _reacted(world: World, event: Event) -> None:
    given = event.payload
    put_reaction(world, given["message_ref"], given["by"], given.get("emoji"), event.occurred_us)
    row = world.message_by_ref(given["message_ref"])
    if row is not None:
        _touch(world, event, world.message.put(row["message_id"], seq=row["seq"]))


def _status_reported(world: World, event: Event) -> None:
    given = event.payload
    ref = given["message_ref"]
    receipts = world.receipts_of(ref)
    key = (ref, given["status"], given.get("recipient") or "")
    known = next((r for r in receipts if (r["status"], r["recipient"]) == key[1:]), None)
    if known is None:
        world.receipt.absent(*key)
    at_us = min(event.occurred_us, known["at_us"]) if known else event.occurred_us
    errors = _json(given["errors"]) if given.get("errors") else None
    receipt = world.receipt.put(*key, message_id=given.get("message_id"), at_us=at_us, errors=errors)
    if known is None:
        receipts.append(receipt)
    row = _reported_on(world, given.get("message_id"), ref, receipts)
    if row is not None and row["direction"] == "outbound":
        world.message.put(row["message_id"], ref=row["ref"] or (None if _is_spent(receipts) else ref))
        apply_receipts(world, row, ref)
        settle_outbox(world, row)
        _touch(world, event, row)


def _reported_on(world: World, message_id: str | None, ref: str, receipts: list[Row]) -> Row | None:
    ours = message_id or next((each["message_id"] for each in receipts if each["status"] == _SPENT), None)
    return (world.message.get(ours) if ours else None) or world.message_by_ref(ref)


def settle_outbox(world: World, row: Row) -> None:
    """Let the outbox follow what the provider reports: it has the message, it returns it, or the contact got it."""
    reached, state = row["provider_status"], row["send_state"]
    if reached == "failed" and state in ("accepted", "unresolved"):
        _stand(world, row, RETURNED, "failed")
    elif state in _AFTER_ALL and _rung(reached) >= _AFTER_ALL[state] and reached != "failed":
        _stand(world, row, "accepted", "accepted")


def _stand(world: World, row: Row, state: str, shown_as: str) -> None:
    if world.outbox.get(row["message_id"]) is None:
        return  # it was sent from elsewhere
    world.outbox.put(row["message_id"], state=state)
    world.message.put(row["message_id"], send_state=shown_as)
    settle_delivery(world, row)


def spend(world: World, row: Row) -> None:
    """Let a message that is sent anew leave the provider's id behind under which it failed."""
    if row["ref"] is None:
        return
    key = (row["ref"], _SPENT, "")
    receipts = world.receipts_of(row["ref"])
    if not _is_spent(receipts):
        receipts.append(world.receipt.put(*key, message_id=row["message_id"], at_us=row["at_us"], errors=None))
    world.forget_ref(row["ref"])
    world.message.put(row["message_id"], ref=None, external_id=None, provider_status=None)


def _is_spent(receipts: list[Row]) -> bool:
    return any(each["status"] == _SPENT for each in receipts)


def _media_stored(world: World, event: Event) -> None:
    given = event.payload
    world.attachment.put(
        given["message_id"],
        given["index"],
        sha256=given["sha256"],
        size=given["size"],
        mime=given["mime"],
        filename=given.get("filename"),
        problem=None,
    )
    _touch_media(world, event)


def _media_failed(world: World, event: Event) -> None:
    known = world.attachment.get(event.payload["message_id"], event.payload["index"])
    if known is None or known["sha256"] is None:
        world.attachment.put(event.payload["message_id"], event.payload["index"], problem=event.payload["reason"])
    _touch_media(world, event)


def _touch_media(world: World, event: Event) -> None:
    row = world.message.get(event.payload["message_id"])
    if row is not None:
        _touch(world, event, row)


def _addressed(world: World, event: Event) -> Row:
    """Return the message an event speaks of; a stub where the message itself has not come yet."""
    ref = event.payload["message_ref"]
    row = world.message_by_ref(ref)
    if row is None:
        row = world.message.put(ref, workspace_id=event.workspace_id, ref=ref, seq=event.seq)
    return world.message.put(row["message_id"], seq=row["seq"])


def _touch(world: World, event: Event, row: Row) -> None:
    """Raise the version of the conversation a changed message is in, and its preview with it."""
    if row["conversation_id"] is None:
        return
    conversation = world.conversation.get(row["conversation_id"])
    if conversation is None:
        return
    world.conversation.put(row["conversation_id"], version=max(conversation["version"], event.seq))
    if conversation["last_message_id"] == row["message_id"]:
        conversation.update(preview=(row["text"] or "")[: conversations.PREVIEW_LENGTH], preview_kind=row["kind"])


def _rung(status: str | None) -> int:
    return RUNG.get(status or "", -1)


def _json(value: Any) -> str | None:
    return None if value is None else orjson.dumps(value).decode()


def _text(value: Any) -> str | None:
    return None if value is None else shown(str(value))


HANDLERS = {
    "message.received": _received,
    "message.echoed": _echoed,
    "message.edited": _edited,
    "message.revoked": _revoked,
    "message.reacted": _reacted,
    "message.status_reported": _status_reported,
    "media.stored": _media_stored,
    "media.failed": _media_failed,
}
