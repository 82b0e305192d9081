"""What a report is about: a range of days on the workspace's calendar, inboxes, agents, channels. Kept in the URL."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Any

from dashboards.charts import Bucket, bucket_for
from dashboards.i18n import _
from dashboards.warehouse import Value
from ingest.kit.clock import to_us

Choices = Mapping[str, Mapping[str, str]]
CUSTOM, DEFAULT = "custom", "30"


@dataclass(frozen=True, slots=True)
class Filters:
    """One choice of filters. Both days are included; an empty tuple means no restriction.

    `cut` is where the first day begins and where the last one is cut, microseconds since 1970; None for whole days.
    """

    from_day: date
    to_day: date
    inbox_ids: tuple[str, ...] = ()
    agent_ids: tuple[str, ...] = ()
    channels: tuple[str, ...] = ()
    cut: tuple[int, int] | None = None

    @property
    def length(self) -> int:
        """Return how many days the range has."""
        return (self.to_day - self.from_day).days + 1

    @property
    def bucket(self) -> Bucket:
        """Return the step of charts over this range."""
        return bucket_for(self.from_day, self.to_day)

    @property
    def shift(self) -> timedelta:
        """Return how far back the range to compare with lies: the fewest whole weeks that keep the two apart."""
        return timedelta(weeks=-(-self.length // 7))

    def previous(self, now: datetime) -> Filters:
        """Return the same filters over as many days of the same weekdays before, cut where `now` cuts the range.

        `now` is the present on the workspace's clock. A range that ends today is compared with one that ends at the
        same time of day: at nine in the morning a whole day would be far more than today.
        """
        first, last = self.from_day - self.shift, self.to_day - self.shift
        if self.to_day < now.date():
            return replace(self, from_day=first, to_day=last)
        begins = datetime.combine(first, datetime.min.time(), now.tzinfo)
        ends = datetime.combine(last, now.time(), now.tzinfo)
        return replace(self, from_day=first, to_day=last, cut=(to_us(begins), to_us(ends)))

    def parameters(self) -> dict[str, Value]:
        """Return what queries bind; no restriction is NULL."""
        return {
            "from_day": self.from_day,
            "to_day": self.to_day,
            "inbox_ids": self.inbox_ids,
            "agent_ids": self.agent_ids or None,
            "channels": self.channels or None,
            "from_us": self.cut[0] if self.cut else None,
            "until_us": self.cut[1] if self.cut else None,
        }


def preset(name: str, today: date) -> tuple[date, date]:
    """Return the first and last day of a named range that ends no later than today. Raises KeyError if unknown."""
    first = today.replace(day=1)
    ranges: dict[str, Callable[[], tuple[date, date]]] = {
        "today": lambda: (today, today),
        "7": lambda: (today - timedelta(days=6), today),
        "30": lambda: (today - timedelta(days=29), today),
        "90": lambda: (today - timedelta(days=89), today),
        "365": lambda: (today - timedelta(days=364), today),
        "month": lambda: (first, today),
        "last_month": lambda: ((first - timedelta(days=1)).replace(day=1), first - timedelta(days=1)),
    }
    return ranges[name]()


def ranges() -> dict[str, str]:
    """Return the named ranges and what they are called."""
    return {
        "today": _("Today"),
        "7": _("7 days"),
        "30": _("30 days"),
        "90": _("90 days"),
        "365": _("12 months"),
        "month": _("This month"),
        "last_month": _("Last month"),
        CUSTOM: _("Custom"),
    }


def bar(choices: Choices, today: date, is_dated: bool = True) -> Filters:
    """Show the filters and return what is chosen; the choice is part of the page's address.

    A page about how things stand now has neither range nor agent.
    """
    import streamlit as st

    with st.container(horizontal=True, vertical_alignment="bottom", key="filters"):
        first, last = _range(today) if is_dated else preset(DEFAULT, today)
        return Filters(
            first,
            last,
            inbox_ids=_pick(_("Inbox"), "inbox", choices["inbox"], _("All inboxes")),
            agent_ids=_pick(_("Agent"), "agent", choices["agent"], _("All agents")) if is_dated else (),
            channels=_pick(_("Channel"), "channel", choices["channel"], _("All channels")),
        )


def _range(today: date) -> tuple[date, date]:
    import streamlit as st

    named = ranges()
    chosen = st.selectbox(
        _("Range"),
        list(named),
        index=list(named).index(DEFAULT),
        format_func=named.__getitem__,
        key="range",
        bind="query-params",
        width=160,
    )
    return _custom(today) if chosen == CUSTOM else preset(chosen or DEFAULT, today)


def _custom(today: date) -> tuple[date, date]:
    import streamlit as st

    days: Any = st.date_input(
        _("Days"),
        preset(DEFAULT, today),
        max_value=today,
        key="days",
        bind="query-params",
        format="YYYY-MM-DD",
        width=230,
    )
    # while only the first day is picked the widget holds one
    return (days[0], days[-1]) if days else preset(DEFAULT, today)


def _pick(label: str, key: str, options: Mapping[str, str], everything: str) -> tuple[str, ...]:
    import streamlit as st

    return tuple(
        st.multiselect(
            label,
            list(options),
            format_func=lambda each: options.get(each, each),
            key=key,
            placeholder=everything,
            bind="query-params",
            width=200,
        )
    )
