"""The Cloud API as we call it. It knows a base URL and nothing else: Meta and the simulator are one path.

A send has three ends: `Accepted`, a ChannelError that says it was refused, or OutcomeUnknown. The last
is whatever happens after the request may have left us without a readable answer (docs/channels.md §3.12).
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any, BinaryIO

import httpx2

from ingest.channels.base import Accepted
from ingest.channels.calls import Caller
from ingest.channels.files import MEDIA_LIMIT, Downloader, MediaAddress, digest_hex
from ingest.channels.meta.graph import MEDIA_HOSTS
from ingest.channels.meta.templates_list import listed_templates
from ingest.channels.meta.token_check import Token, token_of
from ingest.channels.reading import objects
from ingest.channels.whatsapp.errors import to_exception
from ingest.channels.whatsapp.send import read_body, typing_body
from ingest.domain.errors import OutcomeUnknown, Rejected
from ingest.domain.template import Template
from ingest.kit.outward import Resolve, resolve


class WhatsAppClient:
    """Calls one business number. The token travels in a header, never in an address, a log or an error."""

    def __init__(
        self,
        base_url: str,
        phone_number_id: str,
        access_token: str,
        http: httpx2.AsyncClient,
        proof: Mapping[str, str] | None = None,
        resolver: Resolve = resolve,
    ) -> None:
        """Take a pool; `proof` holds the parameters that prove us to an app that demands it with every call."""
        self._number = phone_number_id
        headers = {"Authorization": f"Bearer {access_token}"}
        self._caller = Caller(http, base_url, to_exception, headers=headers, params=proof)
        self._downloader = Downloader(http, base_url.rstrip("/"), headers, resolver, MEDIA_HOSTS)

    async def send(self, body: Mapping[str, Any]) -> Accepted:
        """Hand a message over.

        Raises Throttled, Rejected or Misconfigured when it was certainly not taken, OutcomeUnknown when
        nobody can say.
        """
        answer = await self._caller.post_once(f"{self._number}/messages", json=dict(body))
        try:
            message = answer["messages"][0]
            external_id = str(message["id"])
        except (KeyError, IndexError, TypeError) as error:
            raise OutcomeUnknown(
                "The provider took the message but did not name it.", code="unreadable_answer"
            ) from error
        held = message.get("message_status") == "held_for_quality_assessment"
        return Accepted(external_id, held, [_trimmed(each) for each in answer.get("contacts") or []])

    async def mark_read(self, external_id: str) -> None:
        """Tell the contact that a message, and all before it, was read."""
        await self._caller.post_once(f"{self._number}/messages", json=read_body(external_id))

    async def show_typing(self, external_id: str) -> None:
        """Show the contact that an answer to a message is being written; it also marks it read."""
        await self._caller.post_once(f"{self._number}/messages", json=typing_body(external_id))

    async def upload(self, content: bytes, mime: str, filename: str) -> str:
        """Upload a file and return the media id, valid for 30 days; may be repeated without harm."""
        files = {"file": (filename, content, mime)}
        answer = await self._caller.ask(
            "POST", f"{self._number}/media", data={"messaging_product": "whatsapp", "type": mime}, files=files
        )
        return str(answer["id"])

    async def media_address(self, media_id: str) -> MediaAddress:
        """Return where a file lies for the next five minutes."""
        if not media_id.replace("-", "").replace("_", "").isalnum():
            raise Rejected("This is no media id.", code="media_id")
        answer = await self._caller.ask("GET", media_id)
        size = str(answer.get("file_size", ""))
        return MediaAddress(
            str(answer.get("url", "")),
            answer.get("mime_type"),
            digest_hex(answer.get("sha256")),
            int(size) if size.isdigit() else None,
        )

    async def download(self, url: str, into: BinaryIO, *, sha256: str | None = None, limit: int = MEDIA_LIMIT) -> None:
        """Write a file's bytes to `into`; `sha256` in hex or base64 is compared. See `Downloader.read` for errors."""
        await self._downloader.read(url, into, sha256=digest_hex(sha256), limit=limit)

    async def templates(self, waba_id: str) -> list[Template]:
        """Return every template of a business account."""
        return await listed_templates(self._caller, waba_id)

    async def number(self) -> dict[str, Any]:
        """Return what Meta says of the number: as displayed, its name, quality, whom its webhooks call."""
        fields = "display_phone_number,verified_name,quality_rating,code_verification_status,webhook_configuration"
        return await self._caller.ask("GET", self._number, params={"fields": fields})

    async def token(self, wanted: Collection[str]) -> Token:
        """Return what Meta says of our token, which must have these permissions; raises nothing."""
        return await token_of(self._caller, wanted)

    async def subscribed(self, waba_id: str) -> set[str]:
        """Return the ids of the apps that have the webhooks of a business account."""
        answer = await self._caller.ask("GET", f"{waba_id}/subscribed_apps")
        apps = (each.get("whatsapp_business_api_data") for each in objects(answer.get("data")))
        return {str(app["id"]) for app in apps if isinstance(app, dict) and app.get("id")}

    async def subscribe(self, waba_id: str) -> None:
        """Let our app have the webhooks of a business account."""
        await self._caller.ask("POST", f"{waba_id}/subscribed_apps")


def _trimmed(contact: Mapping[str, Any]) -> dict[str, str]:
    return {name: str(value).strip() for name, value in contact.items()}
