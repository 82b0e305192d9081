"""Providers that keep mail for us, as we call them: Resend's API, and S3 where Amazon SES lays mail (channels.md §8).

A keeper needs the connection's `provider_key`: an API key of Resend, or `key id:secret` of Amazon.
"""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Callable, Mapping
from typing import Any, BinaryIO, Protocol
from urllib.parse import quote

import httpx2

from ingest.channels.base import Connection, Finding
from ingest.channels.calls import Caller, Json
from ingest.channels.files import Downloader, Gone
from ingest.domain.errors import ChannelError, Misconfigured, Rejected, Throttled
from ingest.kit.clock import to_datetime
from ingest.kit.outward import Resolve, resolve

RESEND_URL = "https://api.resend.com"
MAIL_LIMIT = 40 * 1024 * 1024
"""Bytes of the largest mail that Amazon SES and Resend take."""
_EMPTY = hashlib.sha256(b"").hexdigest()


class Keeper(Protocol):
    """Whoever keeps mail for us."""

    async def read(self, source: Mapping[str, Any], into: BinaryIO) -> None:
        """Write the raw mail that lies at `source` to `into`.

        Raises Misconfigured (the key), Gone (not there any more), Rejected (too large, or nobody says where it is),
        Throttled (try again).
        """

    async def check(self) -> Finding:
        """Ask whether the key works."""


def keeper_of(
    connection: Connection, http: httpx2.AsyncClient, now_us: Callable[[], int], resolver: Resolve = resolve
) -> Keeper | None:
    """Return who keeps the mail of a connection; None where the provider sends it whole."""
    provider = str(connection.settings.get("provider") or "").strip().lower()
    if provider == "resend":
        return Resend(connection, http, resolver)
    return S3(connection, http, now_us, resolver) if provider == "ses" else None


class Resend:
    """Resend's receiving API: it gives an address, signed and for a while, where the raw mail lies."""

    def __init__(self, connection: Connection, http: httpx2.AsyncClient, resolver: Resolve) -> None:
        self._key = _key_of(connection)
        base_url = connection.base_url or RESEND_URL
        self._caller = Caller(http, base_url, _refused, headers={"Authorization": f"Bearer {self._key}"})
        # The address is signed for itself: no key goes there.
        self._downloader = Downloader(http, base_url, {}, resolver)

    async def read(self, source: Mapping[str, Any], into: BinaryIO) -> None:
        """Ask where the mail lies, and write it."""
        _require(self._key, "Resend tells of mail without its text; set an API key to fetch it.")
        if not source.get("email_id"):
            raise _nowhere()
        answer = await self._caller.ask("GET", f"emails/receiving/{quote(str(source['email_id']), safe='')}")
        raw = answer.get("raw")
        url = raw.get("download_url") if isinstance(raw, dict) else None
        if not isinstance(url, str):
            raise Throttled("Resend does not say yet where the mail lies.", code="not_ready", retry="later")
        await self._downloader.read(url, into, sha256=None, limit=MAIL_LIMIT)

    async def check(self) -> Finding:
        """Ask for one received mail."""
        if not self._key:
            return Finding(
                "provider_key",
                False,
                "Resend tells of mail without its text: set a provider key, so that the text is fetched.",
            )
        try:
            await self._caller.ask("GET", "emails/receiving", {"limit": "1"})
        except ChannelError as error:
            return Finding.of(error, "provider_key", "Mail cannot be fetched from Resend: {detail}")
        return Finding("provider_key", True, "Resend lets us fetch the mail that it tells of.")


class S3:
    """A bucket of Amazon S3, asked with a signature (AWS Signature Version 4)."""

    def __init__(
        self, connection: Connection, http: httpx2.AsyncClient, now_us: Callable[[], int], resolver: Resolve
    ) -> None:
        self._key_id, _, self._secret = _key_of(connection).partition(":")
        self._base_url = connection.base_url
        self._region = str(connection.settings.get("s3_region") or "").strip()
        self._http = http
        self._now_us = now_us
        self._resolver = resolver

    async def read(self, source: Mapping[str, Any], into: BinaryIO) -> None:
        """Write the object."""
        if not source.get("bucket") or not source.get("key"):
            raise _nowhere()
        _require(self._secret, "The mail lies in S3; set a key that may read the bucket to fetch it.")
        region = self._region or str(source.get("region") or "us-east-1")
        base_url = (self._base_url or f"https://s3.{region}.amazonaws.com").rstrip("/")
        url = httpx2.URL(f"{base_url}/{quote(str(source['bucket']), safe='')}/{quote(str(source['key']), safe='/~')}")
        headers = signed(self._key_id, self._secret, region, url, self._now_us())
        try:
            await Downloader(self._http, base_url, headers, self._resolver).read(
                str(url), into, sha256=None, limit=MAIL_LIMIT
            )
        except Rejected as error:
            raise _key_refused() if error.facts.get("code") == "media_forbidden" else error from error

    async def check(self) -> Finding:
        """Say what is set; which bucket to ask is known once there is a mail."""
        if not self._secret:
            return Finding(
                "provider_key",
                True,
                "Mail is taken from Amazon's notifications, up to 150 KB; to store it in S3, set a provider key.",
            )
        return Finding("provider_key", True, "Mail in S3 is fetched with the provider key; the first mail shows it.")


def signed(key_id: str, secret: str, region: str, url: httpx2.URL, now_us: int) -> dict[str, str]:
    """Return the headers of a GET to S3 (AWS Signature Version 4)."""
    at = to_datetime(now_us).strftime("%Y%m%dT%H%M%SZ")
    scope = f"{at[:8]}/{region}/s3/aws4_request"
    headers = {"host": url.netloc.decode(), "x-amz-content-sha256": _EMPTY, "x-amz-date": at}
    names = ";".join(headers)
    lines = [f"{name}:{value}\n" for name, value in headers.items()]
    path, _, query = url.raw_path.decode().partition("?")
    request = "\n".join(("GET", path, query, "".join(lines), names, _EMPTY))
    to_sign = "\n".join(("AWS4-HMAC-SHA256", at, scope, hashlib.sha256(request.encode()).hexdigest()))
    key = f"AWS4{secret}".encode()
    for part in (at[:8], region, "s3", "aws4_request"):
        key = hmac.digest(key, part.encode(), "sha256")
    signature = hmac.digest(key, to_sign.encode(), "sha256").hex()
    credential = f"Credential={key_id}/{scope}, SignedHeaders={names}, Signature={signature}"
    return {"Authorization": f"AWS4-HMAC-SHA256 {credential}", "x-amz-content-sha256": _EMPTY, "x-amz-date": at}


def _refused(status: int, answer: Json | None) -> ChannelError:
    if status in (401, 403):
        return _key_refused()
    if status in (404, 410):
        return Gone("The provider does not have the mail any more.", code="media_gone")
    return Throttled("The provider could not give the mail just now.", code=f"http_{status}", retry="later")


def _key_refused() -> Misconfigured:
    sentence = "The provider refuses the key, or the key may not read received mail; an administrator must renew it."
    return Misconfigured(sentence, code="key_refused", retry="account")


def _nowhere() -> Rejected:
    return Rejected("The provider did not say where the mail lies.", code="media_nowhere")


def _require(key: str, sentence: str) -> None:
    if not key:
        raise Misconfigured(sentence, code="no_key", retry="account")


def _key_of(connection: Connection) -> str:
    return str(connection.settings.get("provider_key") or "").strip()
