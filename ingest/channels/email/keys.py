"""Public keys and what they signed: ECDSA on P-256 with SHA-256, and RSA with PKCS #1 v1.5.

Whoever needs a signature imports this module then; loading `cryptography` takes a while.
"""

from __future__ import annotations

import base64
import re

from cryptography import x509
from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from cryptography.hazmat.primitives.serialization import load_der_public_key

_BROKEN = (ValueError, UnsupportedAlgorithm, InvalidSignature, x509.InvalidVersion)
"""What reading a key or a signature raises when somebody got it wrong, or made it up."""
_CERTIFICATE = re.compile(r"-----BEGIN CERTIFICATE-----.+?-----END CERTIFICATE-----", re.DOTALL)
_ARMOUR = re.compile(r"-----[^-]*-----|\s")
_DIGESTS: dict[str, type[hashes.HashAlgorithm]] = {"sha1": hashes.SHA1, "sha256": hashes.SHA256}
_SMALLEST_KEY = 1024
"""Bits of an RSA key that we believe."""


def verify_ecdsa(public_key: str, message: bytes, signature: str) -> bool:
    """Say whether a key (base64 of DER, as SendGrid shows it) signed a message; False for anything broken."""
    try:
        key = load_der_public_key(base64.b64decode(_ARMOUR.sub("", public_key), validate=True))
        if not (isinstance(key, ec.EllipticCurvePublicKey) and isinstance(key.curve, ec.SECP256R1)):
            return False
        key.verify(base64.b64decode(signature, validate=True), message, ec.ECDSA(hashes.SHA256()))
    except _BROKEN:
        return False
    return True


def verify_rsa(certificates: str, message: bytes, signature: str, digest: str) -> bool:
    """Say whether the key of any certificate (PEM, one after the other) signed a message; `digest` is sha1 or sha256.

    A certificate that cannot be read proves nothing, and does not stand in the way of the others.
    """
    return any(_proves(each, message, signature, digest) for each in _CERTIFICATE.findall(certificates))


def _proves(certificate: str, message: bytes, signature: str, digest: str) -> bool:
    try:
        key = x509.load_pem_x509_certificate(certificate.encode()).public_key()
        if not isinstance(key, rsa.RSAPublicKey) or key.key_size < _SMALLEST_KEY:
            return False
        key.verify(base64.b64decode(signature, validate=True), message, padding.PKCS1v15(), _DIGESTS[digest]())
    except _BROKEN:
        return False
    return True
