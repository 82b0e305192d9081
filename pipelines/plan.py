"""What a derivation runs, in order; each step is one `.sql` file whose folder says what becomes of its rows.

`known/`: a temporary table of what the lake already holds of the touched conversations; empty on a first run.
`fold/`: a temporary table that only this run sees, with numbers in place of ids.
`staging/`, `marts/`: a table of the lake.
"""

from __future__ import annotations

from pathlib import Path

SQL = Path(__file__).parent / "sql"
STEPS = (
    "fold/told", "fold/said", "staging/house", "marts/dim_workspace", "staging/contact_alias",
    "staging/identities", "staging/contact_links", "staging/customer_contacts", "known/changed",
    "fold/spoken_of", "fold/touched_customer", "fold/touched_alias", "fold/touched_contact",
    "known/known_conversations", "fold/place", "known/touched", "known/known_fct_message", "known/retold",
    "fold/repeated", "known/known_message_changes", "known/known_conversation_events",
    "staging/message_changes", "staging/conversation_events", "fold/change", "fold/conversation", "fold/called",
    "fold/watermark", "fold/deed", "fold/tagging", "fold/outcome", "fold/raised", "fold/zoned", "fold/agent",
    "fold/message", "fold/episode", "fold/spoken", "fold/wait", "fold/heard", "staging/conversations",
    "marts/fct_message", "marts/fct_response", "marts/fct_episode", "marts/fct_conversation", "marts/fct_assignment",
    "fold/touched_day", "marts/agent_performance", "marts/dim_inbox", "marts/dim_agent", "marts/dim_contact",
    "staging/customers", "marts/customer_profiles",
)  # fmt: skip
"""Every step, each after what it reads."""
DROPPED_AFTER = {
    "fold/deed": ("said",), "fold/outcome": ("change",), "fold/spoken": ("message",), "marts/fct_message": ("called",),
}  # fmt: skip
"""Temporary tables that nobody reads after a step, dropped to bound memory; the others go at the end of the run."""
TABLES = tuple(step for step in STEPS if step.startswith(("staging/", "marts/")))
"""The lake's tables."""
UPSTREAM: dict[str, tuple[str, ...]] = {
    "dim_workspace": ("house",),
    "customer_contacts": ("contact_alias", "identities", "contact_links"),
    "fct_response": ("fct_message", "conversations", "conversation_events"),
    "fct_episode": ("fct_message", "conversations", "conversation_events", "dim_workspace"),
    "fct_conversation": ("fct_message", "conversations", "conversation_events"),
    "fct_assignment": ("conversations", "conversation_events", "dim_workspace"),
    "agent_performance": ("fct_message", "fct_response", "fct_episode", "fct_assignment"),
    "dim_inbox": ("house", "conversations"),
    "dim_agent": ("house",),
    "dim_contact": ("house", "contact_alias", "identities", "conversations", "customer_contacts"),
    "customers": ("fct_message", "fct_response", "fct_episode", "conversations", "customer_contacts"),
    "customer_profiles": ("customers", "dim_contact"),
}  # fmt: skip
"""Tables that stay as they are where none of these was written; a table not named depends on landing itself."""
_OF_TABLE = "SELECT rowid AS lake_row, * FROM {} WHERE "
SCOPES = {
    "all": _OF_TABLE + "TRUE",
    "conversation": _OF_TABLE + "conversation_id IN (SELECT conversation_id FROM touched)",
    "contact": _OF_TABLE + "contact_id IN (SELECT contact_id FROM touched_contact)",
    "customer": _OF_TABLE + "customer_id IN (SELECT contact_id FROM touched_contact)",
    "alias": _OF_TABLE + "contact_id IN (SELECT contact_id FROM derived)",
    "day": _OF_TABLE + "day IN (SELECT day FROM touched_day)",
    "message": "FROM known_fct_message",
    "place": "FROM known_conversations",
}
"""Which of a table's rows a run derives anew. Rows of scope `append` are never looked at again."""
DAYS = {"fct_message": "day", "fct_response": "day", "fct_episode": "resolved_day", "fct_assignment": "day"}
"""Tables that a day's figures are made from, and their column for it."""
