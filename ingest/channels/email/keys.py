"""Public keys and what they signed: ECDSA on P-256 with SHA-256, and RSA with PKCS #1 v1.5.

Only verification, of public values with public keys, so nothing here needs constant time. The curve is that of
FIPS 186-4 (D.1.2.3), the padding that of RFC 8017 §9.2.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
import re
from collections.abc import Iterator

Point = tuple[int, int] | None
"""A point of the curve; None is the point at infinity."""

_P = 2**256 - 2**224 + 2**192 + 2**96 - 1
_B = 0x5AC635D8AA3A93E7B3EBBD55769886BC651D06B0CC53B0F63BCE3C3E27D2604B
_N = 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551
_G = (
    0x6B17D1F2E12C4247F8BCE6E563A440F277037D812DEB33A0F4A13945D898C296,
    0x4FE342E2FE1A7F9B8EE7EB4A7C0F9E162BCE33576B315ECECBB6406837BF51F5,
)
_DIGEST_INFO = {
    "sha1": bytes.fromhex("3021300906052b0e03021a05000414"),
    "sha256": bytes.fromhex("3031300d060960864801650304020105000420"),
}
_P256 = bytes.fromhex("06082a8648ce3d030107")
"""The curve's object identifier inside a public key."""
_RSA = bytes.fromhex("06092a864886f70d010101")
_SMALLEST_MODULUS = 2**1023


def verify_ecdsa(public_key: str, message: bytes, signature: str) -> bool:
    """Say whether a key (base64 of DER, as SendGrid shows it) signed a message; False for anything broken."""
    try:
        point = _ec_point(_der(public_key))
        r, s = (int.from_bytes(each, "big") for tag, each in _children(base64.b64decode(signature, validate=True)))
    except (ValueError, IndexError, binascii.Error):
        return False
    if point is None or not (0 < r < _N and 0 < s < _N):
        return False
    digest = int.from_bytes(hashlib.sha256(message).digest(), "big")
    inverse = pow(s, -1, _N)
    found = _add(_times(digest * inverse % _N, _G), _times(r * inverse % _N, point))
    return found is not None and found[0] % _N == r


def verify_rsa(certificate: str, message: bytes, signature: str, digest: str) -> bool:
    """Say whether the key of a certificate (PEM) signed a message; `digest` is sha1 or sha256. False if broken."""
    try:
        modulus, exponent = _rsa_key(_der(certificate))
        given = base64.b64decode(signature, validate=True)
    except (ValueError, IndexError, binascii.Error):
        return False
    size = (modulus.bit_length() + 7) // 8
    if modulus < _SMALLEST_MODULUS or exponent < 3 or len(given) != size:
        return False
    opened = pow(int.from_bytes(given, "big"), exponent, modulus).to_bytes(size, "big")
    tail = _DIGEST_INFO[digest] + hashlib.new(digest, message).digest()
    expected = b"\x00\x01" + b"\xff" * (size - len(tail) - 3) + b"\x00" + tail
    return hmac.compare_digest(opened, expected)


def _der(written: str) -> bytes:
    """Return what PEM or bare base64 holds; raises ValueError."""
    inner = re.sub(r"-----[^-]*-----|\s", "", written)
    return base64.b64decode(inner, validate=True)


def _read(der: bytes) -> tuple[int, bytes, bytes]:
    """Return tag, content and rest of the first element; raises ValueError or IndexError."""
    tag, length, start = der[0], der[1], 2
    if length & 0x80:
        start += length & 0x7F
        length = int.from_bytes(der[2:start], "big")
    if len(der) < start + length:
        raise ValueError("The element is cut off.")
    return tag, der[start : start + length], der[start + length :]


def _children(der: bytes) -> Iterator[tuple[int, bytes]]:
    _, rest, _ = _read(der)
    while rest:
        tag, content, rest = _read(rest)
        yield tag, content


def _ec_point(der: bytes) -> Point:
    (_, algorithm), (_, bits) = _children(der)
    if _P256 not in algorithm or len(bits) != 66 or bits[:2] != b"\x00\x04":
        raise ValueError("This is no key on P-256.")
    x, y = int.from_bytes(bits[2:34], "big"), int.from_bytes(bits[34:], "big")
    if x >= _P or y >= _P or (y * y - (x * x * x - 3 * x + _B)) % _P:
        raise ValueError("The key is not on the curve.")
    return x, y


def _rsa_key(der: bytes) -> tuple[int, int]:
    """Return modulus and exponent of a certificate: the one part of its body that holds an RSA key."""
    (_, body), *_ = _children(der)
    for tag, content in _sequence(body):
        parts = list(_sequence(content)) if tag == 0x30 else []
        if len(parts) == 2 and parts[0][1].startswith(_RSA) and parts[1][0] == 0x03:
            modulus, exponent = (int.from_bytes(each, "big") for _, each in _children(parts[1][1][1:]))
            return modulus, exponent
    raise ValueError("The certificate holds no RSA key.")


def _sequence(rest: bytes) -> Iterator[tuple[int, bytes]]:
    while rest:
        tag, content, rest = _read(rest)
        yield tag, content


def _add(one: Point, other: Point) -> Point:
    if one is None or other is None:
        return one or other
    (x1, y1), (x2, y2) = one, other
    if x1 == x2:
        if (y1 + y2) % _P == 0:
            return None
        slope = (3 * x1 * x1 - 3) * pow(2 * y1, -1, _P)
    else:
        slope = (y2 - y1) * pow(x2 - x1, -1, _P)
    x = (slope * slope - x1 - x2) % _P
    return x, (slope * (x1 - x) - y1) % _P


def _times(factor: int, point: Point) -> Point:
    found: Point = None
    while factor:
        if factor & 1:
            found = _add(found, point)
        point, factor = _add(point, point), factor >> 1
    return found
