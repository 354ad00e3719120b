"""The golden squad through one whole night: its flags and reasons, beside those of the second definition."""

from __future__ import annotations

import json
import operator
import re
from collections import defaultdict
from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from babel.messages.catalog import Catalog
from babel.messages.pofile import write_po

from flows.seed_files import seed_rows
from flows.words import language, sentences
from flows.words import reasons as words
from tests.lib.squads import Night, night_over, write_files
from tests.tendon import golden, oracle
from tests.tendon.golden import Scenario
from tests.tendon.test_oracle import as_log

BY_NAME = {one.athlete_id: one for one in golden.SCENARIOS}
# Each code raised just above its threshold, and the runner just below it in whom it must be clear, not silent.
RAISED_AND_CLEAR = [
    (code, name, name.replace("-above", "-below"))
    for name, one in BY_NAME.items()
    if name.endswith("-above") and name.replace("-above", "-below") in BY_NAME
    for code in sorted(one.reasons - BY_NAME[name.replace("-above", "-below")].reasons - one.may_have)
]
MONTH = [golden.AS_OF - timedelta(days=number) for number in range(28)]

# What files do wrong, which these have not (tests/nights/test_set_aside.py, test_unknown_days.py, test_unknown_sports.py).
OF_UGLY_FILES = {"DATA_SET_ASIDE", "DATA_REFUSED_UNDATED", "DATA_SPORT_ASSUMED"}
LINKS = {"hip", "gastrocnemius", "soleus", "achilles_tendon", "plyometric", "foot"}
# Further links are rows of seeds alone: tests/models/test_one_more_of_each.py shows what follows from them.
OF_FURTHER_LINKS = {row["code"] for row in seed_rows("reasons") if row["link"] and row["link"] not in LINKS}

Rows = dict[str, list[dict[str, Any]]]


@pytest.fixture(scope="module")
def night(tmp_path_factory: pytest.TempPathFactory) -> Night:
    folder = tmp_path_factory.mktemp("golden")
    return night_over(write_files(folder / "raw", golden.files()), folder, as_of=str(golden.AS_OF), has_pages=False)


@pytest.fixture(scope="module")
def statuses(night: Night) -> Rows:
    """marts.athlete_status of the last four weeks, per athlete."""
    query = "select * from marts.athlete_status where load_date > ? order by athlete_id, load_date"
    return by_athlete(night.rows(query, golden.AS_OF - timedelta(days=28)))


@pytest.fixture(scope="module")
def flags(night: Night) -> Rows:
    """marts.flags of the as-of date, per athlete."""
    return by_athlete(night.rows("select * from marts.flags where load_date = ?", golden.AS_OF))


def by_athlete(rows: list[dict[str, Any]]) -> Rows:
    grouped: Rows = defaultdict(list)
    for row in rows:
        grouped[row["athlete_id"]].append(row)
    return grouped


def test_every_log_of_the_squad_was_read_but_for_the_rows_that_cannot_be(night: Night) -> None:
    refused = sum(len(one.refused) for one in golden.SCENARIOS)
    assert (night.outcome.refused_files, night.outcome.refused_rows) == (0, refused)
    assert night.value("select count(*) from marts.athletes") == len(golden.SCENARIOS)


@pytest.mark.parametrize("one", golden.SCENARIOS, ids=lambda one: one.athlete_id)
def test_status_on_the_as_of_date(statuses: Rows, one: Scenario) -> None:
    status = statuses[one.athlete_id][-1]
    assert status["load_date"] == golden.AS_OF
    assert shown(status, one) == expected(one), one.says
    reasons = set(status["reasons"])
    assert one.data_reasons <= reasons, one.says
    assert not one.no_data_reasons & reasons, one.says
    assert one.confidence in (None, status["confidence"]), one.says


@pytest.mark.parametrize(
    "one", [one for one in golden.SCENARIOS if one.person_state or one.forbids], ids=lambda one: one.athlete_id
)
def test_the_person_on_the_as_of_date(statuses: Rows, one: Scenario) -> None:
    status = statuses[one.athlete_id][-1]
    assert one.person_state in (None, status["person_state"]), one.says
    assert one.forbids <= set(status["forbids"]), one.says
    assert not one.allows & set(status["forbids"]), one.says


def expected(one: Scenario) -> dict[str, Any]:
    """What the scenario asks for, without what it leaves open."""
    asked = {"flag": one.flag, "priority": one.priority, "run_level": one.run_level, "capacity_level": one.capacity_level}
    return {name: value for name, value in asked.items() if value is not None} | {"reasons": sorted(one.reasons - one.may_have)}


def shown(status: dict[str, Any], one: Scenario) -> dict[str, Any]:
    """The same of a row of marts.athlete_status."""
    reasons = sorted(code for code in status["reasons"] if not code.startswith("DATA_") and code not in one.may_have)
    return {name: status[name] for name in expected(one) if name != "reasons"} | {"reasons": reasons}


@pytest.mark.parametrize(
    ("athlete_id", "steps", "reasons_date"),
    [
        ("golden-01", [("matrix", 0)], golden.AS_OF),
        ("golden-11", [("matrix", 2), ("history", 3)], golden.AS_OF),
        ("hip-above", [("matrix", 0), ("lift", 1)], golden.AS_OF),
        ("plyo-intro-above", [("matrix", 0), ("lift", 2)], golden.AS_OF),
        ("pain-5", [("matrix", 0), ("pain", 2)], golden.AS_OF),
        ("pain-without-history-log", [("matrix", -1), ("pain", 4)], golden.AS_OF),
        ("spike-held", [("matrix", 0), ("held", 2)], golden.AS_OF - timedelta(days=3)),
    ],
)
def test_a_status_tells_the_steps_to_its_flag_and_the_day_that_it_rests_on(
    statuses: Rows, athlete_id: str, steps: list[tuple[str, int]], reasons_date: date
) -> None:
    status = statuses[athlete_id][-1]
    assert [(step["step"], step["flag_level"]) for step in status["steps"]] == steps
    assert status["reasons_date"] == reasons_date


def test_the_last_step_is_the_flag_on_every_day(statuses: Rows) -> None:
    flags = {-1: "grey", 0: "green", 1: "amber", 2: "amber", 3: "amber", 4: "red"}
    wrong = [row for rows in statuses.values() for row in rows if flags[row["steps"][-1]["flag_level"]] != row["flag"]]
    assert wrong == []


def test_attention_goes_to_priority_then_grey_then_a_rupture_pain_and_what_is_new(statuses: Rows) -> None:
    today = {name: rows[-1] for name, rows in statuses.items()}
    order = sorted(today, key=lambda name: today[name]["attention_key"])
    assert [today[name]["priority"] for name in order] == sorted((row["priority"] for row in today.values()), reverse=True)
    calm = [today[name]["flag"] for name in order if today[name]["priority"] == 0]
    assert calm == sorted(calm, reverse=True)  # grey, then green
    red = [name for name in order if today[name]["flag"] == "red"]
    wanted = ["rupture-cannot-raise", "rupture-above", "pain-6", "pain-held-last-day"]  # a new rupture, one of yesterday
    assert [name for name in red if name in wanted] == wanted


@pytest.mark.parametrize("one", golden.SCENARIOS, ids=lambda one: one.athlete_id)
def test_every_raised_flag_says_value_threshold_evidence_and_action(flags: Rows, one: Scenario) -> None:
    raised = {row["code"]: row for row in flags[one.athlete_id] if row["state"] == "raised"}
    for code in one.reasons - one.may_have - held(one):
        row = raised[code]
        assert row["evidence"], code
        assert row["action"], code
        assert row["source_tag"], code
        # A runner without any set of a kind has no number of days since it; the event of a rupture has no number.
        if row["value"] is not None:
            assert row["threshold"] is not None, code
            assert row["unit"], code


COMPARISONS = {">": operator.gt, ">=": operator.ge, "<": operator.lt}
JUDGED_COLUMNS = ("value", "threshold", "comparison", "unit", "window_days", "evidence", "action", "source_tag")
# How a sentence writes a number of the table: divided by so much. Minutes are told in hours and minutes.
UNITS_OF_A_SENTENCE = {"m": 1000.0, "m a week": 1000.0, "share": 0.01, "s": 60.0, "s a week": 60.0}
NUMBER = re.compile(r"\d[\d,]*(?:\.\d+)?")
# Their value is a yes or no that the sentence puts in words.
WITHOUT_A_NUMBER = ("RED_FLAG_RUPTURE", "INSERTIONAL")


@pytest.fixture(scope="module")
def judged(flags: Rows) -> list[dict[str, Any]]:
    return [row for rows in flags.values() for row in rows if row["state"] != "not_assessed"]


def test_every_judged_reason_has_all_its_columns(judged: list[dict[str, Any]]) -> None:
    assert [row for row in judged if None in [row[name] for name in JUDGED_COLUMNS]] == []
    assert {row["state"] for row in judged} == {"raised", "clear"}


def test_raised_is_beyond_the_threshold_and_clear_is_not(judged: list[dict[str, Any]]) -> None:
    wrong = [
        (row["athlete_id"], row["code"], row["measure"], row["value"], row["comparison"], row["threshold"])
        for row in judged
        if COMPARISONS[row["comparison"]](row["value"], row["threshold"] + (1e-9 if row["code"] == "ACWR_HIGH" else 0))
        != (row["state"] == "raised")
    ]
    assert wrong == []


def test_every_sentence_tells_the_value_it_is_about(judged: list[dict[str, Any]]) -> None:
    silent = [
        (row["code"], row["value"], row["unit"], row["evidence"])
        for row in judged
        if row["code"] not in WITHOUT_A_NUMBER and not tells(row["evidence"], row["value"], row["unit"])
    ]
    assert silent == []


def tells(sentence: str, value: float, unit: str) -> bool:
    """Whether the value stands in the sentence, in its unit and within the rounding that it shows; none may be told as no."""
    if value == 0 and re.search(r"\b(no|none)\b", sentence, re.IGNORECASE):
        return True
    if unit == "ratio" and re.search(r"just (over|under) ", sentence):
        return True
    if unit == "days" and is_told_by_calendar(sentence, int(value)):
        return True
    told = [hours_and_minutes(*found) for found in re.findall(r"(?:(\d+) h )?(\d+) min", sentence)]
    told += [(float(found.replace(",", "")), len(found.partition(".")[2])) for found in NUMBER.findall(sentence)]
    # Sets a week are told as those of four weeks, in which up to 14 days stood still.
    scales = [(28 - paused) / 7 for paused in range(15)] if unit == "sets a week" else [1 / UNITS_OF_A_SENTENCE.get(unit, 1.0)]
    wanted = [value * scale for scale in scales]
    if unit == "ratio":  # told as a change, in percent
        wanted += [100 * (value - 1), 100 * (1 - value), 100 * value]
    return any(abs(number - one) <= 0.5 * 10**-decimals + 1e-9 for number, decimals in told for one in wanted)


def is_told_by_calendar(sentence: str, days: int) -> bool:
    """Whether a number of days is said as today, as the month in which they began, or as whole months."""
    if days == 0:
        return bool(re.search(r"\b(today|is open)\b", sentence))
    began = golden.AS_OF - timedelta(days=days)
    return f"until {began:%B %Y}" in sentence or any(
        28 * int(months) <= days <= 31 * (int(months) + 1) for months in re.findall(r"(\d+) months?\b", sentence)
    )


def hours_and_minutes(hours: str, minutes: str) -> tuple[float, int]:
    return 60.0 * int(hours or 0) + int(minutes), 0


def test_what_is_not_assessed_says_why_and_claims_no_number(flags: Rows) -> None:
    open_reasons = [row for rows in flags.values() for row in rows if row["state"] == "not_assessed"]
    assert len(open_reasons) > 1000
    assert [row for row in open_reasons if not row["not_assessed_because"]] == []
    assert [row for row in open_reasons if row["evidence"] or row["value"] is not None] == []


def test_every_code_is_seen_raised_clear_and_where_it_can_be_not_assessed(flags: Rows) -> None:
    seen = {(row["code"], row["state"]) for rows in flags.values() for row in rows}
    codes = {code for code, _ in seen} - OF_FURTHER_LINKS
    assert codes - {code for code, state in seen if state == "raised"} == {"INSERTIONAL", *OF_UGLY_FILES}
    assert codes - {code for code, state in seen if state == "clear"} == {"INSERTIONAL", "DATA_PROFILE_INCOMPLETE"}


# Letters that no English text has, so that whatever is left of English went past the catalogue.
OTHER_LETTERS = str.maketrans(
    "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ", "абцдефгхийклмнопярстувшхызАБЦДЕФГХИЙКЛМНОПЯРСТУВШХЫЗ"
)
UNITS = {"km", "mi", "m", "h", "min"}


def in_other_letters(text: str) -> str:
    """A message in letters of its own, with its places as they were."""
    parts = re.split(r"(\{[^}]*\})", text)
    return "".join(part if part.startswith("{") else part.translate(OTHER_LETTERS) for part in parts)


@pytest.fixture
def other_language(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Every message in another language, one whose dates are in its letters as well."""
    catalogue = Catalog(locale="uk")
    for one, many in words.said():
        forms = [in_other_letters(text) for text in (one, many) if text]
        catalogue.add((one, many) if many else one, [forms[0], *forms[1:] * (catalogue.num_plurals - 1)] if many else forms[0])
    with (tmp_path / "uk.po").open("wb") as stream:
        write_po(stream, catalogue)
    monkeypatch.setattr(language, "CATALOGUES", tmp_path)
    language._messages.cache_clear()
    with language.speaking("uk"):
        yield
    language._messages.cache_clear()


@pytest.mark.usefixtures("other_language")
def test_no_word_of_a_reason_goes_past_the_catalogue(night: Night, flags: Rows) -> None:
    units = {row["athlete_id"]: row["units"] for row in night.rows("select athlete_id, units from marts.athletes")}
    left = set()
    for row in (row for rows in flags.values() for row in rows):
        told = sentences.clauses(row, units[row["athlete_id"]], golden.AS_OF)
        given = {word for value in json.loads(row["facts"]).values() for word in re.findall("[A-Za-z]+", str(value))}
        left |= {(row["message"], word) for word in set(re.findall("[A-Za-z]+", told)) - UNITS - given}
    assert left == set()


def test_every_action_is_said_in_another_language_too(night: Night, other_language: None) -> None:
    rules = night.rows("select * from seeds.athlete_rules limit 1")[0] | {
        "easy_until_date": "2026-11-15",
        "entry_until_date": "2026-11-20",
        "pain_since_date": "2026-10-01",
    }
    actions = night.rows("select distinct action from seeds.athlete_actions")
    told = [sentences.action(row["action"], rules, 9000.0, "on a step", "km") for row in actions]
    assert [text for text in told if set(re.findall("[A-Za-z]+", text)) - UNITS] == []


def test_long_pain_is_told_with_the_runners_own_date(flags: Rows) -> None:
    # The first of eight weekly reports was made 50 days before the as-of date; the rule asks for 28.
    since = golden.AS_OF - timedelta(days=50)
    (row,) = (row for row in flags["pain-4-for-weeks"] if (row["code"], row["measure"]) == ("PAIN_GATE", "pain_0_10"))
    assert f"4 of 10 or more in every report since {since.day} {since:%B}." in row["action"]


def held(one: Scenario) -> frozenset[str]:
    """Codes shown only because the flag is held: nothing raises them on the as-of date."""
    return (
        one.reasons
        if one.athlete_id in ("spike-held", "pain-held-last-day", "pain-over-held", "rupture-examined-today")
        else frozenset()
    )


@pytest.mark.parametrize(
    ("code", "above", "below"), RAISED_AND_CLEAR, ids=[f"{code}-{name}" for code, name, _ in RAISED_AND_CLEAR]
)
def test_just_below_its_threshold_a_code_is_clear_not_silent(flags: Rows, code: str, above: str, below: str) -> None:
    assert "raised" in {row["state"] for row in flags[above] if row["code"] == code}
    states = {row["state"] for row in flags[below] if row["code"] == code}
    assert "clear" in states
    assert "raised" not in states


@cache
def month_by_hand(athlete_id: str) -> dict[date, oracle.Day]:
    return oracle.judge(as_log(BY_NAME[athlete_id]), since=MONTH[-1])


@pytest.mark.parametrize("one", golden.SCENARIOS, ids=lambda one: one.athlete_id)
def test_the_second_definition_agrees_on_each_of_the_last_28_days(statuses: Rows, one: Scenario) -> None:
    by_hand = month_by_hand(one.athlete_id)
    in_sql = {row["load_date"]: row for row in statuses[one.athlete_id]}
    differences = [line for day in sorted(by_hand) for line in disagreement(day, in_sql.get(day), by_hand[day])]
    assert not differences, "\n".join([one.says, *differences[:12]])


@pytest.mark.parametrize("one", golden.SCENARIOS, ids=lambda one: one.athlete_id)
def test_the_second_definition_agrees_on_the_person_and_the_confidence(statuses: Rows, one: Scenario) -> None:
    by_hand = month_by_hand(one.athlete_id)
    in_sql = {row["load_date"]: row for row in statuses[one.athlete_id]}
    differences = [line for day in sorted(by_hand) for line in disagreement(day, in_sql.get(day), by_hand[day], PERSON)]
    assert not differences, "\n".join([one.says, *differences[:12]])


COMPARED = ("flag", "priority", "run_level", "capacity_level")
PERSON = ("person_state", "person_states", "forbids", "confidence", "confidence_because")


def disagreement(
    day: date, in_sql: dict[str, Any] | None, by_hand: oracle.Day, columns: Sequence[str] = (*COMPARED, "reasons")
) -> list[str]:
    """What SQL says otherwise than the second definition, data codes aside; a date without a row is one as well."""
    if in_sql is None:
        return [f"{day}: no row in SQL, {by_hand.flag} by hand"]
    shown = {name: (in_sql.get(name), getattr(by_hand, name)) for name in columns}
    if "reasons" in shown:
        here, there = (sorted(code for code in reasons if not code.startswith("DATA_")) for reasons in shown["reasons"])
        shown["reasons"] = (here, there)
    return [f"{day} {name}: {here} in SQL, {there} by hand" for name, (here, there) in shown.items() if here != there]
