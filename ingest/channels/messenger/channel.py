"""Facebook Messenger as a channel: one Page is one account."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ingest.channels.base import Channel, Connection, Field, Gateway
from ingest.channels.messenger.capabilities import CAPABILITIES
from ingest.channels.messenger.parse import parse
from ingest.channels.meta.errors import ADVICES, advice
from ingest.channels.meta.graph import PROOF
from ingest.channels.meta.send import Wire
from ingest.channels.meta.templates import page_blanks, page_components
from ingest.channels.meta.webhook import MetaWebhook
from ingest.kit.outward import Resolve

if TYPE_CHECKING:
    import httpx2

    from ingest.channels.meta.pages_client import Uploads

WIRE = Wire(CAPABILITIES, has_metadata=True)
"""Any emoji is a reaction, and echoes bring our ids back."""
_UPLOADS: Uploads = {}
WANTED = (
    "messages",
    "messaging_postbacks",
    "message_deliveries",
    "message_reads",
    "message_echoes",
    "message_reactions",
    "message_edits",
    "messaging_referrals",
    "messaging_handovers",
    "standby",
)
"""Webhook fields without which something would be missing."""


def _open(connection: Connection, external_id: str, http: httpx2.AsyncClient, resolver: Resolve) -> Gateway:
    from ingest.channels.meta.graph import GRAPH_URL
    from ingest.channels.meta.pages_check import Subject
    from ingest.channels.meta.pages_client import PagesGateway

    subject = Subject(
        external_id,
        external_id,
        "id,name",
        lambda me: me,
        "first_name,last_name,profile_pic",
        WANTED,
        says_whose="It is the token of the Page {name}.",
        says_nobodys="No Page stands behind this token; make a new token for the Page.",
        permissions=("pages_messaging", "pages_manage_metadata"),
    )
    return PagesGateway(connection, connection.base_url or GRAPH_URL, subject, WIRE, http, resolver, _UPLOADS)


CHANNEL = Channel(
    capabilities=CAPABILITIES,
    parse=parse,
    webhook=MetaWebhook(),
    open=_open,
    fields=(
        Field("external_id", "Page ID", "The Page → About → Page transparency; digits."),
        Field("access_token", "Page access token", "Long-lived, with pages_messaging.", is_secret=True),
        Field(
            "secret", "App secret", "Meta for Developers → your app → Settings → Basic.", is_secret=True, form="lines"
        ),
        PROOF,
    ),
    advice=advice,
    advices=ADVICES,
    fill_template=page_components,
    template_blanks=page_blanks,
)
