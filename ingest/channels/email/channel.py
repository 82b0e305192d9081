"""E-mail as a channel."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from ingest.channels.base import Channel, Connection, Field, Gateway
from ingest.channels.email.capabilities import CAPABILITIES
from ingest.channels.email.errors import ADVICES, BOUNCED, advice
from ingest.channels.email.parse import parse, unpack
from ingest.channels.email.settings import settle
from ingest.channels.email.webhook import EmailWebhook
from ingest.kit.outward import Resolve

if TYPE_CHECKING:
    import httpx2


def open_gateway(connection: Connection, external_id: str, http: httpx2.AsyncClient, resolver: Resolve) -> Gateway:
    """Return the gateway of a mailbox."""
    from ingest.channels.email.gateway import EmailGateway

    return EmailGateway(connection, http=http, resolver=resolver)


def _optional(
    name: str,
    label: str,
    explanation: str,
    *,
    is_secret: bool = False,
    form: Literal["line", "lines", "text"] = "line",
) -> Field:
    return Field(name, label, explanation, is_secret=is_secret, is_required=False, form=form)


CHANNEL = Channel(
    capabilities=CAPABILITIES,
    parse=parse,
    webhook=EmailWebhook(),
    open=open_gateway,
    fields=(
        Field("address", "E-mail address", "The mailbox that people write to and that answers come from."),
        _optional("sender_name", "Name", "What people see beside the address."),
        Field("smtp_host", "SMTP server", "The server that takes our mail."),
        _optional("smtp_port", "SMTP port", "465 for tls, 587 for starttls where nothing is given."),
        _optional("smtp_security", "SMTP security", "tls, starttls or none (only for a server on this machine)."),
        _optional("smtp_user", "SMTP user", "Often the address; empty for a server that asks for none."),
        _optional(
            "access_token", "Password", "Of the mailbox, for SMTP and IMAP; best one made for us.", is_secret=True
        ),
        _optional("imap_host", "IMAP server", "Where the mailbox is read; empty where a provider calls us instead."),
        _optional("imap_port", "IMAP port", "993 for tls, 143 for starttls where nothing is given."),
        _optional("imap_security", "IMAP security", "tls, starttls or none (only for a server on this machine)."),
        _optional("imap_user", "IMAP user", "The address where nothing is given."),
        _optional("imap_folders", "Folders", "Which to read, separated by commas; INBOX where nothing is given."),
        _optional("imap_since", "Read from", "Day (2026-01-31) before which mail is left alone; empty for all."),
        _optional(
            "authserv",
            "Trusted server",
            "The name our mail server signs Authentication-Results with (mx.example.com): a sender it found authentic "
            "counts as proven and is joined with the same address on other channels.",
        ),
        _optional("provider", "Provider", "Who calls us: postmark, sendgrid, mailgun, ses, resend or brevo."),
        _optional(
            "secret",
            "Webhook secret",
            "Postmark and Brevo: user:password of the address. SendGrid: the verification key. Mailgun: the signing "
            "key, and the address ends in ?key= and the verify token. Resend: the whsec key.",
            is_secret=True,
            form="lines",
        ),
        _optional(
            "provider_key",
            "Provider key",
            "Fetches the mail that a provider only tells of. Resend: an API key with full access (re_…). SES with S3: "
            "access key id and secret that may read the bucket, a colon between them.",
            is_secret=True,
        ),
        _optional("s3_region", "S3 region", "Of the bucket, where it is not that of the Amazon topic."),
        _optional(
            "verify_token", "Word in the address", "For Mailgun and Brevo: what stands behind ?key=.", is_secret=True
        ),
        _optional(
            "sns_certificate",
            "Amazon certificate",
            "PEM of the SigningCertURL that notifications name; while Amazon changes it, the old and the new one.",
            form="text",
        ),
        _optional("sns_topic", "Amazon topic", "ARN of the one topic to believe; without it nothing of SES is taken."),
        _optional("plus_addressing", "Plus addresses", "yes where name+anything@ reaches the mailbox, too."),
        _optional("dkim_domain", "DKIM domain", "The address's own where nothing is given."),
        _optional("dkim_selector", "DKIM selector", "Name of the key in the domain's records."),
        _optional(
            "dkim_key", "DKIM key", "RSA private key, PEM; empty where the server signs.", is_secret=True, form="text"
        ),
        _optional(
            "unsubscribe_url",
            "Unsubscribe address",
            "For campaigns: an https address that takes one click; {recipient} and {message_id} are filled in. "
            "Where nothing is given, ours is used.",
        ),
    ),
    advice=advice,
    bounced=BOUNCED,
    advices=ADVICES,
    unpack=unpack,
    is_called=lambda connection: bool(connection.settings.get("provider")),
    settle=settle,
    reaches="email",
)
