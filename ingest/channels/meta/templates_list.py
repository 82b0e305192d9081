"""Asking Meta for templates: of a WhatsApp Business Account, or of a Page (channels.md §3.9, §4)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ingest.channels.calls import Caller
from ingest.channels.meta.templates import listed
from ingest.domain.template import Template

_PAGES = 80
"""Of a hundred templates each: a verified portfolio may have 6,000."""


async def listed_templates(caller: Caller, node: str, params: Mapping[str, str] | None = None) -> list[Template]:
    """Return every template below a node; raises what the caller makes of a refusal, Throttled for a broken list."""
    found: list[Template] = []
    after: dict[str, str] = {}
    for _ in range(_PAGES):
        answer = await caller.ask("GET", f"{node}/message_templates", {"limit": "100", **(params or {}), **after})
        items = answer.get("data")
        entries = [listed(each) for each in items if isinstance(each, Mapping)] if isinstance(items, list) else []
        found += [each for each in entries if each is not None]
        cursor = _next(answer)
        if cursor is None:
            break
        after = {"after": cursor}
    return found


def _next(answer: Mapping[str, Any]) -> str | None:
    """Return where the next page begins; None at the last one."""
    paging = answer.get("paging")
    if not isinstance(paging, Mapping) or not paging.get("next"):
        return None
    cursor = (paging.get("cursors") or {}).get("after")
    return cursor if isinstance(cursor, str) and cursor else None
