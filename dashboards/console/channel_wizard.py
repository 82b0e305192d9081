"""Connecting a channel, step by step: what it needs, then what has to be entered at the provider or put on a site."""

from __future__ import annotations

from typing import Any

import streamlit as st

from dashboards.api_client import client
from dashboards.console.channel_next import CONNECTED, what_next
from dashboards.formats import channel_name, plain
from dashboards.i18n import _
from ingest.domain.errors import ProsaError


def begin() -> None:
    """Open the dialog afresh, whatever is left of one that was closed by its cross."""
    st.session_state.pop(CONNECTED, None)
    # Not as a decorator: this module is read once, and each person has a language of their own.
    st.dialog(_("Connect a channel"), width="medium")(connect)(client().rows("/channels/kinds", "kinds"))


def connect(kinds: list[dict[str, Any]]) -> None:
    """Ask which channel and what it needs; then say what comes next, until that was read."""
    if made := st.session_state.get(CONNECTED):
        what_next(made)
        return
    kind = st.selectbox(_("Channel"), kinds, format_func=lambda each: channel_name(each["channel"]))
    with st.form(f"connect-{kind['channel']}", border=False):
        name = st.text_input(_("Name of the inbox"))
        address = st.text_input(_("What customers dial or type"), placeholder="+55 11 …")
        values = {each["name"]: ask(each) for each in kind["fields"]}
        keeps = any(each["name"] == "secret" for each in kind["fields"]) and st.checkbox(
            _("Secrets held so far stay valid"),
            help=_("For an account that is connected already, while its provider changes from one secret to the next."),
        )
        is_sent = st.form_submit_button(_("Connect"), type="primary", width="stretch")
    if is_sent:
        filled = {field: value for field, value in values.items() if value}
        given = {"channel": kind["channel"], "name": name, "address": address, "values": filled}
        save(given | {"keeps_secrets": keeps})


def save(given: dict[str, Any]) -> None:
    """Connect, and go on to what has to be done next; a refusal is said in its sentence."""
    try:
        st.session_state[CONNECTED] = client().call("POST", "/channels/connections", given)
    except ProsaError as error:
        st.error(plain(error.detail))
        return
    st.rerun(scope="fragment")


def ask(field: dict[str, Any]) -> str:
    """Show the field for one thing a channel asks for; several lines where it has several."""
    label = field["label"] if field["is_required"] else _("{label} (may stay empty)", label=field["label"])
    # Some helps show JSON, whose brackets are no markup.
    explained = plain(field["help"])
    if field["form"] == "line":
        kind = "password" if field["is_secret"] else "default"
        return str(st.text_input(label, help=explained, type=kind, autocomplete="off") or "")
    if field["form"] == "lines":
        label = _("{label}, one a line", label=label)
    with st.container(key=f"{'secret' if field['is_secret'] else 'plain'}_{field['name']}"):
        return str(st.text_area(label, help=explained, height=68 if field["form"] == "lines" else 120) or "")
