"""The SMS provider as we call it; account and token travel in a header."""

from __future__ import annotations

import base64
from collections.abc import Mapping
from typing import Any, BinaryIO
from urllib.parse import quote

import httpx2

from ingest.channels.base import Accepted, Connection, Finding, Sending
from ingest.channels.calls import Caller
from ingest.channels.files import Downloader
from ingest.channels.sms.capabilities import CAPABILITIES
from ingest.channels.sms.check import findings
from ingest.channels.sms.errors import to_exception
from ingest.domain.errors import BadInput, OutcomeUnknown
from ingest.domain.identity import Identity
from ingest.kit.outward import Resolve

API_URL = "https://api.twilio.com"
_REFUSAL = frozenset({"code", "message", "status"})


class SmsGateway:
    """One number of ours at the provider."""

    def __init__(self, connection: Connection, number: str, http: httpx2.AsyncClient, resolver: Resolve) -> None:
        base_url = connection.base_url or API_URL
        self._sid = str(connection.settings.get("account_sid") or "")
        self._number = number
        self._callback = _callback_of(connection)
        self._called_at = f"/webhooks/sms/{connection.connection_id}"
        login = base64.b64encode(f"{self._sid}:{connection.access_token}".encode()).decode()
        headers = {"Authorization": f"Basic {login}"}
        self._caller = Caller(http, base_url, to_exception, headers=headers, is_refusal=lambda a: a.keys() >= _REFUSAL)
        # A file's address leads on to a host of storage, which must not see the token.
        self._downloader = Downloader(http, base_url, headers, resolver)

    async def send(self, sending: Sending) -> Accepted:
        """Hand a message over."""
        form = form_of(sending, self._number)
        if self._callback:
            form["StatusCallback"] = self._callback
        answer = await self._caller.post_once(self._path("/Messages.json"), data=form)
        if not answer.get("sid"):
            raise OutcomeUnknown("The provider took the message but did not name it.", code="unreadable_answer")
        return Accepted(str(answer["sid"]))

    async def mark_read(self, external_id: str, recipient: Identity | None) -> None:
        """Do nothing: SMS has no such thing."""

    async def show_typing(self, external_id: str, recipient: Identity | None) -> None:
        """Do nothing: SMS has no such thing."""

    async def fetch(self, file: Mapping[str, Any], into: BinaryIO, *, is_fresh: bool) -> None:
        """Write a file to `into` from the address its message named."""
        await self._downloader.read_file(file, into)

    async def check(self) -> list[Finding]:
        """Ask for account and number: whether the token works, and whether the provider calls us."""
        return await findings(self._caller, self._path(""), self._number, self._called_at, self._callback)

    def _path(self, below: str) -> str:
        return f"2010-04-01/Accounts/{quote(self._sid, safe='')}{below}"


def _callback_of(connection: Connection) -> str:
    """Return where receipts are to go: where it says, else to this connection's own address."""
    public = str(connection.settings.get("public_url") or "").rstrip("/")
    own = f"{public}/webhooks/sms/{connection.connection_id}" if public else ""
    return str(connection.settings.get("status_callback") or own)


def form_of(sending: Sending, number: str) -> dict[str, str]:
    """Return the form that sends a message from a number; raises BadInput for what SMS has no form for."""
    requested = sending.requested
    if requested["kind"] not in CAPABILITIES.kinds:
        raise BadInput(f"SMS cannot carry a message of kind {requested['kind']}.", kind=requested["kind"])
    text, limit = requested.get("text") or "", CAPABILITIES.text_limit
    if not text:
        raise BadInput("This message needs a text.")
    if len(text) > limit:
        raise BadInput(f"This text may have {limit} characters, it has {len(text)}.", limit=limit)
    return {"From": number, "To": _number_of(sending.recipient), "Body": text}


def _number_of(recipient: Identity) -> str:
    address = recipient["address"]
    if recipient["kind"] == "phone":
        return "+" + "".join(filter(str.isdigit, address))
    if recipient["kind"] == "external" and address.isascii() and address.isdigit():
        return address
    raise BadInput("SMS reaches phone numbers only.", kind=recipient["kind"])
