"""What was found when the lake was checked, written down beside the journal: who asks need not open the lake."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from sqlalchemy import Connection, select

from ingest.store.own import broken_check

_EXAMPLE_LENGTH = 500


def say_checked(connection: Connection, found: Mapping[str, Sequence[object]], now_us: int) -> None:
    """Keep what each check found, by name; a check that holds is forgotten, one that is broken keeps its `since_us`."""
    known = connection.execute(select(broken_check.c.name, broken_check.c.since_us))
    since = {row.name: row.since_us for row in known}
    connection.execute(broken_check.delete())
    broken = [
        {
            "name": name,
            "count": len(rows),
            "example": str(rows[0])[:_EXAMPLE_LENGTH],
            "since_us": since.get(name, now_us),
        }
        for name, rows in found.items()
        if rows
    ]
    if broken:
        connection.execute(broken_check.insert(), broken)


def broken_checks(connection: Connection) -> dict[str, int]:
    """Return, by name, how many rows speak against each check that is broken."""
    chosen = select(broken_check.c.name, broken_check.c.count).order_by(broken_check.c.name)
    return {row[0]: row[1] for row in connection.execute(chosen)}
