"""What all pages share: direction of writing, spacing, and how a refusal is shown."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path

import streamlit as st

from dashboards.i18n import _
from ingest.domain.errors import NotAllowed, NotFound, NotSignedIn, ProsaError

_RTL = """
[data-testid=stMain], [data-testid=stDialog], [data-testid=stHeader] { direction: rtl; }
[data-testid=stVegaLiteChart] { direction: ltr; }
[data-testid=stCheckbox] label { gap: 0.5rem; }
[data-testid=stMetricDelta] { direction: ltr; }
:is([data-testid=stMetric], [data-testid=stCheckbox]) [data-testid=stTooltipIcon] { margin-inline-start: 0.4rem; }
[data-testid=stMain] :is(h1, h2, h3, p, label), [data-testid=stDialog] :is(h1, h2, h3, p, label) { text-align: start; }
"""


@lru_cache(maxsize=1)
def _style() -> str:
    return (Path(__file__).parent / "shell.css").read_text()


def dress(direction: str) -> None:
    """Set spacing and, for languages written from the right, the direction."""
    rtl = _RTL if direction == "rtl" else ""
    st.html(f"<style>{_style()}{rtl}</style>")


def refused(error: ProsaError) -> None:
    """Say in one sentence why a page cannot be shown, and what to do."""
    match error:
        case NotSignedIn():
            st.info(_("Your session has ended."), icon=":material/lock:")
            st.link_button(_("Sign in"), "/login")
        case NotAllowed() | NotFound():
            st.warning(
                _("This page is not yours to see. An administrator can change your role."), icon=":material/door_front:"
            )
        case _other:
            st.error(_("This cannot be shown just now: {reason}", reason=error.detail), icon=":material/build:")
            st.button(_("Try again"))


def nothing_yet(title: str, sentence: str) -> None:
    """Show a designed emptiness instead of an empty table."""
    with st.container(border=True, horizontal_alignment="center"):
        st.markdown(f"**{title}**", text_alignment="center")
        st.caption(sentence, text_alignment="center")
