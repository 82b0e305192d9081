"""The tables: the journal, what is folded from it, and the few things that are not facts.

Three groups. `journal` is written by `Journal.append` only. FOLDED tables are written by the
projections only and can be dropped and rebuilt. OWN tables belong to one component each: secrets,
sessions and cursors are no facts about the business, and must be erasable without a trace.
Instants are `…_us`; JSON is text, so that SQLite, PostgreSQL and DuckDB read it alike.
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    Table,
    Text,
    UniqueConstraint,
    text,
)

metadata = MetaData()


def _text(name: str, **options: Any) -> Column[str]:
    return Column(name, Text, **options)


def _us(name: str, **options: Any) -> Column[int]:
    return Column(name, BigInteger, **options)


def _required(name: str, **options: Any) -> Column[str]:
    return Column(name, Text, nullable=False, **options)


def _some(name: str, condition: str, *columns: str) -> Index:
    """Return an index of only those rows that meet a condition."""
    return Index(name, *columns, sqlite_where=text(condition), postgresql_where=text(condition))


journal = Table(
    "journal",
    metadata,
    Column("seq", BigInteger().with_variant(Integer, "sqlite"), primary_key=True, autoincrement=False),
    _required("event_id"),
    _required("workspace_id"),
    _required("key"),
    _required("type"),
    Column("version", Integer, nullable=False),
    _us("occurred_us", nullable=False),
    _us("recorded_us", nullable=False),
    _text("channel"),
    _text("inbox_id"),
    _text("conversation_id"),
    _text("contact_id"),
    _required("actor_kind"),
    _text("actor_id"),
    _text("cause_id"),
    _required("payload"),
    Column("raw", LargeBinary),
    UniqueConstraint("workspace_id", "key", name="journal_key"),
    Index("journal_event", "event_id"),
    Index("journal_conversation", "conversation_id", "seq"),
)

# --- folded ------------------------------------------------------------------------------------

workspace = Table(
    "workspace",
    metadata,
    _text("workspace_id", primary_key=True),
    _required("name"),
    _required("timezone"),
    _text("country"),
)

person = Table(
    "person",
    metadata,
    _text("person_id", primary_key=True),
    _required("workspace_id", index=True),
    _required("name"),
    _required("email", index=True),
    _required("role"),
    _text("language"),
    Column("is_active", Boolean, nullable=False),
)

inbox = Table(
    "inbox",
    metadata,
    _text("inbox_id", primary_key=True),
    _required("workspace_id", index=True),
    _required("channel"),
    _required("external_id"),
    _required("name"),
    _text("address"),
    _text("connection_id"),
    Column("is_private", Boolean, nullable=False),
    Column("is_known", Boolean, nullable=False),
)
"""`is_known` is false for a door that only a delivery told us of; it is shown as "unknown inbox"."""

inbox_member = Table(
    "inbox_member",
    metadata,
    _text("inbox_id", primary_key=True),
    _text("person_id", primary_key=True),
    Column("is_member", Boolean, nullable=False),
    _us("set_us", nullable=False),
)

contact = Table(
    "contact",
    metadata,
    _text("contact_id", primary_key=True),
    _required("workspace_id", index=True),
    _text("name"),
    _us("name_us"),
    _text("username"),
    _text("language"),
    _us("language_us"),
    _us("first_seen_us"),
    _us("last_seen_us"),
)

contact_alias = Table(
    "contact_alias",
    metadata,
    _text("contact_id", primary_key=True),
    _required("workspace_id"),
    _required("canonical_id", index=True),
)
"""Only ids that belong to a set of more than one; `canonical_id` is the smallest of the set."""

identity = Table(
    "identity",
    metadata,
    _text("contact_id", primary_key=True),
    _required("workspace_id"),
    _required("channel"),
    _required("kind"),
    _required("address"),
    Index("identity_address", "workspace_id", "address"),
)
"""One row an address; `contact_id` is the address's own id, to be looked up in `contact_alias`."""

contact_attribute = Table(
    "contact_attribute",
    metadata,
    _text("contact_id", primary_key=True),
    _text("attribute", primary_key=True),
    _text("value"),
    _us("set_us", nullable=False),
)

consent = Table(
    "consent",
    metadata,
    _text("contact_id", primary_key=True),
    _text("purpose", primary_key=True),
    _required("workspace_id"),
    _required("value"),
    _text("source"),
    _us("set_us", nullable=False),
)

conversation = Table(
    "conversation",
    metadata,
    _text("conversation_id", primary_key=True),
    _required("workspace_id"),
    _required("inbox_id"),
    _required("contact_id", index=True),
    _required("channel"),
    _required("status"),
    _us("status_us"),
    _text("set_status"),
    _us("snoozed_until_us"),
    _text("assignee_id"),
    _us("assignee_us"),
    _us("opened_us"),
    _us("last_message_us"),
    _text("last_message_id"),
    _us("last_inbound_us"),
    _us("last_outbound_us"),
    _us("waiting_since_us"),
    _us("referral_us"),
    _us("seen_us"),
    Column("unread_count", Integer, nullable=False),
    _text("preview"),
    _text("preview_kind"),
    _text("preview_direction"),
    Column("version", BigInteger, nullable=False),
    Index("conversation_all", "workspace_id", "status", "last_message_us", "conversation_id"),
    Index("conversation_mine", "workspace_id", "assignee_id", "status", "last_message_us", "conversation_id"),
    Index("conversation_inbox", "workspace_id", "inbox_id", "status", "last_message_us", "conversation_id"),
    Index("conversation_desk", "inbox_id", "status", "assignee_id", "last_message_us", "conversation_id"),
    _some("conversation_unread", "unread_count > 0", "workspace_id", "status", "last_message_us", "conversation_id"),
    _some(
        "conversation_waiting",
        "waiting_since_us IS NOT NULL",
        "workspace_id",
        "status",
        "waiting_since_us",
        "conversation_id",
    ),
    Index("conversation_snoozed", "snoozed_until_us"),
)
"""`status` is what holds now (open, snoozed, resolved); `set_status` and `status_us` what a person last set and when.
An inbound message later than that opens it again. `version` is the seq of the last event that touched it."""

conversation_alias = Table(
    "conversation_alias",
    metadata,
    _text("conversation_id", primary_key=True),
    _required("canonical_id", index=True),
)
"""Conversations that became one because their contacts did."""

conversation_tag = Table(
    "conversation_tag",
    metadata,
    _text("conversation_id", primary_key=True),
    _text("tag", primary_key=True),
    _required("workspace_id"),
    Column("is_on", Boolean, nullable=False),
    _us("set_us", nullable=False),
    Index("conversation_tag_tag", "workspace_id", "tag", "is_on"),
)

message = Table(
    "message",
    metadata,
    _text("message_id", primary_key=True),
    _required("workspace_id"),
    _text("conversation_id"),
    _text("inbox_id"),
    _text("contact_id"),
    _text("ref", index=True),
    _text("external_id"),
    _text("direction"),
    _text("kind"),
    _text("text"),
    _us("text_us"),
    _text("media"),
    _text("content"),
    _text("author_kind"),
    _text("author_id"),
    _us("at_us"),
    _us("recorded_us"),
    _text("reply_to_ref"),
    _us("edited_us"),
    _us("revoked_us"),
    _text("delivery_status"),
    _text("send_state"),
    _text("provider_status"),
    _text("error_code"),
    _text("error_detail"),
    _text("language"),
    _text("origin"),
    Column("is_history", Boolean),
    Column("seq", BigInteger, nullable=False),
    Index("message_thread", "conversation_id", "at_us", "message_id"),
)
"""A row without `direction` is a stub: an edit or a withdrawal came before the message itself.
`delivery_status`: what the provider reported if it did (`provider_status`), else where our outbox is (`send_state`):
queued, sending, accepted, failed, unresolved, cancelled; then sent, delivered, read, played, failed. Null inbound."""

receipt = Table(
    "receipt",
    metadata,
    _text("ref", primary_key=True),
    _text("status", primary_key=True),
    _text("recipient", primary_key=True),
    _text("message_id", index=True),
    _us("at_us", nullable=False),
    _text("errors"),
)

reaction = Table(
    "reaction",
    metadata,
    _text("ref", primary_key=True),
    _text("by", primary_key=True),
    _text("emoji"),
    _us("at_us", nullable=False),
)

attachment = Table(
    "attachment",
    metadata,
    _text("message_id", primary_key=True),
    Column("index", Integer, primary_key=True),
    _text("sha256", index=True),
    _text("mime"),
    Column("size", BigInteger),
    _text("filename"),
    _text("problem"),
)

note = Table(
    "note",
    metadata,
    _text("note_id", primary_key=True),
    _required("workspace_id"),
    _required("conversation_id", index=True),
    _text("author_id"),
    _required("text"),
    _us("at_us", nullable=False),
)

activity = Table(
    "activity",
    metadata,
    _text("event_id", primary_key=True),
    _required("workspace_id"),
    _required("conversation_id"),
    _required("type"),
    _required("actor_kind"),
    _text("actor_id"),
    _us("at_us", nullable=False),
    _required("payload"),
    Index("activity_thread", "conversation_id", "at_us"),
)
"""System lines of a thread: assigned, snoozed, resolved, reopened, tagged, untagged."""

outbox = Table(
    "outbox",
    metadata,
    _text("message_id", primary_key=True),
    _required("workspace_id"),
    _required("inbox_id"),
    _required("channel"),
    _text("conversation_id"),
    _text("contact_id"),
    _required("state"),
    _us("due_us"),
    _us("requested_us", nullable=False),
    Column("attempt", Integer, nullable=False),
    _required("payload"),
    Index("outbox_due", "state", "due_us"),
    Index("outbox_inbox", "inbox_id", "state", "due_us"),
    Index("outbox_conversation", "conversation_id"),
)
"""`state`: queued, sending, accepted, failed, unresolved, cancelled."""

template = Table(
    "template",
    metadata,
    _text("template_id", primary_key=True),
    _required("workspace_id", index=True),
    _text("inbox_id"),
    _required("name"),
    _required("language"),
    _text("category"),
    _text("template_status"),
    _required("components"),
    _us("described_us", nullable=False),
)

canned_response = Table(
    "canned_response",
    metadata,
    _text("workspace_id", primary_key=True),
    _text("shortcut", primary_key=True),
    _text("text"),
    _us("set_us", nullable=False),
)

channel_notice = Table(
    "channel_notice",
    metadata,
    _text("event_id", primary_key=True),
    _required("workspace_id", index=True),
    _text("inbox_id"),
    _required("subject"),
    _required("severity"),
    _required("title"),
    _us("at_us", nullable=False),
    _required("content"),
)

FOLDED: tuple[Table, ...] = (
    workspace, person, inbox, inbox_member, contact, contact_alias, identity, contact_attribute, consent,
    conversation, conversation_alias, conversation_tag, message, receipt, reaction, attachment, note, activity,
    outbox, template, canned_response, channel_notice,
)  # fmt: skip

# --- own ---------------------------------------------------------------------------------------

cursor = Table("cursor", metadata, _text("consumer", primary_key=True), Column("seq", BigInteger, nullable=False))

quarantine = Table(
    "quarantine",
    metadata,
    _text("consumer", primary_key=True),
    Column("seq", BigInteger, primary_key=True, autoincrement=False),
    _required("event_id"),
    _required("workspace_id"),
    _required("reason"),
    _us("at_us", nullable=False),
)

connection = Table(
    "connection",
    metadata,
    _text("connection_id", primary_key=True),
    _required("workspace_id"),
    _required("channel"),
    _required("name"),
    _required("base_url"),
    _required("verify_token"),
    _required("secrets"),
    _required("access_token"),
)
"""How to reach a provider and know it: `secrets` is a JSON list, newest first. Never in the log, never in an answer."""

upload = Table(
    "upload",
    metadata,
    _text("upload_id", primary_key=True),
    _required("workspace_id"),
    _required("person_id"),
    _required("sha256"),
    Column("size", BigInteger, nullable=False),
    _required("mime"),
    _required("filename"),
    _us("at_us", nullable=False),
)
"""A file that somebody laid down for a reply; the bytes lie under their hash with the other media."""

credential = Table(
    "credential",
    metadata,
    _text("person_id", primary_key=True),
    _required("password_hash"),
    _us("changed_us", nullable=False),
)

session = Table(
    "session",
    metadata,
    _text("token_hash", primary_key=True),
    _required("person_id", index=True),
    _us("created_us", nullable=False),
    _us("used_us", nullable=False),
    _us("expires_us", nullable=False),
    _text("user_agent"),
)

api_token = Table(
    "api_token",
    metadata,
    _text("token_id", primary_key=True),
    _required("token_hash", unique=True),
    _required("person_id", index=True),
    _required("name"),
    _us("created_us", nullable=False),
    _us("used_us"),
    _us("revoked_us"),
)

sign_in_failure = Table(
    "sign_in_failure",
    metadata,
    _text("subject", primary_key=True),
    _us("at_us", primary_key=True, autoincrement=False),
)
"""One row a failed sign-in; `subject` is a hash of the address or of the e-mail tried."""
