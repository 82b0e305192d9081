"""The demo's past: history written to the journal and its files laid down, by a process of its own.

While one core writes, another folds: a year stands a quarter sooner than one after the other.
"""

from __future__ import annotations

import io
import sys
from collections.abc import Callable, Iterator
from functools import lru_cache

from app.bootstrap import build
from app.context import Context
from app.log import configure
from ingest.channels.simulator.files import sample_file
from ingest.channels.simulator.history import history
from ingest.channels.simulator.people import People
from ingest.domain.event import Event
from ingest.kit.clock import DAY_US
from ingest.settings import Settings
from ingest.store.media import MediaStore, Stored

PER_DAY = 15.0
"""Conversations on an average weekday: a year of them loads in under a minute on two cores."""
_BATCH = 10_000
"""Events a transaction takes at least; each waits up to a second for the fold's batch to end."""


def main() -> None:
    """Append the past; the arguments are the workspace, the days and the seed."""
    settings = Settings()
    configure(settings)
    workspace_id, days, seed = sys.argv[1:]
    remember(build(settings), workspace_id, int(days), int(seed))


def remember(context: Context, workspace_id: str, days: int, seed: int) -> None:
    """Append the history of the days before now, several days a transaction."""
    now = context.clock.us()
    batch, media = list[Event](), MediaStore(context.settings.media)
    keep = lru_cache(maxsize=None)(lambda content: media.put(io.BytesIO(content)))  # a flush each, and few files
    for day in history(seed, workspace_id, now - days * DAY_US, now, PER_DAY, People()):
        batch.extend(day)
        batch.extend(stored for event in day for stored in _files_of(event, keep))
        if len(batch) >= _BATCH:
            _append(context, batch)
            batch.clear()
    _append(context, batch)


def _append(context: Context, events: list[Event]) -> None:
    with context.store.database.write() as connection:
        context.store.journal.append(connection, events)


def _files_of(event: Event, keep: Callable[[bytes], Stored]) -> Iterator[Event]:
    """Yield that the files of a message were fetched at the time, and lay them down."""
    if event.type != "message.received":
        return
    for index, _file in enumerate(event.payload.get("media") or ()):
        made = sample_file(event.payload["kind"], int(event.payload["message_id"][-6:], 16))
        if made is None:
            continue
        content, mime, name = made
        stored = keep(content)
        yield Event(
            workspace_id=event.workspace_id,
            type="media.stored",
            key=f"media:{event.payload['message_id']}:{index}",
            occurred_us=event.recorded_us,
            recorded_us=event.recorded_us,
            channel=event.channel,
            inbox_id=event.inbox_id,
            payload={
                "message_id": event.payload["message_id"],
                "index": index,
                "sha256": stored.sha256,
                "size": stored.size,
                "mime": mime,
                "filename": name,
            },
        )


if __name__ == "__main__":
    main()
