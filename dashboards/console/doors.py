"""The doors one customer writes by: what makes them one, and putting it right by hand."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import streamlit as st

from dashboards.api_client import Contact, Door, Identity, client
from dashboards.formats import channel_name, plain
from dashboards.i18n import _
from ingest.domain.errors import ProsaError

ISOLATE, END = "\u2066", "\u2069"
"""Around a number, so that its plus sign stays in front of it where the page runs from the right."""


def addresses(identities: Sequence[Identity]) -> None:
    """Show addresses, one a line."""
    with st.container(gap="xxsmall"):
        for identity in identities:
            st.markdown(f"{_kind(identity['kind'])} · :gray[{ISOLATE}{_shown(identity)}{END}]")


def doors(contact: Contact) -> None:
    """Show the other doors of a customer, with a button that takes one out, and a search that adds one."""
    if contact["doors"]:
        with st.expander(_("Also writes by"), expanded=True):
            for each in contact["doors"]:
                _door(each)
    with st.popover(_("Same person as…"), width="stretch"):
        _offer(contact)


def _door(door: Door) -> None:
    st.markdown(f"**{_channels(door)}** · {plain(door['name'] or _('Unnamed'))}")
    addresses(door["identities"])
    help_ = _("Takes this door out again. Nothing is lost: each conversation stays where it is.")
    if st.button(_("Not the same person"), key=f"part_{door['contact_id']}", help=help_, icon=":material/link_off:"):
        _do(lambda: client().part(door["contact_id"]), _("Taken apart"))


def _offer(contact: Contact) -> None:
    st.caption(_("Who writes by several channels is shown as one customer. Messages stay with their channel."))
    q = st.text_input(_("Name, number or address"), key=f"same_{contact['contact_id']}").strip()
    try:
        found = client().candidates(contact["contact_id"], q)
    except ProsaError as error:
        st.error(error.detail)
        return
    if not found:
        st.caption(_("Nobody is called so.") if q else _("Nobody looks like the same person. Search for them."))
    for each in found:
        label = f"{plain(each['name'] or _('Unnamed'))} · {_channels(each)}  \n:small[:gray[{plain(_address(each))}]]"
        if st.button(label, key=f"join_{each['contact_id']}", width="stretch"):
            _do(lambda other=each: client().join(contact["contact_id"], other["contact_id"]), _("Joined"))


def _do(command: Callable[[], None], done: str) -> None:
    try:
        command()
    except ProsaError as error:
        st.error(error.detail)
        return
    st.toast(done)
    st.rerun(scope="fragment")


def _channels(door: Door) -> str:
    return ", ".join(channel_name(each) for each in door["channels"])


def _address(door: Door) -> str:
    """Return the address that tells somebody from others of the same name."""
    ranked = sorted(door["identities"], key=lambda each: each["kind"] not in ("phone", "email", "username"))
    return next((each["address"] for each in ranked), "")


def _shown(identity: Identity) -> str:
    """Return an address for Markdown, which makes half a link of an e-mail that is none."""
    address = identity["address"]
    is_mail = identity["kind"] == "email" and not set("()[]<>\\ ") & set(address)
    return f"[{plain(address)}](mailto:{address})" if is_mail else plain(address)


def _kind(kind: str) -> str:
    names = {
        "phone": _("Phone"),
        "email": _("E-mail"),
        "user_id": _("User id"),
        "username": _("Username"),
        "external": _("External id"),
    }
    return names.get(kind, kind)
