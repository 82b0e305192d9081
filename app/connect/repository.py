"""What the tables say of connections."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from sqlalchemy import ColumnElement, Connection, func, select

from app.connect import health, schemas, service
from app.connect.checking import Account, Sign
from ingest.domain.connection import connection_from
from ingest.domain.errors import NotFound
from ingest.kit.clock import iso
from ingest.store.live import conversation, inbox
from ingest.store.own import connection as table
from ingest.store.own import connection_sign


def states(
    sql: Connection, workspace_id: str, rhythm: Iterable[Mapping[str, Any]], now_us: int, public_url: str = ""
) -> list[schemas.ConnectionState]:
    """Return every connection of a workspace and how it does, by name."""
    query = (
        select(table, inbox.c.inbox_id, inbox.c.address)
        .outerjoin(inbox, inbox.c.connection_id == table.c.connection_id)
        .where(table.c.workspace_id == workspace_id)
        .order_by(table.c.name, table.c.connection_id)
    )
    usual, last = health.rhythms(rhythm), _last_inbound(sql, workspace_id)
    found = []
    for row in sql.execute(query).mappings():
        connection, last_us = connection_from(dict(row)), last.get(row["inbox_id"])
        found.append(
            schemas.ConnectionState(
                connection_id=connection.connection_id,
                inbox_id=row["inbox_id"],
                channel=connection.channel,
                name=connection.name,
                address=row["address"],
                webhook_path=service.webhook_path(connection),
                embed=service.embed_of(connection, public_url),
                secrets_held=len(connection.secrets),
                can_test=service.can_test(connection),
                signs=[
                    schemas.Sign(sign=name, at=iso(sign.at_us), count=sign.count)
                    for name, sign in _signs(sql, connection.connection_id).items()
                ],
                last_inbound_at=None if last_us is None else iso(last_us),
                is_silence_unusual=health.is_unusual(usual.get(row["inbox_id"], {}), last_us, now_us),
            )
        )
    return found


def account(sql: Connection, workspace_id: str, connection_id: str) -> Account:
    """Return a connection with its account; raises NotFound, for a foreign one as well."""
    found = accounts(sql, (table.c.connection_id == connection_id) & (table.c.workspace_id == workspace_id))
    if not found:
        raise NotFound
    return found[0]


def accounts(sql: Connection, which: ColumnElement[bool] | None = None) -> list[Account]:
    """Return every connection that has an inbox, or those meant, with their accounts and signs."""
    query = select(table, inbox.c.external_id).join(inbox, inbox.c.connection_id == table.c.connection_id)
    rows = sql.execute(query if which is None else query.where(which)).mappings().all()
    return [
        Account(connection_from(dict(row)), str(row["external_id"]), _signs(sql, row["connection_id"])) for row in rows
    ]


def _last_inbound(sql: Connection, workspace_id: str) -> dict[str, int]:
    newest = func.max(conversation.c.last_inbound_us)
    query = select(conversation.c.inbox_id, newest).where(conversation.c.workspace_id == workspace_id)
    found = sql.execute(query.group_by(conversation.c.inbox_id))
    return {inbox_id: last_us for inbox_id, last_us in found if last_us is not None}


def _signs(sql: Connection, connection_id: str) -> dict[str, Sign]:
    query = select(connection_sign).where(connection_sign.c.connection_id == connection_id)
    rows = sql.execute(query.order_by(connection_sign.c.sign)).mappings()
    return {row["sign"]: Sign(row["at_us"], row["count"]) for row in rows}
