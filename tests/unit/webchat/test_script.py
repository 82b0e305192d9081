"""The one script: light, current, and without anything that a strict page forbids."""

from __future__ import annotations

import gzip
import re
import shutil
import subprocess
from pathlib import Path

import pytest

from app.webchat.script import BUILT

WIDGET = BUILT.parents[1]
SOURCES = sorted((WIDGET / "src").glob("*.js"))


def test_it_weighs_less_than_40_kb_packed() -> None:
    assert len(gzip.compress(BUILT.read_bytes(), 9)) < 40 * 1024


def test_what_is_committed_is_what_the_sources_make(tmp_path: Path) -> None:
    if shutil.which("node") is None or not (WIDGET / "node_modules").exists():
        pytest.skip("esbuild is not installed: npm install in app/webchat/widget")
    copy = tmp_path / "widget"
    shutil.copytree(WIDGET, copy, ignore=shutil.ignore_patterns("node_modules", "build"))
    (copy / "node_modules").symlink_to(WIDGET / "node_modules")
    built = subprocess.run(["node", "build.mjs"], cwd=copy, capture_output=True, text=True, check=True)
    assert re.search(r"\d+ bytes, \d+ gzipped", built.stdout)
    assert (copy / "build" / BUILT.name).read_bytes() == BUILT.read_bytes()


@pytest.mark.parametrize("path", SOURCES, ids=lambda path: path.name)
def test_nothing_parses_a_text_as_markup_or_code(path: Path) -> None:
    forbidden = r"innerHTML|outerHTML|insertAdjacentHTML|document\.write|\beval\b|new Function|createContextualFragment"
    assert re.findall(forbidden, path.read_text()) == []


def test_every_sentence_is_there_in_every_language() -> None:
    table = (WIDGET / "src" / "strings.js").read_text()
    rows = re.findall(r"^  (\w+): \[(.*)\],$", table, re.MULTILINE)
    assert len(rows) > 30
    for key, sentences in rows:
        written = re.findall(r'"((?:[^"\\]|\\.)*)"', sentences)
        assert len(written) == 4, key
        assert all(written), key
        slots = [set(re.findall(r"\{(\w+)\}", each)) for each in written]
        assert slots == [slots[0]] * 4, key
