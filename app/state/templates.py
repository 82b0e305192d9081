"""Templates: as each inbox's provider lists them, and what it says of one between two lists.

A list belongs to an inbox; what a webhook says of a template belongs to the business account behind several, so it is
kept under no inbox as well, for lists that come later. The newest word on state and category holds, whoever said it.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import orjson

from app.state.rows import Row
from app.state.world import World
from ingest.domain.event import Event

_NOWHERE = ""
"""The inbox of what is said of a template wherever it is listed."""
_MEANS: Mapping[str, str | None] = {"REINSTATED": "APPROVED", "FLAGGED": None, "UNARCHIVED": None}
"""Words that are no state: one that was given back, and two that leave it to the next list."""


def _described(world: World, event: Event) -> None:
    given, template_id = event.payload, event.payload["template_id"]
    row = world.template.put(event.workspace_id, event.inbox_id or _NOWHERE, template_id)
    said = (given["name"], given["language"], orjson.dumps(given.get("components") or []).decode())
    if row["described_us"] is None or (event.occurred_us, said) >= (row["described_us"], _said(row)):
        row.update(zip(("name", "language", "components"), said, strict=True), described_us=event.occurred_us)
    _tell(row, "template_status", given.get("template_status"), event.occurred_us)
    _tell(row, "category", given.get("category"), event.occurred_us)
    beside = world.template.get(event.workspace_id, _NOWHERE, template_id)
    if beside is not None:
        for name in ("template_status", "category"):
            _tell(row, name, beside[name], beside[f"{name}_us"])


def reported(world: World, event: Event) -> None:
    """Take in what a provider said of one template: that it was paused, allowed again, moved to another category."""
    content = event.payload.get("content")
    template_id = content.get("message_template_id") if isinstance(content, dict) else None
    if not isinstance(content, dict) or template_id is None or isinstance(template_id, (dict, list)):
        return
    status, category = _status(content), _category(content)
    if status is None and category is None:
        return
    world.template.put(event.workspace_id, _NOWHERE, str(template_id))
    for row in world.template.where("template_id", str(template_id)):
        if row["workspace_id"] == event.workspace_id:
            kept = world.template.put(*(row[name] for name in ("workspace_id", "inbox_id", "template_id")))
            _tell(kept, "template_status", status, event.occurred_us)
            _tell(kept, "category", category, event.occurred_us)


def _tell(row: Row, name: str, value: str | None, at_us: int | None) -> None:
    """Keep the newest word; of two at one instant the one that is later in the alphabet, whichever came first."""
    known_us = row[f"{name}_us"]
    if value is None or at_us is None or (known_us is not None and (at_us, value) < (known_us, row[name])):
        return
    row.update({name: value, f"{name}_us": at_us})


def _said(row: Row) -> tuple[str, str, str]:
    return row["name"], row["language"], row["components"]


def _status(content: Mapping[str, Any]) -> str | None:
    word, beside = content.get("event"), content.get("other_info")
    if isinstance(beside, dict) and beside.get("title") == "UNPAUSE":
        return "APPROVED"
    return _MEANS.get(word, word) if isinstance(word, str) and word else None


def _category(content: Mapping[str, Any]) -> str | None:
    # A day ahead comes a notice, which names what the category will be and none of before (channels.md §3.5).
    new = content.get("new_category")
    return new if isinstance(new, str) and new and "previous_category" in content else None


HANDLERS = {"template.described": _described}
