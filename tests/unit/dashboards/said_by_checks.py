"""What live checks of connections may say, read from the code that says it."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

from ingest.channels.base import Finding
from ingest.domain.errors import Throttled

ROOT = Path(__file__).parents[3]
CHANNELS = ROOT / "ingest/channels"
FILES = [
    ROOT / "app/connect/service.py",
    ROOT / "app/connect/checking.py",
    *(path for path in CHANNELS.rglob("*.py") if "simulator" not in path.parts and path.name != "base.py"),
]


def said_by_checks() -> Iterator[str]:
    """Yield the sentence of every finding; it may quote an advice of its channel."""
    yield Finding.of(Throttled(), "", "").sentence
    for path in FILES:
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.Call):
                yield from _said_in(node, f"{path}:{node.lineno}")


def _said_in(call: ast.Call, where: str) -> Iterator[str]:
    name = ast.unparse(call.func)
    if name in ("Finding", "Finding.of"):
        yield from _written(call.args[2], where)
    elif name == "Subject":
        said = [each.value for each in call.keywords if str(each.arg).startswith("says_")]
        yield from (text for each in said for text in _written(each, where))
    elif name in ("Misconfigured", "misconfigured"):
        yield from (each.value for each in call.args if isinstance(each, ast.Constant) and " " in str(each.value))  # type: ignore[misc]


def _written(node: ast.expr, where: str) -> Iterator[str]:
    """Yield the sentences an argument may be: they are written in place, or nobody could translate them."""
    if isinstance(node, ast.IfExp):
        yield from (*_written(node.body, where), *_written(node.orelse, where))
    elif isinstance(node, ast.Constant) and isinstance(node.value, str):
        yield node.value
    else:
        assert ast.unparse(node).startswith("subject."), f"{where}: write the sentence here, with {{names}} in it"
