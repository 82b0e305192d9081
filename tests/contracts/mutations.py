"""Bodies spoilt at random, from a seed: the same dice give the same body again."""

from __future__ import annotations

import random
from typing import Any
from urllib.parse import parse_qsl, urlencode

import orjson

ODD: list[Any] = [
    None,
    True,
    False,
    0,
    -1,
    7,
    2**63,
    2**64 - 1,
    -1.5,
    "",
    "x",
    "\x00",
    "9" * 600,
    "ﷺ",
    "a@b.example",
    [],
    {},
    [1],
    [None],
    [[{}]],
    {"id": 1},
    {"a": {"b": []}},
]
"""What stands where something else is expected."""
STRANGERS = ["of_tomorrow", "id", "type", "message", "event", "mail", "From"]
"""Names of fields nobody expects, or nobody expects there."""
SHARES = (0.05, 0.1, 0.3)
"""How much of a body may be spoilt; at the last, three fields in ten are gone and little is left of what lies deep."""


def spoilt(document: Any, dice: random.Random) -> Any:
    """Return a copy in which fields are gone, of another type, or joined by strangers."""
    return _spoilt(document, dice, dice.choice(SHARES))


def spoilt_body(body: bytes, content_type: str, dice: random.Random) -> bytes:
    """Return a body spoilt in the way of its content type: JSON and forms by field, mail by its bytes."""
    if content_type.startswith("message/"):
        return _spoilt_bytes(body, dice)
    if content_type == "application/x-www-form-urlencoded":
        fields = spoilt(dict(parse_qsl(body.decode())), dice)
        return urlencode({name: str(value) for name, value in fields.items()}).encode()
    return orjson.dumps(spoilt(orjson.loads(body), dice))


def _spoilt(node: Any, dice: random.Random, share: float) -> Any:
    if isinstance(node, dict):
        kept = {name: _spoilt(each, dice, share) for name, each in node.items() if dice.random() >= share}
        return kept | ({dice.choice(STRANGERS): dice.choice(ODD)} if dice.random() < share else {})
    if isinstance(node, list):
        return [_spoilt(each, dice, share) for each in node if dice.random() >= share / 2]
    if isinstance(node, str) and node.startswith("{") and dice.random() >= share:
        return _spoilt_text(node, dice, share)
    return dice.choice(ODD) if dice.random() < share else node


def _spoilt_text(written: str, dice: random.Random, share: float) -> str:
    """Return JSON that is written as text within JSON, spoilt inside; other text as it is."""
    try:
        document = orjson.loads(written)
    except orjson.JSONDecodeError:
        return written
    return orjson.dumps(_spoilt(document, dice, share)).decode()


def _spoilt_bytes(mail: bytes, dice: random.Random) -> bytes:
    """Return a mail with pieces cut out, doubled, overwritten, or its lines in another order."""
    for _ in range(dice.randint(1, 8)):
        start = dice.randrange(len(mail) + 1)
        end = min(len(mail), start + dice.choice((1, 3, 40, 400)))
        piece = mail[start:end]
        instead = dice.choice([b"", piece * 2, dice.randbytes(len(piece)), b"\r\n".join(piece.splitlines()[::-1])])
        mail = mail[:start] + instead + mail[end:]
    return mail
