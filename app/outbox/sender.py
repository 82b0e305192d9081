"""The sender: intent, attempt, result, each durable before the next.

    message.requested ─▶ queued ─ send.attempted ─▶ sending ─ the call ─▶ send.accepted | failed | unresolved

A crash between attempt and result leaves a row in `sending`; the next start lists it as unresolved and
never sends it again by itself. A crash before the attempt leaves it queued, and nobody was asked.
What was accepted and then reported as failed is `returned`: it certainly was not delivered, so it goes back to
`queued` where its code says that trying again may help, and is `failed` otherwise.
"""

from __future__ import annotations

import asyncio
import random
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import structlog
from sqlalchemy import Connection

from app.outbox import repository, rules
from app.outbox.alarms import alarms_of
from app.outbox.gateways import Gateways
from app.outbox.pacing import COEXISTENCE_PER_S, Pacing
from app.outbox.repository import Outgoing
from app.state.messages import RETURNED
from app.state.unit import Store
from ingest.channels.base import Accepted, Gateway, OutgoingFile, Sending
from ingest.channels.registry import capabilities, retry_of
from ingest.domain import identity
from ingest.domain.errors import BadInput, ChannelError, OutcomeUnknown
from ingest.domain.event import Event
from ingest.kit.clock import SECOND_US
from ingest.store.media import MediaStore

IN_FLIGHT = 64
IN_FLIGHT_PER_NUMBER = 16
"""Calls under way at once; with 200 ms a call this is Meta's 80 a second, and one number cannot starve the rest."""

_LOOK_S = 0.05
_NUMBER_REST_US = (2 * SECOND_US, 60 * SECOND_US)

_log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class _Ready:
    """A message that may be asked for, with what the call needs."""

    outgoing: Outgoing
    gateway: Gateway
    reply_to: str | None
    last_inbound_us: int | None
    thread: Mapping[str, Any]


class Outbox:
    """The one caller of `send`. Call `run_once` in a loop; `drain` before stopping."""

    def __init__(
        self,
        store: Store,
        gateways: Gateways,
        media: MediaStore,
        pacing: Pacing | None = None,
        dice: Callable[[], float] = random.random,
    ) -> None:
        self._store = store
        self._gateways = gateways
        self._media = media
        self._pacing = pacing or Pacing(self._per_s)
        self._dice = dice
        self._calls: dict[asyncio.Task[list[Event]], Outgoing] = {}
        self._results: list[Event] = []
        self._served = ""
        self._rests: dict[str, int] = {}
        self._is_recovered = False

    async def run_once(self) -> int:
        """Start what may go now and write down what came back; returns how much was done."""
        if not self._is_recovered:
            self._results += await asyncio.to_thread(self._abandoned)
            self._is_recovered = True
        written = await self._write_down() + await asyncio.to_thread(self._take_back)
        started = await self._start_calls()
        if self._calls:
            await asyncio.wait(self._calls, timeout=_LOOK_S, return_when=asyncio.FIRST_COMPLETED)
        return written + started + await self._write_down()

    async def drain(self) -> None:
        """Wait for every call under way and write down what came of it."""
        while self._calls:
            await asyncio.wait(self._calls)
            await self._write_down()

    def _per_s(self, inbox_id: str, channel: str) -> float:
        with self._store.read() as sql:
            return COEXISTENCE_PER_S if repository.is_on_phone(sql, inbox_id) else capabilities(channel).per_s

    # --- before the call ----------------------------------------------------------------------

    async def _start_calls(self) -> int:
        held = {outgoing.pair for outgoing in self._calls.values()} | set(
            self._pacing.held_pairs(self._store.clock.us())
        )
        picked = await asyncio.to_thread(self._pick, held)
        if not picked:
            return 0
        ready, refused = await asyncio.to_thread(self._judge, picked)
        claimed = await asyncio.to_thread(self._claim, ready, refused)
        for each in claimed:
            task = asyncio.get_running_loop().create_task(self._call(each))
            self._calls[task] = each.outgoing
        return len(claimed) + len(refused)

    def _pick(self, held: set[str]) -> list[Outgoing]:
        """Return what may go now: fair among numbers, one at a time per conversation."""
        now = self._store.clock.us()
        picked: list[Outgoing] = []
        with self._store.read() as sql:
            for inbox_id in _after(self._served, repository.inboxes_with_work(sql, now)):
                room = min(self._room(inbox_id), IN_FLIGHT - len(self._calls) - len(picked))
                if room > 0:
                    due = repository.due_of_inbox(sql, inbox_id, now, 4 * room, held)
                    chosen = self._pace(due, room, held, now)
                    self._served = inbox_id if chosen else self._served
                    picked += chosen
        return picked

    def _room(self, inbox_id: str) -> int:
        under_way = sum(outgoing.inbox_id == inbox_id for outgoing in self._calls.values())
        return IN_FLIGHT_PER_NUMBER - under_way

    def _pace(self, due: Sequence[Outgoing], room: int, held: set[str], now_us: int) -> list[Outgoing]:
        chosen: list[Outgoing] = []
        for each in due:
            if len(chosen) == room or not self._pacing.is_account_free(each.inbox_id, each.channel, now_us):
                break
            if each.pair not in held:
                held.add(each.pair)
                self._pacing.take(each.inbox_id, each.channel, each.pair, now_us, is_group=each.is_group)
                chosen.append(each)
        return chosen

    def _judge(self, picked: Sequence[Outgoing]) -> tuple[list[_Ready], list[Event]]:
        """Return what may be asked for, and the refusal events of what may not."""
        ready: list[_Ready] = []
        refused: list[Event] = []
        now = self._store.clock.us()
        gateways: dict[str, Gateway] = {}
        with self._store.read() as sql:
            for each in picked:
                try:
                    if each.inbox_id not in gateways:
                        gateways[each.inbox_id] = self._gateways.of_inbox(sql, each.inbox_id)
                    standing = repository.standing_of(sql, each)
                    objection = rules.objection(each.payload, standing, capabilities(each.channel), now)
                except ChannelError as error:
                    objection = rules.refusal_of(error)
                if objection is not None:
                    refused.append(_failed(each, each.attempt + 1, objection, None, now))
                    continue
                ready.append(_prepared(sql, each, gateways[each.inbox_id], standing))
        return ready, refused

    def _claim(self, ready: Sequence[_Ready], refused: Sequence[Event]) -> list[_Ready]:
        """Write the attempts down, durably; returns those that are still ours to make."""
        now = self._store.clock.us()
        with self._store.unit() as unit:
            waiting = repository.still_queued(unit.connection, [each.outgoing.message_id for each in ready])
            claimed = [each for each in ready if waiting.get(each.outgoing.message_id) == each.outgoing.attempt]
            unit.emit(*refused, *(_attempted(each.outgoing, now) for each in claimed))
        return claimed

    # --- the call -----------------------------------------------------------------------------

    async def _call(self, ready: _Ready) -> list[Event]:
        """Hand one message over; returns the events that say what came of it."""
        outgoing, attempt = ready.outgoing, ready.outgoing.attempt + 1
        try:
            accepted = await self._send(ready)
        except OutcomeUnknown as error:
            return [_unresolved(outgoing, attempt, error.detail, self._store.clock.us())]
        except (ChannelError, BadInput) as error:
            now, refusal = self._store.clock.us(), rules.refusal_of(error)
            refused = self._refused(outgoing, attempt, refusal)
            return [
                refused,
                *_withdrawn(outgoing, attempt, refusal, refused.occurred_us),
                *alarms_of(refused, error, now),
            ]
        except Exception as error:  # a bug here must not hide that the message may have gone out
            _log.exception("send ended unexpectedly", message_id=outgoing.message_id, error=type(error).__name__)
            return [
                _unresolved(outgoing, attempt, "Something unexpected happened while sending.", self._store.clock.us())
            ]
        self._rests.pop(outgoing.inbox_id, None)
        return _accepted(outgoing, attempt, accepted, self._store.clock.us())

    async def _send(self, ready: _Ready) -> Accepted:
        payload = ready.outgoing.payload
        recipient = identity.primary(list(payload.get("to") or []))
        if recipient is None:
            raise BadInput("Nobody to send this to is known.", code="no_recipient")
        files = await asyncio.to_thread(self._files_of, payload)
        sending = Sending(
            ready.outgoing.message_id,
            payload,
            recipient,
            ready.reply_to,
            next(iter(files), None),
            ready.last_inbound_us,
            self._store.clock.us(),
            ready.thread,
            files[1:],
        )
        return await ready.gateway.send(sending)

    def _files_of(self, payload: Mapping[str, Any]) -> list[OutgoingFile]:
        return [self._opened(each) for each in payload.get("media") or [] if each.get("sha256")]

    def _opened(self, file: Mapping[str, Any]) -> OutgoingFile:
        path = self._media.path(file["sha256"])
        if not path.exists():
            raise BadInput("The file of this message is not there any more.", code="media_missing")
        mime = file.get("mime") or "application/octet-stream"
        name, is_voice = file.get("filename") or "file", bool(file.get("is_voice"))
        return OutgoingFile(file["sha256"], mime, name, path.read_bytes, is_voice)

    def _refused(self, outgoing: Outgoing, attempt: int, refusal: rules.Refusal) -> Event:
        now = self._store.clock.us()
        again_us = rules.retry_at_us(refusal.retry, attempt, now, self._dice())
        if again_us is not None and refusal.until_us is not None:
            again_us = max(again_us, refusal.until_us)
        if refusal.rests == "account":
            self._rest(outgoing.inbox_id, now, refusal.until_us)
        elif refusal.rests == "pair" and (until_us := again_us or refusal.until_us) is not None:
            self._pacing.pause(outgoing.pair, until_us)
        return _failed(outgoing, attempt, refusal, again_us, now)

    def _rest(self, inbox_id: str, now_us: int, until_us: int | None) -> None:
        """Let an account rest that was told to slow down: as long as it was told, or longer each time until it goes."""
        shortest, longest = _NUMBER_REST_US
        length = min(self._rests.get(inbox_id, shortest // 2) * 2, longest)
        self._rests[inbox_id] = length
        self._pacing.pause(inbox_id, max(now_us + length, until_us or 0))

    # --- after the call -----------------------------------------------------------------------

    async def _write_down(self) -> int:
        """Append the results there are; they are kept when the store refuses, and written next time."""
        for task in [task for task in self._calls if task.done()]:
            del self._calls[task]
            self._results += task.result()
        if not self._results:
            return 0
        results = list(self._results)
        await asyncio.to_thread(self._emit, results)
        del self._results[: len(results)]
        return len(results)

    def _take_back(self) -> int:
        """Say what becomes of messages that were taken and then reported as failed; returns how many there were."""
        with self._store.read() as sql:
            found = repository.returned(sql, IN_FLIGHT)
        if not found:
            return 0
        now = self._store.clock.us()
        with self._store.unit() as unit:
            still = {each.message_id for each in repository.in_state(unit.connection, RETURNED)}
            unit.emit(*(self._returned(*each, now) for each in found if each[0].message_id in still))
        return len(found)

    def _returned(self, outgoing: Outgoing, code: str, detail: str, now_us: int) -> Event:
        retry = retry_of(outgoing.channel, code) or "never"
        is_stale = now_us - outgoing.requested_us > rules.RETURNED_US
        again_us = None if is_stale else rules.retry_at_us(retry, outgoing.attempt, now_us, self._dice())
        given = {"code": code, "retry": retry, "detail": detail, "will_retry_us": again_us}
        key = f"send.failed:{outgoing.message_id}:{outgoing.attempt}:reported"
        return outgoing.event("send.failed", key, now_us, given)

    def _emit(self, events: Sequence[Event]) -> None:
        with self._store.unit() as unit:
            unit.emit(*events)

    def _abandoned(self) -> list[Event]:
        """Return what to say of messages that an earlier process was sending when it ended."""
        now = self._store.clock.us()
        with self._store.read() as sql:
            return [_ending(sql, each, now) for each in repository.in_state(sql, "sending")]


def _after(last: str, inbox_ids: Sequence[str]) -> list[str]:
    """Return inboxes in turn, first the one that follows the last served: none waits for busy ones for ever."""
    return sorted(inbox_ids, key=lambda each: (each <= last, each))


def _ending(sql: Connection, outgoing: Outgoing, now_us: int) -> Event:
    status, ref = repository.provider_status_of(sql, outgoing.message_id)
    if status is not None and status != "failed":
        given = {"message_ref": ref, "external_id": None, "held": False}
        return outgoing.event("send.accepted", f"send.accepted:{outgoing.message_id}:{outgoing.attempt}", now_us, given)
    detail = "We stopped while this was being sent; the contact may have it or not."
    return _unresolved(outgoing, outgoing.attempt, detail, now_us)


def _prepared(sql: Connection, outgoing: Outgoing, gateway: Gateway, standing: rules.Standing) -> _Ready:
    ref = _target_of(outgoing)
    reply_to = repository.external_id_of(sql, ref) if ref else None
    is_threaded = capabilities(outgoing.channel).is_threaded
    thread = repository.thread_of(sql, outgoing.conversation_id) if is_threaded else {}
    return _Ready(outgoing, gateway, reply_to, standing.last_inbound_us, thread)


def _attempted(outgoing: Outgoing, now_us: int) -> Event:
    attempt = outgoing.attempt + 1
    return outgoing.event(
        "send.attempted", f"send.attempted:{outgoing.message_id}:{attempt}", now_us, {"attempt": attempt}
    )


def _target_of(outgoing: Outgoing) -> str | None:
    """Return the ref of the message this one answers or reacts to."""
    content = outgoing.payload.get("content") or {}
    ref: str | None = outgoing.payload.get("reply_to_ref") or content.get("message_ref")
    return ref


def _accepted(outgoing: Outgoing, attempt: int, accepted: Accepted, now_us: int) -> list[Event]:
    ref = identity.message_ref(outgoing.workspace_id, outgoing.inbox_id, accepted.external_id)
    given = {"message_ref": ref, "external_id": accepted.external_id, "held": accepted.held}
    return [outgoing.event("send.accepted", f"send.accepted:{outgoing.message_id}:{attempt}", now_us, given)]


def _failed(outgoing: Outgoing, attempt: int, refusal: rules.Refusal, again_us: int | None, now_us: int) -> Event:
    given = {"code": refusal.code, "retry": refusal.retry, "detail": refusal.detail, "will_retry_us": again_us}
    return outgoing.event("send.failed", f"send.failed:{outgoing.message_id}:{attempt}", now_us, given)


def _withdrawn(outgoing: Outgoing, attempt: int, refusal: rules.Refusal, now_us: int) -> list[Event]:
    """Return what the contact forbade by refusing a message."""
    if refusal.withdraws is None or outgoing.contact_id is None:
        return []
    given = {"purpose": refusal.withdraws, "value": "withdrawn", "source": outgoing.channel, "wording": None}
    key = f"consent:{outgoing.message_id}:{attempt}"
    return [outgoing.event("consent.recorded", key, now_us, given | {"identities": [], "is_claimed": False})]


def _unresolved(outgoing: Outgoing, attempt: int, detail: str, now_us: int) -> Event:
    given = {"attempt": attempt, "detail": detail}
    return outgoing.event("send.unresolved", f"send.unresolved:{outgoing.message_id}:{attempt}", now_us, given)
