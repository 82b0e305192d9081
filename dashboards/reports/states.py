"""How a report waits, stays empty and fails: always a sentence, never a traceback, never a jump of the page."""

from __future__ import annotations

import functools
import logging
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import ParamSpec

from dashboards.i18n import _
from dashboards.warehouse import LakeMissing, TooSlow
from ingest.domain.errors import NotAllowed, NotSignedIn, ProsaError

P = ParamSpec("P")
_log = logging.getLogger(__name__)


@contextmanager
def guarded() -> Iterator[None]:
    """Turn what can go wrong while reading into a sentence on the page."""
    import streamlit as st

    try:
        yield
    except LakeMissing:
        no_lake()
    except TooSlow:
        st.warning(_("This question took too long and was stopped. Choose a shorter range or fewer inboxes."))
    except NotAllowed:
        st.warning(_("Your role does not include reports. An administrator can change that."))
    except NotSignedIn:
        st.warning(_("Your sign-in has ended. Load the page again to sign in."))
    except ProsaError as error:
        _log.warning("report failed: %s %s", type(error).__name__, error.facts)
        st.error(_("The numbers could not be read just now. Load the page again in a moment."))


def section(
    title: Callable[[], str], height: int, *, is_framed: bool = True
) -> Callable[[Callable[P, None]], Callable[P, None]]:
    """Make a function a part of a page: framed, titled, run again on its own, with a skeleton while it waits."""

    def decorate(draw: Callable[P, None]) -> Callable[P, None]:
        import streamlit as st

        @st.fragment
        @functools.wraps(draw)
        def drawn(*args: P.args, **kwargs: P.kwargs) -> None:
            with st.container(border=is_framed):
                st.markdown(f"**{title()}**")
                with st.skeleton(height=height), guarded():
                    draw(*args, **kwargs)

        return drawn

    return decorate


def no_lake() -> None:
    """Say that nothing has landed yet."""
    import streamlit as st

    with st.container(border=True, horizontal_alignment="center"):
        st.markdown(f"**{_('No numbers yet')}**")
        st.caption(_("The first numbers appear about a minute after the first message."))


def no_inbox() -> None:
    """Say that the reader sees no inbox."""
    import streamlit as st

    with st.container(border=True, horizontal_alignment="center"):
        st.markdown(f"**{_('No inbox to report on')}**")
        st.caption(_("You are not a member of any inbox yet. An administrator can add you to one."))


def nothing_found() -> None:
    """Say that the range is empty and what to do."""
    import streamlit as st

    with st.container(border=True, horizontal_alignment="center"):
        st.markdown(f"**{_('No conversations in this range')}**")
        st.caption(_("Widen the range or take a filter away; everything else is as you left it."))


def nobody_found() -> None:
    """Say that the filters of a page without range leave nobody, and what to do."""
    import streamlit as st

    with st.container(border=True, horizontal_alignment="center"):
        st.markdown(f"**{_('No customers')}**")
        st.caption(_("Take a filter away, or come back after the first conversation."))
