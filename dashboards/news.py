"""What a channel said that people should know now: one line above a page, until somebody puts it away."""

from __future__ import annotations

import time
from typing import Any

import streamlit as st

from dashboards.api_client import Me, client
from dashboards.formats import plain
from dashboards.i18n import _, when

_KEPT_S = 60.0
"""A page runs again with every click; the channels speak rarely."""


def banner(me: Me) -> None:
    """Show the newest notice that presses, to whoever may read notices."""
    if "channel_notices.read" not in me["can"]:
        return
    away = st.session_state.setdefault("news_away", set())
    first = next((each for each in _pressing() if each["event_id"] not in away), None)
    if first is None:
        return
    show = st.error if first["severity"] == "critical" else st.warning
    with st.container(horizontal=True, vertical_alignment="center"):
        at = when(first["at"], me["workspace"]["timezone"])
        show(f"\u2068{plain(first['title'])}\u2069 · {plain(at)}", icon=":material/campaign:")
        st.button(_("Put away"), on_click=away.add, args=(first["event_id"],), type="tertiary")


def _pressing() -> list[dict[str, Any]]:
    read_s, known = st.session_state.get("news", (-_KEPT_S, []))
    if time.monotonic() - read_s >= _KEPT_S:
        known = [each for each in client().rows("/channels/notices", "notices") if each["is_pressing"]]
        st.session_state["news"] = (time.monotonic(), known)
    return known
