"""The built component is the one its sources make, and it never turns data into markup."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pytest

from dashboards.console.customer import plain

COMPONENT = Path(__file__).parents[3] / "dashboards/components/inbox"
SOURCES = sorted((COMPONENT / "frontend/src").glob("*.js"))
FORBIDDEN = ("innerHTML", "outerHTML", "insertAdjacentHTML", "document.write", "eval(", "new Function")


@pytest.mark.parametrize("word", FORBIDDEN)
def test_no_source_turns_text_into_markup(word: str) -> None:
    assert [path.name for path in SOURCES if word in path.read_text()] == []


def test_every_source_is_short() -> None:
    assert [path.name for path in SOURCES if len(path.read_text().splitlines()) >= 400] == []


def test_the_built_files_are_those_of_the_sources(tmp_path: Path) -> None:
    if not (COMPONENT / "node_modules/esbuild").exists() or shutil.which("node") is None:
        pytest.skip("esbuild is not installed: run `npm install` in dashboards/components/inbox")
    copy = tmp_path / "inbox"
    shutil.copytree(
        COMPONENT, copy, symlinks=True, ignore=shutil.ignore_patterns("build", "node_modules", "__pycache__")
    )
    (copy / "node_modules").symlink_to(COMPONENT / "node_modules")
    subprocess.run(["node", "build.mjs"], cwd=copy, check=True, timeout=60)
    for name in ("inbox.js", "inbox.css", "sentences.json"):
        assert (copy / "frontend/build" / name).read_text() == (COMPONENT / "frontend/build" / name).read_text(), name


def test_a_customers_name_stays_text_in_markdown() -> None:
    assert plain("**Bob** [x](http://evil)") == "\\*\\*Bob\\*\\* \\[x\\]\\(http\\://evil\\)"
