"""`prosa`: one command line. Every command imports what it needs when it runs, so `--help` stays fast."""

from __future__ import annotations

import sys
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from ingest.settings import Settings

app = typer.Typer(
    help="Prosa, a conversation warehouse: every message of every channel, kept, answered and counted.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)
import_app = typer.Typer(help="Bring conversations from elsewhere into the log.", no_args_is_help=True)
pipelines_app = typer.Typer(help="Derive the marts from the lake.", no_args_is_help=True)
bench_app = typer.Typer(help="Measure; each ends with one line of JSON.", no_args_is_help=True)
user_app = typer.Typer(help="People who may sign in.", no_args_is_help=True)
channels_app = typer.Typer(help="Connections to providers.", no_args_is_help=True)
live_app = typer.Typer(help="The live tables.", no_args_is_help=True)
app.add_typer(import_app, name="import")
app.add_typer(pipelines_app, name="pipelines")
app.add_typer(bench_app, name="bench")
app.add_typer(user_app, name="user")
app.add_typer(channels_app, name="channels")
app.add_typer(live_app, name="live")


class Role(StrEnum):
    """Roles, as `app.access` declares them; named again here because help must not load the web framework."""

    administrator = "administrator"
    supervisor = "supervisor"
    agent = "agent"
    marketer = "marketer"
    analyst = "analyst"


ROOT = Path(__file__).resolve().parent.parent


def main() -> None:
    """Run the command line; an expected error is one sentence on stderr and exit code 1."""
    try:
        app()
    except Exception as error:
        if (sentence := _sentence(error)) is None:
            raise
        print(f"prosa: {sentence}", file=sys.stderr)
        sys.exit(1)


def _sentence(error: Exception) -> str | None:
    """Return what to say of an error that people can mend, None for a bug."""
    from pydantic import ValidationError
    from sqlalchemy.exc import OperationalError

    from ingest.domain.errors import ProsaError

    if isinstance(error, ProsaError):
        return error.detail
    if isinstance(error, ValidationError) and error.title == "Settings":
        wrong = [f"PROSA_{'_'.join(map(str, each['loc'])).upper()}: {each['msg'].lower()}" for each in error.errors()]
        return f"{'; '.join(wrong)}. The settings are in docs/settings.md."
    if isinstance(error, OperationalError):
        return f"The database does not answer: {error.orig}."
    if isinstance(error, OSError):
        return f"{error.filename}: {error.strerror}." if error.filename and error.strerror else f"{error}."
    return None


def _settings() -> Settings:
    from ingest.settings import Settings

    return Settings()


def _store() -> Settings:
    """Return the settings of a store that is there; raises HomeMissing with what to do where none is."""
    from ingest.store.home import require_home

    settings = _settings()
    require_home(settings)
    return settings


@app.command()
def demo(
    days: Annotated[int, typer.Option(help="Days of history to make up.")] = 365,
    seed: Annotated[int, typer.Option(help="One seed, one business.")] = 7,
    quiet: Annotated[bool, typer.Option("--no-live", help="History only; nobody writes afterwards.")] = False,
) -> None:
    """Show a running business on a simulated WhatsApp: no account, no key, no network."""
    from app.commands.demo import demo as run

    run(_settings(), days=days, seed=seed, is_live=not quiet)


@app.command()
def serve() -> None:
    """Run everything: receiver, API and console on one port, worker, pipelines."""
    from app.commands.serve import serve as run

    run(_settings())


@app.command()
def backup(folder: Annotated[Path, typer.Argument(help="A new folder for the copy.")]) -> None:
    """Copy everything while it runs, and verify the copy."""
    from app.commands.backup import backup as run

    run(_store(), folder)


@app.command()
def restore(folder: Annotated[Path, typer.Argument(help="A folder that `prosa backup` made.")]) -> None:
    """Make the data folder anew from a backup; nothing may be in it."""
    from app.commands.backup import restore as run

    run(_settings(), folder)


@app.command()
def check() -> None:
    """Read every stored file whole, and name those that are damaged; exit status 1 when there are any."""
    from app.commands.backup import check as run

    if not run(_store()):
        raise typer.Exit(1)


@app.command("test", context_settings={"allow_extra_args": True, "ignore_unknown_options": True})
def run_suite(
    context: typer.Context, all_: Annotated[bool, typer.Option("--all", help="The long sweeps too.")] = False
) -> None:
    """Run linters, types, import contracts and the test suite."""
    from app.commands.test import run_tests

    sys.exit(run_tests(ROOT, context.args, is_all=all_))


@app.command()
def parse(
    channel: Annotated[str, typer.Argument(help="whatsapp")],
    files: Annotated[list[Path], typer.Argument(help="Files with one webhook body each.")],
) -> None:
    """Print the canonical events of webhook bodies as JSON lines."""
    from app.commands.parse import parse_files

    sys.exit(parse_files(channel, files, sys.stdout))


@app.command()
def sql(
    command: Annotated[str | None, typer.Option("-c", "--command", help="One statement; without it, a prompt.")] = None,
    format_: Annotated[str, typer.Option("--format", help="table, csv, json or parquet")] = "table",
) -> None:
    """Query the lake, read-only: `lake.marts.*`, `lake.staging.*`, and `events` up to the last second."""
    from app.commands.sql import run_sql

    run_sql(_store(), command, format_, sys.stdout)


@app.command()
def tables(
    name: Annotated[str | None, typer.Argument(help="One table, with its columns.")] = None,
    format_: Annotated[str, typer.Option("--format", help="table or markdown")] = "table",
) -> None:
    """Show the data dictionary: every table, its grain and its columns."""
    from app.commands.tables import show_tables, to_markdown

    if format_ == "markdown":
        print(to_markdown())
    else:
        show_tables(name)


@app.command()
def docs(check: Annotated[bool, typer.Option("--check", help="Only say whether they are current.")] = False) -> None:
    """Write the generated pages of docs/ again."""
    from app.commands.docs import write_docs

    sys.exit(write_docs(ROOT, is_check=check))


@app.command(context_settings={"allow_extra_args": True, "ignore_unknown_options": True})
def dagster(context: typer.Context) -> None:
    """Open Dagster's own pages on this installation's pipelines (an option; nothing depends on it)."""
    from app.commands.dagster import run_dagster

    sys.exit(run_dagster(_store(), ROOT, context.args))


_Into = Annotated[
    str | None, typer.Option("--workspace", help="Import into this workspace; without it, into one called imported.")
]


@import_app.command("star")
def import_star(directory: Path, workspace: _Into = None) -> None:
    """Import the STAR dialogues (real live chat) from a folder with dialogues.parquet and events.parquet."""
    from app.commands.import_ import import_star as run

    run(_settings(), directory, workspace_name=workspace)


@import_app.command("whatsapp-export")
def import_whatsapp_export(
    file: Path,
    me: Annotated[str, typer.Option("--me", help="The name under which the business wrote.")],
    day_first: Annotated[
        bool | None, typer.Option("--day-first/--month-first", help="Only asked for where the file leaves it open.")
    ] = None,
    timezone: Annotated[
        str | None, typer.Option(help="IANA zone of the phone that exported; without it, the workspace's.")
    ] = None,
    workspace: _Into = None,
) -> None:
    """Import a chat exported from the WhatsApp app, .txt or .zip."""
    from app.commands.import_ import import_whatsapp_export as run

    run(_settings(), file, me=me, day_first=day_first, timezone=timezone, workspace_name=workspace)


@import_app.command("parquet")
def import_parquet(directory: Path, workspace: _Into = None) -> None:
    """Import conversations, messages and status events from Parquet files of the canonical schema."""
    from app.commands.import_ import import_parquet as run

    run(_settings(), directory, workspace_name=workspace)


@pipelines_app.command("rebuild")
def pipelines_rebuild() -> None:
    """Derive everything again from landing."""
    _pipelines("rebuild")


@pipelines_app.command("run")
def pipelines_run() -> None:
    """Land what is new and bring the marts up to date, once."""
    _pipelines("run")


@pipelines_app.command("check")
def pipelines_check() -> None:
    """Reconcile journal, landing, staging and marts."""
    _pipelines("check")


@live_app.command("rebuild")
def live_rebuild() -> None:
    """Empty the live tables and fold the journal again."""
    from app.commands.live import rebuild

    rebuild(_store())


@live_app.command("reread")
def live_reread() -> None:
    """Read again what could not be read, as after an update; it may run beside everything else."""
    from app.commands.live import reread

    reread(_store())


@user_app.command("add")
def user_add(
    email: str,
    name: Annotated[str, typer.Option(help="Display name.")],
    workspace: Annotated[str, typer.Option(help="Workspace, by name; the first one is made.")],
    role: Annotated[Role, typer.Option(help="What they may do.")] = Role.agent,
    timezone: Annotated[str, typer.Option(help="IANA zone of a workspace that is made.")] = "America/Sao_Paulo",
    country: Annotated[str, typer.Option(help="Country of numbers without one, for a workspace that is made.")] = "BR",
) -> None:
    """Add a person; asks for the password."""
    from app.commands.user import add_user

    add_user(_settings(), workspace, email, name, role.value, timezone=timezone, country=country)


@channels_app.command("add")
def channels_add(
    channel: Annotated[str, typer.Argument(help="whatsapp, telegram, email …")],
    name: Annotated[str, typer.Option(help="What people call this inbox.")],
    values: Annotated[
        list[str] | None,
        typer.Option(
            "--set",
            help="NAME=VALUE of what the channel asks for (a key: NAME=@FILE; several secrets: repeat it).",
        ),
    ] = None,
    keeps_secrets: Annotated[
        bool, typer.Option("--keep-secrets", help="Those held so far stay valid behind the new ones.")
    ] = False,
    address: Annotated[str, typer.Option(help="What contacts dial or type.")] = "",
    workspace: Annotated[str | None, typer.Option(help="Name of the workspace, if there are several.")] = None,
) -> None:
    """Connect an account of a provider; asks for its secrets."""
    from app.commands.channels import add_channel

    add_channel(_settings(), channel, name, values or [], address, workspace, keeps_secrets=keeps_secrets)


@channels_app.command("check")
def channels_check(
    connection_id: Annotated[str | None, typer.Argument(help="Which connection; all without.")] = None,
    send_test: Annotated[
        str | None, typer.Option("--send-test", help="Send a test message to this address through the connection.")
    ] = None,
) -> None:
    """Ask providers whether what is connected works; exit status 1 when something does not."""
    from app.commands.channels import check_channels

    if not check_channels(_settings(), connection_id, send_test):
        raise typer.Exit(1)


@channels_app.command("list")
def channels_list() -> None:
    """List connections, without their secrets."""
    from app.commands.channels import list_channels

    list_channels(_settings())


@bench_app.command("receiver")
def bench_receiver(seconds: float = 10.0, connections: int = 32) -> None:
    """Durable webhooks a second on one server core, against a bare append-and-flush server."""
    _bench("receiver", seconds=seconds, connections=connections)


@bench_app.command("pipeline")
def bench_pipeline(conversations: int = 200_000) -> None:
    """Fold, landing, derivation and a one-minute increment."""
    _bench("pipeline", conversations=conversations)


@bench_app.command("inbox")
def bench_inbox(conversations: int = 200_000) -> None:
    """List and open, and the console in a headless browser."""
    _bench("inbox", conversations=conversations)


@bench_app.command("load")
def bench_load(seconds: float = 300.0, rate: float = 500.0, visitors: int = 500) -> None:
    """All channels at once: webhooks at a rate, visitors in the web chat, and how soon the console is told."""
    _bench("load", seconds=seconds, rate=rate, visitors=visitors)


@bench_app.command("demo")
def bench_demo(days: int = 365, rounds: int = 5) -> None:
    """How soon the demo stands, and how soon a webhook is in `events` and in the marts."""
    _bench("demo", days=days, rounds=rounds)


def _bench(name: str, **options: float) -> None:
    import importlib
    import json

    sys.path.insert(0, str(ROOT))
    print(json.dumps(importlib.import_module(f"tests.bench.{name}").main(**options)))


def _pipelines(verb: str) -> None:
    """The pipelines are a stranger to this room: they are run, not imported."""
    import subprocess

    _store()
    sys.exit(subprocess.call([sys.executable, "-m", "pipelines", verb]))  # noqa: S603  # our own module


if __name__ == "__main__":
    main()
