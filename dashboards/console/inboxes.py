"""Inboxes and who works in them."""

from __future__ import annotations

import streamlit as st

from dashboards.api_client import client
from dashboards.console.tables import tried
from dashboards.i18n import _
from dashboards.shell import nothing_yet


def members(inbox_id: str) -> None:
    """Show who works in an inbox as one choice of people; a change is saved at once."""
    names = {each["person_id"]: each["name"] for each in client().people() if each["is_active"]}
    held = [each["person_id"] for each in client().inbox_members(inbox_id)]
    names |= {each: each for each in held if each not in names}
    chosen = st.multiselect(
        _("Works here"), list(names), held, format_func=lambda each: names[each], key=f"members-{inbox_id}"
    )
    if st.button(_("Save"), key=f"save-{inbox_id}", disabled=set(chosen) == set(held)):
        tried(lambda: save(inbox_id, set(held), set(chosen)), _("Saved"))


def save(inbox_id: str, held: set[str], chosen: set[str]) -> None:
    """Let in who was added and out who was taken away."""
    for person_id in sorted(held ^ chosen):
        client().set_member(inbox_id, person_id, is_member=person_id in chosen)


def show() -> None:
    """Show every inbox with its members."""
    st.title(_("Inboxes"))
    inboxes = client().inboxes()
    if not inboxes:
        nothing_yet(_("No inbox yet"), _("Connect the channels that your customers write on."))
    for inbox in inboxes:
        with st.container(border=True):
            with st.container(horizontal=True, vertical_alignment="center"):
                st.subheader(inbox["name"], anchor=False, width="content")
                st.badge(inbox["channel"], color="green")
                if inbox.get("is_private"):
                    st.badge(_("Private: only its members see it"), color="orange")
            if inbox.get("address"):
                st.caption(inbox["address"])
            members(inbox["inbox_id"])


show()
