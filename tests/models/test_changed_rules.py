"""Every rule that a sentence names is told as it is tonight: the demo squad once with each numeric rule another."""

from __future__ import annotations

import json
import math
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from flows.seed_files import seed_rows
from flows.words import reasons, sentences
from tests.lib.squads import Night, tables_over, with_the_memory_of

Row = dict[str, Any]
Numbers = Callable[[Row, Row, str], list[float]]  # of the athlete's rules, the facts and the code: what may be told


def day_limits(rules: Row, facts: Row, _: str) -> list[float]:
    """From which day on a link may be late: as the day's mode has it."""
    factor = rules["taper_amber_factor"]
    if facts["link"] == "foot":
        return [rules["foot_stale_days"] + 1, math.floor(factor * rules["foot_stale_days"]) + 1]
    if facts["link"] in ("gastrocnemius", "soleus"):
        return [rules["calf_amber_days"], rules["calf_amber_days_build"], rules["calf_amber_days_taper"]]
    amber = rules["hip_amber_days" if facts["link"] == "hip" else "tendon_amber_days"]
    return [amber, math.ceil(factor * amber)]


def targets(rules: Row, _: Row, __: str) -> list[float]:
    """How many sets a week keep strength, young and old, and in a taper."""
    least = [rules["maintain_sets_week"], rules["maintain_sets_week_older"]]
    return [value for one in least for value in (one, one * rules["taper_target_factor"])]


def low_sets(rules: Row, facts: Row, code: str) -> list[float]:
    """Whole sets below which four weeks, or what illness and holiday leave of them, hold few."""
    lines = [rules["low_volume_share"] * one * days / 7 for one in targets(rules, facts, code) for days in range(14, 29)]
    return [whole(line) for line in lines for whole in (math.floor, math.ceil)]


def spike_line(rules: Row, _: Row, code: str) -> list[float]:
    return [rules[f"spike_{code.removeprefix('RUN_SESSION_SPIKE_').lower()}_percent"] / 100]


def ramp_limit(rules: Row, facts: Row, _: str) -> list[float]:
    return [math.floor(rules["plyo_ramp_percent"] * facts["most_before"] / 100)]


def low_norm(rules: Row, facts: Row, _: str) -> list[float]:
    return [math.ceil(rules["norm_share"] * facts["norm"])]


def known_days(rules: Row, facts: Row, _: str) -> list[float]:
    kind = {7: "acute", 21: "uncoupled", 28: "coupled"}[facts["window_days"]]
    return [rules[f"known_days_{kind}"]]


def more_days(rules: Row, facts: Row, _: str) -> list[float]:
    return [rules["history_known_days"] - facts["days"]]


def more_runs(rules: Row, facts: Row, _: str) -> list[float]:
    return [rules["history_runs"] - facts["runs"]]


def silent_runs(rules: Row, _: Row, __: str) -> list[float]:
    """After how many days without a run is asked, while strength work goes on and in anybody."""
    return [rules["stale_runs_days"], rules["grey_runs_days"]]


# Which fact of a message is a rule's number (`:n` n times it), or is worked out from one.
RULES_TOLD: dict[tuple[str, str], str | Numbers] = {
    ("clock.due", "due_day"): day_limits,
    ("clock.due_again", "due_day"): day_limits,
    ("clock.stopped_after", "last_day"): "tendon_red_days",
    ("volume.gastrocnemius", "target_sets"): targets,
    ("volume.soleus", "target_sets"): targets,
    ("volume.gastrocnemius", "low_sets"): low_sets,
    ("volume.soleus", "low_sets"): low_sets,
    ("topup.gastrocnemius", "target_sets"): "build_sets_week",
    ("topup.soleus", "target_sets"): "build_sets_week",
    ("refused.all_compared", "active_days"): "spike_active_days",
    ("refused.not_compared", "active_days"): "spike_active_days",
    ("sides.equal", "best_sets"): "asymmetry_sets",
    ("sides.equal", "asymmetry_days"): "asymmetry_days",
    ("sides.left_weaker", "best_sets"): "asymmetry_sets",
    ("sides.left_weaker", "asymmetry_days"): "asymmetry_days",
    ("sides.right_weaker", "best_sets"): "asymmetry_sets",
    ("sides.right_weaker", "asymmetry_days"): "asymmetry_days",
    ("clear_spike.distance_m", "line"): spike_line,
    ("spike.distance_m", "line"): spike_line,
    ("spike.moving_s", "line"): "other_spike_percent:0.01",
    ("spike.ascent_m", "line"): "other_spike_percent:0.01",
    ("spike.fast_steps", "line"): "other_spike_percent:0.01",
    ("spike.fast_steps_by_totals", "line"): "other_spike_percent:0.01",
    ("spike.achilles_load_steps", "line"): "other_spike_percent:0.01",
    ("clear_spike.too_short_distance_m", "line"): spike_line,
    ("clear_spike.too_short_distance_m", "floor_distance_m"): "distance_floor_m",
    ("clear_spike.too_short_distance_m", "excess_distance_m"): "distance_excess_m",
    ("clear_spike.too_short_moving_s", "line"): "other_spike_percent:0.01",
    ("clear_spike.too_short_moving_s", "floor_moving_s"): "duration_floor_s",
    ("clear_spike.too_short_moving_s", "excess_moving_s"): "duration_excess_s",
    ("clear_spike.too_short_achilles_load_steps", "line"): "other_spike_percent:0.01",
    ("clear_spike.too_short_achilles_load_steps", "floor_load_steps"): "load_floor_steps",
    ("stale_runs.short", "stale_days"): silent_runs,
    ("stale_strength.short", "stale_days"): "stale_strength_days",
    ("stale_strength.seldom", "wanted"): "stale_usual_strength_days",
    ("spike.after_pause", "restart_m"): "no_baseline_floor_m",
    ("jumps.ramp", "limit"): ramp_limit,
    ("test.left", "low_norm"): low_norm,
    ("test.right", "low_norm"): low_norm,
    ("data.known_days", "wanted"): known_days,
    ("record.more_days", "more"): more_days,
    ("record.more_runs", "more"): more_runs,
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
    ("pain.long", "long_pain"): "long_pain",
    ("rupture.none", "holds_days"): "pain_holds_days",
    ("stiffness.now", "limit_s"): "stiffness_min:60",
    ("stiffness.rose", "limit_s"): "stiffness_rise_min:60",
    ("stiffness.did_not_rise", "limit_s"): "stiffness_rise_min:60",
    ("visa.fell", "limit"): "visa_drop",
    ("visa.did_not_fall", "limit"): "visa_drop",
    ("because.no_stiffness", "symptom_days"): "symptom_days",
    ("because.few_stiffness", "symptom_rise_days"): "symptom_rise_days",
    ("because.few_visa", "symptom_rise_days"): "symptom_rise_days",
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
    ("because.few_sides", "asymmetry_days"): "asymmetry_days",
    ("because.too_young_for_norms", "norm_age"): "norm_age",
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
# Facts that rest on a rule and on the runner's usual running, which no sentence tells: another rule moves them as much.
MOVED = {
    ("base.enough_distance_m", "needed_distance_m"),
    ("base.enough_moving_s", "needed_moving_s"),
    ("base.too_little_distance_m", "needed_distance_m"),
    ("base.too_little_moving_s", "needed_moving_s"),
    ("clear_spike.fair_restart", "restart_m"),
}
# Facts that files tell: what was done, when, where and how much of it, and windows that are definitions.
MEASURED = {
    "ascent_m", "assumed", "base_distance_m", "base_moving_s", "base_share", "before_ascent_m", "before_distance_m",
    "before_fast_steps", "before_moving_s", "bent_knee_sets", "cases", "check", "columns", "contacts", "days",
    "distance_m", "failed_date", "fast_steps", "fewer", "files", "from_date", "heel_raises", "held_days", "high_load",
    "known", "last_date", "legs", "light", "link", "load_steps", "log_days", "measure", "most_before", "moving_s", "names",
    "norm", "onset_date", "outing", "pain", "pause_days", "ratio", "recordings", "report_date", "rows", "run_days",
    "runs", "rupture_date", "session_date", "sets", "share", "site", "table", "to_date", "totals", "unclear",
    "unmapped", "usual", "usual_fast_steps", "usual_m", "usual_moving_s", "week_fast_steps", "week_moving_s",
    "window_days",
    "ran", "ran_date", "reports", "run_date", "set_date", "back_date", "before",
    "before_s", "fall", "ill_run_date", "race_date", "rest_days", "rise_s", "run_after_date",
    "assistance_kg", "healed_date", "holiday_until_date", "ill_race_date", "left_m", "longest_m", "longest_s", "low",
    "outing_date", "over_by_m", "over_by_s", "plan_date", "row", "taken_m", "trouble_date", "unknown_days", "unread", "untold",
    "week_planned_m", "week_planned_s",
    "morning_date", "second_date", "second_site", "silent_days", "since_date", "stiffness_s", "until_date", "visa",
}  # fmt: skip
# Of the rules told above, those that no runner of the demo squad is told of.
UNTOLD = {
    "long_pain",
    "stiffness_rise_min",
    "visa_drop",
    "build_sets_week",
    "distance_excess_m",
    "distance_floor_m",
    "duration_excess_s",
    "duration_floor_s",
    "gap_usual_days",
    "held_dates",
    "load_floor_steps",
    "more_runs",
    "no_baseline_floor_m",
    "norm_age",
    "plyo_intro_contacts",
    "return_history_days",
    "silent_runs",
    "stale_usual_strength_days",
    "usual_days",
}


FACTOR = 1.06  # by which a rule that is no whole number is another


def changed_rules() -> dict[str, float]:
    """Every numeric rule a little other than it is, within its bounds."""
    changed = {}
    for rule in seed_rows("rules"):
        if rule["type"] in ("integer", "double"):
            old, highest = float(rule["value"]), float(rule["highest"])
            step = 1 if rule["type"] == "integer" else (FACTOR - 1) * old or 0.1
            changed[rule["key"]] = round(old + step if old + step <= highest else old - step, 6)
    return changed


@pytest.fixture(scope="module")
def changed_night(demo_night: Night, tmp_path_factory: pytest.TempPathFactory) -> Night:
    rules = {key: f"{value:g}" for key, value in changed_rules().items()}
    folder = with_the_memory_of(demo_night, tmp_path_factory.mktemp("changed"))
    return tables_over(demo_night.settings.raw, folder, as_of="latest", rules=rules)


def told_facts(night: Night) -> Iterator[tuple[Row, str, Row]]:
    """Each clause of the as-of date: the row of marts.flags, the clause's key and the facts."""
    for row in night.rows("from marts.flags where load_date = (select as_of_date from seeds.night)"):
        for key in row["message"].split("+"):
            yield row, key, json.loads(row["facts"])


def told_rules(night: Night) -> list[tuple[str, float, float, str, str]]:
    """Of each sentence that names a rule: the rule, its number in the facts and tonight, that as text, and the sentence."""
    rules = {row["athlete_id"]: row for row in night.rows("from seeds.athlete_rules")}
    units = {row["athlete_id"]: row["units"] for row in night.rows("select athlete_id, units from marts.athletes")}
    told = []
    for row, key, facts in told_facts(night):
        for (message, fact), rule in RULES_TOLD.items():
            if message != key:
                continue
            own = rules[row["athlete_id"]]
            if isinstance(rule, str):
                name, _, times = rule.partition(":")
                value = own[name] * float(times or 1)
            else:
                name = rule.__name__
                value = min(rule(own, facts, row["code"]), key=lambda number: abs(number - facts[fact]))
            places = dict(sentences.PLACE.findall(reasons.all_messages()[key].text))
            text = ""  # of a line that only says with how many decimals a ratio is told
            if fact in places:
                text = sentences.written(fact, places[fact], {fact: value}, units[row["athlete_id"]], row["load_date"])
            told.append((name, facts[fact], value, text, row["evidence"] or row["not_assessed_because"]))
    return told


def facts_of(message: reasons.Message) -> set[str]:
    """The names of the facts that a message is written from; a ratio is told with as many decimals as its line needs."""
    texts = (message.text, message.many, message.outing)
    places = {name for text in texts if text for name, _ in sentences.PLACE.findall(text)}
    return places | ({"line"} if "ratio" in places else set())


def test_each_fact_of_a_message_is_told_by_a_file_or_by_a_rule_named_above() -> None:
    facts = {(key, fact) for key, message in reasons.all_messages().items() for fact in facts_of(message)}
    of_rules = RULES_TOLD.keys() | MOVED
    assert {one for one in facts - of_rules if one[1] not in MEASURED} == set()
    assert of_rules - facts == set()
    assert {fact for _, fact in of_rules} & MEASURED == set()
    assert MEASURED - {fact for _, fact in facts} == set()


def test_what_rests_on_the_usual_running_too_moves_with_its_rule(demo_night: Night, changed_night: Night) -> None:
    before, now = (
        {
            (row["athlete_id"], row["code"], row["measure"], key, fact): facts[fact]
            for row, key, facts in told_facts(night)
            for message, fact in MOVED
            if key == message
        }
        for night in (demo_night, changed_night)
    )
    both = before.keys() & now.keys()
    assert {one[3:] for one in both} == MOVED - {("base.too_little_moving_s", "needed_moving_s")}
    for one in both:
        assert now[one] == pytest.approx(FACTOR * before[one], rel=0.02), one


def test_a_sentence_tells_the_rule_as_it_is_tonight(changed_night: Night) -> None:
    told = told_rules(changed_night)
    assert [row for row in told if row[1] != pytest.approx(row[2])] == []
    assert [row for row in told if row[3] not in row[4]] == []


def test_the_rules_that_the_demo_squad_is_told_of_are_told_with_other_numbers_too(
    demo_night: Night, changed_night: Night
) -> None:
    before, now = ({row[0] for row in told_rules(night)} for night in (demo_night, changed_night))
    assert before - now == set()
    names = {rule.partition(":")[0] if isinstance(rule, str) else rule.__name__ for rule in RULES_TOLD.values()}
    assert names - (before | now) == UNTOLD


def test_what_to_do_tells_the_rule_as_it_is_tonight(changed_night: Night) -> None:
    actions = changed_night.rows(
        """
        select distinct code, action from marts.flags
        where load_date = (select as_of_date from seeds.night) and regexp_matches(code, 'SESSION_SPIKE|BASELINE|HISTORY$')
        """
    )
    told = {row["code"]: row["action"] for row in actions}
    assert told["RUN_SESSION_SPIKE_SMALL"].startswith("Next 15 days: keep runs")
    assert told["RUN_NO_BASELINE_30D"].startswith("Restart in small steps: for 15 days keep runs at or under ")
    assert told["DATA_INSUFFICIENT_HISTORY"] == "Keep logging: the first comparison needs 29 days and 9 runs."
