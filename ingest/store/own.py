"""Tables that belong to one component each: secrets, sessions, cursors, uploads.

They are no facts about the business, no event tells of them and a rebuild leaves them alone; they must be
erasable without a trace.
"""

from __future__ import annotations

from sqlalchemy import BigInteger, Column, Table

from ingest.store.schema import metadata, required, text_, us

cursor = Table("cursor", metadata, text_("consumer", primary_key=True), Column("seq", BigInteger, nullable=False))

quarantine = Table(
    "quarantine",
    metadata,
    text_("consumer", primary_key=True),
    Column("seq", BigInteger, primary_key=True, autoincrement=False),
    required("event_id"),
    required("workspace_id"),
    required("reason"),
    us("at_us", nullable=False),
)

broken_check = Table(
    "broken_check",
    metadata,
    text_("name", primary_key=True),
    Column("count", BigInteger, nullable=False),
    required("example"),
    us("since_us", nullable=False),
)
"""What must hold of the lake's tables and does not: how many rows speak against it, one of them, and since when."""

house_note = Table("house_note", metadata, text_("name", primary_key=True), required("value"))
"""What the house must remember of itself, by name: which fold made the live tables."""

connection = Table(
    "connection",
    metadata,
    text_("connection_id", primary_key=True),
    required("workspace_id"),
    required("channel"),
    required("name"),
    required("base_url"),
    required("verify_token"),
    required("secrets"),
    required("access_token"),
    text_("settings"),
)
"""How to reach a provider and know it: `secrets` is a JSON list, newest first,
`settings` a JSON object. Never in the log, never in an answer."""

connection_sign = Table(
    "connection_sign",
    metadata,
    text_("connection_id", primary_key=True),
    text_("sign", primary_key=True),
    us("at_us", nullable=False),
    Column("count", BigInteger, nullable=False),
)
"""When a connection last gave a sign (handshake, delivery, refused), and how often it ever did."""

upload = Table(
    "upload",
    metadata,
    text_("upload_id", primary_key=True),
    required("workspace_id"),
    required("person_id"),
    required("sha256"),
    Column("size", BigInteger, nullable=False),
    required("mime"),
    required("filename"),
    us("at_us", nullable=False),
)
"""A file that somebody laid down for a reply; the bytes lie under their hash with the other media."""

credential = Table(
    "credential",
    metadata,
    text_("person_id", primary_key=True),
    required("password_hash"),
    us("changed_us", nullable=False),
)

session = Table(
    "session",
    metadata,
    text_("token_hash", primary_key=True),
    required("person_id", index=True),
    us("created_us", nullable=False),
    us("used_us", nullable=False),
    us("expires_us", nullable=False),
    text_("user_agent"),
)

api_token = Table(
    "api_token",
    metadata,
    text_("token_id", primary_key=True),
    required("token_hash", unique=True),
    required("person_id", index=True),
    required("name"),
    us("created_us", nullable=False),
    us("used_us"),
    us("revoked_us"),
)

sign_in_failure = Table(
    "sign_in_failure",
    metadata,
    text_("subject", primary_key=True),
    us("at_us", primary_key=True, autoincrement=False),
)
"""One row a failed sign-in; `subject` is a hash of the address or of the e-mail tried."""
