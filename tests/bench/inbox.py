"""How fast the inbox answers with a full house: list and open over real HTTP, against a constant answer of equal size.

Where Chromium is there, the same house is then served with its console, and a browser measures that too.
"""

from __future__ import annotations

import random
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import httpx2
from sqlalchemy import Connection, Table, func, select, update

from app.accounts.passwords import hash_password
from app.accounts.repository import put_password_hash, put_token
from app.accounts.sessions import TOKEN_PREFIX, hash_token
from app.state.unit import Store
from ingest.domain.event import Event
from ingest.kit.clock import DAY_US, SECOND_US, SystemClock
from ingest.store import live
from ingest.store.bulk import insert_rows
from ingest.store.consumers import PROJECTOR, move_cursor
from ingest.store.search import index_contacts, index_messages
from tests.bench import console
from tests.bench.house import furnish
from tests.bench.servers import free_port, running, web
from tests.builders import WORKSPACE

INBOXES = 6
AGENTS = 40
MESSAGES = 2
LONG, EVERY = 200, 4_000
"""One conversation in `EVERY` has `LONG` messages."""
TAGS = ("order", "vip", "delivery", "refund", "rare")
WORDS = [
    *("pedido", "entrega", "prazo", "troca", "cartão", "boleto", "obrigado", "olá", "endereço", "tamanho"),
    *("azul", "nota", "fiscal", "amanhã", "hoje", "cupom", "desconto"),
]
FIRST = ("Ana", "João", "Beatriz", "José", "Márcia")
LAST = ("Souza", "Araújo", "Lima", "Conceição")
TOKENS = (f"{TOKEN_PREFIX}of-a-supervisor", f"{TOKEN_PREFIX}of-an-agent")
PASSWORD = "a password of the bench"  # of a house that lives as long as the bench
ROUNDS = 40
MINUTE_US = 60 * SECOND_US
YEAR_US = 365 * DAY_US
_CHUNK = 20_000
_SEQS = LONG + 1
"""Places in the journal that a conversation takes."""


def main(conversations: int = 200_000) -> dict[str, Any]:
    """Fill a house, ask it, and return the figures."""
    with tempfile.TemporaryDirectory(prefix="prosa-bench-") as folder:
        home = Path(folder)
        store = furnish(home)
        began = time.perf_counter()
        ids = fill(store, conversations)
        filled_s = time.perf_counter() - began
        store.database.close()
        figures = measure(home, ids) | in_browser(home)
    return {"bench": "inbox", "conversations": conversations, "filled_s": round(filled_s, 1), **figures}


# --- the house -------------------------------------------------------------------------------------


def fill(store: Store, conversations: int) -> list[str]:
    """Write a year of conversations straight into the live tables; returns their ids."""
    rng, now = random.Random(7), SystemClock().us()
    with store.unit() as unit:
        unit.emit(*_people(now))
    for start in range(0, conversations, _CHUNK):
        numbers = range(start, min(start + _CHUNK, conversations))
        with store.database.write() as connection:
            _write(connection, _rows(rng, now - YEAR_US, YEAR_US // conversations, numbers))
    with store.database.write() as connection:
        _move_head(connection, conversations * _SEQS + 1_000)
        put_password_hash(connection, "per_0", hash_password(PASSWORD), now)
        for number, token in enumerate(TOKENS):
            put_token(
                connection,
                token_id=f"tok_{number}",
                token_hash=hash_token(token),
                person_id=f"per_{number}",
                name="bench",
                created_us=now,
            )
    return [f"cnv_{number:08}" for number in range(conversations)]


def _write(connection: Connection, rows: dict[Table, list[dict[str, Any]]]) -> None:
    for table, some in rows.items():
        empty = dict.fromkeys(table.columns.keys())
        insert_rows(connection, table, [empty | row for row in some])
    index_messages(connection, rows[live.message])
    index_contacts(connection, [row["contact_id"] for row in rows[live.contact]])


def _move_head(connection: Connection, seq: int) -> None:
    """Let the journal go on where the rows end, which came without events."""
    last = select(func.max(live.journal.c.seq)).scalar_subquery()
    connection.execute(update(live.journal).where(live.journal.c.seq == last).values(seq=seq))
    move_cursor(connection, PROJECTOR, seq)


def _people(now: int) -> Iterator[Event]:
    for number in range(INBOXES):
        payload = {"name": f"Inbox {number}", "external_id": str(number), "is_private": False}
        yield Event(
            workspace_id=WORKSPACE,
            type="inbox.created",
            key=f"i{number}",
            occurred_us=now,
            channel="whatsapp",
            inbox_id=f"inb_{number}",
            payload=payload,
        )
    for number in range(AGENTS):
        role = "supervisor" if number == 0 else "agent"
        payload = {
            "person_id": f"per_{number}",
            "name": f"Agent {number}",
            "email": f"{number}@example.test",
            "role": role,
        }
        yield Event(workspace_id=WORKSPACE, type="person.added", key=f"p{number}", occurred_us=now, payload=payload)
        member = {"person_id": f"per_{number}"}
        yield Event(
            workspace_id=WORKSPACE,
            type="inbox.member_added",
            key=f"m{number}",
            occurred_us=now,
            inbox_id=f"inb_{number % INBOXES}",
            payload=member,
        )


def _rows(rng: random.Random, since: int, step: int, numbers: range) -> dict[Table, list[dict[str, Any]]]:
    rows: dict[Table, list[dict[str, Any]]] = {
        live.contact: [],
        live.identity: [],
        live.conversation: [],
        live.conversation_tag: [],
        live.message: [],
    }
    for number in numbers:
        last = since + number * step
        status = rng.choices(("open", "snoozed", "resolved"), (15, 5, 80))[0]
        inbox_id, is_waiting = f"inb_{number % INBOXES}", status == "open" and rng.random() < 0.3
        contact_id, conversation_id = f"cnt_{number:08}", f"cnv_{number:08}"
        name = f"{rng.choice(FIRST)} {rng.choice(LAST)} {number}"
        rows[live.contact].append(
            {
                "contact_id": contact_id,
                "workspace_id": WORKSPACE,
                "customer_id": contact_id,
                "name": name,
                "username": None,
                "language": "pt",
                "first_seen_us": last,
                "last_seen_us": last,
            }
        )
        rows[live.identity].append(
            {
                "contact_id": contact_id,
                "workspace_id": WORKSPACE,
                "channel": "whatsapp",
                "kind": "phone",
                "address": f"5511{900000000 + number}",
                "is_proven": True,
            }
        )
        rows[live.message] += [
            _message(rng, number, conversation_id, contact_id, inbox_id, last, back)
            for back in reversed(range(LONG if number % EVERY == 0 else MESSAGES))
        ]
        rows[live.conversation].append(
            {
                "conversation_id": conversation_id,
                "workspace_id": WORKSPACE,
                "inbox_id": inbox_id,
                "contact_id": contact_id,
                "channel": "whatsapp",
                "status": status,
                "status_us": last,
                "set_status": status,
                "assignee_id": None if rng.random() < 0.3 else f"per_{rng.randrange(AGENTS)}",
                "opened_us": last,
                "last_message_us": last,
                "last_message_id": f"msg_{number:08}_0",
                "last_inbound_us": last,
                "last_outbound_us": last - MINUTE_US,
                "waiting_since_us": last if is_waiting else None,
                "unread_count": int(is_waiting),
                "preview": "Onde está o meu pedido?",
                "preview_kind": "text",
                "preview_direction": "inbound",
                "version": number + 1,
            }
        )
        if rng.random() < 0.4:
            tag = rng.choices(TAGS, (40, 10, 30, 19, 0.1))[0]
            rows[live.conversation_tag].append(
                {
                    "conversation_id": conversation_id,
                    "tag": tag,
                    "workspace_id": WORKSPACE,
                    "is_on": True,
                    "set_us": last,
                }
            )
    return rows


def _message(
    rng: random.Random, number: int, conversation_id: str, contact_id: str, inbox_id: str, last: int, back: int
) -> dict[str, Any]:
    is_inbound = back % 2 == 0
    message_id = f"msg_{number:08}_{back}"
    return {
        "message_id": message_id,
        "workspace_id": WORKSPACE,
        "conversation_id": conversation_id,
        "inbox_id": inbox_id,
        "contact_id": contact_id,
        "ref": message_id,
        "direction": "inbound" if is_inbound else "outbound",
        "kind": "text",
        "text": f"{' '.join(rng.choices(WORDS, k=9))} {rng.randrange(100_000)}",
        "text_us": -1,
        "media": "[]",
        "author_kind": "contact" if is_inbound else "agent",
        "author_id": None if is_inbound else "per_1",
        "at_us": last - back * MINUTE_US,
        "delivery_status": None if is_inbound else "read",
        "is_history": False,
        "seq": number * _SEQS + LONG - back + 1_000,
    }


# --- the questions ---------------------------------------------------------------------------------

LISTS = {
    "open": "",
    "oldest": "sort=oldest",
    "waiting_longest": "sort=waiting",
    "mine": "tab=mine",
    "mine_any": "tab=mine&status=any",
    "unassigned": "tab=unassigned",
    "unassigned_resolved": "tab=unassigned&status=resolved",
    "any": "status=any",
    "inbox": "inbox_id=inb_3&status=any",
    "unread": "unread=true",
    "unread_resolved": "unread=true&status=resolved",
    "waiting": "waiting=true",
    "waiting_any": "waiting=true&status=any",
    "tag_common": "tag=order&status=any",
    "tag_rare": "tag=rare&status=any",
    "somebody": "assignee_id=per_7",
    "hundred": "limit=100",
    "search_words": "q=pedido+amanha&status=any",
    "search_name": "q=conceicao+199&status=any",
    "search_number": "q=900012&status=any",
    "search_common": "q=pe&status=any",
    "search_none": "q=zzzyx&status=any",
    "page_deep": "status=any",
}


def measure(home: Path, ids: list[str]) -> dict[str, Any]:
    """Ask over HTTP, one question after another, and return the figures."""
    port, bare_port, rng = free_port(), free_port(), random.Random(3)
    command, environment = web(home, port)
    with running(command, port, **environment):
        lists = {
            f"{name}_{who}": _times(_lister(port, name, query, token))
            for name, query in LISTS.items()
            for who, token in zip(("supervisor", "agent"), TOKENS, strict=True)
        }
        opens = _times(_opener(port, lambda: rng.choice(ids)), ROUNDS * 5)
        long_opens = _times(_opener(port, lambda: rng.choice(ids[::EVERY])), ROUNDS)
        size = len(_client(port, TOKENS[0]).get("/api/conversations").content)
    with running([sys.executable, "-m", "tests.bench.inbox", "--bare", str(bare_port), str(size)], bare_port):
        bare_times = _times(_getter(_client(bare_port, ""), lambda: "/"), ROUNDS * 5)
    every = [each for times in lists.values() for each in times]
    slowest = sorted(((_p(times, 0.95), name) for name, times in lists.items()), reverse=True)[:8]
    return {
        "list_p50_ms": _p(every, 0.5),
        "list_p95_ms": _p(every, 0.95),
        "open_p50_ms": _p(opens, 0.5),
        "open_p95_ms": _p(opens, 0.95),
        "open_long_p95_ms": _p(long_opens, 0.95),
        "bare_p50_ms": _p(bare_times, 0.5),
        "ratio_to_bare": round(_p(every, 0.5) / _p(bare_times, 0.5), 1),
        "slowest_lists_p95_ms": {name: ms for ms, name in slowest},
    }


def in_browser(home: Path) -> dict[str, Any]:
    """Serve the house with its console and return what a browser sees of it; nothing without Chromium."""
    if not console.CHROMIUM.exists():
        return {}
    port = free_port()
    _, environment = web(home, port)
    with running([sys.executable, "-m", "app.web"], port, **environment):
        return console.measure(f"http://127.0.0.1:{port}", "0@example.test", PASSWORD, ROUNDS)


def _lister(port: int, name: str, query: str, token: str) -> Callable[[], float]:
    client = _client(port, token)
    if not name.startswith("page_"):
        return _getter(client, lambda: f"/api/conversations?{query}")
    cursors = [""]

    def turn() -> float:
        path = (
            f"/api/conversations?{query}&limit=100&cursor={cursors[-1]}"
            if cursors[-1]
            else f"/api/conversations?{query}&limit=100"
        )
        began = time.perf_counter()
        answer = client.get(path)
        took = time.perf_counter() - began
        cursors.append(answer.raise_for_status().json()["next_cursor"] or "")
        return took * 1000

    return turn


def _opener(port: int, which: Callable[[], str]) -> Callable[[], float]:
    """Return what opens a conversation as the console does: the conversation, then its thread."""
    client = _client(port, TOKENS[0])

    def turn() -> float:
        conversation_id = which()
        began = time.perf_counter()
        client.get(f"/api/conversations/{conversation_id}").raise_for_status()
        client.get(f"/api/conversations/{conversation_id}/thread").raise_for_status()
        return (time.perf_counter() - began) * 1000

    return turn


def _getter(client: httpx2.Client, path: Callable[[], str]) -> Callable[[], float]:
    def get() -> float:
        began = time.perf_counter()
        client.get(path()).raise_for_status()
        return (time.perf_counter() - began) * 1000

    return get


def _client(port: int, token: str) -> httpx2.Client:
    return httpx2.Client(
        base_url=f"http://127.0.0.1:{port}",
        headers={"Authorization": f"Bearer {token or None}"},
        trust_env=False,
        timeout=60,
    )


def _times(turn: Callable[[], float], rounds: int = ROUNDS) -> list[float]:
    turn()
    turn()
    return [turn() for _ in range(rounds)]


def _p(times: list[float], share: float) -> float:
    return round(sorted(times)[min(len(times) - 1, int(len(times) * share))], 2)


# --- the baseline ----------------------------------------------------------------------------------


def bare(port: int, size: int) -> None:
    """Serve one constant JSON answer of this size by FastAPI."""
    import uvicorn
    from fastapi import FastAPI

    app, answer = FastAPI(), {"constant": "x" * max(0, size - 15)}
    app.get("/")(lambda: answer)
    uvicorn.run(
        app, host="127.0.0.1", port=port, loop="uvloop", http="httptools", log_level="warning", access_log=False
    )


if __name__ == "__main__":
    if sys.argv[1:2] == ["--bare"]:
        bare(int(sys.argv[2]), int(sys.argv[3]))
    else:
        print(main(int(sys.argv[1]) if len(sys.argv) > 1 else 200_000))
