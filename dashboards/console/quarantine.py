"""Events that a consumer could not take: the reason, and another try after the cause is gone."""

from __future__ import annotations

from typing import Any

import streamlit as st

from dashboards.api_client import client
from dashboards.console.tables import tried
from dashboards.formats import channel_name, plain
from dashboards.i18n import _, when
from dashboards.shell import nothing_yet


def replay(item: dict[str, Any]) -> bool:
    """Try one event again."""
    return tried(
        lambda: client().call("POST", f"/quarantine/{item['consumer']}/{item['seq']}/replay", {}), _("It went through")
    )


def show() -> None:
    """Show what is held back."""
    st.title(_("Quarantine"))
    st.caption(_("Nothing here is lost. Each event waits until somebody tries it again."))
    held = client().call("GET", "/quarantine")
    items, unread = held["items"], held["unread"]
    if not items:
        nothing_yet(_("Nothing is held back"), _("Every event was taken in by every consumer."))
    for item in items:
        with st.container(border=True, horizontal=True, vertical_alignment="center"):
            with st.container(gap=None, width="stretch"):
                st.text(f"{item['consumer']} · {item['seq']}")
                st.text(str(item.get("reason", "")))
            if st.button(_("Try again"), key=f"replay-{item['consumer']}-{item['seq']}") and replay(item):
                st.rerun()
    if unread:
        not_read(unread)


def not_read(sorts: list[dict[str, Any]]) -> None:
    """Show what deliveries held that nobody could read, by sort; a new version may read it."""
    timezone = st.session_state["me"]["workspace"]["timezone"]
    st.subheader(_("What could not be read"), anchor=False)
    st.caption(_("Parts of deliveries that this version cannot read or does not know. They are kept as they came."))
    names = (_("Channel"), _("What it was"), _("How often"), _("Last time"))
    rows = [
        (channel_name(each["channel"] or ""), plain(each["reason"]), each["count"], when(each["at"], timezone))
        for each in sorts
    ]
    st.dataframe([dict(zip(names, row, strict=True)) for row in rows], hide_index=True, width="stretch")


show()
