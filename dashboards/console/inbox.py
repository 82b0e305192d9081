"""The inbox: one component for list, thread and composer; the customer beside it, plain Streamlit."""

from __future__ import annotations

import streamlit as st

from dashboards.components.inbox import inbox
from dashboards.console.customer import customer_pane

me = st.session_state["me"]
asked = st.query_params.get("c")

with st.container(key="inbox_page", horizontal=True, gap=None):
    with st.container(width="stretch", gap=None):
        inbox(me, asked, lambda: st.rerun("customer"))
    with st.container(key="customer_pane", width=320):
        customer_pane()
