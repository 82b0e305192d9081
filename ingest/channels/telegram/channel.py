"""Telegram as a channel: one bot is one account, and has the id of its connection."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ingest.channels.base import Channel, Connection, Field, Gateway
from ingest.channels.telegram.capabilities import CAPABILITIES
from ingest.channels.telegram.errors import ADVICES, advice
from ingest.channels.telegram.parse import parse
from ingest.channels.telegram.webhook import TelegramWebhook
from ingest.kit.outward import Resolve

if TYPE_CHECKING:
    import httpx2

POLLING = "polling"
"""Value of the setting `updates` where we ask for updates instead of being called."""


def _open(connection: Connection, external_id: str, http: httpx2.AsyncClient, resolver: Resolve) -> Gateway:
    from ingest.channels.telegram.client import BotApi
    from ingest.channels.telegram.gateway import TelegramGateway

    bot = BotApi(http, connection.base_url, connection.access_token)
    return TelegramGateway(bot, is_polling=connection.settings.get("updates") == POLLING)


CHANNEL = Channel(
    capabilities=CAPABILITIES,
    parse=parse,
    webhook=TelegramWebhook(),
    open=_open,
    fields=(
        Field("access_token", "Bot token", "@BotFather → your bot → API token.", is_secret=True),
        Field("secret", "Webhook secret", "1 to 256 letters, digits, _ or -; Telegram sends it back.", is_secret=True),
        Field("updates", "Updates", "webhook, or polling where Telegram cannot reach us.", is_required=False),
    ),
    advice=advice,
    advices=ADVICES,
)
