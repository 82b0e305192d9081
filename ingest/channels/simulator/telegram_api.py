"""A Bot API in memory for one bot: what Telegram's answers to us, what its people do, by webhook or by polling.

    telegram = SimulatedTelegram(token="…", http=http)
    app = telegram.app                      # serve it anywhere; its base URL is `http://host`
    telegram.says(777, "hi")                # somebody writes; it waits, as at Telegram
    await telegram.settle()                 # what waits goes to the webhook, where one is set
    telegram.sends                          # everything it ever took, in order

The wire facts are those of docs/channels.md §7. `refuse_next` makes the next call fail.
"""

from __future__ import annotations

import hmac
from collections import deque
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from itertools import count
from typing import Any

import httpx2
import orjson
from starlette.applications import Starlette
from starlette.datastructures import UploadFile
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route
from starlette.types import ASGIApp

from ingest.kit.clock import SECOND_US, Clock, SystemClock

BOT_ID = 110201543
_METHODS = {
    "sendMessage": "text",
    "sendPhoto": "photo",
    "sendVideo": "video",
    "sendAudio": "audio",
    "sendVoice": "voice",
    "sendDocument": "document",
    "sendSticker": "sticker",
    "sendLocation": "latitude",
    "sendVenue": "title",
    "sendContact": "phone_number",
}
"""Methods that make a message, and the parameter none of them goes without."""
_FILES = frozenset({"photo", "video", "audio", "voice", "document", "sticker"})
_DOWNLOAD_LIMIT = 20 * 1024 * 1024


class Refusal(Exception):
    """What the next call, or a wrong one, hears."""

    def __init__(self, code: int, description: str, parameters: Mapping[str, Any] | None = None) -> None:
        super().__init__(description)
        self.code = code
        self.answer = {"ok": False, "error_code": code, "description": description}
        if parameters:
            self.answer["parameters"] = dict(parameters)


@dataclass(frozen=True, slots=True)
class Taken:
    """A call that the provider took."""

    method: str
    parameters: Mapping[str, Any]
    file: bytes | None
    message_id: int | None


class _Wire(httpx2.ASGITransport):
    """Calls an application the way a socket would: with the request's `target`."""

    async def handle_async_request(self, request: httpx2.Request) -> httpx2.Response:
        target = request.extensions.get("target")
        if target is None:
            return await super().handle_async_request(request)
        url = request.url.copy_with(raw_path=target)
        # The request that the caller and its errors know stays as it was.
        real = httpx2.Request(request.method, url, headers=request.headers, stream=request.stream)
        return await super().handle_async_request(real)


def wire(app: ASGIApp) -> httpx2.AsyncBaseTransport:
    """Return a transport to an application in this process that honours `target`, as sockets do."""
    return _Wire(app)


class SimulatedTelegram:
    """One bot at a simulated Telegram."""

    def __init__(
        self, *, token: str, http: httpx2.AsyncClient | None = None, clock: Clock | None = None, first: int = 1
    ) -> None:
        """Take the number of the first message, so that another start does not count the same ones again."""
        self.sends: list[Taken] = []
        self.listeners: list[Callable[[Taken], None]] = []
        """Called with every message taken."""
        self.webhook_url = ""
        self.allowed_updates: list[str] = []
        self.last_error: str | None = None
        self.last_error_s = 0
        self.blocked: set[str] = set()
        """Chats that do not want the bot."""
        self.links: dict[str, bool] = {}
        """Business connections, and whether each lets the bot answer."""
        self.moved: dict[str, int] = {}
        """Groups that became supergroups."""
        self._token = token
        self._secret = ""
        self._http = http
        self._clock = clock or SystemClock()
        self._waiting: deque[dict[str, Any]] = deque()
        self._refusals: deque[Refusal] = deque()
        self._files: dict[str, bytes] = {}
        self._numbers = count(first)
        self._update_ids = count(1000)
        self.app = Starlette(
            routes=[
                Route("/bot{token}/{method}", self._serve, methods=["GET", "POST"]),
                Route("/file/bot{token}/{path:path}", self._download, methods=["GET"]),
            ]
        )

    # --- what people do -------------------------------------------------------------------------

    def says(self, person: int, text: str | None = None, **message: Any) -> int:
        """Let a person write in private; `message` is what else it holds. Returns its number."""
        return self.writes(person, {"id": person, "type": "private", **_name(person)}, text, **message)

    def writes(self, person: int, chat: Mapping[str, Any], text: str | None = None, **message: Any) -> int:
        """Let a person write in any chat. Returns the message's number."""
        number = next(self._numbers)
        written = {"text": text} if text is not None else {}
        item = {"message_id": number, "from": _user(person), "chat": dict(chat), "date": self._now_s()}
        self.happens("message", item | written | message)
        return number

    def sends_file(self, person: int, key: str, content: bytes, **described: Any) -> int:
        """Let a person send a file under a content key (photo, document, voice …)."""
        file = {"file_id": self.keep_file(content), "file_unique_id": "u", "file_size": len(content), **described}
        if key == "photo":
            return self.says(person, photo=[{**file, "width": 1, "height": 1}])
        message: dict[str, Any] = {key: file}
        return self.says(person, **message)

    def taps(self, person: int, number: int, data: str, title: str) -> str:
        """Let a person tap a button under a message of ours. Returns the query's id."""
        query_id = str(9_000_000 + next(self._numbers))
        chat = {"id": person, "type": "private", **_name(person)}
        markup = {"inline_keyboard": [[{"text": title, "callback_data": data}]]}
        message = {
            "message_id": number,
            "from": _bot(),
            "chat": chat,
            "date": self._now_s(),
            "text": "?",
            "reply_markup": markup,
        }
        query = {"id": query_id, "from": _user(person), "message": message, "chat_instance": "1", "data": data}
        self.happens("callback_query", query)
        return query_id

    def reacts(self, person: int, number: int, emoji: str | None) -> None:
        """Let a person react to a message, or take it back with None."""
        chat = {"id": person, "type": "private", **_name(person)}
        signs = [{"type": "emoji", "emoji": emoji}] if emoji else []
        item = {"chat": chat, "message_id": number, "user": _user(person), "date": self._now_s()}
        self.happens("message_reaction", item | {"old_reaction": [], "new_reaction": signs})

    def blocks(self, person: int, *, again: bool = False) -> None:
        """Let a person block the bot, or let it in `again`."""
        old, new = ("kicked", "member") if again else ("member", "kicked")
        (self.blocked.discard if again else self.blocked.add)(str(person))
        chat = {"id": person, "type": "private", **_name(person)}
        members = {f"{when}_chat_member": {"user": _bot(), "status": s} for when, s in (("old", old), ("new", new))}
        self.happens("my_chat_member", {"chat": chat, "from": _user(person), "date": self._now_s(), **members})

    def happens(self, name: str, item: Mapping[str, Any]) -> None:
        """Let anything happen; it waits as an update."""
        self._waiting.append({"update_id": next(self._update_ids), name: dict(item)})

    def keep_file(self, content: bytes) -> str:
        """Keep a person's file and return its id."""
        file_id = f"FILE{len(self._files)}"
        self._files[file_id] = content
        return file_id

    async def settle(self) -> None:
        """Post what waits to the webhook, in order, until one is not taken."""
        while self._waiting and self.webhook_url and self._http is not None:
            body = orjson.dumps(self._waiting[0])
            headers = {"Content-Type": "application/json", "X-Telegram-Bot-Api-Secret-Token": self._secret}
            response = await self._http.post(self.webhook_url, content=body, headers=headers)
            if not response.is_success:
                self.last_error = f"Wrong response from the webhook: {response.status_code}"
                self.last_error_s = self._now_s()
                return
            self._waiting.popleft()

    def refuse_next(self, code: int, description: str = "Refused", **parameters: Any) -> None:
        """Let the next call fail."""
        self._refusals.append(Refusal(code, description, parameters))

    # --- the wire -------------------------------------------------------------------------------

    async def _serve(self, request: Request) -> Response:
        try:
            self._check(request)
            if self._refusals:
                raise self._refusals.popleft()
            parameters, file = await _read(request)
            result = self._answer(request.path_params["method"], parameters, file)
        except Refusal as refusal:
            return JSONResponse(refusal.answer, refusal.code)
        return JSONResponse({"ok": True, "result": result})

    def _check(self, request: Request) -> None:
        if not hmac.compare_digest(request.path_params["token"].encode(), self._token.encode()):
            raise Refusal(401, "Unauthorized")

    def _answer(self, method: str, given: dict[str, Any], file: bytes | None) -> Any:
        own: dict[str, Callable[[], Any]] = {
            "getMe": lambda: _bot() | {"can_join_groups": True},
            "getUpdates": lambda: self._updates(given),
            "getWebhookInfo": self._info,
            "setWebhook": lambda: self._set_webhook(given),
            "deleteWebhook": lambda: self._set_webhook({"url": ""}),
            "getFile": lambda: self._file(given),
            "getBusinessConnection": lambda: self._link(given),
        }
        if method in own:
            return own[method]()
        if method in _METHODS:
            return self._message(method, given, file)
        if method in ("setMessageReaction", "answerCallbackQuery", "sendChatAction", "readBusinessMessage"):
            self.sends.append(Taken(method, given, file, None))
            return True
        raise Refusal(404, "Not Found")

    def _message(self, method: str, given: dict[str, Any], file: bytes | None) -> dict[str, Any]:
        chat_id, needed = str(given.get("chat_id") or ""), _METHODS[method]
        if not chat_id.lstrip("-").isdigit():
            raise Refusal(400, "Bad Request: chat not found")
        if chat_id in self.moved:
            moved = {"migrate_to_chat_id": self.moved[chat_id]}
            raise Refusal(400, "Bad Request: group chat was upgraded to a supergroup chat", moved)
        if chat_id in self.blocked:
            raise Refusal(403, "Forbidden: bot was blocked by the user")
        if self.links.get(str(given.get("business_connection_id")), True) is False:
            raise Refusal(400, "Bad Request: BUSINESS_PEER_USAGE_MISSING")
        if needed not in given and not (needed in _FILES and file is not None):
            raise Refusal(400, f"Bad Request: {needed} is empty")
        if len(str(given.get("text", "")).encode("utf-16-le")) > 4096 * 2:
            raise Refusal(400, "Bad Request: message is too long")
        number = next(self._numbers)
        taken = Taken(method, given, file, number)
        self.sends.append(taken)
        for listener in self.listeners:
            listener(taken)
        kind = "private" if int(chat_id) > 0 else "supergroup"
        chat = {"id": int(chat_id), "type": kind}
        shown = {"text": given["text"]} if "text" in given else {}
        return {"message_id": number, "from": _bot(), "chat": chat, "date": self._now_s(), **shown}

    def _updates(self, given: dict[str, Any]) -> list[dict[str, Any]]:
        if self.webhook_url:
            raise Refusal(409, "Conflict: can't use getUpdates method while webhook is active")
        while self._waiting and self._waiting[0]["update_id"] < int(given.get("offset") or 0):
            self._waiting.popleft()
        return list(self._waiting)[: int(given.get("limit") or 100)]

    def _info(self) -> dict[str, Any]:
        failed: dict[str, Any] = {}
        if self.last_error:
            failed = {"last_error_message": self.last_error, "last_error_date": self.last_error_s}
        allowed = {"allowed_updates": self.allowed_updates} if self.allowed_updates else {}
        return {"url": self.webhook_url, "pending_update_count": len(self._waiting), **allowed, **failed}

    def _set_webhook(self, given: dict[str, Any]) -> bool:
        if given["url"] and not str(given["url"]).startswith("https://"):
            raise Refusal(400, "Bad Request: bad webhook: An HTTPS URL must be provided for webhook")
        self.webhook_url, self.last_error = str(given["url"]), None
        self._secret = str(given.get("secret_token") or "")
        self.allowed_updates = list(given.get("allowed_updates") or [])
        return True

    def _link(self, given: dict[str, Any]) -> dict[str, Any]:
        link_id = str(given.get("business_connection_id"))
        if link_id not in self.links:
            raise Refusal(400, "Bad Request: business connection not found")
        rights = {"can_reply": True} if self.links[link_id] else {}
        return {"id": link_id, "user": _user(1), "user_chat_id": 1, "is_enabled": True, "rights": rights}

    def _file(self, given: dict[str, Any]) -> dict[str, Any]:
        content = self._files.get(str(given.get("file_id")))
        if content is None:
            raise Refusal(400, "Bad Request: wrong file_id or the file is temporarily unavailable")
        if len(content) > _DOWNLOAD_LIMIT:
            raise Refusal(400, "Bad Request: file is too big")
        return {"file_id": given["file_id"], "file_size": len(content), "file_path": f"files/{given['file_id']}"}

    async def _download(self, request: Request) -> Response:
        content = self._files.get(request.path_params["path"].rpartition("/")[2])
        if content is None or not hmac.compare_digest(request.path_params["token"].encode(), self._token.encode()):
            return JSONResponse({"ok": False, "error_code": 404, "description": "Not Found"}, 404)
        return Response(content, media_type="application/octet-stream")

    def _now_s(self) -> int:
        return self._clock.us() // SECOND_US


async def _read(request: Request) -> tuple[dict[str, Any], bytes | None]:
    """Return the parameters of a call, and its file."""
    if not request.headers.get("content-type", "").startswith("multipart/"):
        body = await request.body()
        return (orjson.loads(body) if body else {}), None
    given: dict[str, Any] = {}
    file = None
    async with request.form() as form:
        for name, value in form.items():
            if isinstance(value, UploadFile):
                file = await value.read()
            else:
                given[name] = orjson.loads(value) if value[:1] in ("{", "[") else value
    return given, file


def _name(person: int) -> dict[str, str]:
    return {"first_name": f"Person {person}", "username": f"person_{person}"}


def _user(person: int) -> dict[str, Any]:
    return {"id": person, "is_bot": False, **_name(person), "language_code": "pt"}


def _bot() -> dict[str, Any]:
    return {"id": BOT_ID, "is_bot": True, "first_name": "Shop", "username": "shop_bot"}
