"""The Graph API of Pages and Instagram accounts as we call it (channels.md §2, §4, §5).

It knows a base URL, a token and the name of its account in paths: Meta and the simulator are one path.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from typing import Any, BinaryIO
from urllib.parse import quote

import httpx2
import orjson

from ingest.channels.base import Accepted, Connection, Finding, OutgoingFile, Profile, Sending
from ingest.channels.calls import Caller
from ingest.channels.files import Downloader
from ingest.channels.meta.announced import FIELDS, body_of
from ingest.channels.meta.errors import to_exception
from ingest.channels.meta.graph import MEDIA_HOSTS, proof_of
from ingest.channels.meta.pages_check import Subject, findings
from ingest.channels.meta.send import ATTACHMENTS, Body, Wire, action_body, recipient_of, request_body, upload_body
from ingest.channels.meta.templates_list import listed_templates
from ingest.domain.errors import ChannelError, OutcomeUnknown, Rejected
from ingest.domain.identity import Identity
from ingest.domain.template import Template
from ingest.kit.clock import DAY_US
from ingest.kit.outward import Resolve

FILE_HOSTS = (*MEDIA_HOSTS, "cdninstagram.com")
"""Domains, and what lies under them, that files of messages come from."""
_APPROVED = "APPROVED"
_UPLOAD_LIFE_US = DAY_US
"""Meta keeps an upload for 90 days; a day is enough for one file that goes to many."""
_LOST_UPLOAD = 2018074
"""The subcode for an attachment id that Meta does not know any more."""

Uploads = dict[tuple[str, str], tuple[str, int]]
"""What files became at Meta, by account and content, and until when we trust that."""


class PagesGateway:
    """One Page or Instagram account. `uploads` outlives the gateway; None where every file travels with its message."""

    def __init__(
        self,
        connection: Connection,
        base_url: str,
        subject: Subject,
        wire: Wire,
        http: httpx2.AsyncClient,
        resolver: Resolve,
        uploads: Uploads | None = None,
    ) -> None:
        headers = {"Authorization": f"Bearer {connection.access_token}"}
        self._caller = Caller(http, base_url, to_exception, headers=headers, params=proof_of(connection))
        # Addresses of files are signed for themselves: no token goes there.
        self._downloader = Downloader(http, base_url, {}, resolver, FILE_HOSTS)
        self._subject = subject
        self._wire = wire
        self._uploads = uploads

    async def send(self, sending: Sending) -> Accepted:
        """Hand a message over; its file is uploaded first where it is not there yet."""
        file = sending.file if sending.requested["kind"] in ATTACHMENTS else None
        source = await self._source(sending, file)
        body = request_body(sending, self._wire, source)
        try:
            return Accepted(await self._post(body, sending, file if source == {} else None))
        except ChannelError as error:
            if error.facts.get("subcode") == _LOST_UPLOAD and file is not None and self._uploads:
                self._uploads.pop(self._place(file), None)
            raise

    async def mark_read(self, external_id: str, recipient: Identity | None) -> None:
        """Tell the contact that everything they wrote was seen."""
        await self._act("mark_seen", recipient)

    async def show_typing(self, external_id: str, recipient: Identity | None) -> None:
        """Show the contact that an answer is being written."""
        await self._act("typing_on", recipient)

    async def take_thread(self, recipient: Identity) -> None:
        """Take a person's thread from the app that holds it (Meta: the Page's primary receiver may)."""
        await self._caller.ask("POST", self._path("take_thread_control"), json={"recipient": recipient_of(recipient)})

    async def fetch(self, file: Mapping[str, Any], into: BinaryIO, *, is_fresh: bool) -> None:
        """Write a file to `into` from the address its message named; there is no other way to ask for it."""
        await self._downloader.read_file(file, into)

    async def profile(self, person: Identity) -> Profile:
        """Ask for a person by their scoped id; Messenger tells a name in two parts, Instagram name and handle."""
        if person["kind"] != "user_id":
            raise Rejected("Only who has a scoped id can be asked for.", code="no_profile")
        path = quote(person["address"], safe="")
        answer = await self._caller.ask("GET", path, {"fields": self._subject.person_fields})
        said = {name: value.strip() for name, value in answer.items() if isinstance(value, str)}
        parts = [each for name in ("first_name", "last_name") if (each := said.get(name))]
        name = said.get("name") or " ".join(parts) or None
        return Profile(name, said.get("username") or None, said.get("profile_pic") or None)

    async def templates(self, newest: Callable[[], Iterable[bytes]]) -> list[Template]:
        """Return the approved utility templates of the Page; it says itself whose they are.

        Meta lists the state of none, so that it is asked for those in one state.
        """
        found = await listed_templates(self._caller, self._subject.node, {"status": _APPROVED})
        return [replace(each, status=each.status or _APPROVED) for each in found]

    async def recall(self, external_id: str) -> bytes:
        """Ask for a message that was only announced, and return it as it would have been posted."""
        told = await self._caller.ask("GET", quote(external_id, safe=""), {"fields": FIELDS})
        return body_of(self._subject.external_id, external_id, told)

    async def check(self) -> list[Finding]:
        """Say whether the token works, for whom, with what rights, how long, and whether webhooks come to us."""
        return await findings(self._caller, self._subject)

    async def _act(self, action: str, recipient: Identity | None) -> None:
        if recipient is not None:
            await self._caller.post_once(self._path("messages"), json=action_body(recipient, action))

    async def _post(self, body: Body, sending: Sending, file: OutgoingFile | None = None) -> str:
        """Post one body, with its file in the same call where one is given; returns what Meta calls the message."""
        content: dict[str, Any] = {"json": body}
        if file is not None:
            parts = {name: value if isinstance(value, str) else _dumped(value) for name, value in body.items()}
            content = {"data": parts, "files": {"filedata": await _file_part(file)}}
        answer = await self._caller.post_once(self._path("messages"), **content)
        if answer.get("message_id"):
            return str(answer["message_id"])
        if "sender_action" in body:
            # A reaction is no message of its own and gets no id.
            return f"reaction:{sending.message_id}"
        raise OutcomeUnknown("The provider took the message but did not name it.", code="unreadable_answer")

    async def _source(self, sending: Sending, file: OutgoingFile | None) -> Body | None:
        """Return where the file lies: at Meta already, in the same call (empty), or nowhere but at its address."""
        if file is None:
            return None
        if self._uploads is None:
            return {}
        known = self._uploads.get(self._place(file))
        if known is None or sending.now_us >= known[1]:
            known = await self._upload(file, sending.requested["kind"]), sending.now_us + _UPLOAD_LIFE_US
            self._uploads[self._place(file)] = known
        return {"attachment_id": known[0]}

    async def _upload(self, file: OutgoingFile, kind: str) -> str:
        """Upload a file and return its attachment id; may be repeated without harm."""
        answer = await self._caller.ask(
            "POST",
            self._path("message_attachments"),
            data={"message": _dumped(upload_body(kind))},
            files={"filedata": await _file_part(file)},
        )
        return str(answer["attachment_id"])

    def _place(self, file: OutgoingFile) -> tuple[str, str]:
        return self._subject.external_id, file.sha256

    def _path(self, edge: str) -> str:
        return f"{self._subject.node}/{edge}"


async def _file_part(file: OutgoingFile) -> tuple[str, bytes, str]:
    # Names that are not ASCII are refused for Instagram (Meta's page on uploads).
    name = file.filename.encode("ascii", "replace").decode().replace("?", "_")
    return name, await asyncio.to_thread(file.read), file.mime


def _dumped(value: object) -> str:
    return orjson.dumps(value).decode()
