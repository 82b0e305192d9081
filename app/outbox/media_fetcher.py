"""Fetches the files of messages while the provider still has them (docs/channels.md §3.8)."""

from __future__ import annotations

import asyncio
import mimetypes
import re
import tempfile
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, BinaryIO, cast

import structlog

from app.outbox import repository
from app.outbox.gateways import Gateways
from app.state.unit import Store
from ingest.channels import registry
from ingest.channels.base import Gateway
from ingest.channels.files import MEDIA_LIMIT, Mismatch
from ingest.domain.delivery import body_of
from ingest.domain.errors import BadInput, ChannelError, ProsaError, Rejected
from ingest.domain.event import Event
from ingest.kit.clock import DAY_US, SECOND_US
from ingest.store.consumers import cursor_of, move_cursor
from ingest.store.media import MediaStore, Stored

CONSUMER = "media_fetcher"
CONCURRENCY = 4

Scan = Callable[[BinaryIO], str | None]
"""Looks into a file; returns why it must not be kept, or None."""

_TYPES = ("message.received", "message.echoed")
_ANNOUNCED_URL_US = 300 * SECOND_US
_PATIENCE_US = 7 * DAY_US
_MISMATCHES = 3
_FIRST_WAIT_S, _LONGEST_WAIT_S = 5.0, 6 * 3600.0
_WAITING = 500
"""Files known and not yet fetched; beyond that the journal keeps them for us."""
_STRIDE = 1_000
_IN_MEMORY = 1024 * 1024
_NAME_LIMIT = 120
_UNWELCOME = re.compile(r'[\x00-\x1f\x7f<>:"|?*\u200e\u200f\u202a-\u202e\u2066-\u2069]')
_RESERVED = re.compile(r"(con|prn|aux|nul|com\d|lpt\d)(\.|$)", re.IGNORECASE)

_log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class _Job:
    """One file of one message, and how often it was tried."""

    event: Event
    index: int
    tries: int = 0
    due_us: int = 0

    @property
    def file(self) -> Mapping[str, Any]:
        found: Mapping[str, Any] = self.event.payload["media"][self.index]
        return found

    @property
    def key(self) -> tuple[str, int]:
        return str(self.event.payload["message_id"]), self.index

    def about(self, event_type: str, now_us: int, payload: Mapping[str, Any]) -> Event:
        message_id, index = self.key
        return Event(
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


class MediaFetcher:
    """A consumer of messages with files. Its cursor stays before the oldest file that is not settled."""

    def __init__(self, store: Store, gateways: Gateways, media: MediaStore, scan: Scan = lambda file: None) -> None:
        self._store = store
        self._gateways = gateways
        self._media = media
        self._scan = scan
        self._waiting: dict[tuple[str, int], _Job] = {}
        self._fetches: dict[asyncio.Task[Event | _Job], _Job] = {}
        self._read_seq: int | None = None
        self._saved_seq = 0

    async def run_once(self) -> int:
        """Look for new files, fetch what is due and write down what came; returns how many were settled."""
        await asyncio.to_thread(self._look)
        self._start()
        if self._fetches:
            await asyncio.wait(self._fetches, timeout=0.05, return_when=asyncio.FIRST_COMPLETED)
        return await self._write_down()

    async def drain(self) -> None:
        """Give up the fetches under way; the next start takes them up again."""
        for task in self._fetches:
            task.cancel()
        await asyncio.gather(*self._fetches, return_exceptions=True)
        self._fetches.clear()

    def _look(self) -> None:
        """Read on in the journal and remember files that nobody has settled."""
        if len(self._waiting) >= _WAITING:
            return
        with self._store.read() as sql:
            if self._read_seq is None:
                self._read_seq = self._saved_seq = cursor_of(sql, CONSUMER)
            events = self._store.journal.after(sql, self._read_seq, _STRIDE, _TYPES)
            jobs = [_Job(each, index) for each in events for index in _to_fetch(each.payload.get("media") or [])]
            settled = repository.settled_files(sql, [job.key[0] for job in jobs]) if jobs else set()
        self._waiting.update({job.key: job for job in jobs if job.key not in settled})
        if events:
            self._read_seq = events[-1].seq

    def _start(self) -> None:
        now, busy = self._store.clock.us(), {job.key for job in self._fetches.values()}
        due = (job for job in self._waiting.values() if job.due_us <= now and job.key not in busy)
        for job, _ in zip(due, range(CONCURRENCY - len(self._fetches)), strict=False):
            self._fetches[asyncio.get_running_loop().create_task(self._attempt(job))] = job

    async def _write_down(self) -> int:
        done = {task: job for task, job in self._fetches.items() if task.done()}
        outcomes = [task.result() for task in done]
        events = [each for each in outcomes if isinstance(each, Event)]
        settled = {job.key for task, job in done.items() if isinstance(task.result(), Event)}
        seq = self._safe_seq(settled)
        if events or seq - self._saved_seq >= _STRIDE:
            await asyncio.to_thread(self._emit, events, seq)
        for task, job in done.items():
            del self._fetches[task]
            outcome = task.result()
            if isinstance(outcome, Event):
                del self._waiting[job.key]
            else:
                self._waiting[job.key] = outcome
        return len(events)

    def _safe_seq(self, settled: set[tuple[str, int]]) -> int:
        open_seqs = [job.event.seq for key, job in self._waiting.items() if key not in settled]
        return min(open_seqs) - 1 if open_seqs else self._read_seq or 0

    def _emit(self, events: list[Event], seq: int) -> None:
        if events:
            with self._store.unit() as unit:
                unit.emit(*events)
                move_cursor(unit.connection, CONSUMER, seq)
        else:  # nothing is said: no need to wait for the fold
            with self._store.database.write() as sql:
                move_cursor(sql, CONSUMER, seq)
        self._saved_seq = seq

    async def _attempt(self, job: _Job) -> Event | _Job:
        """Return `media.stored`, `media.failed`, or the job with its next time."""
        try:
            stored = await self._fetch(job)
        except Exception as error:  # whatever one file does, the others go on
            return self._after(job, error)
        given = {"sha256": stored.sha256, "size": stored.size, "mime": stored.mime}
        name = clean_name(job.file.get("filename"), str(job.event.payload.get("kind") or "file"), stored.mime)
        return job.about("media.stored", self._store.clock.us(), given | {"filename": name})

    async def _fetch(self, job: _Job) -> Stored:
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

    def _gateway(self, inbox_id: str) -> Gateway:
        with self._store.read() as sql:
            return self._gateways.of_inbox(sql, inbox_id)

    def _look_into(self, file: Any) -> str | None:
        file.seek(0)
        return self._scan(file)

    def _keep(self, file: Any) -> Stored:
        file.seek(0)
        return self._media.put(file, MEDIA_LIMIT)

    def _after(self, job: _Job, error: Exception) -> Event | _Job:
        """Say what a failure means: tried again for as long as the provider keeps the file, or given up."""
        now, tries = self._store.clock.us(), job.tries + 1
        is_final = isinstance(error, (Rejected, BadInput)) or (isinstance(error, Mismatch) and tries >= _MISMATCHES)
        if is_final or now - job.event.recorded_us > _PATIENCE_US:
            detail = error.detail if isinstance(error, ProsaError) else "The file could not be fetched."
            return job.about("media.failed", now, {"reason": detail})
        if not isinstance(error, ChannelError):
            _log.error("media fetch failed, tries again", message_id=job.key[0], error=type(error).__name__)
        wait_s = min(_FIRST_WAIT_S * 4 ** min(tries - 1, 8), _LONGEST_WAIT_S)
        return replace(job, tries=tries, due_us=now + round(wait_s * SECOND_US))


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
