"""What comes next once a channel is connected: at the provider, on the site, or nothing."""

from __future__ import annotations

from typing import Any

import streamlit as st

from dashboards.console import channel_trial
from dashboards.formats import plain
from dashboards.i18n import _, finding_said

CONNECTED = "connected"
"""In the session: what was connected just now, as long as what to do next is shown."""


def what_next(made: dict[str, Any]) -> None:
    """Say what has to be done now: at the provider, on the site, or nothing."""
    st.success(_("Connected. Secrets held: {count}", count=made["secrets_held"]), icon=":material/check:")
    if made["embed"]:
        script(made["embed"])
    elif made["findings"]:
        for each in made["findings"]:
            (st.success if each["is_ok"] else st.warning)(plain(finding_said(each)))
    elif made["webhook_path"]:
        enter_there(made)
    else:
        st.caption(_("Nothing has to be entered: we fetch what comes in."))
    if not made["embed"]:
        channel_trial.offer(made["connection_id"])
    if st.button(_("Done"), type="primary", width="stretch"):
        del st.session_state[CONNECTED]
        st.rerun()


def enter_there(made: dict[str, Any]) -> None:
    """Show what has to be entered at the provider."""
    is_whole = bool(made["public_url"])
    st.caption(_("Address for webhooks") if is_whole else _("Address for webhooks (your public host before it)"))
    st.code(made["public_url"] + made["webhook_path"], language=None)
    st.caption(_("Verify token, shown this once"))
    st.code(made["verify_token"], language=None)


def script(embed: str) -> None:
    """Show what a site puts into its pages, and how it says who is signed in."""
    st.caption(_("Copy this one line into the pages of your site, before the end of the body:"))
    st.code(embed, language="html", wrap_lines=True)
    st.caption(
        _("For signed-in customers add data-user-id and data-user-proof: the id's HMAC-SHA256 with your key, in hex.")
    )
    st.code('data-user-id="42" data-user-proof="…"', language="html", wrap_lines=True)
