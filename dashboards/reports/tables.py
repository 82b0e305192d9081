"""Tables as people read them and as files: one list of columns says both."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from dashboards import formats
from dashboards.formats import Kind
from dashboards.i18n import _
from dashboards.reports import export

if TYPE_CHECKING:
    from pandas import DataFrame

    from dashboards.reports.view import View

_WHOLE = 16
"""Up to so many lines a table is as high as its lines; a longer one is scrolled."""
_FIRST_PX = 150
"""The first column stays in sight on a phone, and holds the name of a person."""
SHOWN, EXPORTED = 500, 1_000_000
"""How many rows a page shows and a file holds; a sheet of a spreadsheet ends at 1,048,576."""


@dataclass(frozen=True, slots=True)
class Column:
    """One column: its field in the answer, its heading, and how its values read; not shown, it is only in files."""

    field: str
    label: str
    kind: Kind = "text"
    is_shown: bool = True


def show(view: View, frame: DataFrame, columns: Sequence[Column], key: str, *, select: bool = False) -> int | None:
    """Show the first rows, numbers right-aligned in the reader's language; return the position of the chosen row."""
    import streamlit as st

    columns = [each for each in columns if each.is_shown]
    shown = frame.head(SHOWN).reset_index(drop=True)[[each.field for each in columns]]
    styled = shown.style.format({each.field: _reader(view, each.kind) for each in columns})
    config: dict[str, Any] = {
        each.field: st.column_config.Column(each.label, pinned=at == 0, width=None if at else _FIRST_PX)
        for at, each in enumerate(columns)
    }
    if "link" in frame:
        styled.data["link"] = frame["link"].head(SHOWN).to_list()
        config["link"] = st.column_config.LinkColumn(_("Conversation"), display_text=_("Open"))
    event = st.dataframe(
        styled,
        hide_index=True,
        column_config=config,
        key=key,
        on_select="rerun" if select else "ignore",
        selection_mode="single-row",
        height="content" if len(shown) <= _WHOLE else "auto",
        placeholder=formats.NOTHING,
    )
    rows = event["selection"]["rows"] if select else []
    return int(rows[0]) if rows and rows[0] < len(shown) else None


def row_count(frame: DataFrame) -> int:
    """Return how many rows a limited query found in all: its `row_count`, the same on each row."""
    return int(frame["row_count"].iloc[0]) if len(frame) else 0


def rows_told(count: int, locale: str) -> str:
    """Return how many rows there are, how many of them a page shows, and where the files stop."""
    told = {"shown": SHOWN, "count": count, "held": EXPORTED}
    sentence = (
        _("{count} rows")
        if count <= SHOWN
        else _("first {shown} of {count} rows; the files hold all")
        if count <= EXPORTED
        else _("first {shown} of {count} rows; the files hold the first {held}")
    )
    return sentence.format(**{name: formats.count(each, locale) for name, each in told.items()})


def downloads(
    view: View, name: str, columns: Sequence[Column], fetch: Callable[[], DataFrame], key: str, *, dated: bool = True
) -> None:
    """Offer the whole table as CSV, XLSX and Parquet; it is only asked for and written when one is clicked."""
    import streamlit as st

    headers = {each.field: f"{each.label} (s)" if each.kind == "seconds" else each.label for each in columns}
    first, last = (view.filters.from_day, view.filters.to_day) if dated else (None, None)
    with st.container(horizontal=True, horizontal_alignment="right", gap="small"):
        for kind, label in (("csv", "CSV"), ("xlsx", "XLSX"), ("parquet", "Parquet")):
            st.download_button(
                label,
                lambda kind=kind: export.to_bytes(fetch(), kind, headers, view.scope.timezone),
                file_name=export.filename(name, first, last, kind),
                mime=export.MIMES[kind],
                key=f"{key}-{kind}",
                on_click="ignore",
                type="tertiary",
                help=_("Download the whole table as {kind}").format(kind=label),
            )


def _reader(view: View, kind: Kind) -> Callable[[Any], str]:
    locale, zone = view.locale, view.scope.timezone
    readers: dict[Kind, Callable[[Any], str]] = {
        "count": lambda value: formats.count(value, locale),
        "seconds": lambda value: formats.duration(value, locale),
        "share": lambda value: formats.share(value, locale),
        "instant": lambda value: formats.instant(value, zone, locale),
        "day": lambda value: formats.day(value, locale),
        "text": lambda value: formats.NOTHING if formats.is_missing(value) else str(value),
    }
    return readers[kind]
