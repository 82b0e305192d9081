"""HTML from strangers never runs, and loads nothing by itself."""

from __future__ import annotations

import random
import re
import time

import pytest

from ingest.channels.email.markup import LIMIT, cleaned, readable
from tests.unit.email.wire import raw, received

ATTACKS = [
    "<script>alert(1)</script>",
    "<ScRiPt src=//x.example/a.js></sCrIpT>",
    "<img src=x onerror=alert(1)>",
    "<svg onload=alert(1)><script>alert(1)</script></svg>",
    "<math><mtext><table><mglyph><style><img src=x onerror=alert(1)></style></mglyph></table></mtext></math>",
    "<a href='javascript:alert(1)'>x</a>",
    "<a href=' java\nscript:alert(1)'>x</a>",
    "<a href='data:text/html,<script>alert(1)</script>'>x</a>",
    "<iframe srcdoc='<script>alert(1)</script>'></iframe>",
    "<object data='javascript:alert(1)'></object><embed src='javascript:alert(1)'>",
    "<form action='https://x.example'><input name=password></form>",
    "<style>@import 'https://x.example/a.css';</style><p style=\"background:url(https://x.example/p)\">x</p>",
    '<noscript><p title="</noscript><img src=x onerror=alert(1)>"></noscript>',
    "<!--><script>alert(1)</script-->",
    "<template><script>alert(1)</script></template>",
    "<base href=https://x.example><meta http-equiv=refresh content='0;url=javascript:alert(1)'><link rel=stylesheet href=//x.example>",
    "<p title='\" onmouseover=\"alert(1)'>x</p>",
    "<img src='x-remote:\" onerror=\"alert(1)'>",
    "<img src='https://x.example/\" onerror=\"alert(1)'>",
]
_RUNS = re.compile(
    r"<\s*(script|iframe|object|embed|svg|math|style|form|input|link|meta|base|template|noscript)\b"
    r"|<[^>]*\son\w+\s*=|<[^>]*\s(href|src)=\"\s*(javascript|data:text|vbscript)|<[^>]*\sstyle=",
    re.IGNORECASE,
)
_LOADS = re.compile(r"<[^>]*\s(src|srcset|background|poster)=\"\s*(https?:|//)", re.IGNORECASE)


def outside_of_attributes(html: str) -> str:
    """Return HTML with the contents of attributes taken out, where anything may stand as text."""
    return re.sub(r'(\s(?:title|alt|data-src)=)"[^"]*"', r'\1""', html)


def harmless(html: str) -> bool:
    bare = outside_of_attributes(html)
    return not _RUNS.search(bare) and not _LOADS.search(bare)


@pytest.mark.parametrize("attack", ATTACKS)
def test_no_attack_survives(attack: str) -> None:
    assert harmless(cleaned(f"<p>before</p>{attack}<p>after</p>"))
    assert harmless(cleaned(cleaned(attack)))


def test_no_mixture_of_attacks_survives() -> None:
    dice = random.Random(7)
    for _ in range(500):
        bits = [
            each[dice.randint(0, 8) : len(each) - dice.randint(0, 8)] if dice.random() < 0.5 else each
            for each in dice.choices(ATTACKS, k=4)
        ]
        payload = received(raw("Content-Type: text/html; charset=utf-8", body="<p>x</p>" + "".join(bits)))
        assert harmless(payload["content"]["html"] or "")


def test_remote_images_keep_their_address_for_who_asks() -> None:
    html = '<img src="https://x.example/p.gif?a=1&b=2" alt="logo"><img src="//x.example/q.gif"><img src="cid:logo@x">'
    found = cleaned(html)
    assert 'data-src="https://x.example/p.gif?a=1&amp;b=2"' in found
    assert 'data-src="//x.example/q.gif"' in found
    assert ' src="cid:logo@x"' in found
    assert ' src="http' not in found


def test_links_stay_and_tell_nobody_where_we_come_from() -> None:
    assert (
        cleaned('<a href="https://x.example">x</a>')
        == '<a href="https://x.example" rel="noopener noreferrer nofollow">x</a>'
    )


def test_blocks_are_lines_and_quotations_are_marked() -> None:
    html = "<div>one</div><div>two<br>three</div><blockquote><p>old</p>older</blockquote><pre>a\n  b</pre>"
    assert [line for line in readable(cleaned(html)).split("\n") if line] == [
        "one",
        "two",
        "three",
        "> old",
        "> older",
        "a",
        "  b",
    ]


@pytest.mark.parametrize(
    "bit",
    ["<div>", "<blockquote>", "<b><p>", "<table><tr><td>", "<li>", "&", "<", "<a title=1>", "<font color=1><div>"],
)
def test_no_nesting_takes_long_or_grows(bit: str) -> None:
    began = time.monotonic()
    found = cleaned(bit * (LIMIT // len(bit)))
    readable(found)
    assert len(found) <= LIMIT
    assert time.monotonic() - began < 10


def test_formatting_that_multiplies_is_cut_short() -> None:
    bomb = "".join(f"<b title={number}>" for number in range(500)) + "<p>" * 60_000
    assert len(cleaned(bomb)) <= LIMIT
