"""X's direct messages in memory: what X answers to us, and what its people do.

    x = SimulatedX("1111", token="…", secret="…", http=http, callback_url="https://us/hook")
    app = x.app                             # serve it anywhere; its base URL is `http://host`
    await x.says("2222", "hi")              # somebody writes; a signed webhook goes out
    x.sends                                 # everything it ever took, in order

The wire facts are those of docs/channels.md §6. `refuse_next` makes the next call fail.
"""

from __future__ import annotations

import hmac
from collections import deque
from collections.abc import Callable, Mapping
from itertools import count
from typing import Any

import httpx2
import orjson
from starlette.applications import Starlette
from starlette.datastructures import UploadFile
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from ingest.channels.x.webhook import SIGNATURE_HEADER, signature
from ingest.kit.clock import Clock, SystemClock

APP_TOKEN = "app-token"  # noqa: S105  # of a provider in memory


class SimulatedX:
    """One account."""

    def __init__(
        self,
        account_id: str,
        *,
        token: str,
        secret: str,
        http: httpx2.AsyncClient,
        callback_url: str,
        clock: Clock | None = None,
        first: int = 2_080_765_901_528_535_096,
    ) -> None:
        """Take the first message id, so that another start does not give the same ones again."""
        self.sends: list[dict[str, Any]] = []
        """Bodies it took, with `to` and `dm_event_id`."""
        self.listeners: list[Callable[[dict[str, Any]], None]] = []
        """Called with every one."""
        self.uploads: dict[str, bytes] = {}
        self.app_token = APP_TOKEN
        """Who asks with it may see the webhook and the subscriptions."""
        self.is_valid = True
        """Whether X believes in the webhook."""
        self.subscribed: list[str] = ["dm.received", "dm.sent", "dm.read", "dm.indicate_typing"]
        self.closed: set[str] = set()
        """People who accept no messages."""
        self._id, self._token, self._secret = account_id, token, secret
        self._http, self._callback_url = http, callback_url
        self._clock = clock or SystemClock()
        self._serial = count(first)
        self._refusals: deque[tuple[int, dict[str, str]]] = deque()
        self.app = Starlette(
            routes=[
                Route("/2/dm_conversations/with/{person}/messages", self._messages, methods=["POST"]),
                Route("/2/media/upload", self._upload, methods=["POST"]),
                Route("/2/webhooks", self._webhooks, methods=["GET"]),
                Route("/2/activity/subscriptions", self._subscriptions, methods=["GET"]),
                Route("/2/users/me", self._me, methods=["GET"]),
                Route("/2/users/{person}", self._user, methods=["GET"]),
            ]
        )

    async def says(self, person: str, text: str, **data: Any) -> str:
        """Let a person write. Returns the message's id."""
        return await self._message("dm.received", person, self._id, {"text": text, **data})

    async def answers_elsewhere(self, person: str, text: str) -> str:
        """Let the account write from X's own app. Returns the message's id."""
        return await self._message("dm.sent", self._id, person, {"text": text})

    async def reads(self, person: str, message_id: str) -> None:
        """Let a person read up to a message."""
        mark = {**self._parties(person, self._id), "created_timestamp": self._now(), "last_read_event_id": message_id}
        await self.happens("dm.read", {"direct_message_mark_read_events": [mark]})

    async def types(self, person: str) -> None:
        """Let a person type."""
        item = {**self._parties(person, self._id), "created_timestamp": self._now()}
        await self.happens("dm.indicate_typing", {"direct_message_indicate_typing_events": [item]})

    async def happens(self, kind: str, payload: Mapping[str, Any]) -> None:
        """Deliver anything, signed."""
        data = {"event_uuid": f"-{next(self._serial)}", "filter": {"user_id": self._id}, "event_type": kind}
        body = orjson.dumps({"data": data | {"payload": payload}})
        headers = {SIGNATURE_HEADER.decode(): signature(body, self._secret), "Content-Type": "application/json"}
        await self._http.post(self._callback_url, content=body, headers=headers)

    def refuse_next(self, status: int, **headers: str) -> None:
        """Let the next call fail; `headers` are written with underscores."""
        self._refusals.append((status, {name.replace("_", "-"): value for name, value in headers.items()}))

    async def _message(self, kind: str, sender: str, recipient: str, data: Mapping[str, Any]) -> str:
        message_id = str(next(self._serial))
        created = {**self._parties(sender, recipient), "message_data": {"entities": {}, **data}}
        item = {"type": "message_create", "id": message_id, "created_timestamp": self._now(), "message_create": created}
        users = {each: {"data": _profile(each)} for each in (sender, recipient)}
        await self.happens(kind, {"direct_message_events": [item], "users": users})
        return message_id

    def _parties(self, sender: str, recipient: str) -> dict[str, Any]:
        return {"sender_id": sender, "target": {"recipient_id": recipient}}

    def _now(self) -> str:
        return str(self._clock.us() // 1000)

    async def _messages(self, request: Request) -> Response:
        if problem := self._problem(request):
            return problem
        body, person = orjson.loads(await request.body()), request.path_params["person"]
        media = [each.get("media_id") for each in body.get("attachments", ())]
        if not (body.get("text") or media) or any(each not in self.uploads for each in media):
            return _refusal(400)
        if person in self.closed:
            return _refusal(403)
        event_id = str(next(self._serial))
        self.sends.append(body | {"to": person, "dm_event_id": event_id})
        for listener in self.listeners:
            listener(self.sends[-1])
        return JSONResponse({"data": {"dm_conversation_id": f"{self._id}-{person}", "dm_event_id": event_id}}, 201)

    async def _upload(self, request: Request) -> Response:
        if problem := self._problem(request):
            return problem
        async with request.form() as form:
            file = form.get("media")
            if not isinstance(file, UploadFile) or form.get("media_category") != "dm_image":
                return _refusal(400)
            media_id = str(next(self._serial))
            self.uploads[media_id] = await file.read()
        return JSONResponse({"data": {"id": media_id, "media_key": f"3_{media_id}"}})

    async def _me(self, request: Request) -> Response:
        me = {"data": {"id": self._id, "name": "Shop", "username": "shop"}}
        return self._problem(request) or JSONResponse(me)

    async def _webhooks(self, request: Request) -> Response:
        hook = {"id": "1", "url": self._callback_url, "valid": self.is_valid, "created_at": "2026-01-01T00:00:00.000Z"}
        return self._app_problem(request) or JSONResponse({"data": [hook], "meta": {"result_count": 1}})

    async def _subscriptions(self, request: Request) -> Response:
        found = [
            {"subscription_id": str(n), "event_type": each, "filter": {"user_id": self._id}, "webhook_id": "1"}
            for n, each in enumerate(self.subscribed)
        ]
        return self._app_problem(request) or JSONResponse({"data": found})

    def _app_problem(self, request: Request) -> Response | None:
        is_known = request.headers.get("authorization", "") == f"Bearer {self.app_token}"
        return None if is_known else _refusal(403)

    async def _user(self, request: Request) -> Response:
        return self._problem(request) or JSONResponse({"data": _profile(request.path_params["person"])})

    def _problem(self, request: Request) -> Response | None:
        given, wanted = request.headers.get("authorization", ""), f"Bearer {self._token}"
        if not hmac.compare_digest(given.encode(), wanted.encode()):
            return _refusal(401)
        if not self._refusals:
            return None
        status, headers = self._refusals.popleft()
        return _refusal(status, headers)


def _profile(person: str) -> dict[str, str]:
    return {"id": person, "name": f"User {person}", "username": f"u{person}"}


def _refusal(status: int, headers: Mapping[str, str] | None = None) -> Response:
    return JSONResponse(
        {"title": "Refused", "detail": "Refused", "status": status}, status, headers=dict(headers or {})
    )
