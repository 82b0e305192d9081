"""When people write and when they are answered: hours, weekdays, growth, one sale a year, shifts."""

from __future__ import annotations

import math
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache
from random import Random
from zoneinfo import ZoneInfo

from ingest.channels.simulator.people import Agent
from ingest.kit.clock import DAY_US, HOUR_US, SECOND_US, to_us

HOURS = (
    0.9, 0.5, 0.3, 0.2, 0.2, 0.4, 0.9, 2.2, 5.0, 8.4, 9.6, 9.2,
    7.4, 8.0, 9.0, 8.8, 8.2, 7.6, 6.6, 6.0, 5.4, 4.2, 2.8, 1.6,
)  # fmt: skip
"""Relative number of first messages by local hour: office hours, a dip at lunch, an evening on the sofa."""
WEEKDAYS = (1.18, 1.12, 1.06, 1.04, 1.14, 0.82, 0.64)
YEARLY_GROWTH = 1.45
SALE_PEAK = 2.8
_REPLY_SIGMA = 0.95
_BUSY = max(HOURS)


class Rhythm:
    """The rhythm of one shop in its own time zone, grown from the instant `anchor_us`."""

    def __init__(self, timezone: str, anchor_us: int) -> None:
        self._zone = ZoneInfo(timezone)
        self._anchor_us = anchor_us

    def arrivals(self, random: Random, day: date, per_day: float) -> list[int]:
        """Return the instants of a day (local) at which somebody starts to write, in order.

        `per_day` is the mean at the anchor on an average weekday.
        """
        count = _poisson(random, per_day * self.level(day))
        midnight = self.midnight_us(day)
        hours = random.choices(range(24), HOURS, k=count)
        return sorted(midnight + hour * HOUR_US + random.randrange(HOUR_US) for hour in hours)

    def level(self, day: date) -> float:
        """Return how busy a day is, 1 for an average weekday at the anchor."""
        years = (self.midnight_us(day) - self._anchor_us) / (365 * DAY_US)
        return WEEKDAYS[day.weekday()] * math.pow(YEARLY_GROWTH, years) * sale(day)

    def midnight_us(self, day: date) -> int:
        """Return the instant a local day begins."""
        return _midnight_us(self._zone, day)

    def local(self, us: int) -> datetime:
        """Return an instant on the shop's wall clock."""
        return datetime.fromtimestamp(us // SECOND_US, UTC).astimezone(self._zone)

    def days(self, start_us: int, end_us: int) -> Iterator[date]:
        """Yield every local day that the span touches."""
        day, last = self.local(start_us).date(), self.local(end_us - 1).date()
        while day <= last:
            yield day
            day += timedelta(days=1)

    def is_on_shift(self, agent: Agent, us: int) -> bool:
        """Say whether an agent works at an instant."""
        local = self.local(us)
        return local.weekday() in agent.weekdays and agent.hours[0] <= local.hour < agent.hours[1]

    def next_shift_us(self, agent: Agent, us: int) -> int:
        """Return the first instant from `us` on at which an agent works."""
        if self.is_on_shift(agent, us):
            return us
        day = self.local(us).date()
        for ahead in range(9):
            that_day = day + timedelta(days=ahead)
            begins = self.midnight_us(that_day) + agent.hours[0] * HOUR_US
            if that_day.weekday() in agent.weekdays and begins >= us:
                return begins
        raise AssertionError("every agent works at least once a week")

    def reply_us(self, random: Random, agent: Agent, us: int, ease: float = 1.0) -> int:
        """Return when an agent answers what came at `us`: lognormal, slower at peak, never off shift.

        `ease` below 1 is for messages in a conversation that is under way.
        """
        begins = self.next_shift_us(agent, us)
        queue = random.random() * 40 * 60 * SECOND_US if begins > us else 0
        delay = random.lognormvariate(math.log(agent.speed_s * ease * self._load(us)), _REPLY_SIGMA)
        return begins + int(queue) + max(4, int(delay)) * SECOND_US + random.randrange(SECOND_US)

    def _load(self, us: int) -> float:
        local = self.local(us)
        return (0.6 + 0.8 * HOURS[local.hour] / _BUSY) * math.pow(sale(local.date()), 1.2)


@lru_cache(maxsize=2_000)
def sale(day: date) -> float:
    """Return how much the year's sale (Black Friday: the day after the fourth Thursday of November) lifts a day."""
    november = date(day.year, 11, 1)
    friday = november + timedelta(days=(3 - november.weekday()) % 7 + 22)
    away = abs((day - friday).days)
    return 1 + (SALE_PEAK - 1) * math.exp(-((away / 2.2) ** 2))


@lru_cache(maxsize=4_000)
def _midnight_us(zone: ZoneInfo, day: date) -> int:
    return to_us(datetime(day.year, day.month, day.day, tzinfo=zone))


def _poisson(random: Random, mean: float) -> int:
    """Return a Poisson number; Knuth's product, in pieces so that a great mean does not underflow."""
    count, left = 0, mean
    while left > 0:
        piece = min(left, 30.0)
        left -= piece
        limit, product = math.exp(-piece), random.random()
        while product > limit:
            count += 1
            product *= random.random()
    return count
