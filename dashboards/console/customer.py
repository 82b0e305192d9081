"""The customer beside the thread: addresses, attributes, consents, history and what the pipelines derived."""

from __future__ import annotations

from typing import Any

import streamlit as st

from dashboards import formats
from dashboards.api_client import Contact, client
from dashboards.console.doors import addresses, doors
from dashboards.formats import plain
from dashboards.i18n import _, language, when
from ingest.domain.errors import ProsaError


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
    doors(contact)
    _profile(contact["profile"])
    _attributes(contact)
    _consents(contact, timezone)
    _history(contact["conversations"], timezone)


def _who(contact: Contact, timezone: str) -> None:
    st.subheader(plain(contact["name"] or _("Unnamed")), anchor=False)
    addresses(contact["identities"])
    st.caption(_("Customer since {at}", at=when(contact["first_seen_at"], timezone)))


def _profile(profile: dict[str, Any] | None) -> None:
    if not profile:
        st.caption(_("The profile appears within a minute or two of the first message."))
        return
    with st.expander(_("Profile"), expanded=True):
        _facts([(label, shown) for label, shown in _derived(profile) if shown != formats.NOTHING])


def _derived(profile: dict[str, Any]) -> list[tuple[str, str]]:
    """Return label and value of what was derived, as people read it."""
    spoken, hour = language(), profile["preferred_hour"]
    return [
        (_("Language"), formats.language(profile["language"], spoken)),
        (_("Conversations"), formats.count(profile["conversation_count"], spoken)),
        (_("Messages in"), formats.count(profile["inbound_count"], spoken)),
        (_("Messages out"), formats.count(profile["outbound_count"], spoken)),
        (_("Orders"), formats.count(profile["order_count"] or None, spoken)),
        (_("Usually writes at"), formats.NOTHING if hour is None else f"{hour:02d}:00"),
        (_("Waits for us"), formats.duration(profile["wait_median_s"], spoken)),
        (_("Answers us within"), formats.duration(profile["response_median_s"], spoken)),
        (_("Reads of our messages"), formats.share(profile["read_rate"], spoken)),
    ]


def _facts(facts: list[tuple[str, Any]]) -> None:
    """Show labels and values, one line each."""
    with st.container(gap="xxsmall"):
        for label, value in facts:
            with st.container(horizontal=True, horizontal_alignment="distribute"):
                st.markdown(f":gray[{plain(label)}]", width="content")
                st.markdown(plain(value), width="content")


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


def _consents(contact: Contact, timezone: str) -> None:
    purposes = {"marketing_messages": _("Marketing messages"), "messages": _("Messages of any kind")}
    with st.expander(_("Consent"), expanded=False):
        if not contact["consents"]:
            st.caption(_("Nothing recorded yet."))
        for consent in contact["consents"]:
            is_granted = consent["value"] == "granted"
            said = _("granted") if is_granted else _("withdrawn")
            purpose = purposes.get(consent["purpose"], consent["purpose"].replace("_", " "))
            st.markdown(f"{'✅' if is_granted else '⛔'} {plain(purpose)}: {said}")
            st.caption(f"{plain(consent.get('source') or '')} · {when(consent.get('at'), timezone)}")

        _record(contact["contact_id"])


def _record(contact_id: str) -> None:
    """Offer to write down what the contact said of marketing messages, elsewhere than in a message."""
    said = {"granted": _("They want marketing messages"), "withdrawn": _("They want none")}
    with (
        st.popover(_("Record consent"), width="stretch"),
        st.form(f"consent_{contact_id}", border=False, clear_on_submit=True),
    ):
        value = st.radio(_("What they said"), list(said), format_func=said.__getitem__, index=None)
        source = st.text_input(_("Where they said it"), placeholder=_("For example: at the counter"), max_chars=60)
        if st.form_submit_button(_("Save"), type="primary", width="stretch"):
            _save_consent(contact_id, value, source.strip())


def _save_consent(contact_id: str, value: str | None, source: str) -> None:
    if not value or not source:
        st.error(_("Say what they said, and where."))
        return
    try:
        client().record_consent(contact_id, value=value, source=source)
    except ProsaError as error:
        st.error(error.detail)
        return
    st.toast(_("Saved"))
    st.rerun(scope="fragment")


def _history(conversations: list[dict[str, Any]], timezone: str) -> None:
    names = {"open": _("Open"), "snoozed": _("Snoozed"), "resolved": _("Resolved"), "pending": _("With the bot")}
    with st.expander(_("History"), expanded=True):
        for each in conversations[:20]:
            st.markdown(f"**{plain(each['inbox_name'])}** · {names.get(each['status'], each['status'])}")
            st.caption(when(each["last_message_at"], timezone))
