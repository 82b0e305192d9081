"""Asks providers what contacts call themselves and how they look, where messages bring a number and no name.

Once for each contact, and again after a month at the earliest; after a refusal, after a week. What remembers it is the
log: the key of `contact.looked_up` names the contact and the span of time in which it was asked for.
"""

from __future__ import annotations

import asyncio
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from typing import BinaryIO, cast

import structlog
from sqlalchemy import Connection

from app.errands import Errand, Errands, Outcome, later
from app.outbox.gateways import Gateways
from app.state.unit import Store
from ingest.channels.base import Introducer, Profile
from ingest.channels.reading import fingerprint
from ingest.channels.registry import capabilities
from ingest.domain.errors import BadInput, ChannelError, Misconfigured, ProsaError, Rejected
from ingest.domain.event import Event
from ingest.domain.identity import Identity, primary
from ingest.kit.clock import DAY_US
from ingest.store.bulk import known_keys
from ingest.store.media import MediaStore, Stored, mime_of

CONSUMER = "profiles"
_NAMED_US, _REFUSED_US = 30 * DAY_US, 7 * DAY_US
"""How long an answer holds at least, and how long a refusal."""
_PATIENCE_US = DAY_US
"""Who wrote longer ago is asked for when they write again."""
_PICTURES = frozenset({"image/jpeg", "image/png", "image/webp", "image/gif"})
_PICTURE_LIMIT = 2 * 1024 * 1024
_FIRST_WAIT_S, _LONGEST_WAIT_S = 5.0, 3600.0

_log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class _Person(Errand):
    """One contact whose name nobody told us."""

    @property
    def key(self) -> str:
        return str(self.event.contact_id)

    @property
    def address(self) -> Identity | None:
        return primary(list(self.event.payload.get("identities") or []))

    def looked_up(self, span_us: int, now_us: int, error: ProsaError | None = None) -> Event:
        """Return that the provider was asked."""
        code = None if error is None else str(error.facts.get("code") or "refused")
        reason = None if error is None else error.detail
        return self._event("contact.looked_up", _key(self.key, span_us, now_us), now_us, code=code, reason=reason)

    def named(self, profile: Profile, now_us: int) -> Event:
        """Return what the contact calls themself; once, however often it is answered."""
        key = f"named:{self.key}:{fingerprint([profile.name, profile.username])}"
        name = profile.name or f"@{profile.username}"
        return self._event("contact.named", key, now_us, name=name, username=profile.username, source="profile")

    def pictured(self, stored: Stored, now_us: int) -> Event:
        """Return what the contact shows of themself."""
        key = f"pictured:{self.key}:{stored.sha256}"
        return self._event("contact.pictured", key, now_us, sha256=stored.sha256, size=stored.size, mime=stored.mime)

    def _event(self, type_: str, key: str, now_us: int, **payload: str | int | None) -> Event:
        return Event(
            workspace_id=self.event.workspace_id,
            type=type_,
            key=f"{self.event.channel}:{key}",
            occurred_us=now_us,
            channel=self.event.channel,
            inbox_id=self.event.inbox_id,
            contact_id=self.event.contact_id,
            cause_id=self.event.event_id,
            payload=payload,
        )


class ProfileFetcher(Errands[_Person]):
    """A consumer of messages that bring no name."""

    consumer = CONSUMER
    types = ("message.received",)

    def __init__(self, store: Store, gateways: Gateways, media: MediaStore) -> None:
        super().__init__(store)
        self._gateways = gateways
        self._media = media

    def asked(self, sql: Connection, events: Sequence[Event]) -> list[_Person]:
        """Return the contacts who wrote without a name, and whom nobody asked for of late."""
        now = self._store.clock.us()
        people = {each.key: each for event in events if _is_nameless(event, now) and (each := _Person(event)).address}
        asked = _answered(sql, list(people.values()), now)
        return [person for key, person in people.items() if key not in asked]

    async def attempt(self, errand: _Person) -> Outcome[_Person]:
        """Return the name, or that there is none to be had for now."""
        now = self._store.clock.us()
        try:
            profile, picture = await self._ask(errand)
        except (Rejected, Misconfigured) as error:
            return Outcome([errand.looked_up(_REFUSED_US, now, error)])
        except Exception as error:  # whatever one person does, the others go on
            return self._after(errand, error)
        if not profile.name and not profile.username:
            return Outcome([errand.looked_up(_REFUSED_US, now)])
        pictured = [errand.pictured(picture, now)] if picture is not None else []
        return Outcome([errand.named(profile, now), *pictured, errand.looked_up(_NAMED_US, now)])

    async def _ask(self, errand: _Person) -> tuple[Profile, Stored | None]:
        address = errand.address
        assert address is not None
        gateway = await asyncio.to_thread(self._gateway, str(errand.event.inbox_id))
        profile = await gateway.profile(address)
        return profile, await self._picture(gateway, profile.picture_url) if profile.picture_url else None

    async def _picture(self, gateway: Introducer, url: str) -> Stored | None:
        """Return a picture, kept; None for one that cannot be had: the name is worth telling alone."""
        with tempfile.SpooledTemporaryFile(max_size=_PICTURE_LIMIT) as file:
            try:
                # mypy knows the spooled file as no BinaryIO
                await gateway.fetch({"url": url}, cast(BinaryIO, file), is_fresh=True)
                file.seek(0)
                is_picture = mime_of(file.read(1024)) in _PICTURES
                file.seek(0)
                return await asyncio.to_thread(self._media.put, file, _PICTURE_LIMIT) if is_picture else None
            except (ChannelError, BadInput):
                return None

    def _gateway(self, inbox_id: str) -> Introducer:
        with self._store.read() as sql:
            return cast(Introducer, self._gateways.of_inbox(sql, inbox_id))

    def _after(self, errand: _Person, error: Exception) -> Outcome[_Person]:
        now = self._store.clock.us()
        if not isinstance(error, ChannelError):
            _log.error("profile could not be asked for", contact_id=errand.key, error=type(error).__name__)
        if now - errand.event.recorded_us > _PATIENCE_US:
            return Outcome()  # asked for again when they write again
        return Outcome(again=later(errand, now, _FIRST_WAIT_S, _LONGEST_WAIT_S))


def _is_nameless(event: Event, now_us: int) -> bool:
    given = event.payload
    return (
        event.contact_id is not None
        and capabilities(event.channel or "").has_profiles
        and now_us - event.recorded_us <= _PATIENCE_US
        and not (given.get("name") or given.get("is_test") or given.get("is_history"))
    )


def _answered(sql: Connection, people: Sequence[_Person], now_us: int) -> set[str]:
    """Return which of these contacts were asked for in the spans that we are in, or in those before."""
    found: set[str] = set()
    for person in people:
        spans = [(span, at_us) for span in (_NAMED_US, _REFUSED_US) for at_us in (now_us, now_us - span)]
        keys = [f"{person.event.channel}:{_key(person.key, span, at_us)}" for span, at_us in spans]
        if known_keys(sql, person.event.workspace_id, keys):
            found.add(person.key)
    return found


def _key(contact_id: str, span_us: int, now_us: int) -> str:
    """Return what names one span of a contact's time."""
    return f"looked_up:{contact_id}:{span_us // DAY_US}:{now_us // span_us}"
