"""A Graph API in memory for a Page or an Instagram account, through either way of logging in.

    pages = SimulatedPages("messenger", "1234", access_token="…", app_secret="…", http=http, callback_url="…")
    app = pages.app                          # serve it anywhere; its base URL is `http://host/v24.0`
    pages.says("777", "hi")                  # somebody writes; a signed webhook goes out
    pages.sends                              # everything it ever took, in order

The wire facts are those of docs/channels.md §4 and §5; the moods come from a `FaultPlan` and from `refuse_next`.
"""

from __future__ import annotations

import asyncio
import base64
import hashlib
import hmac
from collections import deque
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from itertools import count
from typing import Any, Literal

import httpx2
import orjson
from starlette.applications import Starlette
from starlette.datastructures import UploadFile
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from ingest.channels.simulator.courier import Courier, Sleep
from ingest.channels.simulator.faults import FaultPlan
from ingest.channels.simulator.graph_rules import Refusal, refusal_of
from ingest.channels.simulator.graph_tokens import APP_ID, TokenFacts, debug_token
from ingest.channels.simulator.meta_rules import Everybody, Everything, Known, Product, check, wrong
from ingest.channels.simulator.webhooks import encode
from ingest.kit.clock import Clock, SystemClock, to_datetime
from ingest.kit.ids import IdSource, uuid7

Item = Mapping[str, Any]
_SCOPES: Mapping[str, tuple[str, ...]] = {
    "messenger": ("pages_messaging", "pages_manage_metadata"),
    "instagram": ("instagram_basic", "instagram_manage_messages"),
}
_OBJECT = {"messenger": "page", "instagram": "instagram"}
_UPLOAD_LIMIT = 25 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class Taken:
    """A message the provider took: it will reach the person, whatever we heard of it."""

    message_id: str
    person: str
    body: Mapping[str, Any]
    file: bytes | None
    at_us: int


class SimulatedPages:
    """One account at a simulated provider. `page_id` is the Page that an Instagram account is linked to."""

    def __init__(
        self,
        product: Product,
        account_id: str,
        *,
        access_token: str,
        app_secret: str,
        http: httpx2.AsyncClient,
        callback_url: str,
        login: Literal["facebook", "instagram"] = "facebook",
        page_id: str = "108000000000001",
        faults: FaultPlan | None = None,
        clock: Clock | None = None,
        ids: IdSource = uuid7,
        sleep: Sleep = asyncio.sleep,
        needs_proof: bool = False,
        knows_everybody: bool = False,
    ) -> None:
        self.account_id = account_id
        self.faults = faults or FaultPlan()
        self.courier = Courier(http, callback_url, app_secret, self.faults, sleep)
        self.sends: list[Taken] = []
        self.listeners: list[Callable[[Taken], None]] = []
        """Called with every message taken."""
        self.actions: list[tuple[str, str]] = []
        """Person and sender action of every one, in order."""
        self.templates: list[dict[str, Any]] = []
        """Message templates of the Page, as Meta lists them."""
        self.subscribed_fields: list[str] = ["messages"]
        self.token_says = TokenFacts(_SCOPES[product], account_id)
        self.name_of: Callable[[str], str | None] = lambda person: None
        """What a person calls themself; None for who has no profile."""
        self.picture_of: Callable[[str], tuple[bytes, str] | None] = lambda person: None
        """The picture of a person, and its type."""
        self.withheld: dict[str, int] = {}
        """People whose profile is not told, and the code that says so."""
        self.asked: list[str] = []
        """People whose profile was asked for, in order."""
        self.uploads: dict[str, bytes] = {}
        self.kept: dict[str, dict[str, Any]] = {}
        """What is told of a message when it is asked for, by mid."""
        self._product: Product = product
        self._login = login
        self._page_id = account_id if product == "messenger" else page_id
        self._token = access_token
        self._secret = app_secret
        self._needs_proof = needs_proof
        self._clock = clock or SystemClock()
        self._ids = ids
        self._sleep = sleep
        self._last_inbound_us: dict[str, int] = Everybody(self._clock.us) if knows_everybody else {}
        self._message_ids: set[str] = Everything() if knows_everybody else set()
        self._files: dict[str, tuple[bytes, str]] = {}
        self._refusals: deque[Refusal | None] = deque()
        self._attempts = count()
        self.app = Starlette(routes=self._routes())

    # --- what people and other apps do ----------------------------------------------------------

    def says(self, person: str, text: str | None = None, **message: Any) -> str:
        """Let a person write; `message` is what else the message object holds. Returns its mid."""
        mid = self.new_mid()
        self._last_inbound_us[person] = self._clock.us()
        written = {"text": text} if text is not None else {}
        self.happens(person, {"message": {"mid": mid, **written, **message}})
        return mid

    def sends_file(self, person: str, kind: str, content: bytes, mime: str, base_url: str) -> str:
        """Let a person send a file (image, audio, video, file); it lies below `base_url`. Returns the mid."""
        attachment = {"type": kind, "payload": {"url": f"{base_url}/{self.keep_file(content, mime)}"}}
        return self.says(person, attachments=[attachment])

    def taps(self, person: str, title: str, payload: str) -> str:
        """Let a person tap a button of a card or menu. Returns the mid."""
        mid = self.new_mid()
        self._last_inbound_us[person] = self._clock.us()
        self.happens(person, {"postback": {"mid": mid, "title": title, "payload": payload}})
        return mid

    def reacts(self, person: str, mid: str, emoji: str | None, word: str = "other") -> None:
        """Let a person react to a message, or take it back with None."""
        sign = {"action": "react", "reaction": word, "emoji": emoji} if emoji else {"action": "unreact"}
        self.happens(person, {"reaction": {"mid": mid, **sign}})

    def edits(self, person: str, mid: str, text: str, number: int = 1) -> None:
        """Let a person change what they wrote."""
        self.happens(person, {"message_edit": {"mid": mid, "text": text, "num_edit": number}})

    def withdraws(self, person: str, mid: str) -> None:
        """Let a person take a message back."""
        self.happens(person, {"message": {"mid": mid, "is_deleted": True}})

    def announces(self, person: str, text: str) -> str:
        """Let a person write, of which only edit number 0 is delivered; the message is told when it is asked for."""
        mid, at = self.new_mid(), f"{to_datetime(self._clock.us()):%Y-%m-%dT%H:%M:%S}+0000"
        self._last_inbound_us[person] = self._clock.us()
        self.kept[mid] = {"id": mid, "created_time": at, "from": {"id": person}, "message": text}
        self.kept[mid] |= {"to": {"data": [{"id": self.account_id}]}}
        self.deliver([{"messaging": [{"timestamp": self._now_ms(), "message_edit": {"mid": mid, "num_edit": 0}}]}])
        return mid

    def answers_elsewhere(self, person: str, text: str) -> str:
        """Let another app of the business write; its echo comes to us. Returns the mid."""
        mid = self.new_mid()
        self.happens(person, {"message": {"mid": mid, "text": text, "is_echo": True}}, is_ours=True)
        return mid

    def happens(self, person: str, part: Item, *, is_ours: bool = False, within: str = "messaging") -> None:
        """Deliver one item between a person and the account; `within` is messaging or standby."""
        self._last_inbound_us.setdefault(person, 0)
        sender, recipient = (self.account_id, person) if is_ours else (person, self.account_id)
        item = {"sender": {"id": sender}, "recipient": {"id": recipient}, "timestamp": self._now_ms(), **part}
        self.deliver([{within: [item]}])

    def deliver(self, entries: Sequence[Item]) -> None:
        """Deliver entries in one body, signed; each gets the account's id and the time where it has none."""
        known = {"id": self.account_id, "time": self._now_ms()}
        body = {"object": _OBJECT[self._product], "entry": [{**known, **each} for each in entries]}
        self.courier.post(encode(body))

    # --- what tests arrange ----------------------------------------------------------------------

    def keep_file(self, content: bytes, mime: str) -> str:
        """Keep a file and return the path below the base URL where it is served, without a token."""
        name = hashlib.sha256(content).hexdigest()[:16]
        self._files[name] = content, mime
        return f"files/{name}"

    def refuse_next(self, code: int, subcode: int | None = None, status: int = 400, *, after: int = 0) -> None:
        """Refuse the next call to send with this error, once `after` others were taken."""
        self._refusals.extend([None] * after)
        self._refusals.append(Refusal(code, f"(#{code}) Refused", status=status, subcode=subcode))

    def new_mid(self) -> str:
        """Return a message id; like real ones of Instagram it is long and base64."""
        inner = f"{self.account_id}:{self._ids(self._clock.us())}"
        mid = ("m_" if self._product == "messenger" else "aWdf") + base64.urlsafe_b64encode(inner.encode()).decode()
        self._message_ids.add(mid)
        return mid

    # --- the wire ----------------------------------------------------------------------------------

    def _routes(self) -> list[Route]:
        return [
            Route("/{version}/files/{name}", self._download, methods=["GET"]),
            Route("/{version}/{node}/messages", self._guarded(self._messages), methods=["POST"]),
            Route("/{version}/{node}/message_attachments", self._guarded(self._upload), methods=["POST"]),
            Route("/{version}/{node}/take_thread_control", self._guarded(self._take_thread), methods=["POST"]),
            Route("/{version}/{node}/message_templates", self._guarded(self._listed), methods=["GET"]),
            Route("/{version}/{node}/subscribed_apps", self._guarded(self._subscribed), methods=["GET"]),
            Route("/{version}/debug_token", self._guarded(self._debug_token, is_ours=False), methods=["POST"]),
            Route("/{version}/{node}", self._guarded(self._node, is_ours=False), methods=["GET"]),
        ]

    def _guarded(self, answer: Callable[[Request], Any], *, is_ours: bool = True) -> Callable[[Request], Any]:
        async def endpoint(request: Request) -> Response:
            try:
                self._check_access(request)
                if is_ours:
                    self._check_node(request.path_params["node"])
                response: Response = await answer(request)
            except Refusal as refusal:
                return JSONResponse(refusal.envelope("A" + self._ids(self._clock.us())[-22:]), refusal.status)
            return response

        return endpoint

    def _check_access(self, request: Request) -> None:
        scheme, _, token = request.headers.get("authorization", "").partition(" ")
        if scheme.lower() != "bearer" or not hmac.compare_digest(token.encode(), self._token.encode()):
            raise refusal_of(190)
        proof = hmac.digest(self._secret.encode(), self._token.encode(), "sha256").hex()
        if self._needs_proof and request.query_params.get("appsecret_proof") != proof:
            raise wrong("API calls from the server require an appsecret_proof argument")

    def _check_node(self, node: str) -> None:
        if node not in ("me", self.account_id, self._page_id):
            raise wrong(f"Unsupported request. Object with ID '{node}' does not exist", 33)

    async def _messages(self, request: Request) -> Response:
        body, file = await _read(request)
        check(body, file is not None, self._known())
        if "sender_action" not in body or body["sender_action"] in ("react", "unreact"):
            self._refuse()
        if "sender_action" in body:
            self.actions.append((_named(body), body["sender_action"]))
            return JSONResponse({"recipient_id": _named(body)})
        ending, code = self.faults.of_send(next(self._attempts))
        if ending == "refuse":
            raise refusal_of(code or 1)
        if ending == "late":
            await self._sleep(self.faults.silence_s / 2)
        taken = self._take(body, file) if ending in ("accept", "late", "silent") else None
        if ending == "late":
            await self._sleep(self.faults.silence_s / 2)
        if taken is None or ending == "silent":
            await self._sleep(self.faults.silence_s)
            return Response("<html>upstream error</html>", 502, media_type="text/html")
        answer = {"recipient_id": taken.person, "message_id": taken.message_id}
        return JSONResponse(answer | ({"attachment_id": self._keep_upload(file)} if file else {}))

    def _refuse(self) -> None:
        refusal = self._refusals.popleft() if self._refusals else None
        if refusal is not None:
            raise refusal

    def _take(self, body: Item, file: bytes | None) -> Taken:
        taken = Taken(self.new_mid(), _named(body), body, file, self._clock.us())
        self.sends.append(taken)
        self._report(taken, len(self.sends) - 1)
        for listener in self.listeners:
            listener(taken)
        return taken

    def _report(self, taken: Taken, serial: int) -> None:
        """Echo the message, then say that it arrived and was read: as times on a Page, as a message on Instagram."""
        steps, _ = self.faults.fate(serial)
        is_page = self._product == "messenger"
        if "sent" in steps:
            echo = {**taken.body["message"], "mid": taken.message_id, "is_echo": True, "app_id": int(APP_ID)}
            self.happens(taken.person, {"message": echo}, is_ours=True)
        until = {"watermark": taken.at_us // 1000}
        if "delivered" in steps and is_page:
            self.happens(taken.person, {"delivery": {"mids": [taken.message_id], **until}})
        if "read" in steps:
            self.happens(taken.person, {"read": until if is_page else {"mid": taken.message_id}})

    async def _upload(self, request: Request) -> Response:
        if self._login == "instagram":
            raise wrong("Unsupported post request.", 33)
        body, file = await _read(request)
        attachment = (body.get("message") or {}).get("attachment") or {}
        if file is None or not (attachment.get("payload") or {}).get("is_reusable"):
            raise wrong("(#100) Upload attachment failure.", 2018047)
        if len(file) > _UPLOAD_LIMIT:
            raise wrong("(#100) Attachment size exceeds allowable limit", 2018109)
        return JSONResponse({"attachment_id": self._keep_upload(file)})

    def _keep_upload(self, file: bytes) -> str:
        upload_id = str(int(hashlib.sha256(file).hexdigest()[:13], 16))
        self.uploads[upload_id] = file
        return upload_id

    async def _take_thread(self, request: Request) -> Response:
        self._refuse()
        self.actions.append((_named(await request.json()), "take_thread_control"))
        return JSONResponse({"success": True})

    async def _download(self, request: Request) -> Response:
        found = self._files.get(request.path_params["name"])
        return Response(status_code=404) if found is None else Response(found[0], media_type=found[1])

    async def _subscribed(self, request: Request) -> Response:
        app = {"id": APP_ID, "name": "Simulator", "subscribed_fields": self.subscribed_fields}
        return JSONResponse({"data": [app] if self.subscribed_fields else []})

    async def _listed(self, request: Request) -> Response:
        status = request.query_params.get("status", "APPROVED")
        found = [each for each in self.templates if each.get("status", "APPROVED") == status]
        # The documented answers name no state.
        data = [{name: value for name, value in each.items() if name != "status"} for each in found]
        return JSONResponse({"data": data, "paging": {"cursors": {}}})

    async def _debug_token(self, request: Request) -> Response:
        if self._login == "instagram":
            raise wrong("Unsupported post request.", 33)
        return await debug_token(request, self._token, self.token_says)

    async def _node(self, request: Request) -> Response:
        node = request.path_params["node"]
        if node in self.kept:
            return JSONResponse(self.kept[node])
        if node not in ("me", self.account_id, self._page_id):
            return JSONResponse(self._person(node, request))
        if self._login == "instagram":
            return JSONResponse({"user_id": self.account_id, "username": "loja.aurora", "id": "9" + self.account_id})
        page: dict[str, Any] = {"id": self._page_id, "name": "Loja Aurora"}
        if self._product == "instagram":
            page["instagram_business_account"] = {"id": self.account_id, "username": "loja.aurora"}
        return JSONResponse(page)

    def _person(self, person: str, request: Request) -> dict[str, str]:
        """Return what a person allows to be seen: Messenger has a name in two parts, Instagram name and handle."""
        fields, picture = request.query_params.get("fields", ""), self.picture_of(person)
        self.asked.append(person)
        if person in self.withheld:
            raise refusal_of(self.withheld[person])
        if person not in self._last_inbound_us:
            raise Refusal(230, "(#230) User consent is required to access user profile")
        name = self.name_of(person)
        if name is None:
            raise wrong(f"Unsupported get request. Object with ID '{person}' does not exist", 33)
        first, _, last = name.partition(" ")
        known = {"name": name, "username": f"{first}.{person[-4:]}".lower()}
        if self._product == "messenger":
            known = {"first_name": first, "last_name": last}
        if picture is not None:
            base_url = str(request.url.replace(query="")).rpartition("/")[0]
            known["profile_pic"] = f"{base_url}/{self.keep_file(*picture)}"
        return {"id": person} | {field: known[field] for field in fields.split(",") if known.get(field)}

    def _known(self) -> Known:
        return Known(
            self._product,
            self._last_inbound_us,
            self._message_ids,
            self.uploads.keys(),
            self.templates,
            self._clock.us(),
        )

    def _now_ms(self) -> int:
        return self._clock.us() // 1000


async def _read(request: Request) -> tuple[dict[str, Any], bytes | None]:
    """Return body and file of a call, sent as JSON or as a form whose parts are JSON."""
    if not request.headers.get("content-type", "").startswith("multipart/"):
        try:
            body = orjson.loads(await request.body())
        except orjson.JSONDecodeError as error:
            raise wrong("(#100) The body is not JSON") from error
        return (body, None) if isinstance(body, dict) else ({}, None)
    async with request.form() as form:
        given = {name: _value(part) for name, part in form.items() if isinstance(part, str)}
        file = form.get("filedata")
        return given, await file.read() if isinstance(file, UploadFile) else None


def _named(body: Item) -> str:
    return str(body["recipient"].get("id") or body["recipient"]["user_ref"])


def _value(part: str) -> Any:
    return orjson.loads(part) if part.startswith("{") else part
