"""Providers that keep mail and only tell of it: Resend's receiving API, and a bucket of S3 behind Amazon SES.

    resend = SimulatedResend("re_…")
    body = resend.takes(a_mail("ana@example.com", "support@example.com", "Hello", "Is it open?"))
    app = resend.app                        # serve it anywhere; its base URL is `http://host`

    s3 = SimulatedS3("AKIA…", "secret", clock=clock)
    body = s3.takes(a_mail(…))              # what Amazon SNS posts of it; unsigned

The wire facts are those of docs/channels.md §8, Resend's API reference and Amazon's Signature Version 4.
"""

from __future__ import annotations

import hashlib
import hmac
import re
from collections.abc import Mapping
from itertools import count

import orjson
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from ingest.channels.email.mime import split_head
from ingest.kit.clock import Clock, SystemClock, to_datetime

_SIGNED = re.compile(
    r"AWS4-HMAC-SHA256 Credential=([^/]+)/(\S+), SignedHeaders=([a-z0-9;-]+), Signature=([0-9a-f]{64})"
)


class SimulatedResend:
    """One account at Resend, where mail arrives."""

    def __init__(self, key: str) -> None:
        self.calls: list[str] = []
        """Paths that were asked for, in order."""
        self.status = 200
        """What every call to the API answers; anything but 200 is a bad day."""
        self.mails: dict[str, bytes] = {}
        """By `email_id`; a mail that is taken out is gone."""
        self._key = key
        self._serial = count(1)
        self.app = Starlette(
            routes=[
                Route("/emails/receiving", self._list, methods=["GET"]),
                Route("/emails/receiving/{email_id}", self._email, methods=["GET"]),
                Route("/raw/{email_id}", self._raw, methods=["GET"]),
            ]
        )

    def takes(self, mail: bytes) -> bytes:
        """Keep a mail and return the webhook's body that tells of it."""
        email_id = f"56761188-7520-42d8-8898-{next(self._serial):012d}"
        self.mails[email_id] = mail
        head, _ = split_head(mail)
        told = {"email_id": email_id, "from": head.get("from"), "to": [head.get("to")], "cc": [], "bcc": []}
        told |= {"message_id": head.get("message-id"), "subject": head.get("subject"), "attachments": []}
        at = {"created_at": "2025-06-15T15:06:40.126Z"}
        return orjson.dumps({"type": "email.received", **at, "data": told | at})

    async def _list(self, request: Request) -> Response:
        return self._problem(request) or JSONResponse({"object": "list", "has_more": False, "data": []})

    async def _email(self, request: Request) -> Response:
        if problem := self._problem(request):
            return problem
        email_id = request.path_params["email_id"]
        if email_id not in self.mails:
            return _refusal(404, "not_found")
        raw = {"download_url": str(request.url_for("_raw", email_id=email_id)), "expires_at": "2026-01-01T00:00:00Z"}
        return JSONResponse({"object": "email", "id": email_id, "html": None, "text": "…", "raw": raw})

    async def _raw(self, request: Request) -> Response:
        self.calls.append(request.url.path)
        if "authorization" in request.headers:
            return _refusal(400, "the key was sent to a place that must not see it")
        found = self.mails.get(request.path_params["email_id"])
        return Response(status_code=404) if found is None else Response(found, media_type="message/rfc822")

    def _problem(self, request: Request) -> Response | None:
        self.calls.append(request.url.path)
        given, wanted = request.headers.get("authorization", ""), f"Bearer {self._key}"
        if not hmac.compare_digest(given.encode(), wanted.encode()):
            return _refusal(403, "invalid_api_key")
        return None if self.status == 200 else _refusal(self.status, "application_error")


class SimulatedS3:
    """One bucket, read with one key, and the notifications of a receipt rule that lays mail there."""

    def __init__(
        self, key_id: str, secret: str, *, region: str = "eu-west-1", bucket: str = "mail", clock: Clock | None = None
    ) -> None:
        self.objects: dict[str, bytes] = {}
        self.calls: list[str] = []
        """Paths that were asked for, in order."""
        self._key_id, self._secret, self._region, self._bucket = key_id, secret, region, bucket
        self._clock = clock or SystemClock()
        self._serial = count(1)
        self.app = Starlette(routes=[Route("/{path:path}", self._object, methods=["GET"])])

    def takes(self, mail: bytes, *, dmarc: str = "PASS") -> bytes:
        """Lay a mail into the bucket and return what Amazon posts of it."""
        key = f"inbound mail/{next(self._serial):032d}"
        self.objects[key] = mail
        head, _ = split_head(mail)
        headers = [{"name": name, "value": value.decode("latin-1")} for name, value in head.fields]
        action = {"type": "S3", "bucketName": self._bucket, "objectKey": key, "objectKeyPrefix": "inbound mail"}
        inner = {
            "notificationType": "Received",
            "mail": {"messageId": key[-32:], "headersTruncated": False, "headers": headers},
            "receipt": {"dmarcVerdict": {"status": dmarc}, "action": action},
        }
        topic = f"arn:aws:sns:{self._region}:111111111111:inbound"
        return orjson.dumps({"Type": "Notification", "TopicArn": topic, "Message": orjson.dumps(inner).decode()})

    async def _object(self, request: Request) -> Response:
        self.calls.append(request.url.path)
        if not self._is_signed(request):
            return Response("<Error><Code>SignatureDoesNotMatch</Code></Error>", 403)
        bucket, _, key = request.path_params["path"].partition("/")
        found = self.objects.get(key) if bucket == self._bucket else None
        return Response("<Error><Code>NoSuchKey</Code></Error>", 404) if found is None else Response(found)

    def _is_signed(self, request: Request) -> bool:
        """Say whether a request carries our key's signature over what it says, of the last fifteen minutes."""
        found = _SIGNED.fullmatch(request.headers.get("authorization", ""))
        at = request.headers.get("x-amz-date", "")
        if found is None or abs(_minutes(at) - _minutes(_written(self._clock))) > 15:
            return False
        key_id, scope, names, signature = found.groups()
        if (key_id, scope) != (self._key_id, f"{at[:8]}/{self._region}/s3/aws4_request"):
            return False
        return hmac.compare_digest(signature, self._signature(request.scope, request.headers, names, scope, at))

    def _signature(
        self, scope: Mapping[str, object], headers: Mapping[str, str], names: str, credential: str, at: str
    ) -> str:
        path = bytes(scope["raw_path"]).decode()  # type: ignore[call-overload]  # ASGI types it as anything
        said = "".join(f"{name}:{headers[name].strip()}\n" for name in names.split(";"))
        request = f"GET\n{path}\n\n{said}\n{names}\n{headers['x-amz-content-sha256']}"
        text = f"AWS4-HMAC-SHA256\n{at}\n{credential}\n{hashlib.sha256(request.encode()).hexdigest()}"
        key = ("AWS4" + self._secret).encode()
        for part in credential.split("/"):
            key = hmac.new(key, part.encode(), hashlib.sha256).digest()
        return hmac.new(key, text.encode(), hashlib.sha256).hexdigest()


def _written(clock: Clock) -> str:
    return to_datetime(clock.us()).strftime("%Y%m%dT%H%M%SZ")


def _minutes(at: str) -> int:
    """Return a time written as 20250615T150640Z in minutes of its month."""
    return (int(at[6:8]) * 24 + int(at[9:11])) * 60 + int(at[11:13]) if re.fullmatch(r"\d{8}T\d{6}Z", at) else -10_000


def _refusal(status: int, name: str) -> Response:
    return JSONResponse({"statusCode": status, "name": name, "message": name}, status)
