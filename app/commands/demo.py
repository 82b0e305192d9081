"""`prosa demo`: a furnished shop with a year behind it, then life goes on."""

from __future__ import annotations

import io
import subprocess
import time
from collections.abc import Callable, Iterator
from functools import lru_cache
from ipaddress import ip_address

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

from app.access import Role
from app.accounts.repository import put_password_hash
from app.accounts.service import add_person, create_workspace
from app.bootstrap import build
from app.commands.serve import processes
from app.context import Context
from app.log import configure
from app.supervisor import Supervisor, only_one, python
from app.webhooks.connections import Connection, Connections
from ingest.channels.simulator.files import sample_file
from ingest.channels.simulator.history import history
from ingest.channels.simulator.people import CHANNEL, Door, People
from ingest.domain.errors import BadInput
from ingest.domain.event import Event
from ingest.kit.clock import DAY_US
from ingest.kit.ids import stable_id
from ingest.settings import Settings
from ingest.store.live import workspace
from ingest.store.media import MediaStore, Stored
from ingest.store.migrate import migrate

PASSWORD = "welcome to aurora"  # noqa: S105  # of made-up people, on loopback only
ADMINISTRATOR = "admin@aurora.example"
_WATCHERS: tuple[tuple[str, str, Role], ...] = (
    (ADMINISTRATOR, "Alex Duarte", "administrator"),
    ("marketing@aurora.example", "Marta Reis", "marketer"),
    ("analyst@aurora.example", "Ana Lytic", "analyst"),
)
PER_DAY = 15.0
"""Conversations on an average weekday: a year of them loads in under a minute on two cores."""

_console = Console()


def demo(settings: Settings, *, days: int, seed: int, is_live: bool) -> None:
    """Furnish the data folder if it is empty, then serve; Ctrl-C ends it, the next start goes on from there."""
    if not _is_loopback(settings.host):
        raise BadInput(
            "The demo's passwords are known to everybody, so it serves this machine only: leave PROSA_HOST alone."
        )
    configure(settings)
    with only_one(settings.home):
        context = build(settings)
        migrate(context.store.database)
        if _is_empty(context):
            _furnish(context, days, seed)
        _require_demo(context)
        context.store.database.close()
        _greet(settings)
        Supervisor(processes() | ({"simulator": python("app.demo_world", str(seed))} if is_live else {})).run()


def simulator_port(settings: Settings) -> int:
    """Return the port of the simulated provider: the one beside ours."""
    return settings.port + 1


def connection_of(workspace_id: str, door: Door, port: int) -> Connection:
    """Return how the simulated provider is reached for one number; its secrets are as made up as itself."""
    connection_id = stable_id("con", workspace_id, CHANNEL, door.handle)
    return Connection(
        connection_id=connection_id,
        workspace_id=workspace_id,
        channel=CHANNEL,
        name=f"{door.name} (simulated)",
        base_url=f"http://127.0.0.1:{port}/{door.handle}/v25.0",
        verify_token=stable_id("verify", connection_id),
        secrets=[stable_id("secret", connection_id)],
        access_token=stable_id("token", connection_id),
    )


def _furnish(context: Context, days: int, seed: int) -> None:
    people, started = People(), time.monotonic()
    workspace_id = create_workspace(
        context.store, context.ids, context.clock, people.name, people.timezone, people.country
    )
    with _progress() as progress:
        events = _remember(context, workspace_id, people, days, seed, progress)
        landing = subprocess.Popen(python("pipelines", "run"), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)  # noqa: S603
        _fold(context, events, progress)
        _open_doors(context, workspace_id, people)
        _let_in(context, workspace_id, people)
        task = progress.add_task("Deriving the marts", total=None)
        landing.wait()
        progress.update(task, total=1, completed=1)
    _console.print(f"{events:,} events of {days} days are in the store after {time.monotonic() - started:.0f} s.")


def _remember(context: Context, workspace_id: str, people: People, days: int, seed: int, progress: Progress) -> int:
    """Append the past, a few days a transaction."""
    now = context.clock.us()
    task = progress.add_task(f"Writing {days} days of history", total=days)
    count, batch, media = 0, list[Event](), MediaStore(context.settings.media)
    keep = lru_cache(maxsize=None)(lambda content: media.put(io.BytesIO(content)))  # a flush each, and few files
    for number, day in enumerate(history(seed, workspace_id, now - days * DAY_US, now, PER_DAY, people), start=1):
        batch.extend(day)
        batch.extend(stored for event in day for stored in _files_of(event, keep))
        if len(batch) >= 5_000 or number >= days:
            with context.store.database.write() as connection:
                count += len(context.store.journal.append(connection, batch))
            batch.clear()
            progress.update(task, completed=number)
    if batch:
        with context.store.database.write() as connection:
            count += len(context.store.journal.append(connection, batch))
    progress.update(task, completed=days)
    return count


def _files_of(event: Event, keep: Callable[[bytes], Stored]) -> Iterator[Event]:
    """Yield that the files of a message were fetched at the time, and lay them down."""
    if event.type != "message.received":
        return
    for index, _file in enumerate(event.payload.get("media") or ()):
        made = sample_file(event.payload["kind"], int(event.payload["message_id"][-6:], 16))
        if made is None:
            continue
        content, mime, name = made
        stored = keep(content)
        yield Event(
            workspace_id=event.workspace_id,
            type="media.stored",
            key=f"media:{event.payload['message_id']}:{index}",
            occurred_us=event.recorded_us,
            recorded_us=event.recorded_us,
            channel=event.channel,
            inbox_id=event.inbox_id,
            payload={
                "message_id": event.payload["message_id"],
                "index": index,
                "sha256": stored.sha256,
                "size": stored.size,
                "mime": mime,
                "filename": name,
            },
        )


def _fold(context: Context, total: int, progress: Progress) -> None:
    task = progress.add_task("Folding the inbox", total=total)
    while count := context.store.catch_up():
        progress.advance(task, count)


def _open_doors(context: Context, workspace_id: str, people: People) -> None:
    """Connect every number to its own simulated provider."""
    connections = Connections(context.store.database)
    with context.store.unit() as unit:
        for door in people.doors:
            given = connection_of(workspace_id, door, simulator_port(context.settings))
            unit.emit(
                Event(
                    workspace_id=workspace_id,
                    type="inbox.created",
                    key=f"inbox.created:{door.handle}:connected",
                    occurred_us=context.clock.us(),
                    channel=CHANNEL,
                    inbox_id=door.inbox_id(workspace_id),
                    payload={
                        "name": door.name,
                        "external_id": door.number.phone_number_id,
                        "connection_id": given.connection_id,
                        "is_private": door.is_private,
                        "address": f"+{door.number.display_phone_number}",
                    },
                )
            )
    for door in people.doors:
        connections.save(connection_of(workspace_id, door, simulator_port(context.settings)))


def _let_in(context: Context, workspace_id: str, people: People) -> None:
    """Give everybody of the shop the demo's password, and add an administrator, a marketer and an analyst."""
    from app.accounts.passwords import hash_password

    hashed, now = hash_password(PASSWORD), context.clock.us()  # one hash for all: twelve would cost a second
    with context.store.database.write() as connection:
        for agent in people.agents:
            put_password_hash(connection, agent.person_id(workspace_id), hashed, now)
    for email, name, role in _WATCHERS:
        add_person(
            context.store,
            context.ids,
            context.clock,
            workspace_id,
            email=email,
            name=name,
            role=role,
            password=PASSWORD,
        )


def _greet(settings: Settings) -> None:
    _console.print(
        f"\n[bold]http://{settings.host}:{settings.port}[/bold]   (ready in a few seconds; Ctrl-C ends it)\n"
    )
    _console.print(f"Sign in as     {ADMINISTRATOR}          everything but the private inbox")
    _console.print("               helena@aurora.example         supervisor")
    _console.print("               bruno@aurora.example          agent in Sales")
    _console.print("               analyst@aurora.example        reports and SQL")
    _console.print(f"Password       {PASSWORD}\n")


def _progress() -> Progress:
    return Progress(
        SpinnerColumn(),
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
        console=_console,
    )


def _is_empty(context: Context) -> bool:
    with context.store.read() as connection:
        return context.store.journal.head(connection) == 0


def _require_demo(context: Context) -> None:
    with context.store.read() as connection:
        names = [row.name for row in connection.execute(workspace.select())]
    if People().name not in names:
        home = context.settings.home
        raise BadInput(
            f"{home} holds a business of its own; show the demo in another folder: PROSA_HOME=var-demo ./prosa demo"
        )


def _is_loopback(host: str) -> bool:
    return host == "localhost" or ip_address(host).is_loopback
