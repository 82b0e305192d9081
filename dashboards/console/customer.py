"""The customer beside the thread: addresses, attributes, consents, history and what the pipelines derived."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import streamlit as st

from dashboards.api_client import Contact, client
from dashboards.i18n import _, language, when
from ingest.domain.errors import ProsaError

ISOLATE, END = "\u2066", "\u2069"
"""Around a number, so that its plus sign stays in front of it where the page runs from the right."""


@st.fragment(key="customer")
def customer_pane() -> None:
    """Show the customer of the chosen conversation; runs again when another one is chosen."""
    chosen = (st.session_state.get("inbox") or {}).get("selected") or {}
    contact_id = chosen.get("contact_id")
    if not contact_id:
        st.caption(_("Choose a conversation to see the customer."))
        return
    try:
        contact = client().contact(contact_id)
    except ProsaError as error:
        st.caption(_("The customer cannot be shown: {reason}", reason=error.detail))
        return
    timezone = st.session_state["me"]["workspace"]["timezone"]
    _who(contact, timezone)
    _profile(contact["profile"])
    _attributes(contact)
    _consents(contact["consents"], timezone)
    _history(contact["conversations"], timezone)


def plain(text: object) -> str:
    """Return text that Markdown shows as it is: customers choose their own names."""
    return "".join(f"\\{each}" if each in "\\`*_{}[]()<>#+-.!|~$:&" else each for each in str(text)).replace("\n", " ")


def _who(contact: Contact, timezone: str) -> None:
    st.subheader(plain(contact["name"] or _("Unnamed")), anchor=False)
    for identity in contact["identities"]:
        st.markdown(f"{_kind(identity['kind'])} · :gray[{ISOLATE}{plain(identity['address'])}{END}]")
    st.caption(_("Customer since {at}", at=when(contact["first_seen_at"], timezone)))


def _kind(kind: str) -> str:
    return {"phone": _("Phone"), "user_id": _("User id"), "username": _("Username"), "external": _("External id")}.get(
        kind, kind
    )


def _profile(profile: dict[str, Any] | None) -> None:
    if not profile:
        st.caption(_("The profile appears after the next derivation."))
        return
    shown = [
        (_label(name), _value(name, value))
        for name, value in profile.items()
        if isinstance(value, int | float | str) and not name.endswith("_id")
    ]
    with st.expander(_("Profile"), expanded=True):
        _facts(shown[:10])


def _facts(facts: list[tuple[str, Any]]) -> None:
    """Show labels and values, one line each."""
    with st.container(gap="xxsmall"):
        for label, value in facts:
            with st.container(horizontal=True, horizontal_alignment="distribute"):
                st.markdown(f":gray[{plain(label)}]", width="content")
                st.markdown(plain(value), width="content")


def _value(name: str, value: float | str) -> object:
    """Return a figure as people read it: seconds as a duration, fractions short."""
    if name.endswith("_s") and not isinstance(value, str):
        from babel.dates import format_timedelta

        return format_timedelta(timedelta(seconds=value), locale=language())
    return round(value, 1) if isinstance(value, float) else value


def _label(name: str) -> str:
    known = {
        "conversation_count": _("Conversations"),
        "message_count": _("Messages"),
        "days_since_last_contact": _("Days since last contact"),
        "median_reply_s": _("Usual reply time"),
        "language": _("Language"),
        "channel": _("Channel"),
    }
    return known.get(name, name.replace("_", " "))


def _attributes(contact: Contact) -> None:
    with st.expander(_("Details"), expanded=bool(contact["attributes"])):
        _facts(list(contact["attributes"].items()))
        with st.popover(_("Edit"), width="stretch"), st.form(f"contact_{contact['contact_id']}", border=False):
            name = st.text_input(_("Name"), contact["name"] or "")
            attribute = st.text_input(_("Detail"), placeholder=_("For example: city"))
            value = st.text_input(_("Value"))
            if st.form_submit_button(_("Save"), type="primary", width="stretch"):
                _save(contact["contact_id"], name, attribute.strip(), value.strip())


def _save(contact_id: str, name: str, attribute: str, value: str) -> None:
    try:
        client().change_contact(contact_id, name=name, attributes={attribute: value or None} if attribute else {})
    except ProsaError as error:
        st.error(error.detail)
        return
    st.toast(_("Saved"))
    st.rerun(scope="fragment")


def _consents(consents: list[dict[str, Any]], timezone: str) -> None:
    with st.expander(_("Consent"), expanded=False):
        if not consents:
            st.caption(_("Nothing recorded yet."))
        for consent in consents:
            is_granted = consent["value"] == "granted"
            said = _("granted") if is_granted else _("withdrawn")
            st.markdown(f"{'✅' if is_granted else '⛔'} {plain(consent['purpose'].replace('_', ' '))}: {said}")
            st.caption(f"{plain(consent.get('source') or '')} · {when(consent.get('at'), timezone)}")


def _history(conversations: list[dict[str, Any]], timezone: str) -> None:
    names = {"open": _("Open"), "snoozed": _("Snoozed"), "resolved": _("Resolved"), "pending": _("With the bot")}
    with st.expander(_("History"), expanded=True):
        for each in conversations[:20]:
            st.markdown(f"**{plain(each['inbox_name'])}** · {names.get(each['status'], each['status'])}")
            st.caption(when(each["last_message_at"], timezone))
