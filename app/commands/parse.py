"""`prosa parse`: what a webhook body means, without storing anything."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any, TextIO

import orjson

from app.webhooks.providers import PARSERS
from ingest.channels.base import Delivery, Parser
from ingest.domain.event import Event
from ingest.kit.clock import Clock, SystemClock, iso

_WORKSPACE = "ws_parse"
_TYPES = {".eml": "message/rfc822", ".form": "application/x-www-form-urlencoded"}
"""By a file's ending; anything else is JSON."""


def parse_files(channel: str, paths: list[Path], out: TextIO, clock: Clock | None = None) -> int:
    """Print the canonical events of each file, one JSON object a line; return the exit status.

    0 when every file holds JSON, whatever it means; 1, with a sentence on standard error, when a file is
    missing or is no JSON, or the channel is unknown.
    """
    parser = PARSERS.get(channel)
    if parser is None:
        return _complain(f"There is no channel {channel!r} here; known: {', '.join(sorted(PARSERS))}.")
    statuses = [_parse_file(parser, channel, path, out, clock or SystemClock()) for path in paths]
    return max(statuses, default=0)


def content_type_of(path: Path) -> str:
    """Return what a file holds, by its ending."""
    return _TYPES.get(path.suffix, "application/json")


def line_of(event: Event) -> dict[str, Any]:
    """Return an event as `prosa parse` prints it."""
    return {
        "type": event.type,
        "key": event.key,
        "occurred_at": iso(event.occurred_us),
        "channel": event.channel,
        "inbox_id": event.inbox_id,
        "conversation_id": event.conversation_id,
        "contact_id": event.contact_id,
        "actor_kind": event.actor_kind,
        "payload": event.payload,
    }


def _parse_file(parser: Parser, channel: str, path: Path, out: TextIO, clock: Clock) -> int:
    try:
        body = path.read_bytes()
    except OSError as error:
        return _complain(f"{path}: {error.strerror or 'cannot be read'}.")
    content_type = content_type_of(path)
    if content_type == "application/json" and (problem := _why_no_json(body)):
        return _complain(f"{path} is not JSON: {problem}.")
    events = parser(Delivery(_WORKSPACE, f"{channel}_file", body, clock.us(), content_type=content_type))
    out.writelines(orjson.dumps(line_of(event)).decode() + "\n" for event in events)
    return 0


def _why_no_json(body: bytes) -> str | None:
    """Return why bytes are no JSON, None when they are; what JSON allows and our reader refuses still is JSON.

    Numbers are not counted: Python refuses one of more than 4,300 digits, JSON does not.
    """
    try:
        json.loads(body.decode("utf-8-sig"), parse_constant=_refuse, parse_int=str, parse_float=str)
    except RecursionError:
        return None
    except ValueError as error:
        # A UnicodeDecodeError would repeat the bytes in its text.
        return "it is not UTF-8" if isinstance(error, UnicodeDecodeError) else str(error).rstrip(".")
    return None


def _refuse(constant: str) -> None:
    raise ValueError(f"{constant} is no JSON value")


def _complain(sentence: str) -> int:
    sys.stderr.write(sentence + "\n")
    return 1
