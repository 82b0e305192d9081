"""The Cloud API as we call it. It knows a base URL and nothing else: Meta and the simulator are one path.

A send has three ends: `Accepted`, a ChannelError that says it was refused, or OutcomeUnknown. The last
is whatever happens after the request may have left us without a readable answer (docs/channels.md §3.12).
"""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, BinaryIO

import httpx2
import orjson

from ingest.channels.whatsapp.errors import to_exception
from ingest.channels.whatsapp.media import MEDIA_LIMIT, Downloader, MediaAddress, digest_hex
from ingest.channels.whatsapp.send import read_body, typing_body
from ingest.domain.errors import ChannelError, OutcomeUnknown, Rejected, Throttled
from ingest.kit.outward import Resolve, resolve

GRAPH_URL = "https://graph.facebook.com/v24.0"
"""Base URL of the real thing, version included."""
_TIMEOUT = httpx2.Timeout(30, connect=5, pool=5)
_BEFORE_WRITING = (httpx2.ConnectError, httpx2.ConnectTimeout, httpx2.PoolTimeout, httpx2.ProxyError)
"""Failures that come before the first byte of the request leaves."""
_PAGES = 50


@dataclass(frozen=True, slots=True)
class Accepted:
    """The provider took a message; that is not yet sent."""

    external_id: str
    held: bool
    """True when it waits for the template's quality check."""
    contacts: list[dict[str, str]]
    """The recipients as the provider knows them: input and wa_id or user_id."""


class WhatsAppClient:
    """Calls one business number. The token travels in a header, never in an address, a log or an error."""

    def __init__(
        self,
        base_url: str,
        phone_number_id: str,
        access_token: str,
        http: httpx2.AsyncClient,
        app_secret: str | None = None,
        resolver: Resolve = resolve,
    ) -> None:
        self._base_url = base_url.rstrip("/")
        self._number = phone_number_id
        self._http = http
        self._headers = {"Authorization": f"Bearer {access_token}"}
        self._proof = {"appsecret_proof": appsecret_proof(access_token, app_secret)} if app_secret else {}
        self._downloader = Downloader(http, self._base_url, self._headers, resolver)

    async def send(self, body: Mapping[str, Any]) -> Accepted:
        """Hand a message over.

        Raises Throttled, Rejected or Misconfigured when it was certainly not taken, OutcomeUnknown when
        nobody can say.
        """
        answer = await self._post_once(f"{self._number}/messages", dict(body))
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
        await self._post_once(f"{self._number}/messages", read_body(external_id))

    async def show_typing(self, external_id: str) -> None:
        """Show the contact that an answer to a message is being written; it also marks it read."""
        await self._post_once(f"{self._number}/messages", typing_body(external_id))

    async def upload(self, content: bytes, mime: str, filename: str) -> str:
        """Upload a file and return the media id, valid for 30 days; may be repeated without harm."""
        files = {"file": (filename, content, mime)}
        answer = await self._call(
            "POST", f"{self._number}/media", data={"messaging_product": "whatsapp", "type": mime}, files=files
        )
        return str(answer["id"])

    async def media_address(self, media_id: str) -> MediaAddress:
        """Return where a file lies for the next five minutes."""
        if not media_id.replace("-", "").replace("_", "").isalnum():
            raise Rejected("This is no media id.", code="media_id")
        answer = await self._call("GET", media_id)
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

    async def templates(self, waba_id: str) -> list[dict[str, Any]]:
        """Return every template of a business account, as Meta lists them."""
        found: list[dict[str, Any]] = []
        after: dict[str, str] = {}
        for _ in range(_PAGES):
            answer = await self._call("GET", f"{waba_id}/message_templates", params={"limit": "100", **after})
            found += answer.get("data") or []
            paging = answer.get("paging") or {}
            if not paging.get("next"):
                break
            after = {"after": paging["cursors"]["after"]}
        return found

    async def subscribe(self, waba_id: str) -> None:
        """Let our app have the webhooks of a business account."""
        await self._call("POST", f"{waba_id}/subscribed_apps")

    async def _post_once(self, path: str, body: dict[str, Any]) -> dict[str, Any]:
        """Post what must not be repeated unless it certainly had no effect."""
        try:
            response = await self._http.post(
                self._url(path),
                json=body,
                headers=self._headers,
                params=self._proof,
                timeout=_TIMEOUT,
                follow_redirects=False,
            )
        except _BEFORE_WRITING as error:
            raise _unreachable() from error
        except httpx2.HTTPError as error:
            raise OutcomeUnknown(code="no_answer") from error
        answer = _json(response)
        if response.is_success:
            if answer is None:
                raise OutcomeUnknown("The provider's answer cannot be read.", code="unreadable_answer")
            return answer
        if response.is_server_error and not _is_refusal(answer):
            # A gateway's error page says nothing of what the machine behind it did.
            raise OutcomeUnknown(code=f"http_{response.status_code}")
        raise to_exception(response.status_code, answer)

    async def _call(
        self, method: str, path: str, params: Mapping[str, str] | None = None, **content: Any
    ) -> dict[str, Any]:
        """Ask what may be asked again."""
        try:
            response = await self._http.request(
                method,
                self._url(path),
                headers=self._headers,
                params={**self._proof, **(params or {})},
                timeout=_TIMEOUT,
                follow_redirects=False,
                **content,
            )
        except httpx2.HTTPError as error:
            raise _unreachable() from error
        answer = _json(response)
        if response.is_success and answer is not None:
            return answer
        raise to_exception(response.status_code, answer)

    def _url(self, path: str) -> str:
        return f"{self._base_url}/{path}"


def appsecret_proof(access_token: str, app_secret: str) -> str:
    """Return the proof that we hold the app's secret, too (docs/channels.md §2)."""
    return hmac.new(app_secret.encode(), access_token.encode(), hashlib.sha256).hexdigest()


def _json(response: httpx2.Response) -> dict[str, Any] | None:
    try:
        answer = orjson.loads(response.content)
    except orjson.JSONDecodeError:
        return None
    return answer if isinstance(answer, dict) else None


def _is_refusal(answer: Mapping[str, Any] | None) -> bool:
    return answer is not None and isinstance(answer.get("error"), Mapping)


def _unreachable() -> ChannelError:
    return Throttled("The provider cannot be reached just now.", code="unreachable", retry="later")


def _trimmed(contact: Mapping[str, Any]) -> dict[str, str]:
    return {name: str(value).strip() for name, value in contact.items()}
