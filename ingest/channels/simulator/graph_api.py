"""A Graph API in memory: what WhatsApp's answers to us, judges like it, and reports back by webhook.

    graph = SimulatedGraph(Number("1155"), access_token="…", app_secret="…", http=http, callback_url="…")
    app = graph.app                         # serve it anywhere; its base URL is `http://host/v24.0`
    graph.inbound(contact, {"type": "text", "text": {"body": "hi"}})
    graph.sends                             # everything it ever took, in order

The wire facts are those of docs/channels.md §3; the moods come from a `FaultPlan`.
"""

from __future__ import annotations

import asyncio
import base64
import hashlib
import hmac
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from itertools import count
from typing import Any

import httpx2
import orjson
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from ingest.channels.simulator.courier import Courier, Sleep
from ingest.channels.simulator.faults import FaultPlan
from ingest.channels.simulator.graph_rules import Refusal, check, refusal_of
from ingest.channels.simulator.graph_tokens import APP_ID, TokenFacts, debug_token
from ingest.channels.simulator.meta_rules import Everything
from ingest.channels.simulator.webhooks import Contact, Number, inbound_body, status_body
from ingest.kit.bucket import TokenBucket
from ingest.kit.clock import SECOND_US, Clock, SystemClock
from ingest.kit.ids import IdSource, uuid7

WABA = "102290129340398"
_URL_LIFE_US = 300 * SECOND_US
_UPLOAD_LIMIT = 100 * 1024 * 1024
_PAIR_BURST, _PAIR_PER_S = 45, 1 / 6


@dataclass(frozen=True, slots=True)
class Taken:
    """A message the provider took: it will reach the contact, whatever we heard of it."""

    external_id: str
    body: Mapping[str, Any]
    contact: Contact
    at_us: int

    @property
    def tracker(self) -> str | None:
        """Return our own message id, as it travelled."""
        return self.body.get("biz_opaque_callback_data")


@dataclass(frozen=True, slots=True)
class _File:
    content: bytes
    mime: str


class SimulatedGraph:
    """One business number at a simulated provider."""

    def __init__(
        self,
        number: Number,
        *,
        access_token: str,
        app_secret: str,
        http: httpx2.AsyncClient,
        callback_url: str,
        faults: FaultPlan | None = None,
        clock: Clock | None = None,
        ids: IdSource = uuid7,
        sleep: Sleep = asyncio.sleep,
        rate_per_s: float | None = None,
        knows_everything: bool = False,
        proof: str | None = None,
    ) -> None:
        """Take a number; `knows_everything` for one that had messages before, `proof` where every call must have it."""
        self.number = number
        self.faults = faults or FaultPlan()
        self.courier = Courier(http, callback_url, app_secret, self.faults, sleep)
        self.sends: list[Taken] = []
        self.reads: list[str] = []
        """Provider ids of inbound messages the business marked as read, in order."""
        self.calls: Counter[str] = Counter()
        """How often each path below the version was called."""
        self.templates: list[dict[str, Any]] = []
        """As Meta lists them."""
        self.listeners: list[Callable[[Taken], None]] = []
        """Called with every message taken; the simulated customers live here."""
        self.token_says = TokenFacts(("whatsapp_business_messaging", "whatsapp_business_management"), WABA)
        self.subscribed: set[str] = {APP_ID}
        """Apps that have the webhooks of the business account."""
        self.callback_url = callback_url
        self._token = access_token
        self._clock = clock or SystemClock()
        self._ids = ids
        self._sleep = sleep
        self._contacts: dict[str, Contact] = {}
        self._files: dict[str, _File] = {}
        self._known: set[str] = Everything() if knows_everything else set()
        self._proof = proof
        self._attempts = count()
        self._number_bucket = TokenBucket(rate_per_s, rate_per_s) if rate_per_s else None
        self._pairs: dict[str, TokenBucket] = {}
        self.app = Starlette(routes=self._routes())

    # --- for the simulated business and for tests ---------------------------------------------

    def inbound(self, contact: Contact, message: Mapping[str, Any], after_s: float = 0.0) -> str:
        """Let a contact write; `message` is Meta's message object, id and time are added. Returns the id."""
        external_id = self._new_id(contact)
        given = {"id": external_id, "timestamp": str(self._now_s()), **message}
        self.meet(contact)
        self._known.add(given["id"])
        self.courier.post(inbound_body(self.number, contact, given), after_s)
        return str(given["id"])

    def deliver(self, body: bytes, after_s: float = 0.0) -> None:
        """Carry a webhook body that somebody else wrote; its messages may be read, quoted and reacted to."""
        for entry in orjson.loads(body)["entry"]:
            for change in entry["changes"]:
                self._known.update(str(each["id"]) for each in change["value"].get("messages") or () if "id" in each)
        self.courier.post(body, after_s)

    def meet(self, contact: Contact) -> None:
        """Make a contact known, so that statuses name them as webhooks do."""
        for address in (contact.phone, contact.user_id):
            if address:
                self._contacts[address] = contact

    def keep_file(self, content: bytes, mime: str) -> dict[str, str]:
        """Keep a contact's file and return the fields that a message's media object has for it."""
        media_id = str(int(hashlib.sha256(content + self._ids(self._clock.us()).encode()).hexdigest()[:13], 16))
        self._files[media_id] = _File(content, mime)
        digest = hashlib.sha256(content).digest()
        return {"id": media_id, "mime_type": mime, "sha256": base64.b64encode(digest).decode()}

    def times_taken(self) -> Counter[str]:
        """Return how many messages were taken under each of our message ids: nobody may be above one."""
        return Counter(each.tracker for each in self.sends if each.tracker)

    # --- the wire -----------------------------------------------------------------------------

    def _routes(self) -> list[Route]:
        return [
            Route("/{version}/download/{media_id}", self._guarded(self._download), methods=["GET"]),
            Route("/{version}/debug_token", self._guarded(self._debug_token), methods=["POST"]),
            Route("/{version}/{node}/messages", self._guarded(self._messages), methods=["POST"]),
            Route("/{version}/{node}/media", self._guarded(self._upload), methods=["POST"]),
            Route("/{version}/{node}/message_templates", self._guarded(self._templates), methods=["GET", "POST"]),
            Route("/{version}/{node}/subscribed_apps", self._guarded(self._subscribed), methods=["GET", "POST"]),
            Route("/{version}/{node}", self._guarded(self._node), methods=["GET"]),
        ]

    def _guarded(self, answer: Callable[[Request], Any]) -> Callable[[Request], Any]:
        async def endpoint(request: Request) -> Response:
            self.calls[request.url.path.split("/", 2)[-1]] += 1
            try:
                self._check_token(request)
                response: Response = await answer(request)
            except Refusal as refusal:
                trace = "A" + hashlib.sha256(self._ids(self._clock.us()).encode()).hexdigest()[:22]
                return JSONResponse(refusal.envelope(trace), refusal.status)
            return response

        return endpoint

    def _check_token(self, request: Request) -> None:
        scheme, _, token = request.headers.get("authorization", "").partition(" ")
        if scheme.lower() != "bearer" or not hmac.compare_digest(token.encode(), self._token.encode()):
            raise refusal_of(190)
        if self._proof is not None and request.query_params.get("appsecret_proof") != self._proof:
            raise Refusal(100, "API calls from the server require an appsecret_proof argument")

    async def _messages(self, request: Request) -> Response:
        self._check_number(request)
        try:
            body = orjson.loads(await request.body())
        except orjson.JSONDecodeError as error:
            raise Refusal(100, "(#100) Invalid parameter", "The body is not JSON") from error
        check(body, self.templates, self._files.keys(), self._known)
        if body.get("status") == "read":
            self.reads.append(body["message_id"])
            return JSONResponse({"success": True})
        return await self._send(body)

    async def _send(self, body: Mapping[str, Any]) -> Response:
        ending, code = self.faults.of_send(next(self._attempts))
        if code is not None:
            raise refusal_of(code)
        address = _address(body)
        if ending == "late":
            await self._sleep(self.faults.silence_s / 2)
        if ending in ("accept", "late", "silent"):
            self._check_rate(address)
            answer = self._take(body, self._contacts.get(address) or _stranger(address))
            if ending == "late":
                await self._sleep(self.faults.silence_s / 2)
            if ending != "silent":
                return JSONResponse(answer)
        if ending != "gateway_error":
            await self._sleep(self.faults.silence_s)
        return Response(
            "<html><body>upstream error</body></html>",
            502 if ending == "gateway_error" else 504,
            media_type="text/html",
        )

    def _check_rate(self, address: str) -> None:
        if self._number_bucket is None:
            return
        now = self._clock.us()
        pair = self._pairs.setdefault(address, TokenBucket(_PAIR_BURST, _PAIR_PER_S))
        if self._number_bucket.wait_us(now):
            raise refusal_of(130429)
        if pair.wait_us(now):
            raise refusal_of(131056)
        self._number_bucket.take(now)
        pair.take(now)

    def _take(self, body: Mapping[str, Any], contact: Contact) -> dict[str, Any]:
        serial = len(self.sends)
        taken = Taken(self._new_id(contact), body, contact, self._clock.us())
        self.sends.append(taken)
        self._known.add(taken.external_id)
        message = {"id": taken.external_id}
        if body.get("type") == "template":
            message["message_status"] = "held_for_quality_assessment" if self.faults.is_held(serial) else "accepted"
        self._report(taken, serial)
        for listener in self.listeners:
            listener(taken)
        known = {"wa_id": contact.phone} if contact.phone else {"user_id": contact.user_id}
        recipient = {"input": body.get("to") or body.get("recipient"), **known}
        return {"messaging_product": "whatsapp", "contacts": [recipient], "messages": [message]}

    def _report(self, taken: Taken, serial: int) -> None:
        steps, code = self.faults.fate(serial)
        if steps[-1] == "read" and (taken.body.get("audio") or {}).get("voice"):
            steps = [*steps, "played"]
        for step, after_s in zip(steps, self.faults.waits(serial, len(steps)), strict=True):
            self.courier.post(self._status(taken, step, after_s, code), after_s)

    def _status(self, taken: Taken, step: str, after_s: float, code: int | None) -> bytes:
        errors = [_status_error(code)] if code is not None else []
        category = self._category(taken.body)
        pricing = {"billable": True, "pricing_model": "PMP", "type": "regular", "category": category}
        return status_body(
            self.number,
            taken.contact,
            external_id=taken.external_id,
            status=step,
            at_s=taken.at_us // SECOND_US + int(after_s),
            tracker=taken.tracker,
            errors=errors,
            pricing=pricing if step in ("sent", "delivered") else None,
        )

    def _category(self, body: Mapping[str, Any]) -> str:
        name = (body.get("template") or {}).get("name")
        found = (each.get("category") for each in self.templates if each["name"] == name)
        return str(next(found, None) or ("service" if name is None else "marketing")).lower()

    async def _upload(self, request: Request) -> Response:
        self._check_number(request)
        async with request.form() as form:
            file = form.get("file")
            if form.get("messaging_product") != "whatsapp" or file is None or isinstance(file, str):
                raise Refusal(100, "(#100) Invalid parameter", "messaging_product and file are required")
            content = await file.read()
            mime = str(form.get("type") or file.content_type or "")
        if not content or len(content) > _UPLOAD_LIMIT:
            raise Refusal(131053, "(#131053) Media upload error", "The file is empty or too large")
        return JSONResponse({"id": self.keep_file(content, mime)["id"]})

    async def _node(self, request: Request) -> Response:
        media_id = request.path_params["node"]
        if media_id == self.number.phone_number_id:
            shown = f"+{self.number.display_phone_number}"
            facts: dict[str, Any] = {"display_phone_number": shown, "quality_rating": "GREEN"}
            facts |= {
                "code_verification_status": "VERIFIED",
                "webhook_configuration": {"application": self.callback_url},
            }
            return JSONResponse({"id": media_id, "verified_name": "Aurora", **facts})
        file = self._files.get(media_id)
        if file is None:
            raise self._no_such(media_id)
        expires = self._clock.us() + _URL_LIFE_US
        folder = request.url.path.rpartition("/")[0]
        url = str(request.url.replace(path=f"{folder}/download/{media_id}", query=f"expires={expires}"))
        facts = {
            "mime_type": file.mime,
            "sha256": hashlib.sha256(file.content).hexdigest(),
            "file_size": str(len(file.content)),
        }
        return JSONResponse({"messaging_product": "whatsapp", "id": media_id, "url": url, **facts})

    async def _download(self, request: Request) -> Response:
        file = self._files.get(request.path_params["media_id"])
        expires = request.query_params.get("expires", "")
        if file is None or not expires.isdigit() or int(expires) < self._clock.us():
            return Response(status_code=404)
        return Response(file.content, media_type=file.mime)

    async def _templates(self, request: Request) -> Response:
        if request.path_params["node"] != self.number.waba_id:
            raise self._no_such(request.path_params["node"])
        if request.method == "GET":
            return JSONResponse(self._page(request))
        described = await request.json()
        template_id = str(900_000 + len(self.templates))
        self.templates.append({"id": template_id, "status": "APPROVED", **described})
        return JSONResponse({"id": template_id, "status": "APPROVED", "category": described.get("category")})

    def _page(self, request: Request) -> dict[str, Any]:
        """Return one page of the templates, and where the next begins."""
        start = int(request.query_params.get("after") or 0)
        end = start + int(request.query_params.get("limit") or 25)
        cursors = {"before": str(start), "after": str(end)}
        following = {"next": f"{request.url}&after={end}"} if end < len(self.templates) else {}
        return {"data": self.templates[start:end], "paging": {"cursors": cursors, **following}}

    async def _subscribed(self, request: Request) -> Response:
        if request.method == "POST":
            self.subscribed.add(APP_ID)
            return JSONResponse({"success": True})
        apps = [{"whatsapp_business_api_data": {"name": "Simulator", "id": each}} for each in sorted(self.subscribed)]
        return JSONResponse({"data": apps})

    async def _debug_token(self, request: Request) -> Response:
        return await debug_token(request, self._token, self.token_says)

    def _check_number(self, request: Request) -> None:
        if request.path_params["node"] != self.number.phone_number_id:
            raise self._no_such(request.path_params["node"])

    def _no_such(self, node: str) -> Refusal:
        message = (
            f"Unsupported request. Object with ID '{node}' does not exist, cannot be loaded due to missing permissions"
        )
        return Refusal(100, message, subcode=33)

    def _new_id(self, contact: Contact) -> str:
        # Like a real wamid it holds the contact's number in base64 (docs/channels.md §3.2).
        inner = f"{contact.address}\x12{self._ids(self._clock.us())}"
        return "wamid." + base64.b64encode(inner.encode()).decode()

    def _now_s(self) -> int:
        return self._clock.us() // SECOND_US


def _address(body: Mapping[str, Any]) -> str:
    return str(body.get("to") or "").lstrip("+") or str(body["recipient"])


def _stranger(address: str) -> Contact:
    return Contact(phone=address) if address.isdigit() else Contact(user_id=address)


def _status_error(code: int) -> dict[str, Any]:
    refusal = refusal_of(code)
    title = refusal.details or refusal.message
    return {"code": code, "title": title, "message": title, "error_data": {"details": refusal.message}}
