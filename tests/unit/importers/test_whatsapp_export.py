"""An exported chat becomes one conversation: who wrote, which files, what the phone itself said."""

from __future__ import annotations

import hashlib
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

from ingest.domain.errors import BadInput
from ingest.domain.event import Event
from ingest.kit.clock import iso
from ingest.store.importers.whatsapp_export import WhatsAppExport
from ingest.store.media import MediaStore

NOW = 1_790_000_000_000_000
CHAT = """13/01/2024 10:00 - As mensagens são protegidas com criptografia.
13/01/2024 10:01 - Ana Souza: Oi, bom dia
tudo bem?
13/01/2024 10:02 - Loja Aurora: Bom dia!
13/01/2024 10:03 - Ana Souza: <Mídia oculta>
13/01/2024 10:04 - Ana Souza: IMG-20240113-WA0001.jpg (arquivo anexado)
olha
13/01/2024 10:05 - Loja Aurora: \u200e<anexado: 0002-AUDIO.opus>
13/01/2024 10:06 - Ana Souza: Corrigido \u200e<Mensagem editada>
13/01/2024 10:07 - Ana Souza: \u200eAna Souza bloqueou este contato
"""


def events_of(path: Path, me: str = "Loja Aurora", start: int = 0) -> list[Event]:
    source = WhatsAppExport(path, me, "America/Sao_Paulo", NOW)
    return [event for batch in source.batches("wsp", start) for event in batch.events]


@pytest.fixture
def text_file(tmp_path: Path) -> Path:
    path = tmp_path / "Conversa do WhatsApp com Ana Souza.txt"
    path.write_text(CHAT, "utf-8")
    return path


def test_both_sides_and_the_phones_own_lines_are_told_apart(text_file: Path) -> None:
    events = events_of(text_file)
    kinds = [event.type for event in events]
    assert kinds[:4] == ["inbox.created", "person.added", "conversation.opened", "contact.named"]
    assert kinds.count("message.received") == 4
    assert kinds.count("message.echoed") == 2
    assert kinds.count("delivery.unrecognised") == 2
    assert len({event.conversation_id for event in events if event.conversation_id}) == 1
    assert {event.actor_kind for event in events if event.type == "message.echoed"} == {"agent"}


def test_times_are_the_phones_own_zone(text_file: Path) -> None:
    first = next(event for event in events_of(text_file) if event.type == "message.received")
    assert iso(first.occurred_us) == "2024-01-13T13:01:00.000000Z"
    assert first.payload["text"] == "Oi, bom dia\ntudo bem?"


def test_files_are_named_and_placeholders_kept(text_file: Path) -> None:
    messages = [event.payload for event in events_of(text_file) if event.type.startswith("message.")]
    assert [each["kind"] for each in messages] == ["text", "text", "placeholder", "image", "audio", "text"]
    assert (messages[3]["text"], messages[3]["media"][0]["filename"]) == ("olha", "IMG-20240113-WA0001.jpg")
    assert messages[4]["media"][0]["is_voice"]
    assert messages[5]["text"] == "Corrigido"


def test_a_zip_brings_the_files_digests_and_the_same_messages(tmp_path: Path, text_file: Path) -> None:
    path = tmp_path / "chat.zip"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("_chat.txt", CHAT)
        archive.writestr("IMG-20240113-WA0001.jpg", b"picture")
    picture = next(event for event in events_of(path) if event.payload.get("kind") == "image")
    assert picture.payload["media"][0]["sha256"] == hashlib.sha256(b"picture").hexdigest()
    stored = [event for event in events_of(path) if event.type == "media.stored"]
    assert [event.payload["message_id"] for event in stored] == [picture.payload["message_id"]]
    keys = {event.key for event in events_of(path) if event.type != "media.stored"}
    assert keys == {event.key for event in events_of(text_file)}


def test_files_of_a_zip_are_kept_and_told(tmp_path: Path) -> None:
    path, store = tmp_path / "chat.zip", MediaStore(tmp_path / "media")
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("_chat.txt", CHAT)
        archive.writestr("IMG-20240113-WA0001.jpg", b"\xff\xd8\xff\xe0picture")
        archive.writestr("0002-AUDIO.opus", b"")
    source = WhatsAppExport(path, "Loja Aurora", "America/Sao_Paulo", NOW, keep=store.put)
    events = [event for batch in source.batches("wsp", 0) for event in batch.events]
    (stored,) = [event.payload for event in events if event.type == "media.stored"]
    assert store.path(stored["sha256"]).read_bytes() == b"\xff\xd8\xff\xe0picture"
    assert (stored["index"], stored["filename"], stored["mime"]) == (0, "IMG-20240113-WA0001.jpg", "image/jpeg")


@pytest.mark.parametrize("cut", [lambda data: data[:-30], lambda data: data.replace(b"picture", b"pict\x00re", 1)])
def test_a_damaged_zip_is_refused_with_a_sentence(tmp_path: Path, cut: Callable[[bytes], bytes]) -> None:
    path = tmp_path / "chat.zip"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("_chat.txt", CHAT)
        archive.writestr("IMG-20240113-WA0001.jpg", b"picture")
    path.write_bytes(cut(path.read_bytes()))
    with pytest.raises(BadInput, match=r"chat\.zip is .*damaged"):
        events_of(path)


def test_a_longer_export_of_the_same_chat_adds_only_what_is_new(text_file: Path) -> None:
    before = {event.key for event in events_of(text_file)}
    text_file.write_text(CHAT + "14/01/2024 09:00 - Ana Souza: e aí?\n", "utf-8")
    after = {event.key for event in events_of(text_file)}
    assert before < after
    assert len(after - before) == 1


def test_a_number_is_a_phone_and_a_group_is_one_thread(tmp_path: Path) -> None:
    path = tmp_path / "Grupo.txt"
    path.write_text(
        "13/01/2024 10:01 - +55 11 8765-4321: oi\n13/01/2024 10:02 - Bia: oi\n13/01/2024 10:03 - Loja: oi\n", "utf-8"
    )
    received = [event for event in events_of(path, "Loja") if event.type == "message.received"]
    assert received[0].payload["identities"] == [{"kind": "phone", "address": "5511987654321"}]
    assert len({event.conversation_id for event in received}) == 1
    assert received[0].payload["group_ref"]
    assert received[0].actor_id != received[1].actor_id


def test_an_unknown_me_is_answered_with_the_names_there_are(text_file: Path) -> None:
    with pytest.raises(BadInput, match=r"Ana Souza, Loja Aurora"):
        events_of(text_file, "Somebody")


@pytest.mark.parametrize(
    ("line", "kind"),
    [
        ("<Media omitted>", "placeholder"),
        ("\u200eimage omitted", "image"),
        ("\u200eáudio ocultado", "audio"),
        ("\u200eimagen omitida", "image"),
        ("\u200eBild weggelassen", "image"),
        ("\u200eVideo weggelassen", "video"),
        ("\u200eDokument weggelassen", "document"),
        ("\u200eSticker weggelassen", "sticker"),
        ("\u200eimage absente", "image"),
        ("\u200eaudio omis", "audio"),
        ("\u200evidéo absente", "video"),
        ("\u200edocument manquant", "document"),
        ("<تم استبعاد الوسائط>", "placeholder"),
        ("\u200e<attached: 0001-PHOTO.jpg>", "image"),
        ("report.pdf (file attached)", "document"),
        ("3 < 4 and 5 > 4", "text"),
        ("he said (really)", "text"),
    ],
)
def test_placeholders_of_many_languages_are_known(tmp_path: Path, line: str, kind: str) -> None:
    path = tmp_path / "chat.txt"
    path.write_text(f"13/01/2024 10:01 - Ana: {line}\n13/01/2024 10:02 - Loja: ok\n", "utf-8")
    message = next(event for event in events_of(path, "Loja") if event.type == "message.received")
    assert message.payload["kind"] == kind
