"""Carries webhooks to the receiver as providers do: signed, sometimes twice, sometimes late, again until taken."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Coroutine, Mapping
from itertools import count
from typing import Any

import httpx2
import structlog

from ingest.channels.simulator.faults import FaultPlan
from ingest.channels.simulator.webhooks import SIGNATURE_HEADER, signature

Sleep = Callable[[float], Awaitable[None]]

_TRIES = 40
_LONGEST_GAP_S = 3_600.0
_TIMEOUT_S = 20.0
_log = structlog.get_logger()


class Courier:
    """Delivers bodies to one callback URL; `settled` waits until nothing is under way.

    `sleep` takes simulated seconds: an accelerated clock is a `sleep` that divides. `headers` makes the headers of a
    body where they are not Meta's.
    """

    def __init__(
        self,
        http: httpx2.AsyncClient,
        callback_url: str,
        app_secret: str,
        faults: FaultPlan,
        sleep: Sleep = asyncio.sleep,
        headers: Callable[[bytes], Mapping[str, str]] | None = None,
    ) -> None:
        self.callback_url = callback_url
        self.given_up = 0
        """Webhooks that no attempt got through; Meta keeps none of them either."""
        self._http = http
        self._headers = headers or (lambda body: _metas(body, app_secret))
        self._faults = faults
        self._sleep = sleep
        self._numbers = count()
        self._under_way: set[asyncio.Task[None]] = set()

    def post(self, body: bytes, after_s: float = 0.0) -> None:
        """Deliver a body some simulated seconds from now, and a second time if the plan says so."""
        self._start(self._deliver(body, after_s))
        if self._faults.is_duplicated(next(self._numbers)):
            self._start(self._deliver(body, after_s + self._faults.delay_s))

    async def settled(self) -> None:
        """Wait until every webhook was taken or given up."""
        while self._under_way:
            await asyncio.wait(set(self._under_way))

    async def close(self) -> None:
        """Stop delivering; what is under way is lost."""
        for task in self._under_way:
            task.cancel()
        await asyncio.gather(*self._under_way, return_exceptions=True)

    def _start(self, delivery: Coroutine[Any, Any, None]) -> None:
        task = asyncio.get_running_loop().create_task(delivery)
        self._under_way.add(task)
        task.add_done_callback(self._under_way.discard)

    async def _deliver(self, body: bytes, after_s: float) -> None:
        await self._sleep(after_s)
        gap = 1.0
        for _ in range(_TRIES):
            if await self._is_taken(body):
                return
            await self._sleep(gap)
            gap = min(gap * 2, _LONGEST_GAP_S)
        self.given_up += 1
        _log.warning("simulated webhook given up", tries=_TRIES)

    async def _is_taken(self, body: bytes) -> bool:
        try:
            response = await self._http.post(
                self.callback_url, content=body, headers=self._headers(body), timeout=_TIMEOUT_S
            )
        except httpx2.HTTPError:
            return False
        return response.is_success


def _metas(body: bytes, app_secret: str) -> dict[str, str]:
    return {
        "Content-Type": "application/json",
        "User-Agent": "facebookexternalua",
        SIGNATURE_HEADER: signature(body, app_secret),
    }
