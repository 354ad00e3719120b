"""Running load against calf and tendon work."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from dashboards import tables
from dashboards.charts.ledger import ledger
from flows.words.amounts import counted, number, plain, short_date
from flows.words.language import gettext

# Twelve stretches of seven days up to the as-of date: the acute mean and the seven-day sets cover the same days.
LEDGER = """
    select athlete_id, load_date, load_percent, gastrocnemius_sets_7d as straight_sets, soleus_sets_7d as bent_sets,
        target_sets_week as target_sets, is_lagging
    from marts.weekly_ledger
    where athlete_id between $first and $last
    order by athlete_id, load_date
"""


def ledger_chart(weeks: Sequence[tables.Row], has_target: bool) -> dict[str, Any] | None:
    """Running Achilles load above, hard calf sets below, seven days at a time; None if there is no load to compare."""
    if not any(week["load_percent"] for week in weeks):
        return None
    is_logged = any(week["straight_sets"] is not None for week in weeks)
    return {"figure": ledger(weeks, is_logged, has_target), "summary": summary(weeks, has_target)}


def summary(weeks: Sequence[tables.Row], has_target: bool) -> str:
    """The last seven days in words, and how often a link lagged."""
    last = weeks[-1]
    lagging = sum(week["is_lagging"] for week in weeks)
    if last["load_percent"] is None:
        load = gettext("not known")
    else:
        load = gettext("{share} % of the mean of these weeks").format(share=number(last["load_percent"]))
    if last["straight_sets"] is None:
        sets = gettext("no strength log")
    else:
        said = (
            gettext("{straight} straight-knee and {soleus} soleus sets, target {target} together")
            if has_target
            else gettext("{straight} straight-knee and {soleus} soleus sets")
        )
        sets = said.format(
            straight=plain(last["straight_sets"]), soleus=plain(last["bent_sets"]), target=plain(last["target_sets"])
        )
    week = gettext("7 days to {day}: Achilles load {load}; {sets}.").format(
        day=short_date(last["load_date"]), load=load, sets=sets
    )
    if not lagging:
        return week
    lag = gettext("A calf or tendon link lagged at the end of {count} of {weeks} (shaded).")
    return f"{week} {lag.format(count=number(lagging), weeks=counted(len(weeks), 'week'))}"
