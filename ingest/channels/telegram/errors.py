"""Telegram's error codes: what each means for trying again, and what to tell people (channels.md §7).

Decided by code and parameters alone: the descriptions are not stable.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

from ingest.channels.failures import ErrorClass, advices
from ingest.domain.consent import MESSAGES
from ingest.domain.errors import ChannelError, Misconfigured, Rejected, Throttled

ERRORS: Mapping[int, ErrorClass] = MappingProxyType(
    {
        400: ErrorClass("fix", "Telegram cannot take the message as it is: no such chat, or a part of it is wrong."),
        401: ErrorClass("account", "Telegram does not know the bot's token; an administrator must enter a new one."),
        403: ErrorClass("never", "The contact blocked the bot, left, or never started it; wait until they write."),
        404: ErrorClass("account", "Telegram does not know the bot's token; an administrator must enter a new one."),
        409: ErrorClass("later", "Somebody else asks for this bot's updates, or a webhook is set; it is tried again."),
        413: ErrorClass("fix", "The file is too large for Telegram; send a smaller one."),
        420: ErrorClass("later", "The bot sends faster than it may; it is tried again by itself."),
        429: ErrorClass("later", "The bot sends faster than it may; it is tried again by itself."),
    }
)
"""Every code that we know."""
_FAULT = ErrorClass("later", "Telegram had a fault; it is tried again by itself.")
_UNKNOWN = ErrorClass("never", "Telegram refused it for a reason this version does not know.")
MAY_NOT_ANSWER = ErrorClass(
    "account", "The business account does not let the bot answer; its owner must link the bot again and allow replies."
)
"""What a refusal means where Telegram says that the business account took the right to answer back."""
ADVICES = advices(ERRORS, _FAULT, _UNKNOWN, MAY_NOT_ANSWER)


def classify(code: int) -> ErrorClass:
    """Return what an error means."""
    return ERRORS.get(code) or (_FAULT if code >= 500 else _UNKNOWN)


def advice(code: str) -> str | None:
    """Return what to tell people about a code, None for one that is not Telegram's."""
    known = ERRORS.get(int(code)) if code.isascii() and code.isdigit() else None
    return known.advice if known else None


def to_exception(http_status: int, answer: Mapping[str, Any] | None) -> ChannelError:
    """Return the domain error of a refused call.

    Its facts are `code`, `retry`, `rests` (pair, when over the rate), `withdraws` (messages, when blocked),
    `retry_after_s`, `migrate_to_chat_id` and `provider_detail`.
    """
    given = answer or {}
    code = given.get("error_code")
    code = code if isinstance(code, int) and not isinstance(code, bool) else http_status
    meaning = classify(code)
    parameters = given.get("parameters")
    parameters = parameters if isinstance(parameters, Mapping) else {}
    family = {"later": Throttled, "account": Misconfigured}.get(meaning.retry, Rejected)
    wait_s = parameters.get("retry_after")
    return family(
        meaning.advice,
        code=code,
        retry=meaning.retry,
        # It may be the chat that is over its rate, a group above all, and Telegram does not say so.
        rests="pair" if code in (420, 429) else None,
        withdraws=MESSAGES if code == 403 else None,
        retry_after_s=wait_s if isinstance(wait_s, int) else None,
        migrate_to_chat_id=parameters.get("migrate_to_chat_id"),
        provider_detail=given.get("description"),
    )
