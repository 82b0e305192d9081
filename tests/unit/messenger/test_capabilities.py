"""What Messenger carries, and until when."""

from __future__ import annotations

import pytest

from ingest.channels.messenger.capabilities import CAPABILITIES
from ingest.channels.messenger.channel import CHANNEL
from ingest.domain.errors import BadInput

_MB = 1024 * 1024


def test_limits_are_the_providers() -> None:
    assert (CAPABILITIES.text_limit, CAPABILITIES.text_unit, CAPABILITIES.caption_limit) == (2000, "characters", 0)
    assert (CAPABILITIES.window_s, CAPABILITIES.person_window_s) == (86_400, 7 * 86_400)
    assert (CAPABILITIES.button_limit, CAPABILITIES.button_title_limit, CAPABILITIES.list_row_limit) == (13, 20, 10)
    assert set(CAPABILITIES.media_limits.values()) == {25 * _MB}
    assert CAPABILITIES.per_s == 40


def test_a_connection_asks_for_what_it_needs() -> None:
    required = {each.name for each in CHANNEL.fields if each.is_required}
    assert required == {"external_id", "access_token", "secret"}
    assert {each.name for each in CHANNEL.fields if each.is_secret} == {"access_token", "secret"}


def test_a_utility_template_is_filled_like_any_of_metas() -> None:
    assert CHANNEL.fill_template is not None
    body = {"type": "BODY", "text": "Order {{1}} for {{2}}"}
    (filled,) = CHANNEL.fill_template([body], {"1": "7", "2": "Ana"})
    assert [each["text"] for each in filled["parameters"]] == ["7", "Ana"]
    with pytest.raises(BadInput):
        CHANNEL.fill_template([body], {"1": "7"})
