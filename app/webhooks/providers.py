"""The channels that call us, and what reads their bodies; a channel is loaded when it is first called."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from ingest.channels import registry
from ingest.channels.base import Parser, Webhook


class Webhooks(Mapping[str, Webhook]):
    """How each channel that calls us proves itself, by channel."""

    def __getitem__(self, name: str) -> Webhook:
        """Return a channel's webhook; raises KeyError for one that never calls."""
        channel = registry.channel(name)
        if channel is None or channel.webhook is None:
            raise KeyError(name)
        return channel.webhook

    def __iter__(self) -> Iterator[str]:
        """Yield the channels that call us."""
        return (name for name in registry.NAMES if name in self)

    def __len__(self) -> int:
        """Return how many there are."""
        return sum(1 for _ in self)


class Parsers(Mapping[str, Parser]):
    """What reads each channel's deliveries, by channel."""

    def __getitem__(self, name: str) -> Parser:
        """Return a channel's parser; raises KeyError for an unknown channel."""
        channel = registry.channel(name)
        if channel is None:
            raise KeyError(name)
        return channel.parse

    def __iter__(self) -> Iterator[str]:
        """Yield every channel."""
        return iter(registry.NAMES)

    def __len__(self) -> int:
        """Return how many there are."""
        return len(registry.NAMES)


CALLERS = Webhooks()
PARSERS = Parsers()
