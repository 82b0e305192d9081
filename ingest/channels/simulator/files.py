"""The files that simulated customers send: small, made here, of the kind they claim to be."""

from __future__ import annotations

import io
import math
import struct
import wave
from functools import lru_cache
from random import Random

_VARIANTS = 12
_SIDE = 360
_RATE = 8_000


def sample_file(kind: str, number: int) -> tuple[bytes, str, str] | None:
    """Return bytes, mime type and name of a file of a message's kind, None for a kind that is not made here.

    A dozen of each kind exist; equal numbers give equal bytes.
    """
    make = {"image": _image, "sticker": _sticker, "audio": _voice, "document": _invoice}.get(kind)
    return make(number % _VARIANTS) if make else None


@lru_cache(maxsize=64)
def _image(number: int) -> tuple[bytes, str, str]:
    return _drawn(number, "JPEG"), "image/jpeg", f"foto-{number + 1}.jpg"


@lru_cache(maxsize=64)
def _sticker(number: int) -> tuple[bytes, str, str]:
    return _drawn(number, "WEBP"), "image/webp", f"figurinha-{number + 1}.webp"


@lru_cache(maxsize=64)
def _voice(number: int) -> tuple[bytes, str, str]:
    """A hum of one to three seconds; nobody says anything in a made-up voice note."""
    random, out = Random(f"voice:{number}"), io.BytesIO()
    seconds, pitch = random.uniform(1, 3), random.uniform(140, 260)
    with wave.open(out, "wb") as sound:
        sound.setnchannels(1)
        sound.setsampwidth(2)
        sound.setframerate(_RATE)
        steps = range(int(seconds * _RATE))
        samples = (int(3_000 * math.sin(2 * math.pi * pitch * n / _RATE) * math.sin(n / 900)) for n in steps)
        sound.writeframes(b"".join(struct.pack("<h", each) for each in samples))
    return out.getvalue(), "audio/x-wav", f"audio-{number + 1}.wav"


@lru_cache(maxsize=64)
def _invoice(number: int) -> tuple[bytes, str, str]:
    """A one-page PDF with one line on it (ISO 32000-1 §7.5: header, objects, cross-reference, trailer)."""
    stream = f"BT /F1 24 Tf 60 760 Td (Loja Aurora - pedido {4400 + number}) Tj ET".encode()
    objects = [
        b"<</Type/Catalog/Pages 2 0 R>>",
        b"<</Type/Pages/Kids[3 0 R]/Count 1>>",
        b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Contents 4 0 R/Resources<</Font<</F1 5 0 R>>>>>>",
        b"<</Length %d>>stream\n%s\nendstream" % (len(stream), stream),
        b"<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>",
    ]
    out, places = b"%PDF-1.4\n", []
    for position, each in enumerate(objects, start=1):
        places.append(len(out))
        out += b"%d 0 obj%s\nendobj\n" % (position, each)
    table = b"".join(b"%010d 00000 n \n" % place for place in places)
    start = len(out)
    out += b"xref\n0 6\n0000000000 65535 f \n%strailer<</Size 6/Root 1 0 R>>\nstartxref\n%d\n%%%%EOF" % (table, start)
    return out, "application/pdf", f"pedido-{4400 + number}.pdf"


def _drawn(number: int, form: str) -> bytes:
    """Return a still life of a few shapes on a plain ground: a product on somebody's table."""
    from PIL import Image, ImageDraw

    random, out = Random(f"image:{number}"), io.BytesIO()
    ground = tuple(random.randrange(190, 245) for _ in range(3))
    picture = Image.new("RGB", (_SIDE, _SIDE), ground)
    draw = ImageDraw.Draw(picture)
    draw.rectangle((0, _SIDE * 0.72, _SIDE, _SIDE), fill=tuple(int(each * 0.8) for each in ground))
    for _ in range(3):
        size, left = random.randrange(60, 130), random.randrange(20, _SIDE - 150)
        colour = tuple(random.randrange(40, 210) for _ in range(3))
        box = (left, _SIDE * 0.78 - size * 1.4, left + size, _SIDE * 0.78)
        (draw.ellipse if random.random() < 0.4 else draw.rectangle)(box, fill=colour)
    picture.save(out, form, quality=80)
    return out.getvalue()
