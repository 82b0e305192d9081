"""Messages of Telegram: written, changed, taken back, answered by a button (channels.md §7)."""

from __future__ import annotations

from ingest.channels.reading import (
    Account,
    Content,
    Item,
    Unreadable,
    an_id,
    an_object,
    fingerprint,
    objects,
    optional_id,
    text,
)
from ingest.channels.telegram.content import content_of, is_live_location
from ingest.channels.telegram.talks import Talk
from ingest.domain.event import Event

LIVE_BUCKET_S = 60
"""Of the edits of a live location, one is kept in so many seconds."""

_SERVICE = (
    "new_chat_members",
    "left_chat_member",
    "new_chat_title",
    "new_chat_photo",
    "delete_chat_photo",
    "group_chat_created",
    "supergroup_chat_created",
    "channel_chat_created",
    "message_auto_delete_timer_changed",
    "migrate_to_chat_id",
    "migrate_from_chat_id",
    "pinned_message",
    "successful_payment",
    "refunded_payment",
    "users_shared",
    "chat_shared",
    "connected_website",
    "write_access_allowed",
    "passport_data",
    "proximity_alert_triggered",
    "boost_added",
    "chat_background_set",
    "forum_topic_created",
    "forum_topic_edited",
    "forum_topic_closed",
    "forum_topic_reopened",
    "general_forum_topic_hidden",
    "general_forum_topic_unhidden",
    "video_chat_scheduled",
    "video_chat_started",
    "video_chat_ended",
    "video_chat_participants_invited",
    "web_app_data",
)
"""Keys of messages that nobody wrote."""


def message_events(account: Account, item: Item) -> list[Event]:
    """Return the events of a new message, whoever wrote it, or of what Telegram says as if it were one."""
    talk = Talk(account, item)
    occurred_us = account.instant(item.get("date"))
    service = next((each for each in _SERVICE if each in item), None)
    if service is not None:
        found = _service(talk, service, occurred_us)
    else:
        found = [_message(talk, occurred_us), *_own_number(talk, occurred_us)]
    return [*found, *talk.learned(occurred_us)]


def edited_events(account: Account, item: Item) -> list[Event]:
    """Return the event of a changed message; of a moving place one a minute, whichever comes first."""
    talk = Talk(account, item)
    external_id = talk.external_id(an_id(item, "message_id"))
    occurred_us = account.instant(item.get("edit_date", item.get("date")))
    says = content_of(item)
    payload: Item = {
        "message_ref": account.ref(external_id),
        "kind": says.kind,
        "text": says.text,
        "media": says.media,
        "content": says.content,
    }
    mark = fingerprint(item)
    if is_live_location(item) and "edit_date" in item:
        mark = f"live:{occurred_us // 1_000_000 // LIVE_BUCKET_S}"
    key = f"edited:{account.external_id}:{external_id}:{mark}"
    return [talk.event("message.edited", key, occurred_us, payload), *talk.learned(occurred_us)]


def deleted_events(account: Account, item: Item) -> list[Event]:
    """Return that messages of a business account's chat were taken back; no time is told."""
    talk = Talk(account, item)
    ids = item.get("message_ids")
    if not isinstance(ids, list) or not ids:
        raise Unreadable("It does not say which messages.")
    return [_revoked(talk, found) for each in ids if (found := optional_id(each))]


def callback_events(account: Account, item: Item) -> list[Event]:
    """Return the event of a tapped button: a reply that says the button's title; no time is told."""
    callback_id = an_id(item, "id")
    sender = an_object(item, "from")
    shown = item.get("message")
    message = shown if isinstance(shown, dict) else {}
    # Below a message that was sent inline nobody says where; the person's own chat is the place to answer.
    chat = message.get("chat")
    if not isinstance(chat, dict) or chat.get("type") == "private":
        chat = sender | {"type": "private"}
    talk = Talk(account, {"from": sender, "chat": chat, **_business(message)})
    data = text(item.get("data")) or text(item.get("game_short_name"))
    answered = optional_id(message.get("message_id"))
    kept = {name: value for name, value in item.items() if name not in ("id", "from", "message")}
    content = {"callback_query_id": callback_id, **kept, "message_id": answered, **_business(message)}
    says = Content("reply", _title(message, data) or data, content=content)
    reply_to = talk.external_id(answered) if answered else None
    occurred_us = account.delivery.received_us
    payload = _payload(talk, f"callback:{callback_id}", says, reply_to) | _inbound(talk, {})
    key = f"callback:{account.external_id}:{callback_id}"
    return [talk.event("message.received", key, occurred_us, payload), *talk.learned(occurred_us)]


def _message(talk: Talk, occurred_us: int) -> Event:
    item, account = talk.item, talk.account
    external_id = talk.external_id(an_id(item, "message_id"))
    key = f"message:{account.external_id}:{external_id}"
    payload = _payload(talk, external_id, content_of(item), _answered(talk))
    if talk.is_ours:
        # What the owner types on a phone is echoed in private chats alone.
        source = "other_app" if talk.is_by_machine or not talk.is_private else "phone_app"
        return talk.event("message.echoed", key, occurred_us, payload | {"source": source})
    return talk.event("message.received", key, occurred_us, payload | _inbound(talk, item))


def _payload(talk: Talk, external_id: str, says: Content, reply_to: str | None) -> Item:
    ref = talk.account.ref(external_id)
    return {
        "message_id": ref,
        "message_ref": ref,
        "external_id": external_id,
        "kind": says.kind,
        "text": says.text,
        "media": says.media,
        "content": says.content,
        "reply_to_ref": talk.account.ref(reply_to) if reply_to else None,
        "language": None,
        "identities": talk.identities,
        "is_history": False,
    }


def _inbound(talk: Talk, item: Item) -> Item:
    return {
        "name": talk.person.name if talk.person else None,
        "referral": None,
        "is_forwarded": any(each in item for each in ("forward_origin", "forward_date", "forward_from")),
        "group_ref": None if talk.is_private else talk.chat_id,
        "is_test": False,
        "errors": [],
    }


def _answered(talk: Talk) -> str | None:
    answered = talk.item.get("reply_to_message")
    message_id = optional_id(answered.get("message_id")) if isinstance(answered, dict) else None
    return talk.external_id(message_id) if message_id else None


def _business(message: Item) -> Item:
    found = message.get("business_connection_id")
    return {} if found is None else {"business_connection_id": found}


def _title(message: Item, data: str | None) -> str | None:
    """Return what stood on the button that brought `data`."""
    markup = message.get("reply_markup")
    rows = markup.get("inline_keyboard") if isinstance(markup, dict) else None
    buttons = [button for row in (rows if isinstance(rows, list) else []) for button in objects(row)]
    return next((text(each.get("text")) for each in buttons if data and each.get("callback_data") == data), None)


def _revoked(talk: Talk, message_id: str) -> Event:
    external_id = talk.external_id(message_id)
    key = f"revoked:{talk.account.external_id}:{external_id}"
    payload = {"message_ref": talk.account.ref(external_id)}
    return talk.event("message.revoked", key, talk.account.delivery.received_us, payload)


def _service(talk: Talk, name: str, occurred_us: int) -> list[Event]:
    title = f"Telegram reported {name.replace('_', ' ')}"
    found = [talk.reported("other" if talk.is_private else "group", name, occurred_us, title)]
    if name.startswith("migrate_"):
        other = {"kind": "external", "address": an_id(talk.item, name)}
        both = [other, talk.place] if name == "migrate_to_chat_id" else [talk.place, other]
        found.append(_same(talk, both, "migrated", occurred_us))
    return found


def _own_number(talk: Talk, occurred_us: int) -> list[Event]:
    """Return that a phone number is the person's, where they shared their own card; another's says nothing of them."""
    card = talk.item.get("contact")
    if not isinstance(card, dict) or talk.person is None or talk.is_ours or "forward_origin" in talk.item:
        return []
    phone = optional_id(card.get("phone_number"))
    if phone is None or optional_id(card.get("user_id")) != talk.person.address or not any(map(str.isdigit, phone)):
        return []
    return [_same(talk, [talk.person.identity, {"kind": "phone", "address": phone}], "seen_together", occurred_us)]


def _same(talk: Talk, identities: list[dict[str, str]], reason: str, occurred_us: int) -> Event:
    known = [{"contact_id": talk.account.contact_id(each), **each} for each in identities]
    ids = sorted(each["contact_id"] for each in known)
    payload = {"contact_ids": ids, "identities": known, "reason": reason}
    key = f"identified:{ids[0]}:{ids[1]}"
    return talk.account.event("contact.identified", key, occurred_us, payload, contact_id=known[0]["contact_id"])
