"""Files on the wire: which hosts may be asked for one, and whether what came is what was announced."""

from __future__ import annotations

import asyncio
import base64
import binascii
import hashlib
from collections.abc import AsyncIterator, Collection, Mapping
from dataclasses import dataclass
from typing import Any, BinaryIO
from urllib.parse import urljoin

import httpx2

from ingest.domain.errors import ChannelError, Rejected, Throttled
from ingest.kit.outward import NotPublic, Resolve, public_address, resolve

TOTAL_S = 300.0
"""Seconds one file may take in all: 100 MB in them is 3 Mbit/s, and a host that drips holds its place no longer."""
MEDIA_LIMIT = 100 * 1024 * 1024
"""Bytes of the largest file we take in: WhatsApp's largest document (docs/channels.md §3.8)."""
_REDIRECTS = 3


class Gone(ChannelError):
    """The address of the file is no longer valid; ask for a new one."""


class Forbidden(Rejected):
    """The provider does not give us this file."""


class Mismatch(ChannelError):
    """The file is not the one that was announced."""


@dataclass(frozen=True, slots=True)
class MediaAddress:
    """Where a file lies for the next five minutes, and what the provider says of it."""

    url: str
    mime: str | None
    sha256: str | None
    """Hex digest, however the provider wrote it."""
    size: int | None


def digest_hex(written: str | None) -> str | None:
    """Return a SHA-256 as hex, whether it was written in hex or in base64; None for anything else.

    >>> digest_hex("47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=")[:8]
    'e3b0c442'
    """
    text = (written or "").strip()
    try:
        raw = (
            bytes.fromhex(text) if len(text) == 64 else base64.b64decode(text, altchars=_altchars(text), validate=True)
        )
    except (ValueError, binascii.Error):
        return None
    return raw.hex() if len(raw) == 32 else None


class Downloader:
    """Fetches a file from the provider's hosts only; the token in `headers` is sent to those and to no other.

    `hosts` are domains, and what lies under them, beside that of `base_url`; empty for any public host, where
    the headers are left out.
    """

    def __init__(
        self,
        http: httpx2.AsyncClient,
        base_url: str,
        headers: dict[str, str],
        resolver: Resolve = resolve,
        hosts: Collection[str] = (),
    ) -> None:
        self._http = http
        self._own = httpx2.URL(base_url)
        self._headers = headers
        self._hosts = hosts
        self._resolve = resolver

    async def read(
        self,
        url: str,
        into: BinaryIO,
        *,
        sha256: str | None,
        limit: int = MEDIA_LIMIT,
        timeout_s: float = 60,
        total_s: float = TOTAL_S,
    ) -> None:
        """Write the bytes at `url` to a file object; they are to be trusted only after it returns.

        `timeout_s` is for each step and each read, `total_s` for all of them together. Raises Rejected (host not
        allowed, larger than `limit` bytes), Forbidden, Gone (expired), Mismatch (another file than `sha256` says),
        Throttled (worth trying again).
        """
        digest = hashlib.sha256()
        try:
            async with asyncio.timeout(total_s):
                async for chunk in self._stream(url, limit, timeout_s):
                    digest.update(chunk)
                    into.write(chunk)
        except TimeoutError as error:
            raise Throttled("The file comes too slowly.", code="media_unreachable", retry="later") from error
        except httpx2.InvalidURL as error:
            raise Rejected("The address of the file cannot be read.", code="media_host") from error
        except httpx2.HTTPError as error:
            raise Throttled(
                "The file could not be fetched just now.", code="media_unreachable", retry="later"
            ) from error
        if sha256 and digest.hexdigest() != sha256:
            raise Mismatch("The file that came is not the one that was announced.", code="media_mismatch")

    async def read_file(self, file: Mapping[str, Any], into: BinaryIO) -> None:
        """Write a file of a message (an item of its `media`) to `into`, from the address that its message named."""
        if not file.get("url"):
            raise Rejected("The provider did not say where the file is.", code="media_nowhere")
        await self.read(str(file["url"]), into, sha256=None)

    async def _stream(self, url: str, limit: int, timeout_s: float) -> AsyncIterator[bytes]:
        for _ in range(_REDIRECTS + 1):
            request = await self._request(url, timeout_s)
            response = await self._http.send(request, stream=True, follow_redirects=False)
            try:
                if response.has_redirect_location:
                    url = urljoin(url, response.headers["location"])
                    continue
                _check(response, limit)
                taken = 0
                async for chunk in response.aiter_bytes():
                    taken += len(chunk)
                    if taken > limit:
                        raise _too_large(limit)
                    yield chunk
                return
            finally:
                await response.aclose()
        raise Rejected("The address of the file leads in circles.", code="media_host")

    async def _request(self, url: str, timeout_s: float) -> httpx2.Request:
        parsed = httpx2.URL(url)
        timeout = httpx2.Timeout(timeout_s, connect=5)
        plain = {"Accept-Encoding": "identity"}
        if _origin(parsed) == _origin(self._own):
            return self._http.build_request("GET", parsed, headers=self._headers | plain, timeout=timeout)
        headers = self._headers | plain if self._hosts else plain
        if parsed.scheme != "https" or parsed.userinfo or not self._is_allowed(parsed.host):
            raise Rejected("The file lies on a host that is not the provider's.", code="media_host")
        if parsed.port not in (None, 443):
            raise Rejected("The file lies at a port where no files are fetched.", code="media_host")
        try:
            # The system's resolver blocks, for seconds where a name server is silent.
            address = await asyncio.to_thread(public_address, parsed.host, 443, self._resolve)
        except NotPublic as error:
            raise Rejected("The file lies on a host that is not public.", code="media_host") from error
        except OSError as error:
            raise Throttled("The file's host is unknown just now.", code="media_unreachable", retry="later") from error
        # The connection goes to the address that was checked; name and certificate stay those of the host.
        return self._http.build_request(
            "GET",
            parsed.copy_with(host=address),
            headers=headers | {"Host": parsed.netloc.decode()},
            extensions={"sni_hostname": parsed.host},
            timeout=timeout,
        )

    def _is_allowed(self, host: str) -> bool:
        return not self._hosts or any(host == domain or host.endswith("." + domain) for domain in self._hosts)


def _check(response: httpx2.Response, limit: int) -> None:
    if response.status_code in (404, 410):
        raise Gone(code="media_gone", status=response.status_code)
    if response.status_code in (401, 403):
        raise Forbidden(code="media_forbidden", status=response.status_code)
    if not response.is_success:
        raise Throttled("The file could not be fetched just now.", code="media_unreachable", retry="later")
    length = response.headers.get("content-length", "")
    if length.isdigit() and int(length) > limit:
        raise _too_large(limit)


def _too_large(limit: int) -> Rejected:
    return Rejected(f"The file is larger than {limit} bytes.", code="media_too_large", limit=limit)


def _origin(url: httpx2.URL) -> tuple[str, str, int | None]:
    return url.scheme, url.host, url.port or {"http": 80, "https": 443}.get(url.scheme)


def _altchars(text: str) -> bytes | None:
    return b"-_" if "-" in text or "_" in text else None
