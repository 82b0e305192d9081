"""The provider's error codes: what each means for trying again, and what to tell people (channels.md §3.13).

Decided by code alone, never by text. The same codes come at once in an HTTP answer and later in a
failed status.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

from ingest.channels.failures import ErrorClass, Retry, advices, classes
from ingest.channels.meta.graph import read_error
from ingest.domain.consent import MARKETING
from ingest.domain.errors import ChannelError, Misconfigured, Rejected, Throttled

STOPPED_MARKETING = 131050
"""The code by which a contact took back their consent."""

_LATER: Mapping[int, str] = {
    1: "The provider had a fault; it is tried again by itself.",
    2: "The provider is not available just now; it is tried again by itself.",
    4: "Too many calls to the provider; it is tried again by itself.",
    80007: "The business account has reached its rate limit; it is tried again by itself.",
    80008: "Too many management calls for this business account; it is tried again by itself.",
    130429: "The number sends faster than it may; it is tried again by itself.",
    131000: "The provider had a fault; it is tried again by itself.",
    131016: "The provider is overloaded; it is tried again by itself.",
    131057: "The number is being upgraded or maintained; it is tried again by itself.",
    133004: "The provider's server is not available just now; it is tried again by itself.",
}
_SLOWLY: Mapping[int, str] = {
    131056: "Too many messages to this contact in a short time; it is tried again more slowly.",
}
_NEVER: Mapping[int, str] = {
    130472: "This contact is in an experiment of the provider and gets no marketing messages; do not send it again.",
    130497: "The business may not write to contacts in this country.",
    131021: "Sender and recipient are the same number.",
    131026: "The contact has no WhatsApp, an old version, or does not accept it; try another channel.",
    131047: "The contact last wrote more than 24 hours ago; send an approved template instead.",
    131049: "The contact got many marketing messages lately; wait at least 24 hours before another one.",
    131050: "The contact stopped marketing messages from this business; send none until they allow it again.",
    131051: "WhatsApp does not carry this type of message.",
}
_FIX: Mapping[int, str] = {
    33: "The number or object does not exist or is not visible to this app; check the address and ids.",
    100: "A part of the message is missing or wrong; correct it and send it again.",
    131008: "A required part of the message is missing; add it and send it again.",
    131009: "A value in the message is not allowed; correct it and send it again.",
    131052: "The contact's file could not be fetched by the provider; ask them to send it again.",
    131053: "The file could not be uploaded; check its type and size and send it again.",
    131062: "This message cannot go to a user id; a phone number is needed.",
    131063: "Marketing templates of this account go through the marketing messages interface; send it from there.",
    132000: "The number of template parameters is not what the template wants.",
    132001: "There is no approved template of this name in this language.",
    132005: "The filled-in template is too long; shorten a parameter.",
    132007: "The template's content goes against the provider's policy.",
    132012: "A template parameter has the wrong format.",
    132015: "The template is paused for low quality; use another one or wait.",
    132016: "The template is disabled for good after low quality; use another one.",
    132018: "The template's parameters are not valid; check them.",
    132068: "The flow is blocked; correct it in the provider's manager.",
    132069: "The flow is throttled because it failed too often; correct it in the provider's manager.",
    134011: "The terms for payments are not accepted, or the payment part is wrong; correct it first.",
    135000: "The provider could not read the message; check its parameters.",
}
_ACCOUNT: Mapping[int, str] = {
    0: "The app cannot sign in at the provider; an administrator must renew the access token.",
    3: "The app may not do this; an administrator must check its permissions.",
    10: "The app lacks a permission for this account; an administrator must grant it.",
    190: "The access token has expired or was revoked; an administrator must renew it.",
    368: "The account is restricted for a policy violation; an administrator must act.",
    131005: "The app may not reach this number; an administrator must check its permissions.",
    131031: "The account is locked; an administrator must act.",
    131037: "The number's display name is not approved yet; an administrator must act.",
    131042: "There is a problem with the payment method; an administrator must act.",
    131045: "The number is not registered; an administrator must register it.",
    131048: "The number is limited because contacts reported it as spam; an administrator must look at its quality.",
    131064: "The account is not set up for the marketing messages interface; an administrator must act.",
    133010: "The number is not registered; an administrator must register it.",
    134100: "The account is not set up for the marketing messages interface; an administrator must act.",
    134101: "The template is not ready for the marketing messages interface; an administrator must look at it.",
    134102: "The template cannot be used with the marketing messages interface; an administrator must look at it.",
}
_PERMISSIONS = range(200, 300)


ERRORS: Mapping[int, ErrorClass] = MappingProxyType(
    classes({"later": _LATER, "slowly": _SLOWLY, "never": _NEVER, "fix": _FIX, "account": _ACCOUNT})
    | dict.fromkeys(
        _PERMISSIONS,
        ErrorClass("account", "The app lacks a permission for this account; an administrator must grant it."),
    )
)
"""Every code that we know; the one place where a code gets its meaning."""
_UNREACHED = ErrorClass("later", "The provider could not handle it just now; it is tried again by itself.")
_TOO_FAST = ErrorClass("later", "Too many calls to the provider; it is tried again by itself.")
_NO_ACCESS = ErrorClass("account", "The provider does not accept our access; an administrator must act.")
_UNKNOWN = ErrorClass("never", "The provider refused it for a reason this version does not know; see the details.")
ADVICES = advices(ERRORS, _UNREACHED, _TOO_FAST, _NO_ACCESS, _UNKNOWN)


def classify(code: int | None, http_status: int | None = None) -> ErrorClass:
    """Return what an error means: by its code, else by the HTTP status it came with."""
    known = ERRORS.get(code) if code is not None else None
    if known is not None:
        return known
    if http_status is None:
        return _UNKNOWN
    if http_status >= 500:
        return _UNREACHED
    return {429: _TOO_FAST, 401: _NO_ACCESS, 403: _NO_ACCESS}.get(http_status, _UNKNOWN)


_RESTS = {4: "account", 80007: "account", 130429: "account", 131056: "pair"}
"""Codes that tell a whole number, or one pair of number and contact, to slow down (channels.md §3.7)."""


def retry(code: str) -> Retry | None:
    """Return what the code of a failed status means for sending it again, None for one that is not the provider's."""
    known = ERRORS.get(int(code)) if code.isascii() and code.isdigit() else None
    return known.retry if known else None


def to_exception(http_status: int, answer: Mapping[str, Any] | None) -> ChannelError:
    """Return the domain error of a refused call: Throttled, Rejected or Misconfigured.

    Its facts are `code`, `subcode`, `retry`, `rests` (account or pair, for what is over its rate), `withdraws`,
    `title`, `provider_detail`, `http_status` and `fbtrace_id`.
    """
    error = read_error(answer or {})
    meaning = classify(error.code, http_status)
    family = {"later": Throttled, "slowly": Throttled, "account": Misconfigured}.get(meaning.retry, Rejected)
    return family(
        meaning.advice,
        code=error.code if error.code is not None else f"http_{http_status}",
        subcode=error.subcode,
        retry=meaning.retry,
        rests=_RESTS.get(error.code or 0),
        withdraws=MARKETING if error.code == STOPPED_MARKETING else None,
        title=error.title,
        provider_detail=error.detail,
        http_status=http_status,
        fbtrace_id=error.fbtrace_id,
    )
