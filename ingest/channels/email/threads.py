"""Which conversation a mail belongs to, decided by its headers alone, so that any order of arrival agrees.

The thread of a mail is a token of 24 hex digits, found by the first of these that gives one:

1. an id of ours in References or In-Reply-To: `<token.message_id@domain>` holds it;
2. an address of ours with the token after a plus, `support+token@domain`, for providers that replace our ids;
3. the oldest id of References, else the first of In-Reply-To, else the mail's own Message-ID: the token is its hash;
4. without any of these headers, a hash of what the mail is.

Where headers say nothing of what is answered, `app.mailroom.known` looks for a thread of the same subject.

An answer of ours takes the token of what it answers, so an answer to it comes home by rule 1 however much of
References a program cut away. What we begin carries `NEW`, the token of the one conversation that a contact has
without a thread. A conversation belongs to one contact: a colleague who joins by Cc has their own, and so a
stranger who makes up a token reaches nobody else's.

Limits: a program that gives In-Reply-To without References and answers a mail that was not ours begins a new
thread with each step, for its root is a mail in between; one that drops the oldest References begins one, too.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Sequence

NEW = "0" * 24
"""The token of mail that begins a conversation from our side."""
_NOWHERE = "no-message-id.invalid"
_OURS = re.compile(r"([0-9a-f]{24})\.([A-Za-z0-9_-]{1,100})@")
_PLUS = re.compile(r"\+([0-9a-f]{24})@")
_PREFIX = re.compile(
    r"\s*(re|aw|antw|sv|vs|tr|fw|fwd|wg|rv|res|odp|ynt|rif|r|回复|答复|رد)\s*(\[\d+\])?\s*[:：]", re.IGNORECASE
)


def token_of(
    message_id: str,
    in_reply_to: Sequence[str],
    references: Sequence[str],
    recipients: Iterable[str] = (),
) -> str:
    """Return the token of a mail's thread; `message_id` is one made of what it is where the mail had none."""
    ids = [*references, *in_reply_to]
    ours = next((found[1] for each in (message_id, *ids) if (found := _OURS.match(each))), None)
    plus = next((found[1] for each in recipients if (found := _PLUS.search(each))), None)
    root = next(iter(ids), message_id)
    return ours or plus or hashlib.blake2b(f"id:{root}".encode(), digest_size=12).hexdigest()


def thread_of(token: str) -> str:
    """Return what separates the conversation from the contact's others; nothing for the one without a thread."""
    return "" if token == NEW else token


def our_message_id(token: str, message_id: str, domain: str) -> str:
    """Return the id of a mail of ours, without brackets; a message has the same one at every try."""
    return f"{token}.{re.sub(r'[^A-Za-z0-9_-]', '', message_id)[:100]}@{domain}"


def read_ours(external_id: str) -> tuple[str, str] | None:
    """Return token and our own message id of a mail of ours, None for anybody else's.

    >>> read_ours("0123456789abcdef01234567.msg_12@example.com")
    ('0123456789abcdef01234567', 'msg_12')
    """
    found = _OURS.match(external_id)
    return (found[1], found[2]) if found else None


def answers_unnamed(subject: str, message_id: str, named: Sequence[str]) -> bool:
    """Say whether a mail may answer one that its headers do not name: by "Re:", or as one that has no ids at all."""
    base = base_subject(subject)
    return not named and bool(base) and (base != subject.strip() or message_id.endswith(f"@{_NOWHERE}"))


def made_id(fingerprint: str) -> str:
    """Return the id of a mail that was given none."""
    return f"{fingerprint}@{_NOWHERE}"


def base_subject(subject: str) -> str:
    """Return a subject without the prefixes of answers.

    >>> base_subject("Re: AW: SV[2]: Invoice")
    'Invoice'
    """
    for _ in range(20):
        prefix = _PREFIX.match(subject)
        if prefix is None:
            break
        subject = subject[prefix.end() :]
    return subject.strip()
