"""The past of the simulated business: a year of conversations as canonical events, from one seed.

Each conversation episode is played on its own and from its own random source, then all are merged in the
order they were recorded; nothing depends on the machine, so one seed gives the same events byte for byte.
"""

from __future__ import annotations

import heapq
from collections.abc import Iterator
from random import Random

from ingest.channels.simulator.business import TEMPLATES, Teller, foundation, template_notice
from ingest.channels.simulator.episode import Episode
from ingest.channels.simulator.people import Customer, Door, People, customer
from ingest.channels.simulator.rhythm import Rhythm
from ingest.domain.event import Event
from ingest.kit.clock import DAY_US, HOUR_US


def history(
    seed: int,
    workspace_id: str,
    start_us: int,
    end_us: int,
    conversations_per_day: float = 22.0,
    people: People | None = None,
    connection_id: str | None = None,
) -> Iterator[list[Event]]:
    """Yield everything that happened in [start, end), a list per day of recording, in the order recorded.

    `conversations_per_day` is the mean on an average weekday at the start; it grows from there. Messages of
    agents carry `is_import`, so that no outbox sends the past again.
    """
    return _Past(seed, workspace_id, start_us, end_us, conversations_per_day, people or People(), connection_id).days()


class _Past:
    """Plays all episodes of a span and merges them."""

    def __init__(
        self,
        seed: int,
        workspace_id: str,
        start_us: int,
        end_us: int,
        per_day: float,
        people: People,
        connection_id: str | None,
    ) -> None:
        self._seed, self._workspace_id, self._people = seed, workspace_id, people
        self._start_us, self._end_us, self._per_day = start_us, end_us, per_day
        self._connection_id = connection_id
        self._rhythm = Rhythm(people.timezone, start_us)
        self._random = Random(f"history:{seed}")
        self._newest = 0
        self._busy: dict[tuple[str, int], int] = {}
        self._waiting: list[tuple[int, str, Event]] = []
        self._known: set[int] = set()

    def days(self) -> Iterator[list[Event]]:
        self._keep(foundation(self._workspace_id, self._people, self._start_us, self._connection_id))
        for day in self._rhythm.days(self._start_us, self._end_us):
            for us in self._rhythm.arrivals(self._random, day, self._per_day):
                if self._start_us <= us < self._end_us:
                    self._keep(self._episode(us))
            self._keep(self._notices(self._rhythm.midnight_us(day) + 11 * HOUR_US))
            yield self._recorded_before(self._rhythm.midnight_us(day) + DAY_US)

    def _keep(self, events: Iterator[Event] | list[Event]) -> None:
        for event in events:
            if self._start_us <= event.recorded_us < self._end_us:
                heapq.heappush(self._waiting, (event.recorded_us, event.event_id, event))

    def _recorded_before(self, us: int) -> list[Event]:
        done = []
        while self._waiting and self._waiting[0][0] < us:
            done.append(heapq.heappop(self._waiting)[2])
        return done

    def _episode(self, us: int) -> list[Event]:
        random = Random(self._random.getrandbits(64))
        door = random.choices(self._people.doors, [each.weight for each in self._people.doors])[0]
        who = self._somebody(random, door, us)
        teller = Teller(random, self._workspace_id, door, who)
        if who.index not in self._known:
            self._known.add(who.index)
            teller.introduced(us)
        ended = Episode(random, teller, door, self._people, self._rhythm).play(us)
        self._busy[door.handle, who.index] = ended
        return teller.events

    def _somebody(self, random: Random, door: Door, us: int) -> Customer:
        """Return somebody new, or somebody who comes back; never one who is in the middle of an episode."""
        while True:
            if self._newest < 20 or random.random() < 0.42:
                self._newest += 1
                return customer(self._seed, self._newest)
            index = 1 + int(self._newest * random.random() ** 1.5)
            if self._busy.get((door.handle, index), 0) < us:
                return customer(self._seed, index)

    def _notices(self, us: int) -> Iterator[Event]:
        if self._random.random() < 0.03:
            event, reason = self._random.choice(
                (("APPROVED", "NONE"), ("PAUSED", "LOW_QUALITY"), ("FLAGGED", "LOW_QUALITY"))
            )
            door = self._people.doors[0]
            yield template_notice(self._workspace_id, door, us, self._random.randrange(len(TEMPLATES)), event, reason)
