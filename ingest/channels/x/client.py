"""X's API of direct messages as we call it (channels.md §6); the user's token travels in a header."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from typing import Any, BinaryIO
from urllib.parse import quote

import httpx2

from ingest.channels.base import Accepted, Connection, Finding, OutgoingFile, Profile, Sending
from ingest.channels.calls import Caller
from ingest.channels.files import Downloader
from ingest.channels.reading import text
from ingest.channels.x.capabilities import CAPABILITIES
from ingest.channels.x.check import of_token, of_webhook
from ingest.channels.x.errors import to_exception
from ingest.domain.consent import MESSAGES
from ingest.domain.errors import BadInput, OutcomeUnknown, Rejected
from ingest.domain.identity import Identity
from ingest.kit.clock import SECOND_US
from ingest.kit.outward import Resolve

API_URL = "https://api.x.com"
FILE_HOSTS = ("twimg.com", "x.com", "twitter.com")
_CLOSED, _TOO_MANY = 403, 429


class _PacedCaller(Caller):
    """Tells, with a refusal for too many calls, until when: X writes it into a header."""

    async def _request(
        self, method: str, path: str, params: Mapping[str, str], content: Mapping[str, Any]
    ) -> httpx2.Response:
        response = await super()._request(method, path, params, content)
        reset = response.headers.get("x-rate-limit-reset", "")
        if response.status_code == _TOO_MANY and reset.isascii() and reset.isdigit():
            error = to_exception(_TOO_MANY, None)
            error.facts["until_us"] = int(reset) * SECOND_US
            raise error
        return response


class XGateway:
    """One account of X."""

    def __init__(self, connection: Connection, account_id: str, http: httpx2.AsyncClient, resolver: Resolve) -> None:
        base_url = connection.base_url or API_URL
        headers = {"Authorization": f"Bearer {connection.access_token}"}
        self._account_id = account_id
        self._caller = _PacedCaller(http, base_url, to_exception, headers=headers, is_refusal=lambda a: "title" in a)
        self._app = _app_of(connection, base_url, http)
        self._path = f"/webhooks/x/{connection.connection_id}"
        self._downloader = Downloader(http, base_url, headers, resolver, FILE_HOSTS)

    async def send(self, sending: Sending) -> Accepted:
        """Upload the message's picture where it has one, and hand the message over."""
        path, body = request_of(sending)
        if sending.requested["kind"] == "image":
            if sending.file is None:
                raise BadInput("A picture needs an uploaded file.")
            body["attachments"] = [{"media_id": await self._upload(sending.file)}]
        try:
            answer = await self._caller.post_once(path, json=body)
        except Rejected as error:
            if error.facts.get("code") == _CLOSED:
                error.facts["withdraws"] = MESSAGES
            raise
        data = answer.get("data")
        external_id = data.get("dm_event_id") if isinstance(data, dict) else None
        if not isinstance(external_id, str) or not external_id:
            raise OutcomeUnknown("The provider took the message but did not name it.", code="unreadable_answer")
        return Accepted(external_id)

    async def mark_read(self, external_id: str, recipient: Identity | None) -> None:
        """Do nothing: the API has no way to say it."""

    async def show_typing(self, external_id: str, recipient: Identity | None) -> None:
        """Do nothing: the API has no way to say it."""

    async def fetch(self, file: Mapping[str, Any], into: BinaryIO, *, is_fresh: bool) -> None:
        """Write a file to `into` from the address its message named."""
        await self._downloader.read_file(file, into)

    async def profile(self, person: Identity) -> Profile:
        """Ask for a person whose message came without their profile."""
        path = f"2/users/{quote(person['address'], safe='')}"
        answer = await self._caller.ask("GET", path, {"user.fields": "profile_image_url"})
        data = answer.get("data")
        if not isinstance(data, dict):
            raise Rejected("X does not say who this is.", code="no_profile")
        return Profile(text(data.get("name")), text(data.get("username")), text(data.get("profile_image_url")))

    async def check(self) -> list[Finding]:
        """Ask X whose token it is, whether it calls us, and what it tells of."""
        found = await of_token(self._caller, self._account_id)
        return [*found, *(await of_webhook(self._app, self._account_id, self._path) if found[0].is_ok else [])]

    async def _upload(self, file: OutgoingFile) -> str:
        """Upload a picture and return its media id; may be repeated without harm."""
        content = await asyncio.to_thread(file.read)
        files = {"media": (file.filename, content, file.mime)}
        answer = await self._caller.ask("POST", "2/media/upload", data={"media_category": "dm_image"}, files=files)
        data = answer.get("data")
        if not isinstance(data, dict) or not data.get("id"):
            raise Rejected("X did not take the picture.", code="media_upload")
        return str(data["id"])


def _app_of(connection: Connection, base_url: str, http: httpx2.AsyncClient) -> Caller | None:
    """Return what asks as the app and not as the account, where its token is known."""
    token = connection.settings.get("app_token")
    return Caller(http, base_url, to_exception, headers={"Authorization": f"Bearer {token}"}) if token else None


def request_of(sending: Sending) -> tuple[str, dict[str, Any]]:
    """Return path and body of a message; raises BadInput for what X has no form for."""
    requested, recipient = sending.requested, sending.recipient
    if requested["kind"] not in CAPABILITIES.kinds:
        raise BadInput(f"X cannot send a message of kind {requested['kind']}.", kind=requested["kind"])
    if recipient["kind"] != "user_id":
        raise BadInput("X reaches a person by their user id only.", kind=recipient["kind"])
    text, limit = requested.get("text") or "", CAPABILITIES.text_limit
    if requested["kind"] == "text" and not text:
        raise BadInput("This message needs a text.")
    if len(text) > limit:
        raise BadInput(f"This text may have {limit} characters, it has {len(text)}.", limit=limit)
    path = f"2/dm_conversations/with/{quote(recipient['address'], safe='')}/messages"
    return path, {"text": text} if text else {}
