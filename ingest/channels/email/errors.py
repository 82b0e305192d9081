"""What servers answer: each code's meaning for trying again, and what to tell people (channels.md §8; RFC 3463).

Decided by the enhanced code (5.1.1) where there is one, else by the reply code (550), else by its first digit.
Temporary refusals are tried again, permanent ones are not.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from types import MappingProxyType

from ingest.channels.failures import ErrorClass, advices, classes
from ingest.domain.errors import ChannelError, Misconfigured, Rejected, Throttled

_LATER: Mapping[str, str] = {
    "421": "The mail server is busy or closing; it is tried again by itself.",
    "450": "The mailbox is busy, or the server wants to see us again later; it is tried again by itself.",
    "451": "The server could not handle it just now; it is tried again by itself.",
    "452": "The server has no room just now; it is tried again by itself.",
    "454": "The server could not check our access just now; it is tried again by itself.",
    "4.2.1": "The mailbox takes no mail just now; it is tried again by itself.",
    "4.2.2": "The contact's mailbox is full; it is tried again by itself.",
    "4.3.2": "The server takes no mail just now; it is tried again by itself.",
    "4.4.1": "The contact's server does not answer; it is tried again by itself.",
    "4.4.2": "The connection broke; it is tried again by itself.",
    "4.7.0": "The server wants us to slow down; it is tried again by itself.",
    "4.7.1": "The server wants to see us again later; it is tried again by itself.",
    "4.7.28": "The server sees too much mail from us; it is tried again by itself.",
}
_NEVER: Mapping[str, str] = {
    "550": "The contact's server does not take mail for this address; check the address.",
    "551": "The contact is not at this server; check the address.",
    "552": "The contact's mailbox is full or the mail is too large.",
    "553": "The contact's address is not allowed there; check the address.",
    "554": "The server refuses this mail; see the details.",
    "5.1.1": "There is no such mailbox; check the address.",
    "5.1.2": "There is no such domain; check the address.",
    "5.1.3": "The address is not written as one; check it.",
    "5.1.6": "The mailbox has moved; ask the contact for the new address.",
    "5.1.10": "The contact's domain takes no mail; check the address.",
    "5.2.0": "The mailbox takes no mail; try another channel.",
    "5.2.1": "The mailbox is closed; try another channel.",
    "5.2.2": "The contact's mailbox is full; try another channel.",
    "5.4.1": "Nobody takes mail for this address; check it.",
    "5.4.4": "The contact's server cannot be found; check the address.",
    "5.4.7": "The contact's server did not take it for days; try another channel.",
    "5.7.1": "The contact's server does not want this mail; see the details.",
}
_FIX: Mapping[str, str] = {
    "5.2.3": "The mail is larger than the contact's mailbox allows; send a link or a smaller file.",
    "5.3.4": "The mail is larger than the server allows; send a link or a smaller file.",
    "5.6.0": "The server cannot read the mail's content; change it and send it again.",
    "5.7.9": "The contact's server holds this content for harmful; change it and send it again.",
}
_ACCOUNT: Mapping[str, str] = {
    "530": "The server wants us to sign in; an administrator must set user and password.",
    "534": "The server wants another way to sign in; an administrator must act.",
    "535": "The server refuses user or password; an administrator must renew them.",
    "538": "The server signs in only over TLS; an administrator must choose starttls or tls.",
    "5.1.7": "The server refuses our own address; an administrator must check it.",
    "5.1.8": "The server refuses our own address; an administrator must check it.",
    "5.7.0": "The server wants us to sign in or to use TLS; an administrator must act.",
    "5.7.8": "The server refuses user or password; an administrator must renew them.",
    "5.7.20": "Our mail carries no valid DKIM signature; an administrator must set up its key.",
    "5.7.23": "Our domain's SPF record does not allow this server; an administrator must correct it.",
    "5.7.25": "Our server's address has no name; an administrator must set its reverse record.",
    "5.7.26": "Our mail is not authenticated (SPF, DKIM, DMARC); an administrator must set that up.",
    "5.7.60": "The server does not let us send as this address; an administrator must allow it.",
    "tls": "The server's certificate or its TLS cannot be trusted; an administrator must check host and port.",
    "greeting": "The server does not want to talk to us; an administrator must check host, port and our standing.",
    "plain_password": "Without TLS the password would travel readable; an administrator must choose starttls or tls.",
    "sender": "The server refuses our own address; an administrator must check it.",
    "settings": "The mailbox is not set up completely; an administrator must complete its settings.",
    "dkim": "The DKIM key cannot be used; an administrator must set it again.",
}


ERRORS: Mapping[str, ErrorClass] = MappingProxyType(
    classes({"later": _LATER, "never": _NEVER, "fix": _FIX, "account": _ACCOUNT})
)
"""Every code that we know; the one place where a code gets its meaning."""
_TEMPORARY = ErrorClass("later", "The server could not take it just now; it is tried again by itself.")
_PERMANENT = ErrorClass("never", "The server refuses it for a reason this version does not know; see the details.")
ADVICES = advices(ERRORS, _TEMPORARY, _PERMANENT)
BOUNCED = frozenset(
    {
        *("5.1.1", "5.1.2", "5.1.3", "5.1.6", "5.1.10", "5.2.1", "5.4.4"),
        *("HardBounce", "BadEmailAddress"),  # Postmark's Type
        *("hard_bounce", "invalid_email"),  # Brevo's event
        "Permanent",  # Resend's type, Amazon's bounceType
        "605",  # Mailgun, of an address that bounced before
    }
)
"""Codes, a server's or a provider's, that are about the address. A bare 550 is as often about what a mail says."""
_ENHANCED = re.compile(r"\s*([245]\.\d{1,3}\.\d{1,3})\b")
_RESTS = frozenset({"421", "4.7.0", "4.7.28"})
"""Codes that tell a whole account to slow down."""


def code_of(reply: int, words: str) -> str:
    """Return the enhanced code where the words begin with one, else the reply code."""
    found = _ENHANCED.match(words)
    return found[1] if found and found[1][0] == str(reply)[:1] else str(reply)


def classify(code: str, reply: int | None = None) -> ErrorClass:
    """Return what a code means."""
    known = ERRORS.get(code) or ERRORS.get(str(reply))
    return known or (_TEMPORARY if code.startswith("4") else _PERMANENT)


def advice(code: str) -> str | None:
    """Return what to tell people about a code, None for one that is no server's."""
    if code in ERRORS or re.fullmatch(r"[45]\d\d|[45]\.\d{1,3}\.\d{1,3}", code):
        return classify(code).advice
    return None


def to_exception(reply: int, words: bytes | str, *, about_sender: bool = False) -> ChannelError:
    """Return the domain error of a refusal: Throttled, Rejected or Misconfigured.

    `about_sender` where the refused thing was our own address: no other recipient would change it.
    """
    said = words.decode("utf-8", "replace") if isinstance(words, bytes) else words
    code = code_of(reply, said)
    if about_sender and reply >= 500 and classify(code, reply).retry not in ("account", "fix"):
        code = "sender"
    meaning = classify(code, reply)
    return refusal(code, meaning, provider_detail=" ".join(said.split())[:500], reply=reply)


def misconfigured(code: str, detail: str | None = None) -> ChannelError:
    """Return the error of a setting that an administrator must correct."""
    return Misconfigured(detail or ERRORS[code].advice, code=code, retry="account")


def refusal(code: str, meaning: ErrorClass, **facts: object) -> ChannelError:
    """Return the error of a code with its meaning."""
    family = {"later": Throttled, "account": Misconfigured}.get(meaning.retry, Rejected)
    rests = "account" if code in _RESTS else None
    return family(meaning.advice, code=code, retry=meaning.retry, rests=rests, **facts)
