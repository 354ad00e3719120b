"""How loud are the flags of healthy runners, and is nobody missed? `python -m bench.judgement [--seeds 1 2 3] [--runners N]`.

Each kind of bench.judged_squads runs through import and models, without pages; each row says goal and
reached. `--write` also writes sql/seeds/judgement.csv, which the evidence page shows.
"""

from __future__ import annotations

import argparse
import csv
import logging
import sys
import tempfile
from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from datetime import date, timedelta
from multiprocessing import get_context
from pathlib import Path

from bench import judged_squads
from flows.guard import validation
from flows.intake import ingest
from flows.models import layers, seeds
from flows.seed_files import seed_path
from flows.settings import Settings, calm_libraries
from flows.state import database


@dataclass(frozen=True)
class Goal:
    """At most so many percent of the judged days may be amber or red, and red."""

    kind: str
    said: str
    amber_percent: float
    red_percent: float = 0.0


GOALS = [
    Goal("steady", "Four or five runs a week, calf work twice", 1),
    Goal("elite", "Elite, 150 km a week", 1),
    Goal("middle_distance", "Middle distance, spikes and jumps", 1),
    Goal("masters", "Masters, calf work twice", 1),
    Goal("calf_only", "Calf work twice, no hip work", 1),
    Goal("machine_15", "Machines, 15 repetitions", 1),
    Goal("irregular_twice", "As life allows, calf work twice", 4),
    Goal("irregular_once", "As life allows, calf work once", 14),
    Goal("marathon", "Marathon plan, weeks 7 to 17", 15),
    Goal("marathon_after", "Days 18 to 28 after the marathon", 10),
    Goal("couch_to_5k", "Couch to 5 km", 3),
    Goal("ultra", "Ultra, calf work once", 6),
    Goal("parkrun", "Parkrun now and then", 5, 0.5),
]
AFTER_RACE_DAYS = (18, 28)
AMBER_IS_ENOUGH = {"speed": 0.5}  # share of an alarm's days that may be amber where red is due: intervals known by totals only
# No row of these squads is refused and no day is unknown. Only where all strength work stops does a log fall silent, and then
# confidence is low, rightly: what is not logged may be lost. In no other kind, and for no other reason, may it be low.
FALLS_SILENT = judged_squads.CALF_WORK_STOPS
SILENT = ("DATA_STALE_STRENGTH", "DATA_STALE_RUNS", "DATA_STALE_SOURCE", "DATA_GAP_SUSPECTED")
DOUBTED = """
    select
        athlete_id, load_date, flag,
        confidence = 'low' and len(list_filter(confidence_because, lambda code: not list_contains($expected, code))) > 0
    from marts.athlete_status
"""
MODELLED = ("staging", "activities", "intermediate", "marts")
FLAGS = ("marts", "athlete_status")
LEVELS = {"green": 0, "grey": 0, "amber": 1, "red": 2}


@dataclass(frozen=True)
class Days:
    """The judged days of one kind: how many, at amber or red, at red, below the level that is due, with low confidence."""

    kind: str
    days: int
    coloured: int
    red: int
    below: int = 0
    uncertain: int = 0


def judge(kind: str, seed: int, runners: int) -> list[Days]:
    """Run one kind through import and models, and count its judged days."""
    logging.disable(logging.WARNING)
    with tempfile.TemporaryDirectory() as folder:
        home = Path(folder)
        raw = judged_squads.write_squads(home, [kind], seed, runners)
        windows = [
            (row["athlete_id"], kind, date.fromisoformat(row["from_date"]), date.fromisoformat(row["to_date"]), row["level"])
            for row in csv.DictReader((home / "windows.csv").open(encoding="utf-8"))
        ]
        if kind == "marathon":
            race = judged_squads.Runner("", 0).day(judged_squads.BEFORE_PLAN + 18, 6)
            first, last = (race + timedelta(days) for days in AFTER_RACE_DAYS)
            windows += [(athlete_id, "marathon_after", first, last, level) for athlete_id, _, _, _, level in windows]
        work = _models_of(raw, home, max(last for *_, last, _ in windows))
        with database.writer(work) as connection:
            statuses = flags_of(connection, kind)
    return [_counted(name, [one for one in windows if one[1] == name], statuses) for name in dict.fromkeys(w[1] for w in windows)]


def flags_of(connection: database.Connection, kind: str) -> dict[tuple[str, date], tuple[str, bool]]:
    """The flag of each runner and date of a kind, and whether confidence is low without a cause in the squad."""
    expected = list(SILENT) if kind in FALLS_SILENT else []
    found = connection.execute(DOUBTED, {"expected": expected}).fetchall()
    return {(athlete_id, day): (flag, is_doubted) for athlete_id, day, flag, is_doubted in found}


def _models_of(raw: Path, home: Path, as_of: date) -> Path:
    """A night without guards and pages, and of the models only those that the flag follows from."""
    memory, work = home / "memory.duckdb", home / "work.duckdb"
    ingest.import_files(raw, memory, workers=1)
    layers.start_work(work, memory)
    seeds.load_seeds(work, "UTC")
    with database.writer(work) as connection:
        connection.execute(validation.CHECKS_DDL)
    layers.set_as_of(work, as_of)
    with database.writer(work) as connection:
        needed = _needed_models(connection, FLAGS)
        for layer in MODELLED:
            connection.execute(f"create schema {layer}")
            for name in layers.model_order(connection, layer):
                if (layer, name) in needed:
                    connection.execute(f"create table {layer}.{name} as {layers.model_sql(layer, name)}")
    return work


def _needed_models(connection: database.Connection, model: tuple[str, str]) -> set[tuple[str, str]]:
    """A model and all that it reads, directly or not."""
    needed, asked = set(), [model]
    while asked:
        one = asked.pop()
        if one[0] in MODELLED and one not in needed:
            needed.add(one)
            asked += layers.tables_read(connection, layers.model_sql(*one))
    return needed


def _counted(
    kind: str, windows: Sequence[tuple[str, str, date, date, str]], statuses: dict[tuple[str, date], tuple[str, bool]]
) -> Days:
    days = coloured = red = below = uncertain = 0
    for athlete_id, _, first, last, level in windows:
        for number in range((last - first).days + 1):
            flag, is_doubted = statuses[athlete_id, first + timedelta(number)]
            days += 1
            coloured += LEVELS[flag] >= 1
            red += LEVELS[flag] == 2
            if level != "quiet":
                below += LEVELS[flag] < LEVELS[level]
                uncertain += is_doubted
    return Days(kind, days, coloured, red, below, uncertain)


def run(kinds: Sequence[str], seeds_of_squads: Sequence[int], runners: int, processes: int) -> dict[tuple[str, int], Days]:
    """Judge every kind for every seed, on so many processes."""
    found: dict[tuple[str, int], Days] = {}
    jobs = [(kind, seed) for seed in seeds_of_squads for kind in kinds]
    with ProcessPoolExecutor(processes, mp_context=get_context("spawn")) as pool:
        judged = pool.map(judge, *zip(*jobs, strict=True), [runners] * len(jobs))
        for number, ((kind, seed), rows) in enumerate(zip(jobs, judged, strict=True), start=1):
            print(f"\r{number} of {len(jobs)} squads ({kind}, seed {seed})   ", end="", file=sys.stderr, flush=True)
            found |= {(row.kind, seed): row for row in rows}
    print(file=sys.stderr)
    return found


def shown(found: dict[tuple[str, int], Days], seeds_of_squads: Sequence[int]) -> tuple[str, bool]:
    """The table as text, and whether every goal is reached."""
    lines, is_reached = ["% of days amber or red / red; goal, then a column a seed", ""], True
    for goal in GOALS:
        cells = []
        for seed in seeds_of_squads:
            if row := found.get((goal.kind, seed)):
                amber, red = 100 * row.coloured / row.days, 100 * row.red / row.days
                is_met = amber <= goal.amber_percent and red <= goal.red_percent
                is_reached &= is_met
                cells.append(f"{amber:6.2f} /{red:5.2f} {'  ' if is_met else '!!'}")
        if cells:
            lines.append(f"{goal.kind:18}{goal.amber_percent:5g} /{goal.red_percent:4g}   {'   '.join(cells)}")
    lines += ["", "days below the level that is due (of all) and days with low confidence though no log fell silent", ""]
    for kind, (*_, level) in judged_squads.ALARMS.items():
        cells = []
        for seed in seeds_of_squads:
            if row := found.get((kind, seed)):
                allowed = AMBER_IS_ENOUGH.get(kind, 0.0) * row.days
                is_met = row.below <= allowed and row.coloured == row.days and not row.uncertain
                is_reached &= is_met
                cells.append(f"{row.below:5} of {row.days:5}, {row.uncertain:4} {'  ' if is_met else '!!'}")
        if cells:
            lines.append(f"{kind:18}{level:6}   {'   '.join(cells)}")
    return "\n".join(lines), is_reached


def write_seed(found: dict[tuple[str, int], Days], runners: int) -> None:
    """Write what was reached, a row a kind and squad, for the evidence page."""
    with seed_path("judgement").open("w", newline="", encoding="utf-8") as stream:
        out = csv.writer(stream, lineterminator="\n")
        out.writerow(["kind", "seed", "runners", "amber_goal_percent", "red_goal_percent", "amber_percent", "red_percent"])
        for goal in GOALS:
            for seed, row in sorted((seed, row) for (kind, seed), row in found.items() if kind == goal.kind):
                reached = [f"{100 * days / row.days:.2f}" for days in (row.coloured, row.red)]
                out.writerow([goal.said, seed, runners, f"{goal.amber_percent:g}", f"{goal.red_percent:g}", *reached])


def main() -> int:
    """0 if every goal is reached."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("kinds", nargs="*", default=[*judged_squads.HEALTHY, *judged_squads.ALARMS], metavar="KIND")
    parser.add_argument("--seeds", type=int, nargs="+", default=[1, 2, 3])
    parser.add_argument("--runners", type=int, default=judged_squads.RUNNERS, help="of each kind (default: %(default)s)")
    parser.add_argument("--processes", type=int, default=Settings().worker_count)
    parser.add_argument("--write", action="store_true", help="write sql/seeds/judgement.csv as well")
    asked = parser.parse_args()
    if asked.write and (left_out := judged_squads.HEALTHY.keys() - set(asked.kinds)):
        parser.error(f"--write needs every healthy kind; {', '.join(sorted(left_out))} would be lost")
    found = run(asked.kinds, asked.seeds, asked.runners, asked.processes)
    text, is_reached = shown(found, asked.seeds)
    print(text)
    if asked.write:
        write_seed(found, asked.runners)
    return 0 if is_reached else 1


if __name__ == "__main__":
    calm_libraries(Settings())
    sys.exit(main())
