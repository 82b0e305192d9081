"""Instagram messaging as a channel: one professional account, reached through its Page or by its own log-in."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from ingest.channels.base import Channel, Connection, Field, Gateway
from ingest.channels.instagram.capabilities import CAPABILITIES
from ingest.channels.instagram.parse import parse
from ingest.channels.meta.announced import announced_mid
from ingest.channels.meta.errors import ADVICES, advice
from ingest.channels.meta.graph import PROOF
from ingest.channels.meta.send import Wire
from ingest.channels.meta.webhook import MetaWebhook
from ingest.domain.errors import Misconfigured
from ingest.kit.outward import Resolve

if TYPE_CHECKING:
    import httpx2

    from ingest.channels.calls import Json

WIRE = Wire(CAPABILITIES, has_metadata=False, only_reaction=("love", "❤️", "❤"))
"""Echoes do not bring our ids back, and a heart is the only reaction."""
INSTAGRAM_URL = "https://graph.instagram.com/v24.0"
"""Base URL of the variant with Instagram Login, version included."""
_PAGE_FIELDS = ("messages",)
"""Through a Page the app's own dashboard says which fields of Instagram come; the Page must let it have messages."""
_LOGIN_FIELDS = (
    "messages",
    "messaging_postbacks",
    "messaging_seen",
    "message_reactions",
    "messaging_referral",
    "messaging_handover",
    "standby",
)


def _open(connection: Connection, external_id: str, http: httpx2.AsyncClient, resolver: Resolve) -> Gateway:
    from ingest.channels.meta.graph import GRAPH_URL
    from ingest.channels.meta.pages_check import Subject
    from ingest.channels.meta.pages_client import PagesGateway

    login = connection.settings.get("login") or "facebook"
    wanted: tuple[str, ...]
    if login == "facebook":
        url, find = GRAPH_URL, _linked
        fields, wanted = "id,name,instagram_business_account{id,username}", _PAGE_FIELDS
    elif login == "instagram":
        url, find = INSTAGRAM_URL, _own
        fields, wanted = "user_id,username", _LOGIN_FIELDS
    else:
        raise Misconfigured("The log-in of an Instagram connection is facebook or instagram.", code="login")
    # Either token says which account it is of; the Page's id is not known here.
    subject = Subject(
        external_id,
        "me",
        fields,
        find,
        "name,username,profile_pic",
        wanted,
        says_whose="It is the token of the Instagram account {name}.",
        says_nobodys="No Instagram account stands behind this token; link it to the Page and make a new token.",
        permissions=("instagram_basic", "instagram_manage_messages") if login == "facebook" else (),
    )
    return PagesGateway(connection, connection.base_url or url, subject, WIRE, http, resolver)


def _linked(me: Json) -> Mapping[str, Any]:
    found = me.get("instagram_business_account")
    return found if isinstance(found, dict) else {}


def _own(me: Json) -> Mapping[str, Any]:
    return {"id": me.get("user_id"), "name": me.get("username")}


CHANNEL = Channel(
    capabilities=CAPABILITIES,
    parse=parse,
    webhook=MetaWebhook(),
    open=_open,
    fields=(
        Field("external_id", "Instagram account ID", "As webhooks name it (entry.id); digits, not the username."),
        Field("login", "Log-in", "facebook (token of the linked Page) or instagram (token of the account itself)."),
        Field("access_token", "Access token", "With the permission to manage messages.", is_secret=True),
        Field(
            "secret",
            "App secret",
            "Meta for Developers → your app: Settings → Basic; with Instagram Login, the Instagram app secret as well.",
            is_secret=True,
            form="lines",
        ),
        PROOF,
    ),
    advice=advice,
    advices=ADVICES,
    announced=announced_mid,
)
