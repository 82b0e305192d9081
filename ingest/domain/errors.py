"""One family of errors. The docstring is the message, the facts are attributes.

ProsaError
├── BadInput           the caller sent something we cannot read or allow
│   └── TooLarge
├── SignatureInvalid   the bytes are not from whom they claim to be
├── NotSignedIn
├── NotAllowed         known, but not permitted
├── NotFound           missing, or not visible to the caller: the two look alike
├── Conflict           somebody else was there first
├── TooMany            slow down
├── StoreUnavailable   the disk or the database refuses; nothing was accepted
└── ChannelError       the provider answered
    ├── Throttled      try again later
    ├── Rejected       do not try again
    ├── Misconfigured  an administrator must act
    └── OutcomeUnknown the call may or may not have had its effect
"""

from __future__ import annotations

from typing import Any


class ProsaError(Exception):
    """Something went wrong."""

    def __init__(self, detail: str | None = None, **facts: Any) -> None:
        self.detail = detail or (type(self).__doc__ or "").strip().splitlines()[0]
        self.facts = facts
        super().__init__(self.detail)


class BadInput(ProsaError):
    """The request cannot be read or is not allowed as it stands."""


class TooLarge(BadInput):
    """The body is larger than this endpoint accepts."""


class SignatureInvalid(ProsaError):
    """The signature does not match the bytes that were received."""


class NotSignedIn(ProsaError):
    """Sign in first, or send a valid API token."""


class NotAllowed(ProsaError):
    """Your role does not permit this."""


class NotFound(ProsaError):
    """There is no such thing here."""


class Conflict(ProsaError):
    """It changed since you last looked; load it again."""


class AddressBounced(Conflict):
    """What was sent to this address came back: nothing is taken there. Use another, or try what came back again."""


class TooMany(ProsaError):
    """Too many requests; wait a moment and try again."""


class StoreUnavailable(ProsaError):
    """The store cannot take anything just now; nothing was accepted, send it again."""


class ChannelError(ProsaError):
    """The channel's provider refused or failed."""


class Throttled(ChannelError):
    """The provider asks us to slow down; it will be tried again."""


class Rejected(ChannelError):
    """The provider refuses this message; trying again will not help."""


class Misconfigured(ChannelError):
    """The channel's account or access needs an administrator."""


class OutcomeUnknown(ChannelError):
    """The provider did not answer; the message may have been sent."""
