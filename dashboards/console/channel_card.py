"""A connection as it is shown: how it does, what can be asked of it, what its site needs."""

from __future__ import annotations

from typing import Any

import streamlit as st

from dashboards.api_client import client
from dashboards.console import channel_next, channel_trial
from dashboards.formats import channel_name, plain
from dashboards.i18n import _, finding_said, when
from ingest.domain.errors import ProsaError


def sign_words() -> dict[str, str]:
    """Return the signs of life as people say them."""
    return {
        "handshake": _("Provider confirmed the address"), "delivery": _("Last delivery"),
        "refused": _("Refused: wrong signature or token"), "too_large": _("Refused: larger than is taken"),
    }  # fmt: skip


def card(connection: dict[str, Any], public_url: str, me: dict[str, Any]) -> None:
    """Show one connection and how it does."""
    with st.container(border=True):
        is_asked = head(connection, me)
        held = _("Secrets held: {count}", count=connection["secrets_held"])
        # A number is read from the left everywhere.
        st.caption(
            " · ".join([*([f"\u2066{plain(connection['address'])}\u2069"] if connection["address"] else []), held])
        )
        facts(connection, public_url, me["workspace"]["timezone"])
        if connection["embed"]:
            with st.expander(_("Script for your site")):
                channel_next.script(connection["embed"])
        if is_asked:
            findings(connection["connection_id"])


def head(connection: dict[str, Any], me: dict[str, Any]) -> bool:
    """Show name and channel, and what can be done; return whether the provider is to be asked now."""
    with st.container(horizontal=True, vertical_alignment="center"):
        st.subheader(plain(connection["name"]), anchor=False, width="content")
        st.badge(channel_name(connection["channel"]), color="green")
        if connection["is_silence_unusual"]:
            st.badge(_("Unusually silent"), color="orange", icon=":material/volume_off:")
        st.space("stretch")
        if connection["can_test"] and "channels.change" in me["can"]:
            with st.popover(_("Test message")):
                channel_trial.offer(connection["connection_id"])
        return st.button(_("Check now"), key=f"check-{connection['connection_id']}")


def facts(connection: dict[str, Any], public_url: str, timezone: str) -> None:
    """Show when it last gave which sign."""
    words, known = sign_words(), {each["sign"]: each for each in connection["signs"]}
    spoken = connection["last_inbound_at"]
    told = [(_("Last message of a customer"), when(spoken, timezone) if spoken else _("never"))]
    told += [(words[sign], when(known[sign]["at"], timezone)) for sign in words if sign in known]
    for column, (label, value) in zip(st.columns(len(told)), told, strict=True):
        column.caption(label)
        column.markdown(plain(value))
    if "handshake" not in known and "delivery" not in known and connection["webhook_path"] and not spoken:
        path = public_url + connection["webhook_path"]
        st.info(_("The provider has not called yet. Enter {path} as its webhook address.", path=path))


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
