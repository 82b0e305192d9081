"""What an operator must know although the database answers: each alarm is a sentence, and `/health` is degraded."""

from __future__ import annotations

import shutil
from collections.abc import Iterator

from app.webhooks.counters import REFUSED_BY_STORE
from ingest.settings import Settings
from ingest.store.soundness import last_check

_RECENT_S = 600.0
"""How long a refusal of the store is spoken of."""
_ROOM_LEFT = 500 * 1024 * 1024
"""Bytes; with less, a busy day or the lake's next compaction may fill the disk."""


def alarms(settings: Settings) -> Iterator[str]:
    """Yield what is wrong outside the tables; reads no table."""
    ago_s = REFUSED_BY_STORE.seconds_ago()
    if ago_s is not None and ago_s < _RECENT_S:
        yield f"The store refused a webhook {ago_s:,.0f} s ago; it was answered 503, so its provider sends it again."
    try:
        free = shutil.disk_usage(settings.home).free
    except OSError:
        yield f"The data folder {settings.home} cannot be reached."
        return
    if free < _ROOM_LEFT:
        yield f"The data folder's disk has {free / 1e6:,.0f} MB left."
    if (checked := last_check(settings)) and checked.damaged:
        yield f"prosa check found {len(checked.damaged):,} damaged files on {checked.at}: {checked.damaged[0]}."
