"""How far each folder was read: a small file per connection, written after what was read is durable."""

from __future__ import annotations

import os
import re
from dataclasses import dataclass
from pathlib import Path

import orjson


@dataclass(frozen=True, slots=True)
class Place:
    """The newest mail of a folder that is kept; UIDs mean something only under their UIDVALIDITY."""

    validity: int
    uid: int


class Places:
    """The places of one connection, in `<home>/mail/<connection_id>.json`."""

    def __init__(self, home: Path, connection_id: str) -> None:
        self._path = home / "mail" / f"{re.sub(r'[^A-Za-z0-9_-]', '_', connection_id)}.json"

    def of(self, folder: str, validity: int) -> Place:
        """Return where to go on; at the beginning for a folder that is new, or numbered anew."""
        known = self._read().get(folder)
        if isinstance(known, dict) and known.get("validity") == validity and isinstance(known.get("uid"), int):
            return Place(validity, known["uid"])
        return Place(validity, 0)

    def remember(self, folder: str, place: Place) -> None:
        """Write down, durably, how far a folder was read."""
        places = self._read() | {folder: {"validity": place.validity, "uid": place.uid}}
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
