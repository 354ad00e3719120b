"""Names of exercises read by their words: 2,550 names in twelve languages, of public catalogues and as people write them.

Each was judged before it was read.
"""

from __future__ import annotations

import csv
from typing import Any, NamedTuple

import pytest

from flows.models import seeds
from flows.places import SQL_DIR
from flows.state import database
from tests.conftest import PROJECT
from tests.models.harness import build_models, with_what_they_read

NO_CALF_CREDIT = "NOCALF"
LEAST_SHARE_RIGHT = 0.97


class Name(NamedTuple):
    """A row of the fixture: a name, and the exercises that it may mean; "None" for one that is to be asked about."""

    name: str
    language: str
    right: str
    catalogue: str


class Meant(NamedTuple):
    exercise_id: str | None
    is_assumed: bool
    side: str | None
    is_one_leg: bool
    is_assisted: bool


with (PROJECT / "tests/fixtures/exercise_names.csv").open(encoding="utf-8", newline="") as stream:
    NAMES = [Name(**row) for row in csv.DictReader(stream)]

SIDED = {
    "Calf Raise (Left)": "left", "Single Leg Standing Calf Raise - R": "right", "Wadenheben links": "left",
    "Wadenheben rechtes Bein": "right", "Mollet jambe gauche": "left", "Elevación de gemelos pierna derecha": "right",
    "Calf raise gamba sinistra": "left", "Panturrilha perna direita": "right", "Kuitheffen linkerbeen": "left",
    "Tåhävning höger": "right", "Tåhev venstre": "left", "Lægløft højre ben": "right", "Wspięcia na palce lewa noga": "left",
    "カーフレイズ 右足": "right", "Calf raise (L only)": "left", "Rt calf raise slow": "right", "Wade li 3x15": "left",
    "Mollets dx 3 x 12": "right", "calf raise R 20 kg": "right", "Calf raise left and right": None, "L-Sit Hold": None,
    "Standing Calf Raise": None,
}  # fmt: skip
ASSISTED = (
    "Assisted single leg calf raise", "Single Leg Standing Calf Raise (Assisted)", "Wadenheben einbeinig (assistiert)",
    "Mollets assistés", "Elevación de gemelos asistida", "Calf raise assistito", "Panturrilha assistida",
    "Kuitheffen ondersteund", "Assisterad tåhävning", "Assistert tåhev", "Assisteret lægløft",
    "Wspięcia na palce wspomagane", "アシストカーフレイズ",
)  # fmt: skip
ONE_AFTER_THE_OTHER = (
    "calf raise L/R 3x12", "Wadenheben re+li je 15", "Mollets gauche et droite", "Calf raise sx/dx", "Kuitheffen links en rechts",
    "Tåhävning vänster och höger", "カーフレイズ 左右", "Calf raise, 12 each side",
)  # fmt: skip
DENIED = {
    "no calf raises, jump rope instead": "rope", "no jump rope, calf raise": "calf_straight_2", "keine Waden": "other",
    "Reverse lunge (no jump)": "split_squat", "Wadenheben ohne Gewicht": "calf_straight_2",
    "calf raises (no weight)": "calf_straight_2",
    "panturrilha no hack": "calf_straight_2_w", "box jumps not done": "other", "calf raises without shoes": "calf_straight_2",
}  # fmt: skip
MISTYPED = ("Panturriha em pé", "Pantorila sentado", "Panturrilah", "Wadnheben stehend", "Fersnheben")
BESIDE = {  # a few words of a language of which few are known
    "Výpony v sedě": "seated_2", "Výpony vsedě": "seated_2", "Výpony na jedné noze": "calf_straight_1",
}  # fmt: skip
MAY_BE_TENDON_WORK = (
    "Tendon work", "Physio exercises", "C/R standing", "Rehab", "PT exercises", "Physioübungen", "Sehnentraining",
    "Exercices kiné",
    "Ejercicios fisio", "Esercizi fisioterapia", "Fisioterapia", "Peesoefeningen", "Rehabövningar", "Senetrening", "Genoptræning",
    "Ćwiczenia fizjo", "リハビリ",
)  # fmt: skip
# Another part of the body, or the exercise itself, is named beside it.
NO_TENDON_WORK = {
    "Shoulder rehab": "other", "Physio: bench press": "other", "Rehab single-leg calf raise": "calf_straight_1",
    "Physio hip bridge": "hip_thrust",
}  # fmt: skip
ELSEWHERE = ("Подъём пяток", "ยกน่อง", "Ανύψωση γάμπας")


@pytest.fixture(scope="module")
def meant(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Meant]:
    """What each name of this module is read as."""
    work = tmp_path_factory.mktemp("words") / "work.duckdb"
    with database.writer(work) as connection:
        database.create_tables(connection, SQL_DIR / "raw.sql", "raw")
        connection.execute("create schema seeds; create schema staging")
    seeds.load_seeds(work, "UTC")
    told = (SIDED, ONE_AFTER_THE_OTHER, DENIED, ASSISTED, MISTYPED, BESIDE, ELSEWHERE, MAY_BE_TENDON_WORK, NO_TENDON_WORK)
    names = list(dict.fromkeys([*(row.name for row in NAMES), *(name for some in told for name in some)]))
    with database.writer(work) as connection:
        connection.execute(
            """
            insert into raw.strength_sets (athlete_id, file_id, set_row, source_format, is_warmup, performed_local, exercise_name)
            select 'ada', 'f', row_number() over (), 'csv', false, '2026-05-01 18:00', unnest(?)
            """,
            [names],
        )
        build_models(connection, with_what_they_read(connection, ["exercise_names"]))
        rows: list[Any] = connection.execute(
            """
            select exercise_name, exercise_id, is_exercise_assumed, side, is_one_leg, is_assisted from activities.exercise_names
            """
        ).fetchall()
    return {name: Meant(*values) for name, *values in rows}


@pytest.fixture(scope="module")
def credited() -> set[str]:
    """The exercises that earn credit for the calf."""
    with (SQL_DIR / "seeds" / "exercises.csv").open(encoding="utf-8", newline="") as stream:
        rows = list(csv.DictReader(stream))
    return {row["exercise_id"] for row in rows if float(row["gastrocnemius_credit"]) + float(row["soleus_credit"])}


def is_right(row: Name, exercise_id: str | None, credited: set[str]) -> bool:
    accepted = row.right.split()
    return str(exercise_id) in accepted or (NO_CALF_CREDIT in accepted and exercise_id not in credited)


def test_nearly_all_names_of_the_catalogues_are_read_right(meant: dict[str, Meant], credited: set[str]) -> None:
    wrong = [
        (row.name, meant[row.name].exercise_id, row.right)
        for row in NAMES
        if not is_right(row, meant[row.name].exercise_id, credited)
    ]
    assert len(wrong) <= (1 - LEAST_SHARE_RIGHT) * len(NAMES), wrong


@pytest.mark.parametrize("language", sorted({row.language for row in NAMES}))
def test_nearly_all_names_of_each_language_are_read_right(meant: dict[str, Meant], credited: set[str], language: str) -> None:
    rows = [row for row in NAMES if row.language == language]
    wrong = [(row.name, meant[row.name].exercise_id) for row in rows if not is_right(row, meant[row.name].exercise_id, credited)]
    assert len(rows) >= 45
    assert len(wrong) <= (1 - LEAST_SHARE_RIGHT) * len(rows), wrong


@pytest.mark.parametrize(("name", "exercise_id"), BESIDE.items())
def test_seat_and_leg_are_read_in_a_language_of_few_words(meant: dict[str, Meant], name: str, exercise_id: str) -> None:
    assert meant[name].exercise_id == exercise_id


@pytest.mark.parametrize("catalogue", ["Hevy", "Strong", "worked case"])
def test_every_name_of_the_apps_and_of_the_worked_cases_is_read_right(
    meant: dict[str, Meant], credited: set[str], catalogue: str
) -> None:
    rows = [row for row in NAMES if row.catalogue == catalogue]
    assert [
        (row.name, meant[row.name].exercise_id) for row in rows if not is_right(row, meant[row.name].exercise_id, credited)
    ] == []


def test_no_name_that_is_no_calf_work_earns_credit(meant: dict[str, Meant], credited: set[str]) -> None:
    others = [row for row in NAMES if not credited & set(row.right.split())]
    assert [row.name for row in others if meant[row.name].exercise_id in credited] == []


def test_a_side_in_the_name_is_a_side_and_one_leg(meant: dict[str, Meant]) -> None:
    assert {name: meant[name].side for name in SIDED} == SIDED
    assert [name for name, side in SIDED.items() if side and not meant[name].is_one_leg] == []


def test_one_leg_after_the_other_is_one_leg_and_no_side(meant: dict[str, Meant]) -> None:
    found = {name: (meant[name].exercise_id, meant[name].side, meant[name].is_one_leg) for name in ONE_AFTER_THE_OTHER}
    assert found == dict.fromkeys(ONE_AFTER_THE_OTHER, ("calf_straight_1", None, True))


def test_a_word_denied_is_other_work_and_leaves_the_rest_of_the_name(meant: dict[str, Meant]) -> None:
    assert {name: meant[name].exercise_id for name in DENIED} == DENIED


def test_assistance_in_the_name_is_marked(meant: dict[str, Meant]) -> None:
    assert [name for name in ASSISTED if not meant[name].is_assisted] == []
    assert not meant["Mollets assis"].is_assisted  # seated
    assert [row.name for row in NAMES if row.catalogue == "Strong" and meant[row.name].is_assisted] == []


def test_a_name_that_may_be_calf_work_is_asked_about(meant: dict[str, Meant]) -> None:
    assert {name: meant[name].exercise_id for name in (*MISTYPED, *ELSEWHERE)} == dict.fromkeys((*MISTYPED, *ELSEWHERE))


@pytest.mark.parametrize("name", MAY_BE_TENDON_WORK)
def test_what_somebody_does_for_a_tendon_is_asked_about(meant: dict[str, Meant], name: str) -> None:
    assert meant[name].exercise_id is None


@pytest.mark.parametrize(("name", "exercise_id"), NO_TENDON_WORK.items())
def test_but_not_where_the_name_says_what_it_is(meant: dict[str, Meant], name: str, exercise_id: str) -> None:
    assert meant[name].exercise_id == exercise_id
