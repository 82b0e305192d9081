"""People of the business: who they are, what they may do, and letting new ones in."""

from __future__ import annotations

import streamlit as st

from dashboards.api_client import Person, client
from dashboards.console.tables import tried
from dashboards.i18n import LANGUAGES, _, best

ROLES = ("agent", "supervisor", "administrator", "marketer", "analyst")


def role_name(role: str) -> str:
    """Return a role as people say it."""
    return {
        "agent": _("Agent"), "supervisor": _("Supervisor"), "administrator": _("Administrator"),
        "marketer": _("Marketer"), "analyst": _("Analyst"),
    }[role]  # fmt: skip


def tag_of(language: str) -> str:
    """Return the language tag the API takes."""
    return language.replace("_", "-")


@st.dialog(_("Add a person"))
def add() -> None:
    """Ask for a new person."""
    with st.form("person", border=False):
        name = st.text_input(_("Name"))
        email = st.text_input(_("E-mail"))
        role = st.selectbox(_("Role"), ROLES, format_func=role_name)
        language = st.selectbox(_("Language of the console"), list(LANGUAGES), format_func=lambda each: LANGUAGES[each])
        password = st.text_input(_("First password"), type="password", help=_("They can change it under My account."))
        is_sent = st.form_submit_button(_("Add"), type="primary", width="stretch")
    if is_sent and tried(
        lambda: client().add_person(name=name, email=email, role=role, language=tag_of(language), password=password),
        _("Added"),
    ):
        st.rerun()


@st.dialog(_("Change a person"))
def change(person: Person) -> None:
    """Ask what is to change of a person."""
    with st.form("change", border=False):
        name = st.text_input(_("Name"), person["name"])
        role = st.selectbox(_("Role"), ROLES, index=ROLES.index(person["role"]), format_func=role_name)
        held = list(LANGUAGES).index(best(person["language"]))
        language = st.selectbox(
            _("Language of the console"), list(LANGUAGES), index=held, format_func=lambda each: LANGUAGES[each]
        )
        password = st.text_input(_("New password"), type="password", placeholder=_("Leave empty to keep it"))
        is_active = st.toggle(_("May sign in"), person["is_active"])
        is_sent = st.form_submit_button(_("Save"), type="primary", width="stretch")
    changes = {"name": name, "role": role, "language": tag_of(language), "is_active": is_active}
    if password:
        changes["password"] = password
    if is_sent and tried(lambda: client().change_person(person["person_id"], **changes), _("Saved")):
        st.rerun()


def show() -> None:
    """Show everybody, one line each."""
    with st.container(horizontal=True, horizontal_alignment="distribute", vertical_alignment="center"):
        st.title(_("People"))
        if st.button(_("Add a person"), type="primary"):
            add()
    for person in sorted(client().people(), key=lambda each: (not each["is_active"], each["name"].casefold())):
        with st.container(border=True, horizontal=True, vertical_alignment="center"):
            with st.container(gap=None, width="stretch"):
                st.text(person["name"])
                st.caption(person["email"].replace("_", "\\_"))
            st.badge(role_name(person["role"]), color="blue" if person["role"] == "administrator" else "gray")
            if not person["is_active"]:
                st.badge(_("Signed out for good"), color="red")
            if st.button(_("Change"), key=f"change-{person['person_id']}"):
                change(person)


show()
