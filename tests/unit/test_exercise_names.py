"""What a logged name means: the catalogue, the squad's own aliases, what a watch guesses, and names that nobody knows."""

from __future__ import annotations

import csv
from pathlib import Path
from typing import Any

import pytest
from garmin_fit_sdk import Profile

from flows.guard import validation
from flows.models import seeds
from flows.operate.outcome import Outcome
from flows.places import SQL_DIR
from flows.settings import Settings
from flows.squad import exercise_names
from flows.squad.exercise_names import ALIASES, CHOICES, known_exercises, most_like, possible
from flows.squad.own_tables import OwnRows, read_own_table
from flows.state import database
from tests.lib.squads import Night, night_over, write_files
from tests.models.harness import build_models, with_what_they_read
from tests.unit.readers.strength_dialects import STRONG_COMMA, STRONG_SEMICOLON

# The catalogue once more, by hand: exercise_id | names people log | FIT codes.
CATALOGUE = """
calf_straight_2 | Standing Calf Raise; Calf Raise; Calf Raise (Bodyweight); heel raise; double leg heel raise; Wadenheben; \
panturrilha em pé; tåhävning; výpony | 1.18
calf_straight_2_w | Standing Calf Raise (Machine); Standing Calf Raise (Barbell); Standing Calf Raise (Dumbbell); \
Standing Calf Raise (Smith); Standing Calf Raise (Smith Machine); Weighted Standing Calf Raise; \
Standing Calf Raise (Cable) | 1.17 1.19 1.20
calf_straight_1 | Single Leg Standing Calf Raise; Single-leg calf raise; SL calf raise; one-legged heel raise; \
step calf raise single | 1.15
calf_straight_1_w | Single Leg Standing Calf Raise (Dumbbell); Single Leg Standing Calf Raise (Barbell); \
Single Leg Standing Calf Raise (Machine); weighted SL calf raise | 1.16
calf_step_2 | calf raise on step; deficit calf raise; stair calf raise |
heel_drop_straight | Alfredson heel drop; eccentric heel drop; eccentric calf raise; 2-up-1-down |
calf_press | Calf Press on Leg Press; Calf Press (Machine); Calf Extension (Machine); Calf Press on Seated Leg Press; \
toe press |
calf_press_1 | single leg calf press |
donkey_2 | Donkey Calf Raise; Weighted donkey | 1.4 1.5
donkey_1 | Single-leg donkey calf raise | 1.12 1.13
calf_3way | 3-way calf raise; three stance calf raise; toes-in/out raises | 1.0 1.1
calf_3way_1 | 3-way single-leg calf raise | 1.2 1.3
calf_iso_straight | calf raise hold; isometric calf; single leg calf iso; Achilles ISO hold |
tiptoe_walk | calf walk; toe walk; farmer walk on toes; relevé walk |
calf_bent_1 | single-leg bent-knee calf raise; soleus raise; bent knee heel raise; wall soleus | 1.9
calf_bent_1_w | weighted single-leg bent-knee calf raise | 1.10
calf_bent_2 | bent-knee calf raise; squat calf raise; standing soleus raise |
heel_drop_bent | bent-knee heel drop; soleus eccentric |
seated_2 | Seated Calf Raise; Seated Calf Raise (Machine); Seated Calf Raise (Plate Loaded); Seated Calf Raise (Dumbbell); \
Seated Calf Raise (Barbell); panturrilha sentado | 1.6 1.7
seated_1 | single-leg seated calf raise |
soleus_iso | soleus wall sit; wall sit heel raise; Spanish-squat calf hold; seated soleus iso |
soleus_pushup | soleus push-up |
banded_calf | banded calf raise; band plantarflexion | 37.4
releve | relevé | 28.91
pogo_2 | pogo; ankle hops; rebounding heel raise; line hops |
pogo_1 | single-leg pogo; SL ankle hop |
hop_fwd_1 | single-leg forward hop; hop and stick | 20.17
hop_lat_1 | lateral hop | 20.18
rope | Jump Rope; Skipping; double under; triple under | 2.4 2.5 2.6 2.7 2.8 2.9 2.10 2.11 2.20 2.21
jacks | jumping jacks; split jacks; squat jacks | 2.12 2.13 2.16 2.17 2.18 2.19
skip | A-skip; B-skip; power skip; bounding |
drop_jump | Depth Jump; drop jump | 20.7 20.8
box_jump | Box Jump; high box jump; box jump overs | 20.13 20.14 20.29 20.30 20.33 20.34 20.35
squat_jump | Jump Squat; CMJ; broad jump | 20.2 20.3 20.4 20.9 20.15 20.16 20.31 20.32 20.36 20.37
jump_lunge | split jump; alternating jump lunge | 20.0 20.1 20.10
march_sl | single-leg march; standing march with hinge; runner's march; marching in place; wall drive | 31.88
high_knees | walking high knees; high knees | 31.26
march_jump | march to jump; hinge to hop; step-up hop; knee drive jump |
sl_rdl | Single Leg Romanian Deadlift; Single Leg Romanian Deadlift (Barbell); Single Leg Romanian Deadlift (Dumbbell); \
one-leg deadlift; hip airplane; SL hinge | 8.3 8.6 8.10 8.11 8.12 8.13 8.14 8.24
rdl | Romanian Deadlift; good morning; straight leg deadlift | 8.23 8.25 15.2
step_up | Step Up; box step-up; lateral step-down | 28.17 28.32 28.41 28.66 28.67
sl_squat | pistol; single-leg squat; skater squat | 28.42 28.47
split_squat | Bulgarian split squat; rear-foot elevated; lunge; walking lunge | 17.7 17.18 17.32 17.78
hip_thrust | Hip Thrust (Barbell); Hip Thrust (Machine); glute bridge | 10.0 10.1 10.11 37.17
hip_thrust_1 | Single Leg Hip Thrust; Single Leg Glute Bridge | 10.30 10.31 10.32 10.33 1.14
march_bridge | marching glute bridge | 10.24 10.25
abduction | side-lying leg raise; clamshell; band walk; Hip Abduction (Machine); \
monster walk | 11.0 11.11 11.21 11.28 10.44 37.6 37.24
copenhagen | Copenhagen plank; Copenhagen adduction |
short_foot | short foot; foot doming; arch lift |
toe_yoga | toe yoga; toe spread; toe splay |
towel | towel scrunch; towel curls; marble pick-up |
towel_raise | heel raise with towel under toes |
tib_raise | tibialis raise; tib raise; toe raise; seated dumbbell toe raise | 1.8
inv_ev | band inversion; band eversion | 31.4
mobility | calf stretch; foam roll calf; ankle circles; ankle dorsiflexion band; downward dog | 31.37 31.2 31.3 31.87
"""
ROWS = [[cell.strip() for cell in line.split("|")] for line in CATALOGUE.strip().splitlines()]


def seed(name: str) -> list[dict[str, str]]:
    with (SQL_DIR / "seeds" / f"{name}.csv").open(encoding="utf-8", newline="") as stream:
        return list(csv.DictReader(stream))


# ---------------------------------------------------------------- the catalogue


def test_every_exercise_of_the_catalogue_is_there_and_one_for_all_other_work() -> None:
    assert {row["exercise_id"] for row in seed("exercises")} == {exercise_id for exercise_id, _, _ in ROWS} | {"other"}


def test_every_name_of_the_catalogue_is_an_alias_of_its_exercise() -> None:
    aliases = {row["alias"].casefold(): row["exercise_id"] for row in seed("exercise_aliases")}
    wrong = {
        name: aliases.get(name.casefold())
        for exercise_id, names, _ in ROWS
        for name in names.split("; ")
        if aliases.get(name.casefold()) != exercise_id
    }
    assert wrong == {}


def test_every_code_of_the_catalogue_is_its_exercise() -> None:
    codes = {(row["fit_category"], row["fit_subtype"]): row["exercise_id"] for row in seed("exercise_fit_codes")}
    listed = {tuple(code.split(".")): exercise_id for exercise_id, _, codes in ROWS for code in codes.split()}
    assert {code: codes.get(code) for code in listed} == listed


def test_every_code_of_a_watch_is_known_and_hardly_any_is_calf_work() -> None:
    categories = {name: str(code) for code, name in Profile["types"]["exercise_category"].items()}
    of_watches = {
        (categories[name.removesuffix("_exercise_name")], str(code))
        for name, exercises in Profile["types"].items()
        if name.endswith("_exercise_name")
        for code in exercises
    }
    codes = {(row["fit_category"], row["fit_subtype"]): row["exercise_id"] for row in seed("exercise_fit_codes")}
    assert set(codes) == of_watches
    assert codes["1", "11"] == "other"  # a push-up that stands among the calf raises
    credited = {
        row["exercise_id"] for row in seed("exercises") if float(row["gastrocnemius_credit"]) + float(row["soleus_credit"])
    }
    # Beside the category of calf raises only walks on the toes and the relevé.
    assert {code for code, exercise_id in codes.items() if exercise_id in credited and code[0] != "1"} == {
        ("3", "2"), ("3", "8"), ("28", "91"),
    }  # fmt: skip


# ---------------------------------------------------------------- from a set to an exercise


@pytest.fixture(scope="module")
def meant(tmp_path_factory: pytest.TempPathFactory) -> Any:
    """(exercise_id, assumed) of a name, code and number of guesses, as staging finds it."""
    work = tmp_path_factory.mktemp("names") / "work.duckdb"
    with database.writer(work) as connection:
        database.create_tables(connection, SQL_DIR / "raw.sql", "raw")
        connection.execute("create schema seeds; create schema staging")
    seeds.load_seeds(work, "UTC")

    def of(name: str | None, category: int | None = None, subtype: int | None = None, guesses: int | None = None,
           own: dict[str, str] | None = None) -> tuple[str | None, bool]:  # fmt: skip
        with database.writer(work) as connection:
            connection.execute("delete from raw.exercise_aliases; delete from raw.strength_sets")
            for number, (alias, exercise_id) in enumerate((own or {}).items(), start=2):
                connection.execute("insert into raw.exercise_aliases values (?, ?, ?)", [alias, exercise_id, number])
            connection.execute(
                """
                insert into raw.strength_sets (
                    athlete_id, file_id, set_row, source_format, is_warmup, performed_local, exercise_name, fit_category,
                    fit_subtype, fit_guesses
                )
                values ('ada', 'f', 1, 'csv', false, '2026-05-01 18:00', ?, ?, ?, ?)
                """,
                [name, category, subtype, guesses],
            )
            build_models(connection, with_what_they_read(connection, ["exercise_names"]))
            ((exercise_id, is_assumed),) = connection.execute(
                "select exercise_id, is_exercise_assumed from activities.exercise_names"
            ).fetchall()
        return exercise_id, is_assumed

    return of


@pytest.mark.parametrize(
    ("name", "exercise_id", "is_assumed"),
    [
        ("Seated Calf Raise (Plate Loaded)", "seated_2", False),
        ("SEATED CALF-RAISE (Smith)", "seated_2", False),
        ("one-legged heel raise", "calf_straight_1", False),
        ("panturrilha em pe", "calf_straight_2", False),
        ("Seated single-leg calf raise, 20 kg", "seated_1", False),
        ("Calf Raise, 20 kg", "calf_straight_2", True),
        ("Single-leg wobbly calf raise", "calf_straight_1", True),
        ("Calf stretch on the stairs with a raise", None, False),
        ("Bench Press (Barbell)", "other", False),
        (None, None, False),
    ],
)
def test_a_logged_name(meant: Any, name: str | None, exercise_id: str | None, is_assumed: bool) -> None:
    assert meant(name) == (exercise_id, is_assumed)


@pytest.mark.parametrize(
    ("name", "subtype", "exercise_id"),
    [
        ("seated calf raise", 6, "seated_2"),
        ("seated dumbbell toe raise", 8, "tib_raise"),
        ("single leg decline push up", 11, "other"),
        ("single leg hip raise with knee hold", 14, "hip_thrust_1"),
        ("calf raise", None, None),
        ("calf raise", 99, None),
    ],
)
def test_a_watch_is_taken_by_its_code_and_never_by_the_category_alone(
    meant: Any, name: str, subtype: int | None, exercise_id: str | None
) -> None:
    assert meant(name, 1, subtype, 1) == (exercise_id, False)


def test_the_first_of_several_guesses_is_an_assumption(meant: Any) -> None:
    assert meant("standing calf raise", 1, 18, 3) == ("calf_straight_2", True)


def test_the_squads_own_alias_wins_over_names_words_and_codes(meant: Any) -> None:
    own = {"Calf Raise": "calf_bent_2", "bench press": "other", "Single Leg Calf Thing": "pogo_1"}
    assert meant("calf-raise", own=own) == ("calf_bent_2", False)
    assert meant("Bench Press (Barbell)", own=own) == ("other", False)
    assert meant("SL calf thing", own=own) == ("pogo_1", False)
    assert meant("calf raise", 1, None, 3, own=own) == ("calf_bent_2", False)


# ---------------------------------------------------------------- exercise_aliases.csv


def read(folder: Path, content: str | bytes) -> OwnRows:
    write_files(folder, {"exercise_aliases.csv": content})
    return read_own_table(ALIASES, folder / "exercise_aliases.csv")


def test_without_the_file_there_are_none(tmp_path: Path) -> None:
    assert read_own_table(ALIASES, tmp_path / "exercise_aliases.csv") == OwnRows()


@pytest.mark.parametrize(
    "content",
    [
        "alias,exercise_id\nDie Wippe,seated_2\n",
        b"\xef\xbb\xbfExercise_ID;Alias\r\nseated_2;Die Wippe\r\n;\r\n",
        "alias,exercise_id,note\n Die Wippe , seated_2 ,of May\n".encode("utf-16"),
    ],
)
def test_it_is_read_as_spreadsheets_write_it(tmp_path: Path, content: str | bytes) -> None:
    aliases = read(tmp_path, content)
    assert [(row["alias"], row["exercise_id"]) for row in aliases.records] == [("Die Wippe", "seated_2")]
    assert aliases.refused_rows == ()


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ("Wippe,seated2", ["'seated2'", "nearest is seated_2"]),
        ("Wippe,Calf_Straigth_1", ["nearest is calf_straight_1"]),
        ("Wippe,", ["'Wippe' has no exercise_id"]),
        (",seated_2", ["seated_2", "empty"]),
        ("dip,pogo_1", ["'dip' has a line above"]),
    ],
)
def test_a_bad_line_is_refused_with_what_would_be_right(tmp_path: Path, line: str, words: list[str]) -> None:
    aliases = read(tmp_path, f"alias,exercise_id\nDip,other\n{line}\n")
    assert [row["alias"] for row in aliases.records] == ["Dip"]
    (refused,) = aliases.refused_rows
    assert refused.place == "row 3"
    assert all(word in refused.reason for word in words)


def test_a_file_without_its_columns_is_refused(tmp_path: Path) -> None:
    assert "alias is missing" in (read(tmp_path, "name,exercise_id\nDip,other\n").refused_because or "")


# ---------------------------------------------------------------- the best match


NAMES = {row["alias"].casefold(): row["exercise_id"] for row in seed("exercise_aliases")}


@pytest.mark.parametrize(
    ("spelling", "exercise_id"),
    [
        ("heel drop eccentric", "heel_drop_straight"),
        ("panturriha em pé", "calf_straight_2"),
        ("bulgarian split sqat", "split_squat"),
    ],
)
def test_a_name_that_is_almost_a_known_one_is_suggested(spelling: str, exercise_id: str) -> None:
    found = most_like(spelling, NAMES, known_exercises())
    assert found and found[:2] == (exercise_id, known_exercises()[exercise_id])


@pytest.mark.parametrize(
    "spelling", ["squat to calf raise", "deadlift to calf raise", "wadengedöns", "hurdle hops", "calf circuit"]
)
def test_a_name_that_only_shares_words_is_not(spelling: str) -> None:
    assert most_like(spelling, NAMES, known_exercises()) is None
    assert len(possible(spelling, NAMES)) == CHOICES
    assert "other" not in possible(spelling, NAMES)


def test_a_line_to_paste_is_a_row_of_csv() -> None:
    assert exercise_names.alias_line('Raise, "slow"\non  step', "calf_step_2") == '"Raise, ""slow"" on step",calf_step_2'


# ---------------------------------------------------------------- whole nights


def strong(*rows: str) -> str:
    return "\n".join([STRONG_COMMA, *(f'2026-01-{row},0,0,"","",8' for row in rows)]) + "\n"


@pytest.fixture(scope="module")
def nights(tmp_path_factory: pytest.TempPathFactory) -> list[Night]:
    """ada logs with Strong, exported twice; ben has told that his Strong counts pounds; cleo's says so itself.

    In the second night there is a line for the unknown name.
    """
    folder = tmp_path_factory.mktemp("strong")
    last_month = [
        '10 18:00:00,"Legs",1h,"Standing Calf Raise (Machine)",W,40.0,12',
        '10 18:00:00,"Legs",1h,"Standing Calf Raise (Machine)",1,100.0,12',
        '10 18:00:00,"Legs",1h,"Standing Calf Raise (Machine)",2,100.0,12',
        '10 18:00:00,"Legs",1h,"Flamingo hop, slow",1,0,10',
    ]
    today = [*last_month, '17 18:00:00,"Legs",1h,"Standing Calf Raise (Machine)",1,100.0,12',
             '17 18:00:00,"Legs",1h,"Leg lift ""the swing""",1,0,10']  # fmt: skip
    semicolon = '2026-01-10 18:00:00;"Legs";"Standing Calf Raise (Machine)";1;100;lbs;12;8;;;0;"";"";58m'
    write_files(
        folder / "raw",
        {
            "squad.csv": "athlete_id,strength_weight_unit\nada,\nben,lb\ncleo,\n",
            "exercise_aliases.csv": 'alias,exercise_id\n"Leg lift ""the swing""",other\nNonsense,no_such_thing\n'
            '"Calf blaster",other\n"Bench thing",other\n',
            "ada/strong-january.csv": strong(*last_month),
            "ada/strong-today.csv": strong(*today),
            "ben/strong.csv": strong(
                *last_month[:2], '10 18:00:00,"Legs",1h,"Calf blaster",1,0,10', '10 18:00:00,"Legs",1h,"Bench thing",1,0,10'
            ),
            "cleo/strong.csv": f"{STRONG_SEMICOLON}\n{semicolon}\n",
        },
    )
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(validation, "run_suites", lambda work, suites: [])
        first = Night(*kept(night_over(folder / "raw", folder, as_of="2026-01-20")))
        line = exercise_names.alias_line(first.value("select exercise_name from ops.unmapped_exercises"), "pogo_1")
        with (folder / "raw" / "exercise_aliases.csv").open("a", encoding="utf-8") as stream:
            stream.write(f"{line}\n")
        return [first, night_over(folder / "raw", folder, as_of="2026-01-20")]


def kept(night: Night) -> tuple[Settings, Outcome]:
    """A night's own sealed files, which stand when the next one is published."""
    sealed = {"warehouse": night.outcome.warehouse, "site": night.outcome.index_page.parent}
    return night.settings.model_copy(update=sealed), night.outcome


@pytest.fixture
def night(nights: list[Night]) -> Night:
    """The first night."""
    return nights[0]


def test_two_exports_of_one_app_count_each_set_once(night: Night) -> None:
    sets = night.rows(
        "select set_date::text as day, is_warmup, count(*) as n from marts.strength_sets where athlete_id = 'ada' "
        "group by all order by all"
    )
    assert [(row["day"], row["is_warmup"], row["n"]) for row in sets] == [
        ("2026-01-10", False, 3), ("2026-01-10", True, 1), ("2026-01-17", False, 2),
    ]  # fmt: skip
    (merged,) = night.rows("select * from ops.duplicates where athlete_id = 'ada'")
    assert merged["strength_sets"] == 3  # the warm-up is no load
    assert night.value("select path from ops.files where file_id = ?", merged["dropped_file_id"]).startswith("ada/strong-")


def test_a_weight_without_a_unit_is_no_load_until_squad_csv_tells_it(night: Night) -> None:
    loads = night.rows(
        "select athlete_id, load_kg, load_unstated from marts.strength_sets "
        "where set_number = 2 or athlete_id = 'cleo' order by athlete_id, set_date"
    )
    assert [(row["athlete_id"], row["load_kg"], row["load_unstated"]) for row in loads] == [
        ("ada", None, 100), ("ada", None, None), ("ben", pytest.approx(45.359237), None),
        ("cleo", pytest.approx(45.359237), None),
    ]  # fmt: skip


def test_sets_without_a_unit_are_counted_and_asked_for(night: Night) -> None:
    assert night.rows("select athlete_id, source_format, sets from ops.unstated_weights") == [
        {"athlete_id": "ada", "source_format": "strong_csv", "sets": 4}
    ]
    text = (night.site / "data-quality.html").read_text(encoding="utf-8")
    assert "Weights without a unit" in text and "strength_weight_unit" in text
    credit = night.value("select sum(gastrocnemius_credit) from marts.strength_sets where athlete_id = 'ada'")
    assert credit == 3


def test_a_name_that_nobody_knows_is_listed_with_what_it_may_be(night: Night) -> None:
    (unmapped,) = night.rows("from ops.unmapped_exercises")
    assert (unmapped["athlete_id"], unmapped["exercise_name"], unmapped["sets"]) == ("ada", "Flamingo hop, slow", 1)
    assert (unmapped["suggested_exercise_id"], unmapped["alias_line"]) == (None, None)
    text = (night.site / "data-quality.html").read_text(encoding="utf-8")
    assert f'Unknown: which of these? <span class="cap">{", ".join(unmapped["possible_exercise_ids"])}</span>' in text


def test_an_alias_that_takes_calf_work_away_is_obeyed_and_told(night: Night) -> None:
    assert night.value("select exercise_id from marts.strength_sets where exercise_name = 'Calf blaster'") == "other"
    told = night.rows("select exercise_name from ops.exercise_names where is_taken_away")
    assert [row["exercise_name"] for row in told] == ["Calf blaster"]  # of "Leg lift" and "Bench thing" nobody would think so
    text = (night.site / "data-quality.html").read_text(encoding="utf-8")
    assert "By exercise_aliases.csv these are other work" in text
    assert "<li><bdi>Calf blaster</bdi></li>" in text and "<li><bdi>Bench thing" not in text


def test_a_bad_alias_is_a_refused_row(night: Night) -> None:
    (row,) = night.rows("from ops.quarantined_rows")
    assert (row["path"], row["place"]) == ("exercise_aliases.csv", "row 3")
    assert night.value("select state from ops.files where path = 'exercise_aliases.csv'") == "loaded"


def test_a_pasted_line_maps_the_name_the_next_night(nights: list[Night]) -> None:
    first, second = nights
    assert second.value("select count(*) from ops.unmapped_exercises") == 0
    hop = "select exercise_id from marts.strength_sets where exercise_name = 'Flamingo hop, slow'"
    assert (first.value(hop), second.value(hop)) == (None, "pogo_1")
    assert second.outcome.files_parsed == 0
    version = "select ruleset_version from seeds.night"
    assert first.value(version) != second.value(version)
