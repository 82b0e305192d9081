"""Files that people lay down for a reply, and files of messages handed out again."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from typing import Any, BinaryIO

from sqlalchemy import Connection, insert, select
from starlette.responses import FileResponse, Response

from app.access import Actor, require
from app.context import Context
from app.inbox import repository, schemas
from ingest.channels.base import Capabilities
from ingest.domain.errors import BadInput, NotFound
from ingest.store.live import attachment
from ingest.store.media import MediaStore, mime_of
from ingest.store.own import upload

_SHOWN_INLINE = re.compile(r"(image/(jpeg|png|gif|webp)|audio/[\w.+-]+|video/[\w.+-]+)")
_SANDBOX = "sandbox; default-src 'none'; media-src 'self'; img-src 'self'; style-src 'unsafe-inline'"
_LONGEST_NAME = 120
_WEBP, _ANY = "image/webp", "application/octet-stream"


class ForbiddenFile(BadInput):
    """The channel does not take files of this type."""


@dataclass(frozen=True, slots=True)
class Upload:
    """A file that waits for its reply."""

    upload_id: str
    sha256: str
    size: int
    mime: str
    filename: str

    def kind_on(self, able: Capabilities, *, is_captioned: bool = False) -> str:
        """Return the kind of message that carries it on a channel.

        Where a WebP has a limit of its own beside stickers, it goes as nothing else that is shown; with a text it is
        a document there, for no sticker carries one.
        """
        if self.mime == _WEBP and "sticker" in able.kinds and _WEBP in able.media_limits:
            return "document" if is_captioned or self.size > able.media_limits[_WEBP] else "sticker"
        family = self.mime.partition("/")[0]
        return family if family in ("image", "audio", "video") and _SHOWN_INLINE.fullmatch(self.mime) else "document"

    def described(self, able: Capabilities) -> dict[str, Any]:
        """Return it as `message.requested` lists it."""
        # A voice note is what the console recorded, and called `voice`; other sound of such a type may be music.
        is_recorded = self.mime == "audio/ogg" or self.filename.startswith("voice.")
        return {
            "provider_id": None,
            "url": None,
            "mime": self.mime,
            "sha256": self.sha256,
            "filename": self.filename,
            "is_voice": is_recorded and self.mime in able.voice_types,
            "is_animated": False,
        }

    def stored(self, message_id: str, index: int) -> dict[str, Any]:
        """Return the payload of its `media.stored`."""
        return {
            "message_id": message_id,
            "index": index,
            "sha256": self.sha256,
            "size": self.size,
            "mime": self.mime,
            "filename": self.filename,
        }


def take(context: Context, actor: Actor, file: BinaryIO, filename: str | None) -> schemas.UploadTaken:
    """Keep a file; raises EmptyFile, TooLarge beyond `upload_limit`, StoreUnavailable."""
    require(actor, "conversations.answer")
    stored = MediaStore(context.settings.media).put(file, context.settings.upload_limit)
    now_us = context.clock.us()
    row = {
        "upload_id": context.ids(now_us),
        "sha256": stored.sha256,
        "size": stored.size,
        "mime": stored.mime,
        "filename": clean_name(filename or ""),
    }
    with context.store.database.write() as connection:
        connection.execute(
            insert(upload).values(**row, workspace_id=actor.workspace_id, person_id=actor.person_id, at_us=now_us)
        )
    return schemas.UploadTaken(upload_id=row["upload_id"], filename=row["filename"], mime=stored.mime, size=stored.size)


def get(connection: Connection, actor: Actor, upload_id: str) -> Upload:
    """Return a file that the actor laid down; raises NotFound for anybody else's."""
    row = connection.execute(
        select(upload).where(upload.c.upload_id == upload_id, upload.c.person_id == actor.person_id)
    ).first()
    if row is None or row.workspace_id != actor.workspace_id:
        raise NotFound
    return Upload(row.upload_id, row.sha256, row.size, row.mime, row.filename)


def check_sendable(file: Upload, able: Capabilities, kind: str | None = None) -> None:
    """Raise BadInput for a file that the channel does not take, by type or by size; `kind` where it is chosen."""
    is_any = kind == "document" and file.mime == _WEBP
    limit = _limit_of(_ANY if is_any else file.mime, able)
    if limit is None:
        raise ForbiddenFile(
            f"This channel does not take files of type {file.mime}.", mime=file.mime, filename=file.filename
        )
    if file.size > limit:
        raise BadInput(f"This channel takes files of this type up to {limit} bytes.", limit=limit, size=file.size)


def packed(able: Capabilities, kinds: list[str], files: list[Upload]) -> list[tuple[str, list[Upload]]]:
    """Return files by the message that carries them, in order; of different kinds together they are documents."""
    found: list[tuple[str, list[Upload]]] = []
    for kind, file in zip(kinds, files, strict=True):
        before, held = found[-1] if found else ("", [])
        size = file.size + sum(each.size for each in held)
        if held and len(held) < able.files_per_message and size <= max(able.media_limits.values()):
            found[-1] = (kind if kind == before else "document", [*held, file])
        else:
            found.append((kind, [file]))
    return found


def _limit_of(mime: str, able: Capabilities) -> int | None:
    limits = able.media_limits
    if mime in limits:
        return limits[mime]
    prefixes = sorted((each for each in limits if each.endswith("/")), key=len, reverse=True)
    found = next((limits[each] for each in prefixes if mime.startswith(each)), None)
    return limits.get(_ANY, limits.get("*/")) if found is None else found


def serve(context: Context, actor: Actor, message_id: str, index: int, known: str | None = None) -> Response:
    """Return a message's file with its type, its hash as ETag, and ranges; only pictures, sound and film open in place.

    `known` is the request's `If-None-Match`. Raises NotFound for what is not stored, not visible or withdrawn.
    """
    require(actor, "conversations.read")
    with context.store.read() as connection:
        if repository.get_message(connection, actor, message_id).revoked_us is not None:
            raise NotFound("The sender withdrew this message; its files are not shown any more.")
        row = connection.execute(
            select(attachment).where(attachment.c.message_id == message_id, attachment.c["index"] == index)
        ).first()
    if row is None or row.sha256 is None:
        raise NotFound
    name = clean_name(row.filename or f"{message_id}-{index}")
    return _file(context, row.sha256, row.mime or "", name, known)


def serve_picture(context: Context, actor: Actor, contact_id: str, known: str | None = None) -> Response:
    """Return what a contact shows of themself; as `serve`."""
    require(actor, "contacts.read")
    with context.store.read() as connection:
        row = repository.visible_contact(connection, actor, contact_id)
    if row.picture is None:
        raise NotFound
    return _file(context, row.picture, None, "picture", known)


def _file(context: Context, sha256: str, mime: str | None, name: str, known: str | None) -> Response:
    """Return a file; `mime` is None for one that is asked itself what it is."""
    path = MediaStore(context.settings.media).path(sha256)
    if not path.is_file():
        raise NotFound
    if mime is None:
        with path.open("rb") as file:
            mime = mime_of(file.read(1024))
    etag = f'"{sha256}"'
    if known is not None and etag in known:
        return Response(status_code=304, headers={"ETag": etag})
    is_inline = _SHOWN_INLINE.fullmatch(mime) is not None
    return FileResponse(
        path,
        media_type=mime if is_inline else _harmless(mime),
        filename=name,
        content_disposition_type="inline" if is_inline else "attachment",
        headers={
            "ETag": etag,
            "X-Content-Type-Options": "nosniff",
            "Content-Security-Policy": _SANDBOX,
            "Cache-Control": "private, max-age=86400, immutable",
        },
    )


def clean_name(filename: str) -> str:
    r"""Return the last part of a name without what a file system or a header could misread.

    >>> clean_name("../../etc/pass\nwd\u202egnp.exe")
    'passwdgnp.exe'
    """
    last = re.split(r"[/\\]", filename)[-1]
    kept = "".join(each for each in last if unicodedata.category(each)[0] != "C" and each not in '<>:"|?*')
    kept = unicodedata.normalize("NFC", kept).strip(" .")
    if len(kept) > _LONGEST_NAME:
        stem, dot, ending = kept.rpartition(".")
        kept = f"{stem[: _LONGEST_NAME - 10]}{dot}{ending[:9]}" if dot else kept[:_LONGEST_NAME]
    return kept or "file"


def _harmless(mime: str | None) -> str:
    """Return a type that no browser runs."""
    is_active = mime is None or any(each in mime for each in ("html", "svg", "xml", "script"))
    return "application/octet-stream" if is_active else str(mime)
