"""API tokens: how other systems and notebooks speak to Prosa in your name."""

from __future__ import annotations

from functools import partial

import streamlit as st

from dashboards.api_client import client
from dashboards.console.tables import tried
from dashboards.i18n import _, when
from dashboards.shell import nothing_yet


def add() -> None:
    """Make a token and show its secret once."""
    with st.form("token", clear_on_submit=True):
        name = st.text_input(_("What is it for?"), placeholder=_("For example: order system")).strip()
        is_sent = st.form_submit_button(_("Make a token"), type="primary")
    if is_sent and name:
        made: dict[str, str] = {}
        if tried(lambda: made.update(client().call("POST", "/tokens", {"name": name})), _("Made")):
            st.success(_("Copy it now: it is never shown again."))
            st.code(made.get("secret", ""), language=None)


def show() -> None:
    """Show the tokens there are."""
    st.title(_("API tokens"))
    timezone = st.session_state["me"]["workspace"]["timezone"]
    add()
    tokens = client().rows("/tokens", "tokens")
    if not tokens:
        nothing_yet(_("No tokens yet"), _("A token lets another system read and write with your rights."))
    for token in tokens:
        with st.container(border=True, horizontal=True, vertical_alignment="center"):
            with st.container(gap=None, width="stretch"):
                st.text(token["name"])
                st.caption(
                    _(
                        "Made {made}, last used {used}",
                        made=when(token["created_at"], timezone),
                        used=when(token.get("used_at"), timezone),
                    )
                )
            if st.button(_("Revoke"), key=f"revoke-{token['token_id']}") and tried(
                partial(client().call, "DELETE", f"/tokens/{token['token_id']}"), _("Revoked")
            ):
                st.rerun()


show()
