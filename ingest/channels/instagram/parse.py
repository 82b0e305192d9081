"""What an Instagram account's deliveries mean, through either way of logging in (channels.md §5)."""

from __future__ import annotations

from ingest.channels.meta.messaging import parser

parse = parser("instagram", "instagram")
"""Returns every event of a delivery; raises for none."""
