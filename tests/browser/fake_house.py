"""A small business in memory that behaves as the inbox API promises; browser tests talk to it."""

from __future__ import annotations

import asyncio
import base64
import itertools
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

Json = dict[str, Any]

AGENTS = [
    {"person_id": "p-ana", "name": "Ana Souza"},
    {"person_id": "p-omar", "name": "Omar Haddad"},
    {"person_id": "p-li", "name": "Li Wei"},
]
INBOXES = [
    {"inbox_id": "i-sales", "name": "Sales", "channel": "whatsapp"},
    {"inbox_id": "i-care", "name": "Customer care", "channel": "whatsapp"},
]
PEOPLE = [
    ("Mariana Oliveira", "+55 11 98765-4321", "pt", "Oi! Meu pedido 4471 já saiu para entrega?"),
    ("أحمد الحسن", "+971 50 123 4567", "ar", "السلام عليكم، أين طلبي رقم 4471؟ كان موعده الساعة 10:13"),
    ("Carlos Jiménez", "+52 55 1234 5678", "es", "Buenos días, ¿tienen la talla M en azul?"),
    ("Emily Carter", "+1 415 555 0134", "en", "The blender arrived with a broken jar. Can I get a replacement?"),
    ("Beatriz Santos", "+55 21 99876-5432", "pt", "Vocês parcelam em quantas vezes?"),
    ("فاطمة الزهراء", "+212 6 12 34 56 78", "ar", "هل يمكنني تغيير عنوان التوصيل؟"),
    ("James Mwangi", "+254 712 345678", "en", "Do you deliver to Nakuru on Saturdays?"),
    ("Lucía Fernández", "+34 612 345 678", "es", "Gracias, todo perfecto 🙌"),
]
ANSWERS = {
    "pt": "Olá! Já verifico para você, um instante.",
    "ar": "أهلاً بك، سأتحقق من الأمر حالاً.",
    "es": "¡Hola! Lo reviso enseguida.",
    "en": "Hi! Let me check that for you right away.",
}
CAPABILITIES = {
    "text_limit": 4096,
    "kinds": ["text", "media", "template", "buttons", "list", "location_request", "reaction"],
    "text_unit": "characters",
    "button_limit": 3,
    "button_title_limit": 20,
    "list_row_limit": 10,
    "reports": ["delivered", "read", "sent"],
}
DOT = base64.b64decode(
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNkYPhfDwAChwGA60e6kgAAAABJRU5ErkJggg=="
)
ROLE = {"role": "administrator", "language": "en"}
TEMPLATES = [
    {
        "template_id": "t1",
        "name": "order_update",
        "language": "pt_BR",
        "category": "UTILITY",
        "template_status": "APPROVED",
        "components": [{"type": "BODY", "text": "Olá {{1}}, seu pedido {{2}} está a caminho."}],
        "blanks": [{"name": name, "kind": "text", "label": None} for name in "12"],
    },
    {
        "template_id": "t2",
        "name": "come_back",
        "language": "en",
        "category": "MARKETING",
        "template_status": "APPROVED",
        "components": [{"type": "BODY", "text": "Hi {{1}}, we have something new for you."}],
        "blanks": [{"name": "1", "kind": "text", "label": None}],
    },
    {
        "template_id": "t3",
        "name": "visit_us",
        "language": "en",
        "category": "MARKETING",
        "template_status": "APPROVED",
        "components": [{"type": "HEADER", "format": "LOCATION"}, {"type": "BODY", "text": "Come and see us."}],
        "blanks": [
            {"name": "header", "kind": "location", "label": None},
            {"name": "button_0", "kind": "text", "label": "Copy code"},
        ],
    },
    {
        "template_id": "t4",
        "name": "your_bill",
        "language": "en",
        "category": "UTILITY",
        "template_status": "APPROVED",
        "components": [{"type": "HEADER", "format": "DOCUMENT"}, {"type": "BODY", "text": "Your bill."}],
        "blanks": [{"name": "header", "kind": "document", "label": None}],
    },
    {
        "template_id": "t5",
        "name": "many_wares",
        "language": "en",
        "category": "MARKETING",
        "template_status": "APPROVED",
        "components": [{"type": "BODY", "text": "Look at these."}, {"type": "CAROUSEL", "cards": []}],
        "blanks": [],
        "problem": "This template has a part that cannot be sent from here: carousel.",
    },
    {
        "template_id": "t6",
        "name": "paused_one",
        "language": "en",
        "category": "UTILITY",
        "template_status": "PAUSED",
        "components": [{"type": "BODY", "text": "Nobody sees this."}],
        "blanks": [],
    },
]
CANNED = [
    {"shortcut": "hello", "text": "Hello! How can I help you today?"},
    {"shortcut": "hours", "text": "We are open Monday to Saturday, 9:00 to 18:00."},
    {"shortcut": "thanks", "text": "Thank you for your patience!"},
]


class Refusal(Exception):  # an answer, not a fault
    """An answer in the API's error shape."""

    def __init__(self, http: int, code: str, message: str, **facts: Any) -> None:
        self.http, self.body = http, {"error": {"code": code, "message": message, "facts": facts}}
        super().__init__(message)


def instant(at: datetime) -> str:
    """Write an instant as the API does."""
    return at.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


class FakeHouse:
    """Conversations, threads and a numbered stream of changes, all in memory."""

    def __init__(self, conversations: int = 60, now: Callable[[], datetime] = lambda: datetime.now(UTC)) -> None:
        self.now = now
        self.ids = itertools.count(1)
        self.seq = 1000
        self.oldest_seq = 0
        self.conversations: dict[str, Json] = {}
        self.threads: dict[str, list[Json]] = {}
        self.changes: list[Json] = []
        self.listeners: set[asyncio.Queue[Json | None]] = set()
        self.uploads: dict[str, tuple[str, str, bytes]] = {}
        self.media: dict[tuple[str, int], tuple[str, str, bytes]] = {}
        self.replies: dict[str, Json] = {}
        self.fail_next_reply = 0
        for number in range(conversations):
            self._furnish(number)

    def _furnish(self, number: int) -> None:
        name, address, language, text = PEOPLE[number % len(PEOPLE)]
        conversation_id = f"c-{number:04}"
        inbound_at = self.now() - timedelta(minutes=4 + 23 * number)
        closed = number % 6 == 5
        if closed:
            inbound_at -= timedelta(hours=26)
        self.threads[conversation_id] = []
        self.conversations[conversation_id] = {
            "conversation_id": conversation_id,
            "version": 1,
            "status": "open",
            "snoozed_until_at": None,
            "inbox": INBOXES[number % 2],
            "contact": {
                "contact_id": f"k-{number:04}",
                "customer_id": f"k-{number:04}",
                "name": name if number < 8 else f"{name} {number}",
                "address": address,
                "picture_url": None,
                "language": language,
            },
            "assignee": [AGENTS[0], None, AGENTS[1], None][number % 4],
            "tags": [["order"], ["vip", "delivery"], [], ["refund"]][number % 4],
            "unread_count": 0,
            "waiting_since_at": None,
            "last_message_at": None,
            "last_inbound_at": None,
            "preview": {"text": "", "kind": "text", "direction": "inbound"},
            "window_closes_at": None,
            "window_open": False,
            "held_elsewhere": False,
        }
        for turn in range(12):
            self._message(
                conversation_id,
                "inbound" if turn % 2 == 0 else "outbound",
                text if turn % 2 == 0 else ANSWERS[language],
                inbound_at - timedelta(minutes=55 * (12 - turn)),
            )
        self.conversations[conversation_id].update(unread_count=0, waiting_since_at=None)
        if number % 3 != 2:
            self._message(conversation_id, "inbound", text, inbound_at)
        else:
            self._message(conversation_id, "outbound", ANSWERS[language], inbound_at + timedelta(minutes=2))

    def _message(self, conversation_id: str, direction: str, text: str | None, at: datetime, **more: Any) -> Json:
        conversation = self.conversations[conversation_id]
        contact = conversation["contact"]
        entry: Json = {
            "type": "message",
            "message_id": f"m-{next(self.ids)}",
            "conversation_id": conversation_id,
            "inbox": conversation["inbox"],
            "direction": direction,
            "kind": "text",
            "text": text,
            "media": [],
            "content": None,
            "at": instant(at),
            "error": None,
            "reply_to": None,
            "reactions": [],
            "author": {"kind": "contact", "name": contact["name"]}
            if direction == "inbound"
            else {"kind": "agent", **AGENTS[0]},
            "delivery_status": None if direction == "inbound" else "read",
            "is_edited": False,
            "is_revoked": False,
            "is_auto": False,
            "album": None,
            "origin": None if direction == "inbound" else "typed",
        } | more
        self.threads[conversation_id].append(entry)
        conversation["last_message_at"] = entry["at"]
        conversation["preview"] = {"text": entry["text"], "kind": entry["kind"], "direction": direction}
        if direction == "inbound":
            conversation["last_inbound_at"] = entry["at"]
            conversation["waiting_since_at"] = conversation["waiting_since_at"] or entry["at"]
            conversation["unread_count"] += 1
            closes = at + timedelta(hours=24)
            conversation["window_open"] = closes > self.now()
            conversation["window_closes_at"] = instant(closes) if conversation["window_open"] else None
        else:
            conversation["waiting_since_at"] = None
        return entry

    def another_door(self, conversation_id: str, channel: str) -> str:
        """Let a customer write by one more channel; returns that conversation's id."""
        here, other = self.conversations[conversation_id], f"{conversation_id}-{channel}"
        inbox = {"inbox_id": f"i-{channel}", "name": f"Our {channel}", "channel": channel}
        contact = here["contact"] | {"contact_id": f"{here['contact']['contact_id']}-{channel}"}
        self.threads[other] = []
        self.conversations[other] = here | {"conversation_id": other, "inbox": inbox, "contact": contact, "version": 1}
        return other

    def doors(self, conversation_id: str) -> list[Json]:
        """Return the same customer's conversations at other doors."""
        customer = self.visit(conversation_id)["contact"]["customer_id"]
        everybody = self.conversations.items()
        return [c for each, c in everybody if c["contact"]["customer_id"] == customer and each != conversation_id]

    def said(self, conversation_id: str) -> list[Json]:
        """Return the thread with what was said at the customer's other doors."""
        beside = [self.threads[each["conversation_id"]] for each in self.doors(conversation_id)]
        others = [entry for thread in beside for entry in thread if entry["type"] != "activity"]
        return sorted([*self.threads[conversation_id], *others], key=lambda each: str(each["at"]))

    def visit(self, conversation_id: str) -> Json:
        """Return the conversation or refuse as the API does."""
        if conversation_id not in self.conversations:
            raise Refusal(404, "not_found", "There is no such thing here.")
        return self.conversations[conversation_id]

    def checked(self, conversation_id: str, version: int) -> Json:
        """Return the conversation if the caller saw its present version, else refuse with what changed."""
        conversation = self.visit(conversation_id)
        if conversation["version"] != version:
            changed = [{"event": "conversation.assigned", "by": "Omar Haddad", "at": instant(self.now())}]
            raise Refusal(
                409,
                "conflict",
                "It changed since you last looked; load it again.",
                version=conversation["version"],
                changed=changed,
            )
        return conversation

    def publish(self, conversation_id: str, *entries: Json) -> int:
        """Number a change and hand it to every listener."""
        conversation = self.conversations[conversation_id]
        self.seq += 1
        conversation["version"] += 1
        change = {
            "type": "change",
            "seq": self.seq,
            "conversation": dict(conversation),
            "entries": [dict(entry) for entry in entries],
            "counts": self.counts(),
        }
        self.changes.append(change)
        self.tell(change)
        return self.seq

    def tell(self, message: Json | None) -> None:
        """Hand a message to every listener; None hangs up."""
        for listener in self.listeners:
            listener.put_nowait(message)

    def counts(self) -> Json:
        """Count the open conversations of each tab as Ana sees them."""
        held = [c["assignee"] for c in self.conversations.values() if c["status"] == "open"]
        mine = sum(1 for assignee in held if assignee and assignee["person_id"] == "p-ana")
        return {"mine": mine, "unassigned": sum(1 for assignee in held if not assignee), "all": len(held)}

    def inbound(self, conversation_id: str, text: str, **more: Any) -> Json:
        """Let the contact say something now."""
        entry = self._message(conversation_id, "inbound", text, self.now(), **more)
        self.publish(conversation_id, entry)
        return entry

    def react(self, conversation_id: str, message_id: str, emoji: str) -> tuple[Json, int]:
        """Put our sign on a message, or take it back."""
        entry: Json = next(each for each in self.threads[conversation_id] if each.get("message_id") == message_id)
        entry["reactions"] = [{"emoji": emoji, "by": "business"}] if emoji else []
        return entry, self.publish(conversation_id, entry)

    def outbound(self, conversation_id: str, body: Json) -> tuple[Json, int]:
        """Take a reply once per client_id, as the API promises."""
        if body["client_id"] in self.replies:
            return self.replies[body["client_id"]], self.seq
        conversation = self.visit(conversation_id)
        if not conversation["window_open"] and body["kind"] != "template":
            raise Refusal(
                409, "window_closed", "The service window is closed; send a template.", closed_at=instant(self.now())
            )
        message_id = f"m-{next(self.ids)}"
        media = []
        for index, upload_id in enumerate(body.get("upload_ids") or []):
            filename, mime, data = self.uploads[upload_id]
            self.media[message_id, index] = (filename, mime, data)
            media.append(
                {
                    "index": index,
                    "filename": filename,
                    "mime": mime,
                    "size": len(data),
                    "state": "stored",
                    "is_voice": False,
                    "url": f"/api/media/{message_id}/{index}",
                }
            )
        kind = media[0]["mime"].split("/")[0] if media else body["kind"]
        said = (
            body.get("text") or " ".join(map(str, (body.get("template") or {}).get("parameters", {}).values())) or None
        )
        entry = self._message(
            conversation_id,
            "outbound",
            said,
            self.now(),
            message_id=message_id,
            media=media,
            kind=kind if kind in {"text", "image", "audio", "video", "template"} else "document",
            delivery_status="queued",
            content=body.get("template"),
        )
        self.replies[body["client_id"]] = entry
        return entry, self.publish(conversation_id, entry)

    def activity(self, conversation_id: str, activity: str, text: str) -> Json:
        """Add a system line to the thread."""
        entry = {
            "type": "activity",
            "event_id": f"e-{next(self.ids)}",
            "activity": activity,
            "text": text,
            "payload": {},
            "author": {"kind": "agent", **AGENTS[0]},
            "at": instant(self.now()),
        }
        self.threads[conversation_id].append(entry)
        return entry

    def find(self, message_id: str) -> tuple[str, Json]:
        """Return a message and the conversation it stands in."""
        for conversation_id, thread in self.threads.items():
            for entry in thread:
                if entry.get("message_id") == message_id:
                    return conversation_id, entry
        raise Refusal(404, "not_found", "There is no such thing here.")


def matches(conversation: Json, ask: Any) -> bool:
    """Say whether a conversation belongs to the list that was asked for."""
    holder = (conversation["assignee"] or {}).get("person_id")
    wanted = ask.get("status", "open")
    words = (ask.get("q") or "").casefold()
    return (
        (wanted == "any" or conversation["status"] == wanted)
        and {"mine": holder == "p-ana", "unassigned": holder is None}.get(ask.get("tab", "all"), True)
        and (not ask.get("inbox_id") or conversation["inbox"]["inbox_id"] == ask["inbox_id"])
        and (not ask.get("tag") or ask["tag"] in conversation["tags"])
        and (not ask.get("unread") or conversation["unread_count"] > 0)
        and (not ask.get("waiting") or conversation["waiting_since_at"] is not None)
        and (not words or words in f"{conversation['contact']['name']} {conversation['preview']['text']}".casefold())
    )


def me() -> Json:
    """Return who is signed in: Ana, with whatever role and language the test chose."""
    return {
        "person_id": "p-ana",
        "name": "Ana Souza",
        "email": "ana@example.test",
        **ROLE,
        "inboxes": ["i-sales", "i-care"],
        "can": [],
        "workspace": {"workspace_id": "w-1", "name": "Loja Aurora", "timezone": "America/Sao_Paulo"},
    }
