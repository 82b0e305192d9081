"""Whether somebody we trust says that a mail comes from the address it names.

A From is only a claim. It is proven where the receiving server that the settings name (`authserv`, RFC 8601 §2.5),
or the provider that hands the mail over, found a DKIM signature or DMARC pass of the From's own domain.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

from ingest.channels.email.letter import Letter
from ingest.channels.reading import Item

_COMMENT = re.compile(r"\([^()]*\)")
_SIGNED = re.compile(r"@?([a-z0-9.-]+)\s*:\s*pass", re.IGNORECASE)


def by_header(letter: Letter, authserv: str) -> bool:
    """Say whether an Authentication-Results header of that server vouches for the sender; never for no server."""
    if not authserv or letter.sender is None:
        return False
    results = (_COMMENT.sub(" ", each).split(";") for each in letter.head.all("authentication-results"))
    ours = (parts[1:] for parts in results if parts[0].split()[:1] == [authserv])
    return any(_passes(result.split(), _domain(letter)) for parts in ours for result in parts)


def by_provider(letter: Letter, told: Item | Mapping[str, object]) -> bool:
    """Say whether what a provider wrote beside a mail vouches for the sender.

    Amazon SES: `receipt.dmarcVerdict`; SendGrid: the field `dkim`, "{@example.com : pass}".
    """
    receipt, dkim = told.get("receipt"), told.get("dkim")
    verdict = receipt.get("dmarcVerdict") if isinstance(receipt, dict) else None
    if isinstance(verdict, dict) and verdict.get("status") == "PASS":
        return True
    return isinstance(dkim, str) and any(_is_aligned(each, _domain(letter)) for each in _SIGNED.findall(dkim))


def _passes(words: list[str], domain: str) -> bool:
    """Say whether one result, `dkim=pass header.d=example.com`, speaks for a domain."""
    said = dict(word.lower().split("=", 1) for word in words if "=" in word)
    if said.get("dmarc") == "pass":
        return said.get("header.from", domain) == domain
    signer = said.get("header.d") or said.get("header.i", "").rpartition("@")[2]
    return said.get("dkim") == "pass" and _is_aligned(signer, domain)


def _is_aligned(signer: str, domain: str) -> bool:
    """Say whether a signature's domain speaks for the sender's: the same, or one inside the other."""
    one, other = signer.lower().strip("."), domain
    return "." in one and (one == other or one.endswith(f".{other}") or other.endswith(f".{one}"))


def _domain(letter: Letter) -> str:
    return letter.sender.address.rpartition("@")[2] if letter.sender else ""
