"""A template as people read it."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any

from ingest.domain.template import PLACEHOLDER


def filled_text(described: Sequence[Mapping[str, Any]], parameters: Mapping[str, Any]) -> str | None:
    """Return header, body and footer of a template with its values in place; None where it has no text.

    >>> filled_text([{"type": "BODY", "text": "Hi {{1}}!"}], {"1": "Ana"})
    'Hi Ana!'
    """
    texts = [
        _filled(each["text"], each["type"] == "HEADER", parameters)
        for each in described
        if each.get("type") in ("HEADER", "BODY", "FOOTER") and each.get("text")
    ]
    return "\n\n".join(texts) or None


def _filled(text: str, is_header: bool, parameters: Mapping[str, Any]) -> str:
    def value(found: re.Match[str]) -> str:
        name = found[1]
        return _shown(parameters.get("header", parameters.get(name)) if is_header else parameters.get(name))

    return PLACEHOLDER.sub(value, text)


def _shown(value: Any) -> str:
    if isinstance(value, Mapping):  # currency and date_time carry what older phones show
        inner = value.get("text") or (value.get(str(value.get("type"))) or {}).get("fallback_value")
        return str(inner or "")
    return "" if value is None else str(value)
