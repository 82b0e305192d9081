"""Who is who: addresses become contacts, conversations and message refs by computation alone.

A contact id is computed from one address, a conversation id from a contact in an inbox. When two
addresses turn out to be one person, `contact.identified` says so; the canonical contact is the
smallest id of the connected set, whatever order the facts came in.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Literal

from ingest.kit.ids import stable_id

IdentityKind = Literal["user_id", "phone", "email", "username", "external"]
Identity = Mapping[str, str]
"""`{kind, address}`; a phone's address is digits with country code, no plus, an e-mail's is in lower case."""

_PREFERENCE = {"user_id": 0, "phone": 1, "email": 2, "external": 3, "username": 4}


@dataclass(frozen=True, slots=True)
class Known:
    """An address of somebody, and how sure it is to be theirs still, seen from one inbox."""

    kind: str
    address: str
    told_us: int | None = None
    """When a channel last said that it is theirs, None where it never said it beside another."""
    is_foreign: bool = False
    """Told in another inbox only: a user id belongs to the portfolio of the inbox that it was told in."""

    @property
    def identity(self) -> dict[str, str]:
        """Return it without what is known of it."""
        return {"kind": self.kind, "address": self.address}


def best_first(addresses: Iterable[Known]) -> list[dict[str, str]]:
    """Return addresses with the one to write to first: the newest wins, for an old number may be a stranger's by now.

    Of those told at one instant a business-scoped user id comes before a phone; one of another portfolio comes last.

    >>> best_first([Known("phone", "1", 5), Known("user_id", "u", 5), Known("phone", "2", 9)])[0]
    {'kind': 'phone', 'address': '2'}
    """
    return [each.identity for each in sorted(addresses, key=_rank)]


def _rank(known: Known) -> tuple[bool, int, int, str]:
    is_elsewhere = known.kind == "user_id" and known.is_foreign
    told_us = -1 if known.told_us is None else known.told_us
    return is_elsewhere, -told_us, _PREFERENCE.get(known.kind, len(_PREFERENCE)), known.address


def inbox_id(workspace_id: str, channel: str, external_id: str) -> str:
    """Return the id of the inbox behind a provider's number or account id."""
    return stable_id("inb", workspace_id, channel, external_id)


def contact_id(workspace_id: str, channel: str, identity: Identity) -> str:
    """Return the id that one address alone gives its owner."""
    return stable_id("cnt", workspace_id, channel, identity["kind"], canonical_address(identity))


def primary(identities: Iterable[Identity]) -> Identity | None:
    """Return the first address of a list that is best first, None where it has none."""
    return next((each for each in identities if each["address"]), None)


def conversation_id(workspace_id: str, inbox: str, contact: str, thread: str = "") -> str:
    """Return the id of the one conversation of a contact in an inbox.

    `thread` separates several conversations of the same pair where the source has them (imports).
    """
    return stable_id("cnv", workspace_id, inbox, contact, thread)


def message_ref(workspace_id: str, inbox: str, external_id: str) -> str:
    """Return what a provider's message id becomes."""
    return stable_id("msg", workspace_id, inbox, external_id)


def is_linking(kind: str) -> bool:
    """Say whether equal addresses of this kind, proven on two channels, are one customer's."""
    return kind in ("phone", "email")


def link_end(kind: str, address: str) -> str:
    """Return what stands for a canonical address where contacts are linked through it."""
    return f"{kind}:{address}"


def canonical_address(identity: Identity) -> str:
    """Return the address in the one form that equal owners share."""
    if identity["kind"] == "phone":
        return canonical_phone(identity["address"])
    if identity["kind"] == "email":
        return identity["address"].strip().lower()
    return identity["address"].strip()


def canonical_phone(number: str) -> str:
    """Return the digits of a number, with Brazil's ninth digit put in and Mexico's 1 taken out.

    Brazilian mobiles gained a leading 9 (Anatel, 2012-2016) and WhatsApp still reports many without
    it; Mexican mobiles lost the 1 after 52 in 2019 and WhatsApp still reports it.

    >>> canonical_phone("+55 11 8765-4321"), canonical_phone("5215512345678")
    ('5511987654321', '525512345678')
    """
    digits = re.sub(r"\D", "", number)
    if digits.startswith("55") and len(digits) == 12 and digits[4] in "6789":
        return f"{digits[:4]}9{digits[4:]}"
    if digits.startswith("521") and len(digits) == 13:
        return f"52{digits[3:]}"
    return digits
