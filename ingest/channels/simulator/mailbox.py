"""Mail without a network: a server that takes ours, a mailbox that is read, and people who write and answer.

    sink = SmtpSink(user="support@example.com", password="…")
    await sink.start()                      # on 127.0.0.1, at sink.port
    sink.refuse["rcpt"] = "550 5.1.1 No such user"
    sink.taken                              # everything it ever took, in order

    mailboxes = FakeImap("support@example.com", "…")
    mailboxes.put(a_mail("ana@example.com", "support@example.com", "Hello", "Is it open?"))
    client = mailboxes.open(server)         # behind the interface that IMAPClient has

The wire facts are those of docs/channels.md §8.
"""

from __future__ import annotations

import asyncio
import base64
import hashlib
import hmac
import ssl
import threading
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from email.message import EmailMessage
from email.policy import SMTP as WIRE
from email.utils import format_datetime
from typing import Any

import orjson
from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session

from ingest.channels.email.config import Server
from ingest.channels.email.mime import split_head
from ingest.kit.clock import to_datetime


@dataclass(frozen=True, slots=True)
class TakenMail:
    """A mail the server took: it will reach the contact, whatever we heard of it."""

    sender: str
    recipients: tuple[str, ...]
    content: bytes

    def header(self, name: str) -> str:
        """Return a header's value, empty where it is missing."""
        return split_head(self.content)[0].get(name.lower())


class SmtpSink:
    """A mail server that keeps what it is given; `refuse` and `drops_after_data` give it bad days."""

    def __init__(
        self,
        user: str = "",
        password: str = "",
        *,
        size_limit: int = 25 * 1024 * 1024,
        tls: ssl.SSLContext | None = None,
    ) -> None:
        """Take who may sign in (nobody need, without a user); with a context STARTTLS is offered."""
        self.taken: list[TakenMail] = []
        self.listeners: list[Callable[[TakenMail], None]] = []
        """Called with every mail taken."""
        self.refuse: dict[str, str] = {}
        """Answers by step: mail, rcpt, data, and auth."""
        self.drops_after_data = False
        """Takes the mail and hangs up without an answer."""
        self.port = 0
        self._user, self._password = user, password
        self._size_limit = size_limit
        self._tls = tls
        self._server: asyncio.Server | None = None

    async def start(self, port: int = 0) -> None:
        """Listen on a port of this machine, a free one where none is given."""
        self._server = await asyncio.get_running_loop().create_server(self._session, "127.0.0.1", port)
        self.port = self._server.sockets[0].getsockname()[1]

    async def stop(self) -> None:
        """Stop to listen."""
        if self._server is not None:
            self._server.close()

    async def handle_MAIL(  # noqa: N802  # the library looks for this name
        self, _server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        """Answer MAIL FROM."""
        if self._user and not session.authenticated:
            return "530 5.7.0 Sign in first"
        envelope.mail_from = address
        envelope.mail_options.extend(options)
        return self.refuse.get("mail", "250 2.1.0 OK")

    async def handle_RCPT(  # noqa: N802
        self, _server: SMTP, _session: Session, envelope: Envelope, address: str, _options: list[str]
    ) -> str:
        """Answer RCPT TO."""
        if "rcpt" not in self.refuse:
            envelope.rcpt_tos.append(address)
        return self.refuse.get("rcpt", "250 2.1.5 OK")

    async def handle_DATA(self, server: SMTP, _session: Session, envelope: Envelope) -> str:  # noqa: N802
        """Answer the mail itself."""
        if "data" in self.refuse:
            return self.refuse["data"]
        content = envelope.content if isinstance(envelope.content, bytes) else b""
        self.taken.append(TakenMail(envelope.mail_from or "", tuple(envelope.rcpt_tos), content))
        for listener in self.listeners:
            listener(self.taken[-1])
        if self.drops_after_data and isinstance(server.transport, asyncio.Transport):
            server.transport.abort()
        return "250 2.0.0 Taken"

    def _session(self) -> SMTP:
        return SMTP(
            self,
            hostname="sink.test",
            data_size_limit=self._size_limit,
            auth_require_tls=False,
            tls_context=self._tls,
            authenticator=self._authenticate,
        )

    def _authenticate(self, _server: SMTP, _session: Session, _envelope: Envelope, _how: str, given: Any) -> AuthResult:
        if "auth" in self.refuse:
            return AuthResult(success=False, handled=False, message=self.refuse["auth"])
        is_right = isinstance(given, LoginPassword) and hmac.compare_digest(given.password, self._password.encode())
        return AuthResult(success=is_right and given.login == self._user.encode(), handled=False)


class RefusedError(Exception):
    """The mailbox does not let somebody in, or has gone away."""


@dataclass
class _Folder:
    validity: int = 1
    mails: dict[int, bytes] = field(default_factory=dict)
    next_uid: int = 1


class FakeImap:
    """A server with one mailbox; `open` gives what IMAPClient would."""

    def __init__(self, user: str, password: str, *, can_idle: bool = True) -> None:
        self.user, self.password, self.can_idle = user, password, can_idle
        self.folders = {"INBOX": _Folder()}
        self.is_down = False
        self.fetches: list[int] = []
        """UIDs of bodies that were fetched, in order."""
        self.news = threading.Condition()

    def put(self, mail: bytes, folder: str = "INBOX") -> int:
        """Let a mail arrive; returns its UID."""
        with self.news:
            there = self.folders.setdefault(folder, _Folder())
            uid = there.next_uid
            there.mails[uid] = mail
            there.next_uid += 1
            self.news.notify_all()
        return uid

    def renumber(self, folder: str = "INBOX") -> None:
        """Give every mail a new UID, as a server does that lost its index."""
        there = self.folders[folder]
        mails = list(there.mails.values())
        there.validity += 1
        there.mails = dict(enumerate(mails, start=1))
        there.next_uid = len(mails) + 1

    def open(self, server: Server) -> FakeImapClient:
        """Return a session that is signed in; raises RefusedError."""
        client = FakeImapClient(self)
        client.login(server.user, server.password)
        return client


class FakeImapClient:
    """One session, with IMAPClient's names and answers."""

    def __init__(self, server: FakeImap) -> None:
        self._server = server
        self._folder = _Folder()
        self._seen = 0

    def login(self, username: str, password: str) -> bytes:
        """Sign in."""
        self._check()
        if (username, password) != (self._server.user, self._server.password):
            raise RefusedError("Invalid credentials")
        return b"Logged in"

    def capabilities(self) -> tuple[bytes, ...]:
        """Return what the server can do."""
        return (b"IMAP4REV1", b"IDLE") if self._server.can_idle else (b"IMAP4REV1",)

    def find_special_folder(self, folder_flag: bytes) -> str | None:
        """Return the folder of sent mail."""
        return "Sent" if folder_flag == b"\\Sent" and "Sent" in self._server.folders else None

    def folder_exists(self, folder: str) -> bool:
        """Say whether there is such a folder."""
        self._check()
        return folder in self._server.folders

    def select_folder(self, folder: str, readonly: bool = False) -> dict[bytes, Any]:
        """Open a folder."""
        self._check()
        if folder not in self._server.folders:
            raise RefusedError("Mailbox doesn't exist")
        self._folder = self._server.folders[folder]
        self._seen = self._folder.next_uid
        return {b"UIDVALIDITY": self._folder.validity, b"EXISTS": len(self._folder.mails), b"READ-ONLY": readonly}

    def search(self, criteria: Any = "ALL") -> list[int]:
        """Return UIDs from `UID n:*`; like a real server, the last mail always matches."""
        self._check()
        words = [str(each) for each in criteria]
        first = int(words[words.index("UID") + 1].partition(":")[0]) if "UID" in words else 1
        uids = sorted(self._folder.mails)
        return [uid for uid in uids if uid >= first] or uids[-1:]

    def fetch(self, messages: Sequence[int], data: Sequence[str]) -> dict[int, dict[bytes, Any]]:
        """Return parts of messages; a UID that is gone is left out."""
        self._check()
        return {uid: self._parts(uid, data) for uid in messages if uid in self._folder.mails}

    def idle(self) -> None:
        """Begin to listen."""
        self._check()

    def idle_check(self, timeout: float | None = None) -> list[Any]:
        """Wait until a mail arrives or the time is over."""
        self._check()
        with self._server.news:
            is_new = self._server.news.wait_for(lambda: self._folder.next_uid > self._seen, timeout)
        self._check()
        self._seen = self._folder.next_uid
        return [(len(self._folder.mails), b"EXISTS")] if is_new else []

    def idle_done(self) -> tuple[bytes, list[Any]]:
        """Stop to listen."""
        self._check()
        return b"Idle terminated", []

    def noop(self) -> tuple[bytes, list[Any]]:
        """Ask for news."""
        self._check()
        return b"Done", []

    def logout(self) -> bytes:
        """Leave."""
        return b"Bye"

    def shutdown(self) -> None:
        """Close the connection without a word."""

    def _parts(self, uid: int, data: Sequence[str]) -> dict[bytes, Any]:
        mail = self._folder.mails[uid]
        found: dict[bytes, Any] = {b"SEQ": uid}
        for name in data:
            if name == "RFC822.SIZE":
                found[b"RFC822.SIZE"] = len(mail)
            elif name == "BODY.PEEK[HEADER]":
                found[b"BODY[HEADER]"] = mail.partition(b"\r\n\r\n")[0] + b"\r\n\r\n"
            else:
                self._server.fetches.append(uid)
                found[b"BODY[]"] = mail
        return found

    def _check(self) -> None:
        if self._server.is_down:
            raise RefusedError("connection closed")


# --- people ------------------------------------------------------------------------------------------


def a_mail(
    sender: str,
    to: str,
    subject: str,
    text: str,
    *,
    message_id: str = "",
    at_us: int = 1_750_000_000_000_000,
    html: str | None = None,
    files: Sequence[tuple[str, str, bytes]] = (),
    headers: Mapping[str, str] | None = None,
) -> bytes:
    """Return a mail as a person's program writes it; `files` are name, type and content."""
    mail = EmailMessage(policy=WIRE)
    mail["From"], mail["To"], mail["Subject"] = sender, to, subject
    mail["Date"] = format_datetime(to_datetime(at_us))
    made = hashlib.blake2b(f"{sender}{subject}{text}{at_us}".encode(), digest_size=8).hexdigest()
    mail["Message-ID"] = f"<{message_id or made + '@people.example'}>"
    for name, value in (headers or {}).items():
        mail[name] = value
    mail.set_content(text)
    if html is not None:
        mail.add_alternative(html, subtype="html")
    for name, mime, content in files:
        main, _, sub = mime.partition("/")
        mail.add_attachment(content, maintype=main, subtype=sub, filename=name)
    return mail.as_bytes()


def an_answer(mail: bytes, sender: str, text: str, *, with_references: bool = True, **more: Any) -> bytes:
    """Return what a person answers to a mail, quoting it as programs do."""
    head, body = split_head(mail)
    answered = head.get("message-id")
    threading_headers = {"In-Reply-To": answered}
    if with_references:
        threading_headers["References"] = " ".join([*head.get("references").split(), answered])
    quoted = "\n".join(f"> {line}" for line in body.decode("utf-8", "replace").splitlines()[:20])
    written = f"{text}\n\nOn Monday, somebody wrote:\n{quoted}\n"
    to = head.get("reply-to") or head.get("from")
    return a_mail(sender, to, f"Re: {head.get('subject')}", written, headers=threading_headers, **more)


def a_bounce(mail: bytes, recipient: str, code: str = "5.1.1", action: str = "failed") -> bytes:
    """Return the report of a server that could not deliver a mail (RFC 3464)."""
    head, _ = split_head(mail)
    original = f"Message-ID: {head.get('message-id')}\r\nSubject: {head.get('subject')}\r\n"
    status = (
        "Reporting-MTA: dns; mx.example\r\n\r\n"
        f"Final-Recipient: rfc822; {recipient}\r\nAction: {action}\r\nStatus: {code}\r\n"
        f"Diagnostic-Code: smtp; 550 {code} Delivery did not work\r\n"
    )
    parts = [("text/plain", "It could not be delivered."), ("message/delivery-status", status)]
    parts.append(("text/rfc822-headers", original))
    inner = "".join(f"--b\r\nContent-Type: {mime}\r\n\r\n{content}\r\n" for mime, content in parts)
    return (
        "From: Mail Delivery <mailer-daemon@mx.example>\r\nReturn-Path: <>\r\nSubject: Undelivered\r\n"
        f"Message-ID: <bounce-{code}-{recipient}>\r\nDate: Sun, 15 Jun 2025 15:07:00 +0000\r\n"
        f'Content-Type: multipart/report; report-type=delivery-status; boundary="b"\r\n\r\n{inner}--b--\r\n'
    ).encode()


# --- providers ---------------------------------------------------------------------------------------


def svix_headers(secret: str, body: bytes, event_id: str = "msg_1", timestamp: str = "1750000000") -> dict[str, str]:
    """Return the headers under which Resend sends a body; `secret` is the whsec key."""
    key = base64.b64decode(secret.removeprefix("whsec_"))
    signature = hmac.new(key, f"{event_id}.{timestamp}.".encode() + body, hashlib.sha256).digest()
    signed = f"v1,{base64.b64encode(signature).decode()}"
    return {"svix-id": event_id, "svix-timestamp": timestamp, "svix-signature": signed}


def postmark_inbound(mail: bytes) -> bytes:
    """Return the body in which Postmark hands over a mail, whole and taken apart."""
    head, _ = split_head(mail)
    names = ("from", "to", "subject", "date")
    parts = {name.capitalize(): head.get(name) for name in names} | {"MessageID": "postmark-uuid", "TextBody": ""}
    headers = [{"Name": "Message-ID", "Value": head.get("message-id")}]
    return orjson.dumps(parts | {"Headers": headers, "RawEmail": mail.decode("utf-8", "replace")})


def mailgun_event(secret: str, event: str, message_id: str, recipient: str, **data: Any) -> bytes:
    """Return a signed body as Mailgun sends it."""
    timestamp, token = "1750000000", hashlib.sha256(f"{event}{message_id}".encode()).hexdigest()[:50]
    signature = hmac.new(secret.encode(), (timestamp + token).encode(), hashlib.sha256).hexdigest()
    given = {"event": event, "id": token[:22], "timestamp": 1750000000.5, "recipient": recipient}
    headers = {"message": {"headers": {"message-id": message_id}}}
    return orjson.dumps(
        {
            "signature": {"timestamp": timestamp, "token": token, "signature": signature},
            "event-data": {**given, **headers, **data},
        }
    )
