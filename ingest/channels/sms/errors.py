"""The SMS provider's error codes: what each means for trying again, and what to tell people."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

from ingest.channels.failures import ErrorClass, Retry, advices
from ingest.domain.consent import MARKETING
from ingest.domain.errors import ChannelError, Misconfigured, Rejected, Throttled

STOPPED = 21610
"""The contact said STOP, here or to the provider."""
_NO_NUMBER = "This is no number that can get SMS; correct it."
ERRORS: Mapping[int, ErrorClass] = MappingProxyType(
    {
        20003: ErrorClass("account", "The provider does not accept the account or its token; enter them again."),
        20404: ErrorClass("account", "The provider does not know this account; check its SID."),
        20429: ErrorClass("later", "Too many calls to the provider; it is tried again by itself."),
        20500: ErrorClass("later", "The provider had a fault; it is tried again by itself."),
        20503: ErrorClass("later", "The provider is not available just now; it is tried again by itself."),
        21211: ErrorClass("fix", _NO_NUMBER),
        21212: ErrorClass("account", "The number we send from is none; an administrator must correct it."),
        21408: ErrorClass("account", "The account may not send to this country; an administrator must allow it."),
        21602: ErrorClass("fix", "The message has neither text nor file."),
        21606: ErrorClass("account", "The number we send from is not the account's, or cannot send SMS."),
        STOPPED: ErrorClass("never", "The contact said STOP; send nothing until they write START."),
        21611: ErrorClass("later", "Too many messages wait at the provider; it is tried again by itself."),
        21612: ErrorClass("never", "This number cannot be reached from ours."),
        21614: ErrorClass("fix", _NO_NUMBER),
        21617: ErrorClass("fix", "The text is longer than 1600 characters; shorten it."),
        30001: ErrorClass("later", "Too many messages wait at the provider; send it again."),
        30002: ErrorClass("account", "The account is suspended; an administrator must act."),
        30003: ErrorClass("never", "The phone is off or out of reach; try later or on another channel."),
        30004: ErrorClass("never", "The carrier or the contact blocks messages from us."),
        30005: ErrorClass("never", "The number does not exist any more."),
        30006: ErrorClass("never", "The number is a landline or its carrier takes no SMS."),
        30007: ErrorClass("never", "The carrier filtered the message as unwanted; change what it says."),
        30008: ErrorClass("never", "The carrier did not deliver it and does not say why."),
        30034: ErrorClass("account", "The number is not registered for business messages (A2P 10DLC)."),
    }
)
"""Every code that we know, of answers and of failed statuses."""
_BY_STATUS = {401: 20003, 403: 20003, 404: 20404, 429: 20429}
_FAULT = ErrorClass("later", "The provider had a fault; it is tried again by itself.")
_UNKNOWN = ErrorClass("never", "The provider refused it for a reason this version does not know; see the details.")
ADVICES = advices(ERRORS, _FAULT, _UNKNOWN)


def classify(code: int | None, http_status: int | None = None) -> ErrorClass:
    """Return what an error means: by its code, else by the HTTP status it came with."""
    known = ERRORS.get(code or 0) or ERRORS.get(_BY_STATUS.get(http_status or 0, 0))
    return known or (_FAULT if (http_status or 0) >= 500 else _UNKNOWN)


def retry(code: str) -> Retry | None:
    """Return what the code of a failed status means for sending it again, None for one that is not the provider's."""
    known = ERRORS.get(int(code)) if code.isascii() and code.isdigit() else None
    return known.retry if known else None


def advice(code: str) -> str | None:
    """Return what to tell people about a code, None for one that is not the provider's."""
    known = ERRORS.get(int(code)) if code.isascii() and code.isdigit() else None
    return known.advice if known else None


def to_exception(http_status: int, answer: Mapping[str, Any] | None) -> ChannelError:
    """Return the domain error of a refused call, with `code`, `retry`, `rests`, `withdraws` and `provider_detail`."""
    given = answer or {}
    code = given.get("code")
    code = code if isinstance(code, int) and not isinstance(code, bool) else None
    meaning = classify(code, http_status)
    family = {"later": Throttled, "account": Misconfigured}.get(meaning.retry, Rejected)
    return family(
        meaning.advice,
        code=code if code is not None else f"http_{http_status}",
        retry=meaning.retry,
        rests="account" if code in (20429, 21611) or http_status == 429 else None,
        withdraws=MARKETING if code == STOPPED else None,
        http_status=http_status,
        provider_detail=given.get("message"),
    )
