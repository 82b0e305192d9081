"""A seeded business as marts: the lake's contract in memory, for tests, screenshots and measurements.

The shapes are those of a small support team: growth over the year, quiet nights and Sundays, long tails of waits,
a few conversations opened again, some waits nobody ended. A second workspace and a private inbox are in it so that
a report that forgets its filter is caught.
"""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING, Any

import duckdb
import numpy as np
import pandas as pd

if TYPE_CHECKING:
    from numpy.random import Generator

WORKSPACE, FOREIGN = "w-horta", "w-other"
ZONE = "America/Sao_Paulo"
LAST_DAY = date(2026, 11, 20)
PRIVATE_INBOX = "i-complaints"
INBOXES = pd.DataFrame(
    {
        "workspace_id": [WORKSPACE] * 4 + [FOREIGN],
        "inbox_id": ["i-sales", "i-support", "i-web", PRIVATE_INBOX, "i-foreign"],
        "name": ["Sales", "Support", "Website", "Complaints", "Elsewhere"],
        "channel": ["whatsapp", "whatsapp", "webchat", "whatsapp", "whatsapp"],
        "is_private": [False, False, False, True, False],
    }
)
VISIBLE = ("i-sales", "i-support", "i-web")
AGENTS = [
    "Ana Souza",
    "Bruno Lima",
    "Carla Dias",
    "Diego Rocha",
    "Elena García",
    "Farid Haddad",
    "Grace Kim",
    "Hugo Melo",
]
TAGS = np.array(["delivery", "payment", "return", "size", "complaint", "gift"])
NAMES = np.array(
    ["Marina", "João", "Lucía", "Omar", "Beatriz", "Pedro", "Sofía", "Layla", "Rafael", "Emily", "Tiago", "Noor"]
)
SURNAMES = np.array(["Alves", "Costa", "Herrera", "Nasser", "Pinto", "Ramos", "Silva", "Smith", "Torres", "Vieira"])
HOUR_SHAPE = np.array([1, 1, 0.5, 0.5, 0.5, 1, 3, 8, 14, 20, 24, 22, 16, 17, 20, 22, 21, 18, 14, 12, 10, 7, 4, 2])
WEEKDAY_SHAPE = np.array([1.25, 1.1, 1.05, 1.0, 1.1, 0.6, 0.3])
DAY_S, OFFSET_S = 86_400, -3 * 3_600


def connect(conversations: int = 3_000, days: int = 400, seed: int = 7, threads: int = 2) -> duckdb.DuckDBPyConnection:
    """Return an in-memory DuckDB whose catalog `lake` holds the marts of the sample business."""
    connection = duckdb.connect(config={"threads": threads})
    connection.execute("SET TimeZone = 'UTC'")
    connection.execute("ATTACH ':memory:' AS lake")
    connection.execute("CREATE SCHEMA lake.marts; CREATE SCHEMA lake.staging")
    for name, frame in frames(conversations, days, seed).items():
        connection.register("sample", frame)
        connection.execute(f"CREATE TABLE lake.{name} AS FROM sample")
        connection.unregister("sample")
    return connection


def unbuilt() -> duckdb.DuckDBPyConnection:
    """Return a lake in which nothing has been derived yet."""
    connection = duckdb.connect()
    connection.execute("ATTACH ':memory:' AS lake")
    return connection


def frames(conversations: int, days: int, seed: int) -> dict[str, pd.DataFrame]:
    """Return every mart of the sample business by its qualified name."""
    rng = np.random.default_rng(seed)
    contacts = _contacts(max(conversations // 4, 1), rng)
    opening = _openings(conversations, days, contacts, rng)
    episode = _episodes(opening, rng)
    response, message = _talk(episode, rng)
    episode = _with_answers(episode, response, message)
    conversation = _conversations(opening, episode, message, rng)
    episode = episode.assign(tags=episode["conversation_id"].map(conversation.set_index("conversation_id")["tags"]))
    newest = int(message["message_us"].max())
    workspaces = pd.DataFrame({"workspace_id": [WORKSPACE, FOREIGN], "name": ["Horta", "Other"], "timezone": ZONE})
    return {
        "marts.dim_inbox": INBOXES,
        "marts.dim_agent": _agents(),
        "marts.dim_contact": contacts,
        "marts.fct_episode": episode,
        "marts.fct_response": response,
        "marts.fct_message": message,
        "marts.fct_conversation": conversation,
        "marts.customer_profiles": _profiles(contacts, conversation, message, newest, rng),
        "marts.dim_workspace": workspaces,
        "staging.watermark": pd.DataFrame({"seq": [len(message)], "recorded_at": _at(np.array([newest]))}),
    }


def _at(us: np.ndarray[Any, Any]) -> Any:
    return pd.to_datetime(pd.Series(us, dtype="Int64"), unit="us", utc=True)


def _day(us: pd.Series) -> Any:
    local = (us // 1_000_000 + OFFSET_S) // DAY_S
    return pd.to_datetime(local * DAY_S, unit="s").dt.date


def _agents() -> pd.DataFrame:
    ids = [f"a{number}" for number in range(1, len(AGENTS) + 1)]
    return pd.DataFrame(
        {"workspace_id": WORKSPACE, "agent_id": ids, "name": AGENTS, "role": "agent", "is_active": True}
    )


def _contacts(count: int, rng: Generator) -> pd.DataFrame:
    name = NAMES[rng.integers(0, len(NAMES), count)] + " " + SURNAMES[rng.integers(0, len(SURNAMES), count)]
    name[: min(2, count)] = ['=HYPERLINK("http://x")', "نور حداد"][: min(2, count)]
    return pd.DataFrame(
        {
            "workspace_id": WORKSPACE,
            "contact_id": [f"p{number}" for number in range(count)],
            "customer_id": [f"p{number}" for number in range(count)],
            "name": name,
            "phone": [f"+5511{900_000_000 + number}" for number in range(count)],
            "user_id": None,
            "username": None,
        }
    )


def _openings(count: int, days: int, contacts: pd.DataFrame, rng: Generator) -> pd.DataFrame:
    first = LAST_DAY - timedelta(days=days - 1)
    weekday = np.array([(first + timedelta(days=n)).weekday() for n in range(days)])
    weight = WEEKDAY_SHAPE[weekday] * np.linspace(0.6, 1.4, days)
    day = rng.choice(days, count, p=weight / weight.sum())
    hour = rng.choice(24, count, p=HOUR_SHAPE / HOUR_SHAPE.sum())
    start = int(datetime(first.year, first.month, first.day, tzinfo=UTC).timestamp()) - OFFSET_S
    opened = (start + day * DAY_S + hour * 3_600 + rng.integers(0, 3_600, count)) * 1_000_000
    inbox = rng.choice(5, count, p=[0.36, 0.34, 0.2, 0.06, 0.04])
    agent = np.array([f"a{n}" for n in range(1, 9)])[
        rng.choice(8, count, p=np.array([22, 18, 15, 13, 11, 9, 7, 5]) / 100)
    ]
    return pd.DataFrame(
        {
            "workspace_id": INBOXES["workspace_id"].to_numpy()[inbox],
            "conversation_id": [f"c{number}" for number in range(count)],
            "inbox_id": INBOXES["inbox_id"].to_numpy()[inbox],
            "channel": INBOXES["channel"].to_numpy()[inbox],
            "contact_id": contacts["contact_id"].to_numpy()[(rng.pareto(1.2, count) * 20).astype(int) % len(contacts)],
            "opened_us": opened,
            "assignee_id": np.where(rng.random(count) < 0.04, None, agent),
        }
    )


def _episodes(opening: pd.DataFrame, rng: Generator) -> pd.DataFrame:
    count = len(opening)
    again = opening[rng.random(count) < 0.07].copy()
    again["opened_us"] += rng.integers(DAY_S // 2, 4 * DAY_S, len(again)) * 1_000_000
    both = pd.concat([opening.assign(episode_number=1), again.assign(episode_number=2)], ignore_index=True)
    end = (
        int(datetime(LAST_DAY.year, LAST_DAY.month, LAST_DAY.day, tzinfo=UTC).timestamp() - OFFSET_S + DAY_S)
        * 1_000_000
    )
    both = both[both["opened_us"] < end].reset_index(drop=True)
    resolution_s = np.exp(rng.normal(np.log(5_400), 1.1, len(both))).round()
    resolved = both["opened_us"] + (resolution_s * 1e6).astype("int64")
    is_open = (rng.random(len(both)) < 0.015) | (resolved >= end)
    both["episode_id"] = both["conversation_id"] + "/" + both["episode_number"].astype(str)
    both["opened_at"], both["opened_day"] = _at(both["opened_us"].to_numpy()), _day(both["opened_us"])
    both["opened_by"] = "contact"
    both["resolved_us"] = resolved.mask(is_open).astype("Int64")
    both["resolved_at"] = pd.to_datetime(both["resolved_us"], unit="us", utc=True)
    both["resolved_day"] = _day(resolved).mask(is_open)
    both["outcome"] = pd.Series("done", index=both.index).mask(is_open)
    both["resolved_by"] = both["assignee_id"].mask(is_open)
    both["resolution_s"] = pd.Series(resolution_s).mask(is_open)
    both["is_reopened"], both["is_open"] = both["episode_number"] > 1, is_open
    return both


def _talk(episode: pd.DataFrame, rng: Generator) -> tuple[pd.DataFrame, pd.DataFrame]:
    turns = 1 + rng.poisson(2.2, len(episode))
    each = episode.loc[np.repeat(episode.index, turns)].reset_index(drop=True)
    turn = np.concatenate([np.arange(n) for n in turns]) if len(turns) else np.array([], int)
    speed = each["assignee_id"].map({f"a{n}": 0.6 + 0.15 * n for n in range(1, 9)}).fillna(1.4).to_numpy()
    wait = np.exp(rng.normal(np.log(np.where(turn == 0, 260, 170)), 1.0, len(each))) * speed
    started = each["opened_us"].to_numpy() + turn * rng.integers(400, 1_500, len(each)) * 1_000_000
    censored = (rng.random(len(each)) < 0.05) | each["assignee_id"].isna().to_numpy()
    responded = started + (wait.round() * 1e6).astype("int64")
    closed = each["resolved_us"].where(censored & (each["resolved_us"] > started).fillna(False))
    shared = each[["workspace_id", "conversation_id", "episode_id", "inbox_id", "channel", "contact_id"]]
    response = shared.assign(
        response_id=[f"r{number}" for number in range(len(each))],
        kind=np.where(turn == 0, "first", "later"),
        wait_started_at=_at(started),
        wait_started_us=started,
        responded_at=_at(responded).mask(censored),
        responded_us=pd.Series(responded).astype("Int64").mask(censored),
        day=_day(pd.Series(np.where(censored, started, responded))),
        agent_id=each["assignee_id"].mask(censored),
        reply_s=pd.Series(wait.round()).mask(censored),
        reply_business_s=pd.Series(np.nan, index=each.index),
        is_censored=censored,
        closed_at=pd.to_datetime(closed, unit="us", utc=True),
        closed_us=closed,
        censored_s=((closed - started) / 1e6).astype("Float64"),
    )
    inbound = shared.assign(
        direction="inbound", author_kind="contact", author_id=each["contact_id"], message_us=started
    )
    outbound = shared.assign(
        direction="outbound", author_kind="agent", author_id=each["assignee_id"], message_us=responded
    )
    message = pd.concat([inbound, outbound[~censored]], ignore_index=True)
    local_s = message["message_us"] // 1_000_000 + OFFSET_S
    return response, message.assign(
        message_id=[f"m{number}" for number in range(len(message))],
        kind="text",
        origin=np.where(message["direction"] == "outbound", "typed", None),
        message_at=_at(message["message_us"].to_numpy()),
        day=_day(message["message_us"]),
        hour=(local_s % DAY_S // 3_600).astype("int32"),
        text="Olá",
        text_length=3,
        language=np.array(["pt", "en", "es", "ar"])[rng.choice(4, len(message), p=[0.7, 0.12, 0.12, 0.06])],
        delivery_status=np.where(message["direction"] == "outbound", "read", None),
        is_history=False,
        is_never_sent=False,
    )


def _with_answers(episode: pd.DataFrame, response: pd.DataFrame, message: pd.DataFrame) -> pd.DataFrame:
    first = response[response["kind"] == "first"].set_index("episode_id")
    ids = episode["episode_id"]
    inbound = message[message["direction"] == "inbound"].groupby("episode_id").size()
    outbound = message[message["direction"] == "outbound"].groupby("episode_id").size()
    return episode.assign(
        first_response_at=ids.map(first["responded_at"]),
        first_response_s=ids.map(first["reply_s"]),
        first_response_agent_id=ids.map(first["agent_id"]),
        inbound_count=ids.map(inbound).fillna(0).astype("int64"),
        outbound_count=ids.map(outbound).fillna(0).astype("int64"),
        agent_count=ids.map(outbound).fillna(0).astype("int64"),
    )


def _conversations(opening: pd.DataFrame, episode: pd.DataFrame, message: pd.DataFrame, rng: Generator) -> pd.DataFrame:
    ids = opening["conversation_id"]
    grouped = episode.groupby("conversation_id")
    last_message = ids.map(message.groupby("conversation_id")["message_us"].max()).astype("Int64")
    resolved = ids.map(grouped["resolved_us"].max()).astype("Int64")
    is_open = ids.map(grouped["is_open"].any()).fillna(False).astype(bool)
    tags = [sorted(set(TAGS[rng.integers(0, len(TAGS), n)])) for n in rng.choice(3, len(opening), p=[0.3, 0.5, 0.2])]
    return opening.assign(
        status=np.where(is_open, "open", "resolved"),
        opened_at=_at(opening["opened_us"].to_numpy()),
        first_message_at=_at(opening["opened_us"].to_numpy()),
        last_message_at=pd.to_datetime(last_message, unit="us", utc=True),
        last_message_us=last_message,
        resolved_at=pd.to_datetime(resolved, unit="us", utc=True),
        outcome=np.where(is_open, None, "done"),
        duration_s=((resolved - opening["opened_us"]) / 1e6).astype("Float64").mask(is_open),
        inbound_count=ids.map(grouped["inbound_count"].sum()),
        outbound_count=ids.map(grouped["outbound_count"].sum()),
        agent_message_count=ids.map(grouped["agent_count"].sum()),
        episode_count=ids.map(grouped.size()),
        reopen_count=ids.map(grouped.size()) - 1,
        first_response_s=ids.map(grouped["first_response_s"].first()),
        tags=tags,
    )


def _profiles(
    contacts: pd.DataFrame, conversation: pd.DataFrame, message: pd.DataFrame, newest: int, rng: Generator
) -> pd.DataFrame:
    own = conversation[conversation["workspace_id"] == WORKSPACE]
    by = own.groupby("contact_id")
    spoken = message[(message["workspace_id"] == WORKSPACE) & (message["direction"] == "inbound")]
    hours = spoken.groupby(["contact_id", "hour"]).size().unstack(fill_value=0).reindex(columns=range(24), fill_value=0)
    profile = contacts.set_index("contact_id").loc[sorted(by.groups)][["name"]].assign(workspace_id=WORKSPACE)
    first, last = by["opened_us"].min(), by["last_message_us"].max().astype("int64")
    profile = profile.assign(
        channel=by["channel"].first(),
        language=np.array(["pt", "en", "es", "ar"])[rng.choice(4, len(profile), p=[0.7, 0.12, 0.12, 0.06])],
        first_contact_at=pd.to_datetime(first, unit="us", utc=True),
        last_contact_at=pd.to_datetime(last, unit="us", utc=True),
        conversation_count=by.size(),
        episode_count=by["episode_count"].sum(),
        inbound_count=by["inbound_count"].sum(),
        outbound_count=by["outbound_count"].sum(),
        days_active=by.size(),
        recency_days=((newest - last) // (DAY_S * 1_000_000)).astype(int),
        frequency_per_30_days=(by.size() / ((last - first) / (30 * DAY_S * 1e6) + 1)).round(2),
        response_median_s=np.exp(rng.normal(np.log(180), 1, len(profile))).round(),
        read_rate=rng.uniform(0.6, 1, len(profile)).round(3),
        wait_median_s=np.exp(rng.normal(np.log(240), 0.7, len(profile))).round(),
        order_count=rng.poisson(0.8, len(profile)),
        last_inbox_id=by["inbox_id"].last(),
        inbox_ids=by["inbox_id"].agg(lambda each: sorted(set(each))),
    )
    profile["recency_score"] = 6 - np.ceil(profile["recency_days"].rank(method="first", pct=True) * 5).astype(int)
    profile["frequency_score"] = np.ceil(profile["frequency_per_30_days"].rank(method="first", pct=True) * 5).astype(
        int
    )
    profile["hours_of_day"] = hours.reindex(profile.index, fill_value=0).to_numpy(dtype=int).tolist()
    profile["preferred_hour"] = [int(np.argmax(each)) for each in profile["hours_of_day"]]
    profile["preferred_weekday"] = rng.integers(1, 8, len(profile))
    return profile.assign(contact_count=1).reset_index().rename(columns={"contact_id": "customer_id"})
