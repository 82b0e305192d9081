"""Which pages there are, and whose they are: one table."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

HERE = Path(__file__).parent

ADMINISTRATOR = frozenset({"administrator"})
LEADS = ADMINISTRATOR | {"supervisor"}
AGENTS = LEADS | {"agent"}
READERS = LEADS | {"marketer", "analyst"}
EVERYBODY = AGENTS | READERS


@dataclass(frozen=True, slots=True)
class Entry:
    """One page: its file, its section and title (sentences to translate), and the roles that see it."""

    path: str
    section: str
    title: str
    roles: frozenset[str]

    @property
    def address(self) -> str:
        """Return its path under the console's root."""
        return Path(self.path).stem


def _(sentence: str) -> str:
    """Mark a sentence for the catalogue; it is translated when the navigation is drawn."""
    return sentence


PAGES = (
    Entry("console/inbox.py", "", _("Inbox"), AGENTS),
    Entry("reports/conversations.py", _("Reports"), _("Conversations"), READERS),
    Entry("reports/agents.py", _("Reports"), _("Agents"), READERS),
    Entry("reports/customers.py", _("Reports"), _("Customers"), READERS),
    Entry("console/people.py", _("Setup"), _("People"), ADMINISTRATOR),
    Entry("console/inboxes.py", _("Setup"), _("Inboxes"), ADMINISTRATOR),
    Entry("console/channels.py", _("Setup"), _("Channels"), LEADS),
    Entry("console/quick_replies.py", _("Setup"), _("Quick replies"), LEADS),
    Entry("console/notices.py", _("Setup"), _("Channel notices"), LEADS),
    Entry("console/quarantine.py", _("Setup"), _("Quarantine"), ADMINISTRATOR),
    Entry("console/account.py", _("Account"), _("My account"), EVERYBODY),
    Entry("console/tokens.py", _("Account"), _("API tokens"), EVERYBODY),
)


def pages_of(role: str) -> Iterator[Entry]:
    """Yield the pages of a role that exist in this installation, in the order of the table."""
    return (entry for entry in PAGES if role in entry.roles and (HERE / entry.path).exists())
