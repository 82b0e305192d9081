"""What X's refusals mean for trying again, and what to tell people (channels.md §6). Decided by HTTP status."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

from ingest.channels.failures import ErrorClass, advices
from ingest.domain.errors import ChannelError, Misconfigured, Rejected, Throttled

ERRORS: Mapping[int, ErrorClass] = MappingProxyType(
    {
        400: ErrorClass("fix", "X cannot take the message as it is; a part of it is missing or wrong."),
        401: ErrorClass("account", "X does not accept our access any more; an administrator must connect it again."),
        402: ErrorClass("account", "The account at X has no credit left; an administrator must act."),
        403: ErrorClass("never", "This person does not accept messages from the account."),
        404: ErrorClass("never", "X does not know this person any more."),
        413: ErrorClass("fix", "The file is too large for X; send a smaller one."),
        429: ErrorClass("later", "The account reached the number of messages X allows; it is tried again by itself."),
    }
)
"""Every status that we know."""
_FAULT = ErrorClass("later", "X had a fault; it is tried again by itself.")
_UNKNOWN = ErrorClass("never", "X refused it for a reason this version does not know; see the details.")
ADVICES = advices(ERRORS, _FAULT, _UNKNOWN)


def classify(status: int) -> ErrorClass:
    """Return what an HTTP status means."""
    return ERRORS.get(status) or (_FAULT if status >= 500 else _UNKNOWN)


def advice(code: str) -> str | None:
    """Return what to tell people about a code, None for one that is not X's."""
    known = ERRORS.get(int(code)) if code.isascii() and code.isdigit() else None
    return known.advice if known else None


def to_exception(http_status: int, answer: Mapping[str, Any] | None) -> ChannelError:
    """Return the domain error of a refused call, with `code`, `retry`, `rests` and `provider_detail`."""
    given = answer or {}
    meaning = classify(http_status)
    family = {"later": Throttled, "account": Misconfigured}.get(meaning.retry, Rejected)
    return family(
        meaning.advice,
        code=http_status,
        retry=meaning.retry,
        rests="account" if http_status == 429 else None,
        title=given.get("title"),
        provider_detail=given.get("detail"),
    )
