"""What Instagram carries, and until when."""

from __future__ import annotations

from ingest.channels.instagram.capabilities import CAPABILITIES
from ingest.channels.instagram.channel import CHANNEL

_MB = 1024 * 1024


def test_limits_are_the_providers() -> None:
    assert (CAPABILITIES.text_limit, CAPABILITIES.text_unit, CAPABILITIES.caption_limit) == (1000, "bytes", 0)
    assert (CAPABILITIES.window_s, CAPABILITIES.person_window_s) == (86_400, 7 * 86_400)
    assert CAPABILITIES.media_limits["image/jpeg"] == 8 * _MB
    assert CAPABILITIES.media_limits["video/"] == CAPABILITIES.media_limits["application/pdf"] == 25 * _MB


def test_there_are_no_templates_and_no_delivery_receipts() -> None:
    assert "template" not in CAPABILITIES.kinds
    assert CHANNEL.fill_template is None
    assert CAPABILITIES.reports == {"read"}


def test_a_connection_asks_which_log_in_it_is() -> None:
    required = {each.name for each in CHANNEL.fields if each.is_required}
    assert required == {"external_id", "login", "access_token", "secret"}
