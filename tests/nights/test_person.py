"""Every state of a person, and every two of them together, on every surface: nothing that a state forbids is said anywhere."""

from __future__ import annotations

import html
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, timedelta
from itertools import combinations, product
from pathlib import Path

import pytest

from flows.commands.why import lines_of_flag
from flows.state import database
from tests.lib.squads import Night, night_over, runs_csv, strength_csv, write_files

FIRST_DAY, AS_OF = date(2026, 6, 1), date(2026, 9, 20)  # sixteen weeks, Monday to Sunday
STRAIGHT, BENT, MARCH = "Single Leg Standing Calf Raise", "Single-Leg Bent-Knee Calf Raise", "Single-Leg March"
OTHER_WORK = "Bench Press (Barbell)"
WEEK = [6.0, 0, 4, 0, 5, 0, 9]
LONG_RUN = 13.5


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


# The prohibitions of the specification, §10.
STATES = {
    "rupture_suspected": State("exercise heavy_dose more_load ceiling room keep_running", symptoms=f"{ago(9)},,,,,pop\n"),
    "pain_gate": State("heavy_dose new_exercise more_load ceiling room keep_running", symptoms=f"{ago(1)},6,,,,\n"),
    "open_injury": State("own_dose heavy_dose more_load ceiling room keep_running", injuries=f"{ago(15)},calf,\n"),
    "silent_after_pain": State("more_load keep_running", symptoms=f"{ago(10)},5,,,,\n"),
    "under_16": State("heavy_dose ceiling room norms", birth_year="2012"),
    "ill_or_away": State("more_load keep_running", marks=f"{ago(3)},{ago(0)},illness\n"),
    "after_race": State("heavy_dose more_load ceiling room keep_running", marks=f"{ago(4)},{ago(4)},race\n"),
    "coming_back": State("heavy_dose more_load", pause=(40, 8)),
    "new_to_calf_work": State("heavy_dose", has_calf_work=False),
    "other_injury": State("keep_running", injuries=f"{ago(5)},other,\n"),
    "pain_allowed": State("more_load", symptoms=f"{ago(1)},4,no,,,\n"),
    "pain_worse": State("heavy_dose more_load", symptoms=f"{ago(1)},4,yes,,,\n"),
    "symptoms_rising": State("more_load", symptoms=f"{ago(1)},0,no,45,,\n"),
    "stale_runs": State("keep_running", pause=(17, 0)),
    "insertional": State("", injuries=f"{ago(200)},achilles_insertion,{ago(150)}\n"),
    "usual": State(""),
}
# Conditions that are no state, and two that cannot be together: the newest score is either old or new.
NO_STATES = {"other_injury", "pain_allowed", "pain_worse", "symptoms_rising", "stale_runs", "insertional"}
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
        sessions = {
            ago(back): [OTHER_WORK]
            + ([STRAIGHT, BENT, MARCH] if back >= last_calf and all(one.has_calf_work for one in made) else [])
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
        }
        return {f"{self.athlete_id}/{name}": text for name, text in logs.items() if text.count("\n") > 1}

    @property
    def forbids(self) -> list[str]:
        return sorted({word for state in self.states for word in STATES[state].forbids.split()})


def people() -> Iterator[Person]:
    for state in STATES:
        yield Person((state,))
    for pair in combinations(STATES, 2):
        if "usual" not in pair and set(pair) not in APART:
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


@dataclass(frozen=True)
class Said:
    """All that is said about somebody, surface by surface."""

    person: Person
    surfaces: dict[str, str]

    def found(self, pattern: str) -> dict[str, str]:
        """Where the pattern stands, with what it found."""
        hits = {surface: re.search(pattern, text) for surface, text in self.surfaces.items()}
        return {surface: hit.group(0) for surface, hit in hits.items() if hit}


@pytest.fixture(scope="module")
def said(night: Night) -> dict[str, Said]:
    statuses = {
        row["athlete_id"]: row
        for row in night.rows("select athlete_id, headline, next_action from marts.athlete_status where load_date = ?", AS_OF)
    }
    actions = night.rows("select athlete_id, code, action from marts.flags where load_date = ? and action is not null", AS_OF)
    rooms = {row["athlete_id"]: row for row in night.rows("select * from marts.next_week_room where load_date = ?", AS_OF)}
    squad_page = (night.site / "index.html").read_text(encoding="utf-8")
    digest = (night.site / "digest.txt").read_text(encoding="utf-8")
    mail = (night.site / "digest.html").read_text(encoding="utf-8")
    found = {}
    for person in PEOPLE:
        name = person.athlete_id
        page = next((night.site / "athletes").glob(f"{name}.html"))
        found[name] = Said(
            person,
            {
                "headline": statuses[name]["headline"],
                "next action": statuses[name]["next_action"],
                "actions": " ".join(row["action"] for row in actions if row["athlete_id"] == name),
                "room": " ".join(f"{key}={value}" for key, value in rooms[name].items() if value is not None),
                "page": words_of(page),
                "squad page": part_of(squad_page, r"<li class=\"row", name),
                "digest": part_of(digest, r"(?m)^(?:[A-Z][A-Z ]*  |  (?=[a-z]+, ))", name),
                "mail": part_of(mail, r"<tr><td style=\"padding:0 16px 10px\">", name),
            },
        )
    return found


def words_of(page: Path) -> str:
    """What a page says, its pictures and charts too."""
    text = re.sub(r"<style.*?</style>", "", page.read_text(encoding="utf-8"), flags=re.DOTALL)
    named = re.findall(r'(?:aria-label|title)="([^"]*)"', text)
    return html.unescape(re.sub(r"\s+", " ", re.sub(r"<[^>]*>", " ", text) + " ".join(named))).replace("\u00a0", " ")


def part_of(page: str, begins: str, name: str) -> str:
    """The part of a page about one runner; empty where it does not name them."""
    parts = re.split(begins, page)
    own = [part for part in parts if re.search(rf"\b{name}\b", re.sub(r"<[^>]*>", " ", part))]
    return html.unescape(re.sub(r"\s+", " ", re.sub(r"<[^>]*>", " ", " ".join(own)))).replace("\u00a0", " ")


@pytest.mark.parametrize("person", PEOPLE, ids=lambda person: person.athlete_id)
def test_a_day_has_all_states_that_apply_and_forbids_what_they_forbid(night: Night, person: Person) -> None:
    (row,) = night.rows(
        "select person_state, person_states, forbids from marts.athlete_status where athlete_id = ? and load_date = ?",
        person.athlete_id,
        AS_OF,
    )
    wanted = [state for state in STATES if state in person.states and state not in NO_STATES] or ["usual"]
    assert row == {"person_state": wanted[0], "person_states": wanted, "forbids": person.forbids}


# What would be said, were it allowed: each pattern stands somewhere for a person of whom nothing is forbidden.
FORBIDDEN = {
    "exercise": r"(?<![\d.])[23] × \d|sets of \d|raises at body weight|How to do|Target a week|Amber from|, target \d",
    "own_dose": r"(?<![\d.])[23] × \d|sets of \d|How to do|Target a week|Amber from|, target \d"
    r"|keep runs at or under|Restart at|times this week",
    "heavy_dose": r"3 × 8–12|3–4 sets|heavy calf session|a weight that leaves|Hold a weight|Target a week|, target \d|add load",
    "new_exercise": r"[Ss]hort-foot|Short foot|[Pp]ogos",
    "more_load": r"add load|then load|Next step|add a jump|add contacts|Add load|Work up to|Start 3 ×|the flag rises",
    "ceiling": r"keep runs at or under|longest_run_ceiling_m=|\d km longest run|Every run against its ceiling|Its ceiling",
    "room": r"Room for the next 7 days|week_distance_ceiling_m=|week_moving_ceiling_s=|km a week, mean of|the flag rises",
    "norms": r"the norm for age and sex is",
    "keep_running": r"keep running|Nothing to change|Restart gently",
}


@pytest.mark.parametrize("person", PEOPLE, ids=lambda person: person.athlete_id)
def test_nothing_that_is_forbidden_is_said_anywhere(said: dict[str, Said], person: Person) -> None:
    one = said[person.athlete_id]
    assert {word: one.found(FORBIDDEN[word]) for word in person.forbids if one.found(FORBIDDEN[word])} == {}


def test_what_is_looked_for_is_said_where_nothing_forbids_it(said: dict[str, Said]) -> None:
    usual = said["usual"]
    assert usual.found(FORBIDDEN["own_dose"]).keys() >= {"next action", "actions", "page", "squad page"}
    # Digest and mail have room for the first few, and give the headline alone of those who did not change since yesterday.
    assert said["rupturesuspected"].found("no examination is on record").keys() >= {"digest", "mail"}
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
        ("ill_or_away", "Marked as ill up to 20 September; a run on"),
        ("after_race", "A race on 16 September to recover from"),
        ("coming_back", "Back since"),
        ("other_injury", "Another injury is open since 15 September"),
    ],
)
def test_the_headline_names_the_state(said: dict[str, Said], state: str, words: str) -> None:
    assert said[state.replace("_", "")].surfaces["headline"].startswith(words)


def test_calf_work_that_was_never_logged_is_on_no_record_and_has_not_stopped(said: dict[str, Said]) -> None:
    beginner = said["newtocalfwork"]
    assert beginner.surfaces["headline"].count("no hard calf work is on record (100 days of strength log)") == 1
    assert beginner.found("Heavy calf work stopped") == {}


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
    page = said["openinjury"].surfaces["page"]
    assert "Calf and hip work is not asked for while the injury is open (last done on" in page
    assert not re.search(r"Few (?:soleus|straight-knee) sets|the target is|sets a week are|below [\d.]+ a week", page)


def test_raises_do_not_go_on_after_a_worse_morning(said: dict[str, Said]) -> None:
    assert said["painallowed"].found(r"Raises go on")
    assert not said["painworse"].found(r"Raises go on")


def test_before_pain_the_last_week_was_usual(said: dict[str, Said]) -> None:
    assert re.search(r"km a week was usual", said["paingate"].surfaces["page"])
    assert not said["openinjury"].found("was usual")
    assert not said["rupturesuspected"].found("was usual")


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
