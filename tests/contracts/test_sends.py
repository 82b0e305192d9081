"""Every channel sends what it says it can, refuses what it cannot before anybody hears of it, and knows what a refusal means."""

from __future__ import annotations

from typing import Any

import httpx2
import pytest

from app.inbox.uploads import Upload, check_sendable
from ingest.channels import registry
from ingest.domain.errors import BadInput, ChannelError, Misconfigured, OutcomeUnknown, Rejected, Throttled
from ingest.kit.outward import resolve
from tests.contracts.channel import channel_of, connection_of
from tests.contracts.stand import CAN_FAIL, standing

every_channel = pytest.mark.parametrize("name", registry.NAMES)
EVERY_KIND = [(name, kind) for name in registry.NAMES for kind in sorted(channel_of(name).capabilities.kinds)]
FAMILIES = {"later": Throttled, "slowly": Throttled, "never": Rejected, "fix": Rejected, "account": Misconfigured}
REFUSALS: list[tuple[str, Any, str]] = [
    ("whatsapp", 130429, "later"),
    ("whatsapp", 131056, "slowly"),
    ("whatsapp", 131026, "never"),
    ("whatsapp", 132000, "fix"),
    ("whatsapp", 190, "account"),
    *((name, given, retry) for name in ("messenger", "instagram") for given, retry in [
        ((613,), "later"), ((2,), "later"), ((551,), "never"), ((100, 2018001), "never"), ((190,), "account"),
    ]),
    ("telegram", 429, "later"),
    ("telegram", 403, "never"),
    ("telegram", 400, "fix"),
    ("telegram", 401, "account"),
    ("x", 429, "later"),
    ("x", 403, "never"),
    ("x", 401, "account"),
    ("sms", (429, 20429), "later"),
    ("sms", (400, 21610), "never"),
    ("sms", (401, 20003), "account"),
    ("email", "451 4.3.0 Try again later", "later"),
    ("email", "550 5.1.1 No such user", "never"),
]  # fmt: skip
"""How a provider refuses a message (docs/channels.md §3.13, §4 to §8), and what that means for trying again."""


@pytest.mark.parametrize(("name", "kind"), EVERY_KIND)
async def test_every_kind_that_is_declared_is_taken_by_the_provider(name: str, kind: str) -> None:
    async with standing(name) as stand:
        accepted = await stand.gateway.send(stand.sending(kind))
        assert accepted.external_id
        # A reaction is no message; what goes to a visitor is written down here.
        assert len(stand.reached) == (0 if name == "webchat" or (kind == "reaction" and not stand.reached) else 1)


@every_channel
async def test_a_kind_that_is_not_declared_never_leaves_the_house(name: str) -> None:
    undeclared = {kind for _, kind in EVERY_KIND} - channel_of(name).capabilities.kinds - {"location_request"}
    async with standing(name) as stand:
        for kind in sorted(undeclared):
            with pytest.raises(BadInput):
                await stand.gateway.send(stand.sending(kind))
        assert stand.reached == []


@every_channel
def test_a_file_over_the_limit_or_of_another_type_is_refused_before_it_is_sent(name: str) -> None:
    able = channel_of(name).capabilities
    for key, limit in able.media_limits.items():
        mime = f"{key}x-anything" if key.endswith("/") else key
        check_sendable(Upload("upl_1", "0" * 64, limit, mime, "file"), able)
        with pytest.raises(BadInput):
            check_sendable(Upload("upl_1", "0" * 64, limit + 1, mime, "file"), able)
    if "application/octet-stream" not in able.media_limits:
        with pytest.raises(BadInput):
            check_sendable(Upload("upl_1", "0" * 64, 1, "chemical/x-pdb", "file"), able)


@pytest.mark.parametrize("name", CAN_FAIL)
async def test_a_text_over_the_limit_is_refused_before_it_is_sent(name: str) -> None:
    limit = channel_of(name).capabilities.text_limit
    async with standing(name) as stand:
        await stand.gateway.send(stand.sending("text", text="x" * limit))
        with pytest.raises(BadInput):
            await stand.gateway.send(stand.sending("text", text="x" * (limit + 1)))
        assert len(stand.reached) == 1


@pytest.mark.parametrize(("name", "refusal", "retry"), REFUSALS)
async def test_a_refusal_is_in_the_family_that_says_whether_to_try_again(name: str, refusal: Any, retry: str) -> None:
    async with standing(name) as stand:
        sending = stand.sending("text")
        stand.refuse(refusal)
        with pytest.raises(ChannelError) as caught:
            await stand.gateway.send(sending)
        assert isinstance(caught.value, FAMILIES[retry])
        assert caught.value.facts["retry"] == retry
        assert stand.channel.advice(str(caught.value.facts["code"])) is not None
        assert stand.reached == []


@pytest.mark.parametrize("name", sorted(set(CAN_FAIL) - {"email"}))
async def test_what_never_left_is_tried_again_and_what_nobody_answered_is_not(name: str) -> None:
    def away(request: httpx2.Request) -> httpx2.Response:
        raise httpx2.ConnectError("away", request=request)

    def silent(request: httpx2.Request) -> httpx2.Response:
        raise httpx2.ReadTimeout("silent", request=request)

    def page(request: httpx2.Request) -> httpx2.Response:
        return httpx2.Response(502, text="<html>")

    channel = channel_of(name)
    assert channel.open is not None
    async with standing(name) as stand:
        sending = stand.sending("text")
    for answer, expected in ((away, Throttled), (silent, OutcomeUnknown), (page, OutcomeUnknown)):
        async with httpx2.AsyncClient(transport=httpx2.MockTransport(answer)) as http:
            with pytest.raises(expected):
                await channel.open(connection_of(name), "1", http, resolve).send(sending)
