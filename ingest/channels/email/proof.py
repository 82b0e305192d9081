"""Whether somebody we trust says that a mail comes from the address it names.

A From is only a claim. It is proven where the receiving server that the settings name (`authserv`, RFC 8601 §2.5),
or the provider that hands the mail over, found a DKIM signature or DMARC pass of the From's own domain.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

from ingest.channels.email.letter import Letter
from ingest.channels.reading import Item

_SIGNED = re.compile(r"@?([a-z0-9.-]+)\s*:\s*(\w+)", re.IGNORECASE)
_PIECE = re.compile(r'"((?:[^"\\]|\\.)*)("?)|[^"()\\]+|\\.|.', re.DOTALL)
_HARMLESS = re.compile(r"[^A-Za-z0-9@._-]")


def by_header(letter: Letter, authserv: str) -> bool:
    """Say whether that server's Authentication-Results header vouches for the sender; never for no server.

    Only the topmost one counts, which the last server put there: what stands below came with the mail.
    """
    written = letter.head.raw("authentication-results")
    if not authserv or written is None or not _is_one_sender(letter):
        return False
    # As it was written: an encoded word inside an address would become a result of its own.
    named, *results = _bare(written.decode("latin-1")).split(";")
    return named.split()[:1] == [authserv] and any(_passes(each.split(), _domain(letter)) for each in results)


def by_provider(letter: Letter, told: Item | Mapping[str, object]) -> bool:
    """Say whether what a provider wrote beside a mail vouches for the sender.

    Amazon SES: `receipt.dmarcVerdict`; SendGrid: the field `dkim`, "{@example.com : pass}".
    """
    receipt, dkim = told.get("receipt"), told.get("dkim")
    verdict = receipt.get("dmarcVerdict") if isinstance(receipt, dict) else None
    if isinstance(verdict, dict) and verdict.get("status") == "PASS":
        return True
    signed = _SIGNED.findall(dkim) if isinstance(dkim, str) else []
    # A signature that failed names whatever domain its maker liked.
    return all(result.lower() == "pass" for _, result in signed) and any(
        _is_aligned(each, _domain(letter)) for each, _ in signed
    )


def _passes(words: list[str], domain: str) -> bool:
    """Say whether one result, `dkim=pass header.d=example.com`, speaks for a domain."""
    result, *more = [word.lower() for word in words] or [""]
    said = dict(word.split("=", 1) for word in more if "=" in word)
    if result == "dmarc=pass":
        return said.get("header.from", domain) == domain
    signer = said.get("header.d") or said.get("header.i", "").rpartition("@")[2]
    return result == "dkim=pass" and _is_aligned(signer, domain)


def _bare(value: str) -> str:
    """Return a header without comments, and with nothing in its quoted strings that could end one (RFC 5322 §3.2)."""
    found, depth = "", 0
    for piece in _PIECE.finditer(value):
        text = piece[0]
        if text in ("(", ")"):
            depth = max(0, depth + (1 if text == "(" else -1))
            found += " "
        elif text.startswith('"') and depth == 0:
            found += _HARMLESS.sub("?", piece[1])
        elif depth == 0:
            found += text
    return re.sub(r"\s*=\s*", "=", found)


def _is_one_sender(letter: Letter) -> bool:
    """Say whether From names one address: of several, nobody says which was looked at."""
    return len(letter.people("from")) == 1


def _is_aligned(signer: str, domain: str) -> bool:
    """Say whether a signature's domain speaks for the sender's: the same, or one inside the other."""
    one, other = signer.lower().strip("."), domain
    return "." in one and (one == other or one.endswith(f".{other}") or other.endswith(f".{one}"))


def _domain(letter: Letter) -> str:
    return letter.sender.address.rpartition("@")[2] if letter.sender else ""
