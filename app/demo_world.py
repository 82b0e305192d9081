"""The demo's world: a simulated provider for each door, customers who write, agents who answer."""

from __future__ import annotations

import asyncio
import contextlib
import secrets
import signal
import sys
from collections.abc import Mapping, Sequence
from functools import partial
from typing import Any

import httpx2
import structlog
import uvicorn
from sqlalchemy import select
from starlette.applications import Starlette
from starlette.routing import Mount

from app.accounts.repository import put_token
from app.accounts.sessions import TOKEN_PREFIX, hash_token
from app.bootstrap import build
from app.commands.demo import addresses, doors, simulator_port
from app.context import Context
from app.log import configure
from ingest.channels.base import Connection
from ingest.channels.simulator.live import LiveBusiness
from ingest.channels.simulator.people import Agent, People
from ingest.channels.simulator.providers import Provider, Street, provider_of
from ingest.channels.simulator.wire import Party
from ingest.settings import Settings
from ingest.store.live import workspace

_META = frozenset({"whatsapp", "messenger", "instagram"})
_UNTIL_SERVED_S = 1.0

_log = structlog.get_logger()


def main() -> None:
    """Run until SIGTERM; the only argument is the seed."""
    settings = Settings()
    configure(settings)
    asyncio.run(_live(build(settings), int(sys.argv[1])))


async def _live(context: Context, seed: int) -> None:
    people, settings = People(), context.settings
    with context.store.read() as connection:
        rows = connection.execute(select(workspace.c.workspace_id).where(workspace.c.name == people.name))
        workspace_id = str(rows.scalar_one())
    async with httpx2.AsyncClient(base_url=f"http://{settings.host}:{settings.port}", timeout=20) as http:
        business = LiveBusiness(seed, context.clock, workspace_id, people)
        street = Street(http, context.clock, addresses(settings), business.on_sent, business.party_of)
        reached = list(doors(settings, workspace_id))
        providers = {door.handle: provider_of(door, given, street) for door, given in reached}

        async def write(party: Party, text: str) -> None:
            await providers[party.door.handle].write(party, text)

        api = partial(_call, http, _tokens(context, workspace_id, people))
        async with asyncio.TaskGroup() as group:
            confirming = group.create_task(_confirm(http, [given for _, given in reached if given.channel in _META]))
            await _until_stopped(_serve(settings, providers), business.run(write, api))
            confirming.cancel()


async def _confirm(http: httpx2.AsyncClient, connections: Sequence[Connection]) -> None:
    """Have every address confirm itself, as Meta does when one is entered; tries until the web process answers."""
    for each in connections:
        asked = {"hub.mode": "subscribe", "hub.verify_token": each.verify_token, "hub.challenge": secrets.token_hex(8)}
        while True:
            with contextlib.suppress(httpx2.TransportError):
                await http.get(f"/webhooks/{each.channel}/{each.connection_id}", params=asked)
                break
            await asyncio.sleep(_UNTIL_SERVED_S)


async def _call(
    http: httpx2.AsyncClient,
    tokens: Mapping[str, str],
    agent: Agent,
    method: str,
    path: str,
    body: Mapping[str, Any] | None = None,
) -> Any:
    """Call the inbox API as one agent; None for any refusal, so that whoever asked looks again."""
    try:
        answer = await http.request(
            method, path, json=body, headers={"authorization": f"Bearer {tokens[agent.handle]}"}
        )
    except httpx2.TransportError:
        return None
    return answer.json() if answer.is_success else None


def _tokens(context: Context, workspace_id: str, people: People) -> dict[str, str]:
    """Give every simulated agent a token for this run."""
    tokens = {agent.handle: TOKEN_PREFIX + secrets.token_urlsafe(32) for agent in people.agents}
    now = context.clock.us()
    with context.store.database.write() as connection:
        for agent in people.agents:
            put_token(
                connection,
                token_id=f"tok_demo_{agent.handle}_{now}",
                token_hash=hash_token(tokens[agent.handle]),
                person_id=agent.person_id(workspace_id),
                name="the simulated agent",
                created_us=now,
            )
    return tokens


async def _serve(settings: Settings, providers: Mapping[str, Provider]) -> None:
    for each in providers.values():
        await each.start()
    app = Starlette(routes=[Mount(f"/{handle}", each.app) for handle, each in providers.items() if each.app])
    config = uvicorn.Config(app, host="127.0.0.1", port=simulator_port(settings), log_config=None, access_log=False)
    server = uvicorn.Server(config)
    await server.serve()


async def _until_stopped(*work: Any) -> None:
    tasks = [asyncio.ensure_future(each) for each in work]
    stop = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, stop.set)
    stopping = asyncio.ensure_future(stop.wait())
    done, _ = await asyncio.wait([*tasks, stopping], return_when=asyncio.FIRST_COMPLETED)
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)
    for task in done - {stopping}:
        if not task.cancelled() and task.exception():
            _log.error("the simulated world ended", error=repr(task.exception()))
            sys.exit(1)


if __name__ == "__main__":
    main()
