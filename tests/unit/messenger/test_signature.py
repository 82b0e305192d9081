"""Only Meta's bytes come in, signed with any secret of the app; the same for both channels."""

from __future__ import annotations

import pytest

from ingest.channels.base import Call, Channel, Connection
from ingest.channels.instagram.channel import CHANNEL as INSTAGRAM
from ingest.channels.messenger.channel import CHANNEL as MESSENGER
from ingest.channels.simulator.webhooks import encode, signature
from tests.unit.messenger.wire import a_text, body_of

BODY = encode(body_of(a_text("olá 👋")))
BOTH = Connection("con_1", "ws", "instagram", "x", "", "token", ["app secret", "instagram app secret"], "t")


def call(header: str | None, body: bytes = BODY, query: str = "") -> Call:
    headers = [] if header is None else [(b"x-hub-signature-256", header.encode())]
    return Call("/webhooks/x/con_1", query, headers, body)


@pytest.mark.parametrize("channel", [MESSENGER, INSTAGRAM], ids=["messenger", "instagram"])
@pytest.mark.parametrize("secret", BOTH.secrets)
def test_either_of_the_apps_secrets_may_have_signed(channel: Channel, secret: str) -> None:
    assert channel.webhook is not None
    assert channel.webhook.verify(call(signature(BODY, secret)), BOTH)


@pytest.mark.parametrize("channel", [MESSENGER, INSTAGRAM], ids=["messenger", "instagram"])
@pytest.mark.parametrize("header", [None, "", signature(BODY, "other"), signature(BODY + b" ", "app secret")])
def test_other_bytes_secrets_and_no_signature_are_refused(channel: Channel, header: str | None) -> None:
    assert channel.webhook is not None
    assert not channel.webhook.verify(call(header), BOTH)


def test_a_body_written_again_does_not_verify() -> None:
    assert MESSENGER.webhook is not None
    rewritten = BODY.replace(b"\\u00e1", "á".encode())
    assert not MESSENGER.webhook.verify(call(signature(BODY, "app secret"), rewritten), BOTH)


@pytest.mark.parametrize("channel", [MESSENGER, INSTAGRAM], ids=["messenger", "instagram"])
def test_the_handshake_is_answered_only_to_who_knows_the_token(channel: Channel) -> None:
    assert channel.webhook is not None
    query = "hub.mode=subscribe&hub.challenge=1158201444&hub.verify_token="
    answer = channel.webhook.handshake(call(None, b"", query + "token"), BOTH)
    assert answer is not None
    assert answer.body == b"1158201444"
    assert channel.webhook.handshake(call(None, b"", query + "other"), BOTH) is None
