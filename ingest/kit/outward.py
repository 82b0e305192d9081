"""Calling out to an address somebody gave us, without being sent back into our own house.

A name is resolved once, every address it has must be public, and the connection goes to the very
address that was checked: a name that changes between check and use changes nothing.
"""

from __future__ import annotations

import ipaddress
import socket
from collections.abc import Callable, Sequence
from typing import Any

Resolve = Callable[[str, int], Sequence[str]]
"""Returns the addresses of a host, as text."""


class NotPublic(ValueError):
    """The address lies inside a private network and is not called."""


def resolve(host: str, port: int) -> list[str]:
    """Return every address the system's resolver gives for a host; raises OSError when there is none."""
    found: list[Any] = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return [str(entry[4][0]) for entry in found]


def public_address(host: str, port: int, using: Resolve = resolve) -> str:
    """Return one address of the host to connect to; raises NotPublic if any of its addresses is not public."""
    addresses = using(host, port)
    if not addresses or not all(is_public(each) for each in addresses):
        raise NotPublic(f"{host} is not a public address")
    return addresses[0]


def is_public(address: str) -> bool:
    """Say whether an IP address is reachable by anybody: not loopback, private, link-local, mapped or reserved."""
    try:
        ip = ipaddress.ip_address(address.partition("%")[0])
    except ValueError:
        return False
    if isinstance(ip, ipaddress.IPv6Address):
        inner = ip.ipv4_mapped or ip.sixtofour or (ip.teredo[1] if ip.teredo else None) or _nat64(ip)
        if inner is not None:
            return is_public(str(inner))
        if ip.is_site_local:  # fec0::/10: given up in 2004, and still inside many a network
            return False
    return ip.is_global and not ip.is_multicast and not ip.is_reserved


def _nat64(ip: ipaddress.IPv6Address) -> ipaddress.IPv4Address | None:
    if ip in ipaddress.ip_network("64:ff9b::/96"):
        return ipaddress.IPv4Address(int(ip) & 0xFFFF_FFFF)
    return None
