"""`prosa demo`: a furnished shop with a year behind it, then life goes on."""

from __future__ import annotations

import subprocess
import time
from ipaddress import ip_address

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, SpinnerColumn, TextColumn, TimeElapsedColumn
from sqlalchemy import select

from app.access import Role
from app.accounts.repository import put_password_hash
from app.accounts.service import add_person, create_workspace
from app.commands.house import opened
from app.commands.serve import processes
from app.connections import Connections
from app.context import Context
from app.log import configure
from app.supervisor import Supervisor, background, child, only_one
from ingest.channels.base import Connection
from ingest.channels.simulator import wire
from ingest.channels.simulator.people import Door, People
from ingest.domain.errors import BadInput, ProsaError
from ingest.settings import Settings
from ingest.store.home import make_home
from ingest.store.live import person, workspace

PASSWORD = "welcome to aurora"  # noqa: S105  # of made-up people, on loopback only
ADMINISTRATOR = "admin@aurora.example"
_WATCHERS: tuple[tuple[str, str, Role], ...] = (
    (ADMINISTRATOR, "Alex Duarte", "administrator"),
    ("marketing@aurora.example", "Marta Reis", "marketer"),
    ("analyst@aurora.example", "Ana Lytic", "analyst"),
)
_TURN_S = 0.11
"""A writer that waits for SQLite's lock looks ten times a second; between two batches of the fold it gets its turn."""
_BATCH = 4_000
"""Nobody else waits for the lock yet; four times the usual batch folds a seventh faster."""

_console = Console()


def demo(settings: Settings, *, days: int, seed: int, is_live: bool) -> None:
    """Furnish the data folder if it is empty, then serve; Ctrl-C ends it, the next start goes on from there."""
    if not _is_loopback(settings.host):
        raise BadInput(
            "The demo's passwords are known to everybody, so it serves this machine only: leave PROSA_HOST alone."
        )
    configure(settings)
    make_home(settings)
    with only_one(settings.home) as lock:
        context = opened(settings, may_begin=True)
        if _is_empty(context):
            _furnish(context, days, seed, lock)
        workspace_id = _require_demo(context)
        _open_doors(context, workspace_id)
        context.store.database.close()
        _greet(settings)
        world = {"simulator": background("app.demo_world", str(seed))} if is_live else {}
        Supervisor(processes() | world, lock).run()


def simulator_port(settings: Settings) -> int:
    """Return the port of the simulated providers: the one beside ours."""
    return settings.port + 1


def addresses(settings: Settings) -> wire.Addresses:
    """Return where we are, and where the simulated providers and their mail server are: on the two ports beside."""
    port = simulator_port(settings)
    return wire.Addresses(f"http://{settings.host}:{settings.port}", f"http://127.0.0.1:{port}", port + 1)


def doors(settings: Settings, workspace_id: str) -> list[tuple[Door, Connection]]:
    """Return every door of the shop with its connection, whose secrets are as made up as its provider."""
    return list(wire.connections(workspace_id, People().doors, addresses(settings)))


def _furnish(context: Context, days: int, seed: int, lock: int) -> None:
    people, started = People(), time.monotonic()
    workspace_id = create_workspace(
        context.store, context.ids, context.clock, people.name, people.timezone, people.country
    )
    with _progress() as progress:
        deriving = _remember(context, progress, lock, workspace_id, str(days), str(seed))
        _let_in(context, workspace_id, people)
        task = progress.add_task("Deriving the marts", total=None)
        deriving.wait()
        progress.update(task, total=1, completed=1)
    with context.store.read() as connection:
        events = context.store.journal.head(connection)
    _console.print(f"{events:,} events of {days} days are in the store after {time.monotonic() - started:.0f} s.")


def _remember(context: Context, progress: Progress, lock: int, *wanted: str) -> subprocess.Popen[bytes]:
    """Let the past be written by one process, fold it in this one, and return the process that derives from it."""
    task = progress.add_task("Writing the history and folding it", total=None)

    def folded() -> int:
        count = context.store.catch_up(_BATCH)
        progress.advance(task, count)
        return count

    writing = _started(lock, "app.demo_past", *wanted)
    while writing.poll() is None:
        folded()
        time.sleep(_TURN_S)
    if writing.returncode:
        raise ProsaError(f"The history could not be written; {context.settings.home} holds a part of it: remove it.")
    deriving = _started(lock, "pipelines", "run")
    while folded():
        pass
    return deriving


def _started(lock: int, *arguments: str) -> subprocess.Popen[bytes]:
    return subprocess.Popen(child(*arguments), stdout=subprocess.DEVNULL, pass_fds=(lock,))  # noqa: S603


def _open_doors(context: Context, workspace_id: str) -> None:
    """Connect every door to its simulated provider; one that was changed since stays as it is."""
    known = Connections(context.store.database)
    for _, connection in doors(context.settings, workspace_id):
        if known.get(connection.connection_id) is None:
            known.save(connection)


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
    _console.print(f"Be a customer  http://{settings.host}:{settings.port}/shop   the shop's site, with a live chat")
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


def _require_demo(context: Context) -> str:
    """Return the shop's workspace; raises BadInput for a folder that holds no whole demo."""
    home = context.settings.home
    with context.store.read() as connection:
        rows = connection.execute(select(workspace.c.name, workspace.c.workspace_id))
        found = {row.name: row.workspace_id for row in rows}
        is_whole = connection.execute(select(person.c.email).where(person.c.email == ADMINISTRATOR)).first()
    if People().name not in found:
        raise BadInput(
            f"{home} holds a business of its own; show the demo in another folder: PROSA_HOME=var-demo ./prosa demo"
        )
    if not is_whole:
        raise BadInput(f"{home} holds half a demo, ended while its history was written: remove it and start again.")
    return str(found[People().name])


def _is_loopback(host: str) -> bool:
    return host == "localhost" or ip_address(host).is_loopback
