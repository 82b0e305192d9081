"""A mailbox's settings, read once and checked; what is missing is said, not guessed."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from ingest.channels.base import Connection
from ingest.channels.email.addresses import mailboxes
from ingest.channels.email.errors import misconfigured

_PLAIN = re.compile(r'["\\\s;]')
_PORTS = {"smtp": {"tls": 465, "starttls": 587, "none": 25}, "imap": {"tls": 993, "starttls": 143, "none": 143}}


@dataclass(frozen=True, slots=True)
class Server:
    """One server, and how we sign in there."""

    host: str
    port: int
    security: str
    """tls, starttls or none."""
    user: str
    password: str = field(repr=False)

    @property
    def is_local(self) -> bool:
        """Say whether it runs on this machine, where nobody listens on the way."""
        return self.host in ("localhost", "127.0.0.1", "::1")


@dataclass(frozen=True, slots=True)
class Sender:
    """What our mail says of us."""

    address: str
    name: str
    provider: str
    unsubscribe_url: str
    """The administrator's own, with blanks; empty for ours."""
    has_plus: bool
    """True where `local+token@domain` reaches the mailbox, too."""
    dkim_domain: str
    dkim_selector: str
    dkim_key: str = field(repr=False)
    connection: Connection = field(repr=False)
    public_url: str = ""
    """Where the world reaches us; empty where nobody said it."""

    @property
    def domain(self) -> str:
        """Return what stands after the @."""
        return self.address.rpartition("@")[2]


def smtp_of(connection: Connection) -> Server:
    """Return the server that takes our mail; raises Misconfigured."""
    return _server(connection, "smtp")


def imap_of(connection: Connection) -> Server | None:
    """Return the server that keeps our mail, None where we do not look there; raises Misconfigured."""
    return _server(connection, "imap") if _text(connection.settings, "imap_host") else None


def folders_of(connection: Connection) -> list[str]:
    """Return the folders to read, the one to listen at first."""
    given = _text(connection.settings, "imap_folders") or "INBOX"
    return list(dict.fromkeys(each.strip() for each in given.split(",") if each.strip())) or ["INBOX"]


def since_of(connection: Connection) -> date | None:
    """Return the day before which mail is left alone, None for none; raises Misconfigured."""
    given = _text(connection.settings, "imap_since")
    try:
        return date.fromisoformat(given) if given else None
    except ValueError:
        raise misconfigured(
            "imap_since", "“Read from” is not a day; an administrator must write it as 2026-01-31."
        ) from None


def address_of(connection: Connection) -> str:
    """Return the mailbox's own address in lower case; empty for none or nonsense."""
    return next((each.address for each in mailboxes(_text(connection.settings, "address"))), "")


def content_type_of(connection: Connection, **more: str) -> str:
    """Return the type of a raw mail that came to a mailbox, with what the parser cannot know from the mail.

    Our own address tells which mail is ours, `authserv` whose word on the sender counts; no mail says so reliably.
    `more` is what is known of this one mail: `folder` is sent where we wrote it, `history` yes where it was there
    before we looked for the first time.
    """
    known = {"mailbox": address_of(connection), "authserv": _text(connection.settings, "authserv")} | more
    written = (f'{name}="{_PLAIN.sub("", value)}"' for name, value in known.items() if value or name == "mailbox")
    return "; ".join(("message/rfc822", *written))


def sender_of(connection: Connection) -> Sender:
    """Return what our mail says of us; raises Misconfigured without an address."""
    settings, address = connection.settings, address_of(connection)
    if not address:
        raise misconfigured("settings", "The mailbox's own address is missing; an administrator must set it.")
    return Sender(
        address=address,
        name=_text(settings, "sender_name"),
        provider=_text(settings, "provider").lower(),
        unsubscribe_url=_text(settings, "unsubscribe_url"),
        has_plus=_text(settings, "plus_addressing").lower() in ("yes", "true", "1", "on"),
        dkim_domain=_text(settings, "dkim_domain") or address.rpartition("@")[2],
        dkim_selector=_text(settings, "dkim_selector"),
        dkim_key=_text(settings, "dkim_key"),
        connection=connection,
        public_url=_text(settings, "public_url"),
    )


def _server(connection: Connection, kind: str) -> Server:
    settings = connection.settings
    host, security = _text(settings, f"{kind}_host"), (_text(settings, f"{kind}_security") or "tls").lower()
    if not host:
        raise misconfigured("settings", "The server is missing; an administrator must set it.")
    if security not in _PORTS[kind]:
        raise misconfigured("settings", "The security must be tls, starttls or none; an administrator must set it.")
    port = _text(settings, f"{kind}_port") or str(_PORTS[kind][security])
    if not (port.isascii() and port.isdigit() and 0 < int(port) < 65536):
        raise misconfigured("settings", "The port is none; an administrator must set it.")
    user = _text(settings, f"{kind}_user") or (address_of(connection) if kind == "imap" else "")
    server = Server(host, int(port), security, user, connection.access_token)
    if security == "none" and user and server.password and not server.is_local:
        raise misconfigured("plain_password")
    return server


def _text(settings: Mapping[str, Any], name: str) -> str:
    value = settings.get(name)
    if isinstance(value, bool):
        return "yes" if value else ""
    return str(value).strip() if value is not None else ""
