"""Contacts: their addresses, names and consents, and two that turn out to be one."""

from __future__ import annotations

from typing import Any

from app.state import conversations
from app.state.rows import Row, Rows
from app.state.text import shown
from app.state.world import World
from ingest.domain import identity
from ingest.domain.event import Event

_CHANGES = frozenset({"changed_number", "changed_user_id", "migrated"})
"""Reasons for which one address took the place of another."""


def meet(world: World, event: Event) -> Row | None:
    """Make sure the contact of an event has a row, and note when it was seen."""
    if event.contact_id is None:
        return None
    contact_id = world.canonical_contact(event.contact_id)
    row = world.contact.get(contact_id)
    first, last = _span(row, event.occurred_us)
    values: dict[str, Any] = {"workspace_id": event.workspace_id, "first_seen_us": first, "last_seen_us": last}
    if row is None:
        values["customer_id"] = contact_id
        world.regrouped.add(contact_id)
    language = event.payload.get("language")
    if (
        language
        and event.actor_kind == "contact"
        and _is_newer(row, "language_us", "language", event.occurred_us, language)
    ):
        values |= {"language": language, "language_us": event.occurred_us}
    know(world, event)
    return world.contact.put(contact_id, **values)


def know(world: World, event: Event) -> None:
    """Keep the addresses that an event tells, as first received, each under the contact id it names or makes alone."""
    is_vouched = not event.payload.get("is_claimed")
    for each in event.payload.get("identities") or ():
        own = each.get("contact_id") or identity.contact_id(event.workspace_id, event.channel or "unknown", each)
        row = world.identity.get(own)
        if row is None:
            _meet_address(world, event, own, each)
        if is_vouched and identity.is_linking(each["kind"]) and not (row and row["is_proven"]):
            world.regrouped.add(own)
            world.identity.put(own, is_proven=True)


def _meet_address(world: World, event: Event, own: str, address: identity.Identity) -> None:
    world.renamed.add(own)
    world.identity.put(
        own,
        workspace_id=event.workspace_id,
        channel=event.channel or "unknown",
        kind=address["kind"],
        address=shown(identity.canonical_address(address)),
        is_proven=False,
    )


def _named(world: World, event: Event) -> None:
    row = meet(world, event)
    name = shown(event.payload.get("name"))
    if row is None or not name:
        return
    if event.payload.get("source") == "profile" and _is_newer(
        row, "profile_us", "profile_name", event.occurred_us, name
    ):
        row.update(profile_name=name, profile_us=event.occurred_us)
    if _is_newer(row, "name_us", "name", event.occurred_us, name):
        world.renamed.add(row["contact_id"])
        row.update(name=name, name_us=event.occurred_us, username=event.payload.get("username") or row["username"])


def _pictured(world: World, event: Event) -> None:
    row, picture = meet(world, event), event.payload["sha256"]
    if row is not None and _is_newer(row, "picture_us", "picture", event.occurred_us, picture):
        row.update(picture=picture, picture_us=event.occurred_us)


def _noted(world: World, event: Event) -> None:
    assert event.contact_id is not None
    contact_id = world.canonical_contact(event.contact_id)
    attribute = event.payload["attribute"]
    row = world.contact_attribute.get(contact_id, attribute)
    if row is None or event.occurred_us >= row["set_us"]:
        world.contact_attribute.put(
            contact_id, attribute, value=shown(event.payload.get("value")), set_us=event.occurred_us
        )


def _consent_recorded(world: World, event: Event) -> None:
    row = meet(world, event)
    if row is None:
        return
    contact_id, purpose = row["contact_id"], event.payload["purpose"]
    known = world.consent.get(contact_id, purpose)
    if known is None or (event.occurred_us, event.payload["value"]) >= (known["set_us"], known["value"]):
        world.consent.put(
            contact_id,
            purpose,
            workspace_id=event.workspace_id,
            value=event.payload["value"],
            source=event.payload.get("source"),
            set_us=event.occurred_us,
        )


def _tell(world: World, event: Event) -> None:
    """Keep which addresses were the person's at an instant; of a change the first is, and the others were."""
    told = event.payload.get("identities") or ()
    for each in told[:1] if event.payload.get("reason") in _CHANGES else told:
        own = identity.contact_id(event.workspace_id, event.channel or "unknown", each)
        row, inbox_id = world.identity.get(own), event.inbox_id or ""
        if row and (event.occurred_us, inbox_id) > (row["told_us"] or -1, row["told_inbox_id"] or ""):
            world.identity.put(own, told_us=event.occurred_us, told_inbox_id=inbox_id or None)


def _identified(world: World, event: Event) -> None:
    know(world, event)
    _tell(world, event)
    members = {world.canonical_contact(each) for each in event.payload["contact_ids"]}
    if len(members) < 2:
        return
    canonical = min(members)
    stood_for = [each for each in members if world.contact_alias.get(each)]  # whoever stands for others has a row, too
    aliases = [row["contact_id"] for each in stood_for for row in world.contact_alias.where("canonical_id", each)]
    for contact_id in members.union(aliases):
        world.contact_alias.put(contact_id, workspace_id=event.workspace_id, canonical_id=canonical)
    world.regrouped |= members.union(aliases)
    world.joined.add(canonical)
    for contact_id in sorted(members - {canonical}):
        _merge(world, contact_id, canonical)


def _merge(world: World, gone: str, stays: str) -> None:
    """Move everything of one contact to another; each fact keeps its own time."""
    world.renamed.add(stays)
    _move_keyed(world.contact_attribute, "attribute", gone, stays)
    if world.contact.get(gone) is not None:  # nobody consents or writes who was not met
        _merge_contact_rows(world, gone, stays)
        _move_keyed(world.consent, "purpose", gone, stays)
        world.message.move("contact_id", gone, stays)
        world.outbox.move("contact_id", gone, stays)
    conversations.settle(world)
    for row in world.conversation.where("contact_id", gone):
        own = identity.conversation_id(row["workspace_id"], row["inbox_id"], gone)
        if row["conversation_id"] == own:
            target = identity.conversation_id(row["workspace_id"], row["inbox_id"], stays)
            conversations.merge(world, own, target, stays)
        else:
            world.conversation.put(row["conversation_id"], contact_id=stays)


def _merge_contact_rows(world: World, gone: str, stays: str) -> None:
    old, new = world.contact.get(gone), world.contact.get(stays)
    assert old is not None
    if new is None:
        new = world.contact.put(stays, **{name: value for name, value in old.items() if name != "contact_id"})
    first = min(us for us in (old["first_seen_us"], new["first_seen_us"]) if us is not None)
    last = max(us for us in (old["last_seen_us"], new["last_seen_us"]) if us is not None)
    world.contact.put(stays, first_seen_us=first, last_seen_us=last)
    for value, moment in _NEWEST:
        if old[value] and _is_newer(new, moment, value, old[moment], old[value]):
            new.update({value: old[value], moment: old[moment]})
    new["username"] = new["username"] or old["username"]
    world.contact.remove(gone)


_NEWEST = (
    ("name", "name_us"),
    ("profile_name", "profile_us"),
    ("language", "language_us"),
    ("picture", "picture_us"),
)
"""What of two contacts' rows the later word decides."""


def _move_keyed(rows: Rows, key: str, gone: str, stays: str) -> None:
    for row in rows.where("contact_id", gone):
        known = rows.get(stays, row[key])
        if known is None or (row["set_us"], row["value"] or "") > (known["set_us"], known["value"] or ""):
            rows.put(stays, row[key], **{n: v for n, v in row.items() if n not in ("contact_id", key)})
        rows.remove(gone, row[key])


def _span(row: Row | None, us: int) -> tuple[int, int]:
    if row is None or row["first_seen_us"] is None:
        return us, us
    return min(row["first_seen_us"], us), max(row["last_seen_us"], us)


def _is_newer(row: Row | None, moment: str, value: str, us: int, candidate: str) -> bool:
    """Say whether a value wins over what a row holds: the later one; of two at once the greater one."""
    if row is None or row[moment] is None:
        return True
    return (us, candidate) >= (row[moment], row[value] or "")


HANDLERS = {
    "contact.identified": _identified,
    "contact.named": _named,
    "contact.pictured": _pictured,
    "contact.noted": _noted,
    "consent.recorded": _consent_recorded,
}
