"""How far each folder was read: a small file per connection, written after what was read is durable."""

from __future__ import annotations

import os
import re
from dataclasses import asdict, dataclass
from pathlib import Path

import orjson


@dataclass(frozen=True, slots=True)
class Place:
    """The newest mail of a folder that is kept; UIDs mean something only under their UIDVALIDITY."""

    validity: int
    uid: int
    history: int = 0
    """The newest mail that was there already when we looked for the first time."""


class Places:
    """The places of one connection, in `<home>/mail/<connection_id>.json`."""

    def __init__(self, home: Path, connection_id: str) -> None:
        self._path = home / "mail" / f"{re.sub(r'[^A-Za-z0-9_-]', '_', connection_id)}.json"

    def of(self, folder: str, validity: int) -> Place:
        """Return where to go on; at the beginning for a folder that is new, or numbered anew."""
        known = self._read().get(folder)
        if isinstance(known, dict) and known.get("validity") == validity and isinstance(known.get("uid"), int):
            history = known.get("history")
            return Place(validity, known["uid"], history if isinstance(history, int) else 0)
        return Place(validity, 0)

    def knows(self, folder: str) -> bool:
        """Say whether a folder was ever looked into."""
        return folder in self._read()

    def remember(self, folder: str, place: Place) -> None:
        """Write down, durably, how far a folder was read."""
        places = self._read() | {folder: asdict(place)}
        self._path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        beside = self._path.with_suffix(".new")
        with beside.open("wb") as file:
            file.write(orjson.dumps(places))
            file.flush()
            os.fsync(file.fileno())
        beside.replace(self._path)

    def _read(self) -> dict[str, object]:
        try:
            found = orjson.loads(self._path.read_bytes())
        except (FileNotFoundError, orjson.JSONDecodeError):
            return {}  # to read a mailbox again does no harm: every mail has its key
        return found if isinstance(found, dict) else {}
