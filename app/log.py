"""Logging: one line an event, as JSON or for a terminal; secrets and phone numbers never reach it."""

from __future__ import annotations

import logging
import re
import sys
from collections.abc import Mapping, MutableMapping
from typing import Any

import structlog

from ingest.settings import Settings

HIDDEN = "[hidden]"
_SECRET_KEYS = re.compile(r"password|secret|token|authorization|cookie|credential|signature|api_key", re.IGNORECASE)
_PERSONAL_KEYS = frozenset({"phone", "address", "email", "wa_id", "from", "to", "recipient", "text", "body"})
_SECRET_TEXT = re.compile(r"pat_[\w-]{8,}|Bearer\s+\S+|EAA[\w-]{16,}|(?<=://)[^/\s:@]+:[^/\s@]+(?=@)")


def configure(settings: Settings, level: int = logging.INFO) -> None:
    """Set up structlog and the standard library's logging alike, in the settings' `log_format`, to stderr."""
    is_json = settings.log_format == "json"
    last = structlog.processors.JSONRenderer() if is_json else structlog.dev.ConsoleRenderer(colors=sys.stderr.isatty())
    shared: list[structlog.types.Processor] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        structlog.processors.format_exc_info,
        redact,
    ]
    structlog.configure(
        processors=[*shared, last],
        wrapper_class=structlog.make_filtering_bound_logger(level),
        logger_factory=structlog.PrintLoggerFactory(sys.stderr),
        cache_logger_on_first_use=True,
    )
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(structlog.stdlib.ProcessorFormatter(foreign_pre_chain=shared, processors=_final(last)))
    logging.basicConfig(handlers=[handler], level=max(level, logging.WARNING), force=True)


def redact(_logger: Any, _method: str, event: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    """Hide values under telling keys, at any depth, and tokens inside texts (a structlog processor)."""
    for key, value in event.items():
        event[key] = _clean(key, value)
    return event


def _clean(key: str, value: Any) -> Any:
    if _SECRET_KEYS.search(key) or key.lower() in _PERSONAL_KEYS:
        return HIDDEN if value else value
    if isinstance(value, Mapping):
        return {name: _clean(str(name), each) for name, each in value.items()}
    if isinstance(value, (list, tuple)):
        return [_clean("", each) for each in value]
    return _SECRET_TEXT.sub(HIDDEN, value) if isinstance(value, str) else value


def _final(last: structlog.types.Processor) -> list[structlog.types.Processor]:
    return [structlog.stdlib.ProcessorFormatter.remove_processors_meta, last]
