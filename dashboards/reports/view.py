"""One reader's look at the lake: scope, filters and names together, so that a page only has to ask."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from functools import partial
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from dashboards import formats
from dashboards import warehouse as lake
from dashboards.i18n import _, language
from dashboards.reports import filters, states
from dashboards.reports.filters import Choices, Filters
from dashboards.warehouse import Scope, Value, Warehouse
from ingest.domain.errors import NotAllowed
from ingest.kit.clock import Clock, SystemClock, to_datetime

if TYPE_CHECKING:
    from pandas import DataFrame

clock: Clock = SystemClock()


@dataclass(frozen=True)
class View:
    """What a page works with. Its words are fixed when it is opened, so that a download can be written later."""

    scope: Scope
    warehouse: Warehouse
    filters: Filters
    choices: Choices
    now: datetime
    locale: str
    nobody: str

    @property
    def before(self) -> Filters:
        """Return the same choice over the days that the range is compared with."""
        return self.filters.previous(self.now)

    def ask(self, name: str, **parameters: Value) -> DataFrame:
        """Return the answer to a query over the chosen range."""
        return self.warehouse.frame(name, self.scope, **{**self.filters.parameters(), **parameters})

    def ask_before(self, name: str, **parameters: Value) -> DataFrame:
        """Return the answer to a query over the days that the range is compared with."""
        return self.warehouse.frame(name, self.scope, **{**self.before.parameters(), **parameters})

    def figures(self, query: str) -> tuple[Mapping[str, Any], Mapping[str, Any]]:
        """Return the figures of a one-row query over the range, and over the one before."""
        now, before = self.ask(query), self.ask_before(query)
        return now.iloc[0].to_dict(), before.iloc[0].to_dict()

    def name(self, kind: str, key: Any) -> str:
        """Return what an inbox, agent or channel is called; nobody for none."""
        if formats.is_missing(key):
            return self.nobody
        return self.choices.get(kind, {}).get(str(key), str(key))

    def named(self, frame: DataFrame) -> DataFrame:
        """Return rows with names beside the ids they carry, and the channel by its own name."""
        for kind in ("inbox", "agent"):
            if f"{kind}_id" in frame:
                frame = frame.assign(**{kind: frame[f"{kind}_id"].map(partial(self.name, kind))})
        return frame.assign(channel=frame["channel"].map(formats.channel_name))

    def derived_at(self) -> datetime | None:
        """Return until when the figures hold what was recorded; None before there are any."""
        derived = self.warehouse.frame("freshness", self.scope)["derived_at"].iloc[0]
        return None if formats.is_missing(derived) else derived.to_pydatetime()


def scope_of(me: Mapping[str, Any]) -> Scope:
    """Return the scope that `GET /api/me` describes. Raises NotAllowed for who may not read reports."""
    if "reports.read" not in me["can"]:
        raise NotAllowed
    workspace = me["workspace"]
    return Scope(
        workspace_id=workspace["workspace_id"],
        workspace=workspace["name"],
        timezone=workspace["timezone"],
        inbox_ids=tuple(sorted(me["inboxes"])),
        may_open_conversations="conversations.read" in me["can"],
    )


def reader() -> Scope:
    """Return the scope of whoever looks at the page. Raises NotSignedIn or NotAllowed."""
    from dashboards import api_client

    return scope_of(api_client.client().me())


def reporting(warehouse: Warehouse, scope: Scope) -> Scope:
    """Return the scope with what it may count: who reads no conversations still reports on every public inbox."""
    if scope.may_open_conversations:
        return scope
    public = warehouse.frame("public_inboxes", scope)["inbox_id"]
    return replace(scope, inbox_ids=tuple(public))


def present(scope: Scope) -> datetime:
    """Return the present minute on the workspace's clock; finer, no answer that it cuts could be kept."""
    return to_datetime(clock.us()).astimezone(ZoneInfo(scope.timezone)).replace(second=0, microsecond=0)


def choices_of(warehouse: Warehouse, scope: Scope) -> Choices:
    """Return the inboxes, channels and agents a filter can offer, by id."""
    found = warehouse.frame("choices", scope)
    found = found.assign(name=found["name"].mask(found["kind"] == "channel", found["id"].map(formats.channel_name)))
    return {
        kind: formats.unique(found.loc[found["kind"] == kind, ["id", "name"]].itertuples(index=False, name=None))
        for kind in ("inbox", "channel", "agent")
    }


def opened(*, is_dated: bool = True) -> View | None:
    """Show the filters and return the view, or show why there is none and return None."""
    with states.guarded():
        warehouse = lake.warehouse()
        scope = reporting(warehouse, reader())
        if not scope.inbox_ids:
            return states.no_inbox()
        choices = choices_of(warehouse, scope)
        now = present(scope)
        chosen = filters.bar(choices, now.date(), is_dated)
        view = View(scope, warehouse, chosen, choices, now, locale=language(), nobody=_("Nobody"))
        if view.derived_at() is None:
            return states.no_lake()
        return view
    return None
