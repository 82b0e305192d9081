"""The mailbox at the server: signing in. Everything here blocks; call it in a thread."""

from __future__ import annotations

import ssl
from typing import Any, Protocol

from ingest.channels.email.config import Server
from ingest.channels.email.errors import misconfigured

SENT = b"\\Sent"
"""The kind of folder where programs lay what they sent (RFC 6154)."""
_TIMEOUT_S = 60


class Mailbox(Protocol):
    """The part of IMAPClient that is used; the simulator has it, too."""

    def login(self, username: str, password: str) -> Any:
        """Sign in."""

    def capabilities(self) -> tuple[bytes, ...]:
        """Return what the server can do."""

    def find_special_folder(self, folder_flag: bytes) -> str | None:
        """Return the folder of a kind (RFC 6154), as the server or its usual name tells; None for none."""

    def folder_exists(self, folder: str) -> bool:
        """Say whether there is such a folder."""

    def select_folder(self, folder: str, readonly: bool = False) -> dict[bytes, Any]:
        """Open a folder; the answer holds UIDVALIDITY."""

    def search(self, criteria: Any = "ALL") -> list[int]:
        """Return the UIDs that match."""

    def fetch(self, messages: Any, data: Any) -> dict[int, dict[bytes, Any]]:
        """Return parts of messages, by UID."""

    def idle(self) -> Any:
        """Begin to listen."""

    def idle_check(self, timeout: float | None = None) -> list[Any]:
        """Return what happened, waiting up to `timeout` seconds."""

    def idle_done(self) -> Any:
        """Stop to listen."""

    def noop(self) -> Any:
        """Ask for news."""

    def logout(self) -> Any:
        """Leave."""

    def shutdown(self) -> None:
        """Close the connection without a word."""


def open_mailbox(server: Server) -> Mailbox:
    """Return a session that is signed in; raises Misconfigured, the library's errors and OSError."""
    from imapclient import IMAPClient  # type: ignore[import-untyped]

    is_tls = server.security == "tls"
    context = ssl.create_default_context() if server.security != "none" else None
    client: Mailbox = IMAPClient(
        server.host, server.port, ssl=is_tls, ssl_context=context if is_tls else None, timeout=_TIMEOUT_S
    )
    try:
        if server.security == "starttls":
            client.starttls(context)  # type: ignore[attr-defined]
        _sign_in(client, server)
    except Exception:
        client.shutdown()
        raise
    return client


def _sign_in(client: Mailbox, server: Server) -> None:
    from imapclient.exceptions import LoginError  # type: ignore[import-untyped]

    try:
        client.login(server.user, server.password)
    except LoginError:  # its text may repeat what was sent
        raise misconfigured(
            "imap_sign_in", "The IMAP server refuses user or password; an administrator must renew them."
        ) from None
