"""An SMS provider in memory that speaks Twilio's way: takes messages, reports on them, and lets people write.

    sms = SimulatedSms(account_sid="AC1", token="…", number="+5511…", http=http, callback_url="https://us/hook")
    app = sms.app                           # serve it anywhere; its base URL is `http://host`
    await sms.says("+5511987654321", "oi")  # somebody writes; a signed form goes out
    sms.sends                               # everything it ever took, in order

A contact who writes STOP gets nothing more until START; `refuse_next` makes the next call fail.
"""

from __future__ import annotations

import base64
import hmac
from collections import deque
from collections.abc import Callable, Mapping
from itertools import count
from typing import Any
from urllib.parse import urlencode

import httpx2
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from ingest.channels.sms.webhook import signature

_STOP, _START = frozenset({"STOP", "UNSUBSCRIBE", "CANCEL", "END", "QUIT", "STOPALL"}), frozenset({"START", "UNSTOP"})


class SimulatedSms:
    """One account with one number."""

    def __init__(
        self, *, account_sid: str, token: str, number: str, http: httpx2.AsyncClient, callback_url: str, first: int = 1
    ) -> None:
        """Take the serial of the first message, so that another start does not give the same SIDs again."""
        self.sends: list[dict[str, str]] = []
        """The forms it took, each with its `Sid`."""
        self.listeners: list[Callable[[dict[str, str]], None]] = []
        """Called with every one."""
        self.status = "active"
        self.sms_url = callback_url
        """Whom the number calls when a message comes."""
        self.stopped: set[str] = set()
        self._sid, self._token, self._number = account_sid, token, number
        self._http, self._callback_url = http, callback_url
        self._refusals: deque[tuple[int, int]] = deque()
        self._serial = count(first)
        self._files: dict[str, tuple[bytes, str]] = {}
        root = "/2010-04-01/Accounts/{sid}"
        self.app = Starlette(
            routes=[
                Route(root + "/Messages.json", self._messages, methods=["POST"]),
                Route(root + "/IncomingPhoneNumbers.json", self._numbers, methods=["GET"]),
                Route(root + ".json", self._account, methods=["GET"]),
                Route("/media/{name}", self._media, methods=["GET"]),
            ]
        )

    async def says(self, phone: str, text: str, **more: str) -> httpx2.Response:
        """Let a person write; `more` is what else the form holds."""
        word = text.strip().upper()
        if word in _STOP:
            self.stopped.add(phone)
        elif word in _START:
            self.stopped.discard(phone)
        sid = f"SM{next(self._serial):032x}"
        form = {"MessageSid": sid, "SmsSid": sid, "SmsMessageSid": sid, "AccountSid": self._sid}
        form |= {"From": phone, "To": self._number, "Body": text, "NumMedia": "0", "NumSegments": "1"}
        return await self.post(self._callback_url, form | {"SmsStatus": "received", "ApiVersion": "2010-04-01"} | more)

    async def reports(self, taken: Mapping[str, str], status: str, code: int | None = None) -> httpx2.Response:
        """Report how far a message has come, to the address it asked for."""
        form = {"MessageSid": taken["Sid"], "SmsSid": taken["Sid"], "AccountSid": self._sid, "ApiVersion": "2010-04-01"}
        form |= {"From": self._number, "To": taken["To"], "MessageStatus": status, "SmsStatus": status}
        failed = {"ErrorCode": str(code)} if code is not None else {}
        return await self.post(taken["StatusCallback"], form | failed)

    async def post(self, url: str, form: Mapping[str, str]) -> httpx2.Response:
        """Post a signed form."""
        headers = {
            "Content-Type": "application/x-www-form-urlencoded",
            "X-Twilio-Signature": signature(self._token, url, list(form.items())),
        }
        return await self._http.post(url, content=urlencode(form), headers=headers)

    def keep_file(self, content: bytes, mime: str) -> str:
        """Keep a person's file and return its path."""
        name = f"ME{len(self._files)}"
        self._files[name] = content, mime
        return f"/media/{name}"

    def refuse_next(self, http_status: int, code: int) -> None:
        """Let the next call fail."""
        self._refusals.append((http_status, code))

    async def _messages(self, request: Request) -> Response:
        if problem := self._problem(request):
            return problem
        async with request.form() as given:
            form = {name: str(value) for name, value in given.items()}
        if form.get("From") != self._number:
            return _refusal(400, 21606)
        if not form.get("To", "").removeprefix("+").isdigit():
            return _refusal(400, 21211)
        if not form.get("Body"):
            return _refusal(400, 21602)
        if len(form["Body"]) > 1600:
            return _refusal(400, 21617)
        if form["To"] in self.stopped:
            return _refusal(400, 21610)
        sid = f"SM{next(self._serial):032x}"
        self.sends.append(form | {"Sid": sid})
        for listener in self.listeners:
            listener(self.sends[-1])
        return JSONResponse({"sid": sid, "status": "queued", "to": form["To"], "error_code": None}, 201)

    async def _account(self, request: Request) -> Response:
        return self._problem(request) or JSONResponse({"sid": self._sid, "status": self.status, "type": "Full"})

    async def _numbers(self, request: Request) -> Response:
        number = {"phone_number": self._number, "sms_url": self.sms_url, "capabilities": {"sms": True, "mms": True}}
        is_ours = request.query_params.get("PhoneNumber", self._number) == self._number
        return self._problem(request) or JSONResponse({"incoming_phone_numbers": [number] if is_ours else []})

    async def _media(self, request: Request) -> Response:
        file = self._files.get(request.path_params["name"])
        if not self._is_known(request) or file is None:
            return _refusal(404, 20404)
        return Response(file[0], media_type=file[1])

    def _problem(self, request: Request) -> Response | None:
        if not self._is_known(request):
            return _refusal(401, 20003)
        if request.path_params["sid"] != self._sid:
            return _refusal(404, 20404)
        return _refusal(*self._refusals.popleft()) if self._refusals else None

    def _is_known(self, request: Request) -> bool:
        login = "Basic " + base64.b64encode(f"{self._sid}:{self._token}".encode()).decode()
        return hmac.compare_digest(request.headers.get("authorization", "").encode(), login.encode())


def _refusal(http_status: int, code: int) -> Response:
    answer: dict[str, Any] = {"code": code, "message": "Refused", "status": http_status}
    return JSONResponse(answer | {"more_info": f"https://www.twilio.com/docs/errors/{code}"}, http_status)
