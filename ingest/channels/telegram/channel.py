"""Telegram as a channel: one bot is one account, and has the id of its connection."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from ingest.channels.base import Channel, Connection, Field, Gateway
from ingest.channels.telegram.capabilities import CAPABILITIES
from ingest.channels.telegram.check import delete_webhook, set_webhook
from ingest.channels.telegram.errors import ADVICES, advice
from ingest.channels.telegram.parse import parse
from ingest.channels.telegram.webhook import TelegramWebhook
from ingest.domain.errors import BadInput
from ingest.kit.outward import Resolve

if TYPE_CHECKING:
    import httpx2

WEBHOOK, POLLING = "webhook", "polling"
"""Values of the setting `updates`: Telegram calls us, or we ask for updates."""


def _open(connection: Connection, external_id: str, http: httpx2.AsyncClient, resolver: Resolve) -> Gateway:
    from ingest.channels.telegram.client import BotApi
    from ingest.channels.telegram.gateway import TelegramGateway

    bot = BotApi(http, connection.base_url, connection.access_token)
    return TelegramGateway(
        bot, path=f"/webhooks/telegram/{connection.connection_id}" if _is_called(connection) else None
    )


async def _register(connection: Connection, address: str | None, http: httpx2.AsyncClient) -> None:
    from ingest.channels.telegram.client import BotApi

    bot = BotApi(http, connection.base_url, connection.access_token)
    if address is None:
        await delete_webhook(bot)
    else:
        await set_webhook(bot, address, connection.secrets[0])


def _is_called(connection: Connection) -> bool:
    return connection.settings.get("updates") != POLLING


def _settle(settings: Mapping[str, Any]) -> dict[str, Any]:
    """Take webhook or polling, however it is written; anything else would be a webhook nobody asked for."""
    updates = str(settings.get("updates") or WEBHOOK).strip().lower()
    if updates not in (WEBHOOK, POLLING):
        raise BadInput("Updates come by webhook or by polling; write one of the two words.", field="updates")
    return {**settings, "updates": updates}


CHANNEL = Channel(
    capabilities=CAPABILITIES,
    parse=parse,
    webhook=TelegramWebhook(),
    open=_open,
    fields=(
        Field("access_token", "Bot token", "@BotFather → your bot → API token.", is_secret=True),
        Field(
            "secret",
            "Webhook secret",
            "1 to 256 letters, digits, _ or -; Telegram sends it back. One is made where none is given.",
            is_secret=True,
            is_required=False,
        ),
        Field("updates", "Updates", "webhook, or polling where Telegram cannot reach us.", is_required=False),
    ),
    advice=advice,
    advices=ADVICES,
    is_called=_is_called,
    register=_register,
    settle=_settle,
)
