"""Who types just now: told between the console and the widgets of one process, kept nowhere."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any

from app.webchat.stream import Hub
from ingest.channels.webchat.parse import visitor_id_of

ShowTyping = Callable[[str, str], Awaitable[None]]
"""Given an inbox and the provider's id of the contact's last message, show the contact that somebody types."""


@dataclass(frozen=True, slots=True)
class TypingShown:
    """Shows visitors with an open widget that an agent types, and asks `otherwise` for everybody else."""

    hub: Hub
    otherwise: ShowTyping

    async def __call__(self, inbox_id: str, external_id: str) -> None:
        """Show it for a few seconds; raises what `otherwise` raises."""
        if not self.hub.tell_visitor(inbox_id, visitor_id_of(external_id), {"type": "typing"}):
            await self.otherwise(inbox_id, external_id)


async def show_visitor_typing(app: Any, inbox_id: str, conversation_id: str) -> None:
    """Tell the console that a visitor types, where the composition root put a way at `app.state.show_visitor_typing`.

    The way is a coroutine function of inbox id and conversation id.
    """
    show = getattr(app.state, "show_visitor_typing", None)
    if show is not None:
        await show(inbox_id, conversation_id)
