"""Files: typed by content, kept by hash, handed out so that no browser runs them."""

from __future__ import annotations

import io
from pathlib import Path

import pytest

from app.inbox.uploads import ForbiddenFile, Upload, check_sendable, clean_name
from ingest.channels.registry import capabilities
from ingest.domain.errors import TooLarge
from ingest.domain.event import Event
from ingest.store.media import EmptyFile, MediaStore, mime_of
from tests.house import PUBLIC, Browser, House

PNG = (
    b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR\x00\x00\x00\x01\x00\x00\x00\x01\x08\x06\x00\x00\x00\x1f\x15\xc4\x89"
    + b"\x00" * 40
)
SVG = b'<?xml version="1.0"?><svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>'


def sent(house: House, agent: Browser, content: bytes, name: str) -> dict[str, object]:
    upload = agent.post("/api/uploads", files={"file": (name, content, "image/png")})
    assert upload.status_code == 201, upload.text
    body = {
        "client_id": "client-" + name[:20].replace(" ", ""),
        "kind": "media",
        "upload_ids": [upload.json()["upload_id"]],
        "text": "look",
    }
    taken = agent.post(f"/api/conversations/{house.own.threads[PUBLIC].conversation_id}/replies", json=body)
    assert taken.status_code == 200, taken.text
    return dict(taken.json()["message"])


WEBP = b"RIFF\x24\x00\x00\x00WEBPVP8L" + bytes(40)
OGG = b"OggS\x00\x02" + bytes(22) + b"OpusHead" + bytes(40)


def upload(content: bytes, name: str, size: int | None = None) -> Upload:
    return Upload("u", "0" * 64, size or len(content), mime_of(content), name)


@pytest.mark.parametrize(
    ("channel", "is_captioned", "size", "kind"),
    [
        ("whatsapp", False, 40, "sticker"),
        ("whatsapp", True, 40, "document"),
        ("whatsapp", False, 600 * 1024, "document"),
        ("messenger", False, 40, "image"),
        ("telegram", True, 40, "image"),
        ("x", True, 40, "image"),
        ("webchat", True, 40, "image"),
    ],
)
def test_a_webp_goes_as_the_channel_can_carry_it(channel: str, is_captioned: bool, size: int, kind: str) -> None:
    file, able = upload(WEBP, "a.webp", size), capabilities(channel)
    found = file.kind_on(able, is_captioned=is_captioned)
    assert found == kind
    assert found in able.kinds
    check_sendable(file, able, found)


@pytest.mark.parametrize(("channel", "is_taken"), [("x", False), ("messenger", True), ("instagram", True)])
def test_a_gif_is_refused_where_it_would_fail(channel: str, is_taken: bool) -> None:
    file = upload(b"GIF89a" + bytes(40), "a.gif")
    if is_taken:
        check_sendable(file, capabilities(channel))
        return
    with pytest.raises(ForbiddenFile):
        check_sendable(file, capabilities(channel))


@pytest.mark.parametrize(
    ("channel", "mime", "name", "is_voice"),
    [
        ("whatsapp", "audio/ogg", "voice.ogg", True),
        ("whatsapp", "audio/mp4", "voice.mp4", False),
        ("telegram", "audio/mp4", "voice.mp4", True),
        ("telegram", "audio/mp4", "song.m4a", False),
        ("webchat", "audio/webm", "voice.webm", True),
        ("webchat", "audio/ogg", "song.ogg", True),
    ],
)
def test_what_was_recorded_is_a_voice_note_where_the_channel_has_them(
    channel: str, mime: str, name: str, is_voice: bool
) -> None:
    file = Upload("u", "0" * 64, 40, mime, name)
    assert file.described(capabilities(channel))["is_voice"] is is_voice


def test_a_text_that_no_sound_can_carry_goes_ahead_of_it(house: House) -> None:
    agent = house.browser("agent")
    message = sent(house, agent, OGG, "voice.ogg")
    assert (message["kind"], message["text"]) == ("text", "look")
    thread = agent.get(f"/api/conversations/{house.own.threads[PUBLIC].conversation_id}/thread").json()["entries"]
    said = [(each["kind"], each["text"]) for each in thread if each["type"] == "message"][-2:]
    assert said == [("text", "look"), ("audio", None)]


def test_a_picture_is_served_in_place_with_ranges_and_its_hash(house: House) -> None:
    agent = house.browser("agent")
    message = sent(house, agent, PNG, "dot.png")
    assert message["kind"] == "image"
    url = message["media"][0]["url"]  # type: ignore[index]
    whole = agent.get(url)
    assert (whole.content, whole.headers["content-type"]) == (PNG, "image/png")
    assert whole.headers["content-disposition"].startswith("inline")
    assert whole.headers["x-content-type-options"] == "nosniff"
    assert "sandbox" in whole.headers["content-security-policy"]
    part = agent.get(url, headers={"Range": "bytes=1-3"})
    assert (part.status_code, part.content) == (206, b"PNG")
    assert agent.get(url, headers={"If-None-Match": whole.headers["etag"]}).status_code == 304


def test_active_content_is_never_opened_in_place_whatever_its_name(house: House) -> None:
    agent, thread = house.browser("agent"), house.own.threads[PUBLIC]
    stored = MediaStore(house.context.settings.media).put(io.BytesIO(SVG))
    payload = {
        "message_id": thread.message_id,
        "index": 0,
        "sha256": stored.sha256,
        "size": stored.size,
        "mime": stored.mime,
        "filename": "picture.png",
    }
    with house.context.store.unit() as unit:
        unit.emit(
            Event(workspace_id=house.own.workspace_id, type="media.stored", key="m", occurred_us=1, payload=payload)
        )
    answer = agent.get(f"/api/media/{thread.message_id}/0")
    assert answer.content == SVG
    assert answer.headers["content-type"] == "application/octet-stream"
    assert answer.headers["content-disposition"].startswith("attachment")


def test_what_a_contact_shows_of_themself_is_in_the_list_and_seen_by_who_sees_them(house: House) -> None:
    agent, thread = house.browser("agent"), house.own.threads[PUBLIC]
    stored = MediaStore(house.context.settings.media).put(io.BytesIO(PNG))
    shown = f"/api/conversations/{thread.conversation_id}"
    assert agent.get(shown).json()["contact"]["picture_url"] is None
    contact_id = agent.get(shown).json()["contact"]["contact_id"]
    assert agent.get(f"/api/contacts/{contact_id}/picture").status_code == 404
    event = Event(
        workspace_id=house.own.workspace_id,
        type="contact.pictured",
        key="p",
        occurred_us=1,
        contact_id=contact_id,
        payload={"sha256": stored.sha256, "size": stored.size, "mime": stored.mime},
    )
    with house.context.store.unit() as unit:
        unit.emit(event)
    url = agent.get(shown).json()["contact"]["picture_url"]
    answer = agent.get(url)
    assert (answer.content, answer.headers["content-type"]) == (PNG, "image/png")
    assert answer.headers["content-disposition"].startswith("inline")
    assert house.browser("agent", house.other).get(url).status_code == 404


def test_an_empty_file_is_refused_with_a_sentence(house: House) -> None:
    answer = house.browser("agent").post("/api/uploads", files={"file": ("a.png", b"", "image/png")})
    assert answer.status_code == 422
    assert "empty" in answer.json()["error"]["message"]


def test_nobody_sends_a_file_that_somebody_else_laid_down(house: House) -> None:
    upload_id = (
        house.browser("supervisor")
        .post("/api/uploads", files={"file": ("a.png", PNG, "image/png")})
        .json()["upload_id"]
    )
    body = {"client_id": "client-1", "kind": "media", "upload_ids": [upload_id]}
    url = f"/api/conversations/{house.own.threads[PUBLIC].conversation_id}/replies"
    assert house.browser("agent").post(url, json=body).status_code == 404


def test_files_are_kept_once_by_what_they_hold(tmp_path: Path) -> None:
    store = MediaStore(tmp_path / "media")
    first, second = store.put(io.BytesIO(PNG)), store.put([PNG[:10], PNG[10:]])
    assert first == second
    assert store.path(first.sha256).read_bytes() == PNG
    assert [each for each in (tmp_path / "media").rglob("*") if each.is_file()] == [store.path(first.sha256)]
    with pytest.raises(TooLarge):
        store.put(io.BytesIO(b"x" * 11), limit=10)
    with pytest.raises(EmptyFile):
        store.put(io.BytesIO(b""))
    assert len([each for each in (tmp_path / "media").rglob("*") if each.is_file()]) == 1


@pytest.mark.parametrize(
    ("content", "mime"),
    [(PNG, "image/png"), (SVG, "image/svg+xml"), (b"<!DOCTYPE html><p>", "text/html"), (b"OggS" + b"\x00" * 40, "audio/ogg"),
     (b"%PDF-1.7\n", "application/pdf"), (b"hello", "text/plain"), (b"\x00\x01\x02\xff\xfe", "application/octet-stream"),
     (b"\xff\xd8\xff\xe0\x00\x10JFIF\x00", "image/jpeg"), (b"\x00\x00\x00\x18ftypmp42", "video/mp4"), (b"RIFF\x00\x00\x00\x00WEBPVP8 ", "image/webp")],
)  # fmt: skip
def test_a_type_is_what_the_bytes_show(content: bytes, mime: str) -> None:
    assert mime_of(content) == mime


@pytest.mark.parametrize(
    "name", ["../../etc/passwd", "a\r\nSet-Cookie: x", "C:\\x\\y.txt", "\u202egnp.exe", "", "...", "ü" * 300 + ".pdf"]
)
def test_names_are_cleaned(name: str) -> None:
    cleaned = clean_name(name)
    assert cleaned
    assert not set(cleaned) & set('/\\\r\n\u202e"')
    assert len(cleaned) <= 120
