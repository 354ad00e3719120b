"""Every rule that a sentence names is told as it is tonight: the demo squad once with each numeric rule another."""

from __future__ import annotations

import csv
import json
from typing import Any

import pytest

from flows.places import SQL_DIR
from flows.words import reasons, sentences
from tests.conftest import PROJECT
from tests.lib.squads import Night, night_over

# Which fact of a message is a rule's number (`:n` n times it).
RULES_TOLD = {
    ("clear_spike.no_run", "active_days"): "spike_active_days",
    ("clear_spike.pause", "active_days"): "spike_active_days",
    ("spike.after_pause_beside_usual", "usual_days"): "usual_days",
    ("clear_spike.below_floor_ascent_m", "floor_ascent_m"): "ascent_floor_m",
    ("clear_spike.below_floor_fast_steps", "floor_fast_steps"): "fast_floor_steps_per_leg:2",
    ("acwr.moving_s", "line"): "acwr_high",
    ("acwr.fast_steps", "line"): "acwr_high",
    ("acwr.achilles_load_steps", "line"): "acwr_high",
    ("clear_spike.moving_s", "line"): "other_spike_percent:0.01",
    ("clear_spike.ascent_m", "line"): "other_spike_percent:0.01",
    ("clear_spike.fast_steps", "line"): "other_spike_percent:0.01",
    ("clear_spike.achilles_load_steps", "line"): "other_spike_percent:0.01",
    ("base.enough_share", "needed_share"): "low_base_share",
    ("base.too_little_share", "needed_share"): "low_base_share",
    ("frequency.high_load_days", "limit"): "high_days_limit",
    ("return.full_length", "return_days"): "return_days",
    ("return.no_break", "return_days"): "return_days",
    ("return.no_break", "return_ratio"): "return_ratio",
    ("return.no_run_today", "return_days"): "return_days",
    ("return.short_run_today", "return_days"): "return_days",
    ("progress.gastrocnemius", "half_days"): "no_progress_days",
    ("progress.soleus", "half_days"): "no_progress_days",
    ("jumps.none", "active_days"): "plyo_active_days",
    ("jumps.no_first", "active_days"): "plyo_active_days",
    ("jumps.no_first", "break_days"): "plyo_intro_days",
    ("jumps.ramp", "ramp_days"): "plyo_ramp_days",
    ("jumps.first", "break_days"): "plyo_intro_days",
    ("jumps.first", "limit"): "plyo_intro_contacts",
    ("jumps.done", "absent_days"): "plyo_absent_days",
    ("jumps.absent", "absent_days"): "plyo_absent_days",
    ("jumps.little_fast_running", "fast_days"): "plyo_fast_days",
    ("jumps.little_fast_running", "floor_fast_steps"): "fast_floor_steps_per_leg:2",
    ("pain.low_score", "limit"): "pain_amber",
    ("rupture.none", "holds_days"): "rupture_holds_days",
    ("history.over", "history_days"): "history_days",
    ("record.enough", "needed_days"): "history_known_days",
    ("record.enough", "needed_runs"): "history_runs",
    ("gap.short", "quiet_days"): "gap_quiet_days",
    ("gap.short", "gap_days"): "gap_days",
    ("gap.unusual_logger", "wanted"): "gap_usual_days",
    ("strength_log.began", "building_days"): "strength_building_days",
    ("data.no_intensity", "notes_days"): "notes_days",
    ("data.intensity_known", "notes_days"): "notes_days",
    ("cadence.all", "notes_days"): "notes_days",
    ("cadence.assumed", "notes_days"): "notes_days",
    ("twins.none", "notes_days"): "notes_days",
    ("twins.merged", "notes_days"): "notes_days",
    ("refused.none", "undated_days"): "undated_days",
    ("refused.undated", "undated_days"): "undated_days",
    ("clock.credit_until", "last_day"): "sol_only_credit_days",
    ("headline.held", "held_dates"): "held_dates",
    ("because.short_history", "needed_days"): "history_known_days",
    ("because.short_history", "needed_runs"): "history_runs",
    ("because.no_test", "test_days"): "test_days",
    ("because.few_sides", "asymmetry_sets"): "asymmetry_sets",
    ("because.not_built", "build_days"): "no_progress_days:2",
    ("because.young_strength_log", "building_days"): "strength_building_days",
    ("because.break_not_told", "return_history_days"): "return_history_days",
    ("because.no_run", "notes_days"): "notes_days",
    ("because.no_jumps_before", "ramp_days"): "plyo_ramp_days",
    ("because.no_symptoms_line", "holds_days"): "pain_holds_days",
    ("because.no_symptoms", "holds_days"): "pain_holds_days",
    ("because.no_events", "holds_days"): "pain_holds_days",
    ("because.no_recent_history", "history_days"): "history_days",
}
# Of the rules told above, those that no runner of the demo squad is told of.
UNTOLD = {
    "asymmetry_sets",
    "gap_usual_days",
    "held_dates",
    "no_progress_days",
    "plyo_intro_contacts",
    "return_history_days",
    "test_days",
    "usual_days",
}


def changed_rules() -> dict[str, float]:
    """Every numeric rule a little other than it is, within its bounds."""
    changed = {}
    with (SQL_DIR / "seeds" / "rules.csv").open(encoding="utf-8", newline="") as stream:
        for rule in csv.DictReader(stream):
            if rule["type"] in ("integer", "double"):
                old, highest = float(rule["value"]), float(rule["highest"])
                step = 1 if rule["type"] == "integer" else 0.06 * old or 0.1
                changed[rule["key"]] = round(old + step if old + step <= highest else old - step, 6)
    return changed


@pytest.fixture(scope="module")
def changed_night(tmp_path_factory: pytest.TempPathFactory) -> Night:
    rules = {key: f"{value:g}" for key, value in changed_rules().items()}
    return night_over(PROJECT / "data" / "raw", tmp_path_factory.mktemp("changed"), as_of="latest", rules=rules)


def told_rules(night: Night) -> list[tuple[str, float, float, str, str]]:
    """Of each sentence that names a rule: the rule, its number in the facts and tonight, that as text, and the sentence."""
    rules = {row["athlete_id"]: row for row in night.rows("from seeds.athlete_rules")}
    units = {row["athlete_id"]: row["units"] for row in night.rows("select athlete_id, units from marts.athletes")}
    told = []
    for row in night.rows("from marts.flags where load_date = (select as_of_date from seeds.night)"):
        facts: dict[str, Any] = json.loads(row["facts"])
        for key in row["message"].split("+"):
            for (message, fact), name in RULES_TOLD.items():
                if message == key:
                    rule, _, times = name.partition(":")
                    value = rules[row["athlete_id"]][rule] * float(times or 1)
                    places = dict(sentences.PLACE.findall(reasons.all_messages()[key].text))
                    text = ""  # of a line that only says with how many decimals a ratio is told
                    if fact in places:
                        text = sentences.written(fact, places[fact], {fact: value}, units[row["athlete_id"]], row["load_date"])
                    told.append((rule, facts[fact], value, text, row["evidence"] or row["not_assessed_because"]))
    return told


def test_a_sentence_tells_the_rule_as_it_is_tonight(changed_night: Night) -> None:
    told = told_rules(changed_night)
    assert [row for row in told if row[1] != pytest.approx(row[2])] == []
    assert [row for row in told if row[3] not in row[4]] == []


def test_the_rules_that_the_demo_squad_is_told_of_are_told_with_other_numbers_too(
    demo_night: Night, changed_night: Night
) -> None:
    before, now = ({row[0] for row in told_rules(night)} for night in (demo_night, changed_night))
    assert before - now == set()
    assert {name.partition(":")[0] for name in RULES_TOLD.values()} - (before | now) == UNTOLD


def test_what_to_do_tells_the_rule_as_it_is_tonight(changed_night: Night) -> None:
    actions = changed_night.rows(
        """
        select distinct code, action from marts.flags
        where load_date = (select as_of_date from seeds.night) and regexp_matches(code, 'SESSION_SPIKE|BASELINE|HISTORY$')
        """
    )
    told = {row["code"]: row["action"] for row in actions}
    assert told["RUN_SESSION_SPIKE_SMALL"].startswith("Next 15 days: keep runs")
    assert told["RUN_NO_BASELINE_30D"].startswith("Restart at 53 % of the old longest run")
    assert told["DATA_INSUFFICIENT_HISTORY"] == "Keep logging: the first comparison needs 29 days and 9 runs."
