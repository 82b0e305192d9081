"""Files of messages: fetched at once, kept by content, tried again while it helps, never from a wrong host."""

from __future__ import annotations

import hashlib
from typing import Any

import httpx2
import pytest

from app.outbox.media_fetcher import MediaFetcher, clean_name
from ingest.domain.event import Event
from ingest.kit.clock import DAY_US, SECOND_US
from ingest.store.consumers import cursor_of
from ingest.store.live import attachment
from tests import builders
from tests.integration.outbox.street import ANA, BASE_URL, Street

PNG = b"\x89PNG\r\n\x1a\n" + b"\x00\x00\x00\rIHDR\x00\x00\x00\x01\x00\x00\x00\x01\x08\x02\x00\x00\x00" + b"x" * 400
HTML = b"<html><script>alert(1)</script></html>"


async def _settle(street: Street, fetcher: MediaFetcher | None = None, rounds: int = 60) -> MediaFetcher:
    fetcher = fetcher or street.fetcher()
    for _ in range(rounds):
        await fetcher.run_once()
        if not fetcher._waiting:
            break
        if not fetcher._calls:
            street.clock.advance(30 * SECOND_US)
    return fetcher


def _sends_file(street: Street, content: bytes = PNG, at: int = 0, **changes: Any) -> str:
    file = street.graph.keep_file(content, "image/jpeg")
    media = {
        "provider_id": file["id"],
        "url": None,
        "mime": "image/jpeg",
        "sha256": hashlib.sha256(content).hexdigest(),
    }
    street.hears(at=at, kind="image", media=[media | {"filename": None} | changes])
    return builders.ref(f"wamid.in.{ANA['address']}.{at}")


async def test_a_file_is_kept_under_its_content_with_the_type_it_shows(street: Street) -> None:
    message_id = _sends_file(street, filename="../../évil\u202e.jpg")
    await _settle(street)
    row = street.row(attachment, message_id=message_id)
    assert row is not None
    assert (row["sha256"], row["size"]) == (hashlib.sha256(PNG).hexdigest(), len(PNG))
    assert row["mime"] == "image/png", "the sender said jpeg"
    assert row["filename"] == "évil.jpg"
    assert street.media.path(row["sha256"]).read_bytes() == PNG


async def test_a_file_of_a_withdrawn_message_is_not_fetched(street: Street) -> None:
    message_id = _sends_file(street)
    revoking = Event(
        workspace_id=builders.WORKSPACE,
        type="message.revoked",
        key="revoke",
        occurred_us=street.clock.us(),
        payload={"message_ref": message_id},
    )
    with street.store.unit() as unit:
        unit.emit(revoking)
    await _settle(street)
    (failed,) = street.facts("media.failed")
    assert failed.payload["reason"] == "The sender withdrew this message."
    assert street.facts("media.stored") == []


async def test_a_file_whose_delivery_is_not_there_is_given_up(street: Street) -> None:
    _sends_file(street, delivery_id="evt_none")
    await _settle(street)
    (failed,) = street.facts("media.failed")
    assert failed.payload["reason"] == "The delivery that holds this file is not there."


async def test_html_that_calls_itself_a_picture_is_known_for_what_it_is(street: Street) -> None:
    message_id = _sends_file(street, HTML)
    await _settle(street)
    row = street.row(attachment, message_id=message_id)
    assert row is not None
    assert row["mime"] == "text/html"


async def test_a_restart_fetches_what_is_missing_and_nothing_twice(street: Street) -> None:
    _sends_file(street)
    await _settle(street)
    calls = len(street.wire.requests)
    _sends_file(street, PNG + b"2", at=1)
    await _settle(street)
    assert len(street.facts("media.stored")) == 2
    assert len(street.wire.requests) == calls + 2
    with street.store.read() as sql:
        assert cursor_of(sql, "media_fetcher") > 0


async def test_a_restart_beside_a_file_that_waits_skips_the_settled_ones(street: Street) -> None:
    lost = _sends_file(street, at=0, provider_id="999999")
    street.wire.before = lambda request: _refuse(request, "999999")
    _sends_file(street, at=1)
    fetcher = street.fetcher()
    for _ in range(4):
        await fetcher.run_once()
    assert [event.payload["index"] for event in street.facts("media.stored")] == [0]
    calls = len(street.wire.requests)
    again = street.fetcher()
    for _ in range(3):
        await again.run_once()
    assert set(again._waiting) == {(lost, 0)}
    assert all("999999" in str(request.url) for request in street.wire.requests[calls:])


def _refuse(request: httpx2.Request, media_id: str) -> None:
    if media_id in str(request.url):
        raise httpx2.ConnectError("down")


async def test_an_address_that_expired_is_asked_for_again(street: Street) -> None:
    file = street.graph.keep_file(PNG, "image/png")
    stale = f"{BASE_URL}/download/{file['id']}?expires=1"
    street.hears(kind="image", media=[{"provider_id": file["id"], "url": stale, "sha256": None}])
    await _settle(street)
    assert len(street.facts("media.stored")) == 1
    assert [request.url.path.split("/")[2] for request in street.wire.requests] == ["download", file["id"], "download"]


async def test_a_file_that_is_not_the_announced_one_is_not_kept(street: Street) -> None:
    _sends_file(street, sha256="0" * 64)
    await _settle(street)
    (failed,) = street.facts("media.failed")
    assert "not the one" in failed.payload["reason"]
    assert not street.facts("media.stored")


async def test_a_file_that_is_too_large_is_refused_while_it_comes(
    street: Street, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("app.outbox.media_fetcher.MEDIA_LIMIT", 100)
    _sends_file(street)
    await _settle(street)
    (failed,) = street.facts("media.failed")
    assert "larger than 100" in failed.payload["reason"]


async def test_a_provider_that_is_down_is_asked_again_later(street: Street) -> None:
    _sends_file(street)
    failures = [httpx2.ConnectError("down"), httpx2.ReadTimeout("slow")]

    def fail(_request: httpx2.Request) -> None:
        if failures:
            raise failures.pop()

    street.wire.before = fail
    await _settle(street)
    assert len(street.facts("media.stored")) == 1


async def test_what_stays_unreachable_for_a_week_is_given_up(street: Street) -> None:
    _sends_file(street)

    def fail(_request: httpx2.Request) -> None:
        raise httpx2.ConnectError("down")

    street.wire.before = fail
    fetcher = street.fetcher()
    await fetcher.run_once()
    await fetcher.run_once()
    street.clock.advance(8 * DAY_US)
    await _settle(street, fetcher)
    assert len(street.facts("media.failed")) == 1


async def test_an_unknown_media_id_fails_at_once(street: Street) -> None:
    street.hears(kind="image", media=[{"provider_id": "999", "url": None, "sha256": None}])
    await _settle(street)
    assert len(street.facts("media.failed")) == 1


@pytest.mark.parametrize("is_renewed", [False, True])
async def test_an_expired_token_costs_no_file_that_the_provider_still_has(street: Street, is_renewed: bool) -> None:
    file = street.graph.keep_file(PNG, "image/png")
    announced = {"provider_id": file["id"], "url": f"{BASE_URL}/download/{file['id']}?expires=9", "sha256": None}
    street.hears(kind="image", media=[announced])
    token, street.graph._token = street.graph._token, "another"
    fetcher = street.fetcher()
    for _ in range(5):
        await fetcher.run_once()
    assert not street.facts("media.failed")
    assert len({each.key for each in street.facts("channel.reported")}) == 1
    street.graph._token = token if is_renewed else "another"
    street.clock.advance(DAY_US)
    for _ in range(5):
        await fetcher.run_once()
    assert len(street.facts("media.stored")) == is_renewed
    assert not street.facts("media.failed")


async def test_a_scan_may_refuse(street: Street) -> None:
    _sends_file(street)
    await _settle(street, street.fetcher(scan=lambda file: "A virus was found." if file.read(4) == PNG[:4] else None))
    (failed,) = street.facts("media.failed")
    assert failed.payload["reason"] == "A virus was found."


@pytest.mark.parametrize(
    "url",
    [
        "http://127.0.0.1/x",
        "https://[::1]/x",
        "https://169.254.169.254/latest/meta-data",
        "https://2130706433/x",
        "https://[::ffff:10.0.0.1]/x",
        "https://evil.test/x",
        "https://lookaside.fbsbx.com.evil.test/x",
        "https://lookaside.fbsbx.com@evil.test/x",
        "http://lookaside.fbsbx.com/x",
        "file:///etc/passwd",
        "gopher://lookaside.fbsbx.com/x",
        "not a url",
        "https://[oops",
    ],
)
async def test_no_wrong_host_is_asked_and_none_sees_the_token(street: Street, url: str) -> None:
    street.hears(kind="image", media=[{"provider_id": None, "url": url, "sha256": None}])
    await _settle(street)
    assert len(street.facts("media.failed")) == 1
    assert not street.wire.requests


@pytest.mark.parametrize(
    ("given", "clean"),
    [
        ("../../etc/passwd", "passwd"),
        ("C:\\temp\\a.doc", "a.doc"),
        ("CON", "document-CON"),
        ("a\x00b\u202egpj.exe", "abgpj.exe"),
        (None, "document.pdf"),
        ("..", "document.pdf"),
        ("x" * 300 + ".pdf", "x" * 116 + ".pdf"),
    ],
)
def test_file_names_are_safe_anywhere(given: str | None, clean: str) -> None:
    assert clean_name(given, "document", "application/pdf") == clean
