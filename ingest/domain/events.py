"""The event catalogue: every kind of fact that the log may hold, declared once.

`docs/events.md` is generated from here, the journal refuses a type that is not here, and
`upcast` brings payloads of earlier versions up to the present one.

Conventions for payloads:
- `message_id` is ours and final. For what a provider sent or echoed it equals `message_ref`.
- `message_ref` is `identity.message_ref(...)`: what the provider's own id becomes. Statuses, edits,
  reactions and replies point at a message by its ref, because that is all they know of it.
- `…_us` are microseconds since the epoch; texts are as received, never trimmed.
"""

from __future__ import annotations

from ingest.domain.event_type import EventType, Payload
from ingest.domain.house_events import HOUSE


def _catalogue(*types: EventType) -> dict[str, EventType]:
    return {each.name: each for each in types}


_MESSAGE = {
    "message_id": "our id of the message",
    "message_ref": "what the provider's id became; null until a provider accepted it",
    "external_id": "the provider's id, opaque",
    "kind": "text, image, audio, video, document, sticker, location, contacts, reply (button or list choice), "
    "form (flow answers), order, template, interactive, call_permission, unsupported, unknown, placeholder",
    "text": "what a person reads: body, caption, chosen title or fallback text; null where there is none",
    "media": "list of {provider_id, url, mime, sha256 (hex), filename, is_voice, is_animated}",
    "content": "kind-specific facts in the provider's own field names (location, contacts, order, interactive …)",
    "reply_to_ref": "ref of the message it answers, or null",
    "language": "ISO 639-1 code guessed from the text, or null",
}

EVENTS: dict[str, EventType] = _catalogue(
    # --- what arrives -------------------------------------------------------------------------
    EventType(
        "delivery.received",
        "A provider's request body, whole, kept before anything else happens. The bytes are in `raw`, zstd.",
        {
            "connection_id": "which connection's address it came to",
            "size": "bytes before compression",
            "content_type": "as sent",
        },
    ),
    EventType(
        "delivery.announced",
        "A provider told of a mail that it keeps; it is fetched, and comes in as a delivery of its own.",
        {
            "connection_id": "through which connection",
            "source": "where the mail lies at the provider: {email_id} or {bucket, key, region}; empty: nobody said",
            "is_proven": "true where the provider vouches for the sender",
            "stand_in": "the message as far as it is known, told while the mail cannot be fetched: "
            "{type, key, contact_id, conversation_id, actor_kind, payload}",
        },
    ),
    EventType(
        "delivery.unreadable",
        "A delivery, or one item in it, that could not be read. The raw bytes stay with the delivery.",
        {
            "reason": "a sentence",
            "pointer": "JSON pointer to the item, empty for the whole body",
            "item": "the item as received, or null",
        },
    ),
    EventType(
        "delivery.unrecognised",
        "An item of a kind this version has no meaning for; kept whole and shown as such.",
        {"field": "the provider's name of the kind", "pointer": "JSON pointer", "item": "as received"},
    ),
    EventType(
        "contact.identified",
        "Two addresses were seen to be one person (one message carried both, or a number or user id changed).",
        {
            "contact_ids": "the contact ids of all addresses that are one person",
            "identities": "list of {contact_id, kind (user_id, phone, email, username, external), address}; of a "
            "change (changed_…, migrated) the address that holds now comes first",
            "reason": "seen_together, changed_number, changed_user_id, migrated, proven, imported",
        },
    ),
    EventType("contact.joined", "A person said that two contacts are one customer.", {"contact_ids": "the two"}),
    EventType(
        "contact.parted",
        "A person said that a contact is not the customer it was counted to.",
        {
            "contact_ids": "everybody who was counted as one, the contact first",
            "links": "list of {contact_id, other}: what linked them; `other`: a contact id or an address, kind:address",
        },
    ),
    EventType(
        "contact.named",
        "What a contact calls themself on a channel, or an agent calls them.",
        {
            "name": "display name",
            "username": "handle without @, or null",
            "source": "profile, agent, phone_book, import",
        },
    ),
    EventType(
        "contact.pictured",
        "The picture that a contact shows of themself on a channel was fetched and is kept by its content.",
        {"sha256": "hex digest of the bytes", "size": "bytes", "mime": "by its content"},
    ),
    EventType(
        "contact.looked_up",
        "The provider was asked what a contact calls themself; what it answered is told beside.",
        {"code": "null where it answered, else why not", "reason": "a sentence, or null"},
    ),
    EventType(
        "contact.noted",
        "An attribute of a contact was set by a person or integration.",
        {"attribute": "name of the attribute", "value": "text or null to clear"},
    ),
    EventType(
        "message.received",
        "A contact wrote to us.",
        _MESSAGE
        | {
            "identities": "list of {kind, address} the message carried",
            "is_claimed": "true where nothing vouches for the address it came from (mail that nobody authenticated)",
            "name": "the contact's profile name, or null",
            "referral": "the ad or post that led here, as received, or null",
            "is_forwarded": "true when forwarded",
            "group_ref": "the group it was written in, or null",
            "is_history": "true when it comes from a phone's imported history",
            "is_test": "true for a dashboard's test delivery",
            "errors": "the provider's errors beside it, as received",
        },
    ),
    EventType(
        "message.echoed",
        "The business wrote from elsewhere (the phone app, another application, the provider's own agent).",
        _MESSAGE | {"source": "phone_app, other_app, provider_agent, history, import", "is_history": "as above"},
    ),
    EventType(
        "message.edited",
        "The content of an earlier message was replaced.",
        {
            "message_ref": "the message",
            "kind": "kind of the new content",
            "text": "the new text",
            "media": "as in message.received",
            "content": "as in message.received",
        },
    ),
    EventType("message.revoked", "The sender withdrew a message.", {"message_ref": "the message"}),
    EventType(
        "message.reacted",
        "Somebody put a reaction on a message or took it back.",
        {"message_ref": "the message", "emoji": "the reaction, or null when taken back", "by": "contact or business"},
    ),
    EventType(
        "message.status_reported",
        "The provider said how far a message of ours has come.",
        {
            "message_ref": "the message",
            "message_id": "our id when the provider echoed it, or null",
            "status": "accepted, sent, delivered, read, played, failed, or the provider's word for anything else",
            "errors": "list of {code, title, details}",
            "pricing": "as received, or null",
            "recipient": "group participant it speaks for, or null",
        },
    ),
    EventType(
        "message.watermark_reported",
        "The contact's side has everything of ours up to an instant: delivered or read, one message after another.",
        {
            "status": "delivered or read",
            "watermark_us": "messages of ours in this conversation up to this instant",
            "up_to_ref": "the newest message it speaks of, where the provider names one, or null",
        },
    ),
    EventType(
        "media.stored",
        "A file of a message was fetched and is kept by its content.",
        {
            "message_id": "the message",
            "index": "which of its files, from 0",
            "sha256": "hex digest of the bytes",
            "size": "bytes",
            "mime": "by its content, not its name",
            "filename": "cleaned",
        },
    ),
    EventType(
        "media.failed",
        "A file of a message could not be fetched.",
        {"message_id": "the message", "index": "which of its files", "reason": "a sentence"},
    ),
    EventType(
        "consent.recorded",
        "A contact allowed or forbade a purpose; what is not said stays as it was.",
        {
            "identities": "list of {kind, address} it came with",
            "is_claimed": "as in message.received",
            "purpose": "marketing_messages (said in words) or messages (blocked us, or refuses all), or a form's own",
            "value": "granted or withdrawn",
            "source": "where it was said",
            "wording": "as received, or null",
            "message_ref": "the mail of ours that a report by mail names; only then",
        },
    ),
    EventType(
        "call.reported",
        "Something happened to a voice call.",
        {
            "call_ref": "the call",
            "event": "connect, terminate, ringing, accepted, rejected …",
            "direction": "inbound or outbound",
            "content": "as received",
        },
    ),
    EventType(
        "channel.reported",
        "The provider said something about an account, a number, a template or its own service.",
        {
            "subject": "account, number, template, flow, security, capability, username, history, group, handover, "
            "error, other",
            "event": "the provider's word (APPROVED, FLAGGED …)",
            "severity": "info, warning or critical, by our table",
            "external_id": "the account, number or template it is about",
            "title": "one line for people",
            "content": "as received",
        },
    ),
    # --- what we send -------------------------------------------------------------------------
    EventType(
        "message.requested",
        "Somebody here wants this message sent; it is in the outbox until a `send.*` event ends it.",
        _MESSAGE
        | {
            "to": "list of {kind, address}, best first",
            "template": "null or {name, language, category, components}",
            "interactive": "null or {buttons: [{id, title}]} or "
            "{button, sections: [{title, rows: [{id, title, description}]}]}",
            "origin": "typed, suggestion, canned, template, bot, campaign, import",
            "due_us": "not before this instant",
            "is_import": "true where it was sent long ago by another system; no outbox sends it again",
        },
    ),
    EventType(
        "send.attempted",
        "The message is about to be handed to the provider.",
        {"message_id": "the message", "attempt": "from 1"},
    ),
    EventType(
        "send.accepted",
        "The provider took the message.",
        {
            "message_id": "the message",
            "message_ref": "what its provider id became",
            "external_id": "the provider's id",
            "held": "true when held for a quality check",
        },
    ),
    EventType(
        "send.failed",
        "The provider refused the message, at once or by a report on it, or we stopped before asking.",
        {
            "message_id": "the message",
            "code": "the provider's code, or ours",
            "retry": "later, slowly, never, fix or account",
            "detail": "a sentence",
            "will_retry_us": "instant of the next try, or null when this is final",
        },
    ),
    EventType(
        "send.unresolved",
        "The provider did not answer; the message may or may not have been sent, and is not sent again by itself.",
        {"message_id": "the message", "attempt": "which attempt", "detail": "a sentence"},
    ),
    EventType(
        "send.retried",
        "Somebody wants a message tried again that failed or whose outcome is unknown.",
        {"message_id": "the message", "due_us": "not before this instant"},
    ),
    EventType("send.cancelled", "Somebody gave up on a message that was not accepted.", {"message_id": "the message"}),
    *HOUSE,
)


def upcast(event_type: str, version: int, payload: Payload) -> Payload:
    """Return the payload as the present version of its type would have written it.

    Raises KeyError for a type that is not in the catalogue.
    """
    spec = EVENTS[event_type]
    while version < spec.version:
        payload = spec.upcasts[version](payload)
        version += 1
    return payload
