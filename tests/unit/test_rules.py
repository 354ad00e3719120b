"""rules.csv: what is refused and why, whose rule holds for whom, and what it does to a flag."""

from __future__ import annotations

import re
import shutil
from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from itertools import permutations
from pathlib import Path
from typing import Any

import pytest

from flows import seed_files
from flows.intake import verbs
from flows.models import seeds
from flows.models.layers import model_sql
from flows.places import SQL_DIR
from flows.seed_files import seed_rows
from flows.squad.own_rules import RULES, known_rules, retired_keys
from flows.squad.own_tables import OwnRows, read_own_table
from flows.state import database
from tests.conftest import PROJECT
from tests.lib.squads import Night, night_over, runs_csv, strength_csv, tables_over, write_files


def read(folder: Path, content: str | bytes) -> OwnRows:
    write_files(folder, {"rules.csv": content})
    return read_own_table(RULES, folder / "rules.csv")


def row(key: str, value: str, athlete_id: str | None = None, squad: str | None = None, row_number: int = 2) -> dict[str, Any]:
    return {"key": key, "value": value, "athlete_id": athlete_id, "squad": squad, "row_number": row_number}


# ---------------------------------------------------------------- what is read


def test_without_the_file_the_rules_of_the_house_hold(tmp_path: Path) -> None:
    assert read_own_table(RULES, tmp_path / "rules.csv") == OwnRows()


def test_a_rule_is_for_everybody_a_squad_or_an_athlete(tmp_path: Path) -> None:
    rules = read(tmp_path, "key,value,athlete_id,squad\nacwr_high,1.4,,\nacwr_high,1.6,,masters\nacwr_high,1.3,ada,\n")
    assert rules.records == (
        row("acwr_high", "1.4"),
        row("acwr_high", "1.6", squad="masters", row_number=3),
        row("acwr_high", "1.3", athlete_id="ada", row_number=4),
    )
    assert (rules.refused_rows, rules.refused_because) == ((), None)


@pytest.mark.parametrize(
    "content",
    [
        b"\xef\xbb\xbfkey,value\nacwr_high,1.4\n",
        "key,value\nacwr_high,1.4\n".encode("utf-16"),
        b"key;value\r\nacwr_high;1,4\r\n",
        b" Value , KEY ,note\n 1.4 , acwr_high ,agreed in May\n\n,,\n",
    ],
    ids=["byte order mark", "UTF-16", "semicolons and decimal commas", "another order, capitals, blanks and empty rows"],
)
def test_it_is_read_as_spreadsheets_write_it(tmp_path: Path, content: bytes) -> None:
    rules = read(tmp_path, content)
    assert rules.records == (row("acwr_high", "1.4"),)
    assert (rules.refused_rows, rules.refused_because) == ((), None)


@pytest.mark.parametrize("name", ["Åsa", "O'Neill"])
def test_names_are_kept_as_they_are_written(tmp_path: Path, name: str) -> None:
    (override,) = read(tmp_path, f"key,value,athlete_id\nacwr_high,1.4,{name}\n").records
    assert override["athlete_id"] == name


@pytest.mark.parametrize(
    ("key", "value", "words"),
    [
        pytest.param("acwr_hihg", "1.4", ["'acwr_hihg'", "did you mean acwr_high?"], id="misspelt"),
        pytest.param("action.SOL_STAEL", "Raise", ["did you mean action.SOL_STALE?"], id="misspelt code"),
        pytest.param("zzzz", "1", ["no rule is called 'zzzz'"], id="like no other"),
        pytest.param("acwr_high", "0.9", ["acwr_high", "0.9", "1 to 10 ratio"], id="too low"),
        pytest.param("calf_amber_days", "366", ["calf_amber_days", "1 to 365 days"], id="too high"),
        pytest.param("acwr_high", "high", ["acwr_high", "'high' is not a number"], id="a word"),
        pytest.param("acwr_high", "nan", ["acwr_high", "1 to 10 ratio"], id="nan"),
        pytest.param("acwr_high", "inf", ["acwr_high", "1 to 10 ratio"], id="infinite"),
        pytest.param("acwr_high", "", ["acwr_high", "empty"], id="empty"),
        pytest.param("ewma_seed", "mean", ["first_day, mean_28d, zero"], id="none of the words"),
        pytest.param("earliest_date", "2001-02-30", ["earliest_date", "yyyy-mm-dd"], id="no date"),
        pytest.param("", "1.4", ["no rule is called ''"], id="no key"),
    ],
)
def test_a_wrong_row_is_refused_with_what_would_be_right_and_the_others_hold(
    tmp_path: Path, key: str, value: str, words: list[str]
) -> None:
    rules = read(tmp_path, f"key,value\n{key},{value}\ncalf_red_days,22\n")
    assert rules.records == (row("calf_red_days", "22", row_number=3),)
    (refused,) = rules.refused_rows
    assert refused.place == "row 2"
    assert refused.remedy
    for word in words:
        assert word in refused.reason


@pytest.mark.parametrize("value", ["1", "10"])
def test_the_limits_themselves_are_possible(tmp_path: Path, value: str) -> None:
    assert read(tmp_path, f"key,value\nacwr_high,{value}\n").refused_rows == ()


def test_a_rule_said_twice_for_the_same_people_holds_as_said_first(tmp_path: Path) -> None:
    rules = read(tmp_path, "key,value,athlete_id\nacwr_high,1.4,ada\nacwr_high,1.6,ada\nacwr_high,1.6,ben\n")
    assert [(rule["athlete_id"], rule["value"]) for rule in rules.records] == [("ada", "1.4"), ("ben", "1.6")]
    assert [refused.place for refused in rules.refused_rows] == ["row 3"]


@pytest.mark.parametrize("content", [b"rule,value\nacwr_high,1.4\n", b"key\nacwr_high\n", b"", b"%PDF-1.7\n\x00\x01\x02"])
def test_a_file_without_key_and_value_is_refused_whole_with_a_remedy(tmp_path: Path, content: bytes) -> None:
    rules = read(tmp_path, content)
    assert rules.records == ()
    assert rules.refused_because
    assert rules.remedy


def test_the_value_of_every_rule_of_the_house_could_stand_in_rules_csv(tmp_path: Path) -> None:
    house = {key: rule["value"] for key, rule in known_rules().items() if "value" in rule}
    rules = read(tmp_path, "key,value\n" + "".join(f"{key},{value}\n" for key, value in house.items()))
    assert {rule["key"]: rule["value"] for rule in rules.records} == house
    assert len(house) > 100


# ---------------------------------------------------------------- whose rule holds

ATHLETES = {"ada": "masters", "bea": "masters", "cem": "youth", "dot": None}
FOR_ALL = row("calf_amber_days", "9")
FOR_MASTERS = row("calf_amber_days", "10", squad="masters")
FOR_ADA = row("calf_amber_days", "11", athlete_id="ada")


def seeded(folder: Path, overrides: Sequence[Mapping[str, Any]]) -> Path:
    """A work file with ATHLETES and these rows of rules.csv, after the seeds were loaded."""
    work = folder / "work.duckdb"
    database.discard(work)
    with database.writer(work) as connection:
        connection.execute("create schema seeds")
        connection.execute((PROJECT / "sql" / "raw.sql").read_text(encoding="utf-8"))
        for athlete_id, squad in ATHLETES.items():
            connection.execute(
                "insert into raw.athletes (athlete_id, squad, is_in_squad_file) values (?, ?, true)", [athlete_id, squad]
            )
        for override in overrides:
            connection.execute(
                "insert into raw.rule_overrides (key, value, athlete_id, squad, row_number) values (?, ?, ?, ?, ?)",
                [*override.values()],
            )
    seeds.load_seeds(work, "UTC")
    return work


def settled(folder: Path, key: str, overrides: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    """What a rule is for each athlete."""
    with database.reader(seeded(folder, overrides)) as connection:
        return {rule["athlete_id"]: rule[key] for rule in database.rows(connection, "from seeds.athlete_rules")}


@pytest.mark.parametrize("overrides", [*permutations([FOR_ALL, FOR_MASTERS, FOR_ADA])])
def test_an_athletes_rule_beats_the_squads_and_the_squads_that_for_everybody(
    tmp_path: Path, overrides: Sequence[Mapping[str, Any]]
) -> None:
    assert settled(tmp_path, "calf_amber_days", overrides) == {"ada": 11, "bea": 10, "cem": 9, "dot": 9}


def test_who_is_not_meant_keeps_the_rule_of_the_house(tmp_path: Path) -> None:
    assert settled(tmp_path, "calf_amber_days", [FOR_MASTERS]) == {"ada": 10, "bea": 10, "cem": 11, "dot": 11}
    assert settled(tmp_path, "calf_red_days", [FOR_ALL]) == dict.fromkeys(ATHLETES, 21)


def test_who_has_no_squad_belongs_to_the_squad_all(tmp_path: Path) -> None:
    assert settled(tmp_path, "calf_amber_days", [row("calf_amber_days", "12", squad="all")])["dot"] == 12


def test_words_and_dates_are_settled_as_such(tmp_path: Path) -> None:
    overrides = [row("ewma_seed", "zero", athlete_id="ada"), row("earliest_date", "2020-01-01", athlete_id="ada")]
    assert settled(tmp_path, "ewma_seed", overrides) == {"ada": "zero", "bea": "mean_28d", "cem": "mean_28d", "dot": "mean_28d"}
    assert settled(tmp_path, "earliest_date", overrides)["ada"] == date(2020, 1, 1)


def test_a_text_of_ones_own_is_for_whom_it_is_meant(tmp_path: Path) -> None:
    work = seeded(tmp_path, [row("action.SOL_STALE", "Ring Kim, 3 x 10.", squad="masters")])
    with database.reader(work) as connection:
        texts = database.rows(connection, "from seeds.athlete_actions where code in ('SOL_STALE', 'GAST_STALE')")
        house = dict(connection.execute("select code, action from seeds.reasons").fetchall())
    assert {text["athlete_id"] for text in texts if text["action"] == "Ring Kim, 3 x 10."} == {"ada", "bea"}
    assert {text["action"] for text in texts if text["athlete_id"] == "cem"} == {house["SOL_STALE"], house["GAST_STALE"]}


def test_the_ruleset_version_says_which_rules_held(tmp_path: Path) -> None:
    def version(*overrides: Mapping[str, Any]) -> str:
        with database.reader(seeded(tmp_path, overrides)) as connection:
            return str(database.scalar(connection, "select ruleset_version from seeds.night"))

    contents = [
        (),
        (FOR_ALL,),
        (FOR_MASTERS,),
        (FOR_ADA,),
        (FOR_ALL, FOR_ADA),
        ({**FOR_ALL, "value": "10"},),
        ({**FOR_ALL, "key": "calf_red_days"},),
        (row("action.SOL_STALE", "Ring Kim."),),
    ]
    assert len({version(*content) for content in contents}) == len(contents)
    assert version(FOR_ALL, FOR_ADA) == version(FOR_ADA, FOR_ALL)
    assert version(FOR_ALL) == version({**FOR_ALL, "row_number": 9})


@pytest.mark.parametrize(
    ("seed", "old", "new", "is_another_ruleset"),
    [
        pytest.param("rules.csv", "acwr_high,ratios,1.5,", "acwr_high,ratios,1.4,", True, id="a threshold"),
        pytest.param("reasons.csv", "Add an easy or free day.", "Take a day off.", True, id="the text of an action"),
        pytest.param("flag_matrix.csv", "R1,C0,2,", "R1,C0,1,", True, id="a cell of the matrix"),
        pytest.param("exercises.csv", "calf_straight_1,", "calf_straight_one,", True, id="an exercise"),
        pytest.param("rules.csv", "is out of step with", "is beyond", False, id="what a threshold means"),
        pytest.param("research.csv", "a", "b", False, id="the list of papers"),
        pytest.param("choices.csv", "a", "b", False, id="the reasons of choices"),
    ],
)
def test_the_ruleset_version_changes_with_what_decides_and_not_with_what_explains(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, seed: str, old: str, new: str, is_another_ruleset: bool
) -> None:
    def version() -> str:
        with database.reader(seeded(tmp_path, ())) as connection:
            return str(database.scalar(connection, "select ruleset_version from seeds.night"))

    before = version()
    shutil.copytree(PROJECT / "sql", tmp_path / "sql")
    monkeypatch.setattr(seed_files, "SEEDS_DIR", tmp_path / "sql" / "seeds")
    assert version() == before
    path = tmp_path / "sql" / "seeds" / seed
    header, *lines = path.read_text(encoding="utf-8").splitlines(keepends=True)
    assert old in "".join(lines)
    path.write_text(header + "".join(reversed(lines)), encoding="utf-8")
    assert version() == before
    path.write_text(header + "".join(lines).replace(old, new), encoding="utf-8")
    assert (version() != before) is is_another_ruleset


# ---------------------------------------------------------------- a whole night

FIRST_DAY, AS_OF = date(2026, 9, 14), date(2026, 11, 8)
RUNS = runs_csv(FIRST_DAY, [6, 0, 4, 0, 5, 0, 9] * 8)
STRAIGHT, BENT, MARCH = "Single Leg Standing Calf Raise", "Single-Leg Bent-Knee Calf Raise", "Single-Leg March"
# Everything twice a week up to yesterday, but bent-knee work up to seven days ago: on track until the eleventh.
STRENGTH = strength_csv(
    {
        AS_OF - timedelta(days=ago): [STRAIGHT, MARCH] if ago < 7 else [STRAIGHT, BENT, MARCH]
        for ago in range(52, 0, -1)
        if ago % 7 in (0, 3) or ago == 1
    }
)
OWN_RULES = """\
key,value,athlete_id,squad
calf_amber_days,7,ben,
action.SOL_STALE,Ask Kim about the bent-knee raises.,ben,
calf_amber_dys,7,,
acwr_high,99,,
calf_red_days,20,Adda,
calf_red_days,20,,Masters
calf_red_days,20,ben,youth
spike_small_percent,120,ben,
pain_amber,2,ben,
calf_amber_days_build,15,ben,
"""


@pytest.fixture(scope="module")
def night(tmp_path_factory: pytest.TempPathFactory) -> Night:
    folder = tmp_path_factory.mktemp("rules")
    files = {f"{name}/{log}.csv": text for name in ("ada", "ben") for log, text in (("runs", RUNS), ("strength", STRENGTH))}
    files |= {"rules.csv": OWN_RULES, "squad.csv": "athlete_id,squad\nada,youth\nben,masters\n"}
    return night_over(write_files(folder / "raw", files), folder, as_of=AS_OF.isoformat())


def statuses(night: Night) -> dict[str, dict[str, Any]]:
    rows = night.rows("select * from marts.athlete_status where load_date = ?", AS_OF)
    return {row["athlete_id"]: row for row in rows}


def test_one_athletes_rule_changes_that_athletes_flag_alone(night: Night) -> None:
    shown = {
        name: (status["flag"], status["capacity_level"], "SOL_STALE" in status["reasons"])
        for name, status in statuses(night).items()
    }
    assert shown == {"ada": ("green", "C0", False), "ben": ("amber", "C1", True)}


def test_the_threshold_and_the_text_of_the_flag_are_the_athletes_own(night: Night) -> None:
    flags = night.rows("select * from marts.flags where load_date = ? and code = 'SOL_STALE' and measure = 'days_since'", AS_OF)
    of = {flag["athlete_id"]: flag for flag in flags}
    assert {name: (flag["state"], flag["value"], flag["threshold"]) for name, flag in of.items()} == {
        "ada": ("clear", 7, 11),
        "ben": ("raised", 7, 7),
    }
    assert of["ben"]["action"] == statuses(night)["ben"]["next_action"] == "Ask Kim about the bent-knee raises."
    assert "Kim" not in of["ada"]["action"]


@pytest.mark.parametrize(("name", "percent", "pain"), [("ada", 110, 3), ("ben", 120, 2)])
def test_the_page_tells_the_athletes_own_limits(night: Night, name: str, percent: int, pain: int) -> None:
    page = (night.site / "athletes" / f"{name}.html").read_text()
    assert f"our line at {percent} % of the longest run of the 30 days before" in page
    assert f"Longest run: {percent} % of the longest of the last 30 days" in page
    assert f"pain up to {pain} of 10" in page


def test_the_file_and_its_refused_rows_are_on_record_and_the_night_says_so(night: Night) -> None:
    assert night.rows("select path, state, athlete_id from ops.files where path = 'rules.csv'") == [
        {"path": "rules.csv", "state": "loaded", "athlete_id": None}
    ]
    refused = night.rows("select place, reason, row_text from ops.quarantined_rows where path = 'rules.csv' order by place")
    assert [row["place"] for row in refused] == ["row 11", "row 4", "row 5", "row 6", "row 7", "row 8"]
    assert "did you mean calf_amber_days?" in refused[1]["reason"]
    assert "1 to 10 ratio" in refused[2]["reason"]
    assert refused[2]["row_text"].startswith("acwr_high,99")
    assert night.outcome.exit_code == 3


def test_a_rule_for_nobody_is_refused_with_who_was_probably_meant(night: Night) -> None:
    refused = night.rows(
        """
        select reason, remedy, row_text from ops.quarantined_rows
        where path = 'rules.csv' and place >= 'row 6' order by place
        """
    )
    assert [row["reason"] for row in refused] == [
        "there is no athlete 'Adda' (did you mean ada?)",
        "there is no squad 'Masters' (did you mean masters?)",
        "ben is in squad 'masters', not in 'youth'",
    ]
    assert {row["remedy"] for row in refused} == {"The rule holds for nobody until it is mended."}
    assert refused[0]["row_text"] == "calf_red_days,20,Adda,"
    assert night.rows("select distinct calf_red_days from seeds.athlete_rules") == [{"calf_red_days": 21}]


def test_an_amber_line_above_the_red_one_is_refused_and_the_house_holds(night: Night) -> None:
    (refused,) = night.rows(
        "select reason, remedy, row_text from ops.quarantined_rows where path = 'rules.csv' and place = 'row 11'"
    )
    assert refused["reason"] == (
        "for ben calf_amber_days_build would be 15 and calf_red_days_build 14, "
        "but calf_amber_days_build may not be above calf_red_days_build"
    )
    assert refused["remedy"].startswith("Set both rules for the same people")
    assert refused["row_text"] == "calf_amber_days_build,15,ben,"
    assert night.rows("select distinct calf_amber_days_build as days from seeds.athlete_rules") == [{"days": 8}]


def test_rules_hold_from_the_night_they_come_until_they_are_forgotten_without_a_new_log(tmp_path: Path) -> None:
    def next_night() -> Night:
        return tables_over(raw, tmp_path, as_of=AS_OF.isoformat())

    def ada(night: Night) -> tuple[str, str]:
        status = statuses(night)["ada"]
        return status["flag"], status["ruleset_version"]

    raw = write_files(tmp_path / "raw", {"ada/runs.csv": RUNS, "ada/strength.csv": STRENGTH})
    before = ada(next_night())
    write_files(raw, {"rules.csv": "key,value\ncalf_amber_days,7\n"})
    night = next_night()
    during = ada(night)
    assert (before[0], during[0], night.outcome.exit_code) == ("green", "amber", 0)
    assert before[1] != during[1]

    (raw / "rules.csv").unlink()
    night = next_night()
    assert ada(night) == during
    (file,) = night.rows("select state, reason from ops.files where path = 'rules.csv'")
    assert (file["state"], file["reason"]) == ("missing", "the file is gone; what it said still holds")
    assert verbs.forget(database.memory_path(night.warehouse), "rules.csv")
    assert ada(next_night()) == before


def test_rules_that_cannot_be_read_are_quarantined_and_the_house_rules_hold(tmp_path: Path) -> None:
    raw = write_files(tmp_path / "raw", {"ada/runs.csv": RUNS, "ada/strength.csv": STRENGTH, "rules.csv": "rule,value\nx,1\n"})
    night = tables_over(raw, tmp_path, as_of=AS_OF.isoformat())
    (file,) = night.rows("select state, reason, remedy from ops.files where path = 'rules.csv'")
    assert (file["state"], night.outcome.exit_code) == ("quarantined", 3)
    assert "key" in file["reason"]
    assert file["remedy"]
    assert statuses(night)["ada"]["flag"] == "green"


def test_no_retired_rule_is_a_rule_still() -> None:
    assert not retired_keys() & known_rules().keys()


# ---------------------------------------------------------------- one home for each fact


def test_confidence_falls_for_what_the_choices_name() -> None:
    """tests/tendon/CHOICES.md, D6 and D7; unknown names by their share, contradictions where a load is unknown."""
    marked = {row["code"]: row["confidence"] for row in seed_rows("reasons") if row["confidence"]}
    missing = {
        "DATA_INSUFFICIENT_HISTORY",
        "DATA_NO_STRENGTH_SOURCE",
        "DATA_GAP_SUSPECTED",
        "DATA_MISSING_DAYS",
        "DATA_SET_ASIDE",
    }
    silent = {"DATA_STALE_SOURCE", "DATA_STALE_RUNS", "DATA_STALE_STRENGTH"}
    refused = {"DATA_ROWS_REFUSED", "DATA_REFUSED_UNDATED"}
    medium = {"DATA_RUN_TOTALS", "DATA_EFFORT_ASSUMED"}
    assert marked == dict.fromkeys(missing | silent | refused, "low") | dict.fromkeys(medium, "medium")
    named = re.findall(r"DATA_\w+", model_sql("intermediate", "confidence_days"))
    assert named == ["DATA_UNMAPPED_EXERCISE", "DATA_CONTRADICTION"]


@pytest.mark.parametrize(
    ("said", "model"),
    [
        (r"young_age", "person_days"),
        (r">=\s*(?:\w+\.)?stiffness_min\b", "pain_days"),
        (r">=\s*(?:\w+\.)?stiffness_rise_min\b", "pain_days"),
        (r">=\s*(?:\w+\.)?visa_drop\b", "pain_days"),
    ],
)
def test_who_is_too_young_and_when_symptoms_rise_is_said_once(said: str, model: str) -> None:
    assert [path.stem for path in sorted(SQL_DIR.rglob("*.sql")) if re.search(said, path.read_text(encoding="utf-8"))] == [model]
