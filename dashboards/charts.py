"""The charts of the reports. Frames in, Altair out; colours that hold on light and dark paper alike.

Days are drawn as a band of labels written here, not as a time axis: the browser's zone can then not move them, and
they are in the reader's language.
"""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING, Any, Literal

from dashboards import formats

if TYPE_CHECKING:
    import altair as alt
    from pandas import DataFrame

Bucket = Literal["day", "week", "month"]
_CLOCK = (1, 10, 60, 600, 3_600, 21_600, 86_400, 604_800)
"""Where an axis of waiting times has its steps, in seconds."""
ACCENT, DEEP, SECOND, QUIET = "#1b9488", "#0f766e", "#d98a29", "#8b9aa5"
CLICK = "clicked"
_TICKS = 9


def bucket_for(first: date, last: date) -> Bucket:
    """Return the step that keeps a chart of these days readable: at most about a hundred bars."""
    length = (last - first).days + 1
    return "day" if length <= 62 else "week" if length <= 400 else "month"


def bucket_end(start: date, bucket: Bucket) -> date:
    """Return the last day of the bucket that starts on a day."""
    if bucket == "month":
        return (start.replace(day=28) + timedelta(days=4)).replace(day=1) - timedelta(days=1)
    return start + timedelta(days=6 if bucket == "week" else 0)


def opened_and_resolved(frame: DataFrame, bucket: Bucket, words: dict[str, str], locale: str) -> alt.Chart:
    """Bars of what was opened with a line of what was resolved over them; a bar can be clicked.

    A quiet line shows what was opened in the range before (`opened_before`), weekday under weekday.
    """
    import altair as alt
    import pandas as pd

    starts = list(pd.to_datetime(frame["bucket"]).dt.date)
    skeleton = "yMMM" if bucket == "month" else "MMMd"
    is_single = len(starts) == 1  # a line through one step cannot be seen
    rows = frame.assign(
        bucket=[each.isoformat() for each in starts],
        when=[formats.day(each, locale, "yMMMEd") for each in starts],
    )
    labels = {each.isoformat(): formats.day(each, locale, skeleton) for each in starts}
    x = alt.X("bucket:O", title=None, axis=_label_axis(alt, labels), scale=alt.Scale(paddingInner=0.25))
    colour = alt.Scale(
        domain=[words["opened"], words["resolved"], words["opened_before"]], range=[ACCENT, SECOND, QUIET]
    )
    legend = alt.Legend(orient="top", labelLimit=0, columnPadding=8, columns=2)  # three would be cut on a phone
    tip = [
        alt.Tooltip("when:N", title=words[bucket]),
        alt.Tooltip("opened:Q", title=words["opened"], format=",d"),
        alt.Tooltip("resolved:Q", title=words["resolved"], format=",d"),
        alt.Tooltip("opened_before:Q", title=words["opened_before"], format=",d"),
    ]
    clicked = alt.selection_point(name=CLICK, fields=["bucket"], empty=True)
    base = alt.Chart(rows).encode(x=x, tooltip=tip)
    bars = (
        base.transform_calculate(series=alt.expr.toString(words["opened"]))
        .mark_bar(
            cornerRadiusTopLeft=2, cornerRadiusTopRight=2, cursor="pointer", **({"width": 90} if is_single else {})
        )
        .encode(
            y=_count_axis(alt, "opened:Q"),
            color=alt.Color("series:N", scale=colour, title=None, legend=legend),
            opacity=alt.condition(clicked, alt.value(0.85), alt.value(0.3)),
        )
        .add_params(clicked)
    )
    line = (
        base.transform_calculate(series=alt.expr.toString(words["resolved"]))
        .mark_line(strokeWidth=2, interpolate="monotone", point={"size": 70} if is_single else False)
        .encode(y=_count_axis(alt, "resolved:Q"), color=alt.Color("series:N", scale=colour, title=None))
    )
    earlier_line = (
        base.transform_calculate(series=alt.expr.toString(words["opened_before"]))
        .mark_line(
            strokeWidth=1.5, strokeDash=[4, 3], interpolate="monotone", point={"size": 70} if is_single else False
        )
        .encode(y=_count_axis(alt, "opened_before:Q"), color=alt.Color("series:N", scale=colour, title=None))
    )
    return (bars + earlier_line + line).properties(height=300)


def weekday_hours(frame: DataFrame, words: dict[str, str], locale: str) -> alt.Chart:
    """A week as seven rows of twenty-four hours, darker where more was written; a cell can be clicked."""
    import altair as alt
    import pandas as pd

    grid = pd.MultiIndex.from_product([range(1, 8), range(24)], names=["weekday", "hour"]).to_frame(index=False)
    rows = grid.merge(frame, how="left", on=["weekday", "hour"]).fillna({"inbound": 0})
    names = formats.weekdays(locale)
    rows["day"] = [names[number - 1] for number in rows["weekday"]]
    rows["time"] = [f"{hour:02d}:00–{hour + 1:02d}:00" for hour in rows["hour"]]
    clicked = alt.selection_point(name=CLICK, fields=["weekday", "hour"], empty=True)
    return (
        alt.Chart(rows)
        .mark_rect(color=ACCENT, cornerRadius=2, cursor="pointer")
        .encode(
            x=alt.X(
                "hour:O",
                title=words["hour"],
                scale=alt.Scale(padding=0.08),
                axis=alt.Axis(values=list(range(0, 24, 3)), labelAngle=0, ticks=False, domain=False, grid=False),
            ),
            y=alt.Y(
                "day:O",
                title=None,
                sort=names,
                scale=alt.Scale(padding=0.08),
                axis=alt.Axis(ticks=False, domain=False, grid=False),
            ),
            opacity=alt.Opacity("inbound:Q", scale=alt.Scale(range=[0.06, 1]), legend=None),
            stroke=alt.when(clicked, empty=False).then(alt.value(SECOND)).otherwise(alt.value("transparent")),
            strokeWidth=alt.value(2),
            tooltip=[
                alt.Tooltip("day:N", title=words["weekday"]),
                alt.Tooltip("time:N", title=words["hour"]),
                alt.Tooltip("inbound:Q", title=words["messages"], format=",d"),
            ],
        )
        .add_params(clicked)
        .properties(height=260)
    )


def reply_times(frame: DataFrame, words: dict[str, str], locale: str) -> alt.Chart:
    """One row an agent, fastest first: a dot at the median and a bar out to what nine of ten waits stay under."""
    import altair as alt

    known = frame.dropna(subset=["reply_median_s"]).sort_values("reply_median_s")
    rows = known.assign(
        median=known["reply_median_s"].clip(lower=1),
        p90=known["reply_p90_s"].clip(lower=1),
        median_text=[formats.duration(each, locale) for each in known["reply_median_s"]],
        p90_text=[formats.duration(each, locale) for each in known["reply_p90_s"]],
    )
    y = alt.Y("agent:N", sort=list(rows["agent"]), title=None, axis=alt.Axis(ticks=False, domain=False, labelLimit=120))
    tip = [
        alt.Tooltip("agent:N", title=words["agent"]),
        alt.Tooltip("median_text:N", title=words["median"]),
        alt.Tooltip("p90_text:N", title=words["p90"]),
        alt.Tooltip("replies:Q", title=words["replies"], format=",d"),
    ]
    clicked = alt.selection_point(name=CLICK, fields=["person"], empty=True)
    base = alt.Chart(rows).encode(y=y, tooltip=tip)
    # waits run from seconds to days: on a straight axis one slow agent squeezes all others into a point
    x = _span_axis(alt, "median:Q", words["reply"], [*rows["median"], *rows["p90"]], locale)
    span = base.mark_bar(color=ACCENT, height=6, cornerRadius=3, opacity=0.28).encode(x=x, x2="p90:Q")
    end = base.mark_tick(color=ACCENT, thickness=2, height=14, opacity=0.7).encode(x=alt.X("p90:Q"))
    dot = (
        base.mark_circle(color=ACCENT, size=130, cursor="pointer")
        .encode(x=x, opacity=alt.condition(clicked, alt.value(1), alt.value(0.3)))
        .add_params(clicked)
    )
    return (span + end + dot).properties(height=max(len(rows), 1) * 34 + 40)


def recency_frequency(frame: DataFrame, words: dict[str, str]) -> alt.Chart:
    """Contacts on a five by five grid: lately heard to the right, often heard at the top; a cell can be clicked."""
    import altair as alt
    import pandas as pd

    grid = pd.MultiIndex.from_product([range(1, 6), range(1, 6)], names=["recency_score", "frequency_score"])
    rows = grid.to_frame(index=False).merge(frame, how="left").fillna({"contacts": 0})
    part = rows["contacts"] / max(rows["contacts"].max(), 1)
    rows["dark"] = part > 0.4
    rows["strength"] = (0.06 + part * 0.6).where(~rows["dark"], 0.6 + part * 0.4)
    clicked = alt.selection_point(name=CLICK, fields=["recency_score", "frequency_score"], empty=True)
    scale = alt.Scale(padding=0.06)
    axis: dict[str, Any] = {"ticks": False, "domain": False, "grid": False, "labelAngle": 0}
    base = alt.Chart(rows).encode(
        x=alt.X("recency_score:O", title=words["recency"], scale=scale, axis=alt.Axis(**axis)),
        y=alt.Y("frequency_score:O", title=words["frequency"], sort="descending", scale=scale, axis=alt.Axis(**axis)),
        tooltip=[
            alt.Tooltip("contacts:Q", title=words["contacts"], format=",d"),
            alt.Tooltip("recency_median_days:Q", title=words["days"], format=",.0f"),
            alt.Tooltip("conversations_median:Q", title=words["conversations"], format=",.0f"),
        ],
    )
    cells = base.mark_rect(cornerRadius=4, cursor="pointer").encode(
        color=alt.condition("datum.dark", alt.value(DEEP), alt.value(ACCENT)),
        opacity=alt.Opacity("strength:Q", scale=None, legend=None),
        stroke=alt.when(clicked, empty=False).then(alt.value(SECOND)).otherwise(alt.value("transparent")),
        strokeWidth=alt.value(2),
    )
    # a cell is either dark enough for white or faint enough for a grey that reads on light and dark paper
    colour = alt.condition("datum.dark", alt.value("#ffffff"), alt.value("#708096"))
    text = base.mark_text(fontSize=13).encode(text=alt.Text("contacts:Q", format=",d"), color=colour)
    return (cells.add_params(clicked) + text).properties(height=320)


def bars_by_hour(frame: DataFrame, words: dict[str, str]) -> alt.Chart:
    """What contacts write in each hour of the day."""
    import altair as alt

    return (
        alt.Chart(frame)
        .mark_bar(color=ACCENT, opacity=0.85, cornerRadiusTopLeft=2, cornerRadiusTopRight=2)
        .encode(
            x=alt.X(
                "hour:O", title=words["hour"], axis=alt.Axis(values=list(range(0, 24, 3)), labelAngle=0, ticks=False)
            ),
            y=_count_axis(alt, "inbound:Q"),
            tooltip=[
                alt.Tooltip("hour:O", title=words["hour"]),
                alt.Tooltip("inbound:Q", title=words["messages"], format=",d"),
            ],
        )
        .properties(height=320)
    )


def bars_by_name(frame: DataFrame, name: str, amount: str, words: dict[str, str]) -> alt.Chart:
    """One bar a name, longest first."""
    import altair as alt

    return (
        alt.Chart(frame)
        .mark_bar(color=ACCENT, opacity=0.85, cornerRadiusEnd=2, height={"band": 0.6})
        .encode(
            y=alt.Y(f"{name}:N", sort="-x", title=None, axis=alt.Axis(ticks=False, domain=False)),
            x=alt.X(f"{amount}:Q", title=words[amount], axis=alt.Axis(tickCount=4, domain=False, format=",d")),
            tooltip=[
                alt.Tooltip(f"{name}:N", title=words[name]),
                alt.Tooltip(f"{amount}:Q", title=words[amount], format=",d"),
            ],
        )
        .properties(height=320)
    )


def _label_axis(alt: Any, labels: dict[str, str]) -> Any:
    keys = list(labels)
    step = max(1, -(-len(keys) // _TICKS))
    return alt.Axis(
        values=keys[::step],
        labelExpr=f"({labels})[datum.value]",
        labelAngle=0,
        ticks=False,
        labelOverlap=True,
        grid=False,
    )


def _count_axis(alt: Any, field: str) -> Any:
    return alt.Y(field, title=None, axis=alt.Axis(tickCount=5, format=",d", domain=False, tickMinStep=1))


def _span_axis(alt: Any, field: str, title: str, seconds: list[float], locale: str) -> Any:
    """Return an axis of waiting times whose steps are those of clocks: seconds, minutes, hours, days."""
    low, high = min(seconds, default=1), max(seconds, default=60)
    ticks = [each for each in _CLOCK if low / 6 < each < high * 6]
    labels = {str(each): formats.duration(each, locale) for each in ticks}
    domain = [min([low, *(each for each in ticks if each <= low)]), max(high, ticks[0] if ticks else high) * 1.05]
    shown = [each for each in ticks if domain[0] <= each <= domain[1]]
    return alt.X(
        field,
        title=title,
        scale=alt.Scale(type="log", domain=domain, nice=False),
        axis=alt.Axis(values=shown, labelExpr=f"({labels})[datum.value]", domain=False, labelOverlap=True),
    )
