"""Small helpers of the setup pages: one way to run a change and say how it went."""

from __future__ import annotations

from collections.abc import Callable

import streamlit as st

from ingest.domain.errors import ProsaError


def tried(change: Callable[[], object], done: str) -> bool:
    """Run a change; say `done`, or the refusal in one sentence. Returns whether it went through."""
    try:
        change()
    except ProsaError as error:
        st.error(error.detail)
        return False
    st.toast(done, icon=":material/check:")
    return True
