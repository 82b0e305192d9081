"""SMS as a channel: one number of ours is one account."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ingest.channels.base import Channel, Connection, Field, Gateway
from ingest.channels.sms.capabilities import CAPABILITIES
from ingest.channels.sms.errors import ADVICES, advice, retry
from ingest.channels.sms.parse import parse
from ingest.channels.sms.webhook import SmsWebhook
from ingest.kit.outward import Resolve

if TYPE_CHECKING:
    import httpx2


def _open(connection: Connection, external_id: str, http: httpx2.AsyncClient, resolver: Resolve) -> Gateway:
    from ingest.channels.sms.client import SmsGateway

    return SmsGateway(connection, external_id, http, resolver)


CHANNEL = Channel(
    capabilities=CAPABILITIES,
    parse=parse,
    webhook=SmsWebhook(),
    open=_open,
    fields=(
        Field("external_id", "Our number", "As the provider writes it: + and digits, or a short code."),
        Field("account_sid", "Account SID", "The provider's console → Account; begins with AC."),
        Field("access_token", "Auth token", "The provider's console → Account.", is_secret=True),
        Field(
            "secret",
            "Auth token for signatures",
            "The same token; two while it is rotated.",
            is_secret=True,
            form="lines",
        ),
        Field("public_url", "Public address", "As the provider calls us, without path: https://shop.example."),
        Field(
            "status_callback",
            "Status callback",
            "Where receipts go; this connection's own address where it is empty.",
            is_required=False,
        ),
    ),
    advice=advice,
    retry=retry,
    advices=ADVICES,
    reaches="phone",
)
