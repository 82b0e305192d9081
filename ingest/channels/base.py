"""The contract of a channel: verify bytes, parse them, say what may be sent, send it.

Parsing is pure and total. It never decides an HTTP status and never drops anything: what it cannot read becomes
`delivery.unreadable`, what it does not know `delivery.unrecognised`. A channel is one folder whose `channel.py`
holds a `Channel`; `registry.NAMES` is the only list of them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, BinaryIO, Literal, Protocol

from ingest.channels.failures import Retry
from ingest.domain.connection import Connection as Connection  # part of the contract
from ingest.domain.errors import ProsaError, Throttled
from ingest.domain.event import Event
from ingest.domain.identity import Identity
from ingest.domain.template import Blank, HeaderFile, Template
from ingest.kit.outward import Resolve

if TYPE_CHECKING:
    import httpx2

Headers = Sequence[tuple[bytes, bytes]]
"""Names in lower case, as ASGI gives them; a name may come twice."""


# --- in ----------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Call:
    """One request of a provider, before anybody believes it."""

    path: str
    query: str
    headers: Headers
    body: bytes = field(repr=False)

    def only(self, name: bytes) -> str | None:
        """Return the value of a header; None when it is missing, or doubled by somebody in between."""
        found = [value for given, value in self.headers if given == name]
        return found[0].decode("latin-1") if len(found) == 1 else None


@dataclass(frozen=True, slots=True)
class Answer:
    """What the provider wants to hear with a 200."""

    body: bytes
    content_type: str = "text/plain; charset=utf-8"


STORED = Answer(b'{"status":"stored"}', "application/json")
"""What providers hear who do not care."""


class Webhook(Protocol):
    """How a provider that calls us proves itself.

    One whose provider sends more than others do, files inside the body, also declares `body_limit` in bytes.
    """

    accepted: Answer
    """The answer once a delivery is durable."""

    def verify(self, call: Call, connection: Connection) -> bool:
        """Say whether the provider sent exactly these bytes; constant time, True for any of the secrets."""

    def handshake(self, call: Call, connection: Connection) -> Answer | None:
        """Return what a GET that sets up the subscription wants to hear, or None to refuse it with 403."""


@dataclass(frozen=True, slots=True)
class Delivery:
    """One request body (or mail, or long-polled update) as received, and where and when."""

    workspace_id: str
    connection_id: str
    body: bytes
    received_us: int
    event_id: str = ""
    """The `delivery.received` event that holds the bytes; becomes the `cause_id` of what is parsed."""
    content_type: str = ""
    """As sent; tells one provider's form from another's JSON."""


class Parser(Protocol):
    """Turns a delivery into events; total: defined for every body, raises for none."""

    def __call__(self, delivery: Delivery) -> list[Event]:
        """Return every event of the body, in its order."""


# --- what a channel can carry ------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Capabilities:
    """What a channel can carry; the composer, the outbox and the API ask this and nothing else."""

    channel: str
    text_limit: int
    """In `text_unit`."""
    window_s: int | None
    """Seconds after the last inbound message in which anything is allowed; None: always."""
    referral_window_s: int | None
    """The longer window that an ad or post opens."""
    kinds: frozenset[str]
    """Kinds of message it has a form for, in the words of `message.requested`."""
    button_limit: int
    button_title_limit: int
    list_row_limit: int
    media_limits: Mapping[str, int]
    """Bytes allowed by mime type; a key ending in `/` is a prefix."""
    person_window_s: int | None = None
    """A longer window in which only what a person typed may be sent (Meta's human agent: 7 days)."""
    text_unit: Literal["characters", "bytes", "utf16"] = "characters"
    """How the provider counts: characters, bytes of UTF-8, or UTF-16 code units."""
    caption_limit: int = 1024
    """Of text beside a file or above a list, in `text_unit`; 0 where they carry none and it goes ahead of them."""
    files_per_message: int = 1
    """Files that one message carries, together within the largest of `media_limits`; more become more messages."""
    uncaptioned: frozenset[str] = frozenset({"sticker"})
    """Kinds of file that carry no text all the same; it goes ahead of them."""
    voice_types: frozenset[str] = frozenset({"audio/ogg"})
    """Mime types of sound that may go as a voice note."""
    per_s: float = 80.0
    """Messages a second of one account."""
    pair_burst: int = 45
    pair_per_s: float = 1 / 6
    """Messages to one contact: so many at once, then so many a second."""
    burst: float | None = None
    """Messages of one account at once; None for a tenth of a second's worth."""
    group_per_s: float | None = None
    """Messages a second to one group, where that is less than to one contact; never several at once."""
    reports: frozenset[str] = frozenset({"sent", "delivered", "read"})
    """Receipts that the provider gives; ticks that never come are not waited for."""
    has_quotes: bool = True
    """An answer may stand under the message it answers."""
    has_profiles: bool = False
    """Messages may bring no name, and the provider says it when it is asked: the gateway is an `Introducer`."""
    is_stop_total: bool = False
    """Whoever takes consent back gets nothing at all from this channel, whoever writes it: the carriers' rule."""
    has_taps: bool = False
    """A button that was tapped waits until we say that we heard it: the gateway is a `Listener`."""
    shares_threads: bool = False
    """Several apps may answer one thread, one at a time: the gateway is a `Sharer`."""
    is_threaded: bool = False
    """An answer repeats what the contact's newest message said of its thread (`Sending.thread`)."""


# --- out ---------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class OutgoingFile:
    """A file of ours on its way out."""

    sha256: str
    mime: str
    filename: str
    read: Callable[[], bytes] = field(repr=False)
    """Returns the bytes; slow, call it in a thread."""
    is_voice: bool = False


@dataclass(frozen=True, slots=True)
class Sending:
    """One message to hand over: the payload of its `message.requested` and what is known beside it."""

    message_id: str
    """Ours; travels along wherever the provider echoes something back."""
    requested: Mapping[str, Any]
    recipient: Identity
    reply_to: str | None = None
    """The provider's id of the message this answers or reacts to."""
    file: OutgoingFile | None = None
    last_inbound_us: int | None = None
    now_us: int = 0
    thread: Mapping[str, Any] = field(default_factory=dict)
    """The content of the contact's newest message where the channel `is_threaded`: mail's subject and references,
    Telegram's business account."""
    more_files: Sequence[OutgoingFile] = ()
    """What stands beside `file`, where the channel takes several."""


@dataclass(frozen=True, slots=True)
class Accepted:
    """The provider took a message; that is not yet sent. One message of ours is one of theirs."""

    external_id: str
    held: bool = False
    """True when it waits for a check of quality."""
    contacts: list[dict[str, str]] = field(default_factory=list)
    """The recipients as the provider knows them, where it says so."""


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that a live check of a connection looked at."""

    what: str
    is_ok: bool
    sentence: str
    """What was found, with {names} for what differs; where it is not well, what to do. The console translates it."""
    facts: Mapping[str, str | int] = field(default_factory=dict)
    """What stands for the names."""
    until_us: int | None = None
    """When what was found ends (a token expires); whoever knows the time says beforehand that it is near."""

    @classmethod
    def of(cls, error: ProsaError, what: str, sentence: str) -> Finding:
        """Return what an error means for a thing looked at; `sentence` has a blank for its `detail`."""
        if isinstance(error, Throttled):
            return cls(what, False, "The provider cannot be asked just now; check again later.")
        return cls(what, False, sentence, {"detail": error.detail})

    @property
    def said(self) -> str:
        """Return the sentence in English, filled in."""
        return self.sentence.format(**self.facts)


@dataclass(frozen=True, slots=True)
class Profile:
    """What somebody calls themself at a provider."""

    name: str | None
    username: str | None = None
    """Without @."""
    picture_url: str | None = None
    """Where their picture lies for a few days; `fetch` brings it."""


class Gateway(Protocol):
    """One account at a provider, as we call it. Tokens travel in headers, never in an address, a log or an error."""

    async def send(self, sending: Sending) -> Accepted:
        """Hand a message over.

        Raises Throttled, Rejected or Misconfigured when it was certainly not taken, BadInput where the channel
        has no form for it, OutcomeUnknown when nobody can say. A refusal by which the contact forbade a purpose
        names it in its fact `withdraws` (`ingest.domain.consent`).
        """

    async def mark_read(self, external_id: str, recipient: Identity | None) -> None:
        """Tell the contact that a message, and all before it, was read; nothing where the channel cannot."""

    async def show_typing(self, external_id: str, recipient: Identity | None) -> None:
        """Show the contact that an answer is being written; nothing where the channel cannot."""

    async def fetch(self, file: Mapping[str, Any], into: BinaryIO, *, is_fresh: bool) -> None:
        """Write a file of a message (an item of its `media`) to `into`; `is_fresh` while its address may still work.

        Raises Rejected (not allowed, too large), Gone (expired), Mismatch (another file), Throttled (try again).
        """

    async def check(self) -> list[Finding]:
        """Ask the provider whether the token works and the webhook is set up; raises for no answer it may give."""


class Introducer(Gateway, Protocol):
    """The gateway of a channel that `has_profiles`."""

    async def profile(self, person: Identity) -> Profile:
        """Ask what a person calls themself.

        Raises Rejected where the provider does not say it of this person, Misconfigured where it does not tell us,
        Throttled (try again).
        """


class Listener(Gateway, Protocol):
    """The gateway of a channel that `has_taps`."""

    async def heard(self, external_id: str) -> None:
        """Let a button that was tapped come to rest, given the id of the reply it became; raises a ChannelError."""


class Sharer(Gateway, Protocol):
    """The gateway of a channel that `shares_threads`."""

    async def take_thread(self, recipient: Identity) -> None:
        """Take a thread from the app that holds it; may be repeated without harm.

        Raises Rejected where the provider does not give it, Misconfigured where we may not ask, Throttled.
        """


class Librarian(Gateway, Protocol):
    """The gateway of a channel whose kinds have templates."""

    async def templates(self, newest: Callable[[], Iterable[bytes]]) -> list[Template]:
        """Return every template of the account, as the provider lists them.

        `newest` reads the bodies of the connection's newest deliveries, slowly: some say whose templates they are.
        Raises Misconfigured or Rejected where the provider does not tell us, Throttled (try again), also while nobody
        has said whose they are.
        """


class Recaller(Gateway, Protocol):
    """The gateway of a channel whose messages may be `announced` without being told."""

    async def recall(self, external_id: str) -> bytes:
        """Return a message as the body by which it would have been delivered.

        Raises Rejected or Misconfigured where the provider does not give it to us, Throttled (try again).
        """


@dataclass(frozen=True, slots=True)
class Field:
    """One thing that setting a connection up asks for."""

    name: str
    """`secret`, `access_token`, `verify_token`, `external_id`, `base_url`, or a key of `Connection.settings`."""
    label: str
    help: str
    is_secret: bool = False
    is_required: bool = True
    form: Literal["line", "lines", "text"] = "line"
    """How it is entered: one line; several values, one a line; one text of many lines (a PEM, JSON)."""


class Register(Protocol):
    """Tells a provider where to call us, where that is a call and not a page of the provider's."""

    async def __call__(self, connection: Connection, address: str | None, http: httpx2.AsyncClient) -> None:
        """Let the provider call `address`, or nobody where there is none; raises what the provider answers."""


class Fill(Protocol):
    """Fills templates for sending."""

    def __call__(
        self, described: Sequence[Mapping[str, Any]], values: Mapping[str, Any], file: HeaderFile | None = None, /
    ) -> list[dict[str, Any]]:
        """Return a template's components, filled; raises BadInput for a blank without a value."""


class Open(Protocol):
    """Makes gateways."""

    def __call__(
        self, connection: Connection, external_id: str, http: httpx2.AsyncClient, resolver: Resolve
    ) -> Gateway:
        """Return the gateway of an account (its id at the provider) over a pool of connections."""


@dataclass(frozen=True, slots=True)
class Channel:
    """Everything the house knows of a channel."""

    capabilities: Capabilities
    parse: Parser
    webhook: Webhook | None
    """None where nothing calls us."""
    open: Open | None
    """None where nothing can be sent."""
    fields: tuple[Field, ...] = ()
    advice: Callable[[str], str | None] = lambda code: None
    """Given a provider's error code, what to tell people; None for a code that is not the provider's."""
    retry: Callable[[str], Retry | None] = lambda code: None
    """Given the code of a message that was reported as failed after it was taken, what that means for sending it again;
    None where such a report is the end of it."""
    bounced: frozenset[str] = frozenset()
    """Codes that say of an address, not of one message, that nothing is taken there until somebody writes from it."""
    advices: frozenset[str] = frozenset()
    """Every sentence `advice` may return, so that the console can say each in its languages."""
    is_called: Callable[[Connection], bool] = lambda connection: True
    """Says whether the provider calls this connection, where the channel has a webhook at all."""
    register: Register | None = None
    """None where people enter our address at the provider themselves."""
    settle: Callable[[Mapping[str, Any]], dict[str, Any]] = dict
    """Returns settings as they are kept; raises BadInput, with a sentence, for what would be ignored later."""
    embed: Callable[[Connection, str], str] | None = None
    """Given our public address, what a site puts into its pages; None where there is no such thing."""
    reaches: Literal["phone", "email", "user_id"] = "user_id"
    """What an address is that people type."""
    announced: Callable[[Event], str | None] = lambda event: None
    """Given a `delivery.unrecognised`, the provider's id of the message that it announces; then the gateway is a
    `Recaller`. None for any other event."""
    unpack: Callable[[bytes, str, Mapping[str, Any]], bytes] | None = None
    """Where files travel inside the delivery itself: given its body and content type and an item of `media` that has a
    `delivery_id`, returns the file's bytes; raises IndexError where the delivery has no such file."""
    fill_template: Fill | None = None
    """Fills a template's components; None where the channel has no templates."""
    template_blanks: Callable[[Sequence[Mapping[str, Any]]], list[Blank]] | None = None
    """Says what has to be filled in of a template; raises BadInput for one that cannot be sent from here."""
