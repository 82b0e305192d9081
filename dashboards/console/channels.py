"""Channels: what is connected, how it does, and connecting one more."""

from __future__ import annotations

from typing import Any

import streamlit as st

from dashboards.api_client import client
from dashboards.formats import channel_name, plain
from dashboards.i18n import _, finding_said, when
from dashboards.shell import nothing_yet
from ingest.domain.errors import ProsaError

CONNECTED = "connected"
"""In the session: what was connected just now, as long as what to enter at the provider is shown."""


def sign_words() -> dict[str, str]:
    """Return the signs of life as people say them."""
    return {
        "handshake": _("Provider confirmed the address"), "delivery": _("Last delivery"),
        "refused": _("Refused: wrong signature or token"), "too_large": _("Refused: larger than is taken"),
    }  # fmt: skip


@st.dialog(_("Connect a channel"), width="medium")
def connect(kinds: list[dict[str, Any]]) -> None:
    """Ask which channel and what it needs; then say what to enter at the provider, until that was read."""
    if made := st.session_state.get(CONNECTED):
        enter_there(made)
        return
    kind = st.selectbox(_("Channel"), kinds, format_func=lambda each: channel_name(each["channel"]))
    with st.form(f"connect-{kind['channel']}", border=False):
        name = st.text_input(_("Name of the inbox"))
        address = st.text_input(_("What customers dial or type"), placeholder="+55 11 …")
        values = {each["name"]: ask(each) for each in kind["fields"]}
        is_sent = st.form_submit_button(_("Connect"), type="primary", width="stretch")
    if is_sent:
        filled = {field: value for field, value in values.items() if value}
        save({"channel": kind["channel"], "name": name, "address": address, "values": filled})


def save(given: dict[str, Any]) -> None:
    """Connect, and go on to what has to be entered at the provider; a refusal is said in its sentence."""
    try:
        st.session_state[CONNECTED] = client().call("POST", "/channels/connections", given)
    except ProsaError as error:
        st.error(error.detail)
        return
    st.rerun(scope="fragment")


def ask(field: dict[str, Any]) -> str:
    """Show the field for one thing a channel asks for; many lines where a key has many."""
    label = field["label"] if field["is_required"] else _("{label} (may stay empty)", label=field["label"])
    kind = "password" if field["is_secret"] else "default"
    return str(st.text_input(label, help=field["help"], type=kind, autocomplete="off") or "")


def enter_there(made: dict[str, Any]) -> None:
    """Say what has to be entered at the provider."""
    st.success(_("Connected. One step is left at the provider:"), icon=":material/check:")
    if made["webhook_path"]:
        st.caption(_("Address for webhooks (your public host before it)"))
        st.code(made["webhook_path"], language=None)
        st.caption(_("Verify token, shown this once"))
        st.code(made["verify_token"], language=None)
    else:
        st.caption(_("Nothing has to be entered: we fetch what comes in."))
    if st.button(_("Done"), type="primary", width="stretch"):
        del st.session_state[CONNECTED]
        st.rerun()


def card(connection: dict[str, Any], timezone: str) -> None:
    """Show one connection and how it does."""
    with st.container(border=True):
        with st.container(horizontal=True, vertical_alignment="center"):
            st.subheader(plain(connection["name"]), anchor=False, width="content")
            st.badge(channel_name(connection["channel"]), color="green")
            if connection["is_silence_unusual"]:
                st.badge(_("Unusually silent"), color="orange", icon=":material/volume_off:")
            st.space("stretch")
            is_asked = st.button(_("Check now"), key=f"check-{connection['connection_id']}")
        if connection["address"]:
            st.caption(f"\u2066{plain(connection['address'])}\u2069")  # a number is read from the left everywhere
        facts(connection, timezone)
        if is_asked:
            findings(connection["connection_id"])


def facts(connection: dict[str, Any], timezone: str) -> None:
    """Show when it last gave which sign."""
    words, known = sign_words(), {each["sign"]: each for each in connection["signs"]}
    spoken = connection["last_inbound_at"]
    told = [(_("Last message of a customer"), when(spoken, timezone) if spoken else _("never"))]
    told += [(words[sign], when(known[sign]["at"], timezone)) for sign in words if sign in known]
    for column, (label, value) in zip(st.columns(len(told)), told, strict=True):
        column.caption(label)
        column.markdown(plain(value))
    if "handshake" not in known and "delivery" not in known and connection["webhook_path"] and not spoken:
        st.info(
            _("The provider has not called yet. Enter {path} as its webhook address.", path=connection["webhook_path"])
        )


def findings(connection_id: str) -> None:
    """Ask the provider, and show what it says."""
    with st.spinner(_("Asking the provider …")):
        try:
            found = client().call("POST", f"/channels/connections/{connection_id}/check")["findings"]
        except ProsaError as error:
            st.error(error.detail)
            return
    for each in found:
        show, icon = (st.success, "check") if each["is_ok"] else (st.error, "warning")
        show(plain(finding_said(each)), icon=f":material/{icon}:")


def show() -> None:
    """Show every connection."""
    me = st.session_state["me"]
    with st.container(horizontal=True, vertical_alignment="center"):
        st.title(_("Channels"), width="content")
        st.space("stretch")
        if "channels.change" in me["can"] and st.button(_("Connect a channel"), type="primary", icon=":material/add:"):
            st.session_state.pop(CONNECTED, None)  # of a dialog that was closed by its cross
            connect(client().rows("/channels/kinds", "kinds"))
    connections = client().rows("/channels/connections", "connections")
    if not connections:
        nothing_yet(_("Nothing is connected yet"), _("Connect the channels that your customers write on."))
    for connection in connections:
        card(connection, me["workspace"]["timezone"])


show()
