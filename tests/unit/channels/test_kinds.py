"""What a file is, by its bytes: voice notes as browsers record them are sound, films are films."""

from __future__ import annotations

import io
import random

import pytest

from ingest.store.kinds import mime_of, type_of

EBML = b"\x1aE\xdf\xa3\x9fB\x86\x81\x01B\xf7\x81\x01B\xf2\x81\x04B\xf3\x81\x08B\x82\x84webmB\x87\x81\x04B\x85\x81\x02"
CLUSTER = b"\x1f\x43\xb6\x75\x01\xff\xff\xff\xff\xff\xff\xff"


def box(kind: bytes, *parts: bytes) -> bytes:
    body = b"".join(parts)
    return (8 + len(body)).to_bytes(4) + kind + body


def track(handler: bytes) -> bytes:
    return box(b"trak", box(b"mdia", box(b"hdlr", bytes(8), handler, bytes(12), b"Handler\x00")))


def mp4(brand: bytes, *handlers: bytes, is_index_last: bool = False) -> bytes:
    index = box(b"moov", box(b"mvhd", bytes(100)), *map(track, handlers))
    data = box(b"mdat", random.Random(1).randbytes(200_000))
    return box(b"ftyp", brand, bytes(4), b"isom") + (data + index if is_index_last else index + data)


def webm(*codecs: bytes, sound: bytes = b"") -> bytes:
    tracks = b"".join(b"\xae\xa3\xd7\x81\x01\x86" + bytes([0x80 | len(each)]) + each for each in codecs)
    return EBML + b"\x18\x53\x80\x67\x01\xff\xff\xff\xff\xff\xff\xff" + tracks + CLUSTER + sound


@pytest.mark.parametrize("brand", [b"mp41", b"mp42", b"iso5", b"isom", b"M4A ", b"dash"])
@pytest.mark.parametrize("is_index_last", [False, True])
def test_an_mp4_is_what_its_tracks_are(brand: bytes, is_index_last: bool) -> None:
    def shown(*handlers: bytes) -> str:
        return type_of(io.BytesIO(mp4(brand, *handlers, is_index_last=is_index_last)))

    assert shown(b"soun") == "audio/mp4"
    assert shown(b"vide", b"soun") == shown(b"soun", b"vide") == shown(b"vide") == "video/mp4"


def test_an_mp4_that_is_cut_is_what_its_brand_says() -> None:
    assert mime_of(mp4(b"M4A ", b"soun", is_index_last=True)[:5000]) == "audio/mp4"
    assert mime_of(mp4(b"isom", b"soun", is_index_last=True)[:5000]) == "video/mp4"
    assert mime_of(mp4(b"isom", b"soun", b"vide")[:200]) == "video/mp4"


def test_other_families_keep_their_names() -> None:
    assert type_of(io.BytesIO(mp4(b"3gp4", b"soun"))) == "audio/3gpp"
    assert type_of(io.BytesIO(mp4(b"3gp4", b"soun", b"vide"))) == "video/3gpp"
    assert type_of(io.BytesIO(mp4(b"qt  ", b"vide"))) == "video/quicktime"
    assert mime_of(b"#!AMR\n\x3c" + bytes(31)) == "audio/amr"
    assert mime_of(b"#!AMR-WB\n" + bytes(31)) == "audio/amr-wb"


@pytest.mark.parametrize("size", [b"\x00\x00\x00\x00", b"\x00\x00\x00\x07", b"\xff\xff\xff\xff", b"\x00\x00\x00\x01"])
def test_lengths_that_lie_end_the_search(size: bytes) -> None:
    head = box(b"ftyp", b"isom", bytes(4))
    assert type_of(io.BytesIO(head + size + b"free" + bytes(100))) == "video/mp4"


def test_a_webm_is_what_its_codecs_are() -> None:
    assert mime_of(webm(b"A_OPUS")) == "audio/webm"
    assert mime_of(webm(b"V_VP8")) == mime_of(webm(b"V_VP9", b"A_OPUS")) == "video/webm"
    assert mime_of(webm(b"A_OPUS").replace(b"B\x82\x84webm", b"B\x82\x88matroska")) == "audio/x-matroska"


def test_no_sound_is_a_film_by_chance() -> None:
    # 4 KB of Opus hold the bytes "V_" in one file of sixteen.
    dice = random.Random(7)
    notes = [webm(b"A_OPUS", sound=dice.randbytes(3000) + b"\x86\x85V_VP8" + b"V_") for _ in range(20)]
    assert {mime_of(each) for each in notes} == {"audio/webm"}
