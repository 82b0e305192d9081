"""The bare baseline: an ASGI app that appends bodies to a file, flushes once for all who wait, and answers."""

from __future__ import annotations

import asyncio
import os
import sys

import uvicorn


class Bare:
    """Reads, appends, fdatasyncs as a group, answers 200. No signature, no parsing, no key."""

    def __init__(self, path: str) -> None:
        self._file = os.open(path, os.O_CREAT | os.O_WRONLY | os.O_APPEND)
        self._waiting: list[tuple[bytes, asyncio.Future[None]]] = []
        self._is_flushing = False

    async def __call__(self, scope, receive, send):
        if scope["type"] != "http":
            return
        body, is_more = b"", True
        while is_more:
            message = await receive()
            body += message.get("body", b"")
            is_more = message.get("more_body", False)
        future = asyncio.get_running_loop().create_future()
        self._waiting.append((body, future))
        if not self._is_flushing:
            self._is_flushing = True
            asyncio.get_running_loop().create_task(self._flush())
        await future
        await send({"type": "http.response.start", "status": 200, "headers": [(b"content-length", b"2")]})
        await send({"type": "http.response.body", "body": b"ok"})

    async def _flush(self) -> None:
        while self._waiting:
            batch, self._waiting = self._waiting, []
            await asyncio.to_thread(self._write, b"".join(body for body, _ in batch))
            for _, future in batch:
                future.set_result(None)
        self._is_flushing = False

    def _write(self, data: bytes) -> None:
        os.write(self._file, data)
        os.fdatasync(self._file)


if __name__ == "__main__":
    uvicorn.run(
        Bare(sys.argv[1]),
        host="127.0.0.1",
        port=int(sys.argv[2]),
        loop="uvloop",
        http="httptools",
        log_level="warning",
        access_log=False,
    )
