"""What the channels told us about our numbers, templates and quality."""

from __future__ import annotations

import streamlit as st

from dashboards.api_client import client
from dashboards.formats import plain
from dashboards.i18n import _, when
from dashboards.shell import nothing_yet

SHOWN = {"critical": st.error, "warning": st.warning}


def show() -> None:
    """Show the notices, newest first."""
    st.title(_("Channel notices"))
    st.caption(_("What WhatsApp and other channels say about numbers, templates and quality."))
    timezone = st.session_state["me"]["workspace"]["timezone"]
    notices = client().rows("/channels/notices", "notices")
    if not notices:
        nothing_yet(_("No news is good news"), _("The channels have said nothing about your numbers and templates."))
    for notice in notices:
        at = when(notice.get("at") or notice.get("occurred_at"), timezone)
        SHOWN.get(notice.get("severity", ""), st.info)(
            f"**{plain(notice.get('title') or notice.get('event'))}**  \n{plain(at)}"
        )


show()
