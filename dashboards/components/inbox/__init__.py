"""The inbox component: conversation list, thread and composer in one, fed by the API and its stream.

It talks to the API itself (same origin, same cookie); Python hears only which conversation was chosen.
"""

from __future__ import annotations

import json
import tomllib
from collections.abc import Callable
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from dashboards import i18n
from dashboards.api_client import Me

if TYPE_CHECKING:
    from streamlit.components.v2.types import BidiComponentResult, ComponentRenderer

HERE = Path(__file__).parent
NAME = "prosa.inbox"


@lru_cache(maxsize=1)
def sentences() -> list[str]:
    """Return every sentence the component may say, as its build wrote them down."""
    listed: list[str] = json.loads((HERE / "frontend/build/sentences.json").read_text())
    return listed


@lru_cache(maxsize=len(i18n.LANGUAGES))
def translations(language: str) -> dict[str, str]:
    """Return what the component may say, and what the channels advise under a message they refused, by the English."""
    from ingest.channels import registry

    said = i18n.catalogue(language).gettext
    return {each: said(each) for each in (*sentences(), *sorted(registry.advices())) if said(each) != each}


@lru_cache(maxsize=1)
def _component() -> ComponentRenderer:
    """Register the built files once per process.

    Streamlit finds manifests in installed distributions; Prosa also runs from its source tree, where there is none,
    so the same manifest is handed over by hand.
    """
    import streamlit as st
    from streamlit.components.v2.get_bidi_component_manager import get_bidi_component_manager
    from streamlit.components.v2.manifest_scanner import ComponentConfig, ComponentManifest

    manifest = tomllib.loads((HERE / "pyproject.toml").read_text())
    project = manifest["project"]
    declared = [ComponentConfig.from_dict(each) for each in manifest["tool"]["streamlit"]["component"]["components"]]
    get_bidi_component_manager().register_from_manifest(
        ComponentManifest(project["name"], project["version"], declared), HERE
    )
    return st.components.v2.component(NAME, html="<div data-inbox></div>", js="inbox.js", css="inbox.css")


def inbox(me: Me, selected: str | None, on_selected: Callable[[], None]) -> BidiComponentResult:
    """Show the inbox; `on_selected` runs when another conversation was chosen or the open one changed hands.

    The choice is in `st.session_state["inbox"].selected`: {conversation_id, contact_id}.
    """
    language = i18n.language()
    data: dict[str, Any] = {
        "me": {"person_id": me["person_id"], "name": me["name"], "role": me["role"]},
        "selected": selected,
        "locale": language,
        "dir": i18n.direction(language),
        "timezone": me["workspace"]["timezone"],
        "strings": translations(language),
    }
    return _component()(key="inbox", data=data, on_selected_change=on_selected, on_refreshed_change=on_selected)
