"""X as a channel: the direct messages of one account."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ingest.channels.base import Channel, Connection, Field, Gateway
from ingest.channels.x.capabilities import CAPABILITIES
from ingest.channels.x.errors import ADVICES, advice
from ingest.channels.x.parse import parse
from ingest.channels.x.webhook import XWebhook
from ingest.kit.outward import Resolve

if TYPE_CHECKING:
    import httpx2


def _open(connection: Connection, external_id: str, http: httpx2.AsyncClient, resolver: Resolve) -> Gateway:
    from ingest.channels.x.client import XGateway

    return XGateway(connection, external_id, http, resolver)


CHANNEL = Channel(
    capabilities=CAPABILITIES,
    parse=parse,
    webhook=XWebhook(),
    open=_open,
    fields=(
        Field("external_id", "User ID", "The account's number, not its @name; developer.x.com → Users lookup."),
        Field("access_token", "User access token", "OAuth 2.0 with dm.read, dm.write, users.read.", is_secret=True),
        Field(
            "secret", "Consumer secret", "developer.x.com → your app → Keys and tokens.", is_secret=True, form="lines"
        ),
        Field(
            "app_token",
            "App bearer token",
            "The same page; with it Check now sees whether X calls us and is subscribed to the account.",
            is_secret=True,
            is_required=False,
        ),
    ),
    advice=advice,
    advices=ADVICES,
)
