"""WhatsApp Business Platform (Cloud API) as a channel."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ingest.channels.base import Channel, Connection, Field, Gateway
from ingest.channels.meta.graph import GRAPH_URL, PROOF, proof_of
from ingest.channels.meta.templates import blanks, template_components
from ingest.channels.meta.webhook import MetaWebhook
from ingest.channels.whatsapp.capabilities import CAPABILITIES
from ingest.channels.whatsapp.errors import ADVICES, classify, retry
from ingest.channels.whatsapp.parse import parse
from ingest.kit.outward import Resolve

if TYPE_CHECKING:
    import httpx2

_ACCOUNT = Field(
    "waba_id",
    "WhatsApp Business Account ID",
    "WhatsApp Manager → API setup; its templates are listed from there. Empty: learnt from the first delivery.",
    is_required=False,
)
_UPLOADS: dict[tuple[str, str], tuple[str, int]] = {}
"""What files became at Meta, by number and content; lives as long as the process."""


def _open(connection: Connection, external_id: str, http: httpx2.AsyncClient, resolver: Resolve) -> Gateway:
    from ingest.channels.whatsapp.client import WhatsAppClient
    from ingest.channels.whatsapp.gateway import WhatsAppGateway

    client = WhatsAppClient(
        connection.base_url or GRAPH_URL, external_id, connection.access_token, http, proof_of(connection), resolver
    )
    account_id = str(connection.settings.get(_ACCOUNT.name) or "") or None
    path = f"/webhooks/whatsapp/{connection.connection_id}"
    return WhatsAppGateway(client, external_id, _UPLOADS, account_id, path=path)


def _advice(code: str) -> str | None:
    return classify(int(code)).advice if code.isascii() and code.isdigit() else None


CHANNEL = Channel(
    capabilities=CAPABILITIES,
    parse=parse,
    webhook=MetaWebhook(),
    open=_open,
    fields=(
        Field("external_id", "Phone number ID", "WhatsApp Manager → API setup; digits, not the number itself."),
        Field("access_token", "Access token", "Of a system user with whatsapp_business_messaging.", is_secret=True),
        Field(
            "secret", "App secret", "Meta for Developers → your app → Settings → Basic.", is_secret=True, form="lines"
        ),
        _ACCOUNT,
        PROOF,
    ),
    advice=_advice,
    retry=retry,
    advices=ADVICES,
    fill_template=template_components,
    template_blanks=blanks,
    reaches="phone",
)
