"""The routes of the widget, below `/chat`.

Visitors are strangers: each request names a widget, comes from a page that may embed it, and carries the token of a
visit. What they do is answered once it is durable, and becomes events elsewhere.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import replace
from typing import Any

import orjson
from fastapi import FastAPI
from sqlalchemy.exc import OperationalError
from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.datastructures import UploadFile
from starlette.requests import HTTPConnection, Request
from starlette.responses import Response
from starlette.routing import Mount, Route, WebSocketRoute
from starlette.websockets import WebSocket

from app.connections import Connections
from app.context import Context
from app.errors import answer
from app.webchat import deliveries, files, presence, reading, schemas, script, shop, sockets, visits
from app.webchat.pace import Pace
from app.webchat.stream import Hub, Listener
from app.webchat.visits import Door, Visitor
from ingest.domain.delivery import Appender
from ingest.domain.errors import BadInput, NotAllowed, NotFound, NotSignedIn, ProsaError, StoreUnavailable, TooMany
from ingest.store.media import MediaStore

PATH = "/chat"
LONGEST_POLL_S = 25.0

_Serve = Callable[[Door, Request], Awaitable[Response]]


def is_upload(path: str) -> bool:
    """Say whether a path takes files, and so larger bodies than others."""
    return path.startswith(f"{PATH}/") and path.endswith("/files")


def install(house: FastAPI, context: Context, connections: Connections, appender: Appender) -> None:
    """Put the chat into the web application, and before its `state.show_typing` the way to visitors' widgets."""
    chat = Chat(house, context, connections, appender)
    house.state.show_typing = presence.TypingShown(chat.hub, house.state.show_typing)
    # Before the API's fifty routes, each of which a request would be held against first.
    house.router.routes.insert(0, Mount(PATH, chat.app))
    shop.install(house, connections)


class Chat:
    """The widget's server side; `app` is to be mounted at `/chat`."""

    def __init__(self, house: FastAPI, context: Context, connections: Connections, appender: Appender) -> None:
        """Take the application that mounts it, for `presence`."""
        self._house = house
        self._context = context
        self._connections = connections
        self._appender = appender
        self._media = MediaStore(context.settings.media)
        self._pace = Pace()
        self.hub = Hub(context)
        self.app = Starlette(routes=self._routes())

    def _routes(self) -> list[Any]:
        return [
            Route("/prosa-chat.js", script.serve, methods=["GET"]),
            self._route("config", "GET", self._config),
            self._route("session", "POST", self._session),
            self._route("messages", "POST", self._say),
            self._route("messages", "GET", self._hear),
            self._route("reactions", "POST", self._react),
            self._route("read", "POST", self._read),
            self._route("typing", "POST", self._typing),
            self._route("files", "POST", self._upload),
            self._route("files/{sha256}", "GET", self._file),
            WebSocketRoute("/{connection_id}/stream", self._stream),
        ]

    def _route(self, path: str, method: str, serve: _Serve) -> Route:
        async def guarded(request: Request) -> Response:
            origin = ""
            try:
                door = visits.door_of(self._connections, request)
                origin = request.headers.get("origin", "")  # a page that may embed it reads every answer, refusals too
                is_asked = request.method != "OPTIONS"
                response = await serve(door, request) if is_asked else Response(status_code=204)
            except ProsaError as error:
                response = answer(error)
            except OperationalError:
                response = answer(StoreUnavailable())
            return _shared(response, origin)

        return Route(f"/{{connection_id}}/{path}", guarded, methods=[method, "OPTIONS"])

    # --- who ----------------------------------------------------------------------------------

    async def _config(self, door: Door, request: Request) -> Response:
        return _json(door.widget.public(), {"Cache-Control": "max-age=60"})

    async def _session(self, door: Door, request: Request) -> Response:
        now_us = self._context.clock.us()
        self._pace.take("session", _address(request), now_us)
        given = schemas.read(schemas.SessionGiven, await request.body())
        user = given.user.model_dump() if given.user else None
        known = visits.remembered(door, given.returning, now_us)
        visitor = visits.begin(door, known, user, now_us)
        if known and known["user_id"] is None and await self._is_spent(replace(visitor, user_id=None)):
            visitor = visits.begin(door, {}, user, now_us)
        told = _introduced(visitor, given)
        if told.get("prechat", {}).get("consent"):
            visitor = visits.agreed(visitor)
        if told:
            self._pace.take("message", visitor.visitor_id, now_us)
            self._pace.take("address", _address(request), now_us)
            await self._introduce(visitor, now_us, told, is_known=known.get("user_id") is not None)
        return _json(visits.tokens_of(visitor, now_us))

    async def _introduce(self, visitor: Visitor, now_us: int, told: dict[str, Any], *, is_known: bool) -> None:
        """Keep who a visitor is; raises TooMany where somebody else signed in in the same browser this very moment."""
        if visitor.user_id is not None and await self._appender.append(deliveries.signing_in(visitor, now_us, told)):
            return
        if visitor.user_id is not None and not is_known:
            raise TooMany("Somebody signs in with this visit just now; begin it anew.", retry_after_s=1)
        await self._appender.append(deliveries.introduction(visitor, now_us, told))

    async def _visitor(self, door: Door, http: HTTPConnection, what: str) -> Visitor:
        """Return who asks; raises NotSignedIn, or TooMany for one who asks too often."""
        now_us = self._context.clock.us()
        visitor = visits.visitor_of(door, http, now_us)
        self._pace.take(what, visitor.visitor_id, now_us)
        if await self._is_spent(visitor):
            raise NotSignedIn("This visitor has signed in; begin the visit anew.")
        return visitor

    async def _is_spent(self, visitor: Visitor) -> bool:
        return visitor.user_id is None and await run_in_threadpool(self.hub.read, reading.is_spent, visitor)

    # --- what visitors do ---------------------------------------------------------------------

    async def _say(self, door: Door, request: Request) -> Response:
        visitor, now_us = await self._visitor(door, request, "message"), self._context.clock.us()
        self._pace.take("address", _address(request), now_us)
        if not visitor.has_agreed:
            raise NotAllowed("Agree to the terms of the chat first.", consent=True)
        given = schemas.read(schemas.Said, await request.body())
        said = _said(visitor, given, now_us)
        if given.reply_to is not None:
            said["quoted"] = _name(await run_in_threadpool(self.hub.read, _target, visitor, given.reply_to))
        await self._appender.append(deliveries.message(visitor, now_us, given.client_id, said))
        return _json({"client_id": given.client_id, "at": now_us // 1000})

    async def _react(self, door: Door, request: Request) -> Response:
        visitor, now_us = await self._visitor(door, request, "small"), self._context.clock.us()
        given = schemas.read(schemas.Reacted, await request.body())
        target = await run_in_threadpool(self.hub.read, _target, visitor, given.message_id)
        if target.direction != "outbound":
            raise BadInput("A reaction can be put on what the business wrote.", field="message_id")
        event = deliveries.reaction(visitor, now_us, given.client_id, _name(target), given.emoji)
        await self._appender.append(event)
        return Response(status_code=204)

    async def _read(self, door: Door, request: Request) -> Response:
        visitor, now_us = await self._visitor(door, request, "small"), self._context.clock.us()
        given = schemas.read(schemas.Shown, await request.body())
        named = await run_in_threadpool(self.hub.read, _unreported, visitor, given)
        if named:
            await self._appender.append(deliveries.receipt(visitor, now_us, given.status, named))
        return Response(status_code=204)

    async def _typing(self, door: Door, request: Request) -> Response:
        await self._types(await self._visitor(door, request, "small"))
        return Response(status_code=204)

    async def _types(self, visitor: Visitor) -> None:
        known = await run_in_threadpool(self.hub.read, reading.conversations_of, [visitor])
        await presence.show_visitor_typing(self._house, visitor.door.inbox_id, known[visitor])

    # --- files --------------------------------------------------------------------------------

    async def _upload(self, door: Door, request: Request) -> Response:
        visitor = await self._visitor(door, request, "file")
        async with request.form(max_files=1, max_fields=4) as form:
            file = form.get("file")
            if not isinstance(file, UploadFile):
                raise BadInput("Send one file in the field `file`.", field="file")
            is_voice, now_us = form.get("is_voice") == "1", self._context.clock.us()
            taken = await run_in_threadpool(files.take, self._media, visitor, file, is_voice=is_voice, now_us=now_us)
        return _json(taken)

    async def _file(self, door: Door, request: Request) -> Response:
        visitor = await self._visitor(door, request, "small")
        row = await run_in_threadpool(self.hub.read, _own_file, visitor, request.path_params["sha256"])
        if row is None:
            raise NotFound
        return files.serve(self._media, row)

    # --- what visitors are told ---------------------------------------------------------------

    async def _hear(self, door: Door, request: Request) -> Response:
        visitor = await self._visitor(door, request, "small")
        if "before" not in request.query_params:
            return await self._poll(request, visitor, _after(request))
        if (before := _number(request, "before")) is None:
            raise BadInput("Name the message by its seq, a number.", field="before")
        return _json(await run_in_threadpool(self.hub.read, _earlier, visitor, before))

    async def _poll(self, request: Request, visitor: Visitor, after: int | None) -> Response:
        """Answer at once with what was missed; else with the first thing that happens, or nothing after 25 s."""
        async with self.hub.listening(visitor) as listener:
            missed = await run_in_threadpool(self.hub.read, reading.batch, listener.conversation_id, after)
            if missed["messages"] or missed["is_all"]:
                return _json(missed)
            told = await _first(listener, request)
            return Response(told, media_type="application/json") if isinstance(told, str) else _json(missed)

    async def _stream(self, socket: WebSocket) -> None:
        try:
            door = visits.door_of(self._connections, socket)
            visitor = await self._visitor(door, socket, "small")
        except (NotSignedIn, NotAllowed, NotFound) as error:
            await sockets.refuse(socket, error)
            return
        except ProsaError:
            await socket.close(sockets.LATER)
            return
        await sockets.serve(socket, self.hub, visitor, _after(socket), lambda: self._types(visitor), self._is_current)

    async def _is_current(self, socket: WebSocket) -> bool:
        """Say whether an open stream may go on: the widget is there and the visit has not ended."""
        try:
            door = visits.door_of(self._connections, socket)
            return not await self._is_spent(visits.visitor_of(door, socket, self._context.clock.us()))
        except ProsaError:
            return False


async def _first(listener: Listener, request: Request) -> str | int | None:
    """Return what the visitor is told first; None after 25 s, or when the browser has gone.

    A poll that nobody hears any more would hold its place, and the end of the process, until its time is over.
    """
    telling, leaving = asyncio.create_task(listener.queue.get()), asyncio.create_task(_gone(request))
    try:
        await asyncio.wait((telling, leaving), timeout=LONGEST_POLL_S, return_when=asyncio.FIRST_COMPLETED)
        return telling.result() if telling.done() else None
    finally:
        telling.cancel()
        leaving.cancel()


async def _gone(request: Request) -> None:
    """Return when the browser has hung up."""
    while (await request.receive())["type"] != "http.disconnect":
        pass


def _introduced(visitor: Visitor, given: schemas.SessionGiven) -> dict[str, Any]:
    """Return what is new to say of a visitor: whom the shop vouches for, and what the form asked."""
    told: dict[str, Any] = {}
    if given.user is not None:
        told["user"] = {name: value for name, value in given.user.model_dump(exclude={"proof"}).items() if value}
    if given.prechat is not None:
        told["prechat"] = _filled_in(visitor, given.prechat)
    return told


def _filled_in(visitor: Visitor, given: schemas.Prechat) -> dict[str, Any]:
    """Return the form as filled in; the wording agreed to is the one we showed, not one we are told."""
    widget = visitor.door.widget
    filled: dict[str, Any] = {name: value for name in widget.fields if (value := getattr(given, name))}
    if widget.consent is not None:
        if given.consent_version != widget.consent.version:
            raise BadInput("The terms have changed; read them again.", field="consent_version")
        filled["consent"] = {"version": widget.consent.version, "text": widget.consent.text}
    return filled


def _said(visitor: Visitor, given: schemas.Said, now_us: int) -> dict[str, Any]:
    if given.text is None and given.ticket is None and given.reply is None:
        raise BadInput("Write something, choose an answer or add a file.", field="text")
    said = given.model_dump(exclude={"client_id", "ticket", "reply_to"}, exclude_none=True)
    if given.ticket is not None:
        said["file"] = files.redeem(visitor, given.ticket, now_us)
    return said


def _unreported(sql: Any, visitor: Visitor, given: schemas.Shown) -> list[str]:
    conversation_id = reading.conversations_of(sql, [visitor])[visitor]
    return reading.unreported(sql, conversation_id, given.seq, given.status)


def _own_file(sql: Any, visitor: Visitor, sha256: str) -> Any:
    return reading.file_of(sql, reading.conversations_of(sql, [visitor])[visitor], sha256)


def _target(sql: Any, visitor: Visitor, message_id: str) -> Any:
    return reading.target_of(sql, reading.conversations_of(sql, [visitor])[visitor], message_id)


def _name(row: Any) -> str:
    """Return what a delivery calls a message: the id it has on the channel, which for ours is our own."""
    return str(row.external_id or row.message_id)


def _earlier(sql: Any, visitor: Visitor, before: int) -> dict[str, Any]:
    return reading.earlier(sql, reading.conversations_of(sql, [visitor])[visitor], before)


def _after(http: HTTPConnection) -> int | None:
    return _number(http, "after")


def _number(http: HTTPConnection, name: str) -> int | None:
    given = http.query_params.get(name, "")
    return int(given) if given.isascii() and given.isdigit() and len(given) < 19 else None


def _address(http: HTTPConnection) -> str:
    return http.client.host if http.client else ""


def _json(value: Any, headers: dict[str, str] | None = None) -> Response:
    return Response(orjson.dumps(value), media_type="application/json", headers=headers)


def _shared(response: Response, origin: str) -> Response:
    """Let the page that asked read the answer, and nobody else's."""
    response.headers.setdefault("Cache-Control", "no-store")
    response.headers["Vary"] = "Origin"
    if origin:
        response.headers["Access-Control-Allow-Origin"] = origin
        response.headers["Access-Control-Allow-Methods"] = "GET, POST"
        response.headers["Access-Control-Allow-Headers"] = "authorization, content-type"
        response.headers["Access-Control-Max-Age"] = "7200"
        response.headers["Access-Control-Expose-Headers"] = "retry-after"
    return response
