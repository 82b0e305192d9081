"""The console: who is it, which pages are theirs, in which language; then the page itself."""

from __future__ import annotations

from collections import defaultdict

import streamlit as st
from streamlit.navigation.page import StreamlitPage

from dashboards import i18n
from dashboards.api_client import Me, client
from dashboards.i18n import _
from dashboards.pages import HERE, PAGES, pages_of
from dashboards.shell import dress, refused
from ingest.domain.errors import NotAllowed, ProsaError


def signed_in() -> Me:
    """Return who is signed in, asked once per session of the page; stop with a sentence when nobody is."""
    if "me" not in st.session_state:
        st.session_state["me"] = client().me()
    me: Me = st.session_state["me"]
    return me


def navigation(role: str) -> StreamlitPage:
    """Show the role's pages by section, and return the one to run; a page of others says that it is theirs."""
    sections: dict[str, list[StreamlitPage]] = defaultdict(list)
    for number, entry in enumerate(pages_of(role)):
        section = _(entry.section) if entry.section else ""
        sections[section].append(st.Page(HERE / entry.path, title=_(entry.title), default=number == 0))
    for entry in set(PAGES).difference(pages_of(role)):
        hidden = st.Page(not_yours, title=_(entry.title), url_path=entry.address, visibility="hidden")
        sections[""].append(hidden)
    return st.navigation(sections, position="top")


def not_yours() -> None:
    """Say that this page is for others."""
    refused(NotAllowed())


def main() -> None:
    """Run the console once."""
    st.set_page_config(page_title="Prosa", page_icon="💬", layout="wide")
    st.logo(HERE / "prosa.svg", size="large")
    try:
        me = signed_in()
        i18n.use(i18n.best(me["language"] or st.context.locale))
        page = navigation(me["role"])
        dress(i18n.direction(i18n.language()))
        page.run()
    except ProsaError as error:
        refused(error)


main()
