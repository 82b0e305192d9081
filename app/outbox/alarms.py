"""What an administrator must hear of: a provider that refuses us for our account's sake, not for the message's."""

from __future__ import annotations

from ingest.channels.failures import account_report
from ingest.domain.errors import ChannelError
from ingest.domain.event import Event


def account_alarm(about: Event, code: str, detail: str, now_us: int) -> Event:
    """Return the notice that presses; a code presses once a day on each inbox. `about` names inbox and channel."""
    key, payload = account_report(str(about.inbox_id), code, detail, now_us)
    return Event(
        workspace_id=about.workspace_id,
        type="channel.reported",
        key=f"{about.channel}:{key}",
        occurred_us=now_us,
        channel=about.channel,
        inbox_id=about.inbox_id,
        cause_id=about.cause_id,
        payload=payload,
    )


def alarms_of(about: Event, error: Exception, now_us: int) -> list[Event]:
    """Return the notice of an error that only an administrator can end; nothing for any other."""
    if not isinstance(error, ChannelError) or error.facts.get("retry") != "account":
        return []
    return [account_alarm(about, str(error.facts.get("code") or "account"), error.detail, now_us)]
