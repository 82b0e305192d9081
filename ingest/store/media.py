"""Files by their content: one file per SHA-256, written once, never changed."""

from __future__ import annotations

import hashlib
import os
import tempfile
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from ingest.domain.errors import BadInput, NotFound, StoreUnavailable, TooLarge
from ingest.store.kinds import mime_of as mime_of  # part of the store
from ingest.store.kinds import type_of

_CHUNK = 1024 * 1024


class EmptyFile(BadInput):
    """The file is empty; there is nothing to keep or to send."""


@dataclass(frozen=True, slots=True)
class Stored:
    """What is kept of a file: hex SHA-256 of its bytes, their number, and the type that they show."""

    sha256: str
    size: int
    mime: str


class MediaStore:
    """A folder of files named by what they hold.

    `put` returns once the bytes are on disk under their final name; putting them again changes nothing.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def put(self, stream: BinaryIO | Iterable[bytes], limit: int | None = None) -> Stored:
        """Keep the bytes of a file object or of chunks.

        Raises EmptyFile for no bytes, TooLarge beyond `limit` bytes (noticed while reading), and
        StoreUnavailable when the disk refuses.
        """
        try:
            self._folder.mkdir(parents=True, exist_ok=True, mode=0o700)
            handle, name = tempfile.mkstemp(dir=self._folder, prefix=".incoming-")
        except OSError as error:
            raise StoreUnavailable(reason=type(error).__name__) from error
        try:
            with os.fdopen(handle, "w+b") as file:
                stored = _copy(_chunks(stream), file, limit)
            self._settle(Path(name), stored.sha256)
        except OSError as error:
            raise StoreUnavailable(reason=type(error).__name__) from error
        finally:
            Path(name).unlink(missing_ok=True)
        return stored

    def path(self, sha256: str) -> Path:
        """Return where the file of a digest lies or would lie; raises NotFound for what is no digest."""
        if len(sha256) != 64 or not set(sha256) <= set("0123456789abcdef"):
            raise NotFound
        return self._folder / sha256[:2] / sha256

    def _settle(self, incoming: Path, sha256: str) -> None:
        target = self.path(sha256)
        target.parent.mkdir(exist_ok=True, mode=0o700)
        incoming.replace(target)
        folder = os.open(target.parent, os.O_RDONLY)  # the name must survive a power cut, too
        try:
            os.fsync(folder)
        finally:
            os.close(folder)


def _chunks(stream: BinaryIO | Iterable[bytes]) -> Iterable[bytes]:
    if hasattr(stream, "read"):
        return iter(lambda: stream.read(_CHUNK), b"")
    return stream


def _copy(chunks: Iterable[bytes], file: BinaryIO, limit: int | None) -> Stored:
    digest, size = hashlib.sha256(), 0
    for chunk in chunks:
        size += len(chunk)
        if limit is not None and size > limit:
            raise TooLarge(f"The file is larger than {limit} bytes.", limit=limit)
        digest.update(chunk)
        file.write(chunk)
    if size == 0:
        raise EmptyFile
    file.flush()
    os.fsync(file.fileno())
    return Stored(digest.hexdigest(), size, type_of(file))
