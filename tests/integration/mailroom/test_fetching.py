"""Mail that a provider only tells of: fetched once, whatever breaks; shown without its text for as long as it must be."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import httpx2
import orjson
import pytest
from sqlalchemy import select

from app.errands import Errands
from app.mailroom.fetching import MailFetcher
from app.outbox.gateways import Gateways
from app.outbox.media_fetcher import MediaFetcher
from app.state.unit import Store
from app.webhooks.parsing import ParserConsumer
from ingest.channels.base import Connection
from ingest.channels.email.parse import parse
from ingest.channels.simulator.mail_keepers import SimulatedResend, SimulatedS3
from ingest.channels.simulator.mailbox import a_mail, an_answer
from ingest.domain.delivery import body_of, delivery_of
from ingest.domain.event import Event
from ingest.kit.clock import DAY_US, HOUR_US, SECOND_US, FixedClock
from ingest.store.database import Database
from ingest.store.journal import Journal
from ingest.store.live import attachment, channel_notice, conversation, identity, message
from ingest.store.media import MediaStore
from tests import builders
from tests.integration.mailroom.room import ANA, US, a_connection

KEY = "re_key"
PDF = b"%PDF-1.7\n%%EOF\n"
MAIL = a_mail(
    f"Ana <{ANA}>", US, "Opening", "Is it open?", at_us=builders.T0, files=[("a.pdf", "application/pdf", PDF)]
)


class Wire(httpx2.AsyncBaseTransport):
    """The way to the keeper; `before` may cut it."""

    def __init__(self, app: Any) -> None:
        self._inner = httpx2.ASGITransport(app)
        self.before: Callable[[httpx2.Request], None] = lambda request: None

    async def handle_async_request(self, request: httpx2.Request) -> httpx2.Response:
        self.before(request)
        return await self._inner.handle_async_request(request)


class Post:
    """A house whose mailbox is at a provider that tells of mail and keeps it."""

    def __init__(self, store: Store, clock: FixedClock, app: Any, folder: Path, **settings: Any) -> None:
        self.store, self.clock = store, clock
        self.wire = Wire(app)
        self.http = httpx2.AsyncClient(transport=self.wire)
        self.media = MediaStore(folder / "media")
        self._parser = ParserConsumer(store, {"email": parse})
        self.set(**settings)

    def set(self, **settings: Any) -> None:
        given = a_connection(**settings)
        self.connection = Connection(**{**{n: getattr(given, n) for n in given.__slots__}, "base_url": "http://keeper"})

    def fetcher(self) -> MailFetcher:
        return MailFetcher(self.store, lambda: [self.connection], self.http)

    def is_told(self, body: bytes) -> None:
        """Let the provider's webhook come in."""
        with self.store.unit() as unit:
            unit.emit(delivery_of(self.connection, body, "application/json", self.clock.us()))
        self.reads()

    def reads(self) -> None:
        """Parse what came in, and fold it."""
        while self._parser.run_once(self.clock.us()) + self.store.catch_up():
            pass

    async def fetches(self, fetcher: MailFetcher | None = None, rounds: int = 6, pause_us: int = 0) -> MailFetcher:
        fetcher = fetcher or self.fetcher()
        await self._run(fetcher, rounds, pause_us)
        self.reads()
        return fetcher

    async def keeps_files(self) -> None:
        await self._run(MediaFetcher(self.store, Gateways(self.http), self.media), 6, 0)

    async def _run(self, errands: Errands[Any], rounds: int, pause_us: int) -> None:
        for _ in range(rounds):
            await errands.run_once()
            self.clock.advance(pause_us)
        await errands.drain()

    def rows(self, table: Any) -> list[dict[str, Any]]:
        with self.store.read() as sql:
            return [dict(each) for each in sql.execute(select(table)).mappings()]

    def facts(self, *types: str) -> list[Event]:
        with self.store.read() as sql:
            return self.store.journal.after(sql, 0, 1_000, types, with_raw=True)


@pytest.fixture
def resend() -> SimulatedResend:
    return SimulatedResend(KEY)


@pytest.fixture
def post(database: Database, journal: Journal, clock: FixedClock, resend: SimulatedResend, tmp_path: Path) -> Post:
    store = Store(database, journal, clock)
    return Post(store, clock, resend.app, tmp_path, provider="resend", provider_key=KEY)


async def test_a_mail_that_was_only_told_of_arrives_with_text_and_files(post: Post, resend: SimulatedResend) -> None:
    post.is_told(resend.takes(MAIL))
    assert post.rows(message) == [], "nothing is shown that has no text, while it is on its way"
    await post.fetches()
    await post.keeps_files()
    (row,), (file,) = post.rows(message), post.rows(attachment)
    assert (row["kind"], row["text"]) == ("text", "Is it open?")
    assert post.media.path(file["sha256"]).read_bytes() == PDF
    _, fetched = post.facts("delivery.received")
    assert body_of(fetched) == MAIL
    assert fetched.cause_id == post.facts("delivery.announced")[0].event_id


async def test_an_answer_to_what_was_fetched_is_in_its_thread(post: Post, resend: SimulatedResend) -> None:
    post.is_told(resend.takes(MAIL))
    await post.fetches()
    post.is_told(resend.takes(an_answer(MAIL, ANA, "Hello?", at_us=builders.T0 + SECOND_US)))
    await post.fetches()
    assert len(post.rows(conversation)) == 1
    assert sorted(each["text"] for each in post.rows(message)) == ["Hello?", "Is it open?"]


async def test_told_twice_and_fetched_twice_is_once(post: Post, resend: SimulatedResend) -> None:
    body = resend.takes(MAIL)
    post.is_told(body)
    post.is_told(body + b" ")
    await post.fetches()
    calls = len(resend.calls)
    await post.fetches(post.fetcher())
    assert (len(post.rows(message)), len(resend.calls)) == (1, calls)


async def test_killed_between_fetch_and_append_it_is_fetched_again(
    post: Post, resend: SimulatedResend, monkeypatch: pytest.MonkeyPatch
) -> None:
    post.is_told(resend.takes(MAIL))
    fetcher = post.fetcher()
    monkeypatch.setattr(fetcher, "_emit", _killed)
    with pytest.raises(KeyboardInterrupt):
        await post.fetches(fetcher)
    assert len(resend.calls) == 2
    await post.fetches(post.fetcher())
    assert [each["text"] for each in post.rows(message)] == ["Is it open?"]
    assert len(resend.calls) == 4


def _killed(*_: object) -> None:
    raise KeyboardInterrupt


async def test_without_a_key_it_is_shown_and_says_what_to_set_and_with_one_it_is_filled(
    post: Post, resend: SimulatedResend
) -> None:
    post.set(provider="resend")
    answer = an_answer(MAIL, ANA, "Hello?", at_us=builders.T0)  # its thread is known by its headers alone
    post.is_told(resend.takes(answer))
    fetcher = await post.fetches()
    (row,), (notice,) = post.rows(message), post.rows(channel_notice)
    content = orjson.loads(row["content"])
    assert (row["kind"], row["text"], content["problem"]) == ("placeholder", None, "no_key")
    assert content["subject"] == "Re: Opening"
    assert "set an API key" in notice["title"]
    assert not resend.calls
    post.set(provider="resend", provider_key=KEY)
    post.clock.advance(60 * SECOND_US)
    await post.fetches(fetcher)
    (filled,) = post.rows(message)
    assert (filled["kind"], filled["text"]) == ("text", "Hello?")
    assert filled["conversation_id"] == row["conversation_id"]
    (thread,) = post.rows(conversation)
    assert (thread["preview"], thread["unread_count"]) == ("Hello?", 1)


@pytest.mark.parametrize("has_id", [True, False])
async def test_a_restart_knows_what_was_shown_and_a_rebuild_ends_the_same(
    post: Post, resend: SimulatedResend, has_id: bool
) -> None:
    post.set(provider="resend")
    nameless = b"\r\n".join(each for each in MAIL.split(b"\r\n") if has_id or not each.startswith(b"Message-ID"))
    post.is_told(resend.takes(nameless))
    await post.fetches()
    post.set(provider="resend", provider_key=KEY)
    await post.fetches(post.fetcher())
    (row,) = post.rows(message)
    assert row["text"] == "Is it open?"
    tables = (message, conversation, identity)
    before = [post.rows(table) for table in tables]
    post.store.rebuild()
    assert [post.rows(table) for table in tables] == before


async def test_a_key_that_is_refused_is_said_once_a_day_and_tried_again(post: Post, resend: SimulatedResend) -> None:
    post.set(provider="resend", provider_key="re_old")
    post.is_told(resend.takes(MAIL))
    post.is_told(resend.takes(a_mail(ANA, US, "Invoice", "Where is it?")))
    fetcher = await post.fetches()
    assert [each["severity"] for each in post.rows(channel_notice)] == ["warning"]
    assert "refuses the key" in post.rows(channel_notice)[0]["title"]
    post.set(provider="resend", provider_key=KEY)
    await post.fetches(fetcher, pause_us=HOUR_US)
    assert {each["text"] for each in post.rows(message)} == {"Is it open?", "Where is it?"}


async def test_many_that_wait_for_a_key_do_not_hide_the_next(post: Post, resend: SimulatedResend) -> None:
    post.set(provider="resend")
    fetcher = post.fetcher()
    assert fetcher.most > 30 * 500, "a month of a busy mailbox"
    for number in range(12):
        post.is_told(resend.takes(a_mail(ANA, US, f"mail {number}", "text")))
        await post.fetches(fetcher, rounds=2)
    assert len(post.rows(message)) == 12


async def test_a_provider_that_is_down_is_asked_again_without_a_word(post: Post, resend: SimulatedResend) -> None:
    post.is_told(resend.takes(MAIL))
    resend.status = 503
    fetcher = await post.fetches(pause_us=SECOND_US)
    assert post.rows(message) == post.rows(channel_notice) == []
    resend.status = 200
    await post.fetches(fetcher, pause_us=60 * SECOND_US)
    assert [each["text"] for each in post.rows(message)] == ["Is it open?"]


async def test_what_stays_away_for_long_is_shown_and_still_tried(post: Post, resend: SimulatedResend) -> None:
    post.is_told(resend.takes(MAIL))
    resend.status = 503
    fetcher = await post.fetches(pause_us=200 * SECOND_US)
    assert [each["kind"] for each in post.rows(message)] == ["placeholder"]
    resend.status = 200
    await post.fetches(fetcher, pause_us=HOUR_US)
    assert [each["kind"] for each in post.rows(message)] == ["text"]


@pytest.mark.parametrize("problem", ["gone", "a month"])
async def test_what_will_never_come_is_given_up(post: Post, resend: SimulatedResend, problem: str) -> None:
    post.is_told(resend.takes(MAIL))
    if problem == "gone":
        resend.mails.clear()
    else:
        resend.status = 503
        post.clock.advance(31 * DAY_US)
    fetcher = await post.fetches()
    assert [each["kind"] for each in post.rows(message)] == ["placeholder"]
    assert not fetcher._waiting


@pytest.mark.parametrize(
    "url", ["http://127.0.0.1/x", "https://169.254.169.254/latest", "https://[::1]/x", "file:///x"]
)
async def test_no_address_inside_the_house_is_asked(post: Post, resend: SimulatedResend, url: str) -> None:
    asked: list[str] = []

    def answer(request: httpx2.Request) -> httpx2.Response:
        asked.append(str(request.url))
        return httpx2.Response(200, json={"raw": {"download_url": url}})

    post.http = httpx2.AsyncClient(transport=httpx2.MockTransport(answer))
    post.is_told(resend.takes(MAIL))
    await post.fetches()
    assert [each["kind"] for each in post.rows(message)] == ["placeholder"]
    assert len(asked) == 1


# --- Amazon ------------------------------------------------------------------------------------------


@pytest.fixture
def s3(clock: FixedClock) -> SimulatedS3:
    return SimulatedS3("AKIA1", "s3/secret", clock=clock)


@pytest.fixture
def amazon(database: Database, journal: Journal, clock: FixedClock, s3: SimulatedS3, tmp_path: Path) -> Post:
    store = Store(database, journal, clock)
    return Post(store, clock, s3.app, tmp_path, provider="ses", provider_key="AKIA1:s3/secret")


@pytest.mark.parametrize("dmarc", ["PASS", "FAIL"])
async def test_a_mail_in_s3_is_fetched_and_as_proven_as_amazon_says(amazon: Post, s3: SimulatedS3, dmarc: str) -> None:
    amazon.is_told(s3.takes(MAIL, dmarc=dmarc))
    await amazon.fetches()
    (row,), (known,) = amazon.rows(message), amazon.rows(identity)
    assert (row["text"], known["is_proven"]) == ("Is it open?", dmarc == "PASS")


async def test_a_wrong_secret_is_a_key_that_is_refused(amazon: Post, s3: SimulatedS3) -> None:
    amazon.set(provider="ses", provider_key="AKIA1:wrong")
    amazon.is_told(s3.takes(MAIL))
    await amazon.fetches()
    assert "refuses the key" in amazon.rows(channel_notice)[0]["title"]


async def test_a_bucket_elsewhere_is_asked_in_its_region(amazon: Post, s3: SimulatedS3) -> None:
    body = s3.takes(MAIL).replace(b"sns:eu-west-1", b"sns:us-east-1")
    amazon.set(provider="ses", provider_key="AKIA1:s3/secret", s3_region="eu-west-1")
    amazon.is_told(body)
    await amazon.fetches()
    assert [each["text"] for each in amazon.rows(message)] == ["Is it open?"]


async def test_a_mail_of_which_nobody_says_where_it_lies_is_shown(amazon: Post, s3: SimulatedS3) -> None:
    amazon.is_told(s3.takes(MAIL).replace(b"bucketName", b"whatever"))
    await amazon.fetches()
    (row,) = amazon.rows(message)
    assert orjson.loads(row["content"])["problem"] == "media_nowhere"
    assert not s3.calls
