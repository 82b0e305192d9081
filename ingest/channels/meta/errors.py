"""What the error codes of Pages and Instagram accounts mean, and what to tell people (channels.md §4, §5).

A subcode says more than its code, and its number is unique, so one flat table holds both.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

from ingest.channels.failures import ErrorClass, advices, classes
from ingest.channels.meta.graph import read_error
from ingest.domain.consent import MARKETING, MESSAGES
from ingest.domain.errors import ChannelError, Misconfigured, Rejected, Throttled

_AGAIN = "it is tried again by itself."
_WINDOW = "The contact last wrote too long ago; wait until they write, or send an approved utility template."
_UNREACHED = "The contact cannot receive messages from the business just now; try another channel."
_OTHER_APP = "Another app holds this conversation; take it over in the Page's inbox, or wait until it is handed back."
_NO_PERMISSION = "The app lacks a permission for this account; an administrator must grant it."
_NOT_LINKED = "Page and Instagram account are not linked; an administrator must connect them again."

_LATER: Mapping[int, str] = {
    1: f"The provider had a fault; {_AGAIN}",
    2: f"The provider is not available just now; {_AGAIN}",
    4: f"Too many calls to the provider; {_AGAIN}",
    17: f"Too many calls to the provider; {_AGAIN}",
    32: f"The Page calls the provider too often; {_AGAIN}",
    341: f"The provider's limit is reached for now; {_AGAIN}",
    613: f"Too many calls to the provider; {_AGAIN}",
    80001: f"The Page calls the provider too often; {_AGAIN}",
    80002: f"The Instagram account calls the provider too often; {_AGAIN}",
    80006: f"Too many messages to people of this Page; {_AGAIN}",
    2018321: f"Messenger is asking the contact questions of its own; {_AGAIN}",
    2534040: f"Too many calls to the provider; {_AGAIN}",
}
_SLOWLY: Mapping[int, str] = {
    2018338: "This contact gets too many messages after the window; it is tried again more slowly.",
}
_NEVER: Mapping[int, str] = {
    230: "The contact has not allowed the business to see their profile.",
    551: _UNREACHED,
    1545041: _UNREACHED,
    1893015: "The contact stopped notifications on this topic; send none until they allow it again.",
    1893016: "The contact was asked about this topic already.",
    2018001: "There is no such person for this account.",
    2018065: _WINDOW,
    2018108: _UNREACHED,
    2018218: "The contact has no profile that could be seen.",
    2018278: _WINDOW,
    2018300: _OTHER_APP,
    2018336: "Messenger does not carry this kind of message to the contact's region.",
    2018352: "The contact was asked too often.",
    2018354: "The contact got a marketing message on this topic not long ago; wait before sending another.",
    2534014: "There is no such person for this Instagram account.",
    2534022: _WINDOW,
    2534025: "The comment cannot be answered in private any more.",
    2534037: _OTHER_APP,
    9000001: "The message was deleted by the contact or the business.",
}
_FIX: Mapping[int, str] = {
    33: "The account or object does not exist or is not visible to this app; check the id.",
    100: "A part of the message is missing or wrong; correct it and send it again.",
    2018008: "The provider could not fetch the file; check its address, size and certificate.",
    2018014: "A text and a sender action cannot go together; send them one after the other.",
    2018047: "The file is not of the type it claims to be; check it and send it again.",
    2018074: "The uploaded file is not known any more; attach it again.",
    2018109: "The file is too large; send a smaller one.",
    2018294: "The video is damaged or took too long to upload; send a shorter one.",
    2018320: "The product does not exist in the catalogue.",
    2534015: "The account cannot send this kind of content; correct it and send it again.",
}
_ACCOUNT: Mapping[int, str] = {
    0: "The app cannot sign in at the provider; an administrator must renew the access token.",
    3: "The app may not do this; an administrator must check its permissions.",
    10: _NO_PERMISSION,
    102: "The access token is not valid any more; an administrator must renew it.",
    190: "The access token has expired or was revoked; an administrator must renew it.",
    368: "The account is restricted for a policy violation; an administrator must act.",
    2022: "The account may not send commerce messages after a policy violation; an administrator must act.",
    36103: "This Instagram account may not use the messaging interface yet; an administrator must act.",
    1404170: "The Page is restricted from asking for marketing messages; an administrator must act.",
    1893063: "The Page is restricted from sending for a policy violation; an administrator must act.",
    2018027: _NO_PERMISSION,
    2018028: "The app is not approved for messages to the public; an administrator must finish its review.",
    2018164: "The app id is wrong; an administrator must check the connection.",
    2018247: _NO_PERMISSION,
    2018344: "The privacy terms of the inbox are not accepted; an administrator of the Page must accept them.",
    2534013: _NOT_LINKED,
    2534029: "Instagram blocked the business from sending; an administrator must look at its policy violations.",
    2534041: "The owner switched off access to messages; allow it in Instagram: Settings, Messages, Connected tools.",
    2534077: _NOT_LINKED,
}
_PERMISSIONS = range(200, 300)
_RESTS = MappingProxyType({**dict.fromkeys((4, 17, 32, 613, 80001, 80002, 80006, 2534040), "account"), 2018338: "pair"})
"""Numbers that tell a whole account, or the pair of account and contact, to slow down."""
_WITHDRAWS: Mapping[int, str] = {551: MESSAGES, 1893015: MARKETING}
"""Numbers by which a contact forbade a purpose (channels.md §10)."""


ERRORS: Mapping[int, ErrorClass] = MappingProxyType(
    dict.fromkeys(_PERMISSIONS, ErrorClass("account", _NO_PERMISSION))
    | classes({"later": _LATER, "slowly": _SLOWLY, "never": _NEVER, "fix": _FIX, "account": _ACCOUNT})
)
"""Every code and subcode that we know; the one place where a number gets its meaning."""
_STATUS = {
    429: ErrorClass("later", f"Too many calls to the provider; {_AGAIN}"),
    401: ErrorClass("account", "The provider does not accept our access; an administrator must act."),
    403: ErrorClass("account", "The provider does not accept our access; an administrator must act."),
}
_FAULT = ErrorClass("later", f"The provider could not handle it just now; {_AGAIN}")
_UNKNOWN = ErrorClass("never", "The provider refused it for a reason this version does not know; see the details.")
ADVICES = advices(ERRORS, *_STATUS.values(), _FAULT, _UNKNOWN)


def classify(code: int | None, subcode: int | None = None, http_status: int | None = None) -> ErrorClass:
    """Return what an error means: by its subcode, else its code, else the HTTP status it came with."""
    for number in (subcode, code):
        if number is not None and number in ERRORS:
            return ERRORS[number]
    if http_status is not None and http_status >= 500:
        return _FAULT
    return _STATUS.get(http_status or 0, _UNKNOWN)


def advice(code: str) -> str | None:
    """Return what to tell people about a code as `to_exception` writes it (`10/2018278`); None for none of Meta's."""
    numbers = [int(each) for each in code.split("/") if each.isascii() and each.isdigit() and len(each) < 19]
    if not numbers or len(numbers) != code.count("/") + 1 or len(numbers) > 2:
        return None
    return classify(numbers[0], numbers[-1]).advice


def to_exception(http_status: int, answer: Mapping[str, Any] | None) -> ChannelError:
    """Return the domain error of a refused call: Throttled, Rejected or Misconfigured.

    Its facts are `code` (with its subcode after a slash, where one is known), `subcode`, `retry`, `rests` (account
    or pair, for what is over its rate), `withdraws` (what the contact forbade), `title`, `provider_detail`,
    `http_status` and `fbtrace_id`.
    """
    error = read_error(answer or {})
    meaning = classify(error.code, error.subcode, http_status)
    family = {"later": Throttled, "slowly": Throttled, "account": Misconfigured}.get(meaning.retry, Rejected)
    code: str | int | None = error.code
    if error.subcode in ERRORS and error.subcode != error.code:
        code = f"{error.code}/{error.subcode}"
    return family(
        meaning.advice,
        code=f"http_{http_status}" if code is None else code,
        subcode=error.subcode,
        retry=meaning.retry,
        rests=_RESTS.get(error.subcode or 0) or _RESTS.get(error.code or 0),
        withdraws=_WITHDRAWS.get(error.subcode or 0) or _WITHDRAWS.get(error.code or 0),
        title=error.title,
        provider_detail=error.detail,
        http_status=http_status,
        fbtrace_id=error.fbtrace_id,
    )
