"""An update becomes events: one that was posted or polled, or an answer of getUpdates (channels.md §7).

`parse` is defined for every body. A key depends on the item alone, never on the batch or on the number of the update.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from ingest.channels.base import Delivery
from ingest.channels.reading import Account, Item, Unreadable, json_document, unreadable_body
from ingest.channels.telegram.messages import callback_events, deleted_events, edited_events, message_events
from ingest.channels.telegram.reports import (
    business_connection_events,
    member_events,
    membership_events,
    reaction_events,
)
from ingest.channels.telegram.talks import CHANNEL, account_of
from ingest.domain.event import Event

_READERS: dict[str, Callable[[Account, Item], list[Event]]] = {
    "message": message_events,
    "edited_message": edited_events,
    "channel_post": message_events,
    "edited_channel_post": edited_events,
    "business_connection": business_connection_events,
    "business_message": message_events,
    "edited_business_message": edited_events,
    "deleted_business_messages": deleted_events,
    "message_reaction": reaction_events,
    "callback_query": callback_events,
    "my_chat_member": membership_events,
    "chat_member": member_events,
}


def parse(delivery: Delivery) -> list[Event]:
    """Return every event of a body, in its order; raises for none."""
    try:
        updates = _updates(json_document(delivery.body))
    except Unreadable as problem:
        return [unreadable_body(delivery, CHANNEL, str(problem))]
    account = account_of(delivery)
    return [event for update, pointer in updates for event in _of_update(account, update, pointer)]


def _updates(body: Any) -> list[tuple[Any, str]]:
    if not isinstance(body, dict):
        raise Unreadable("The body is not a JSON object.")
    if "ok" not in body and "result" not in body:
        return [(body, "")]
    if not isinstance(body.get("result"), list):
        raise Unreadable("The answer holds no updates.")
    return [(each, f"/result/{number}") for number, each in enumerate(body["result"])]


def _of_update(account: Account, update: Any, pointer: str) -> list[Event]:
    if not isinstance(update, dict):
        return [account.unreadable(update, pointer, "It is not an update.")]
    names = [each for each in update if each != "update_id"]
    if not names:
        return [account.unreadable(update, pointer, "The update says nothing.")]
    return [event for name in names for event in _of_item(account, update, name, pointer)]


def _of_item(account: Account, update: Item, name: str, pointer: str) -> list[Event]:
    item, here = update[name], f"{pointer}/{name}"
    read = _READERS.get(name)
    if read is None:
        # With its number: a poll may come to look as it did before, and that is another fact.
        kept = {each: update[each] for each in ("update_id", name) if each in update}
        return [account.unrecognised(kept, pointer, name)]
    if not isinstance(item, dict):
        return [account.unreadable(item, here, "It is not an object.")]
    try:
        return read(account, item)
    except Unreadable as problem:
        return [account.unreadable(item, here, str(problem))]
    except Exception as error:  # whatever one item holds, the others must be read
        return [account.unreadable(item, here, f"It has a shape that cannot be read ({type(error).__name__}).")]
