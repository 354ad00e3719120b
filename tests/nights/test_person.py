"""Every state of a person, and every two of them together, on every surface: nothing that a state forbids is said anywhere."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, timedelta
from itertools import combinations, product

import pytest

from flows.commands.why import lines_of_flag
from flows.seed_files import seed_rows
from flows.state import database
from tests.lib.said import FORBIDDEN, Said, all_said
from tests.lib.squads import Night, night_over, runs_csv, strength_csv, write_files

FIRST_DAY, AS_OF = date(2026, 6, 1), date(2026, 9, 20)  # sixteen weeks, Monday to Sunday
STRAIGHT, BENT, MARCH = "Single Leg Standing Calf Raise", "Single-Leg Bent-Knee Calf Raise", "Single-Leg March"
OTHER_WORK = "Bench Press (Barbell)"
WEEK = [6.0, 0, 4, 0, 5, 0, 9]
LONG_RUN = 13.5
# The next seven days as planned: the long run is beyond what was run of late.
PLANNED = {1: "6,easy", 2: ",strength", 3: "7,fast", 5: "30,long", 6: ",strength"}


def ago(days: int) -> date:
    return AS_OF - timedelta(days=days)


@dataclass(frozen=True)
class State:
    """What makes a state: rows of the logs, and what is special about runs and sets."""

    forbids: str
    symptoms: str = ""
    injuries: str = ""
    marks: str = ""
    birth_year: str = ""
    pause: tuple[int, int] | None = None  # no run from so many to so many days ago
    has_calf_work: bool = True
    begins_calf_work: bool = False  # four days ago


# The prohibitions of the specification, §10.
STATES = {
    "rupture_suspected": State("exercise heavy_dose more_load ceiling room keep_running", symptoms=f"{ago(9)},,,,,pop\n"),
    "pain_gate": State("heavy_dose new_exercise more_load ceiling room keep_running", symptoms=f"{ago(1)},6,,,,\n"),
    "open_injury": State("own_dose heavy_dose more_load ceiling room keep_running", injuries=f"{ago(15)},calf,\n"),
    "silent_after_pain": State("more_load keep_running", symptoms=f"{ago(10)},5,,,,\n"),
    "under_16": State("heavy_dose ceiling room norms", birth_year="2012"),
    "ill_or_away": State("more_load keep_running", marks=f"{ago(8)},{ago(4)},illness\n"),
    "after_race": State("heavy_dose more_load ceiling room keep_running", marks=f"{ago(4)},{ago(4)},race\n"),
    "coming_back": State("heavy_dose more_load", pause=(40, 8)),
    "new_to_calf_work": State("heavy_dose", has_calf_work=False),
    "other_injury": State("keep_running", injuries=f"{ago(5)},other,\n"),
    "pain_allowed": State("more_load", symptoms=f"{ago(1)},4,no,,,\n"),
    "pain_worse": State("heavy_dose more_load", symptoms=f"{ago(1)},4,yes,,,\n"),
    "symptoms_rising": State("more_load", symptoms=f"{ago(1)},0,no,45,,\n"),
    "stale_runs": State("keep_running", pause=(17, 0)),
    "insertional": State("", injuries=f"{ago(200)},achilles_insertion,{ago(150)}\n"),
    "away_today": State("dose heavy_dose new_exercise more_load ceiling room keep_running", marks=f"{ago(3)},{ago(0)},illness\n"),
    "after_pain": State(
        "heavy_dose new_exercise more_load ceiling room keep_running", symptoms=f"{ago(3)},7,no,,,\n{ago(1)},0,no,,,\n"
    ),
    "unread_reports": State("heavy_dose more_load", symptoms=f"{ago(5)},some,,,,\n"),
    "race_while_ill": State(
        "dose heavy_dose new_exercise more_load ceiling room keep_running",
        marks=f"{ago(3)},{ago(0)},illness\n{ago(2)},{ago(2)},race\n",
    ),
    "entry_begun": State("heavy_dose", begins_calf_work=True),
    "usual": State(""),
}
NAMED = {
    "away_today": ["ill_or_away"],
    "race_while_ill": ["ill_or_away", "after_race"],
    "entry_begun": ["new_to_calf_work"],
}  # the states that these make
ALONE = {"usual", "race_while_ill", "entry_begun"}
# Conditions that are no state, and two that cannot be together: the newest score is either old or new.
NO_STATES = {
    "other_injury",
    "pain_allowed",
    "pain_worse",
    "symptoms_rising",
    "stale_runs",
    "insertional",
    "after_pain",
    "unread_reports",
}
APART = (
    {"pain_gate", "silent_after_pain"},
    {"pain_gate", "pain_allowed"},
    {"pain_gate", "pain_worse"},
    {"pain_allowed", "pain_worse"},
    {"pain_gate", "symptoms_rising"},
    {"silent_after_pain", "pain_allowed"},
    {"silent_after_pain", "pain_worse"},
    {"silent_after_pain", "symptoms_rising"},
    {"pain_allowed", "symptoms_rising"},
    {"pain_worse", "symptoms_rising"},
    {"coming_back", "stale_runs"},
    {"ill_or_away", "stale_runs"},  # days that a mark explains are no silence
    {"after_race", "stale_runs"},
    {"away_today", "stale_runs"},
    {"away_today", "ill_or_away"},
    *({"after_pain", other} for other in ("pain_gate", "silent_after_pain", "pain_allowed", "pain_worse", "symptoms_rising")),
)


@dataclass
class Person:
    states: tuple[str, ...]
    symptoms: list[str] = field(default_factory=list)

    @property
    def athlete_id(self) -> str:
        return "-".join(self.states).replace("_", "")

    def files(self) -> dict[str, str]:
        made = [STATES[state] for state in self.states]
        days = (AS_OF - FIRST_DAY).days + 1
        kilometres: list[float | None] = [*(WEEK * (days // 7 + 1))[:days]]
        kilometres[-4] = LONG_RUN
        for pause in (one.pause for one in made if one.pause):
            for back in range(pause[1], pause[0] + 1):
                kilometres[-1 - back] = 0
        last_calf = 25  # long enough ago to be asked for
        if any(one.begins_calf_work for one in made):
            calf_days = range(1, 5)
        else:
            calf_days = range(last_calf, 101 if all(one.has_calf_work for one in made) else last_calf)
        sessions = {
            ago(back): [OTHER_WORK] + ([STRAIGHT, BENT, MARCH] if back in calf_days else [])
            for back in range(100, 0, -1)
            if back % 7 in (1, 4)
        }
        logs = {
            "runs.csv": runs_csv(FIRST_DAY, kilometres),
            "strength.csv": strength_csv(sessions),
            "symptoms.csv": "date,pain_0_10,next_morning_worse,morning_stiffness_min,visa_a,event\n"
            + "".join(one.symptoms for one in made),
            "injuries.csv": "onset_date,site,resolved_date\n" + "".join(one.injuries for one in made),
            "marks.csv": "from_date,to_date,kind\n" + "".join(one.marks for one in made),
            "plan.csv": "date,distance_km,kind\n" + "".join(f"{ago(-ahead)},{what}\n" for ahead, what in PLANNED.items()),
        }
        return {f"{self.athlete_id}/{name}": text for name, text in logs.items() if text.count("\n") > 1}

    @property
    def forbids(self) -> list[str]:
        return sorted({word for state in self.states for word in STATES[state].forbids.split()})


def people() -> Iterator[Person]:
    for state in STATES:
        yield Person((state,))
    for pair in combinations(STATES, 2):
        if not ALONE & set(pair) and set(pair) not in APART:
            yield Person(pair)


PEOPLE = list(people())


@pytest.fixture(scope="module")
def night(tmp_path_factory: pytest.TempPathFactory) -> Night:
    folder = tmp_path_factory.mktemp("people")
    files = {path: text for person in PEOPLE for path, text in person.files().items()}
    files["squad.csv"] = "athlete_id,birth_year,sex\n" + "".join(
        f"{person.athlete_id},{next((STATES[state].birth_year for state in person.states if STATES[state].birth_year), 1990)},f\n"
        for person in PEOPLE
    )
    return night_over(write_files(folder / "raw", files), folder, as_of=AS_OF.isoformat())


@pytest.fixture(scope="module")
def said(night: Night) -> dict[str, Said]:
    return all_said(night, [person.athlete_id for person in PEOPLE], AS_OF)


@pytest.mark.parametrize("person", PEOPLE, ids=lambda person: person.athlete_id)
def test_a_day_has_all_states_that_apply_and_forbids_what_they_forbid(night: Night, person: Person) -> None:
    (row,) = night.rows(
        "select person_state, person_states, forbids from marts.athlete_status where athlete_id = ? and load_date = ?",
        person.athlete_id,
        AS_OF,
    )
    states = {named for state in person.states for named in NAMED.get(state, [state])}
    wanted = [state for state in STATES if state in states and state not in NO_STATES] or ["usual"]
    assert row == {"person_state": wanted[0], "person_states": wanted, "forbids": person.forbids}


@pytest.mark.parametrize("person", PEOPLE, ids=lambda person: person.athlete_id)
def test_nothing_that_is_forbidden_is_said_anywhere(said: dict[str, Said], person: Person) -> None:
    one = said[person.athlete_id]
    assert {word: one.found(FORBIDDEN[word]) for word in person.forbids if one.found(FORBIDDEN[word])} == {}


def test_what_is_looked_for_is_said_where_nothing_forbids_it(said: dict[str, Said]) -> None:
    usual = said["usual"]
    assert usual.found(FORBIDDEN["own_dose"]).keys() >= {"next action", "actions", "page", "squad page"}
    # Digest and mail have room for the first few, and give the headline alone of those who did not change since yesterday.
    assert said["rupturesuspected"].found("no examination is on record").keys() >= {"digest", "mail"}
    # A rupture that nobody has examined asks for it every day.
    assert said["rupturesuspected"].found("Have the tendon examined today").keys() >= {"digest", "mail"}
    for word in FORBIDDEN.keys() - {"norms", "exercise"}:
        assert usual.found(FORBIDDEN[word]), word


@pytest.mark.parametrize("person", PEOPLE, ids=lambda person: person.athlete_id)
def test_everybody_is_told_something_to_do(said: dict[str, Said], person: Person) -> None:
    surfaces = said[person.athlete_id].surfaces
    assert surfaces["next action"]
    assert surfaces["headline"].endswith((".", "?"))
    assert surfaces["page"] and surfaces["squad page"]


INSERTIONAL = [person for person in PEOPLE if "insertional" in person.states]


@pytest.mark.parametrize("person", INSERTIONAL, ids=lambda person: person.athlete_id)
def test_trouble_at_the_heel_keeps_every_raise_on_the_floor(said: dict[str, Said], person: Person) -> None:
    one = said[person.athlete_id]
    assert one.found(r"on a step|below the step|heel free") == {}
    for surface in ("next action", "actions"):
        for raised in re.findall(r"[^.]*(?:raises|heavy calf session|body weight)[^.]*\.", one.surfaces[surface]):
            is_about_none = re.search(r"Raises go on|Log straight-knee", raised)
            assert is_about_none or "heel never below the toes" in raised, raised


@pytest.mark.parametrize(
    ("state", "words"),
    [
        ("rupture_suspected", "Have the tendon examined today"),
        ("pain_gate", "see a clinician"),
        ("open_injury", "as your clinician says"),
        ("silent_after_pain", "Ask how it is now"),
        ("under_16", "with a coach or physio beside"),
        ("ill_or_away", "at most the mean of the last three weeks"),
        ("away_today", "Once well and back, no catching up: at most the mean of the last three weeks in the first week."),
        ("after_pain", "Begin again in small steps, as your clinician says"),
        ("unread_reports", "Mend the rows that the data-quality page lists as refused"),
        ("after_race", "Recover: easy days until 30 September"),
        ("coming_back", "Come back in small steps"),
        ("new_to_calf_work", "Begin with two-leg calf raises at body weight"),
        ("other_injury", "as whoever treats the injury says"),
        ("pain_allowed", "Raises go on, load is held"),
        ("pain_worse", "Ease off: shorter runs, and calf work on two legs at body weight"),
        ("symptoms_rising", "Hold the load"),
        ("stale_runs", "rest or lost"),
    ],
)
def test_the_next_action_is_that_of_the_state(said: dict[str, Said], state: str, words: str) -> None:
    assert words in said[state.replace("_", "")].surfaces["next action"]


@pytest.mark.parametrize(
    ("state", "words"),
    [
        (
            "rupture_suspected",
            "A sudden pop was reported on 11 September, and no examination is on record; 6 runs followed (the last on",
        ),
        ("open_injury", "Calf injury open since 5 September (16 days); 10 runs since (the last on 20 September)"),
        ("silent_after_pain", "Pain was 5 out of 10 on 10 September, 10 days ago: how is it now?"),
        ("ill_or_away", "Marked as ill up to 16 September; a run on"),
        ("away_today", "Marked as ill up to 20 September; a run on"),
        ("after_race", "A race on 16 September to recover from"),
        ("coming_back", "Back since"),
        ("other_injury", "An injury elsewhere (not Achilles, calf or foot) is open since 15 September"),
    ],
)
def test_the_headline_names_the_state(said: dict[str, Said], state: str, words: str) -> None:
    assert said[state.replace("_", "")].surfaces["headline"].startswith(words)


def test_calf_work_that_was_never_logged_is_on_no_record_and_has_not_stopped(said: dict[str, Said]) -> None:
    beginner = said["newtocalfwork"]
    assert beginner.surfaces["headline"].count("no hard calf work logged in 3 months") == 1
    assert beginner.found("Heavy calf raises stopped") == {}


@pytest.mark.parametrize("state", ["under_16", "new_to_calf_work"])
def test_the_march_has_no_jump_where_heavy_work_is_forbidden(said: dict[str, Said], state: str) -> None:
    one = said[state.replace("_", "")]
    assert "Two pictures: a hinge on one leg" in one.surfaces["page"]
    assert one.found("add a jump|as a small jump") == {}
    assert said["usual"].found("add a jump|as a small jump").keys() >= {"page"}


def test_a_runner_after_a_race_or_up_to_young_age_is_told_why_there_is_no_room(said: dict[str, Said]) -> None:
    assert "No room is given for two weeks after a race: first days without running" in said["afterrace"].surfaces["page"]
    assert "16 or younger: these limits were made for adults and none is shown" in said["under16"].surfaces["page"]
    assert "16 or younger" in said["under16"].surfaces["squad page"]


@pytest.mark.parametrize(
    ("state", "words"),
    [("rupture_suspected", "not judged until examined"), ("open_injury", "not judged while an injury is open")],
)
def test_nothing_is_on_track_of_a_hurt_leg(said: dict[str, Said], state: str, words: str) -> None:
    one = said[state.replace("_", "")]
    assert one.found(words).keys() >= {"page", "squad page"}
    assert one.found(r"(?i)calf work (?:on track|slipping|lagging)|: (?:on track|slipping|lagging), \d") == {}


def test_beside_an_open_injury_calf_work_has_no_target_and_no_limit(said: dict[str, Said]) -> None:
    injured = said["openinjury"]
    assert "calf and hip work is not asked for while the injury is open; this was last done on" in injured.surfaces["page"]
    assert injured.found(r"the target is|(?:target|low)_sets|sets a week are|below [\d.]+ a week") == {}
    assert said["usual"].found(r"[Ff]ew (?:bent-knee|straight-knee) raises").keys() >= {
        "squad page",
        "page",
    }


def test_marts_hold_no_reason_of_calf_work_that_may_not_be_asked_for(night: Night) -> None:
    rows = night.rows(
        """
        select flags.athlete_id, flags.state, flags.value, flags.threshold, flags.facts
        from marts.flags as flags
        inner join marts.athlete_status as status using (athlete_id, load_date)
        where flags.family = 'calf' and list_has_any(status.forbids, ['exercise', 'own_dose'])
        """
    )
    assert len(rows) > 100
    assert [
        row for row in rows if row["state"] != "not_assessed" or row["value"] is not None or row["threshold"] is not None
    ] == []
    assert {fact for row in rows for fact in json.loads(row["facts"])} <= {
        "last_date",
        "test_days",
        "asymmetry_days",
        "asymmetry_sets",
        "build_days",
    }
    codes = {
        code
        for row in night.rows("select reasons from marts.athlete_status where athlete_id = 'openinjury' and load_date = ?", AS_OF)
        for code in row["reasons"]
    }
    assert "OPEN_INJURY" in codes
    assert not codes & {row["code"] for row in seed_rows("reasons") if row["family"] == "calf"}


def test_raises_do_not_go_on_after_a_worse_morning(said: dict[str, Said]) -> None:
    assert said["painallowed"].found(r"Raises go on")
    assert not said["painworse"].found(r"Raises go on")


def test_before_pain_the_last_week_was_usual(said: dict[str, Said]) -> None:
    assert re.search(r"Was usual: [\d.]+ km a week", said["paingate"].surfaces["page"])
    assert not said["openinjury"].found("[Ww]as usual")
    assert not said["rupturesuspected"].found("[Ww]as usual")


def test_a_question_ends_its_sentence(said: dict[str, Said]) -> None:
    assert "10 days ago: how is it now? 13.5 km on Thursday, +50 %" in said["silentafterpain"].surfaces["headline"]
    assert {one.person.athlete_id: one.found(r"\?;") for one in said.values() if one.found(r"\?;")} == {}


def test_a_worse_morning_is_told_beside_pain_that_it_makes_worse(said: dict[str, Said]) -> None:
    assert "the morning after 19 September was worse" in said["painworse"].surfaces["headline"]
    assert "the morning after" not in said["painallowed"].surfaces["headline"]


STALE_RUNS = [person for person in PEOPLE if "stale_runs" in person.states]


@pytest.mark.parametrize("person", STALE_RUNS, ids=lambda person: person.athlete_id)
def test_who_logs_no_run_does_not_run_steadily(said: dict[str, Said], person: Person) -> None:
    one = said[person.athlete_id]
    assert one.found(r"(?i)running (?:is |load )?steady") == {}
    is_alone = "rupture_suspected" in person.states
    assert ("o run since 2 September: 18 days" in one.surfaces["headline"]) != is_alone


INJURED = [person for person in PEOPLE if "open_injury" in person.states]


@pytest.mark.parametrize("person", INJURED, ids=lambda person: person.athlete_id)
def test_beside_an_open_injury_no_surface_judges_calf_work(said: dict[str, Said], person: Person) -> None:
    assert said[person.athlete_id].found(r"[Nn]o \S+ (?:raises|work) of late|Heavy calf raises stopped|Few \S+ raises") == {}


def test_weeks_beside_an_open_injury_are_no_lag(said: dict[str, Said], night: Night) -> None:
    # The last set was ten days before the onset: what is missing of calf work is missing beside the injury.
    lagging = "select count(*) from marts.weekly_ledger where athlete_id = ? and is_lagging"
    assert [night.value(lagging, name) for name in ("usual", "openinjury")] == [1, 0]
    assert said["usual"].found("below its goal").keys() == {"page"}
    assert not said["openinjury"].found("below its goal")


@pytest.mark.parametrize(
    ("state", "words"),
    [
        ("pain_allowed", "pain and injuries ask for this at least: amber."),
        ("silent_after_pain", "pain and injuries ask for this at least: amber."),
        ("pain_gate", "pain and injuries ask for this at least: red."),
    ],
)
def test_what_pain_asks_for_is_its_own_level_and_not_that_of_the_day(said: dict[str, Said], state: str, words: str) -> None:
    assert f"running load jumped and calf work lagging: red; {words}" in said[state.replace("_", "")].surfaces["page"]


def test_after_a_break_the_action_and_the_room_name_the_same_run(said: dict[str, Said]) -> None:
    # The longest run of before is 9 km; half of it is less than the 5 km of a fair restart.
    back = said["comingback"].surfaces
    assert "for 2 weeks keep runs at or under 5.0 km" in back["next action"]
    assert "no run over 5.0 km" in back["page"]


def test_who_is_ill_today_is_told_one_thing_to_do(said: dict[str, Said]) -> None:
    ill = said["awaytoday"].surfaces
    assert ill["next action"] == (
        "Once well and back, no catching up: at most the mean of the last three weeks in the first week."
    )
    assert "No room is given while ill or away" in ill["page"]
    assert "No room is given in the first days after pain" in said["afterpain"].surfaces["page"]


def test_a_race_inside_an_illness_is_named(said: dict[str, Said]) -> None:
    assert "the race of 18 September lies inside the illness" in said["racewhileill"].surfaces["headline"]
    assert said["awaytoday"].found("lies inside the illness") == {}


def test_the_entry_dose_lasts_two_weeks_from_the_first_session(said: dict[str, Said]) -> None:
    # Begun on 16 September: the fourteenth day is the 29th.
    words = "2 × 12–15, 3 s up and 3 s down, 3 times a week until 29 September; then one leg, then load."
    assert said["entrybegun"].found(words).keys() >= {"actions", "page"}
    assert said["entrybegun"].found("Begin with two-leg") == {}


def test_up_to_young_age_no_heavy_work_is_late(said: dict[str, Said]) -> None:
    late = r"(?i)no heavy calf raises (?:of late|for)"
    assert said["under16"].found(late) == {}
    assert said["usual"].found(late).keys() >= {"page"}


def test_few_sets_are_told_without_a_target_where_heavy_work_is_forbidden(said: dict[str, Said]) -> None:
    # The last sets were 25 days ago: 3 of each leg in four weeks.
    assert "sets in four weeks" in said["under16"].surfaces["evidence"]
    assert said["under16"].found(r"the target|target_sets|low_sets|below [\d.]+ a week") == {}
    assert said["usual"].found(r"the target is").keys() >= {"evidence", "page"}


def test_trouble_of_the_past_is_told_after_what_is_now(said: dict[str, Said]) -> None:
    headline = said["insertional"].surfaces["headline"]
    assert headline.startswith("13.5 km on Thursday, +50 %")
    assert headline.endswith("; Achilles trouble until April 2026.")


def test_why_says_nothing_that_is_forbidden_on_the_last_day_and_on_days_before_it(night: Night) -> None:
    wrong, allowed = {}, set()
    with database.reader(night.warehouse) as connection:
        for state, back in product(STATES, (0, 4, 9)):
            athlete_id, day = state.replace("_", ""), ago(back)
            (forbids,) = connection.execute(
                "select forbids from marts.athlete_status where athlete_id = ? and load_date = ?", [athlete_id, day]
            ).fetchone() or ([],)
            text = "\n".join(lines_of_flag(connection, athlete_id, day))
            found = {word: hit.group(0) for word, pattern in FORBIDDEN.items() if (hit := re.search(pattern, text))}
            wrong |= {(state, day, word): found[word] for word in forbids if word in found}
            allowed |= found.keys()
    assert wrong == {}
    assert allowed >= {"own_dose", "heavy_dose", "ceiling"}, "what is looked for is said where nothing forbids it"


@pytest.mark.parametrize("person", PEOPLE, ids=lambda person: person.athlete_id)
def test_no_planned_run_has_a_tick_or_an_amount_where_running_has_no_ceiling(night: Night, person: Person) -> None:
    rows = night.rows("select * from marts.plan_check where athlete_id = ? order by plan_date", person.athlete_id)
    assert [row["plan_date"] for row in rows] == [ago(-ahead) for ahead in range(1, 8)]
    runs = [row for row in rows if row["runs"]]
    assert len(runs) == 3
    if {"ceiling", "room"} & {*person.forbids}:
        assert {row["state"] for row in runs} == {"forbidden" if "keep_running" in person.forbids else "not_assessed"}
        assert [row for row in rows if any(value is not None for name, value in row.items() if name.endswith(("_m", "_s")))] == []
    else:
        assert runs[-1]["state"] == "over_run"
    strength = {row["state"] for row in rows if row["strength_sessions"]}
    assert strength == {"forbidden" if {"exercise", "own_dose", "dose"} & {*person.forbids} else "ok"}


def test_what_a_plan_is_told_of_is_told_on_every_surface_of_it(said: dict[str, Said]) -> None:
    usual, away = said["usual"], said["awaytoday"]
    assert usual.found(r"20\.1 km over").keys() >= {"page", "calendar", "check of the plan"}
    assert usual.found(r"no calf work planned|and none is planned").keys() >= {"page", "calendar", "check of the plan"}
    assert usual.found(r"target_sets=").keys() == {"board"}
    assert usual.found(r"next_step=").keys() == {"exercises"}
    assert usual.found(r"(?<!_)ceiling_m=").keys() >= {"ceilings"}
    assert away.surfaces["calendar"].count("(not now)") == len(PLANNED)
    assert "See a clinician" in said["paingate"].surfaces["alert"] or "see a clinician" in said["paingate"].surfaces["alert"]


def test_the_counts_for_dashboards_are_those_of_the_tables_and_name_nobody(night: Night) -> None:
    text = (night.site / "status.json").read_text(encoding="utf-8")
    rows = night.rows("select flag, count(*) as runners from marts.athlete_status where load_date = ? group by flag", AS_OF)
    flags = {row["flag"]: row["runners"] for row in rows}
    assert {flag: count for flag, count in json.loads(text)["flags"].items() if count} == flags
    assert [person.athlete_id for person in PEOPLE if person.athlete_id in text] == []
