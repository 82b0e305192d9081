"""Fetches the files of messages while the provider still has them (docs/channels.md §3.8)."""

from __future__ import annotations

import asyncio
import mimetypes
import re
import tempfile
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, BinaryIO, cast

import structlog
from sqlalchemy import Connection

from app.errands import Errand, Errands, Outcome, later
from app.outbox import repository
from app.outbox.alarms import alarms_of
from app.outbox.gateways import Gateways
from app.state.unit import Store
from ingest.channels import registry
from ingest.channels.base import Gateway
from ingest.channels.files import MEDIA_LIMIT, Mismatch
from ingest.domain.delivery import body_of
from ingest.domain.errors import BadInput, ChannelError, ProsaError, Rejected
from ingest.domain.event import Event
from ingest.kit.clock import DAY_US, SECOND_US
from ingest.store.media import MediaStore, Stored

CONSUMER = "media_fetcher"

Scan = Callable[[BinaryIO], str | None]
"""Looks into a file; returns why it must not be kept, or None."""

_ANNOUNCED_URL_US = 300 * SECOND_US
_PATIENCE_US = 7 * DAY_US
_MISMATCHES = 3
_FIRST_WAIT_S, _LONGEST_WAIT_S = 5.0, 6 * 3600.0
_IN_MEMORY = 1024 * 1024
_NAME_LIMIT = 120
_UNWELCOME = re.compile(r'[\x00-\x1f\x7f<>:"|?*\u200e\u200f\u202a-\u202e\u2066-\u2069]')
_RESERVED = re.compile(r"(con|prn|aux|nul|com\d|lpt\d)(\.|$)", re.IGNORECASE)

_log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class _Job(Errand):
    """One file of one message."""

    index: int = 0

    @property
    def file(self) -> Mapping[str, Any]:
        found: Mapping[str, Any] = self.event.payload["media"][self.index]
        return found

    @property
    def key(self) -> tuple[str, int]:
        return str(self.event.payload["message_id"]), self.index

    def about(self, event_type: str, now_us: int, payload: Mapping[str, Any]) -> Outcome[_Job]:
        message_id, index = self.key
        event = Event(
            workspace_id=self.event.workspace_id,
            type=event_type,
            key=f"{event_type}:{message_id}:{index}",
            occurred_us=now_us,
            payload={"message_id": message_id, "index": index, **payload},
            channel=self.event.channel,
            inbox_id=self.event.inbox_id,
            conversation_id=self.event.conversation_id,
            contact_id=self.event.contact_id,
            cause_id=self.event.event_id,
        )
        return Outcome([event])


class MediaFetcher(Errands[_Job]):
    """Fetches the files of messages, and gives up those that the provider does not give us."""

    consumer = CONSUMER
    types = ("message.received", "message.echoed")

    def __init__(self, store: Store, gateways: Gateways, media: MediaStore, scan: Scan = lambda file: None) -> None:
        super().__init__(store)
        self._gateways = gateways
        self._media = media
        self._scan = scan

    def asked(self, sql: Connection, events: Sequence[Event]) -> list[_Job]:
        """Return the files that nobody has settled."""
        jobs = [_Job(each, index=index) for each in events for index in _to_fetch(each.payload.get("media") or [])]
        settled = repository.settled_files(sql, [job.key[0] for job in jobs]) if jobs else set()
        return [job for job in jobs if job.key not in settled]

    async def attempt(self, job: _Job) -> Outcome[_Job]:
        """Return `media.stored`, `media.failed`, or the job with its next time."""
        try:
            stored = await self._fetch(job)
        except Exception as error:  # whatever one file does, the others go on
            return self._after(job, error)
        given = {"sha256": stored.sha256, "size": stored.size, "mime": stored.mime}
        name = clean_name(job.file.get("filename"), str(job.event.payload.get("kind") or "file"), stored.mime)
        return job.about("media.stored", self._store.clock.us(), given | {"filename": name})

    async def _fetch(self, job: _Job) -> Stored:
        if await asyncio.to_thread(self._is_withdrawn, job.key[0]):
            raise Rejected("The sender withdrew this message.", code="media_withdrawn")
        if not job.file.get("url") and not job.file.get("provider_id"):
            raise Rejected("The provider did not say where the file is.", code="media_nowhere")
        with tempfile.SpooledTemporaryFile(max_size=_IN_MEMORY) as file:
            # mypy knows the spooled file as no BinaryIO
            await self._bring(job, cast(BinaryIO, file))
            reason = await asyncio.to_thread(self._look_into, file)
            if reason is not None:
                raise Rejected(reason, code="media_refused")
            return await asyncio.to_thread(self._keep, file)

    async def _bring(self, job: _Job, into: BinaryIO) -> None:
        """Take a file out of the delivery that carried it, or fetch it from the provider."""
        if job.file.get("delivery_id"):
            into.write(await asyncio.to_thread(self._unpacked, job))
            return
        gateway = await asyncio.to_thread(self._gateway, str(job.event.inbox_id))
        is_fresh = self._store.clock.us() - job.event.recorded_us < _ANNOUNCED_URL_US
        await gateway.fetch(job.file, into, is_fresh=is_fresh)

    def _unpacked(self, job: _Job) -> bytes:
        with self._store.read() as sql:
            delivery = self._store.journal.get(sql, str(job.file["delivery_id"]))
        channel = registry.channel(job.event.channel or "")
        if delivery is None or delivery.raw is None or channel is None or channel.unpack is None:
            raise Rejected("The delivery that holds this file is not there.", code="media_nowhere")
        try:
            return channel.unpack(body_of(delivery), str(delivery.payload.get("content_type") or ""), job.file)
        except IndexError:
            raise Rejected("The delivery does not hold this file.", code="media_nowhere") from None

    def _is_withdrawn(self, message_id: str) -> bool:
        with self._store.read() as sql:
            return repository.is_withdrawn(sql, message_id)

    def _gateway(self, inbox_id: str) -> Gateway:
        with self._store.read() as sql:
            return self._gateways.of_inbox(sql, inbox_id)

    def _look_into(self, file: Any) -> str | None:
        file.seek(0)
        return self._scan(file)

    def _keep(self, file: Any) -> Stored:
        file.seek(0)
        return self._media.put(file, MEDIA_LIMIT)

    def _after(self, job: _Job, error: Exception) -> Outcome[_Job]:
        """Say what a failure means: tried again for as long as the provider keeps the file, or given up."""
        now = self._store.clock.us()
        is_final = isinstance(error, (Rejected, BadInput)) or (
            isinstance(error, Mismatch) and job.tries + 1 >= _MISMATCHES
        )
        if is_final or now - job.event.recorded_us > _PATIENCE_US:
            detail = error.detail if isinstance(error, ProsaError) else "The file could not be fetched."
            return job.about("media.failed", now, {"reason": detail})
        if not isinstance(error, ChannelError):
            _log.error("media fetch failed, tries again", message_id=job.key[0], error=type(error).__name__)
        alarms = alarms_of(job.event, error, now)
        return Outcome(alarms, again=later(job, now, _FIRST_WAIT_S, _LONGEST_WAIT_S))


def _to_fetch(files: Sequence[Mapping[str, Any]]) -> list[int]:
    """Return which files of a message are elsewhere; a visitor's is laid down here before the message comes."""
    return [n for n, file in enumerate(files) if file.get("url") or file.get("provider_id") or not file.get("sha256")]


def clean_name(given: str | None, kind: str, mime: str) -> str:
    """Return a file name that is safe to save anywhere: no path, no control or direction marks, not too long.

    >>> clean_name("../../etc/pass<wd>.pdf", "document", "application/pdf")
    'passwd.pdf'
    """
    name = _UNWELCOME.sub("", re.split(r"[/\\]", given or "")[-1]).strip(" .")
    if not name or _RESERVED.match(name):
        name = f"{kind}-{name}" if name else f"{kind}{mimetypes.guess_extension(mime) or ''}"
    stem, dot, extension = name.rpartition(".")
    if len(name) > _NAME_LIMIT and dot and len(extension) <= 10:
        return f"{stem[: _NAME_LIMIT - len(extension) - 1]}.{extension}"
    return name[:_NAME_LIMIT]
