"""The part of the evidence page that tells whether flags came before injuries: what `tendonwatch backtest` found last."""

from __future__ import annotations

from typing import Any

import duckdb

from dashboards import tables, words
from flows.words.amounts import plain
from flows.words.backtest import FIRST_DAYS, LEAST_P, LOOKS_BACK_DAYS, NEEDED_ONSETS, WASHOUT_DAYS
from flows.words.language import N_, gettext

NEWEST = "from marts.backtest where is_newest order by rule_number"
NAMES = {
    "RED": N_("Red"),
    "AMBER": N_("Amber"),
    "AMBER_OR_RED": N_("Amber or red"),
    "SPIKE_DAYS_0_14": N_("The day of a long run that jumped, and two weeks after"),
    "SPIKE_DAYS_1_14": N_("The two weeks after a long run that jumped"),
    "SPIKE_OWN_DAY": N_("The day of a long run that jumped, of all days with a run"),
}
JUDGED_BY = {
    "as published": N_("Colours are those that were published then."),
    "as known now": N_(
        "Colours are those that today’s data and rules give to past days: what was published then may have been another."
    ),
    "both": N_("Colours are those that were published then where that is remembered, and else those of today’s data and rules."),
}
VERDICTS = {
    "too_few_injuries": N_("too few injuries to say"),
    "too_few_on_a_side": N_("too few injuries on flagged or on other days to say"),
    "no_difference": N_("no more than chance makes"),
    "more_injuries": N_("more injuries began on such days"),
    "fewer_injuries": N_("fewer injuries began on such days"),
}


def context(connection: duckdb.DuckDBPyConnection) -> dict[str, Any] | None:
    """The newest backtest for its template; None where nobody has asked yet."""
    found = tables.rows(connection, NEWEST)
    if not found:
        return None
    whole = found[0]
    return {
        "rules": [
            row | {"name": name_of(row["rule"]), "said": gettext(VERDICTS[row["verdict"]]), "p": chance(row["adjusted_p_value"])}
            for row in found
        ],
        "whole": whole,
        "is_enough": whole["onsets"] >= NEEDED_ONSETS,
        "judged_by": gettext(JUDGED_BY[whole["judged_by"]]),
        "needed": plain(NEEDED_ONSETS),
        "first_days": FIRST_DAYS,
        "washout_days": WASHOUT_DAYS,
        "looks_back_days": LOOKS_BACK_DAYS,
    }


def chance(p_value: float | None) -> str:
    """A probability with three digits; what would be 0 in them is below the least of them."""
    return plain(p_value, 3) if p_value is None or p_value >= LEAST_P else f"< {plain(LEAST_P, 3)}"


def name_of(rule: str) -> str:
    """A rule in plain words."""
    return gettext(NAMES[rule]) if rule in NAMES else words.reason_name(rule)
