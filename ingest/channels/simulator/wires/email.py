"""Mail's wire: what Postmark posts for a mail that came in; threads by References (docs/channels.md §8)."""

from __future__ import annotations

import base64
from email.utils import format_datetime

import orjson

from ingest.channels.base import Connection
from ingest.channels.email.threads import NEW, base_subject, our_message_id, read_ours, token_of
from ingest.channels.simulator.people import Customer, Door
from ingest.channels.simulator.wire import Addresses, Item, Party, Said, Wire
from ingest.kit.clock import to_datetime
from ingest.kit.ids import stable_id

_MOST_REFERENCES = 12


class EmailWire(Wire):
    """A mailbox."""

    channel = "email"

    def identities(self, customer: Customer) -> list[dict[str, str]]:
        """Return the address."""
        return [{"kind": "email", "address": customer.email or ""}]

    def new_id(self, party: Party, us: int, *, is_ours: bool) -> str:
        """Return a Message-ID; an answer of ours has the token of the thread in it."""
        made = f"{party.random.getrandbits(96):024x}"
        if not is_ours:
            return f"{made}@people.example"
        token = token_of(party.written[0], [], []) if party.written else NEW
        return our_message_id(token, f"msg_{made}", party.door.address.rpartition("@")[2])

    def wrote(self, party: Party, us: int, external_id: str, said: Said) -> bytes:
        """Return a mail as Postmark takes it apart; the second of a thread answers the one before."""
        sender = {"Email": party.customer.email, "Name": party.customer.name, "MailboxHash": ""}
        headers = {"Message-ID": f"<{external_id}>"}
        if party.written:
            references = [party.written[0], *party.written[1:][-_MOST_REFERENCES:]]
            headers |= {
                "In-Reply-To": f"<{references[-1]}>",
                "References": " ".join(f"<{each}>" for each in references),
            }
        subject = base_subject(party.subject)
        return orjson.dumps(
            {
                "FromName": sender["Name"],
                "From": f'"{sender["Name"]}" <{sender["Email"]}>',
                "FromFull": sender,
                "To": party.door.address,
                "OriginalRecipient": party.door.address,
                "Subject": f"Re: {subject}" if party.written else subject,
                "MessageID": stable_id("postmark", external_id),
                "Date": format_datetime(to_datetime(us)),
                "TextBody": said.text,
                "Headers": [{"Name": name, "Value": value} for name, value in headers.items()],
                "Attachments": [],
            }
        )

    def proof(self, connection: Connection, path: str, body: bytes) -> dict[str, str]:
        """Return the name and password of the address."""
        return {"authorization": f"Basic {base64.b64encode(connection.secrets[0].encode()).decode()}"}

    def settings(self, connection_id: str, door: Door, at: Addresses) -> Item:
        """Return the mailbox, and the server that takes our mail."""
        server = {"smtp_host": "127.0.0.1", "smtp_port": str(at.mail_port), "smtp_security": "none"}
        return {"address": door.address, "sender_name": "Loja Aurora", "provider": "postmark", **server}


def is_in_thread(party: Party, message_id: str) -> bool:
    """Say whether a mail of ours belongs to what a party wrote about."""
    found = read_ours(message_id)
    return found is not None and bool(party.written) and found[0] == token_of(party.written[0], [], [])


WIRE = EmailWire()
