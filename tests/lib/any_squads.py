"""Squads that no reader would tell of: rows of the raw tables in which any column may be null and any number extreme.

`python -m tests.lib.any_squads NIGHTS SEED` runs whole nights over such squads, guards and pages included, and prints what fails.
"""

from __future__ import annotations

import csv
import random
import re
import sys
import tempfile
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from functools import cache
from pathlib import Path

import duckdb

from flows import nightly
from flows.guard import promises
from flows.intake import store
from flows.models import layers, seeds
from flows.places import SQL_DIR
from flows.settings import Settings
from flows.state import database
from flows.words.warehouse import write_sentences
from tests.lib.said import CONTRARY, FORBIDDEN, UNREADABLE

AS_OF = date(2026, 6, 28)
NULL = r"\N"  # as the CSV says it that the database reads

# Extreme values of each type, as text. Days too far back would make athletes of 10,000 days: the guard sees to those before 2000.
EXTREMES = {
    "DOUBLE": ("1e300", "-1e300", "0", "-1", "1e-300", "nan", "inf", "-inf", "4294967295", "1e15", "1e9", "999999.999", "0.0005"),
    "INTEGER": ("2147483647", "-2147483648", "0", "-1", "65535", "1000000"),
    "BIGINT": ("9223372036854775807", "-9223372036854775808", "0"),
    "DECIMAL(12,3)": ("999999999.999", "-999999999.999", "0", "0.001", "-1", "86400"),
    "DATE": ("0001-01-01", "9999-12-31", "infinity", "-infinity", "1989-12-31", "2100-01-01", "2026-06-29"),
    "TIMESTAMP": ("0001-01-01 00:00:00", "9999-12-31 23:59:59", "infinity", "1989-12-31 00:00:00", "2106-02-07 06:28:15"),
    "TIMESTAMP WITH TIME ZONE": (
        "0001-01-01 00:00:00+00", "9999-12-31 23:59:59+00", "infinity", "1989-12-31 00:00:00+00", "2106-02-07 06:28:15+00",
    ),
}  # fmt: skip
NAMES_OF_ROWS = {"athlete_id", "file_id", "activity_number", "set_row", "row_number", "is_in_squad_file"}
EXERCISES = (
    "Single Leg Standing Calf Raise (Dumbbell)", "Seated Calf Raise (Machine)", "Single-leg bent-knee calf raise", "Pogo Jump",
    "Single Leg Romanian Deadlift", "Bench Press", "Wadenheben", "Heel Drop", None,
)  # fmt: skip

Row = Mapping[str, object]
Column = tuple[str, str]  # table, column


@dataclass(frozen=True)
class Plan:
    """How a squad is broken: which columns are null and which extreme, in what share of their rows."""

    seed: int
    athletes: int = 2
    days: int = 70
    nulls: frozenset[Column] = frozenset()
    extremes: frozenset[Column] = frozenset()
    share: float = 0.3


@dataclass
class Tables:
    """Rows by raw table."""

    rows: dict[str, list[Row]] = field(default_factory=dict)

    def add(self, table: str, **row: object) -> None:
        self.rows.setdefault(table, []).append(row)


@cache
def raw_columns() -> dict[str, dict[str, tuple[str, bool]]]:
    """table -> column -> (type, whether it may be null), from sql/raw.sql."""
    with duckdb.connect() as connection:
        connection.execute((SQL_DIR / "raw.sql").read_text(encoding="utf-8"))
        described = connection.execute(
            "select table_name, column_name, data_type, is_nullable from duckdb_columns() where schema_name = 'raw' "
            "order by table_name, column_index"
        ).fetchall()
    columns: dict[str, dict[str, tuple[str, bool]]] = {}
    for table, column, kind, may_be_null in described:
        columns.setdefault(table, {})[column] = (kind, may_be_null)
    return columns


def breakable() -> tuple[list[Column], list[Column]]:
    """The columns that may be null, and those that may be extreme, of the tables that tell of athletes."""
    told = {table: columns for table, columns in raw_columns().items() if table in TABLES}
    named = [(table, column, *kind) for table, columns in told.items() for column, kind in columns.items()]
    nulls = [(table, column) for table, column, _, may_be_null in named if may_be_null]
    extremes = [(table, column) for table, column, kind, _ in named if kind in EXTREMES and column not in NAMES_OF_ROWS]
    return nulls, extremes


TABLES = (
    "athletes", "runs", "run_bins", "run_hr_bins", "run_efforts", "named_files", "strength_sets", "strength_sessions", "symptoms",
    "injuries", "calf_tests", "marks",
)  # fmt: skip


def squad(plan: Plan, prefix: str) -> Tables:
    """The rows of one squad, whose athletes are called <prefix>-0, <prefix>-1 and so on."""
    tables = Tables()
    for number in range(plan.athletes):
        _athlete(tables, random.Random(f"{plan.seed}-{number}"), f"{prefix}-{number}", plan.days)
    draw = random.Random(f"{plan.seed}-broken")
    for table, rows in tables.rows.items():
        columns = raw_columns()[table]
        broken = [column for column in columns if (table, column) in plan.nulls | plan.extremes]
        tables.rows[table] = [_broken(row, table, broken, plan, draw) for row in rows] if broken else rows
    return tables


def _broken(row: Row, table: str, columns: Sequence[str], plan: Plan, draw: random.Random) -> Row:
    changed = dict(row)
    for column in columns:
        if draw.random() < plan.share:
            is_null = (table, column) in plan.nulls and ((table, column) not in plan.extremes or draw.random() < 0.5)
            changed[column] = None if is_null else draw.choice(EXTREMES[raw_columns()[table][column][0]])
    return changed


def _athlete(tables: Tables, draw: random.Random, athlete_id: str, days: int) -> None:
    tables.add(
        "athletes", athlete_id=athlete_id, name=athlete_id, squad="any", sex=draw.choice("fm"),
        birth_year=draw.randint(1950, 2010), body_mass_kg=draw.randint(45, 95),
        timezone=draw.choice(["UTC", "Europe/Berlin"]), resting_hr_bpm=50,
        max_hr_bpm=draw.choice([None, 185]), threshold_pace_s_per_km=draw.choice([None, 270]), foot_strike="rearfoot",
        achilles_history_until=draw.choice([None, "2026-01-10"]), race_date=draw.choice([None, "2026-07-05"]),
        units=draw.choice(["km", "mi"]), strength_weight_unit=draw.choice(["kg", "lb"]), is_in_squad_file=True,
    )  # fmt: skip
    has_strength, has_reports = draw.random() < 0.8, draw.random() < 0.5
    for number in range(days):
        day = AS_OF - timedelta(days=days - 1 - number)
        if draw.random() < 0.6:
            _run(tables, draw, athlete_id, day, number)
        if has_strength and draw.random() < 0.3:
            _session(tables, draw, athlete_id, day, number)
        if has_reports and draw.random() < 0.1:
            tables.add(
                "symptoms", athlete_id=athlete_id, file_id=f"{athlete_id}-symptoms", row_number=number, report_date=day,
                side="left", pain_0_10=draw.randint(0, 7), morning_stiffness_min=draw.randint(0, 60),
                visa_a=draw.randint(40, 100), is_worse_next_morning=draw.choice([None, False, True]),
                event=draw.choice([None] * 9 + ["pop"]),
            )  # fmt: skip
    some_day = AS_OF - timedelta(days=draw.randint(0, days))
    if draw.random() < 0.3:
        tables.add(
            "injuries", athlete_id=athlete_id, file_id=f"{athlete_id}-injuries", row_number=2, onset_date=some_day,
            site=draw.choice(["achilles", "achilles_insertion", "calf"]), resolved_date=draw.choice([None, AS_OF]),
        )  # fmt: skip
    for number, side in enumerate(draw.choice([("left", "right"), ("both",), ("left", "right", "both")])):
        tables.add(
            "calf_tests", athlete_id=athlete_id, file_id=f"{athlete_id}-tests", row_number=2 + number, test_date=some_day,
            side=side, repetitions=draw.randint(5, 40), knee=draw.choice([None, "straight", "bent"]),
        )  # fmt: skip
    tables.add(
        "marks", athlete_id=athlete_id, file_id=f"{athlete_id}-marks", row_number=2, from_date=some_day,
        to_date=some_day + timedelta(days=draw.randint(0, 10)), kind=draw.choice(["illness", "holiday", "race", "missing"]),
    )  # fmt: skip


def _run(tables: Tables, draw: random.Random, athlete_id: str, day: date, number: int) -> None:
    has_track = draw.random() < 0.5
    file_id = f"{athlete_id}-{number}" if has_track else f"{athlete_id}-table"
    metres = draw.uniform(3000, 9000) * draw.choice([1, 1, 1, 2.5])
    seconds = metres / draw.uniform(2.2, 4.2)
    key = {"athlete_id": athlete_id, "file_id": file_id, "activity_number": number}
    measured = {
        f"{'track' if has_track else 'summary'}_{name}": round(value, 3)
        for name, value in {
            "distance_m": metres, "moving_s": seconds, "elapsed_s": seconds + 60, "ascent_m": draw.uniform(0, 400),
            "descent_m": draw.uniform(0, 400), "avg_heart_rate_bpm": draw.uniform(120, 175), "steps": seconds * 2.8,
        }.items()
    }  # fmt: skip
    time = {"started_at": f"{day} 08:00:00+00"} if has_track else {"started_local": f"{day} 08:00:00"}
    tables.add(
        "runs", **key, row_number=None if has_track else number, source_format="fit" if has_track else "plain", parser="any",
        sport_stated=(sport := draw.choice(["run", "run", "run", "walk", None])), sport_kind=sport or "unstated",
        track_points=int(seconds) if has_track else None,
        spike_points=0, rpe=draw.choice([None, 3, 8]), carried_kg=draw.choice([None, None, 5]), **time, **measured,
    )  # fmt: skip
    if not has_track:
        tables.add("named_files", **key, linked_file=f"activities/{number}.fit.gz", sport_stated="run", sport_kind="run")
        return
    for part, (speed_bin, beats) in enumerate(((12, 2.2), (19, 2.8))):
        share = {"seconds": round(seconds / 2, 3), "steps": round(seconds * 1.4, 3), "metres": round(metres / 2, 3)}
        tables.add("run_bins", **key, speed_bin=speed_bin, grade_bin=part, **share)
        tables.add("run_hr_bins", **key, heart_rate_bin_bpm=130 + 30 * part, beats=round(seconds / 2 * beats, 3), **share)
    for duration_s in (180, 360, 720, 1200):
        tables.add("run_efforts", **key, duration_s=duration_s, distance_m=duration_s * draw.uniform(3, 5))


def _session(tables: Tables, draw: random.Random, athlete_id: str, day: date, number: int) -> None:
    file_id = f"{athlete_id}-strength"
    for place, exercise in enumerate(draw.sample(EXERCISES, 3)):
        tables.add(
            "strength_sets", athlete_id=athlete_id, file_id=file_id, set_row=10 * number + place, row_number=10 * number + place,
            source_format="strength", performed_local=f"{day} 18:0{place}:00", set_number=place, exercise_name=exercise,
            reps=draw.randint(5, 20), weight_kg=draw.choice([None, 20]), hold_s=draw.choice([None, None, 30]),
            side=draw.choice([None, "left", "right"]), rpe=draw.choice([None, 8]), rir=draw.choice([None, 2]), is_warmup=False,
        )  # fmt: skip
    tables.add(
        "strength_sessions", athlete_id=athlete_id, file_id=f"{file_id}-watch-{number}", activity_number=0,
        started_at=f"{day} 18:00:00+00", duration_s=1800, avg_heart_rate_bpm=100, sets=0,
    )  # fmt: skip


def insert(connection: database.Connection, squads: Iterable[Tables], folder: Path) -> None:
    """Put the rows of squads into the raw tables of the warehouse that is open."""
    rows: dict[str, list[Row]] = {}
    for one in squads:
        for table, more in one.rows.items():
            rows.setdefault(table, []).extend(more)
    for table, of_table in rows.items():
        columns = raw_columns()[table]
        path = folder / f"{table}.csv"
        with path.open("w", encoding="utf-8", newline="") as file:
            writer = csv.writer(file)
            writer.writerows([NULL if row.get(name) is None else row[name] for name in columns] for row in of_table)
        types = ", ".join(f"'{name}': '{kind}'" for name, (kind, _) in columns.items())
        connection.execute(
            f"insert into raw.{table} "
            f"from read_csv({database.quoted(path)}, header = false, nullstr = '{NULL}', columns = {{{types}}})"
        )


def build(folder: Path, squads: Iterable[Tables]) -> Path:
    """Staging, intermediate and marts over the rows of squads: a work file, without guard or page."""
    work = folder / "any.duckdb"
    database.discard(work)
    with database.writer(work) as connection:
        connection.execute("create schema seeds")
        connection.execute((SQL_DIR / "raw.sql").read_text(encoding="utf-8"))
        insert(connection, squads, folder)
    seeds.load_seeds(work, "UTC")
    layers.set_as_of(work, AS_OF)
    for layer in ("staging", "activities", "intermediate", "marts"):
        layers.build_layer(work, layer)
    write_sentences(work)
    return work


# What must hold of every mart, whatever the rows say: a sentence and the query that finds where it does not.
PROPERTIES = {
    "no report of pain or injury is left unjudged because a number of its sentence is unknown": """
        select athlete_id, load_date, code, measure from marts.flags where family = 'pain' and message = 'because.number_unknown'
    """,
    "a reason is raised or clear with value, threshold and sentence, or not assessed with its cause and without any of them": """
        select athlete_id, load_date, code, measure, state, value, threshold, evidence, not_assessed_because
        from marts.flags
        where case state
            when 'not_assessed'
                then value is not null or threshold is not null or evidence is not null or not_assessed_because is null
            else value is null or threshold is null or evidence is null or not_assessed_because is not null
        end
            and load_date = as_of_date()
    """,
    "the longest run told fits into the week told": """
        select athlete_id, load_date, longest_run_ceiling_m, week_distance_ceiling_m
        from marts.next_week_room
        where longest_run_ceiling_m > week_distance_ceiling_m
    """,
    "every athlete has a status on the as-of date": """
        select athlete_id from raw.athletes
        anti join (select athlete_id from marts.athlete_status where load_date = as_of_date()) as told using (athlete_id)
    """,
    "a status has a flag, a priority, a headline, a next action and a confidence": """
        select athlete_id, load_date, flag, priority, headline, next_action, confidence
        from marts.athlete_status
        where not coalesce(
            flag in ('green', 'amber', 'red', 'grey') and priority between 0 and 4
            and (load_date < as_of_date() or (headline <> '' and next_action <> ''))
            and confidence in ('low', 'medium', 'high'), false
        )
    """,
    "the short reason has at most twelve words, the short action at most eight": r"""
        select athlete_id, short_reason, short_action
        from marts.athlete_status
        where load_date = as_of_date() and not coalesce(
            len(string_split_regex(trim(short_reason), '\s+')) <= 12 and trim(short_reason) <> ''
            and len(string_split_regex(trim(short_action), '\s+')) <= 8 and trim(short_action) <> '', false
        )
    """,
    "the calendar leaves no day out and has none twice: windows of rows are windows of days": """
        select athlete_id from marts.daily_load group by athlete_id
        having count(*) <> max(load_date) - min(load_date) + 1 or count(*) <> count(distinct load_date)
    """,
    "a day has one status": "select athlete_id, load_date from marts.athlete_status group by all having count(*) > 1",
    "a reason stands once": """
        select athlete_id, load_date, code, measure, side from marts.flags group by all having count(*) > 1
    """,
    "a run stands once, on a day, as a sport": """
        select any_value(athlete_id), run_id from marts.runs group by run_id
        having count(*) > 1 or run_id is null or any_value(run_date) is null or any_value(sport) not in ('run', 'walk', 'hike')
    """,
    "a run without baseline has no ratio and no ceiling": """
        select athlete_id, run_id, longest_30d_m, distance_spike_ratio, spike_ceiling_m, spike_state from marts.runs
        where longest_30d_m is null and (
            distance_spike_ratio is not null or spike_ceiling_m is not null
            or coalesce(spike_state, 'no_baseline') not in ('no_baseline', 'not_assessed')
        )
    """,
    "no amount is negative": """
        select athlete_id, run_id from marts.runs
        where least(distance_m, moving_s, ascent_m, descent_m, steps, fast_steps, srpe_au, trimp_au, achilles_load_steps) < 0
    """,
    "a ratio lies within what arithmetic allows": """
        select athlete_id, load_date, measure, acwr_coupled, acwr_uncoupled from marts.load_ratio
        where (known_days_28 = 28 and acwr_coupled > 4.000001) or least(acwr_coupled, acwr_uncoupled, acwr_ewma) < -1e-9
            or ratio_state not in ('ok', 'building', 'missing_days', 'low_base')
    """,
    "a set has a day": "select athlete_id, file_id from marts.strength_sets where set_date is null",
}


def faults(connection: database.Connection) -> list[str]:
    """What does not hold of the marts of the warehouse that is open, each with an example."""
    found = [
        f"not so: {sentence}: {example[0]}"
        for sentence, query in PROPERTIES.items()
        if (example := database.rows(connection, f"from ({query}) limit 1"))
    ]
    found += [
        f"not as the contract says: {check.table}: {check.expectation}: {check.error or check.rows_failed}"
        for check in promises.check_schema(connection, "marts")
        if not check.is_passed
    ]
    doubles = connection.execute(
        "select table_name, column_name from duckdb_columns() where schema_name = 'marts' and data_type = 'DOUBLE' order by all"
    ).fetchall()
    for table, column in doubles:
        if connection.execute(f"from marts.{table} where isnan({column}) or isinf({column}) limit 1").fetchall():
            found.append(f"no number: marts.{table}.{column}")
    return found + short_lines(connection)


def short_lines(connection: database.Connection) -> list[str]:
    """Where a short line says what is forbidden, what nobody reads, or two orders that contradict each other."""
    found = []
    told = "select athlete_id, forbids, short_reason, short_action from marts.athlete_status where load_date = as_of_date()"
    for row in database.rows(connection, told):
        line = f"{row['short_reason']} | {row['short_action']}"
        wrong = [word for word in row["forbids"] if re.search(FORBIDDEN[word], line)]
        wrong += ["unreadable"] if re.search(UNREADABLE, line) else []
        wrong += [f"contrary: {one}" for one, other in CONTRARY if re.search(one, row["short_action"]) and re.search(other, line)]
        found += [f"{row['athlete_id']}: {word}: {line}" for word in wrong]
    return found


def rows_of(connection: database.Connection, prefix: str) -> dict[str, str]:
    """One hash per mart over all rows of the athletes whose ids begin so."""
    marts = connection.execute(
        "select table_name from duckdb_columns() where schema_name = 'marts' and column_name = 'athlete_id' order by all"
    ).fetchall()
    return {
        table: database.scalar(
            connection,
            f"select md5(string_agg(told.row_text, chr(10) order by told.row_text)) from (select cast(mart as text) as row_text "
            f"from marts.{table} as mart where mart.athlete_id like ?) as told",
            [f"{prefix}-%"],
        )
        for (table,) in marts
    }


# ---------------------------------------------------------------- whole nights


def any_plan(seed: int) -> Plan:
    """A plan from a seed, for nights that no strategy draws."""
    draw = random.Random(seed)
    nulls, extremes = breakable()
    return Plan(
        seed,
        draw.randint(1, 3),
        draw.choice([10, 40, 70, 100]),
        frozenset(draw.sample(nulls, draw.randint(0, 8))),
        frozenset(draw.sample(extremes, draw.randint(0, 6))),
        draw.choice([0.05, 0.3, 1.0]),
    )


def whole_night(folder: Path, plan: Plan) -> list[str]:
    """A night over a squad that the import memory holds, beside a sound runner with a file; what fails, else nothing."""
    raw = folder / "raw"
    (raw / "sound").mkdir(parents=True)
    (raw / "sound" / "runs.csv").write_text("started_at,distance_km,moving_time\n2026-06-20T08:00,8,0:44:00\n", encoding="utf-8")
    (raw / "squad.csv").write_text(
        "athlete_id,squad\n" + "".join(f"any-{number},any\n" for number in range(plan.athletes)), encoding="utf-8"
    )
    settings = Settings(raw=raw, warehouse=folder / "warehouse.duckdb", site=folder / "site", workers=1)
    told = squad(plan, "any")
    del told.rows["athletes"]  # squad.csv says who they are
    files = sorted({(row["athlete_id"], row["file_id"]) for rows in told.rows.values() for row in rows}, key=str)
    for athlete_id, file_id in files:
        key = {"athlete_id": athlete_id, "file_id": file_id}
        told.add(
            "paths", path=f"{athlete_id}/{file_id}", is_current=True, is_present=True, is_acknowledged=False, is_held=False, **key
        )
        told.add(
            "contents",
            format="plain",
            parser="any",
            outcome="loaded",
            is_partial=False,
            may_be_run=False,
            may_be_strength=False,
            **key,
        )
    with database.writer(database.memory_path(settings.warehouse)) as connection:
        store.create_memory(connection)
        insert(connection, [told], folder)
    try:
        nightly.run_night(settings, as_of=AS_OF.isoformat())
    except Exception as error:
        return [f"nothing published: {type(error).__name__}: {error}"]
    with database.reader(settings.warehouse) as connection:
        connection.execute("create or replace temp macro as_of_date() as (select max(as_of_date) from seeds.night)")
        aside = connection.execute("select athlete_id, table_name, expectation from ops.set_aside").fetchall()
        return [*faults(connection), *(f"set aside: {one}" for one in aside)]


def main(nights: int, seed: int) -> int:
    """Run so many nights; how many of them had a fault, printed with the seed that makes it again."""
    failed = 0
    for number in range(seed, seed + nights):
        with tempfile.TemporaryDirectory() as folder:
            for fault in (found := whole_night(Path(folder), any_plan(number))):
                print(f"night of seed {number}: {fault}", flush=True)
            failed += bool(found)
    print(f"{nights} nights, {failed} with a fault")
    return min(failed, 1)


if __name__ == "__main__":
    sys.exit(main(int(sys.argv[1]), int(sys.argv[2])))
