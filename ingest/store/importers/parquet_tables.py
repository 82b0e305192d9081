"""The canonical tables as files: which columns each must have, and of which type, told before anything is imported."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from ingest.domain.errors import BadInput

if TYPE_CHECKING:
    from pyarrow import DataType

Row = dict[str, Any]
REQUIRED = ("inboxes", "conversations", "messages")
_COLUMNS = {
    "inboxes": {"inbox_id": "id", "name": "text", "channel": "text"},
    "agents": {"agent_id": "id", "name": "text"},
    "contacts": {"contact_id": "id", "name": "text", "phone": "text"},
    "conversations": {
        **dict.fromkeys(("conversation_id", "inbox_id", "contact_id", "assignee_id"), "id"),
        "status": "text",
        "created_at": "instant",
        "last_activity_at": "instant",
    },
    "messages": {
        **dict.fromkeys(("message_id", "conversation_id", "sender_id"), "id"),
        **dict.fromkeys(("direction", "sender_type", "kind", "status", "content"), "text"),
        "created_at": "instant",
    },
    "status_events": {"conversation_id": "id", "kind": "text", "agent_id": "id", "happened_at": "instant"},
    "csat": {"conversation_id": "id", "rating": "number", "happened_at": "instant"},
}
_NEEDED = {
    "inboxes": ("inbox_id", "name", "channel"),
    "agents": ("agent_id", "name"),
    "contacts": ("contact_id",),
    "conversations": ("conversation_id", "inbox_id", "contact_id", "created_at"),
    "messages": ("message_id", "conversation_id", "direction", "kind", "created_at"),
    "status_events": ("conversation_id", "kind", "happened_at"),
    "csat": ("conversation_id", "rating", "happened_at"),
}


def check(folder: Path) -> None:
    """Raise BadInput, with a sentence, unless every table that is there can be read and has its columns."""
    missing = [table for table in REQUIRED if not path_of(folder, table).is_file()]
    if missing:
        raise BadInput(f"This folder lacks {', '.join(f'{table}.parquet' for table in missing)}.")
    for table in _COLUMNS:
        if path_of(folder, table).is_file():
            _check_table(path_of(folder, table), _COLUMNS[table])


def lacking(table: str, row: Row) -> str | None:
    """Return why a row says too little to be imported, None where it says enough."""
    empty = [name for name in _NEEDED[table] if row[name] is None]
    return f"has no {' and no '.join(empty)}" if empty else None


def path_of(folder: Path, table: str) -> Path:
    """Return where a table lies or would lie."""
    return folder / f"{table}.parquet"


def _check_table(path: Path, columns: dict[str, str]) -> None:
    from pyarrow import ArrowException, parquet

    try:
        schema = parquet.read_schema(path)
    except (ArrowException, OSError) as error:
        raise BadInput(f"{path.name} is no Parquet file, or a damaged one.") from error
    absent = [name for name in columns if name not in schema.names]
    if absent:
        raise BadInput(f"{path.name} lacks the column {', '.join(absent)}.")
    for name, wanted in columns.items():
        if not _is(schema.field(name).type, wanted):
            found = schema.field(name).type
            raise BadInput(f"In {path.name} the column {name} is of type {found}; it must be {wanted}.")


def _is(type_: DataType, wanted: str) -> bool:
    """Say whether a column's type will do; one without any value has no type."""
    from pyarrow import types

    if types.is_dictionary(type_):
        return _is(type_.value_type, wanted)
    is_text = types.is_string(type_) or types.is_large_string(type_) or types.is_string_view(type_)
    fits = {
        "text": is_text,
        "id": is_text or types.is_integer(type_),
        "instant": types.is_timestamp(type_),
        "number": types.is_integer(type_) or types.is_floating(type_) or types.is_decimal(type_),
    }
    return bool(types.is_null(type_) or fits[wanted])
