"""Search over message texts and contacts: SQLite by FTS5, PostgreSQL by tsvector, one way to ask both.

Texts are folded here, before either engine sees them: no accents, no case, words only. So both find the
same, and what a person typed is never read as a query language. The last word of a query is found by its
beginning (it may be half typed), digits of a phone number by any four or more in a row, and one CJK character
is one word.

The index is kept by the fold (`index_messages`, `index_contacts`); it holds personal data and goes with it
(`forget_messages`, `clear`).
"""

from __future__ import annotations

import hashlib
import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from sqlalchemy import Connection, bindparam, select, text, union_all

from ingest.store.live import contact, contact_alias, identity

_WORD = re.compile(r"[^\W_]+")
_ACCENTS = re.compile("[\u0300-\u036f]+")
_CJK = re.compile(r"([\u0e00-\u0eff\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uac00-\ud7af])")
_LONGEST_WORD = 64
_MOST_WORDS = 12
"""Words of a query that count; nobody types more, and each costs a look-up."""
_SHORTEST_NUMBER = 4
_CHUNK = 400

_CREATE = {
    "sqlite": (
        "CREATE VIRTUAL TABLE message_search USING fts5(scope, words, message_id UNINDEXED, prefix='2 3')",
        "CREATE VIRTUAL TABLE contact_search USING fts5(scope, words, contact_id UNINDEXED, prefix='2 3')",
    ),
    "postgresql": tuple(
        statement
        for name in ("message", "contact")
        for statement in (
            (
                f"CREATE TABLE {name}_search (rowid BIGINT PRIMARY KEY, scope TEXT NOT NULL, words TEXT NOT NULL, "
                f"{name}_id TEXT NOT NULL, "
                "lexemes TSVECTOR GENERATED ALWAYS AS (array_to_tsvector(string_to_array(words, ' '))) STORED)"
            ),
            f"CREATE INDEX {name}_search_lexemes ON {name}_search USING gin (lexemes)",
        )
    ),
}
_MATCH = {
    "sqlite": "SELECT {id} AS id FROM {table} WHERE {table} MATCH :query ORDER BY rowid DESC LIMIT :most",
    "postgresql": "SELECT {id} AS id FROM {table} WHERE lexemes @@ CAST(:query AS tsquery) AND scope = ANY(:scopes) "
    "ORDER BY rowid DESC LIMIT :most",
}

# CROSS, so that SQLite begins with what was found; PostgreSQL decides by itself
_OWNERS = {
    "message": "SELECT DISTINCT t.conversation_id FROM ({match}) AS f CROSS JOIN message AS t "
    "WHERE t.message_id = f.id AND t.conversation_id IS NOT NULL",
    "contact": "SELECT DISTINCT t.conversation_id FROM ({match}) AS f CROSS JOIN conversation AS t "
    "WHERE t.contact_id = f.id",
}


def create(connection: Connection) -> None:
    """Make the index's tables; a migration calls this."""
    for statement in _CREATE[connection.dialect.name]:
        connection.execute(text(statement))


def drop(connection: Connection) -> None:
    """Remove the index's tables."""
    for table in ("message_search", "contact_search"):
        connection.execute(text(f"DROP TABLE {table}"))


def clear(connection: Connection) -> None:
    """Empty the index; a rebuild fills it again."""
    for table in ("message_search", "contact_search"):
        connection.execute(text(f"DELETE FROM {table}"))


def words_of(written: str) -> list[str]:
    """Return the words of a text as the index holds them.

    >>> words_of("Olá, AÇÃO! #4471")
    ['ola', 'acao', '4471']
    """
    if not written.isascii():
        written = _ACCENTS.sub("", unicodedata.normalize("NFKD", written))
    if not written.isascii():  # nothing European is left: other scripts pay for the look at each character
        kept = "".join(each for each in written if not unicodedata.combining(each))
        written = _CJK.sub(r" \1 ", unicodedata.normalize("NFC", kept))
    return [word[:_LONGEST_WORD] for word in _WORD.findall(written.casefold())]


def index_messages(connection: Connection, rows: Sequence[Mapping[str, Any]]) -> None:
    """Let the search find these rows of `message`; one told again replaces what it said before, or goes."""
    documents = [
        {"rowid": row["seq"], "scope": _scope(row["inbox_id"]), "id": row["message_id"], "words": words}
        for row in sorted(rows, key=lambda row: int(row["seq"]))
        if row["inbox_id"] and (words := " ".join(words_of(row["text"] or "")))
    ]
    _put(connection, "message", documents)
    told = {each["rowid"] for each in documents}
    unsaid = [row["seq"] for row in rows if (row.get("revoked_us") or row.get("edited_us")) and row["seq"] not in told]
    forget_messages(connection, unsaid)


def index_contacts(connection: Connection, contact_ids: Iterable[str]) -> None:
    """Let the search find these contacts by name, handle and number; one that did not change costs a read only."""
    wanted = sorted(set(contact_ids))
    for start in range(0, len(wanted), _CHUNK):
        _index_contacts(connection, wanted[start : start + _CHUNK])


def forget_messages(connection: Connection, seqs: Iterable[int]) -> None:
    """Take messages out of the index, by their `seq`."""
    gone = [{"rowid": seq} for seq in seqs]
    if gone:
        connection.execute(text("DELETE FROM message_search WHERE rowid = :rowid"), gone)


def find_conversations(
    connection: Connection, query: str, workspace_id: str, inbox_ids: Iterable[str], most: int
) -> list[str]:
    """Return ids of conversations where one message says every word, or the contact is called so.

    Messages are looked for in these inboxes only, contacts in the workspace: the caller still filters what
    may be seen. At most about `most` of each, those of the newest messages first.
    """
    words = words_of(query)[:_MOST_WORDS]
    if not words:
        return []
    said = _match(connection, "message", words, [_scope(each) for each in inbox_ids], most)
    known = _match(connection, "contact", _number(query, words), [_scope(workspace_id)], most)
    return list(dict.fromkeys([*said, *known]))


def find_contacts(connection: Connection, query: str, workspace_id: str, most: int) -> list[str]:
    """Return ids of contacts who are called so; the caller still filters what may be seen."""
    words = _number(query, words_of(query)[:_MOST_WORDS])
    return _match(connection, "contact", words, [_scope(workspace_id)], most, owners="SELECT id FROM ({match}) AS f")


def _match(
    connection: Connection, name: str, words: list[str], scopes: list[str], most: int, owners: str | None = None
) -> list[str]:
    if not scopes or not words:
        return []
    dialect = connection.dialect.name
    match = _MATCH[dialect].format(table=f"{name}_search", id=f"{name}_id")
    statement = text((owners or _OWNERS[name]).format(match=match))
    values: dict[str, Any] = {"most": most}
    if dialect == "sqlite":
        terms = " AND ".join([*(f'"{word}"' for word in words[:-1]), f'"{words[-1]}"{_beginning(words[-1], "*")}'])
        values["query"] = f"scope : ({' OR '.join(scopes)}) AND words : ({terms})"
    else:
        values["query"] = " & ".join(
            [*(f"'{word}'" for word in words[:-1]), f"'{words[-1]}'{_beginning(words[-1], ':*')}"]
        )
        values["scopes"] = scopes
    return [str(each) for each in connection.execute(statement, values).scalars()]


def _beginning(word: str, mark: str) -> str:
    """Return the engine's mark for "begins with"; a single character is a whole word, or it would find everything."""
    return mark if len(word) > 1 else ""


def _number(query: str, words: list[str]) -> list[str]:
    """Return a phone number that was typed in groups as the one number it is; other words as they are."""
    digits = re.sub(r"\D", "", query)
    is_number = len(digits) >= _SHORTEST_NUMBER and not re.search(r"[^\W\d_]", query)
    return [digits] if is_number else words


def _index_contacts(connection: Connection, contact_ids: list[str]) -> None:
    names = connection.execute(
        select(contact.c.contact_id, contact.c.workspace_id, contact.c.name, contact.c.username).where(
            contact.c.contact_id.in_(contact_ids)
        )
    ).all()
    addresses: dict[str, list[str]] = {}
    for owner, kind, address in connection.execute(_addresses(contact_ids)):
        addresses.setdefault(owner, []).extend(_tails(address) if kind == "phone" else words_of(address))
    wanted = {
        row.contact_id: (row.workspace_id, _named(row.name, row.username, addresses.get(row.contact_id, [])))
        for row in names
    }
    known = _known(connection, list(wanted))
    documents = [
        {"rowid": _rowid(contact_id), "scope": _scope(workspace_id), "id": contact_id, "words": words}
        for contact_id, (workspace_id, words) in wanted.items()
        if known.get(contact_id) != words
    ]
    _put(connection, "contact", sorted(documents, key=lambda each: each["rowid"]))


def _named(name: str | None, username: str | None, addresses: list[str]) -> str:
    return " ".join([*words_of(f"{name or ''} {username or ''}"), *sorted(addresses)])


def _addresses(contact_ids: list[str]) -> Any:
    own = select(identity.c.contact_id.label("owner"), identity.c.kind, identity.c.address).where(
        identity.c.contact_id.in_(contact_ids)
    )
    others = (
        select(contact_alias.c.canonical_id, identity.c.kind, identity.c.address)
        .join(identity, identity.c.contact_id == contact_alias.c.contact_id)
        .where(
            contact_alias.c.canonical_id.in_(contact_ids),
            contact_alias.c.contact_id != contact_alias.c.canonical_id,
        )
    )
    return union_all(own, others)


def _known(connection: Connection, contact_ids: list[str]) -> dict[str, str]:
    query = text("SELECT contact_id, words FROM contact_search WHERE rowid IN :rowids").bindparams(
        bindparam("rowids", expanding=True)
    )
    rows = connection.execute(query, {"rowids": [_rowid(each) for each in contact_ids]})
    return {row.contact_id: row.words for row in rows}


def _put(connection: Connection, name: str, documents: list[dict[str, Any]]) -> None:
    if not documents:
        return
    table, key = f"{name}_search", f"{name}_id"
    columns = f"INTO {table} (rowid, scope, words, {key}) VALUES (:rowid, :scope, :words, :id)"
    if connection.dialect.name == "sqlite":
        statement = f"INSERT OR REPLACE {columns}"
    else:
        others = ", ".join(f"{column} = excluded.{column}" for column in ("scope", "words", key))
        statement = f"INSERT {columns} ON CONFLICT (rowid) DO UPDATE SET {others}"
    connection.execute(text(statement), documents)


def _tails(digits: str) -> list[str]:
    """Return every ending of a number, so that the beginning of one is any part of the number."""
    plain = re.sub(r"\D", "", digits)
    return [plain[start:] for start in range(max(1, len(plain) - _SHORTEST_NUMBER + 1))]


def _scope(owner_id: str) -> str:
    return re.sub(r"[^0-9a-z]", "", owner_id.lower())


def _rowid(contact_id: str) -> int:
    return int.from_bytes(hashlib.blake2b(contact_id.encode(), digest_size=8).digest(), "big") >> 1
