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
) -> Iterator[list[Event]]:
    """Yield everything that happened in [start, end), a list per day of recording, in the order recorded.

    `conversations_per_day` is the mean on an average weekday at the start; it grows from there. Messages of
    agents carry `is_import`, so that no outbox sends the past again.
    """
    return _Past(seed, workspace_id, start_us, end_us, conversations_per_day, people or People()).days()


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
    ) -> None:
        self._seed, self._workspace_id, self._people = seed, workspace_id, people
        self._start_us, self._end_us, self._per_day = start_us, end_us, per_day
        self._rhythm = Rhythm(people.timezone, start_us)
        self._random = Random(f"history:{seed}")
        self._newest = 0
        self._busy: dict[tuple[str, int], int] = {}
        self._waiting: list[tuple[int, str, Event]] = []
        self._told: set[str] = set()

    def days(self) -> Iterator[list[Event]]:
        self._keep(foundation(self._workspace_id, self._people, self._start_us))
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
        who, door = self._somebody(random, us)
        teller = Teller(random, self._workspace_id, door, who, self._told)
        teller.introduced(us)
        ended = Episode(random, teller, self._people, self._rhythm).play(us)
        self._busy[door.handle, who.index] = ended
        return teller.events

    def _somebody(self, random: Random, us: int) -> tuple[Customer, Door]:
        """Return somebody new, or somebody who comes back, and where; never one who is in the middle of an episode."""
        while True:
            is_new = self._newest < 20 or random.random() < 0.42
            self._newest += is_new
            who = customer(self._seed, self._newest if is_new else 1 + int(self._newest * random.random() ** 1.5))
            doors = self._people.doors_of(random.choice(who.channels))
            door = random.choices(doors, [each.weight for each in doors])[0]
            if self._busy.get((door.handle, who.index), 0) < us:
                return who, door

    def _notices(self, us: int) -> Iterator[Event]:
        if self._random.random() < 0.03:
            event, reason = self._random.choice(
                (("APPROVED", "NONE"), ("PAUSED", "LOW_QUALITY"), ("FLAGGED", "LOW_QUALITY"))
            )
            door = self._people.doors[0]
            yield template_notice(self._workspace_id, door, us, self._random.randrange(len(TEMPLATES)), event, reason)
