"""Who types just now: told between the console and the widgets of one process, kept nowhere."""

from __future__ import annotations

from typing import Any

from ingest.channels.webchat.parse import visitor_id_of

_TYPING: dict[str, Any] = {"type": "typing"}


async def show_agent_typing(app: Any, inbox_id: str, external_id: str) -> None:
    """Show a visitor that an answer is being written; nothing where they have no widget open here.

    `external_id` is that of the visitor's last message, as the inbox knows it. The composition root calls this from
    `app.state.show_typing` for inboxes of this channel.
    """
    hub = app.state.webchat_hub
    hub.tell_visitor(inbox_id, visitor_id_of(external_id), _TYPING)


async def show_visitor_typing(app: Any, inbox_id: str, conversation_id: str) -> None:
    """Tell the console that a visitor types, where the composition root put a way at `app.state.show_visitor_typing`.

    The way is a coroutine function of inbox id and conversation id.
    """
    show = getattr(app.state, "show_visitor_typing", None)
    if show is not None:
        await show(inbox_id, conversation_id)
