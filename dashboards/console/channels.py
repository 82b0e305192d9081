"""Channels: what is connected, how it does, and connecting one more."""

from __future__ import annotations

import streamlit as st

from dashboards.api_client import client
from dashboards.console import channel_wizard
from dashboards.console.channel_card import card
from dashboards.i18n import _
from dashboards.shell import nothing_yet


def show() -> None:
    """Show every connection."""
    me = st.session_state["me"]
    with st.container(horizontal=True, vertical_alignment="center"):
        st.title(_("Channels"), width="content")
        st.space("stretch")
        if "channels.change" in me["can"] and st.button(_("Connect a channel"), type="primary", icon=":material/add:"):
            channel_wizard.begin()
    answer = client().call("GET", "/channels/connections")
    if not answer["connections"]:
        nothing_yet(_("Nothing is connected yet"), _("Connect the channels that your customers write on."))
    for connection in answer["connections"]:
        card(connection, answer["public_url"], me)


show()
