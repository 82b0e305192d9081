"""Connecting a channel, step by step: what it needs, then what has to be entered at the provider or put on a site."""

from __future__ import annotations

from typing import Any

import streamlit as st

from dashboards.api_client import client
from dashboards.console import channel_trial
from dashboards.formats import channel_name, plain
from dashboards.i18n import _, finding_said
from ingest.domain.errors import ProsaError

CONNECTED = "connected"
"""In the session: what was connected just now, as long as what to do next is shown."""


def begin() -> None:
    """Open the dialog afresh, whatever is left of one that was closed by its cross."""
    st.session_state.pop(CONNECTED, None)
    connect(client().rows("/channels/kinds", "kinds"))


@st.dialog(_("Connect a channel"), width="medium")
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
