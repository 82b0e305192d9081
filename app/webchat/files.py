"""Files of visitors: laid down, looked into, and handed out to those who are part of the conversation."""

from __future__ import annotations

import re
import unicodedata
from typing import Any

from starlette.datastructures import UploadFile
from starlette.responses import FileResponse, Response

from app.webchat.visits import Visitor
from ingest.channels.webchat import tokens
from ingest.channels.webchat.capabilities import CAPABILITIES, limit_of
from ingest.domain.errors import BadInput, NotFound, TooLarge
from ingest.kit.clock import HOUR_US
from ingest.store.media import MediaStore

MOST_BYTES = max(CAPABILITIES.media_limits.values())
_TICKET_US = 24 * HOUR_US
_SHOWN_INLINE = re.compile(r"image/(jpeg|png|gif|webp)|audio/[\w.+-]+|video/[\w.+-]+")
_SANDBOX = "sandbox; default-src 'none'"
_ZIPPED = {
    ".docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    ".xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    ".pptx": "application/vnd.openxmlformats-officedocument.presentationml.presentation",
}
_LONGEST_NAME = 120


class ForbiddenFile(BadInput):
    """The chat does not take files of this type."""


def take(store: MediaStore, visitor: Visitor, file: UploadFile, *, is_voice: bool, now_us: int) -> dict[str, Any]:
    """Keep a file and return a ticket for it, to be sent with a message; its type is what its bytes show.

    Raises EmptyFile, TooLarge, ForbiddenFile, StoreUnavailable. Blocks.
    """
    filename = clean_name(file.filename or "")
    stored = store.put(file.file, MOST_BYTES)
    mime = _type_of(stored.mime, filename)
    limit = limit_of(mime)
    if limit is None:
        raise ForbiddenFile(f"Files of type {mime} cannot be sent here.", mime=mime, filename=filename)
    if stored.size > limit:
        raise TooLarge(f"Files of this type may have up to {limit} bytes.", limit=limit)
    described = {"sha256": stored.sha256, "size": stored.size, "mime": mime, "filename": filename}
    if is_voice and mime.startswith("audio/"):
        described["is_voice"] = True
    claims = {"visitor_id": visitor.visitor_id, "file": described}
    ticket = tokens.issue(visitor.door.connection.secrets[0], "file", claims, now_us + _TICKET_US)
    return {**described, "ticket": ticket}


def redeem(visitor: Visitor, ticket: str, now_us: int) -> dict[str, Any]:
    """Return the file that a ticket stands for; raises NotFound for one of another visitor."""
    claims = tokens.read(ticket, visitor.door.connection.secrets, "file", now_us)
    if claims["visitor_id"] != visitor.visitor_id:
        raise NotFound
    file: dict[str, Any] = claims["file"]
    return file


def serve(store: MediaStore, row: Any) -> Response:
    """Return a file of a conversation; only pictures, sound and film say what they are."""
    path = store.path(row.sha256)
    if not path.is_file():
        raise NotFound
    is_inline = _SHOWN_INLINE.fullmatch(row.mime or "") is not None
    return FileResponse(
        path,
        media_type=row.mime if is_inline else "application/octet-stream",
        filename=clean_name(row.filename or ""),
        content_disposition_type="inline" if is_inline else "attachment",
        headers={
            "Cache-Control": "private, max-age=86400, immutable",
            "Content-Security-Policy": _SANDBOX,
            "Cross-Origin-Resource-Policy": "cross-origin",
        },
    )


def clean_name(filename: str) -> str:
    """Return the last part of a name without what a file system or a header could misread.

    >>> clean_name("../../a<b>.png")
    'ab.png'
    """
    last = re.split(r"[/\\]", filename)[-1]
    kept = "".join(each for each in last if unicodedata.category(each)[0] != "C" and each not in '<>:"|?*')
    return unicodedata.normalize("NFC", kept).strip(" .")[-_LONGEST_NAME:] or "file"


def _type_of(mime: str, filename: str) -> str:
    """Return what a file is; a zip may be an office's document, and only the name tells."""
    if mime == "application/zip":
        return next((office for ending, office in _ZIPPED.items() if filename.lower().endswith(ending)), mime)
    return mime
