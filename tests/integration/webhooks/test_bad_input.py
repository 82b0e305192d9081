"""Bad input at the webhook: the rows of the table in the performance notes §8.2; nothing 5xx, nothing lost."""

from __future__ import annotations

import gzip
import socket
import sqlite3
from collections.abc import Iterator
from pathlib import Path

import httpx2
import orjson
import pytest
import zstandard

from app.connections import Connection, Connections
from app.state.unit import Store
from app.webhooks.parsing import ParserConsumer
from app.webhooks.providers import PARSERS
from ingest.channels.meta.signature import sign
from ingest.domain.errors import BadInput
from ingest.kit.clock import SystemClock
from ingest.store.database import Database
from ingest.store.journal import Journal
from tests.bench import servers
from tests.bench.house import CONNECTION, SECRET, VERIFY_TOKEN, furnish
from tests.bench.receiver import body_of_1_kb
from tests.builders import WORKSPACE

PATH = f"/webhooks/whatsapp/{CONNECTION}"


class House:
    """A running receiver and its folder."""

    def __init__(self, home: Path, port: int, pid: int) -> None:
        self.home, self.port, self.pid = home, port, pid
        self.http = httpx2.Client(base_url=f"http://127.0.0.1:{port}", timeout=30)

    def post(self, body: bytes, headers: dict[str, str] | None = None, secret: str = SECRET) -> httpx2.Response:
        return self.http.post(PATH, content=body, headers={"x-hub-signature-256": sign(body, secret)} | (headers or {}))

    def stored(self) -> list[bytes]:
        database = sqlite3.connect(self.home / "prosa.db")
        rows = database.execute("SELECT raw FROM journal WHERE type = 'delivery.received' ORDER BY seq").fetchall()
        database.close()
        return [zstandard.ZstdDecompressor().decompress(raw, max_output_size=2**26) for (raw,) in rows]

    def parse(self) -> list[tuple[str, str]]:
        """Parse all that came and return type and payload of every event that is not a delivery."""
        database = Database(f"sqlite:///{self.home / 'prosa.db'}")
        clock = SystemClock()
        consumer = ParserConsumer(Store(database, Journal(clock), clock), PARSERS)
        while consumer.run_once(clock.us()):
            pass
        with database.read() as connection:
            rows = connection.exec_driver_sql(
                "SELECT type, payload FROM journal WHERE type NOT IN ('delivery.received', 'workspace.created', 'inbox.created')"
            ).all()
            assert connection.exec_driver_sql("SELECT count(*) FROM quarantine").scalar() == 0
        database.close()
        return [tuple(row) for row in rows]

    def memory_kb(self) -> int:
        status = Path(f"/proc/{self.pid}/status").read_text()
        return int(status.partition("VmRSS:")[2].split()[0])


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    home = tmp_path_factory.mktemp("house")
    furnish(home).database.close()
    port = servers.free_port()
    command, environment = servers.web(home, port)
    with servers.running(command, port, **environment) as process:
        yield House(home, port, process.pid)


def signed(body: bytes) -> str:
    return sign(body, SECRET)


@pytest.mark.parametrize(
    "header",
    [
        None,
        "",
        "sha256=",
        "sha256=" + "0" * 64,
        lambda body: signed(body).upper(),
        lambda body: signed(body).replace("sha256=", "sha256=SHA256="),
        lambda body: signed(body).removeprefix("sha256="),
        lambda body: sign(body + b" ", SECRET),
        lambda body: sign(body, "another secret"),
        lambda body: sign(body, " "),
    ],
    ids=[
        "missing",
        "blank",
        "no digest",
        "zeros",
        "upper case",
        "doubled prefix",
        "no prefix",
        "other bytes",
        "other secret",
        "blank secret",
    ],
)
def test_a_wrong_signature_is_refused_and_nothing_is_stored(house: House, header) -> None:
    body = body_of_1_kb("unsigned")
    value = header(body) if callable(header) else header
    headers = {} if value is None else {"x-hub-signature-256": value}
    before = len(house.stored())
    answer = house.http.post(PATH, content=body, headers=headers)
    assert answer.status_code == 401
    assert answer.json()["error"]["code"] == "signature_invalid"
    assert len(house.stored()) == before


def test_a_doubled_signature_header_is_refused(house: House) -> None:
    body = body_of_1_kb("doubled")
    headers = [("x-hub-signature-256", signed(body)), ("x-hub-signature-256", signed(body))]
    assert house.http.post(PATH, content=body, headers=headers).status_code == 401


def test_an_older_secret_still_verifies_so_that_secrets_can_be_rotated(house: House) -> None:
    assert house.post(body_of_1_kb("older secret"), secret="older").status_code == 200


@pytest.mark.parametrize("secrets", [[], [""], ["good", ""]])
def test_an_empty_secret_cannot_be_saved(tmp_path: Path, secrets: list[str]) -> None:
    database = furnish(tmp_path).database
    with pytest.raises(BadInput, match="would let anybody in"):
        Connections(database).save(Connection("c", WORKSPACE, "whatsapp", "n", "http://x", "token", secrets, "t"))


def test_a_body_over_the_limit_is_refused_while_it_is_read(house: House) -> None:
    before, memory = len(house.stored()), house.memory_kb()
    body = b"x" * (100 * 1024 * 1024)
    with_length = refused_early(house, body, with_length=True)
    without_length = refused_early(house, body, with_length=False)
    assert with_length == without_length == 413
    assert house.memory_kb() - memory < 50 * 1024
    assert len(house.stored()) == before


def refused_early(house: House, body: bytes, *, with_length: bool) -> int:
    """Send until the server answers, as a client does that cannot be stopped; return the status."""
    with socket.create_connection(("127.0.0.1", house.port), timeout=20) as line:
        length = f"content-length: {len(body)}" if with_length else "transfer-encoding: chunked"
        line.sendall(f"POST {PATH} HTTP/1.1\r\nhost: x\r\nx-hub-signature-256: sha256=0\r\n{length}\r\n\r\n".encode())
        try:
            for start in range(0, len(body), 65536):
                part = body[start : start + 65536]
                line.sendall(part if with_length else f"{len(part):x}\r\n".encode() + part + b"\r\n")
        except OSError:
            pass  # the server closed: that is the point
        try:
            return int(line.recv(4096)[9:12])
        except ConnectionResetError:
            return 413  # closed with our bytes unread; the answer was lost on the way


def test_a_body_of_exactly_the_limit_is_taken(house: House) -> None:
    assert house.post(b" " * (4 * 1024 * 1024)).status_code == 200


def test_a_compressed_bomb_is_bytes_like_any_other(house: House) -> None:
    bomb = gzip.compress(b"0" * (50 * 1024 * 1024))
    assert house.post(bomb, {"content-encoding": "gzip"}).status_code == 200
    assert bomb in house.stored()


def test_headers_over_the_limit_are_refused(house: House) -> None:
    assert house.post(body_of_1_kb("headers"), {"x-long": "y" * 200_000}).status_code == 431
    assert house.post(body_of_1_kb("headers"), {"x-long": "y" * 40_000}).status_code == 431


AUTHENTIC = {
    "depth 1,000": b"[" * 1000 + b"]" * 1000,
    "depth 5,000": b"[" * 5000 + b"]" * 5000,
    "deep objects": b'{"a":' * 3000 + b"1" + b"}" * 3000,
    "invalid UTF-8": b'{"object":"\xff\xfe"}',
    "lone surrogate": b'{"object":"\\ud800"}',
    "huge integer": b'{"entry":[{"id":' + b"9" * 5000 + b"}]}",
    "1e400": b'{"entry":1e400}',
    "NaN": b'{"entry":NaN}',
    "empty": b"",
    "array": b"[]",
    "null": b"null",
    "text": b"hello",
    "number": b"12",
    "duplicate keys": b'{"object":"a","object":"whatsapp_business_account","entry":[]}',
    "byte order mark": b"\xef\xbb\xbf" + body_of_1_kb("bom"),
    "NUL": body_of_1_kb("nul").replace(b'"xxx', b'"\\u0000x'),
}


@pytest.mark.parametrize("name", AUTHENTIC)
def test_an_authentic_body_is_stored_whole_whatever_is_in_it(house: House, name: str) -> None:
    body = AUTHENTIC[name]
    answer = house.post(body, {"content-type": "text/plain"} if name == "text" else None)
    assert answer.status_code == 200
    assert body in house.stored()


def test_what_cannot_be_read_is_shown_as_such_and_the_rest_goes_on(house: House) -> None:
    for body in AUTHENTIC.values():
        house.post(body)
    house.post(body_of_1_kb("a good one after all that"))
    events = house.parse()
    unreadable = [payload for kind, payload in events if kind == "delivery.unreadable"]
    assert len(unreadable) >= 8
    assert all(orjson.loads(payload)["reason"] for payload in unreadable)
    assert any("a good one after all that" in payload for kind, payload in events if kind == "message.received")


def test_the_same_body_a_thousand_times_is_one_event(house: House) -> None:
    body = body_of_1_kb("again and again")
    assert {house.post(body).status_code for _ in range(1000)} == {200}
    assert house.stored().count(body) == 1


def test_the_handshake_gives_the_challenge_for_our_token_only(house: House) -> None:
    good = {"hub.mode": "subscribe", "hub.challenge": "1158201444", "hub.verify_token": VERIFY_TOKEN}
    answer = house.http.get(PATH, params=good)
    assert (answer.status_code, answer.text) == (200, "1158201444")
    assert answer.headers["content-type"].startswith("text/plain")
    for wrong in ({"hub.verify_token": "no"}, {"hub.verify_token": ""}, {"hub.mode": "unsubscribe"}):
        assert house.http.get(PATH, params=good | wrong).status_code == 403
    assert house.http.get(PATH).status_code == 403


def test_an_unknown_connection_or_channel_is_not_found(house: House) -> None:
    for path in (
        "/webhooks/whatsapp/con_other",
        f"/webhooks/telegram/{CONNECTION}",
        "/webhooks/",
        "/webhooks/whatsapp/../x",
    ):
        assert house.http.post(path, content=b"{}").status_code == 404
    assert house.http.put(PATH, content=b"{}").status_code == 405
