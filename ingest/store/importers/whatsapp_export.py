"""A chat that somebody exported from WhatsApp on their phone: `.txt`, or `.zip` with its files.

One file is one conversation. `me` is the name under which the business wrote; everybody else is a contact,
known by the number or by the name the phone book had. The export's times are the phone's, without a zone.
"""

from __future__ import annotations

import hashlib
import mimetypes
import re
import zipfile
import zlib
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any, BinaryIO, cast
from zoneinfo import ZoneInfo

from ingest.domain import identity
from ingest.domain.errors import BadInput
from ingest.domain.event import Event
from ingest.kit.clock import to_datetime, to_us
from ingest.kit.ids import stable_id
from ingest.store.importers.runner import BATCH, Batch, Unreadable, fingerprint
from ingest.store.importers.whatsapp_lines import Chat, Entry, numbered, read_chat, without_marks
from ingest.store.media import Stored

CHANNEL = "whatsapp"
_LARGEST = 512 * 1024 * 1024
"""Bytes of text an export may hold; more would not fit beside its events."""
_ATTACHED = (
    re.compile(r"^<[^:<>]{2,20}: (?P<file>[^<>/\\]+\.\w{2,5})>(?:\n(?P<caption>.*))?$", re.DOTALL),
    re.compile(r"^(?P<file>[^\n/\\]+\.\w{2,5}) \([^)\n]{4,40}\)(?:\n(?P<caption>.*))?$", re.DOTALL),
)
_OMITTED = re.compile(
    r"^<[^<>\n]{4,40}>$|^\w+( \w+){0,2} "
    r"(?:omitted|omitid[oa]|ocultad[oa]|omess[oa]|omise?|absente?|non incluse?|manquante?|weggelassen|ausgeschlossen)$"
    r"|^تم (?:استبعاد|حذف) \w+$"
)
_OMITTED_KIND = (
    ("image", ("image", "imagem", "imagen", "foto", "bild", "photo", "الصورة")),
    ("video", ("video", "vídeo", "vidéo", "gif", "الفيديو")),
    ("audio", ("audio", "áudio", "الصوت")),
    ("document", ("document", "documento", "dokument", "المستند")),
    ("sticker", ("sticker", "figurinha", "autocollant", "الملصق")),
    ("contacts", ("contact", "contato", "contacto", "kontakt")),
)
_VOICE = re.compile(r"^PTT-|-PTT-|\.opus$", re.IGNORECASE)
_EDITED = re.compile(r"\s*\u200e?<[^<>\n]*(?:edited|editada|editado|تعديل)[^<>\n]*>$")
_PHONE = re.compile(r"^\+?[\d\s().\u00a0\u202f-]{8,24}$")


class WhatsAppExport:
    """The source; a unit is an entry (a header and what follows it)."""

    def __init__(
        self,
        path: Path,
        me: str,
        timezone: str,
        now_us: int,
        *,
        day_first: bool | None = None,
        keep: Callable[[BinaryIO], Stored] | None = None,
    ) -> None:
        """`keep` lays a file down and says what was kept; without it the files are only named by their digest."""
        if not path.is_file():
            raise BadInput(f"There is no file {path.name}.")
        self._path, self._me, self._zone = path, without_marks(me), ZoneInfo(timezone)
        self._day_first, self._latest_year = day_first, to_datetime(now_us).year + 1
        self._keep = keep

    @cached_property
    def name(self) -> str:
        """Return `whatsapp-export:` and a fingerprint of the file and of how it is read."""
        reading = hashlib.blake2b(
            f"{self._me}|{self._zone.key}|{self._day_first}|{self._keep is not None}".encode(), digest_size=4
        ).hexdigest()
        return f"whatsapp-export:{fingerprint(self._path)}:{reading}"

    @property
    def total(self) -> int:
        """Return how many entries there are."""
        return len(self._chat.entries)

    @cached_property
    def authors(self) -> list[str]:
        """Return everybody who wrote, as named in the file."""
        return sorted({entry.author for entry in self._chat.entries if entry.author is not None})

    def batches(self, workspace_id: str, start: int) -> Iterator[Batch]:
        """Yield the entries after the first `start`. Raises BadInput when nobody in the file is called `me`."""
        if self._me not in self.authors:
            raise BadInput(f"Nobody is called {self._me!r} in this chat; it was written by: {', '.join(self.authors)}.")
        stray = [Unreadable(f"line {line}", f"belongs to no message: {text[:60]}") for line, text in self._chat.stray]
        thread = _Thread(workspace_id, self._me, self._others, self._path.stem, self._zone, self._files)
        entries = list(numbered(self._chat.entries))
        for first in range(start, len(entries), BATCH):
            part = entries[first : first + BATCH]
            events = list(thread.opening(self._chat.entries)) if first == 0 else []
            events += [event for entry, repeat in part for event in thread.event(entry, repeat)]
            yield Batch(first + len(part), events, stray if first == start else ())

    @property
    def _others(self) -> list[str]:
        return [author for author in self.authors if author != self._me]

    @cached_property
    def _chat(self) -> Chat:
        return read_chat(self._text(), self._latest_year, day_first=self._day_first)

    def _text(self) -> str:
        if not zipfile.is_zipfile(self._path):
            data = self._path.read_bytes()
            if data.startswith(b"PK"):
                raise BadInput(f"{self._path.name} is a damaged zip file; export the chat again.")
            return _decoded(data)
        with _opened(self._path) as archive:
            texts = [
                each
                for each in archive.infolist()
                if each.filename.lower().endswith(".txt") and each.file_size <= _LARGEST
            ]
            if not texts:
                raise BadInput("There is no chat text in this zip file.")
            best = max(texts, key=lambda each: (each.filename.rsplit("/", 1)[-1] == "_chat.txt", each.file_size))
            return _decoded(archive.read(best))

    @cached_property
    def _files(self) -> dict[str, Stored]:
        """Return what is kept of every attachment by its name; an empty file is none."""
        if not zipfile.is_zipfile(self._path):
            return {}
        with _opened(self._path) as archive:
            found = [each for each in archive.infolist() if not each.is_dir() and each.file_size]
            return {_name_in(each): self._kept(archive, each) for each in found if not _name_in(each).endswith(".txt")}

    def _kept(self, archive: zipfile.ZipFile, member: zipfile.ZipInfo) -> Stored:
        with archive.open(member) as file:
            return (self._keep or _digested)(cast("BinaryIO", file))


@dataclass(slots=True)
class _Thread:
    """Makes the events of one chat."""

    workspace_id: str
    me: str
    others: Sequence[str]
    title: str
    zone: ZoneInfo
    files: dict[str, Stored]

    @property
    def _inbox_id(self) -> str:
        return identity.inbox_id(self.workspace_id, CHANNEL, f"export:{self.me}")

    @property
    def _person_id(self) -> str:
        return stable_id("per", self.workspace_id, "whatsapp-export", self.me)

    @property
    def _is_group(self) -> bool:
        return len(self.others) > 1

    @property
    def _contact_id(self) -> str:
        """Return whose conversation it is: the other one's, or the group's."""
        if self._is_group:
            return self._id_of({"kind": "external", "address": f"group:{self.title}"})
        return self._id_of(_address(self.others[0] if self.others else self.title))

    @property
    def _conversation_id(self) -> str:
        return identity.conversation_id(self.workspace_id, self._inbox_id, self._contact_id)

    def opening(self, entries: Sequence[Entry]) -> Iterator[Event]:
        """Yield the door, the person behind it, the names, and the conversation's beginning."""
        first = min(self._us(entry) for entry in entries)
        inbox = {
            "name": f"WhatsApp of {self.me}",
            "external_id": f"export:{self.me}",
            "connection_id": None,
            "is_private": False,
            "address": None,
        }
        yield self._event("inbox.created", f"export:inbox:{self._inbox_id}", first, inbox, in_thread=False)
        person = {
            "person_id": self._person_id,
            "name": self.me,
            "email": f"{self._person_id}@export.invalid",
            "role": "agent",
            "language": None,
        }
        yield self._event("person.added", f"export:person:{self._person_id}", first, person, in_thread=False)
        yield self._event("conversation.opened", self._key("opened"), first, {"reason": "import", "tags": []})
        for name in self.others:
            if _address(name)["kind"] == "external":
                payload = {"name": name, "username": None, "source": "phone_book"}
                yield self._event(
                    "contact.named", self._key("named", name), first, payload, contact_id=self._id_of(_address(name))
                )

    def event(self, entry: Entry, repeat: int) -> Iterator[Event]:
        """Yield what one entry says: a message, or a line of the system kept as it is."""
        us = self._us(entry)
        key = self._key("entry", str(us), entry.author or "", entry.text, str(repeat))
        if entry.author is None or _is_system(entry.text):
            payload = {"field": "system_line", "pointer": f"line {entry.line}", "item": entry.text}
            yield self._event("delivery.unrecognised", key, us, payload)
            return
        message = self._message(entry, key)
        if entry.author == self.me:
            payload = message | {"source": "import", "is_history": False}
            yield self._event("message.echoed", key, us, payload, by="agent", actor_id=self._person_id)
            yield from self._stored(message, key, us)
            return
        address = _address(entry.author)
        contact_id = self._id_of(address)
        payload = message | {
            "identities": [address],
            "name": entry.author,
            "referral": None,
            "is_forwarded": False,
            "group_ref": self._contact_id if self._is_group else None,
            "is_history": False,
            "is_test": False,
            "errors": [],
        }
        yield self._event("message.received", key, us, payload, by="contact", actor_id=contact_id)
        yield from self._stored(message, key, us)

    def _stored(self, message: dict[str, Any], key: str, us: int) -> Iterator[Event]:
        """Yield that the files of a message are kept, where the export brought them."""
        for index, each in enumerate(message["media"]):
            if stored := self.files.get(each["filename"]):
                told = {"message_id": message["message_id"], "index": index, "filename": each["filename"]}
                kept = {"sha256": stored.sha256, "size": stored.size, "mime": stored.mime}
                yield self._event("media.stored", f"{key}:media:{index}:{stored.sha256}", us, told | kept)

    def _message(self, entry: Entry, key: str) -> dict[str, Any]:
        ref = stable_id("msg", self.workspace_id, key)
        said = {"kind": "text", "text": _EDITED.sub("", entry.text), "media": []} | _file(entry.text, self.files)
        rest = {"content": None, "reply_to_ref": None, "language": None}
        return {"message_id": ref, "message_ref": ref, "external_id": None} | said | rest

    def _us(self, entry: Entry) -> int:
        return to_us(entry.at.replace(tzinfo=self.zone))

    def _id_of(self, address: dict[str, str]) -> str:
        return identity.contact_id(self.workspace_id, CHANNEL, address)

    def _key(self, *parts: str) -> str:
        return f"export:{stable_id('key', self._conversation_id, *parts)}"

    def _event(
        self, kind: str, key: str, us: int, payload: dict[str, Any], *,
        by: str = "system", actor_id: str | None = None, contact_id: str | None = None, in_thread: bool = True,
    ) -> Event:  # fmt: skip
        return Event(
            workspace_id=self.workspace_id,
            type=kind,
            key=key,
            occurred_us=us,
            payload=payload,
            channel=CHANNEL,
            inbox_id=self._inbox_id,
            conversation_id=self._conversation_id if in_thread else None,
            contact_id=(contact_id or self._contact_id) if in_thread else None,
            actor_kind=by,
            actor_id=actor_id,
        )


def _address(author: str) -> dict[str, str]:
    if _PHONE.match(author):
        return {"kind": "phone", "address": identity.canonical_phone(author)}
    return {"kind": "external", "address": f"export:{author}"}


def _file(text: str, files: Mapping[str, Stored]) -> dict[str, Any]:
    """Return kind, text and media of a line that stands for a file, or nothing for any other."""
    bare = without_marks(text)
    for pattern in _ATTACHED:
        if found := pattern.match(bare):
            name = without_marks(found["file"])
            return {"kind": _kind_of(name), "text": found["caption"], "media": [_media(name, files.get(name))]}
    if _OMITTED.match(bare):
        words = bare.lower()
        kind = next((kind for kind, names in _OMITTED_KIND if any(name in words for name in names)), "placeholder")
        return {"kind": kind, "text": None, "media": []}
    return {}


def _media(name: str, stored: Stored | None) -> dict[str, Any]:
    return {
        "provider_id": None,
        "url": None,
        "mime": mimetypes.guess_type(name)[0] or "application/octet-stream",
        "sha256": stored.sha256 if stored else None,
        "filename": name,
        "is_voice": bool(_VOICE.search(name)),
        "is_animated": False,
    }


def _kind_of(name: str) -> str:
    mime = mimetypes.guess_type(name)[0] or ""
    if mime == "image/webp" or name.upper().startswith("STK"):
        return "sticker"
    if name.lower().endswith(".opus"):
        return "audio"
    family = mime.split("/")[0]
    return family if family in ("image", "audio", "video") else "document"


def _is_system(text: str) -> bool:
    """Say whether a line under somebody's name is the phone's own: iOS marks those, and files, with U+200E."""
    return text.startswith("\u200e") and not _file(text, {})


def _decoded(data: bytes) -> str:
    for encoding in ("utf-8-sig", "utf-16"):
        if encoding == "utf-16" and data[:2] not in (b"\xff\xfe", b"\xfe\xff"):
            continue
        try:
            return data.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise BadInput("The text of this export is neither UTF-8 nor UTF-16.")


@contextmanager
def _opened(path: Path) -> Iterator[zipfile.ZipFile]:
    """Open a zip file; raises BadInput where it, or what is read of it, is damaged."""
    try:
        with zipfile.ZipFile(path) as archive:
            yield archive
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError) as error:
        raise BadInput(f"{path.name} is damaged or locked and cannot be unpacked: {error}.") from error


def _name_in(member: zipfile.ZipInfo) -> str:
    return without_marks(member.filename.rsplit("/", 1)[-1])


def _digested(file: BinaryIO) -> Stored:
    digest, size, mime = hashlib.sha256(), 0, "application/octet-stream"
    while block := file.read(1 << 20):
        digest.update(block)
        size += len(block)
    return Stored(digest.hexdigest(), size, mime)
