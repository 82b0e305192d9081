"""Run one report page alone over the sample business: `streamlit run tests/browser/report_runner.py -- agents`."""

from __future__ import annotations

import importlib
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]
sys.path.insert(0, str(ROOT))

import streamlit as st  # noqa: E402

from tests.unit.reports import sample_marts  # noqa: E402
from tests.unit.reports.reports_stand import stand_in  # noqa: E402

PAGES = ("conversations", "agents", "customers")


@st.cache_resource
def _lake() -> object:
    return sample_marts.connect(3_000)


st.set_page_config(page_title="Prosa", layout="wide")
stand_in(_lake())
st.navigation(
    [st.Page(lambda: None, title="none")]
    + [
        st.Page(importlib.import_module(f"dashboards.reports.{page}").render, url_path=page, title=page)
        for page in PAGES
    ],
    position="hidden",
).run()
