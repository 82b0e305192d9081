"""Direct messages of X, read marks, and messages that nobody here can read (channels.md §6)."""

from __future__ import annotations

from typing import Any

from ingest.channels.reading import Account, Item, Unreadable, an_id, an_object, optional_id, text
from ingest.channels.x.talks import Talk
from ingest.domain.event import Event

_KINDS = {"photo": "image", "video": "video", "animated_gif": "video"}


def message_events(account: Account, item: Item, users: Item) -> list[Event]:
    """Return the events of one direct message, in either direction."""
    if item.get("type", "message_create") != "message_create":
        return [account.unrecognised(item, account.pointer, str(item["type"]))]
    created = an_object(item, "message_create")
    talk = _talk(account, item, created, users)
    external_id = an_id(item, "id")
    data = an_object(created, "message_data")
    media = _media(data)
    chosen = data.get("quick_reply_response")
    content = {name: value for name, value in data.items() if name != "text"}
    beside = {name: created[name] for name in ("source_app_id",) if name in created}
    kind = "reply" if chosen else _kind(data) if media else "text"
    return _said(talk, external_id, kind, text(data.get("text")), media, content | beside)


def encrypted_events(account: Account, item: Item) -> list[Event]:
    """Return that somebody wrote what only their own app can read."""
    sender = an_id(item, "sender_id")
    parties = (optional_id(item.get("conversation_id")) or "").replace("-", ":").split(":")
    other = next((each for each in parties if each and each != sender), None)
    talk = Talk(account, sender, other, {}, account.instant(item.get("created_at_msec")))
    # The ciphertext stays with the delivery; here it would only be in the way.
    content = {"encrypted": True, "conversation_id": optional_id(item.get("conversation_id"))}
    return _said(talk, an_id(item, "id"), "unsupported", None, [], content)


def read_events(account: Account, item: Item, users: Item) -> list[Event]:
    """Return that a contact has read everything up to a message of ours; nothing is told where we read theirs."""
    talk = _talk(account, item, item, users)
    last = optional_id(item.get("last_read_event_id"))
    if last is None and item.get("created_timestamp") is None:
        raise Unreadable("It does not say up to when.")
    if talk.is_ours:
        return [account.unrecognised(item, account.pointer, "own_mark_read")]
    payload = {
        "status": "read",
        "watermark_us": talk.occurred_us,
        "up_to_ref": account.ref(last) if last else None,
    }
    key = f"watermark:{account.external_id}:{talk.contact_id}:read:{last or talk.occurred_us}"
    return [talk.event("message.watermark_reported", key, payload, is_said=False), *talk.learned()]


def _talk(account: Account, item: Item, parties: Item, users: Item) -> Talk:
    target = parties.get("target")
    recipient = optional_id(target.get("recipient_id")) if isinstance(target, dict) else None
    at_us = account.instant(item.get("created_timestamp"))
    talk = Talk(account, an_id(parties, "sender_id"), recipient, users, at_us)
    if talk.contact_id is None:
        raise Unreadable("It does not say with whom.")
    return talk


def _said(
    talk: Talk, external_id: str, kind: str, says: str | None, media: list[Item], content: Item | None
) -> list[Event]:
    account = talk.account
    ref = account.ref(external_id)
    if talk.who is None:
        raise Unreadable("It does not say with whom.")
    payload: dict[str, Any] = {
        "message_id": ref,
        "message_ref": ref,
        "external_id": external_id,
        "kind": kind,
        "text": says,
        "media": media,
        "content": content or None,
        "reply_to_ref": None,
        "language": None,
        "identities": [talk.who],
        "is_history": False,
    }
    key = f"message:{account.external_id}:{external_id}"
    if talk.is_ours:
        return [talk.event("message.echoed", key, payload | {"source": "other_app"}), *talk.learned()]
    inbound: Item = {
        "name": talk.name,
        "referral": None,
        "is_forwarded": False,
        "group_ref": None,
        "is_test": False,
        "errors": [],
    }
    return [talk.event("message.received", key, payload | inbound), *talk.learned()]


def _attached(data: Item) -> Item:
    attachment = data.get("attachment")
    media = attachment.get("media") if isinstance(attachment, dict) else None
    return media if isinstance(media, dict) else {}


def _media(data: Item) -> list[Item]:
    media = _attached(data)
    variant = _best_variant(media.get("video_info"))
    url = text(variant.get("url")) or text(media.get("media_url_https")) or text(media.get("media_url"))
    # The id itself may have lost digits on its way through a float; the text beside it has not.
    written = media.get("id_str") or media.get("id")
    provider_id = None if isinstance(written, float) else optional_id(written)
    if not url and not provider_id:
        return []
    return [
        {
            "provider_id": provider_id,
            "url": url,
            "mime": text(variant.get("content_type")),
            "sha256": None,
            "filename": None,
            "is_voice": False,
            "is_animated": media.get("type") == "animated_gif",
        }
    ]


def _kind(data: Item) -> str:
    return _KINDS.get(str(_attached(data).get("type")), "image")


def _best_variant(info: object) -> Item:
    found = info.get("variants") if isinstance(info, dict) else None
    videos = [each for each in (found if isinstance(found, list) else []) if isinstance(each, dict)]
    plain = [each for each in videos if each.get("content_type") == "video/mp4"]
    return max(plain, key=lambda each: _number(each.get("bitrate")), default={})


def _number(value: object) -> float:
    return value if isinstance(value, (int, float)) else 0
