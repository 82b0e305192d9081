"""Calling a provider: what must not be repeated is asked once, and what nobody can say is said so."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import httpx2
import orjson

from ingest.domain.errors import ChannelError, OutcomeUnknown, Throttled

Json = dict[str, Any]
ToError = Callable[[int, Json | None], ChannelError]
"""Given status and answer, what the provider's refusal means."""

_TIMEOUT = httpx2.Timeout(30, connect=5, pool=5)
_BEFORE_WRITING = (httpx2.ConnectError, httpx2.ConnectTimeout, httpx2.PoolTimeout, httpx2.ProxyError)
"""Failures that come before the first byte of the request leaves."""


class Caller:
    """Calls one provider below a base URL; `headers` and `params` go with every call."""

    def __init__(
        self,
        http: httpx2.AsyncClient,
        base_url: str,
        to_error: ToError,
        *,
        headers: Mapping[str, str] | None = None,
        params: Mapping[str, str] | None = None,
        is_refusal: Callable[[Json], bool] = lambda answer: "error" in answer,
    ) -> None:
        """Take a pool; `is_refusal` tells a 5xx answer that the provider wrote from a gateway's error page."""
        self._http = http
        self._base_url = base_url.rstrip("/")
        self._to_error = to_error
        self._headers = dict(headers or {})
        self._params = dict(params or {})
        self._is_refusal = is_refusal

    @property
    def bearer(self) -> str:
        """Return the token that every call carries; empty where none does."""
        scheme, _, token = self._headers.get("Authorization", "").partition(" ")
        return token if scheme == "Bearer" else ""

    async def post_once(self, path: str, **content: Any) -> Json:
        """Post what must not be repeated unless it certainly had no effect; `content` is httpx2's json, data, files.

        Raises what `to_error` makes of a refusal, Throttled where nothing left us, OutcomeUnknown otherwise.
        """
        try:
            response = await self._request("POST", path, {}, content)
        except _BEFORE_WRITING as error:
            raise _unreachable() from error
        except httpx2.HTTPError as error:
            raise OutcomeUnknown(code="no_answer") from error
        answer = _json(response)
        if response.is_success:
            if answer is None:
                raise OutcomeUnknown("The provider's answer cannot be read.", code="unreadable_answer")
            return answer
        if response.is_server_error and (answer is None or not self._is_refusal(answer)):
            # A gateway's error page says nothing of what the machine behind it did.
            raise OutcomeUnknown(code=f"http_{response.status_code}")
        raise self._to_error(response.status_code, answer)

    async def ask(self, method: str, path: str, params: Mapping[str, str] | None = None, **content: Any) -> Json:
        """Ask what may be asked again."""
        try:
            response = await self._request(method, path, params or {}, content)
        except httpx2.HTTPError as error:
            raise _unreachable() from error
        answer = _json(response)
        if response.is_success and answer is not None:
            return answer
        raise self._to_error(response.status_code, answer)

    async def _request(
        self, method: str, path: str, params: Mapping[str, str], content: Mapping[str, Any]
    ) -> httpx2.Response:
        return await self._http.request(
            method,
            f"{self._base_url}/{path}",
            headers=self._headers,
            params={**self._params, **params},
            timeout=_TIMEOUT,
            follow_redirects=False,
            **content,
        )


def _json(response: httpx2.Response) -> Json | None:
    try:
        answer = orjson.loads(response.content)
    except orjson.JSONDecodeError:
        return None
    return answer if isinstance(answer, dict) else None


def _unreachable() -> ChannelError:
    return Throttled("The provider cannot be reached just now.", code="unreachable", retry="later")
