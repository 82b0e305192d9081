"""The console: who is it, which pages are theirs, in which language; then the page itself."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable
from pathlib import Path

import streamlit as st
import structlog
from streamlit.navigation.page import StreamlitPage

from dashboards import i18n, news
from dashboards.api_client import Me, client
from dashboards.i18n import _
from dashboards.pages import HERE, PAGES, pages_of
from dashboards.shell import dress, refused
from ingest.domain.errors import NotAllowed, ProsaError

WITHOUT_NEWS = ("", "inbox", "notices")
"""The inbox says them itself, and the page of all notices need not say one twice."""

_log = structlog.get_logger()


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
        address = entry.address if number else "home"  # the first page lives at / and reserves its name for nobody
        page = st.Page(HERE / entry.path, title=_(entry.title), url_path=address, default=number == 0)
        sections[section].append(page)
    first, *_others = pages_of(role)
    hidden: dict[str, Path | Callable[[], None]] = {first.address: HERE / first.path}
    hidden |= {entry.address: not_yours for entry in PAGES if role not in entry.roles}
    for address, source in hidden.items():
        sections[""].append(st.Page(source, title="Prosa", url_path=address, visibility="hidden"))
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
        if page.url_path not in WITHOUT_NEWS:
            news.banner(me)
        page.run()
    except ProsaError as error:
        refused(error)
    except Exception as error:  # a page that breaks says so in a sentence; the rest of the house goes on
        _log.exception("page broke", error=repr(error))
        st.error(_("Something went wrong here; it has been written down."), icon=":material/build:")
        st.button(_("Try again"))


main()
