"""Quick replies: saved texts that agents call up with / in the composer."""

from __future__ import annotations

from urllib.parse import quote

import streamlit as st

from dashboards.api_client import client
from dashboards.console.tables import tried
from dashboards.i18n import _
from dashboards.shell import nothing_yet


def path(shortcut: str) -> str:
    """Return where a quick reply lives."""
    return f"/canned-responses/{quote(shortcut, safe='')}"


def edit(shortcut: str, text: str) -> None:
    """Show one quick reply as a form."""
    with st.expander(f"/{shortcut}"), st.form(f"canned-{shortcut}", border=False):
        wanted = st.text_area(_("Text"), text, help=_("{name} becomes the customer's first name.").replace("{", "\\{"))
        with st.container(horizontal=True):
            is_saved = st.form_submit_button(_("Save"), type="primary")
            is_removed = st.form_submit_button(_("Remove"))
    if is_saved and tried(lambda: client().call("PUT", path(shortcut), {"text": wanted}), _("Saved")):
        st.rerun()
    if is_removed and tried(lambda: client().call("DELETE", path(shortcut)), _("Removed")):
        st.rerun()


def add() -> None:
    """Show the form for a new one."""
    with st.form("new", clear_on_submit=True):
        shortcut = st.text_input(_("Shortcut"), placeholder=_("For example: hours")).strip().lstrip("/")
        text = st.text_area(_("Text"))
        is_sent = st.form_submit_button(_("Add"), type="primary")
    if (
        is_sent
        and shortcut
        and text
        and tried(lambda: client().call("PUT", path(shortcut), {"text": text}), _("Added"))
    ):
        st.rerun()


def show() -> None:
    """Show all of them, and the form for a new one."""
    st.title(_("Quick replies"))
    st.caption(_("In the composer, type / and the first letters of a shortcut."))
    saved = client().rows("/canned-responses", "canned_responses")
    if not saved:
        nothing_yet(_("No quick replies yet"), _("Write the sentences that everybody types ten times a day."))
    for each in saved:
        edit(each["shortcut"], each["text"])
    add()


show()
