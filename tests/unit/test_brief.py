"""The line about a runner: every reason and action has its few words, and none says what another may not."""

from __future__ import annotations

import re
from datetime import date
from typing import Any

import pytest

from flows.seed_files import seed_rows
from flows.words import brief, links, reasons, runner
from tests.lib.lines import lines
from tests.lib.said import FORBIDDEN, UNREADABLE

WEDNESDAY, TODAY = "2026-11-25", date(2026, 11, 27)
# Clauses that tell of what is not raised, and those that only add to another: the line leaves them out.
LEFT_OUT = re.compile(
    r"""
    clear_spike\..* | because\..* | headline\..* | base\..* | topup\..* | progress\..* | volume\..* | leg\..* | history\..*
    | .*\.(none|not|no_run|short|today|recent|equal|all|stated|complete|none_assumed|all_known|no_first|done|over|seldom)
    | clock\.(due|due_again|fed_by_credit|credit_until|stopped_after) | sides\.(left|right|both|other_leg_missing)
    | test\.dropped | jumps\.(little_fast_running|absent) | record\.enough | gap\.unusual_logger | stale\.today
    | strength_log\.(reaches_back|assumed) | data\.(ran_on_missing|no_intensity|intensity_known) | cadence\.assumed
    | run_totals\.some | sport\.assumed | doubt\.sport_assumed | twins\.merged | profile\.incomplete
    | refused\.no_(run|set|report|mark) | pain\.(low_score|two_scores|long) | mornings\.one | site\..*
    | stiffness\.did_not_rise | visa\.did_not_fall | injury\.(second.*|calf_sets_since)
    | contradiction\..* | plan\..* | sets\..* | clock\.unknown_load | spike\.unknown_days | refused\.all_compared
    | frequency\.(back_to_back|not_back_to_back) | return\.(no_break|no_run_today|short_run_today)
    """,
    re.VERBOSE,
)


def test_every_clause_that_leads_has_its_few_words() -> None:
    asked = {key for key in reasons.all_messages() if not LEFT_OUT.fullmatch(key)} | {"record.no_run", "strength_log.none"}
    assert asked - brief.CLAUSES.keys() == {"strength_log.no_set"} - brief.CLAUSES.keys()
    assert brief.CLAUSES.keys() - reasons.all_messages().keys() == set()


TEXTS = {row["code"] for row in seed_rows("reasons") if not row["code"].startswith("PLACE_")}
SHORT = [(code, form) for code, forms in brief.ACTIONS.items() for form in forms if code in TEXTS]
TO_DO = [(code, text) for code, text in runner.TO_DO.items() if code in TEXTS]
GATES = {row["code"]: row["asks"].split() for row in seed_rows("action_gates")}


def test_every_text_of_what_to_do_has_its_few_words() -> None:
    assert brief.ACTIONS.keys() >= TEXTS
    assert runner.TO_DO.keys() >= TEXTS


@pytest.mark.parametrize(("code", "form"), SHORT + TO_DO)
def test_an_action_in_few_words_asks_for_no_more_than_the_whole_one(code: str, form: str) -> None:
    said = form.replace("{ceiling}", "14 km").replace("{ceiling_time}", "130 min")
    assert (code, form) in TO_DO or len(said.split()) <= brief.ACTION_WORDS
    assert [word for word, pattern in FORBIDDEN.items() if re.search(pattern, said) and word not in GATES.get(code, [])] == []
    assert not re.search(UNREADABLE, re.sub(r"\{(?:(?:easy_until_date|spike_active_days):\w+|pain_gate)\}", "", said))


def status(flag: str = "red", **other: Any) -> dict[str, Any]:
    none = {"held_days": 0, "person_message": None, "person_facts": "{}"}
    return {"flag": flag, "units": "km", "load_date": TODAY} | none | other


def row(code: str, family: str, message: str, level: str = "R1", **facts: Any) -> dict[str, Any]:
    return {"code": code, "family": family, "level": level, "message": message, "facts": facts}


LONG_RUN = row(
    "RUN_SESSION_SPIKE_MODERATE", "run", "spike.distance_m", outing_date=WEDNESDAY, distance_m=21_330, before_distance_m=13_100,
    ratio=1.63, line=1.3,
)  # fmt: skip
NO_LOG = row("DATA_NO_STRENGTH_SOURCE", "data", "strength_log.none", "unknown", days=0)
ASKED = row("PAIN_UNANSWERED", "pain", "unanswered.morning", "amber", report_date="2026-11-10", days=17)
PAIN = row(
    "PAIN_GATE", "pain", "pain.score_right+pain.worse_morning", "red", pain=6, report_date="2026-11-20", morning_date=WEDNESDAY
)
SILENT = row("DATA_STALE_STRENGTH", "data", "stale_strength.silent", "info", days=19, last_date="2026-11-08")
HIGH_LOAD = row("RUN_LOAD_SPIKE", "run", "spike.achilles_load_steps", outing_date=WEDNESDAY, ratio=1.66, line=1.3)
NO_BENT = row("SOL_STALE", "calf", "clock.since", "C2", link="soleus", days=19, last_date="2026-11-08")
INJURED = row("OPEN_INJURY", "pain", "injury.achilles_right+injury.runs_since", "amber", onset_date="2026-11-09", runs=9)


@pytest.mark.parametrize(
    ("led", "about", "said"),
    [
        ([LONG_RUN], {}, "21 km on Wednesday, usually 13"),
        ([LONG_RUN], {"units": "mi"}, "13 mi on Wednesday, usually 8.1"),
        ([LONG_RUN, NO_LOG], {"flag": "amber"}, "No strength log: calf work unknown; 21 km on Wednesday, usually 13"),
        ([LONG_RUN, PAIN], {}, "Pain 6 of 10 on 20 Nov (right); worse the next morning"),
        (
            [LONG_RUN, ASKED],
            {"person_message": "person.holiday", "person_facts": '{"until_date": "2026-12-03"}'},
            "Worse the morning after 10 Nov: how now? Away until 3 Dec",
        ),
        ([INJURED], {}, "Achilles injury open since 9 Nov (right); 9 runs since"),
        # No room for the injury, so none for the runs since it began: they were not since the report of pain.
        ([PAIN, INJURED], {}, "Pain 6 of 10 on 20 Nov (right); worse the next morning"),
        (
            [row("PAIN_GATE", "pain", "pain.score_left", "amber", pain=4, report_date="2026-11-24"), INJURED],
            {},
            "Pain 4 of 10 on Tuesday (left)",
        ),
        # The log and the raises fell silent on one day: said once, so that what the running did has its place.
        ([SILENT, HIGH_LOAD, NO_BENT], {}, "Strength log 19 days old; Achilles load 66 % higher on Wednesday"),
        (
            [SILENT, NO_BENT | {"facts": NO_BENT["facts"] | {"days": 25}}],
            {},
            "Strength log 19 days old; no bent-knee raises for 25 days",
        ),
        ([LONG_RUN], {"held_days": 1}, "21 km on Wednesday, usually 13; held, day 1 of 3"),
        ([LONG_RUN], {"flag": "green"}, "Running and calf work in step"),
        (
            [LONG_RUN],
            {"person_message": "person.ill", "person_facts": '{"until_date": "2026-12-03"}'},
            "Ill until 3 Dec; 21 km on Wednesday, usually 13",
        ),
    ],
)
def test_the_cause_that_matters_most_comes_first(led: list[Any], about: dict[str, Any], said: str) -> None:
    assert brief.reason(status(**about), led, 3) == said


@pytest.mark.parametrize(
    ("days", "said"), [(13, "13 days"), (14, "2 weeks"), (34, "4 weeks"), (63, "2 months"), (550, "18 months"), (1000, "2 years")]
)
def test_a_stretch_is_told_in_its_largest_unit_and_never_longer_than_it_was(days: int, said: str) -> None:
    late = row("TENDON_DETRAIN_28", "calf", "clock.since+leg.left", "C2", link="achilles_tendon", days=days, last_date=WEDNESDAY)
    work = links.works()["achilles_tendon"]
    assert brief.reason(status(), [late], 3) == f"No {work} for {said} (left)"


@pytest.mark.parametrize(
    ("codes", "ceiling_m", "said"),
    [
        (["DATA_STALE_STRENGTH"], None, "Ask: no strength work, or log lost?"),
        # A run limit beside a question about data is not left out.
        (["DATA_STALE_STRENGTH", "COMING_BACK"], 6000.0, "Ask: strength log lost? Short, easy runs first"),
        (["DATA_STALE_STRENGTH", "RUN_SESSION_SPIKE_LARGE"], 6000.0, "Ask: strength log lost? Max 6 km"),
        (["RUN_SESSION_SPIKE_LARGE"], 14_460.0, "Max 14 km a run"),
        (["RUN_SESSION_SPIKE_LARGE"], 9_990.0, "Max 9.9 km a run"),
        (["RUN_SESSION_SPIKE_LARGE"], None, "No run longer than usual"),
        (["RUN_DURATION_SPIKE"], 14_460.0, "Max 130 min a run"),
        (["RUN_DURATION_SPIKE", "SOL_STALE"], 14_460.0, "Max 130 min; bent-knee raises 2× this week"),
        (["RUN_SESSION_SPIKE_LARGE", "SOL_STALE"], 14_460.0, "Max 14 km; bent-knee raises 2× this week"),
        (["RED_FLAG_RUPTURE", "SOL_STALE"], 14_460.0, "No running; urgent care today"),
        (["PAIN_ALLOWED", "SOL_HELD"], None, "Hold the load; bent-knee raises 2× this week"),
        (["AFTER_RACE"], None, "Easy days until 3 Dec"),
        (["A_CODE_OF_THEIRS"], None, "Light shin work twice a week, with …"),
    ],
)
def test_two_actions_are_told_where_they_fit_into_eight_words(codes: list[str], ceiling_m: float | None, said: str) -> None:
    days = {"easy_until_date": "2026-12-03", "longest_run_ceiling_s": 7859.0}  # a minute not over is not told
    texts = {"A_CODE_OF_THEIRS": "Light shin work twice a week, with bands or by hand."}
    assert brief.action([(code, texts.get(code)) for code in codes], days, ceiling_m, "km", TODAY) == said


def test_a_squads_own_text_stands_in_its_place_and_is_cut_after_seven_words() -> None:
    own = [("SOL_STALE", "Ask Kim about the bent-knee raises.")]
    assert brief.action(own, {}, None, "km", TODAY) == "Ask Kim about the bent-knee raises"
    long = [("SOL_STALE", "Ask Kim about the bent-knee raises on Tuesday, before the track.")]
    assert brief.action(long, {}, None, "km", TODAY) == "Ask Kim about the bent-knee raises on …"


def test_in_german_every_reason_has_room_on_its_line() -> None:
    said = set(lines("de"))
    assert len(said) > 100
    assert [line for line in said if len(line) > brief.LINE_LETTERS] == []
    assert {
        "24 km am Do., sonst 18; 20 Tage ohne gestrecktes Wadenheben",
        # The second reason has no room: left out whole, not cut.
        "14.000 schnelle Schritte am Do., sonst 13.000",
        "24 km am Do., sonst 18; gehalten, Tag 2 von 3",
    } <= said
