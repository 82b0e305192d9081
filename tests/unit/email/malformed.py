"""Mail as bad as it gets, from a seed: the same number gives the same mail again."""

from __future__ import annotations

import random
from collections.abc import Callable

CHARSETS = [
    b"utf-8",
    b"iso-8859-1",
    b"utf-7",
    b"utf-16",
    b"x-none",
    b"idna",
    b"base64",
    b"gb2312",
    b"",
    b"\xff\xfe",
    b"a" * 5000,
]
ENCODINGS = [b"base64", b"quoted-printable", b"8bit", b"x-uuencode", b"nonsense", b""]
WORDS = [
    b"hello",
    "أهلا".encode(),
    "日本語".encode("shift_jis"),
    b"\xff\xfe\x00",
    b"\x00\x00",
    b"=?utf-8?b?",
    b"=D8=",
    b"<script>alert(1)</script>",
    b"--b",
    b"--",
    b"\r\n\r\n",
    b"> quoted",
    b"On x wrote:",
]
HEADERS = [
    b"From: Ana <ana@people.example>",
    b"From: ana@people.example, bo@people.example",
    b'From: "Unclosed <ana@people.example>',
    b"From: Ana",
    b"From:",
    b"From: " + b"(" * 3000,
    b"From: =?utf-8?q?=D8?= =?utf-8?q?=A3?= <a@b.example>",
    b"To: <x@example.com>x@example.com",
    b"To: " + b"a@b.example, " * 3000,
    b"Date:",
    b"Date: Mon, 99 Foo 99999 25:61:61 +9999",
    b"Date: Mon, 1 Jan 2024 06:31:44 +0800",
    b"Message-ID: <a@b>",
    b"Message-ID: <a b\r\n c@d>",
    b"Message-ID:",
    b"In-Reply-To: <a@b>,\r\n <c>",
    b"References: " + b"<x@y> " * 2000,
    b"References: no brackets here",
    b"Subject: =?x-none?b?////?= =?utf-8?q?=?=",
    b"Subject: " + b"=?" * 8000,
    b"Subject: \x00\xff",
    b": no name",
    b" folded from nothing",
    b"X-Huge: " + b"x" * 200_000,
    b"Content-Type: text/plain; charset=",
    b"Content-Type: text/html; charset=utf-8",
    b"Content-Type: multipart/mixed; boundary=b",
    b'Content-Type: multipart/alternative; boundary="b"; boundary=c',
    b"Content-Type: multipart/report; report-type=delivery-status; boundary=b",
    b"Content-Type: multipart/mixed",
    b"Content-Type: message/rfc822",
    b"Content-Type: message/delivery-status",
    b"Content-Type: " + b";" * 10_000,
    b"Content-Disposition: attachment; filename*0*=utf-8''%; filename*1=x",
    b'Content-Disposition: attachment; filename="../../\r\n\tetc"',
    b"Content-Transfer-Encoding: base64",
    b"Content-Transfer-Encoding: quoted-printable",
    b"Content-Transfer-Encoding: x-uuencode",
    b"Auto-Submitted: auto-replied",
    b"Return-Path: <>",
]


def malformed(seed: int) -> bytes:
    """Return one bad mail."""
    dice = random.Random(seed)
    mail = dice.choice(_KINDS)(dice)
    return _spoilt(mail, dice) if dice.random() < 0.5 else mail


def _soup(dice: random.Random) -> bytes:
    end = dice.choice([b"\r\n", b"\n", b"\r"])
    head = end.join(dice.choices(HEADERS, k=dice.randint(0, 15)))
    return head + end + end + _text(dice)


def _tree(dice: random.Random, depth: int = 0) -> bytes:
    boundary = dice.choice([b"b", b"b", b"c%d" % depth, b"-", b"x" * 80, b"(.*)"])
    kind = dice.choice([b"mixed", b"alternative", b"related", b"report", b"form-data"])
    parts = [
        _tree(dice, depth + 1) if depth < 6 and dice.random() < 0.3 else _leaf(dice) for _ in range(dice.randint(0, 4))
    ]
    head = b"Content-Type: multipart/" + kind + b'; boundary="' + boundary + b'"'
    if depth == 0:
        head = b"\r\n".join([b"From: Ana <ana@people.example>", *dice.choices(HEADERS[9:24], k=3), head])
    inner = b"".join(b"--" + boundary + b"\r\n" + part + b"\r\n" for part in parts)
    return head + b"\r\n\r\n" + inner + (b"--" + boundary + b"--" if dice.random() < 0.6 else b"")


def _leaf(dice: random.Random) -> bytes:
    mime = dice.choice([b"text/plain", b"text/html", b"image/png", b"message/delivery-status", b"message/rfc822", b"x"])
    head = b"Content-Type: " + mime + b"; charset=" + dice.choice(CHARSETS)
    return head + b"\r\nContent-Transfer-Encoding: " + dice.choice(ENCODINGS) + b"\r\n\r\n" + _text(dice)


def _deep(dice: random.Random) -> bytes:
    levels = dice.choice([50, 500, 3000])
    opening = b"".join(b"Content-Type: multipart/mixed; boundary=b%d\r\n\r\n--b%d\r\n" % (n, n) for n in range(levels))
    return b"From: ana@people.example\r\n" + opening + b"Content-Type: text/plain\r\n\r\ndeep"


def _wide(dice: random.Random) -> bytes:
    parts = b"--b\r\n\r\nx\r\n" * dice.choice([600, 20_000])
    return b"From: ana@people.example\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n" + parts


def _markup(dice: random.Random) -> bytes:
    bits = [
        b"<div>" * 5000,
        b"<blockquote>" * 300,
        b"<script>",
        b"</",
        b"<img src=http://x/>",
        b"<a href=javascript:x>",
        b"<!--",
        b"<table><tr>" * 500,
        b"&#x0;",
        b"<svg onload=x>",
    ]
    html = b"".join(dice.choices(bits + WORDS, k=dice.randint(1, 12)))
    return b"From: ana@people.example\r\nContent-Type: text/html; charset=utf-8\r\n\r\n" + html


def _text(dice: random.Random) -> bytes:
    return b" ".join(dice.choices(WORDS, k=dice.randint(0, 30)))


def _spoilt(mail: bytes, dice: random.Random) -> bytes:
    """Return a mail that was cut, or in which bytes were lost, doubled or changed."""
    if dice.random() < 0.4:
        return mail[: dice.randint(0, len(mail))]
    spoilt = bytearray(mail)
    for _ in range(dice.randint(1, 30)):
        if spoilt:
            at = dice.randrange(len(spoilt))
            spoilt[at : at + dice.randint(0, 3)] = dice.randbytes(dice.randint(0, 3))
    return bytes(spoilt)


_KINDS: list[Callable[[random.Random], bytes]] = [_soup, _soup, _tree, _tree, _tree, _deep, _wide, _markup]
