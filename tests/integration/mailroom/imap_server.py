"""A few words of IMAP over a socket, in front of the fake mailbox: what the real client says must work, too."""

from __future__ import annotations

import asyncio
import re

from ingest.channels.simulator.mailbox import FakeImap


class ImapServer:
    """Speaks RFC 3501 as far as one reader needs it, and IDLE."""

    def __init__(self, mailbox: FakeImap) -> None:
        self.mailbox = mailbox
        self.said: list[str] = []
        self.port = 0

    async def start(self) -> None:
        self._server = await asyncio.start_server(self._session, "127.0.0.1", 0)
        self.port = self._server.sockets[0].getsockname()[1]

    async def stop(self) -> None:
        self._server.close()

    async def _session(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(b"* OK [CAPABILITY IMAP4rev1 IDLE] ready\r\n")
        while line := (await reader.readline()).decode().strip():
            tag, _, rest = line.partition(" ")
            self.said.append(rest.partition(" ")[0] if rest.startswith("LOGIN") else rest)
            writer.write(await self._answer(tag, rest, reader, writer))
            await writer.drain()
        writer.close()

    async def _answer(self, tag: str, rest: str, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> bytes:
        word, folder = rest.upper(), self.mailbox.folders["INBOX"]
        done = f"{tag} OK done\r\n".encode()
        if word.startswith("CAPABILITY"):
            return b"* CAPABILITY IMAP4rev1 IDLE\r\n" + done
        if word.startswith("LOGIN"):
            is_right = f'"{self.mailbox.password}"' in rest
            return done if is_right else f"{tag} NO [AUTHENTICATIONFAILED] Invalid credentials\r\n".encode()
        if word.startswith("LIST"):
            return b'* LIST (\\HasNoChildren) "/" "INBOX"\r\n' + done
        if word.startswith("EXAMINE"):
            return f"* {len(folder.mails)} EXISTS\r\n* OK [UIDVALIDITY {folder.validity}] x\r\n".encode() + done
        if word.startswith("UID SEARCH"):
            first = int(re.findall(r"UID (\d+):\*", word)[0])
            uids = [uid for uid in sorted(folder.mails) if uid >= first] or sorted(folder.mails)[-1:]
            return f"* SEARCH {' '.join(map(str, uids))}\r\n".encode() + done
        if word.startswith("UID FETCH"):
            uid = int(word.split()[2])
            mail = folder.mails[uid]
            if "RFC822.SIZE" in word:
                return f"* {uid} FETCH (UID {uid} RFC822.SIZE {len(mail)})\r\n".encode() + done
            return f"* {uid} FETCH (UID {uid} BODY[] {{{len(mail)}}}\r\n".encode() + mail + b")\r\n" + done
        if word == "LOGOUT":
            return b"* BYE until later\r\n" + done
        if word == "IDLE":
            writer.write(b"+ idling\r\n")
            await self._idle(reader, writer)
            return done
        return done

    async def _idle(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        seen, ending = len(self.mailbox.folders["INBOX"].mails), asyncio.ensure_future(reader.readline())
        while not ending.done():
            await asyncio.wait([ending], timeout=0.05)
            if (count := len(self.mailbox.folders["INBOX"].mails)) != seen:
                seen = count
                writer.write(f"* {count} EXISTS\r\n".encode())
                await writer.drain()
