"""The Bot API as we call it. Telegram wants the token in the path; nobody else gets to see it there.

The address that the HTTP client knows, and so may log or put into an error, ends before the token; what goes over the
wire is the request's `target`, made at the last moment. A transport that does not know `target` (an ASGI application
in the same process) needs `ingest.channels.simulator.telegram_api.wire` before it.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Mapping
from typing import Any, BinaryIO
from urllib.parse import quote

import httpx2
import orjson

from ingest.channels.base import OutgoingFile
from ingest.channels.calls import Caller
from ingest.channels.files import TOTAL_S, Gone
from ingest.channels.telegram.capabilities import DOWNLOAD_LIMIT
from ingest.channels.telegram.errors import to_exception
from ingest.domain.errors import Misconfigured, Rejected, Throttled

API_URL = "https://api.telegram.org"
_BAD_REQUEST = 400
_DOWNLOAD_TIMEOUT = httpx2.Timeout(60, connect=5)


class BotApi:
    """Calls methods as one bot."""

    def __init__(self, http: httpx2.AsyncClient, base_url: str, token: str) -> None:
        """Take a pool; raises Misconfigured for a token that is none."""
        if not token or not token.isascii() or not token.isprintable() or set(token) & set("/?# %"):
            raise Misconfigured("The bot's token is none; an administrator must enter it.", code=401, retry="account")
        self._http = http
        self._base = httpx2.URL((base_url or API_URL).rstrip("/"))
        self._token = token
        self._caller = Caller(http, str(self._base), to_exception, is_refusal=lambda answer: answer.get("ok") is False)

    async def call(
        self, method: str, parameters: Mapping[str, Any], file: tuple[str, OutgoingFile, bytes] | None = None
    ) -> Any:
        """Call what must not be repeated; `file` is the parameter it fills, the file and its bytes. See `post_once`."""
        content: dict[str, Any] = {"json": dict(parameters)}
        if file is not None:
            name, described, data = file
            fields = {key: value if isinstance(value, str) else _dumped(value) for key, value in parameters.items()}
            content = {"data": fields, "files": {name: (described.filename, data, described.mime)}}
        answer = await self._caller.post_once(f"bot/{method}", **content, extensions=self._target(f"bot{{}}/{method}"))
        return _result(answer)

    async def ask(self, method: str, parameters: Mapping[str, Any] | None = None) -> Any:
        """Call what may be asked again."""
        answer = await self._caller.ask(
            "POST", f"bot/{method}", json=dict(parameters or {}), extensions=self._target(f"bot{{}}/{method}")
        )
        return _result(answer)

    async def download(self, file_id: str, into: BinaryIO) -> None:
        """Write a file to `into`; asks where it lies first, because that is told for an hour only.

        Raises Rejected (above 20 MB, not allowed), Gone, Throttled.
        """
        try:
            async with asyncio.timeout(TOTAL_S):
                await self._download(file_id, into)
        except TimeoutError as error:
            raise Throttled("The file comes too slowly.", code="media_unreachable", retry="later") from error

    async def _download(self, file_id: str, into: BinaryIO) -> None:
        found = await self._where(file_id)
        path = found.get("file_path") if isinstance(found, dict) else None
        if not isinstance(path, str) or not path:
            raise Gone("Telegram does not say where the file lies.", code="media_nowhere")
        taken = 0
        async for chunk in self._stream(path):
            taken += len(chunk)
            if taken > DOWNLOAD_LIMIT:
                raise Rejected(f"The file is larger than {DOWNLOAD_LIMIT} bytes.", code="media_too_large")
            into.write(chunk)

    async def _where(self, file_id: str) -> Any:
        try:
            return await self.ask("getFile", {"file_id": file_id})
        except Rejected as error:
            if error.facts.get("code") != _BAD_REQUEST:
                raise
            # Of a file it is no chat that is wrong, and the description, which would say what, is not stable.
            sentence = "Telegram gives a bot files of up to 20 MB; this one is larger, or is not there any more."
            raise Rejected(sentence, code="media_too_large") from error

    async def _stream(self, path: str) -> AsyncIterator[bytes]:
        target = self._target("file/bot{}/" + quote(path.lstrip("/")).replace("{", "").replace("}", ""))
        try:
            async with self._http.stream(
                "GET", f"{self._base}/file", extensions=target, timeout=_DOWNLOAD_TIMEOUT, follow_redirects=False
            ) as response:
                if response.status_code in (404, 410):
                    raise Gone(code="media_gone", status=response.status_code)
                if response.status_code in (401, 403):
                    raise Rejected("Telegram does not give us this file.", code="media_forbidden")
                if not response.is_success:
                    raise Throttled("The file could not be fetched just now.", code="media_unreachable", retry="later")
                async for chunk in response.aiter_bytes():
                    yield chunk
        except httpx2.HTTPError as error:
            raise Throttled(
                "The file could not be fetched just now.", code="media_unreachable", retry="later"
            ) from error

    def _target(self, form: str) -> dict[str, Any]:
        prefix = self._base.raw_path.rstrip(b"/")
        return {"target": prefix + b"/" + form.format(self._token).encode("ascii")}


def _result(answer: Mapping[str, Any]) -> Any:
    if answer.get("ok") is not True:
        raise to_exception(200, answer)
    return answer.get("result")


def _dumped(value: object) -> str:
    return orjson.dumps(value).decode()
