"""Sending a test message through a connection, and what became of it."""

from __future__ import annotations

import time

import streamlit as st

from dashboards.api_client import client
from dashboards.formats import plain
from dashboards.i18n import _
from ingest.domain.errors import ProsaError

PATIENCE_S = 15
"""How long the page waits for the provider; the message goes on without it."""
NOT_SENT = frozenset({"failed", "unresolved", "cancelled"})


def offer(connection_id: str) -> None:
    """Ask to whom, and send."""
    with st.form(f"test-{connection_id}", border=False):
        to = st.text_input(
            _("Send a test message to"),
            help=_("A number with its country code, an e-mail address, or the id of somebody who has written to you."),
        ).strip()
        is_sent = st.form_submit_button(_("Send"))
    if is_sent and to:
        send(f"/channels/connections/{connection_id}/tests", to)


def send(path: str, to: str) -> None:
    """Send, wait a little for the provider, and say what it answered."""
    with st.spinner(_("Sending …")):
        try:
            found = client().call("POST", path, {"to": to})
            until = time.monotonic() + PATIENCE_S
            while not found["is_over"] and time.monotonic() < until:
                time.sleep(0.5)
                found = client().call("GET", f"{path}/{found['message_id']}")
        except ProsaError as error:
            st.error(plain(error.detail))
            return
    if not found["is_over"]:
        st.info(_("The message waits in the outbox; look at it in the inbox later."))
    elif found["state"] in NOT_SENT:
        st.error(plain(_("It was not sent: {reason}", reason=_(found["reason"] or found["state"]))))
    else:
        st.success(_("The provider took the test message. It stands in the inbox like any other."))
