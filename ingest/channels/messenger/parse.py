"""What a Page's deliveries mean (channels.md §4)."""

from __future__ import annotations

from ingest.channels.meta.messaging import parser

parse = parser("messenger", "page")
"""Returns every event of a delivery; raises for none."""
