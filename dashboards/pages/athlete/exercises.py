"""The three exercises: real sets against the goal of each, the best set of each leg, and what comes next."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import duckdb

from dashboards import sentences, tables
from dashboards.charts.exercises import exercise_weeks, is_below
from dashboards.charts.running_weeks import HALF_WEEK, twelve_weeks
from dashboards.gate import Gate
from dashboards.pages.athlete.batch import Batch
from flows.words.amounts import ago, counted, number, plain, short_day, weight, weight_scale
from flows.words.language import N_, gettext

# Exercise: its name, its colour, and the reason whose action is its dose.
EXERCISES = {
    "straight_knee_raise": (N_("Straight-knee raise"), "straight", "GAST_STALE"),
    "bent_knee_raise": (N_("Bent-knee raise"), "bent", "SOL_STALE"),
    "single_leg_march": (N_("March and other hip work"), "ewma", "HIP_STALE"),
}
WEEKS = """
    select *
    from marts.exercise_weeks
    where athlete_id between $first and $last
    order by athlete_id, exercise, load_date
"""
TODAY = "select * from marts.exercises_today where athlete_id between $first and $last"
DOSES = """
    select athlete_id, load_date, code, measure, side, action
    from marts.flags
    where load_date = $as_of and code in ('GAST_STALE', 'SOL_STALE', 'HIP_STALE') and athlete_id between $first and $last
    order by all
"""
POUND_STEP = 5
# A step that is a dose of the exercise; that of the person's state (dose) is said by the next action already.
BY_ACTION = ("begin", "again")
STEPS = {
    "more_load": N_("{reps} easy: add {load}."),
    "more_repetitions": N_("Up to {reps} repetitions; once they are easy, {load} more."),
    "jump": N_("When steady: the small jump."),
    "keep": N_("Keep it."),
    "held": N_("As it is: no more weight for now."),
}


class Exercises:
    """The exercises of a batch, athlete by athlete."""

    def __init__(self, connection: duckdb.DuckDBPyConnection, batch: Batch) -> None:
        self._weeks = tables.grouped(tables.rows(connection, WEEKS, **batch.ids), "athlete_id", "exercise")
        self._today = {(row["athlete_id"], row["exercise"]): row for row in tables.rows(connection, TODAY, **batch.ids)}
        doses = sentences.in_language(connection, tables.rows(connection, DOSES, **batch.ids, as_of=batch.as_of))
        self._doses = {(row["athlete_id"], row["code"]): row["action"] for row in doses}

    def of(self, athlete: tables.Row, allowed: Gate) -> list[dict[str, Any]]:
        """The cards; none without a strength log, and none where no exercise may be named."""
        athlete_id = athlete["athlete_id"]
        if not allowed.allows("exercise") or not any(self._weeks[athlete_id, exercise] for exercise in EXERCISES):
            return []
        cards = [
            card(exercise, self._weeks[athlete_id, exercise], self._today.get((athlete_id, exercise), {}), athlete, allowed)
            for exercise in EXERCISES
        ]
        for found, (_, _, code) in zip(cards, EXERCISES.values(), strict=True):
            if found["step"] in BY_ACTION:
                found["next"] = self._doses.get((athlete_id, code))
        # The march is recommended first of all to whoever never did it.
        return sorted(cards, key=lambda one: (one["exercise"], one["step"]) != ("single_leg_march", "begin"))


def card(exercise: str, weeks: Sequence[tables.Row], today: tables.Row, athlete: tables.Row, allowed: Gate) -> dict[str, Any]:
    """One exercise: its name, its numbers in words, its figure and what comes next."""
    name, tone, _ = EXERCISES[exercise]
    unit = athlete["strength_weight_unit"]
    is_sided = any(week["is_sided"] for week in weeks)
    best = {
        leg: [best_set(week, f"{leg}_best", unit) for week in weeks] for leg in (("left", "right") if is_sided else ("left",))
    }
    has_goal = allowed.has_targets
    step = today.get("next_step")
    return {
        "exercise": exercise,
        "name": gettext(name),
        "summary": summary(weeks, today, has_goal),
        "is_below": has_goal and bool(weeks) and is_below(weeks[-1]),
        "step": step,
        "next": next_step(step, today, unit) if step in STEPS else None,
        "best": progress(best),
        "first_week": short_day(twelve_weeks(weeks[-1]["load_date"])[0] + HALF_WEEK) if weeks else None,
        "figure": exercise_weeks(weeks, best, tone, has_goal, unit) if any(logged(week) for week in weeks) else None,
    }


def logged(week: tables.Row) -> bool:
    """Whether a week holds any set of the exercise."""
    return bool(week["sets"] or week["easy_sets"] or week["left_sets"] or week["right_sets"])


def summary(weeks: Sequence[tables.Row], today: tables.Row, has_goal: bool) -> str:
    """How long ago, and how many sets in the last seven days against the goal."""
    last = weeks[-1] if weeks else {"sets": None, "target_sets": None}
    if today.get("last_date") is None:
        sets, said = gettext("never logged"), []
    elif last["sets"] is None:
        sets, said = gettext("last 7 days not known"), [ago(today["days_since"])]
    else:
        sets = gettext("{sets} in the last 7 days").format(sets=counted(last["sets"], "set"))
        said = [ago(today["days_since"])]
    goal = last["target_sets"] if has_goal else None
    said.append(sets if goal is None else gettext("{sets}, goal {goal}").format(sets=sets, goal=number(goal)))
    words = " · ".join(said)
    return f"{words[:1].upper()}{words[1:]}"


def best_set(row: tables.Row, prefix: str, unit: str) -> str:
    """A set as weight × repetitions, without its weight where none is stated; empty without a set."""
    reps, hold_s, load_kg = (row.get(f"{prefix}_{name}") for name in ("reps", "hold_s", "load_kg"))
    if reps is None and hold_s is None:
        return ""
    amount = counted(round(reps), "repetition") if reps is not None else f"{plain(hold_s)} s"
    if not load_kg:
        return amount
    load = f"{weight(load_kg, unit)} {weight_scale(unit).unit}".replace("-", "−")
    return f"{load} × {plain(reps) if reps is not None else amount}"


def progress(best: dict[str, list[str]]) -> str:
    """The first and the last best set of the twelve weeks; of each leg where sides are logged and differ."""
    told = []
    for leg, sets in best.items():
        found = [words for words in sets if words]
        if not found:
            continue
        words = found[0] if found[0] == found[-1] else gettext("{first} → {last}").format(first=found[0], last=found[-1])
        told.append((gettext("left") if leg == "left" else gettext("right"), words))
    if len({words for _, words in told}) <= 1:
        return told[0][1] if told else ""
    return ", ".join(f"{leg} {words}" for leg, words in told)


def next_step(step: str, today: tables.Row, unit: str) -> str:
    """What comes next, where it is no dose."""
    return gettext(STEPS[step]).format(reps=plain(today["next_reps"]), load=_step_of_weight(today["next_kg"], unit))


def _step_of_weight(load_kg: float | None, unit: str) -> str:
    """How much to add; in pounds what plates and dumbbells come in: 5 kg are 10 lb, not 11."""
    scale = weight_scale(unit)
    load = scale.of(load_kg)
    if load is not None and scale.unit == "lb":
        load = max(POUND_STEP, POUND_STEP * round(load / POUND_STEP))
    return f"{plain(load, 1)} {scale.unit}"
