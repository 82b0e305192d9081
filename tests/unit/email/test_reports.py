"""What became of our mail: bounces, delays, complaints, receipts, in MIME and in every provider's words."""

from __future__ import annotations

from typing import Any

import orjson
import pytest

from ingest.channels.base import Delivery
from ingest.channels.email.parse import parse
from ingest.channels.simulator.mailbox import a_bounce, a_mail, mailgun_event, postmark_inbound
from ingest.domain import identity
from tests.unit.email.wire import ANA, ARRIVED_US, INBOX, US, contact, only, raw, read, received, types

OURS = "0123456789abcdef01234567.msg_77@example.com"
MAIL = a_mail(US, ANA, "Offer", "hello", message_id=OURS)


def ref(external_id: str = OURS) -> str:
    return identity.message_ref("ws", INBOX, external_id)


@pytest.mark.parametrize(
    ("code", "action", "status"),
    [
        ("5.1.1", "failed", "failed"),
        ("5.7.1", "failed", "failed"),
        ("4.4.1", "delayed", "delayed"),
        ("4.2.2", "failed", "delayed"),
        ("4.4.7", "failed", "failed"),
        ("2.0.0", "delivered", "delivered"),
        ("2.0.0", "relayed", "delivered"),
    ],
)
def test_a_bounce_says_how_far_our_mail_came(code: str, action: str, status: str) -> None:
    (event,) = read(a_bounce(MAIL, ANA, code, action))
    assert (event.type, event.payload["status"], event.payload["message_ref"]) == (
        "message.status_reported",
        status,
        ref(),
    )
    assert event.payload["message_id"] == "msg_77"
    assert event.contact_id == contact(ANA)
    assert event.conversation_id == identity.conversation_id("ws", INBOX, contact(ANA), OURS[:24])
    assert [each["code"] for each in event.payload["errors"]] == ([] if status == "delivered" else [code])


def test_a_bounce_without_a_sender_is_read() -> None:
    bounce = a_bounce(MAIL, ANA).replace(b"From: Mail Delivery <mailer-daemon@mx.example>", b"From: <>")
    assert types(read(bounce)) == ["message.status_reported"]


def test_a_bounce_of_several_recipients_speaks_for_each() -> None:
    block = b"\r\nFinal-Recipient: rfc822; bo@x.example\r\nAction: failed\r\nStatus: 5.2.2\r\n\r\n--b\r\nContent-Type: text/rfc822-headers"
    bounce = a_bounce(MAIL, ANA).replace(b"\r\n--b\r\nContent-Type: text/rfc822-headers", block)
    found = read(bounce)
    assert [each.contact_id for each in found] == [contact(ANA), contact("bo@x.example")]
    assert len({each.key for each in found}) == 2


def test_a_bounce_that_names_no_mail_is_shown_as_what_a_machine_wrote() -> None:
    bounce = a_bounce(MAIL, ANA).replace(b"Message-ID: <" + OURS.encode(), b"X-Nothing: <")
    assert received(bounce)["content"]["auto"] is True


def a_report(kind: str, fields: str, original: str = f"Message-ID: <{OURS}>\r\nTo: {ANA}") -> bytes:
    parts = f"--b\r\nContent-Type: {kind}\r\n\r\n{fields}\r\n--b\r\nContent-Type: message/rfc822\r\n\r\n{original}\r\n\r\nx\r\n--b--"
    return raw(
        "From: robot@isp.example",
        "Message-ID: <r@isp.example>",
        "Content-Type: multipart/report; boundary=b",
        body=parts,
    )


def test_a_complaint_withdraws_consent() -> None:
    found = read(a_report("message/feedback-report", f"Feedback-Type: abuse\r\nOriginal-Rcpt-To: {ANA}"))
    assert types(found) == ["message.status_reported", "consent.recorded"]
    assert found[0].payload["status"] == "complained"
    assert (found[1].payload["value"], found[1].contact_id) == ("withdrawn", contact(ANA))


def test_a_complaint_about_no_mail_of_ours_withdraws_nothing() -> None:
    foreign = "Message-ID: <made-up@evil.example>\r\nTo: ana@people.example"
    found = read(a_report("message/feedback-report", f"Feedback-Type: abuse\r\nOriginal-Rcpt-To: {ANA}", foreign))
    assert "consent.recorded" not in types(found)


def test_a_complaint_that_was_a_mistake_withdraws_nothing() -> None:
    assert types(read(a_report("message/feedback-report", "Feedback-Type: not-spam"))) == ["message.status_reported"]


@pytest.mark.parametrize(("word", "status"), [("displayed", "read"), ("deleted", "deleted")])
def test_a_receipt_says_that_somebody_read(word: str, status: str) -> None:
    fields = f"Final-Recipient: rfc822;{ANA}\r\nOriginal-Message-ID: <{OURS}>\r\nDisposition: manual-action/MDN-sent-manually; {word}"
    (event,) = read(a_report("message/disposition-notification", fields))
    assert (event.payload["status"], event.contact_id) == (status, contact(ANA))


def sendgrid(event: str, **more: Any) -> list[dict[str, Any]]:
    return [{"event": event, "email": ANA, "smtp-id": f"<{OURS}>", "timestamp": 1750000000, "sg_event_id": "e1"} | more]


def ses(kind: str, **inner: Any) -> dict[str, Any]:
    mail = {
        "messageId": "0102",
        "destination": [ANA],
        "timestamp": "2025-06-15T15:06:40Z",
        "headers": [{"name": "Message-ID", "value": f"<{OURS}>"}],
    }
    message = {"notificationType": kind, "mail": mail, kind.lower(): {"timestamp": "2025-06-15T15:06:40Z"} | inner}
    return {"Type": "Notification", "TopicArn": "arn", "MessageId": "m", "Message": orjson.dumps(message).decode()}


def resend(kind: str, **more: Any) -> dict[str, Any]:
    headers = [{"name": "Message-ID", "value": f"<{OURS}>"}]
    return {
        "type": f"email.{kind}",
        "created_at": "2025-06-15T15:06:40Z",
        "data": {"email_id": "u", "to": [ANA], "headers": headers} | more,
    }


def postmark(kind: str, **more: Any) -> dict[str, Any]:
    return {"RecordType": kind, "MessageID": OURS, "Recipient": ANA, "DeliveredAt": "2025-06-15T15:06:40Z"} | more


def brevo(event: str, **more: Any) -> dict[str, Any]:
    return {"event": event, "email": ANA, "message-id": f"<{OURS}>", "ts_event": 1750000000} | more


def mailgun(event: str, **more: Any) -> Any:
    return orjson.loads(mailgun_event("key", event, OURS, ANA, **more))


@pytest.mark.parametrize(
    ("body", "status"),
    [
        (sendgrid("processed"), "sent"),
        (sendgrid("delivered"), "delivered"),
        (sendgrid("open"), "read"),
        (sendgrid("deferred", response="421 busy"), "delayed"),
        (sendgrid("bounce", status="5.1.1"), "failed"),
        (sendgrid("dropped"), "failed"),
        (sendgrid("spamreport"), "complained"),
        (mailgun("delivered"), "delivered"),
        (mailgun("opened"), "read"),
        (mailgun("failed", severity="temporary"), "delayed"),
        (mailgun("failed", severity="permanent"), "failed"),
        (mailgun("complained"), "complained"),
        (postmark("Delivery"), "delivered"),
        (postmark("Open"), "read"),
        (postmark("Bounce", Type="HardBounce"), "failed"),
        (postmark("Bounce", Type="Transient"), "delayed"),
        (postmark("SpamComplaint"), "complained"),
        (ses("Delivery", recipients=[ANA]), "delivered"),
        (ses("Bounce", bounceType="Permanent", bouncedRecipients=[{"emailAddress": ANA, "status": "5.1.1"}]), "failed"),
        (ses("Bounce", bounceType="Transient", bouncedRecipients=[{"emailAddress": ANA}]), "delayed"),
        (ses("Complaint", complainedRecipients=[{"emailAddress": ANA}]), "complained"),
        (ses("Open"), "read"),
        (resend("delivered"), "delivered"),
        (resend("opened"), "read"),
        (resend("bounced", bounce={"type": "Permanent", "message": "550 5.1.1 no"}), "failed"),
        (resend("delivery_delayed"), "delayed"),
        (resend("complained"), "complained"),
        (brevo("delivered"), "delivered"),
        (brevo("unique_opened"), "read"),
        (brevo("hard_bounce", reason="550 5.1.1"), "failed"),
        (brevo("soft_bounce"), "delayed"),
        (brevo("spam"), "complained"),
    ],
)
def test_every_providers_words_mean_the_same(body: Any, status: str) -> None:
    event = only(read(body), "message.status_reported")
    assert (event.payload["status"], event.payload["message_ref"], event.contact_id) == (status, ref(), contact(ANA))
    assert event.payload["message_id"] == "msg_77"
    assert event.occurred_us == 1_750_000_000_000_000
    assert ("consent.recorded" in types(read(body))) is (status == "complained")


@pytest.mark.parametrize(
    "body",
    [
        sendgrid("unsubscribe"),
        sendgrid("group_unsubscribe"),
        mailgun("unsubscribed"),
        brevo("unsubscribed"),
        postmark("SubscriptionChange", SuppressSending=True),
    ],
)
def test_who_unsubscribes_has_withdrawn(body: Any) -> None:
    (event,) = read(body)
    assert (event.type, event.payload["value"], event.contact_id) == ("consent.recorded", "withdrawn", contact(ANA))


def test_our_id_comes_back_in_a_providers_metadata() -> None:
    body = postmark("Delivery", MessageID="uuid", Metadata={"prosa_message_id": "msg_5"})
    assert only(read(body), "message.status_reported").payload["message_id"] == "msg_5"


# --- mail that providers took apart -------------------------------------------------------------------


def test_postmarks_parts_are_one_mail() -> None:
    body = {
        "From": ANA,
        "FromFull": {"Email": ANA, "Name": "Ana"},
        "To": US,
        "Subject": "Hi",
        "Date": "Sun, 15 Jun 2025 15:06:40 +0000",
        "MessageID": "uuid",
        "TextBody": "hello\n\n> old",
        "HtmlBody": "<p>hello</p><script>x</script>",
        "Headers": [
            {"Name": "Message-ID", "Value": "<a@people.example>"},
            {"Name": "References", "Value": f"<{OURS}>"},
        ],
        "Attachments": [{"Name": "a.txt", "Content": "b25l", "ContentType": "text/plain"}],
    }
    payload = received(body)
    assert (payload["external_id"], payload["text"], payload["content"]["quoted"]) == (
        "a@people.example",
        "hello",
        "> old",
    )
    assert payload["content"]["thread"] == OURS[:24]
    assert payload["content"]["html"] == "<p>hello</p>"
    assert payload["media"][0]["filename"] == "a.txt"


def test_postmarks_raw_mail_wins_over_its_parts() -> None:
    payload = received(orjson.loads(postmark_inbound(a_mail(ANA, US, "s", "whole"))))
    assert (payload["text"], payload["content"]["subject"]) == ("whole", "s")


def test_brevos_items_are_a_mail_each() -> None:
    item = {
        "MessageId": "<a@people.example>",
        "From": {"Name": 'Ana "A"', "Address": ANA},
        "To": [{"Name": None, "Address": US}],
        "SentAtDate": "Sun, 15 Jun 2025 15:06:40 +0000",
        "Subject": "Hi",
        "RawTextBody": "hello",
        "Headers": {"Received": ["a", "b"], "References": f"<{OURS}>"},
    }
    payload = received({"items": [item]})
    assert (payload["text"], payload["name"], payload["content"]["thread"]) == ("hello", "Ana A", OURS[:24])


def test_resends_mail_has_no_body_and_is_announced() -> None:
    body = {
        "type": "email.received",
        "created_at": "2025-06-15T15:06:40Z",
        "data": {"email_id": "u", "from": ANA, "to": [US], "message_id": "<a@b>"},
    }
    event = only(read(body), "delivery.announced")
    assert event.payload["source"] == {"email_id": "u"}
    stand_in = event.payload["stand_in"]
    assert (stand_in["payload"]["kind"], stand_in["payload"]["text"]) == ("placeholder", None)
    assert ":placeholder:" in stand_in["key"]


def form(boundary: str = "xYzZY", **fields: str) -> tuple[bytes, str]:
    parts = "".join(
        f'--{boundary}\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{value}\r\n'
        for name, value in fields.items()
    )
    file = f'--{boundary}\r\nContent-Disposition: form-data; name="attachment1"; filename="a.txt"\r\nContent-Type: text/plain\r\n\r\none\r\n'
    return (parts + file + f"--{boundary}--\r\n").encode(), f"multipart/form-data; boundary={boundary}"


@pytest.mark.parametrize("is_named", [True, False])
def test_sendgrids_form_is_a_mail_with_its_files(is_named: bool) -> None:
    body, content_type = form(
        headers=f"From: Ana <{ANA}>\r\nMessage-ID: <a@people.example>",
        subject="Hi",
        text="hello",
        html="<p>hello</p>",
        to=US,
    )
    found = parse(Delivery("ws", "con_1", body, ARRIVED_US, "evt_1", content_type if is_named else ""))
    payload = only(found, "message.received").payload
    assert (payload["external_id"], payload["text"], payload["content"]["subject"]) == (
        "a@people.example",
        "hello",
        "Hi",
    )
    assert [each["filename"] for each in payload["media"]] == ["a.txt"]


def test_sendgrids_raw_form_is_the_mail_itself() -> None:
    body, content_type = form(email=a_mail(ANA, US, "s", "größer").decode(), to=US)
    assert (
        only(parse(Delivery("ws", "con_1", body, ARRIVED_US, "", content_type)), "message.received").payload["text"]
        == "größer"
    )


def test_mailguns_form_is_a_mail() -> None:
    from urllib.parse import urlencode

    headers = orjson.dumps([["From", f"Ana <{ANA}>"], ["Message-Id", "<a@people.example>"], ["Subject", "Hi"]]).decode()
    fields = {
        "recipient": US,
        "sender": ANA,
        "body-plain": "hello ä",
        "message-headers": headers,
        "timestamp": "1",
        "token": "t",
        "signature": "s",
    }
    event = only(
        parse(Delivery("ws", "con_1", urlencode(fields).encode(), ARRIVED_US, "", "application/x-www-form-urlencoded")),
        "message.received",
    )
    assert (event.payload["external_id"], event.payload["text"]) == ("a@people.example", "hello ä")


def test_amazons_mail_in_base64_is_the_mail_itself() -> None:
    import base64

    content = base64.b64encode(a_mail(ANA, US, "s", "whole")).decode()
    message = {
        "notificationType": "Received",
        "mail": {},
        "receipt": {"action": {"encoding": "BASE64"}},
        "content": content,
    }
    body = {"Type": "Notification", "TopicArn": "arn", "MessageId": "m", "Message": orjson.dumps(message).decode()}
    assert received(body)["text"] == "whole"


@pytest.mark.parametrize(
    ("address", "is_theirs"),
    [
        ("https://sns.us-east-1.amazonaws.com/?a", True),
        ("https://amazonaws.com.evil.example/", False),
        ("http://sns.amazonaws.com/", False),
        ("https://[x", False),
    ],
)
def test_a_subscription_is_shown_with_its_address_only_where_it_is_amazons(address: str, is_theirs: bool) -> None:
    (event,) = read(
        {
            "Type": "SubscriptionConfirmation",
            "TopicArn": "arn",
            "MessageId": "m",
            "SubscribeURL": address,
            "Token": "secret",
        }
    )
    assert event.type == "channel.reported"
    assert (event.payload["content"]["subscribe_url"] == address) is is_theirs
