"""The present of the simulated business: it goes on by itself, through the same doors as everybody.

Customers write, agents work through the inbox API with their own tokens, and a customer may answer what
somebody sent them. Agents leave a part of the conversations to the person who watches. Nothing here knows
HTTP, nor any channel: the driver hands in two callables.
"""

from __future__ import annotations

import asyncio
import contextlib
from collections import OrderedDict
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from random import Random
from typing import Any, Protocol

from ingest.channels.simulator.people import SHARES, Agent, People, customer
from ingest.channels.simulator.talk import Talk
from ingest.channels.simulator.wire import Party, wire_of
from ingest.domain.errors import ProsaError
from ingest.kit.clock import Clock

Write = Callable[[Party, str], Awaitable[None]]
"""Let a customer write a text at a door, as their provider would bring it; must not raise where we refuse it."""
Pause = Callable[[float], Awaitable[None]]
_MOST_ACQUAINTANCES = 500
_FIRST_GAP_S = 4.0
"""At first one writes on each channel; quickly, so that whoever starts the demo sees all of them in a minute."""
_PATIENCE_TURNS = 3
_LEFT_TO_THE_WATCHER = 0.35
_ANSWERS_BACK = 0.7


class Api(Protocol):
    """The inbox API as one agent sees it."""

    def __call__(self, agent: Agent, method: str, path: str, body: Mapping[str, Any] | None = None) -> Awaitable[Any]:
        """Call the API with the agent's token; returns the decoded answer, None for any refusal."""


@dataclass(slots=True)
class _Acquaintance:
    """A customer who is writing just now: in which words, at which door, and for how much longer."""

    party: Party
    talk: Talk
    turns: int = 0


class LiveBusiness:
    """A shop that goes on: `run` it beside the servers, tell it what was sent with `on_sent`.

    `messages_per_minute` is how often somebody new writes, `pace` divides every human delay; one seed
    makes the same people say the same things, the moments depend on who answers when.
    """

    def __init__(
        self,
        seed: int,
        clock: Clock,
        workspace_id: str,
        people: People | None = None,
        *,
        messages_per_minute: float = 3.0,
        pace: float = 1.0,
        known_customers: int = 400,
        pause: Pause = asyncio.sleep,
    ) -> None:
        self._seed, self._workspace_id, self._pause = seed, workspace_id, pause
        self._people = people or People()
        self._gap_s, self._pace = 60.0 / messages_per_minute, pace
        self._known_customers = known_customers
        self._random = Random(f"live:{seed}:{clock.us()}")
        self._first = iter(range(1, len(SHARES) + 1))
        self._met: OrderedDict[str, _Acquaintance] = OrderedDict()
        self._answers: asyncio.Queue[_Acquaintance] = asyncio.Queue(maxsize=100)

    async def run(self, write: Write, api: Api) -> None:
        """Let customers write and agents work until cancelled."""
        async with asyncio.TaskGroup() as group:
            group.create_task(self._customers_write(write))
            group.create_task(self._customers_answer(write))
            for agent in self._people.agents:
                if agent.role == "agent":
                    group.create_task(self._agent_works(agent, api))

    def on_sent(self, address: str) -> None:
        """Tell the business that a message of ours reached an address; the customer may answer after a while.

        Whoever is not in a conversation just now is passed over.
        """
        somebody = self._met.get(address.lstrip("+"))
        if somebody is None:
            return
        if somebody.turns < _PATIENCE_TURNS and self._random.random() < _ANSWERS_BACK:
            with contextlib.suppress(asyncio.QueueFull):  # a crowd that talks at once may lose a thank-you
                self._answers.put_nowait(somebody)

    def party_of(self, address: str) -> Party | None:
        """Return who writes from an address just now."""
        somebody = self._met.get(address.lstrip("+"))
        return None if somebody is None else somebody.party

    # --- customers -----------------------------------------------------------------------------

    async def _customers_write(self, write: Write) -> None:
        while True:
            first = next(self._first, None)
            await self._wait(_FIRST_GAP_S if first else self._random.expovariate(1 / self._gap_s))
            somebody = self._meet(first)
            if self._random.random() < 0.3:
                await write(somebody.party, somebody.talk.say("greets"))
                await self._wait(self._random.uniform(2, 8))
            await write(somebody.party, somebody.talk.say("asks"))

    async def _customers_answer(self, write: Write) -> None:
        while True:
            somebody = await self._answers.get()
            await self._wait(self._random.uniform(3, 18))
            somebody.turns += 1
            what = self._random.choice(("gives_order", "follows", "follows", "thanks"))
            what = "thanks" if somebody.turns == _PATIENCE_TURNS else what
            await write(somebody.party, somebody.talk.say(what))

    def _meet(self, first: int | None) -> _Acquaintance:
        """Return somebody who begins to write, known from before or new; the first on the channel they live on."""
        who = customer(self._seed, first or 1 + self._random.randrange(self._known_customers))
        doors = self._people.doors_of(who.channels[0] if first else self._random.choice(who.channels))
        door = self._random.choices(doors, [each.weight for each in doors])[0]
        topics, weights = zip(*door.topics, strict=True)
        talk = Talk(self._random, who.language, self._random.choices(topics, weights)[0], who.name)
        party = Party(self._workspace_id, door, who, self._random, talk.say("subjects"))
        somebody = _Acquaintance(party, talk)
        for each in wire_of(door.channel).identities(who):
            self._met[each["address"].lstrip("+")] = somebody
        while len(self._met) > _MOST_ACQUAINTANCES:
            self._met.popitem(last=False)
        return somebody

    # --- agents --------------------------------------------------------------------------------

    async def _agent_works(self, agent: Agent, api: Api) -> None:
        """Look for somebody who waits, answer, now and then resolve; at the agent's own speed."""
        await self._wait(self._random.uniform(2, 30))
        while True:
            with contextlib.suppress(ProsaError):  # a colleague was faster, or the house restarts: look again
                await self._one_move(agent, api)
            await self._wait(self._random.expovariate(1 / (agent.speed_s / 4)) + 4)

    async def _one_move(self, agent: Agent, api: Api) -> None:
        found = await api(agent, "GET", "/api/conversations?tab=all&status=open&waiting=true&sort=waiting&limit=25")
        waiting = [each for each in (found or {}).get("conversations", ()) if self._is_mine_to_answer(each, agent)]
        if waiting:
            await self._answer(agent, api, self._random.choice(waiting[:5]))
        elif self._random.random() < 0.5:
            await self._tidy(agent, api)

    def _is_mine_to_answer(self, conversation: Mapping[str, Any], agent: Agent) -> bool:
        """Say whether an agent takes a conversation: their own, or a free one that is not left to the watcher."""
        assignee = conversation.get("assignee")
        if assignee is not None:
            return bool(assignee["name"] == agent.name)
        return not is_left_to_the_watcher(str(conversation["conversation_id"]))

    async def _answer(self, agent: Agent, api: Api, conversation: Mapping[str, Any]) -> None:
        path = f"/api/conversations/{conversation['conversation_id']}"
        if conversation.get("assignee") is None:
            if await api(agent, "POST", f"{path}/claim", {"version": conversation["version"]}) is None:
                return
            await self._wait(self._random.uniform(3, 12))
        reply = {
            "client_id": f"{self._random.getrandbits(128):032x}",
            "kind": "text",
            "text": self._reply(agent, conversation),
        }
        await api(agent, "POST", f"{path}/replies", reply)

    def _reply(self, agent: Agent, conversation: Mapping[str, Any]) -> str:
        contact = conversation["contact"]
        somebody = self._met.get(str(contact.get("address") or "").lstrip("+"))
        if somebody is None:
            language = contact.get("language") if contact.get("language") in ("pt", "en", "es", "ar") else "pt"
            talk = Talk(self._random, language, "order_status", contact.get("name") or "")
            talk.served_by(agent.name)
            return talk.say("welcomes")
        somebody.talk.served_by(agent.name)
        return somebody.talk.say(("welcomes", "answers", "closes", "byes")[min(somebody.turns, 3)])

    async def _tidy(self, agent: Agent, api: Api) -> None:
        """Resolve a conversation of one's own in which nobody waits for an answer."""
        found = await api(agent, "GET", "/api/conversations?tab=mine&status=open&sort=oldest&limit=25")
        done = [each for each in (found or {}).get("conversations", ()) if each.get("waiting_since_at") is None]
        if done:
            conversation = done[0]
            path = f"/api/conversations/{conversation['conversation_id']}/resolve"
            await api(agent, "POST", path, {"version": conversation["version"], "outcome": "done"})

    async def _wait(self, seconds: float) -> None:
        await self._pause(seconds / self._pace)


def is_left_to_the_watcher(conversation_id: str) -> bool:
    """Say whether the simulated agents leave a conversation alone, so that a person has something to answer."""
    return Random(conversation_id).random() < _LEFT_TO_THE_WATCHER
