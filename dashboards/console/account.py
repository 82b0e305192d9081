"""My account: language, password, the browsers I am signed in with, and the way out."""

from __future__ import annotations

from functools import partial

import streamlit as st

from dashboards import i18n
from dashboards.api_client import Me, client
from dashboards.console.tables import tried
from dashboards.i18n import LANGUAGES, _, when


def sign_out() -> None:
    """Show the way out: a page of the server, because only it can end a session."""
    st.html(f'<a class="prosa-sign-out" href="/logout" target="_self">{_("Sign out")}</a>')


def language(me: Me) -> None:
    """Let me choose the console's language."""
    held = list(LANGUAGES).index(i18n.language())
    wanted = st.selectbox(
        _("Language of the console"), list(LANGUAGES), index=held, format_func=lambda each: LANGUAGES[each]
    )
    tag = wanted.replace("_", "-")
    if wanted != i18n.language() and tried(lambda: client().change_person(me["person_id"], language=tag), _("Saved")):
        me["language"] = tag
        st.rerun()


def password(me: Me) -> None:
    """Let me change my password."""
    with st.expander(_("Change the password")), st.form("password", clear_on_submit=True, border=False):
        current = st.text_input(_("Present password"), type="password")
        wanted = st.text_input(_("New password"), type="password")
        if st.form_submit_button(_("Change the password"), type="primary"):
            tried(
                lambda: client().change_person(me["person_id"], password=wanted, current_password=current), _("Changed")
            )


def sessions(timezone: str) -> None:
    """Show where I am signed in, and let me end a session."""
    st.subheader(_("Signed in"), anchor=False)
    for each in client().rows("/sessions", "sessions"):
        with st.container(border=True, horizontal=True, vertical_alignment="center"):
            with st.container(gap=None, width="stretch"):
                st.text(each.get("user_agent") or _("Unknown browser"))
                st.caption(_("Last used {at}", at=when(each.get("used_at"), timezone)))
            if each.get("is_current"):
                st.badge(_("This browser"), color="green")
            elif st.button(_("End"), key=f"end-{each['session_id']}"):
                tried(partial(client().call, "DELETE", f"/sessions/{each['session_id']}"), _("Ended"))
                st.rerun()


def show() -> None:
    """Show the account of whoever is signed in."""
    me: Me = st.session_state["me"]
    with st.container(horizontal=True, horizontal_alignment="distribute", vertical_alignment="center"):
        st.title(_("My account"))
        sign_out()
    st.text(f"{me['name']} · {me['email']}")
    st.caption(me["workspace"]["name"])
    language(me)
    password(me)
    sessions(me["workspace"]["timezone"])


show()
