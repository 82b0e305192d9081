"""The inbox API over `FakeHouse`."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route, WebSocketRoute
from starlette.websockets import WebSocket, WebSocketDisconnect

from tests.browser.fake_house import (
    AGENTS,
    CANNED,
    CAPABILITIES,
    DOT,
    INBOXES,
    ROLE,
    TEMPLATES,
    FakeHouse,
    Json,
    Refusal,
    instant,
    matches,
    me,
)

ROOT = Path(__file__).parents[2]


def routes(house: FakeHouse) -> list[Any]:
    """Return every route of the contract over this house."""

    def path(request: Request) -> str:
        return str(request.path_params["id"])

    async def listing(request: Request) -> Json:
        ask = request.query_params
        rows = [c for c in house.conversations.values() if matches(c, ask)]
        newest = ask.get("sort", "newest") == "newest"
        rows.sort(key=lambda c: (c["last_message_at"] or "", c["conversation_id"]), reverse=newest)
        start, limit = int(ask.get("cursor") or 0), int(ask.get("limit") or 25)
        following = str(start + limit) if start + limit < len(rows) else None
        return {"conversations": rows[start : start + limit], "next_cursor": following, "counts": house.counts()}

    async def thread(request: Request) -> Json:
        conversation, entries = house.visit(path(request)), house.said(path(request))
        end = int(request.query_params.get("before") or len(entries))
        start = max(0, end - int(request.query_params.get("limit") or 50))
        return {
            "entries": entries[start:end],
            "before": str(start) if start else None,
            "version": conversation["version"],
            "reached_seq": house.seq,
        }

    async def assign(request: Request) -> Json:
        body = await request.json()
        conversation = house.checked(path(request), body["version"])
        claim = request.url.path.endswith("/claim")
        wanted = "p-ana" if claim else body["assignee_id"]
        if claim and conversation["assignee"] and conversation["assignee"]["person_id"] != wanted:
            raise Refusal(
                409,
                "conflict",
                "Somebody else holds it.",
                version=conversation["version"],
                changed=[
                    {
                        "event": "conversation.assigned",
                        "by": conversation["assignee"]["name"],
                        "at": instant(house.now()),
                    }
                ],
            )
        conversation["assignee"] = next((agent for agent in AGENTS if agent["person_id"] == wanted), None)
        return changed(path(request), "conversation.assigned", "Assigned")

    async def status(request: Request) -> Json:
        body, verb = await request.json(), request.url.path.rsplit("/", 1)[1]
        conversation = house.checked(path(request), body["version"])
        conversation["status"] = {"snooze": "snoozed", "resolve": "resolved", "reopen": "open"}[verb]
        conversation["snoozed_until_at"] = body.get("until_at")
        name = {"snooze": "snoozed", "resolve": "resolved", "reopen": "reopened"}[verb]
        return changed(path(request), f"conversation.{name}", f"Conversation {name}")

    async def take_over(request: Request) -> Json:
        house.visit(path(request))["held_elsewhere"] = False
        return changed(path(request), "conversation.taken_over", "Ana took it")

    async def tags(request: Request) -> Json:
        conversation = house.visit(path(request))
        if request.method == "DELETE":
            conversation["tags"] = [tag for tag in conversation["tags"] if tag != request.path_params["tag"]]
        else:
            conversation["tags"] = [*conversation["tags"], (await request.json())["tag"]]
        return {"conversation": conversation, "seq": house.publish(path(request))}

    def changed(conversation_id: str, activity: str, text: str) -> Json:
        seq = house.publish(conversation_id, house.activity(conversation_id, activity, text))
        return {"conversation": house.conversations[conversation_id], "seq": seq}

    async def seen(request: Request) -> Json:
        house.visit(path(request))["unread_count"] = 0
        return {"conversation": house.conversations[path(request)], "seq": house.publish(path(request))}

    async def notes(request: Request) -> Json:
        body = await request.json()
        note = {
            "type": "note",
            "note_id": f"n-{next(house.ids)}",
            "text": body["text"],
            "author": {"kind": "agent", **AGENTS[0]},
            "at": instant(house.now()),
        }
        house.threads[path(request)].append(note)
        return {"note": note, "seq": house.publish(path(request), note)}

    async def replies(request: Request) -> Json:
        if house.fail_next_reply:
            house.fail_next_reply -= 1
            raise Refusal(
                503,
                "store_unavailable",
                "The store cannot take anything just now; nothing was accepted, send it again.",
            )
        body = await request.json()
        if body["kind"] == "reaction":
            entry, seq = house.react(path(request), body["message_id"], body["emoji"])
            return {"message": entry, "seq": seq}
        entry, seq = house.outbound(path(request), body)
        asyncio.get_running_loop().call_later(0.4, settle, path(request), entry, "sent")
        asyncio.get_running_loop().call_later(0.9, settle, path(request), entry, "delivered")
        return {"message": entry, "seq": seq}

    def settle(conversation_id: str, entry: Json, delivery_status: str) -> None:
        entry["delivery_status"] = delivery_status
        house.publish(conversation_id, entry)

    async def retry(request: Request) -> Json:
        conversation_id, entry = house.find(path(request))
        entry.update(delivery_status="queued" if request.url.path.endswith("retry") else "cancelled", error=None)
        return {"message": entry, "seq": house.publish(conversation_id, entry)}

    async def upload(request: Request) -> Json:
        async with request.form() as form:
            file: Any = form["file"]
            data = await file.read()
        upload_id = f"u-{next(house.ids)}"
        house.uploads[upload_id] = (file.filename, file.content_type, data)
        return {"upload_id": upload_id, "filename": file.filename, "mime": file.content_type, "size": len(data)}

    async def media(request: Request) -> Response:
        _filename, mime, data = house.media.get(
            (path(request), int(request.path_params["index"])), ("dot.png", "image/png", DOT)
        )
        return Response(data, media_type=mime, headers={"X-Content-Type-Options": "nosniff"})

    async def contact(request: Request) -> Json:
        mine = [c for c in house.conversations.values() if c["contact"]["contact_id"] == path(request)]
        if not mine:
            raise Refusal(404, "not_found", "There is no such thing here.")
        known = mine[0]["contact"]
        if request.method == "PATCH":
            known.update({key: value for key, value in (await request.json()).items() if key == "name"})
        return known | {
            "identities": [{"kind": "phone", "address": known["address"]}],
            "doors": [],
            "first_seen_at": "2026-01-10T09:00:00Z",
            "last_seen_at": instant(house.now()),
            "attributes": {"city": "São Paulo", "tier": "gold"},
            "consents": [
                {
                    "purpose": "marketing_messages",
                    "value": "granted",
                    "source": "web form",
                    "at": "2026-02-01T12:00:00Z",
                }
            ],
            "conversations": [
                {
                    "conversation_id": c["conversation_id"],
                    "inbox_name": c["inbox"]["name"],
                    "status": c["status"],
                    "last_message_at": c["last_message_at"],
                }
                for c in mine
            ],
            "profile": {
                "channel": "whatsapp",
                "language": "pt",
                "conversation_count": 3,
                "inbound_count": 14,
                "outbound_count": 12,
                "order_count": 1,
                "recency_days": 0,
                "preferred_hour": 10,
                "wait_median_s": 240.0,
                "response_median_s": 95.0,
                "read_rate": 0.92,
            },
        }

    async def control(request: Request) -> Json:
        body = await request.json()
        match body.pop("do"):
            case "inbound":
                return house.inbound(**body)
            case "show":
                entry = {
                    **house._message(body["conversation_id"], body["direction"], body.get("text"), house.now()),
                    **body["entry"],
                }
                house.threads[body["conversation_id"]][-1] = entry
                house.visit(body["conversation_id"])["preview"]["kind"] = entry["kind"]
                house.publish(body["conversation_id"], entry)
            case "line":
                entry = house.activity(body["conversation_id"], body["activity"], "") | {"payload": body["payload"]}
                house.threads[body["conversation_id"]][-1] = entry
                house.publish(body["conversation_id"], entry)
            case "hold":
                house.visit(body["conversation_id"])["held_elsewhere"] = True
                house.publish(body["conversation_id"])
            case "door":
                return {"conversation_id": house.another_door(**body)}
            case "bump":
                house.publish(body["conversation_id"])
            case "hang_up":
                house.tell(None)
            case "forget":
                house.oldest_seq = house.seq
            case "fail":
                house.fail_next_reply = body["times"]
            case "me":
                ROLE.update(body)
        return {}

    async def stream(socket: WebSocket) -> None:
        await socket.accept()
        after = int(socket.query_params.get("after") or house.seq)
        queue: asyncio.Queue[Json | None] = asyncio.Queue()
        house.listeners.add(queue)
        try:
            await socket.send_json({"type": "hello", "seq": house.seq})
            if after < house.oldest_seq:
                await socket.send_json({"type": "reset", "seq": house.seq})
            for change in [c for c in house.changes if c["seq"] > max(after, house.oldest_seq)]:
                await socket.send_json(change)
            reader = asyncio.create_task(listen(socket, queue))
            while (message := await queue.get()) is not None:
                await socket.send_json(message)
            reader.cancel()
            await socket.close(1012)
        except (WebSocketDisconnect, RuntimeError):
            return
        finally:
            house.listeners.discard(queue)

    async def listen(socket: WebSocket, mine: asyncio.Queue[Json | None]) -> None:
        try:
            async for text in socket.iter_text():
                for listener in house.listeners - {mine}:
                    listener.put_nowait(json.loads(text) | {"person": AGENTS[1]})
        except (WebSocketDisconnect, RuntimeError):
            mine.put_nowait(None)

    c = "/api/conversations/{id}"
    return [
        Route("/api/me", answer(lambda r: me())),
        Route("/api/conversations", answer(listing)),
        Route(
            c, answer(lambda r: house.visit(path(r)) | {"capabilities": CAPABILITIES, "doors": house.doors(path(r))})
        ),
        Route(c + "/thread", answer(thread)),
        Route(c + "/assign", answer(assign), methods=["POST"]),
        Route(c + "/claim", answer(assign), methods=["POST"]),
        Route(c + "/snooze", answer(status), methods=["POST"]),
        Route(c + "/resolve", answer(status), methods=["POST"]),
        Route(c + "/reopen", answer(status), methods=["POST"]),
        Route(c + "/tags", answer(tags), methods=["POST"]),
        Route(c + "/tags/{tag}", answer(tags), methods=["DELETE"]),
        Route(c + "/seen", answer(seen), methods=["POST"]),
        Route(c + "/notes", answer(notes), methods=["POST"]),
        Route(c + "/replies", answer(replies), methods=["POST"]),
        Route(c + "/take-over", answer(take_over), methods=["POST"]),
        Route(c + "/typing", answer(lambda r: {}), methods=["POST"]),
        Route("/api/messages/{id}/retry", answer(retry), methods=["POST"]),
        Route("/api/messages/{id}/cancel", answer(retry), methods=["POST"]),
        Route("/api/uploads", answer(upload), methods=["POST"]),
        Route("/api/media/{id}/{index:int}", media),
        Route("/api/contacts/{id}", answer(contact), methods=["GET", "PATCH"]),
        Route("/api/contacts/{id}/candidates", answer(lambda r: {"contacts": []})),
        Route("/api/agents", answer(lambda r: {"agents": AGENTS})),
        Route("/api/inboxes", answer(lambda r: {"inboxes": INBOXES})),
        Route("/api/tags", answer(lambda r: {"tags": ["order", "vip", "delivery", "refund"]})),
        Route("/api/canned-responses", answer(lambda r: {"canned_responses": CANNED})),
        Route("/api/templates", answer(lambda r: {"templates": TEMPLATES})),
        Route("/api/templates/refresh", answer(lambda r: {}), methods=["POST"]),
        Route(
            "/api/people",
            answer(
                lambda r: {
                    "people": [
                        a
                        | {
                            "email": f"{a['person_id'][2:]}@example.test",
                            "role": "agent",
                            "language": "en",
                            "is_active": True,
                        }
                        for a in AGENTS
                    ]
                }
            ),
        ),
        Route("/api/tokens", answer(lambda r: {"tokens": []})),
        Route("/api/sessions", answer(lambda r: {"sessions": []})),
        Route("/api/inboxes/{id}/members", answer(lambda r: {"members": AGENTS[:2]})),
        Route(
            "/api/channels/notices",
            answer(
                lambda r: {
                    "notices": [
                        {
                            "event_id": "notice-1",
                            "is_pressing": True,
                            "subject": "template",
                            "event": "PAUSED",
                            "severity": "warning",
                            "title": "Template come_back was paused for low quality",
                            "at": instant(house.now()),
                        }
                    ]
                }
            ),
        ),
        Route("/api/quarantine", answer(lambda r: {"items": [], "unread": []})),
        WebSocketRoute("/api/stream", stream),
        Route("/fake", answer(control), methods=["POST"]),
    ]


def answer(act: Callable[[Request], Any]) -> Callable[[Request], Awaitable[Response]]:
    """Turn an action into a route that guards writes and writes the one error shape."""

    async def route(request: Request) -> Response:
        if request.method != "GET" and request.headers.get("x-prosa") != "1" and request.url.path != "/fake":
            return JSONResponse({"error": {"code": "not_allowed", "message": "X-Prosa is missing", "facts": {}}}, 403)
        try:
            result = act(request)
            return JSONResponse(await result if asyncio.iscoroutine(result) else result)
        except Refusal as refusal:
            return JSONResponse(refusal.body, refusal.http)

    return route
