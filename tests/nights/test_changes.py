"""ops.changes lists what each published night changed, and nothing of a night that was not published."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest

from flows import nightly
from flows.commands import questions
from flows.guard import validation
from flows.models import contract
from flows.operate import changes
from flows.state import database, publication
from tests.lib.squads import Night, runs_csv, strength_csv, tables_over, write_files

FIRST = date(2026, 8, 1)
DAY, NEXT_DAY = "2026-09-25", "2026-09-26"
KILOMETRES: list[float | None] = [6.0 if number % 8 == 0 else 5.0 if number % 2 == 0 else 0 for number in range(54)]
CALF = {FIRST + timedelta(days=3 * number): ["Seated calf raise", "Single-leg calf raise"] for number in range(18)}
# What a row says, less its words, its rules and where it stands.
WORDS = {"headline", "short_reason", "next_action", "short_action", "evidence", "not_assessed_because", "action"}
SKIPPED = WORDS | {"ruleset_version", "file_id", "row_number"}
Change = tuple[str, str, str]  # table, change, key


class Killed(BaseException):
    """In place of a SIGKILL."""


def killed(*_: Any) -> None:
    raise Killed


@dataclass
class Lived:
    night: Night
    published: list[str]
    remembered_before_the_loss: list[str]

    def listed(self, night: int) -> list[dict[str, Any]]:
        return self.night.rows("select * from ops.changes where night = ?", self.published[night])


@pytest.fixture(scope="module")
def lived(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Lived]:
    """Published; again without news; with a late run and changed logs; built only; after a lost memory, by a new rule."""
    folder = tmp_path_factory.mktemp("lived")
    raw = write_files(
        folder / "raw",
        {
            "ada/runs.csv": runs_csv(FIRST, KILOMETRES),
            "ada/strength.csv": strength_csv(CALF),
            "ben/runs.csv": runs_csv(FIRST, KILOMETRES),
            "ben/strength.csv": strength_csv(CALF),
        },
    )
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(validation, "run_suites", lambda *_: [])
        nights = [tables_over(raw, folder / "var", DAY), tables_over(raw, folder / "var", DAY)]
        write_files(
            raw,
            {
                "ada/late.csv": "started_at,distance_km,moving_time\n2026-09-20T06:00,9,45:00\n",
                "ada/runs.csv": runs_csv(FIRST, [*KILOMETRES, None, 5.0]),  # of 25 September
                "ben/strength.csv": strength_csv(dict(list(CALF.items())[:-1])),
            },
        )
        nights.append(tables_over(raw, folder / "var", NEXT_DAY))
        settings = nights[0].settings
        write_files(raw, {"ben/late.csv": "started_at,distance_km,moving_time\n2026-09-21T06:00,9,45:00\n"})
        with pytest.MonkeyPatch.context() as kill, pytest.raises(Killed):
            kill.setattr(nightly, "publish", killed)
            nightly.run_night(settings, NEXT_DAY)
        with database.reader(database.memory_path(settings.warehouse)) as connection:
            remembered = [
                name for (name,) in connection.execute("select distinct night from raw.changes order by all").fetchall()
            ]
        database.memory_path(settings.warehouse).unlink()
        (raw / "ben/late.csv").unlink()
        patch.setattr(changes, "MOST_ROWS", 3)
        nights.append(tables_over(raw, folder / "var", NEXT_DAY, rules={"spike_active_days": "3"}))
    yield Lived(nights[-1], [night.outcome.night for night in nights], remembered)


def rows_of(lived: Lived, night: int, table: str) -> dict[str, dict[str, Any]]:
    (promised,) = (one for one in contract.tables("marts") if one.name == f"marts.{table}")
    path = publication.night_path(lived.night.settings.warehouse, lived.published[night])
    with database.reader(path) as connection:
        rows = database.rows(connection, f"from marts.{table}")
    rows = [row for row in rows if table != "flags" or row["state"] == "raised"]
    return {json.dumps([str(row[name]) for name in promised.key or ()]): row for row in rows}


def test_what_is_listed_is_what_differs_between_the_two_published_files(lived: Lived) -> None:
    """Row by row in Python, over the two files."""
    wanted: dict[str, dict[str, list[str]]] = {}
    for table in ("athlete_status", "runs", "strength_sets", "flags"):
        before, now = rows_of(lived, 1, table), rows_of(lived, 2, table)
        wanted[f"marts.{table}"] = {
            f"{change} {key}": columns
            for key in before.keys() | now.keys()
            for change, columns in [difference(before.get(key), now.get(key))]
            if change
        }
    told: dict[str, dict[str, list[str]]] = {name: {} for name in wanted}
    for row in lived.listed(2):
        key = json.dumps(list(map(str, json.loads(row["row_key"]).values())))
        told[row["table_name"]][f"{row['change']} {key}"] = row["changed_columns"] or []
        assert (row["because"], row["since_night"], row["row_count"]) == ("data", lived.published[1], 1)
    assert told == wanted


def difference(before: dict[str, Any] | None, now: dict[str, Any] | None) -> tuple[str, list[str]]:
    if before is None or now is None:
        return "added" if before is None else "removed", []
    columns = sorted(name for name in now.keys() - SKIPPED if before[name] != now[name])
    return "changed" if columns else "", columns


def test_news_are_listed_and_a_longer_log_changes_no_row_that_it_had(lived: Lived) -> None:
    listed = lived.listed(2)
    runs = [(row["change"], row["athlete_id"], str(row["row_date"])) for row in listed if row["table_name"] == "marts.runs"]
    assert sorted(one for one in runs if one[0] != "changed") == [("added", "ada", "2026-09-20"), ("added", "ada", "2026-09-25")]
    # What the late run changes is the longest run before those after it.
    assert {day for change, _, day in runs if change == "changed"} <= {"2026-09-22", "2026-09-23", "2026-09-24", "2026-09-25"}
    sets = [
        (row["change"], row["athlete_id"], str(row["row_date"])) for row in listed if row["table_name"] == "marts.strength_sets"
    ]
    assert [one for one in sets if one[0] == "removed"] == [
        ("removed", "ben", "2026-09-21")
    ] * 6  # two exercises, three sets each
    statuses = [
        (row["athlete_id"], str(row["row_date"]))
        for row in listed
        if row["table_name"] == "marts.athlete_status" and row["change"] == "added"
    ]
    assert statuses == [("ada", NEXT_DAY), ("ben", NEXT_DAY)]


def test_the_question_of_the_last_night_sums_up_what_that_night_changed(lived: Lived) -> None:
    asked = (questions.ANALYSES / "what_changed_last_night.sql").read_text(encoding="utf-8")
    with database.reader(publication.night_path(lived.night.settings.warehouse, lived.published[2])) as connection:
        told = {
            (row["table_name"], row["change"], row["athlete_id"]): (row["changed_rows"], row["first_date"], row["last_date"])
            for row in database.rows(connection, asked)
        }
    assert told["marts.runs", "added", "ada"] == (2, date(2026, 9, 20), date(2026, 9, 25))
    assert told["marts.strength_sets", "removed", "ben"] == (6, date(2026, 9, 21), date(2026, 9, 21))
    assert not {athlete for table, _, athlete in told if table == "marts.runs"} - {"ada"}


def test_a_night_without_news_lists_nothing_and_the_first_says_that_there_was_none_before(lived: Lived) -> None:
    assert lived.listed(1) == []
    first = {row["table_name"]: row for row in lived.listed(0)}
    assert {(row["change"], row["because"], row["since_night"]) for row in first.values()} == {("many", "no earlier night", None)}
    assert first["marts.runs"]["row_count"] == 2 * sum(1 for distance in KILOMETRES if distance)
    assert first["marts.strength_sets"]["row_count"] == 2 * len(CALF) * 6


def test_a_night_that_was_built_only_leaves_nothing_and_a_lost_memory_is_restored(lived: Lived) -> None:
    first, _, third, last = lived.published
    assert lived.remembered_before_the_loss == [first, third]
    assert [row["night"] for row in lived.night.rows("select distinct night from ops.changes order by night")] == [
        first,
        third,
        last,
    ]
    with database.reader(database.memory_path(lived.night.settings.warehouse)) as connection:
        nights = connection.execute("select distinct night from raw.changes order by night").fetchall()
    assert nights == [(first,), (third,), (last,)]


def test_where_too_many_rows_change_one_row_tells_how_many_and_why(lived: Lived) -> None:
    listed = lived.listed(3)
    assert {row["because"] for row in listed} == {"rules"}
    before, now = rows_of(lived, 2, "flags"), rows_of(lived, 3, "flags")
    number = sum(bool(difference(before.get(key), now.get(key))[0]) for key in before.keys() | now.keys())
    assert number > 3
    (flags,) = [row for row in listed if row["table_name"] == "marts.flags"]
    assert (flags["change"], flags["row_key"], flags["row_count"]) == ("many", None, number)


def test_only_the_newest_nights_are_kept(tmp_path: Path) -> None:
    with database.writer(tmp_path / "some.duckdb") as connection:
        connection.execute("create schema raw; create table raw.nights (night text, number bigint)")
        connection.execute("create table raw.changes (night text)")
        connection.execute("insert into raw.nights select 'n' || range, range from range(40)")
        connection.execute("insert into raw.changes select 'n' || (range // 2) from range(80)")
        connection.execute(changes.FORGET_OLD.format(nights=3))
        assert connection.execute("select night from raw.changes order by all").fetchall() == [
            (f"n{one}",) for one in (37, 37, 38, 38, 39, 39)
        ]
