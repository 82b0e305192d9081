"""The recorded bodies of every channel, and the table of events beside each.

What providers sent lies beside the repository (`../shared/fixtures/channels/<channel>`) and is never part of it; our own
bodies, for a protocol of ours and where nobody recorded any, lie in `<channel>/bodies`. A body's table,
`<channel>/expected/<name>.jsonl`, holds what `prosa parse` prints for the workspace and the arrival time in `channel`.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import orjson
import pytest

from app.commands.parse import content_type_of
from ingest.channels import registry

HERE = Path(__file__).parent
SHARED = HERE.parents[2] / "shared" / "fixtures" / "channels"


@dataclass(frozen=True)
class Recordings:
    """What was recorded of one channel."""

    channel: str

    def names(self) -> list[str]:
        """Return the bodies that have a table; known without the bodies themselves."""
        return sorted(path.stem for path in (HERE / self.channel / "expected").glob("*.jsonl"))

    def found(self) -> list[str]:
        """Return the bodies that are there; what answers our own calls (`api_…`) is none. Skips without recordings."""
        _need_recordings()
        return sorted(path.stem for path in self._files("*") if not path.stem.startswith("api_"))

    def body(self, name: str) -> bytes:
        """Return the bytes of a recording; skips where the recordings are not beside the repository."""
        return self._file(name).read_bytes()

    def content_type(self, name: str) -> str:
        """Return the content type that a recording came with."""
        return content_type_of(self._file(name))

    def table(self, name: str) -> list[Any]:
        """Return the events that a body means, as they are committed."""
        lines = (HERE / self.channel / "expected" / f"{name}.jsonl").read_bytes().splitlines()
        return [orjson.loads(line) for line in lines]

    def _file(self, name: str) -> Path:
        found = self._files(name)
        if not found:
            _need_recordings()
        (file,) = found
        return file

    def _files(self, name: str) -> list[Path]:
        folders = (HERE / self.channel / "bodies", SHARED / self.channel)
        return [path for folder in folders for path in folder.glob(f"{name}.*")]


def every_recording() -> list[tuple[str, str]]:
    """Return channel and name of every recording of every channel."""
    return [(channel, name) for channel in registry.NAMES for name in Recordings(channel).names()]


def _need_recordings() -> None:
    if not SHARED.is_dir():
        pytest.skip("recorded payloads are not beside the repository (shared/fixtures/channels)")
