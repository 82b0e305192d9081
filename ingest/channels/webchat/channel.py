"""Web live chat as a channel: nobody is called, for the widget reads what we wrote from our own tables."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, BinaryIO

from ingest.channels.base import Accepted, Channel, Connection, Field, Finding, Gateway, Sending
from ingest.channels.webchat.capabilities import CAPABILITIES
from ingest.channels.webchat.parse import parse
from ingest.channels.webchat.rules import widget_of
from ingest.channels.webchat.settings import settle
from ingest.domain.errors import BadInput, Rejected
from ingest.domain.identity import Identity
from ingest.kit.outward import Resolve

if TYPE_CHECKING:
    import httpx2

_SHORTEST_KEY = 32


class WebchatGateway:
    """One widget. A message is delivered by being written down; visitors' browsers report what they showed."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    async def send(self, sending: Sending) -> Accepted:
        """Take a message under our own id; raises BadInput for a kind the widget has no form for."""
        if (kind := sending.requested["kind"]) not in CAPABILITIES.kinds:
            raise BadInput(f"The web chat shows no messages of kind {kind}.", code="no_form")
        return Accepted(external_id=sending.message_id)

    async def mark_read(self, external_id: str, recipient: Identity | None) -> None:
        """Do nothing: the widget sees in the conversation how far an agent has looked."""

    async def show_typing(self, external_id: str, recipient: Identity | None) -> None:
        """Do nothing: who types is known to the web process alone, which tells by `app.webchat.presence`."""

    async def fetch(self, file: Mapping[str, Any], into: BinaryIO, *, is_fresh: bool) -> None:
        """Raise Rejected: visitors' files are ours already when their message arrives."""
        raise Rejected(
            "A visitor's file is stored when it is laid down; there is nowhere to fetch it.", code="media_ours"
        )

    async def check(self) -> list[Finding]:
        """Look at the settings; there is nobody to ask."""
        widget, keys = widget_of(self._connection), self._connection.secrets
        is_strong = bool(keys) and all(len(each) >= _SHORTEST_KEY for each in keys)
        sites = ", ".join(widget.allowed_origins)
        return [
            Finding(
                "key",
                is_strong,
                "The key for visitors' tokens is long enough."
                if is_strong
                else "Use a random key of at least {length} characters; whoever guesses it can be any visitor.",
                {"length": _SHORTEST_KEY},
            ),
            Finding(
                "sites",
                bool(sites),
                "The widget may be embedded by {sites}."
                if sites
                else "No site may embed the widget; add the address of your site, for example https://shop.example.",
                {"sites": sites},
            ),
        ]


def _open(connection: Connection, external_id: str, http: httpx2.AsyncClient, resolver: Resolve) -> Gateway:
    return WebchatGateway(connection)


def _embed(connection: Connection, public_url: str) -> str:
    """Return the one script tag."""
    return f'<script src="{public_url}/chat/prosa-chat.js" data-connection="{connection.connection_id}" async></script>'


CHANNEL = Channel(
    capabilities=CAPABILITIES,
    parse=parse,
    webhook=None,
    open=_open,
    fields=(
        Field("title", "Title", "What stands at the top of the chat, for example the name of the shop."),
        Field(
            "allowed_origins", "Sites", "Addresses that may embed it, one a line: https://shop.example", form="lines"
        ),
        Field(
            "secret",
            "Key",
            "32 characters or more, random. Your server signs the ids of signed-in customers with it (HMAC-SHA256). "
            "One is made where none is given.",
            is_secret=True,
            is_required=False,
            form="lines",
        ),
        Field("colour", "Colour", "Of buttons and of what visitors write, as #rrggbb.", is_required=False),
        Field("languages", "Languages", "Out of en, pt, es, ar; the page's own is taken first.", is_required=False),
        Field(
            "prechat",
            "Form before the chat",
            "Fields to ask for, consent text and its version: "
            '{"fields": ["name", "email"], "consent_text": "We keep this chat for a year.", "consent_version": "1"}',
            is_required=False,
            form="text",
        ),
        Field(
            "greeting_rules",
            "Greetings",
            "Page, seconds and text of what greets by itself: "
            '[{"path_glob": "/checkout*", "after_s": 20, "text": "Can we help?"}]',
            is_required=False,
            form="text",
        ),
    ),
    settle=settle,
    embed=_embed,
)
