"""Numbers, spans and days as people read them, in the reader's language. Pure; `None` is always “–”."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime
from typing import TYPE_CHECKING, Any, Literal
from zoneinfo import ZoneInfo

if TYPE_CHECKING:
    from ingest.domain.metrics import Unit

NOTHING = "–"
Kind = Literal["count", "seconds", "share", "text", "instant", "day"]
# size, the size of the next smaller unit, name: 3,599 s rounds to 60 min, so it is shown as 1 hr
_SPANS = (
    (86_400, 3_600, "duration-day"),
    (3_600, 60, "duration-hour"),
    (60, 1, "duration-minute"),
    (1, 1, "duration-second"),
)


def is_missing(value: Any) -> bool:
    """Return whether there is no value: None, NaN, NaT or NA."""
    return value is None or str(value) in ("nan", "NaT", "<NA>")


def count(value: float | None, locale: str) -> str:
    """Return a whole number: 12345 -> “12,345”."""
    from babel.numbers import format_decimal

    return NOTHING if is_missing(value) else format_decimal(round(value or 0), locale=locale)


def share(value: float | None, locale: str) -> str:
    """Return a share of one as per cent: 0.0654 -> “6.5%”."""
    from babel.numbers import format_percent

    if value is None or is_missing(value):
        return NOTHING
    return format_percent(value, format=_percent(locale, "#,##0.#"), locale=locale)


def duration(seconds: float | None, locale: str) -> str:
    """Return a span in its largest unit, one decimal below ten: 240 -> “4 min”, 5400 -> “1.5 hr”."""
    from babel.units import format_unit

    if seconds is None or is_missing(seconds):
        return NOTHING
    whole = abs(seconds)
    size, _, unit = next((each for each in _SPANS if round(whole / each[1]) * each[1] >= each[0]), _SPANS[-1])
    amount = round(float(whole) / size, 1 if size > 1 and whole / size < 9.95 else 0)
    amount = int(amount) if amount.is_integer() else amount  # babel's plural of 1.0 is not that of 1
    return format_unit(-amount if seconds < 0 else amount, unit, length="short", format="#,##0.#", locale=locale)


def day(value: date | None, locale: str, skeleton: str = "yMMMd") -> str:
    """Return a day, by default with its year: “20 Nov 2026”."""
    from babel.dates import format_skeleton

    return NOTHING if value is None or is_missing(value) else format_skeleton(skeleton, value, locale=locale)


def days(first: date, last: date, locale: str) -> str:
    """Return a range of days, both ends included: “21 Oct – 20 Nov 2026”."""
    from babel.dates import format_interval

    return day(first, locale) if first == last else format_interval(first, last, "yMMMd", locale=locale)


def clock(value: datetime, locale: str) -> str:
    """Return a time of day as it is on its own clock: “14:05”."""
    from babel.dates import format_time

    return format_time(value, "short", locale=locale).replace("\u202f", " ")


def instant(value: datetime | None, timezone: str, locale: str) -> str:
    """Return an instant on the workspace's clock: “20 Nov 2026 14:05”."""
    if value is None or is_missing(value):
        return NOTHING
    local = value.astimezone(ZoneInfo(timezone))
    return f"{day(local, locale)} {clock(local, locale)}"


def value(amount: Any, unit: Unit, locale: str) -> str:
    """Return an amount of a metric in its unit."""
    return {"count": count, "seconds": duration, "share": share}[unit](amount, locale)


def change(now: float | None, before: float | None, unit: Unit, locale: str) -> str | int | None:
    """Return how an amount changed since the period before: “+12%”, points for shares, 0 for none, None if unknown."""
    from babel.numbers import format_decimal, format_percent

    if now is None or before is None or is_missing(now) or is_missing(before):
        return None
    if unit == "share":
        points = round((now - before) * 100, 1)
        return f"{format_decimal(points, format='+#,##0.#;-#,##0.#', locale=locale)} pp" if points else 0
    if not before:
        return None if now else 0
    ratio = now / before - 1
    if not round(ratio * 100):
        return 0
    return format_percent(
        ratio, format="+" + _percent(locale, "#,##0") + ";-" + _percent(locale, "#,##0"), locale=locale
    )


def weekdays(locale: str) -> list[str]:
    """Return the short names of the weekdays, Monday first."""
    from babel.dates import get_day_names

    names = get_day_names("abbreviated", context="stand-alone", locale=locale)
    return [names[number] for number in range(7)]


_CHANNELS = {
    "whatsapp": "WhatsApp", "messenger": "Facebook Messenger", "instagram": "Instagram", "x": "X",
    "telegram": "Telegram", "email": "E-mail", "webchat": "Web chat", "sms": "SMS",
}  # fmt: skip
"""Proper names; no language translates them."""


def channel_name(channel: str) -> str:
    """Return a channel's own name."""
    return _CHANNELS.get(channel, channel)


def plain(text: object) -> str:
    """Return text that Markdown shows as it is: customers choose their own names."""
    return "".join(f"\\{each}" if each in "\\`*_{}[]()<>#+-.!|~$:&" else each for each in str(text)).replace("\n", " ")


def language(code: str | None, locale: str) -> str:
    """Return a language's name in the reader's language: “pt” -> “Portuguese”."""
    from babel import Locale

    if code is None or is_missing(code):
        return NOTHING
    return Locale.parse(locale).languages.get(code, code)


def unique(labels: Iterable[tuple[str, str]]) -> dict[str, str]:
    """Return id -> name, where a name that two ids share carries its id too."""
    pairs = [(key, name or key) for key, name in labels]
    names = [name for _, name in pairs]
    return {key: name if names.count(name) == 1 else f"{name} · {key}" for key, name in pairs}


def _percent(locale: str, digits: str) -> str:
    from babel import Locale

    return str(Locale.parse(locale).percent_formats[None].pattern).replace("#,##0", digits)
