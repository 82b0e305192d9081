"""The journal, written by `Journal.append` only, and what is folded from it, written by the projections only.

Every FOLDED table can be dropped and rebuilt. What belongs to one component and is no fact lies in
`ingest.store.own`.
"""

from __future__ import annotations

from sqlalchemy import BigInteger, Boolean, Column, Index, Integer, LargeBinary, Table, UniqueConstraint

from ingest.store.schema import metadata, required, some, text_, us

journal = Table(
    "journal",
    metadata,
    Column("seq", BigInteger().with_variant(Integer, "sqlite"), primary_key=True, autoincrement=False),
    required("event_id"),
    required("workspace_id"),
    required("key"),
    required("type"),
    Column("version", Integer, nullable=False),
    us("occurred_us", nullable=False),
    us("recorded_us", nullable=False),
    text_("channel"),
    text_("inbox_id"),
    text_("conversation_id"),
    text_("contact_id"),
    required("actor_kind"),
    text_("actor_id"),
    text_("cause_id"),
    required("payload"),
    Column("raw", LargeBinary),
    UniqueConstraint("workspace_id", "key", name="journal_key"),
    Index("journal_event", "event_id"),
    some("journal_unread", "type IN ('delivery.unreadable', 'delivery.unrecognised')", "workspace_id", "seq"),
    some("journal_conversation", "conversation_id IS NOT NULL", "conversation_id", "seq"),
)

# --- folded ------------------------------------------------------------------------------------

workspace = Table(
    "workspace", metadata, text_("workspace_id", primary_key=True), required("name"), required("timezone"),
    text_("country"),
)  # fmt: skip

person = Table(
    "person",
    metadata,
    text_("person_id", primary_key=True),
    required("workspace_id", index=True),
    required("name"),
    required("email", index=True),
    required("role"),
    text_("language"),
    Column("is_active", Boolean, nullable=False),
)

inbox = Table(
    "inbox",
    metadata,
    text_("inbox_id", primary_key=True),
    required("workspace_id", index=True),
    required("channel"),
    required("external_id"),
    required("name"),
    text_("address"),
    text_("connection_id"),
    Column("is_private", Boolean, nullable=False),
    Column("is_known", Boolean, nullable=False),
    Column("is_on_phone", Boolean),
)
"""`is_known` is false for a door that only a delivery told us of; it is shown as "unknown inbox". `is_on_phone` is
true once a phone's app wrote from this number, too (coexistence, channels.md §2)."""

inbox_member = Table(
    "inbox_member",
    metadata,
    text_("inbox_id", primary_key=True),
    text_("person_id", primary_key=True),
    Column("is_member", Boolean, nullable=False),
    us("set_us", nullable=False),
)

contact = Table(
    "contact",
    metadata,
    text_("contact_id", primary_key=True),
    required("workspace_id", index=True),
    text_("name"),
    us("name_us"),
    text_("profile_name"),
    us("profile_us"),
    text_("username"),
    text_("picture"),
    us("picture_us"),
    text_("language"),
    us("language_us"),
    us("first_seen_us"),
    us("last_seen_us"),
    required("customer_id", index=True),
)
"""`profile_name`: what their own profile said last, whatever people here call them since.

`picture`: SHA-256 of what they show of themself.

`customer_id`: the smallest contact id of all who are one person, whatever door they write by; mostly its own."""

contact_alias = Table(
    "contact_alias",
    metadata,
    text_("contact_id", primary_key=True),
    required("workspace_id"),
    required("canonical_id", index=True),
)
"""Only ids that belong to a set of more than one; `canonical_id` is the smallest of the set."""

identity = Table(
    "identity",
    metadata,
    text_("contact_id", primary_key=True),
    required("workspace_id"),
    required("channel"),
    required("kind"),
    required("address"),
    Column("is_proven", Boolean, nullable=False),
    us("told_us"),
    text_("told_inbox_id"),
    Index("identity_address", "workspace_id", "address"),
)
"""One row an address; `contact_id` is the address's own id, to be looked up in `contact_alias`. `is_proven` where it
is a phone or e-mail that the channel vouches for: equal ones are one customer. `told_us`: when a channel last told
beside another address that this one is the person's, in which inbox; of a change the old address is not told."""

contact_link = Table(
    "contact_link",
    metadata,
    text_("contact_id", primary_key=True),
    text_("other", primary_key=True, index=True),
    required("workspace_id"),
    Column("is_on", Boolean, nullable=False),
    us("set_us", nullable=False),
)
"""What people said of who is one customer. `other` is a contact id, the greater of the pair, or an address of the
contact's own (`identity.link_end`) that counts no more."""

contact_attribute = Table(
    "contact_attribute",
    metadata,
    text_("contact_id", primary_key=True),
    text_("attribute", primary_key=True),
    text_("value"),
    us("set_us", nullable=False),
)

consent = Table(
    "consent",
    metadata,
    text_("contact_id", primary_key=True),
    text_("purpose", primary_key=True),
    required("workspace_id"),
    required("value"),
    text_("source"),
    us("set_us", nullable=False),
)

_WAITING = ("workspace_id", "status", "waiting_since_us", "conversation_id")

conversation = Table(
    "conversation",
    metadata,
    text_("conversation_id", primary_key=True),
    required("workspace_id"),
    required("inbox_id"),
    required("contact_id", index=True),
    required("channel"),
    required("status"),
    us("status_us"),
    text_("set_status"),
    us("snoozed_until_us"),
    text_("assignee_id"),
    us("assignee_us"),
    us("opened_us"),
    us("last_message_us"),
    text_("last_message_id"),
    us("last_inbound_us"),
    us("last_outbound_us"),
    us("last_auto_us"),
    us("waiting_since_us"),
    us("referral_us"),
    us("seen_us"),
    us("delivered_us"),
    us("read_us"),
    Column("unread_count", Integer, nullable=False),
    text_("preview"),
    text_("preview_kind"),
    text_("preview_direction"),
    text_("holder"),
    us("holder_us"),
    Column("version", BigInteger, nullable=False),
    Index("conversation_all", "workspace_id", "status", "last_message_us", "conversation_id"),
    Index("conversation_mine", "workspace_id", "assignee_id", "status", "last_message_us", "conversation_id"),
    Index("conversation_inbox", "workspace_id", "inbox_id", "status", "last_message_us", "conversation_id"),
    Index("conversation_desk", "inbox_id", "status", "assignee_id", "last_message_us", "conversation_id"),
    some("conversation_unread", "unread_count > 0", "workspace_id", "status", "last_message_us", "conversation_id"),
    some("conversation_waiting", "waiting_since_us IS NOT NULL", *_WAITING),
    Index("conversation_snoozed", "snoozed_until_us"),
)
"""`status` is what holds now (open, snoozed, resolved); `set_status` and `status_us` what a person last set and when.
An inbound message later than that opens it again. `version` is the seq of the last event that touched it.
`delivered_us`, `read_us`: the contact's side has all that we handed over (`message.sent_us`) until then.
`last_inbound_us`: the contact wrote or called; `last_auto_us`: a machine of theirs did, which opens nothing again.
`holder`: who may answer where a provider lets several apps share a
thread, `us` or `another_app`, as last told at `holder_us`; null where it never said."""

conversation_alias = Table(
    "conversation_alias",
    metadata,
    text_("conversation_id", primary_key=True),
    required("canonical_id", index=True),
)
"""Conversations that became one because their contacts did."""

conversation_tag = Table(
    "conversation_tag",
    metadata,
    text_("conversation_id", primary_key=True),
    text_("tag", primary_key=True),
    required("workspace_id"),
    Column("is_on", Boolean, nullable=False),
    us("set_us", nullable=False),
    Index("conversation_tag_tag", "workspace_id", "tag", "is_on"),
)

message = Table(
    "message",
    metadata,
    text_("message_id", primary_key=True),
    required("workspace_id"),
    text_("conversation_id"),
    text_("inbox_id"),
    text_("contact_id"),
    text_("ref", index=True),
    text_("external_id"),
    text_("direction"),
    text_("kind"),
    text_("text"),
    us("text_us"),
    text_("media"),
    text_("content"),
    text_("author_kind"),
    text_("author_id"),
    us("at_us"),
    us("recorded_us"),
    us("sent_us"),
    text_("reply_to_ref"),
    us("edited_us"),
    us("revoked_us"),
    text_("delivery_status"),
    text_("send_state"),
    text_("provider_status"),
    text_("error_code"),
    text_("error_detail"),
    text_("language"),
    text_("origin"),
    Column("is_history", Boolean),
    Column("is_auto", Boolean),
    text_("album"),
    Column("seq", BigInteger, nullable=False),
    Index("message_thread", "conversation_id", "at_us", "message_id"),
)
"""A row without `direction` is a stub: an edit or a withdrawal came before the message itself.
`delivery_status`: what the provider reported if it did (`provider_status`), else where our outbox is (`send_state`):
queued, sending, accepted, failed, unresolved, cancelled; then sent, delivered, read, played, failed. Null inbound.
`author_id`: the person here; of a contact, the own id of the address they wrote from. A withdrawn message has the kind
`revoked` and says nothing any more. `is_auto`: a machine answered, nobody waits. `album`: sent at once with others."""

receipt = Table(
    "receipt",
    metadata,
    text_("ref", primary_key=True),
    text_("status", primary_key=True),
    text_("recipient", primary_key=True),
    text_("message_id", index=True),
    us("at_us", nullable=False),
    text_("errors"),
)

reaction = Table(
    "reaction",
    metadata,
    text_("ref", primary_key=True),
    text_("by", primary_key=True),
    text_("emoji"),
    us("at_us", nullable=False),
)

attachment = Table(
    "attachment",
    metadata,
    text_("message_id", primary_key=True),
    Column("index", Integer, primary_key=True),
    text_("sha256", index=True),
    text_("mime"),
    Column("size", BigInteger),
    text_("filename"),
    text_("problem"),
)

note = Table(
    "note",
    metadata,
    text_("note_id", primary_key=True),
    required("workspace_id"),
    required("conversation_id", index=True),
    text_("author_id"),
    required("text"),
    us("at_us", nullable=False),
)

activity = Table(
    "activity",
    metadata,
    text_("event_id", primary_key=True),
    required("workspace_id"),
    required("conversation_id"),
    required("type"),
    required("actor_kind"),
    text_("actor_id"),
    us("at_us", nullable=False),
    required("payload"),
    Index("activity_thread", "conversation_id", "at_us"),
)
"""System lines of a thread: assigned, snoozed, resolved, reopened, tagged, untagged, taken over; a call by its ref."""

outbox = Table(
    "outbox",
    metadata,
    text_("message_id", primary_key=True),
    required("workspace_id"),
    required("inbox_id"),
    required("channel"),
    text_("conversation_id"),
    text_("contact_id"),
    required("state"),
    us("due_us"),
    us("requested_us", nullable=False),
    Column("attempt", Integer, nullable=False),
    required("payload"),
    Index("outbox_due", "state", "due_us"),
    Index("outbox_inbox", "inbox_id", "state", "due_us"),
    Index("outbox_conversation", "conversation_id"),
)
"""`state`: queued, sending, accepted, failed, unresolved, cancelled; returned: accepted, then reported as failed, until
the outbox has said whether it is tried again."""

template = Table(
    "template",
    metadata,
    text_("workspace_id", primary_key=True),
    text_("inbox_id", primary_key=True),  # empty: for every inbox
    text_("template_id", primary_key=True),
    text_("name"),  # null as long as it was only spoken of
    text_("language"),
    text_("category"),
    us("category_us"),
    text_("template_status"),
    us("template_status_us"),
    text_("components"),
    us("described_us"),
    Index("template_told", "template_id"),
)

canned_response = Table(
    "canned_response", metadata, text_("workspace_id", primary_key=True), text_("shortcut", primary_key=True),
    text_("text"), us("set_us", nullable=False),
)  # fmt: skip

channel_notice = Table(
    "channel_notice",
    metadata,
    text_("event_id", primary_key=True),
    required("workspace_id", index=True),
    text_("inbox_id"),
    required("subject"),
    required("severity"),
    required("title"),
    required("matter"),
    us("at_us", nullable=False),
    required("content"),
    Index("channel_notice_matter", "workspace_id", "matter", "at_us"),
    Index("channel_notice_severity", "workspace_id", "severity", "at_us"),
)
"""`matter`: what it is about; a later notice of the same matter takes the place of an earlier one."""

FOLDED: tuple[Table, ...] = (
    workspace, person, inbox, inbox_member, contact, contact_alias, identity, contact_link, contact_attribute, consent,
    conversation, conversation_alias, conversation_tag, message, receipt, reaction, attachment, note, activity,
    outbox, template, canned_response, channel_notice,
)  # fmt: skip
