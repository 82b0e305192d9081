"""After an update the live tables may be what an earlier fold made of the journal; then they are folded anew.

Nobody has to know which update that was: the tables carry the mark of the fold that made them.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable

from sqlalchemy import Connection, delete, insert, select

from app.state.unit import Store
from ingest.store.live import FOLDED
from ingest.store.own import house_note

FOLD = 1
"""To be raised by whoever makes the fold give other rows for events that were recorded before."""
_NOTE = "fold"


def mark() -> str:
    """Return the mark of this version's fold: its number and the columns that it fills."""
    columns = sorted(f"{table.name}.{column.name}" for table in FOLDED for column in table.columns)
    return f"{FOLD}:{hashlib.blake2b(' '.join(columns).encode(), digest_size=8).hexdigest()}"


def is_stale(store: Store) -> bool:
    """Say whether another fold made the live tables; a new house is given the mark of this one."""
    with store.read() as connection:
        noted = connection.execute(select(house_note.c.value).where(house_note.c.name == _NOTE)).scalar()
        head = store.journal.head(connection)
    if noted == mark():
        return False
    if head == 0:
        with store.database.write() as connection:
            _note(connection)
        return False
    return True


def refold(store: Store, progress: Callable[[int], None] = lambda seq: None) -> int:
    """Fold the whole journal into fresh live tables and note what folded them; returns the events folded."""
    count = store.rebuild(progress)
    with store.database.write() as connection:
        _note(connection)
    return count


def _note(connection: Connection) -> None:
    connection.execute(delete(house_note).where(house_note.c.name == _NOTE))
    connection.execute(insert(house_note).values(name=_NOTE, value=mark()))
