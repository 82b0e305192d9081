"""Is it from the provider? Each proves itself in its own way (channels.md §8).

`settings["provider"]` names it: postmark, sendgrid, mailgun, ses, resend, brevo. Without one, the mailbox is
reached by IMAP or SMTP alone and every call is refused. What a signature does not cover is covered by a word in
the address: Mailgun's and Brevo's must end in `?key=` and the connection's verify token.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
from collections.abc import Callable, Mapping
from typing import Any
from urllib.parse import parse_qs, urlsplit

import orjson

from ingest.channels.base import STORED, Answer, Call, Connection, Delivery
from ingest.channels.email import forms

_SIGNED_BY_SNS = {
    "Notification": ("Message", "MessageId", "Subject", "Timestamp", "TopicArn", "Type"),
    "SubscriptionConfirmation": ("Message", "MessageId", "SubscribeURL", "Timestamp", "Token", "TopicArn", "Type"),
    "UnsubscribeConfirmation": ("Message", "MessageId", "SubscribeURL", "Timestamp", "Token", "TopicArn", "Type"),
}


class EmailWebhook:
    """Verifies whichever provider the connection names."""

    accepted = STORED
    body_limit = 40 * 1024 * 1024
    """Providers put files into the body: 30 MB at SendGrid, 35 MB at Postmark, 25 MB and a third at Mailgun."""

    def verify(self, call: Call, connection: Connection) -> bool:
        """Say whether the connection's provider sent exactly these bytes."""
        check = _CHECKS.get(str(connection.settings.get("provider") or "").strip().lower())
        return check is not None and check(call, connection)

    def handshake(self, call: Call, connection: Connection) -> Answer | None:
        """Refuse: no provider of mail asks by GET."""
        return None


def topic_of(connection: Connection) -> str:
    """Return the ARN of the one topic of Amazon's that a connection believes; empty for none."""
    return str(connection.settings.get("sns_topic") or "").strip()


def sns_text(item: Mapping[str, Any]) -> bytes:
    """Return what Amazon signs of a notification: names and values of certain fields, each on its own line."""
    names = _SIGNED_BY_SNS.get(str(item.get("Type")), ())
    lines = [f"{name}\n{item[name]}\n" for name in names if isinstance(item.get(name), str)]
    return "".join(lines).encode("utf-8", "replace")


def is_amazon(address: object) -> bool:
    """Say whether an address is Amazon's own, over TLS: no other is ever to be opened for a notification."""
    try:
        parts = urlsplit(address if isinstance(address, str) else "")
    except ValueError:
        return False
    return parts.scheme == "https" and (parts.hostname or "").endswith(".amazonaws.com") and not parts.username


def _postmark(call: Call, connection: Connection) -> bool:
    """Basic auth from the address; a secret is `user:password`."""
    scheme, _, given = (call.only(b"authorization") or "").partition(" ")
    try:
        offered = base64.b64decode(given.strip(), validate=True)
    except (ValueError, binascii.Error):
        return False
    return scheme.lower() == "basic" and _is_any(offered, connection)


def _sendgrid(call: Call, connection: Connection) -> bool:
    """ECDSA over timestamp and body; a secret is the public key that SendGrid shows."""
    from ingest.channels.email.keys import verify_ecdsa

    signature = call.only(b"x-twilio-email-event-webhook-signature")
    timestamp = call.only(b"x-twilio-email-event-webhook-timestamp")
    if signature is None or timestamp is None:
        return False
    signed = timestamp.encode("latin-1") + call.body
    return any(verify_ecdsa(key, signed, signature) for key in connection.secrets if key)


def _mailgun(call: Call, connection: Connection) -> bool:
    """HMAC inside the body over timestamp and token alone; the rest is covered by the word in the address."""
    if not _has_key(call, connection):
        return False  # before a body of strangers is taken apart
    given = _mailgun_signature(call)
    timestamp, token, signature = (given.get(name) for name in ("timestamp", "token", "signature"))
    if not (isinstance(timestamp, str) and isinstance(token, str) and isinstance(signature, str)):
        return False
    signed = (timestamp + token).encode("utf-8", "replace")
    offered = signature.encode("utf-8", "replace")
    return any(
        hmac.compare_digest(hmac.new(key.encode(), signed, hashlib.sha256).hexdigest().encode(), offered)
        for key in connection.secrets
        if key
    )


def _mailgun_signature(call: Call) -> Mapping[str, Any]:
    content_type = call.only(b"content-type") or ""
    if "json" not in content_type.lower():
        return forms.read(Delivery("", "", call.body, 0, content_type=content_type))
    document = _document(call.body)
    found = document.get("signature")
    return found if isinstance(found, dict) else document


def _ses(call: Call, connection: Connection) -> bool:
    """RSA over named fields with Amazon's certificates, which the connection holds as PEM in `sns_certificate`.

    Nothing is fetched here: the address of the certificate is only checked to be Amazon's. While Amazon changes its
    certificate the connection holds both, one after the other.
    """
    from ingest.channels.email.keys import verify_rsa

    item = _document(call.body)
    certificates, signature = connection.settings.get("sns_certificate"), item.get("Signature")
    digest = {"1": "sha1", "2": "sha256"}.get(str(item.get("SignatureVersion")))
    if not (isinstance(certificates, str) and isinstance(signature, str) and digest):
        return False
    if not is_amazon(item.get("SigningCertURL")):
        return False
    # Amazon signs for every account alike, so without a topic of ours anybody's word would count.
    if not topic_of(connection) or item.get("TopicArn") != topic_of(connection):
        return False
    return str(item.get("Type")) in _SIGNED_BY_SNS and verify_rsa(certificates, sns_text(item), signature, digest)


def _resend(call: Call, connection: Connection) -> bool:
    """HMAC over id, timestamp and body, as Svix signs; a secret is the `whsec_…` key."""
    written, stamp, given = (call.only(name) for name in (b"svix-id", b"svix-timestamp", b"svix-signature"))
    if written is None or stamp is None or given is None:
        return False
    signed = f"{written}.{stamp}.".encode("latin-1") + call.body
    offered = [each[3:].encode("latin-1") for each in given.split() if each.startswith("v1,")]
    expected = [_svix_signature(secret, signed) for secret in connection.secrets if secret]
    return any(hmac.compare_digest(one, other) for one in expected if one for other in offered)


def _svix_signature(secret: str, signed: bytes) -> bytes:
    try:
        key = base64.b64decode(secret.removeprefix("whsec_"), validate=True)
    except (ValueError, binascii.Error):
        return b""
    return base64.b64encode(hmac.new(key, signed, hashlib.sha256).digest()) if key else b""


def _brevo(call: Call, connection: Connection) -> bool:
    """Basic auth where it is set up, else the word in the address: Brevo signs nothing."""
    return _postmark(call, connection) or _has_key(call, connection)


def _has_key(call: Call, connection: Connection) -> bool:
    offered = parse_qs(call.query).get("key", [])
    token = connection.verify_token
    return (
        bool(token) and len(offered) == 1 and hmac.compare_digest(offered[0].encode("utf-8", "replace"), token.encode())
    )


def _is_any(offered: bytes, connection: Connection) -> bool:
    return any(hmac.compare_digest(offered, secret.encode()) for secret in connection.secrets if secret)


def _document(body: bytes) -> Mapping[str, Any]:
    try:
        document = orjson.loads(body)
    except orjson.JSONDecodeError:
        return {}
    return document if isinstance(document, dict) else {}


_CHECKS: Mapping[str, Callable[[Call, Connection], bool]] = {
    "postmark": _postmark,
    "sendgrid": _sendgrid,
    "mailgun": _mailgun,
    "ses": _ses,
    "resend": _resend,
    "brevo": _brevo,
}
