"""The contract that every channel keeps: one suite, run by each channel of the registry.

| promise | held by |
| --- | --- |
| a provider's own bytes are believed, changed ones and strangers not; any of the secrets counts | `test_exchanges`, `test_every_channel` |
| twice is once, any order, through the real fold | `test_exchanges` |
| every recorded payload means its table; spoilt ones neither raise nor vanish; an echo is no customer | `test_recorded_payloads` |
| every declared kind is taken by its simulator; what is not declared, too long or too large never leaves | `test_sends` |
| every refusal is in its retry family and has an advice; what nobody answered is not tried again | `test_sends` |
| nothing raises, no secret is told, a check answers in sentences that can be translated | `test_every_channel` |

A new channel passes by being a folder with a `channel.py`, a name in the registry, a wire and a simulator in `stand`;
what is its own is in tests of its own, beside these.
"""

from __future__ import annotations

from app.webhooks.providers import CALLERS
from ingest.channels import registry
from ingest.channels.base import Channel, Connection, Delivery
from ingest.domain.event import Event

NOW_US = 1_795_000_000_000_000
"""After every recorded payload, so that no time in one is out of range."""


def channel_of(name: str) -> Channel:
    """Return a channel of the registry."""
    found = registry.channel(name)
    assert found is not None
    return found


def connection_of(name: str) -> Connection:
    """Return a connection to nowhere: nobody listens where it points."""
    settings = {
        "smtp_host": "127.0.0.1",
        "smtp_port": "9",
        "address": "shop@shop.example",
        "public_url": "https://x.example",
    }
    return Connection(
        f"con_{name}",
        "ws",
        name,
        "Contract",
        "http://127.0.0.1:9",
        "verify-me",
        ["a-secret"],
        "the-access-token",
        settings,
    )


def read(
    name: str, body: bytes, content_type: str = "application/json", event_id: str = "evt_1", later_us: int = 0
) -> list[Event]:
    """Return what a body means on a channel, kept as that event, that much later."""
    return channel_of(name).parse(Delivery("ws_contract", "con_1", body, NOW_US + later_us, event_id, content_type))


def callers() -> list[str]:
    """Return the channels that call us."""
    return list(CALLERS)
