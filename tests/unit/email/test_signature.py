"""Only the provider's own bytes come in; `signed.json` was signed by OpenSSL, whose keys are gone."""

from __future__ import annotations

import base64
import hashlib
import hmac
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import orjson
import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from cryptography.x509.oid import NameOID
from hypothesis import given
from hypothesis import strategies as st

from ingest.channels.base import Call, Connection
from ingest.channels.email.keys import verify_ecdsa, verify_rsa
from ingest.channels.email.webhook import EmailWebhook, is_amazon
from ingest.channels.simulator.mailbox import mailgun_event, svix_headers
from tests.unit.email.wire import a_connection

SIGNED: dict[str, Any] = orjson.loads((Path(__file__).parent / "signed.json").read_bytes())
TOPIC = SIGNED["notification"]["TopicArn"]
PROVIDERS = ["postmark", "sendgrid", "mailgun", "ses", "resend", "brevo"]


def connection(provider: str, *secrets: str, **settings: Any) -> Connection:
    given = a_connection(provider=provider, **settings)
    return Connection("con_1", "ws", "email", "Mail", "", "verify", list(secrets), "", given.settings)


def is_believed(of: Connection, body: bytes, query: str = "", **headers: str) -> bool:
    pairs = [(name.replace("_", "-").encode(), value.encode("latin-1")) for name, value in headers.items()]
    return EmailWebhook().verify(Call("/webhooks/email/con_1", query, pairs, body), of)


def basic(written: str) -> str:
    return "Basic " + base64.b64encode(written.encode()).decode()


@pytest.mark.parametrize("provider", ["postmark", "brevo"])
def test_basic_auth_by_any_of_the_secrets(provider: str) -> None:
    of = connection(provider, "old:one", "new:two")
    assert is_believed(of, b"{}", authorization=basic("old:one"))
    assert is_believed(of, b"{}", authorization=basic("new:two"))
    for wrong in (basic("new:one"), basic(""), "Basic", "Bearer x", "Basic \xff"):
        assert not is_believed(of, b"{}", authorization=wrong)
    assert not is_believed(of, b"{}")
    assert not is_believed(connection(provider, ""), b"{}", authorization=basic(""))


def ec_headers(**changed: str) -> dict[str, str]:
    prefix = "x_twilio_email_event_webhook_"
    given = {f"{prefix}signature": SIGNED["ec_signature"], f"{prefix}timestamp": SIGNED["ec_timestamp"]}
    return given | {f"{prefix}{name}": value for name, value in changed.items()}


def test_sendgrids_signature_is_over_timestamp_and_the_raw_body() -> None:
    of, body = connection("sendgrid", "nonsense", SIGNED["ec_public_key"]), SIGNED["ec_body"].encode()
    assert is_believed(of, body, **ec_headers())
    assert not is_believed(of, body.rstrip(), **ec_headers())
    assert not is_believed(of, body, **ec_headers(timestamp="1750000001"))
    assert not is_believed(of, body, **ec_headers(signature=SIGNED["sha256"]))
    assert not is_believed(connection("sendgrid", ""), body, **ec_headers())


def test_a_key_on_another_curve_proves_nothing() -> None:
    key = ec.generate_private_key(ec.SECP384R1())
    signature = base64.b64encode(key.sign(b"x", ec.ECDSA(hashes.SHA256()))).decode()
    der = key.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
    assert not verify_ecdsa(base64.b64encode(der).decode(), b"x", signature)


def test_the_curve_is_that_of_rfc_6979() -> None:
    def integer(number: str) -> bytes:
        raw = bytes.fromhex(number)
        padded = b"\x00" + raw if raw[0] & 0x80 else raw
        return b"\x02" + bytes([len(padded)]) + padded

    x = "60FED4BA255A9D31C961EB74C6356D68C049B8923B61FA6CE669622E60F29FB6"
    y = "7903FE1008B8BC99A41AE9E95628BC64F2F1B20C2D7E9F5177A3C294D4462299"
    r = "EFD48B2AACB6A8FD1140DD9CD45E81D69D2C877B56AAF991C34D0EA84EAF3716"
    s = "F7CB1C942D657C41D436C7A1B6E29F65F3E900DBB9AFF4064DC4AB2F843ACDA8"
    head = bytes.fromhex("3059301306072a8648ce3d020106082a8648ce3d030107034200")
    key = base64.b64encode(head + b"\x04" + bytes.fromhex(x + y)).decode()
    inner = integer(r) + integer(s)
    signature = base64.b64encode(b"\x30" + bytes([len(inner)]) + inner).decode()
    assert verify_ecdsa(key, b"sample", signature)
    assert not verify_ecdsa(key, b"Sample", signature)
    zero = base64.b64encode(bytes.fromhex("3006020100020100")).decode()
    assert not verify_ecdsa(key, b"sample", zero)
    off_the_curve = base64.b64encode(head + b"\x04" + bytes.fromhex(x + x)).decode()
    assert not verify_ecdsa(off_the_curve, b"sample", signature)


@pytest.mark.parametrize(("version", "digest"), [("1", "sha1"), ("2", "sha256")])
def test_amazons_signature_is_over_named_fields_with_the_certificate_we_hold(version: str, digest: str) -> None:
    item = SIGNED["notification"] | {"SignatureVersion": version, "Signature": SIGNED[digest]}
    of = connection("ses", sns_certificate=SIGNED["certificate"], sns_topic=TOPIC)
    assert is_believed(of, orjson.dumps(item))
    assert is_believed(of, orjson.dumps(item | {"UnsubscribeURL": "not signed"}))
    for name in ("Message", "MessageId", "Subject", "Timestamp", "TopicArn"):
        assert not is_believed(of, orjson.dumps(item | {name: "changed"}))
    for wrong in ("http://sns.amazonaws.com/a.pem", "https://amazonaws.com.evil.example/a.pem", "https://[", None):
        assert not is_believed(of, orjson.dumps(item | {"SigningCertURL": wrong}))
    assert not is_believed(of, orjson.dumps(item | {"SignatureVersion": "3"}))
    assert not is_believed(of, orjson.dumps(item | {"Type": "Dream"}))
    assert not is_believed(connection("ses", sns_topic=TOPIC), orjson.dumps(item))
    assert not is_believed(connection("ses", sns_topic=TOPIC, sns_certificate="nonsense"), orjson.dumps(item))


def test_amazon_signs_for_everybody_so_one_topic_is_believed_and_without_it_none() -> None:
    item = orjson.dumps(SIGNED["notification"] | {"SignatureVersion": "2", "Signature": SIGNED["sha256"]})
    assert is_believed(
        connection("ses", sns_certificate=SIGNED["certificate"], sns_topic="arn:aws:sns:us-east-1:1:mail"), item
    )
    assert not is_believed(connection("ses", sns_certificate=SIGNED["certificate"], sns_topic="arn:other"), item)
    assert not is_believed(connection("ses", sns_certificate=SIGNED["certificate"]), item)


def test_a_certificate_proves_only_what_its_key_signed() -> None:
    assert not verify_rsa(SIGNED["certificate"], b"x", SIGNED["sha256"], "sha256")
    assert not verify_rsa("", b"x", SIGNED["sha256"], "sha256")


def a_certificate(key: ec.EllipticCurvePrivateKey | rsa.RSAPrivateKey) -> str:
    name, day = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "sns.test")]), datetime(2026, 1, 1, tzinfo=UTC)
    made = x509.CertificateBuilder(name, name, key.public_key(), 1, day, day + timedelta(1)).sign(key, hashes.SHA256())
    return made.public_bytes(Encoding.PEM).decode()


def test_while_amazon_changes_its_certificate_the_old_and_the_new_one_are_believed() -> None:
    key = rsa.generate_private_key(65537, 2048)
    ours = base64.b64encode(key.sign(b"x", padding.PKCS1v15(), hashes.SHA256())).decode()
    old, new = SIGNED["certificate"], a_certificate(key)
    broken = "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n"
    on_a_curve = a_certificate(ec.generate_private_key(ec.SECP256R1()))
    item = orjson.dumps(SIGNED["notification"] | {"SignatureVersion": "2", "Signature": SIGNED["sha256"]})
    for held in (old + new, new + old, broken + on_a_curve + old + broken + new, f"of Amazon {old} {new}"):
        assert verify_rsa(held, b"x", ours, "sha256")
        assert is_believed(connection("ses", sns_certificate=held, sns_topic=TOPIC), item)
        assert not verify_rsa(held, b"y", ours, "sha256")
    assert not is_believed(connection("ses", sns_certificate=new, sns_topic=TOPIC), item)


def test_a_certificate_may_have_lost_its_line_breaks_on_the_way_into_the_settings() -> None:
    item = orjson.dumps(SIGNED["notification"] | {"SignatureVersion": "2", "Signature": SIGNED["sha256"]})
    for spacing in (" ", "", "\r\n"):
        held = SIGNED["certificate"].replace("\n", spacing)
        assert is_believed(connection("ses", sns_certificate=held, sns_topic=TOPIC), item)


@given(st.data())
def test_no_spoilt_key_raises_and_none_proves_anything(data: st.DataObject) -> None:
    def spoilt(der: bytes) -> str:
        place = data.draw(st.integers(0, len(der) - 1))
        rest = data.draw(st.sampled_from([b"", der[place + 1 :]]))
        return base64.b64encode(der[:place] + data.draw(st.binary(max_size=3)) + rest).decode()

    key, certificate = base64.b64decode(SIGNED["ec_public_key"]), x509.load_pem_x509_certificate
    assert not verify_ecdsa(spoilt(key), b"x", SIGNED["ec_signature"])
    der = certificate(SIGNED["certificate"].encode()).public_bytes(Encoding.DER)
    pem = f"-----BEGIN CERTIFICATE-----\n{spoilt(der)}\n-----END CERTIFICATE-----\n"
    assert not verify_rsa(pem, b"x", SIGNED["sha256"], "sha256")
    assert not verify_rsa(SIGNED["certificate"], b"x", spoilt(base64.b64decode(SIGNED["sha256"])), "sha256")


def test_mailguns_signature_counts_only_at_the_address_with_our_word() -> None:
    of, body = connection("mailgun", "old", "key"), mailgun_event("key", "opened", "a@b", "a@b.example")
    kind = "application/json"
    assert is_believed(of, body, "key=verify", content_type=kind)
    for query in ("", "key=", "key=wrong", "key=verify&key=verify"):
        assert not is_believed(of, body, query, content_type=kind)
    assert not is_believed(connection("mailgun", "other"), body, "key=verify", content_type=kind)
    assert not is_believed(of, body.replace(b'"token":"', b'"token":"0'), "key=verify", content_type=kind)


def test_mailguns_forms_are_signed_by_their_fields() -> None:
    signature = hmac.new(b"key", b"1750000000token", hashlib.sha256).hexdigest()
    fields = {"timestamp": "1750000000", "token": "token", "signature": signature, "from": "a@b.example"}
    of = connection("mailgun", "key")
    assert is_believed(of, urlencode(fields).encode(), "key=verify", content_type="application/x-www-form-urlencoded")
    wrong = urlencode(fields | {"token": "tokem"}).encode()
    assert not is_believed(of, wrong, "key=verify", content_type="application/x-www-form-urlencoded")


def test_svix_signs_id_time_and_body_and_any_of_several_signatures_will_do() -> None:
    secret = "whsec_" + base64.b64encode(b"0123456789abcdef01234567").decode()
    body = b'{"type":"email.opened"}'
    given = {name.replace("-", "_"): value for name, value in svix_headers(secret, body).items()}
    headers = given | {"svix_signature": f"v1,AAAA {given['svix_signature']} v2,x"}
    of = connection("resend", "whsec_***", secret)
    assert is_believed(of, body, **headers)
    assert not is_believed(of, body + b" ", **headers)
    assert not is_believed(of, body, **(headers | {"svix_id": "msg_2"}))
    assert not is_believed(of, body, **(headers | {"svix_timestamp": "1750000001"}))
    assert not is_believed(of, body, **(headers | {"svix_signature": given["svix_signature"].removeprefix("v1,")}))
    assert not is_believed(connection("resend", "whsec_"), body, **headers)
    assert not is_believed(of, body)


def test_svix_signs_as_its_documentation_shows() -> None:
    body = b'{"test": 2432232314}'
    secret = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
    headers = svix_headers(secret, body, "msg_p5jXN8AQM9LWM0D4loKWxJek", "1614265330")
    assert headers["svix-signature"] == "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="
    assert is_believed(
        connection("resend", secret), body, **{name.replace("-", "_"): value for name, value in headers.items()}
    )


def test_brevo_may_come_by_the_word_in_the_address() -> None:
    assert is_believed(connection("brevo", "x:y"), b"{}", "key=verify")
    assert not is_believed(connection("brevo", "x:y"), b"{}", "key=other")


@pytest.mark.parametrize("provider", ["", "unknown"])
def test_a_mailbox_that_no_provider_serves_believes_nobody(provider: str) -> None:
    assert not is_believed(connection(provider, "a:b"), b"{}", "key=verify", authorization=basic("a:b"))


def test_no_provider_of_mail_shakes_hands() -> None:
    assert EmailWebhook().handshake(Call("", "hub.verify_token=verify", [], b""), connection("postmark")) is None


@given(
    st.sampled_from(PROVIDERS),
    st.binary(max_size=200),
    st.text(max_size=40),
    st.text(st.characters(max_codepoint=255), max_size=40),
)
def test_no_bytes_raise_and_none_are_believed(provider: str, body: bytes, query: str, value: str) -> None:
    names = ["authorization", "content_type", "svix_id", "svix_timestamp", "svix_signature", *ec_headers()]
    of = connection(provider, "a secret", SIGNED["ec_public_key"], sns_certificate=SIGNED["certificate"])
    assert not is_believed(of, body, query, **dict.fromkeys(names, value))


@pytest.mark.parametrize(
    ("address", "is_theirs"),
    [
        ("https://sns.us-east-1.amazonaws.com/a", True),
        ("https://x@sns.amazonaws.com/", False),
        ("https://evilamazonaws.com/", False),
        (None, False),
    ],
)
def test_only_amazons_own_hosts_are_amazons(address: object, is_theirs: bool) -> None:
    assert is_amazon(address) is is_theirs
