"""SMS's wire: forms of a provider that speaks as Twilio does; no body tells a time or a name."""

from __future__ import annotations

from dataclasses import replace
from urllib.parse import urlencode

from ingest.channels.base import Connection
from ingest.channels.simulator.people import Customer, Door
from ingest.channels.simulator.wire import Addresses, Item, Party, Said, Wire
from ingest.channels.sms.webhook import SIGNATURE_HEADER, form_of, signature
from ingest.kit.ids import stable_id


class SmsWire(Wire):
    """A number."""

    channel = "sms"
    content_type = "application/x-www-form-urlencoded"
    shows_names = False

    def identities(self, customer: Customer) -> list[dict[str, str]]:
        """Return the phone as the provider writes it."""
        return [{"kind": "phone", "address": f"+{customer.phone}"}]

    def new_id(self, party: Party, us: int, *, is_ours: bool) -> str:
        """Return a SID."""
        return f"SM{party.random.getrandbits(128):032x}"

    def wrote(self, party: Party, us: int, external_id: str, said: Said) -> bytes:
        """Return the form of an inbound SMS."""
        ids = dict.fromkeys(("MessageSid", "SmsSid", "SmsMessageSid"), external_id)
        form = {"From": f"+{party.customer.phone}", "To": party.account, "Body": said.text, "NumMedia": "0",
                "NumSegments": "1", "SmsStatus": "received"}  # fmt: skip
        return self._form(party, ids | form)

    def reported(self, party: Party, us: int, external_id: str, status: str) -> bytes | None:
        """Return the form of a receipt; that it was read nobody knows."""
        if status == "read":
            return None
        form = {"MessageSid": external_id, "SmsSid": external_id, "From": party.account,
                "To": f"+{party.customer.phone}", "MessageStatus": status, "SmsStatus": status}  # fmt: skip
        return self._form(party, form | ({"ErrorCode": "30003"} if status == "failed" else {}))

    def opted_out(self, party: Party, us: int) -> bytes | None:
        """Return the word that stops messages."""
        return self.wrote(party, us, self.new_id(party, us, is_ours=False), Said("text", "STOP"))

    def proof(self, connection: Connection, path: str, body: bytes) -> dict[str, str]:
        """Return the provider's signature over our public address and the form."""
        url = f"{connection.settings['public_url']}{path}"
        return {SIGNATURE_HEADER.decode(): signature(connection.secrets[0], url, form_of(body))}

    def connection(self, workspace_id: str, door: Door, at: Addresses) -> Connection:
        """Return a connection whose secret is its token: the provider signs with what we call it with."""
        made = super().connection(workspace_id, door, at)
        return replace(made, secrets=[made.access_token])

    def settings(self, connection_id: str, door: Door, at: Addresses) -> Item:
        """Return account, our address, and where receipts go."""
        callback = f"{at.ours}/webhooks/{self.channel}/{connection_id}"
        return {"account_sid": _sid(connection_id), "public_url": at.ours, "status_callback": callback}

    def _form(self, party: Party, form: dict[str, str]) -> bytes:
        account = _sid(party.door.connection_id(party.workspace_id))
        return urlencode(form | {"AccountSid": account, "ApiVersion": "2010-04-01"}).encode()


def _sid(connection_id: str) -> str:
    return "AC" + stable_id("sid", connection_id).removeprefix("sid_")


WIRE = SmsWire()
