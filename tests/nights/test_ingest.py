"""Files over several nights: known by content, replaced, moved, gone, refused, mended; nothing is lost or counted twice."""

from __future__ import annotations

import hashlib
import os
import subprocess
import sys
import tempfile
import unicodedata
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from pathlib import Path, PosixPath
from typing import Any

import pytest

from flows.intake import ingest, parse, verbs
from flows.intake.contents import Job
from flows.intake.jobs import parse_all
from flows.state import database
from tests.conftest import PROJECT
from tests.lib.squads import Night, night_over, runs_csv, strength_csv, tables_over, write_files
from tests.unit.readers import fit_builder

DAY = date(2026, 9, 1)
AS_OF = "2026-09-30"
HEADER = "started_at,distance_km,moving_time"
PDF = b"%PDF-1.7\n1 0 obj\n" + bytes(200)


@dataclass(frozen=True)
class Seen:
    """What one night said, kept beyond the next night."""

    night: Night
    files: dict[str, dict[str, Any]]  # path -> row of ops.files, the newest content of the path
    states: list[tuple[str, str]]  # every (path, state)
    kilometres: dict[str, list[float]]  # athlete -> distances of marts.runs, ordered
    rows: list[dict[str, Any]]  # ops.quarantined_rows
    reasons: dict[tuple[str, str], str]  # (path, state) -> reason

    @property
    def parsed(self) -> int:
        return self.night.outcome.files_parsed

    @property
    def exit_code(self) -> int:
        return self.night.outcome.exit_code

    def state(self, path: str) -> str:
        return self.files[path]["state"]

    def states_of(self, path: str) -> list[str]:
        return [state for one, state in self.states if one == path]


def look(night: Night) -> Seen:
    files = night.rows("from ops.files order by state = 'superseded' desc")
    runs = night.rows("select athlete_id, distance_m / 1000 as km from marts.runs order by athlete_id, km")
    kilometres: dict[str, list[float]] = {}
    for run in runs:
        kilometres.setdefault(run["athlete_id"], []).append(run["km"])
    return Seen(
        night,
        {file["path"]: file for file in files},
        sorted((file["path"], file["state"]) for file in files),
        kilometres,
        night.rows("from ops.quarantined_rows"),
        {(file["path"], file["state"]): file["reason"] for file in files},
    )


def one_run(kilometres: float) -> str:
    return runs_csv(DAY, [kilometres])


def everything(path: Path, schemas: tuple[str, ...] = ("marts", "staging")) -> dict[str, list[tuple[Any, ...]]]:
    """Every table of these schemas, whole, in an order that its rows alone decide."""
    with database.reader(path) as connection:
        names = connection.execute(
            "select schema_name || '.' || table_name from duckdb_tables() where list_contains(?, schema_name)", [list(schemas)]
        ).fetchall()
        return {name: connection.execute(f"from {name} order by all").fetchall() for (name,) in names}


# ---------------------------------------------------------------- four nights over one folder


@pytest.fixture(scope="module")
def nights(tmp_path_factory: pytest.TempPathFactory) -> list[Seen]:
    """[first, after changes, after forget, read again in full]; see each test for what changes between them."""
    folder = tmp_path_factory.mktemp("nights")
    raw = write_files(
        folder / "raw",
        {
            "squad.csv": "athlete_id,name\nada,Ada\n",
            "demo.toml": 'as_of = "2026-09-30"\n',
            ".DS_Store": b"\0\0\0\1Bud1",
            "ada/Thumbs.db": b"\xd0\xcf\x11\xe0",
            "ada/README.md": "my logs",
            "ada/runs.csv": runs_csv(DAY, [5, 6]),
            "ben/runs.csv": one_run(7),
            "cleo/runs.csv": one_run(8),
            "dan/runs.csv": one_run(9),
            "finn/a.csv": one_run(10),
            "finn/b.csv": one_run(10),
            "gus/c.csv": one_run(10),
            "hal/run.fit": b"",
            "hal/plan.fit": PDF,
            unicodedata.normalize("NFD", "noël o'wright 🏃/löpning.csv"): one_run(11),
        },
    )
    seen = [look(tables_over(raw, folder))]

    write_files(raw, {"ada/runs.csv": runs_csv(DAY, [5, 6, 7])})
    (raw / "ben/runs.csv").unlink()
    (raw / "cleo/2026").mkdir()
    (raw / "cleo/runs.csv").rename(raw / "cleo/2026/september.csv")
    (raw / "eve").mkdir()
    (raw / "dan/runs.csv").rename(raw / "eve/runs.csv")
    seen.append(look(tables_over(raw, folder)))

    assert verbs.forget(database.memory_path(seen[0].night.warehouse), "ben/runs.csv")
    seen.append(look(tables_over(raw, folder)))
    seen.append(look(tables_over(raw, folder, full=True)))
    return seen


def test_the_first_night_reads_every_content_of_each_athlete_once(nights: list[Seen]) -> None:
    # ada 1, ben 1, cleo 1, dan 1, finn 1 (twice the same), gus 1, hal 2, noël 1
    assert nights[0].parsed == 9


def test_each_athlete_gets_a_content_that_lies_in_two_folders(nights: list[Seen]) -> None:
    assert nights[0].kilometres["finn"] == [10]
    assert nights[0].kilometres["gus"] == [10]
    assert nights[0].state("gus/c.csv") == "loaded"


def test_the_second_path_of_a_content_is_a_duplicate_that_names_the_first(nights: list[Seen]) -> None:
    assert nights[0].state("finn/a.csv") == "loaded"
    assert nights[0].state("finn/b.csv") == "duplicate"
    assert "finn/a.csv" in nights[0].files["finn/b.csv"]["reason"]


def test_refused_files_say_why_and_what_to_do_and_the_night_says_so_in_its_exit_code(nights: list[Seen]) -> None:
    for path in ("hal/run.fit", "hal/plan.fit"):
        file = nights[0].files[path]
        assert (file["state"], bool(file["reason"]), bool(file["remedy"])) == ("quarantined", True, True)
    assert "empty" in nights[0].files["hal/run.fit"]["reason"]
    assert "PDF" in nights[0].files["hal/plan.fit"]["reason"]
    assert nights[0].exit_code == 3
    assert nights[0].night.outcome.refused_files == 2


def test_a_folder_name_with_spaces_accents_an_apostrophe_and_an_emoji_is_an_athlete_in_composed_letters(
    nights: list[Seen],
) -> None:
    assert nights[0].kilometres[unicodedata.normalize("NFC", "noël o'wright 🏃")] == [11]


def test_configuration_is_no_log_and_system_files_are_ignored(nights: list[Seen]) -> None:
    assert "demo.toml" not in nights[0].files
    assert nights[0].state("squad.csv") == "loaded"
    for path in (".DS_Store", "ada/Thumbs.db", "ada/README.md"):
        assert (nights[0].state(path), bool(nights[0].files[path]["reason"])) == ("ignored", True)


def test_a_grown_file_replaces_what_its_path_said_before(nights: list[Seen]) -> None:
    assert nights[0].kilometres["ada"] == [5, 6]
    assert nights[1].kilometres["ada"] == [5, 6, 7]
    assert ("ada/runs.csv", "superseded") in nights[1].states
    assert ("ada/runs.csv", "loaded") in nights[1].states


def test_what_a_vanished_file_said_stays_counted_until_it_is_forgotten(nights: list[Seen]) -> None:
    missing = nights[1].files["ben/runs.csv"]
    assert (missing["state"], nights[1].kilometres["ben"]) == ("missing", [7])
    assert "forget" in missing["remedy"]
    assert "ben/runs.csv" not in nights[2].files
    assert "ben" not in nights[2].kilometres


def test_a_missing_file_alone_does_not_mark_the_night(nights: list[Seen]) -> None:
    assert nights[1].night.outcome.refused_files == nights[0].night.outcome.refused_files


def test_a_moved_file_is_known_by_its_content_and_not_read_again(nights: list[Seen]) -> None:
    # Read in the second night: ada's grown file, and what came to eve, whose it was not.
    assert nights[1].parsed == 2
    assert nights[1].state("cleo/2026/september.csv") == "loaded"
    assert "cleo/runs.csv" not in nights[1].files
    assert nights[1].kilometres["cleo"] == [8]


def test_a_file_moved_to_another_athlete_takes_its_run_along(nights: list[Seen]) -> None:
    assert nights[1].kilometres["eve"] == [9]
    assert "dan" not in nights[1].kilometres
    assert "dan/runs.csv" not in nights[1].files


def test_an_unchanged_folder_is_not_read_again(nights: list[Seen]) -> None:
    assert nights[2].parsed == 0
    assert nights[2].night.outcome.files_seen == nights[1].night.outcome.files_seen


def test_a_full_night_reads_everything_again_and_comes_to_equal_tables(nights: list[Seen]) -> None:
    assert nights[3].parsed == nights[0].parsed - 1  # ben's is forgotten, dan's is eve's
    assert everything(nights[2].night.outcome.warehouse) == everything(nights[3].night.outcome.warehouse)


def test_every_content_is_in_raw_once_whatever_happened_to_its_path(nights: list[Seen]) -> None:
    last = nights[3].night
    assert last.value("select count(*) from raw.runs") == sum(map(len, nights[3].kilometres.values()))
    assert last.rows("select athlete_id, file_id from raw.runs group by all having count(*) > 3") == []


@pytest.mark.parametrize(
    ("table", "grain"),
    [
        ("paths", "path, file_id"),
        ("contents", "athlete_id, file_id"),
        ("athletes", "athlete_id"),
        ("nights", "night"),
        ("memory", "key"),
    ],
)
def test_the_memory_keeps_one_row_for_each(nights: list[Seen], table: str, grain: str) -> None:
    for seen in nights:
        with database.reader(seen.night.outcome.warehouse) as connection:
            assert database.rows(connection, f"select {grain}, count(*) from raw.{table} group by all having count(*) > 1") == []
            assert database.scalar(connection, f"select count(*) from raw.{table}")


# ---------------------------------------------------------------- smaller stories, each of runners of its own

QUOTED = "o'hara; drop table raw.paths --/\"my\" run's.csv"
FOR_NOBODY = {"all-runs.csv": ["row 4"], "kim/more.csv": ["row 3"], "nameless.csv": ["row 2"]}
REFUSED_AT_FIRST = (*FOR_NOBODY, "odd/odd.csv", "copy.csv", "february/runs.csv")


@pytest.fixture(scope="module")
def stories(tmp_path_factory: pytest.TempPathFactory) -> list[Seen]:
    """Five nights. What the first refuses is acknowledged after it, so that later exit codes are of what came since."""
    folder = tmp_path_factory.mktemp("stories")
    zoe = unicodedata.normalize("NFD", "zoë")
    log = runs_csv(date(2026, 6, 1), [5.0, 6.0])
    raw = write_files(
        folder / "raw",
        {
            "back/runs.csv": one_run(5),
            "mended/runs.csv": one_run(4),
            "forgotten/runs.csv": one_run(5),
            "eve/runs.csv": one_run(3),
            "all-runs.csv": f"athlete_id,{HEADER}\nkim,2026-09-01T12:00,5,25:00\nlou,2026-09-01T12:00,6,30:00\n"
            ",2026-09-02T12:00,7,35:00\n",
            "nameless.csv": one_run(8),
            "kim/more.csv": f"athlete_id,{HEADER}\nkim,2026-09-03T12:00,9,45:00\nlou,2026-09-03T12:00,10,50:00\n",
            "squad.csv": f"athlete_id,name\n{zoe},Zoë\n",
            "runs.csv": f"athlete_id,{HEADER}\n{zoe},2026-09-01T12:00,5,25:00\n",
            "zoë/runs.csv": f"athlete_id,{HEADER}\n{zoe},2026-09-02T12:00,6,30:00\n",
            "odd/odd.csv": one_run(5),
            "odd/runs.csv": one_run(6),
            "copy.csv": log,
            "twice/runs.csv": log,
            "february/runs.csv": f"{HEADER}\n2026-09-01T12:00,5,25:00\n2026-02-30T12:00,5,25:00\n",
            QUOTED: one_run(5),
        },
    )
    read = parse.read_content

    def read_or_break(name: str, data: bytes, *about: Any) -> Any:
        return 1 / 0 if name == "odd.csv" else read(name, data, *about)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(parse, "read_content", read_or_break)
        seen = [look(tables_over(raw, folder, AS_OF))]
        memory = database.memory_path(seen[0].night.warehouse)
        for path in REFUSED_AT_FIRST:
            assert verbs.acknowledge(memory, path), path

        write_files(raw, {"back/runs.csv": one_run(6), "mended/runs.csv": "when,how far\n"})
        (raw / "forgotten/runs.csv").unlink()
        (raw / "copy.csv").unlink()
        seen.append(look(tables_over(raw, folder, AS_OF)))

        assert verbs.forget(memory, "forgotten/runs.csv")
        write_files(raw, {"back/runs.csv": one_run(5), "forgotten/runs.csv": one_run(5)})
        seen.append(look(tables_over(raw, folder, AS_OF)))

        seen.append(look(tables_over(raw, folder, AS_OF, full=True)))

        write_files(raw, {"mended/runs.csv": one_run(7)})
        seen.append(look(tables_over(raw, folder, AS_OF)))
    return seen


def test_a_path_that_goes_back_to_an_old_content_counts_it_once(stories: list[Seen]) -> None:
    assert [seen.kilometres["back"] for seen in stories[:3]] == [[5], [6], [5]]
    assert stories[2].states_of("back/runs.csv") == ["loaded", "superseded"]


def test_a_log_whose_new_content_is_refused_goes_on_saying_what_it_said(stories: list[Seen]) -> None:
    for seen in stories[1:4]:  # the last of them read everything again
        assert seen.kilometres["mended"] == [4]
        assert seen.states_of("mended/runs.csv") == ["loaded", "quarantined"]
        assert (seen.exit_code, seen.night.outcome.refused_files) == (3, 1)
        assert "still counts" in seen.reasons["mended/runs.csv", "loaded"]
    assert stories[4].kilometres["mended"] == [7]
    assert stories[4].exit_code == 0


def test_a_forgotten_file_that_comes_back_is_counted_again(stories: list[Seen]) -> None:
    assert [seen.kilometres["forgotten"] for seen in stories[:3]] == [[5], [5], [5]]
    assert [seen.states_of("forgotten/runs.csv") for seen in stories[:3]] == [["loaded"], ["missing"], ["loaded"]]
    assert stories[2].kilometres["eve"] == [3]


def test_a_present_file_cannot_be_forgotten(tmp_path: Path) -> None:
    raw = write_files(tmp_path / "raw", {"ada/runs.csv": one_run(5)})
    memory = tmp_path / "memory.duckdb"
    ingest.import_files(raw, memory, workers=1)
    assert not verbs.forget(memory, "ada/runs.csv")
    assert not verbs.forget(memory, "ada/unheard-of.csv")


def test_logs_at_the_root_go_to_the_athletes_they_name_and_rows_for_nobody_are_refused(stories: list[Seen]) -> None:
    seen = stories[0]
    assert (seen.kilometres["kim"], seen.kilometres["lou"]) == ([5, 9], [6])
    refused = [row for row in seen.rows if row["path"] in FOR_NOBODY]
    assert {path: [row["place"] for row in refused if row["path"] == path] for path in FOR_NOBODY} == FOR_NOBODY
    assert all(row["reason"] and row["remedy"] for row in refused)
    assert seen.state("nameless.csv") == "quarantined"
    # Whole files: nameless.csv, copy.csv and odd.csv. Rows: one each of all-runs, more, nameless and february, two of copy.
    assert (seen.night.outcome.refused_files, seen.night.outcome.refused_rows) == (3, 6)
    assert seen.exit_code == 3


def test_an_athlete_is_one_person_however_her_accents_are_written(stories: list[Seen]) -> None:
    assert stories[0].kilometres["zoë"] == [5, 6]
    named = stories[0].night.rows("select athlete_id, name from marts.athletes")
    composed = [row for row in named if unicodedata.normalize("NFC", row["athlete_id"]) == "zoë"]
    assert composed == [{"athlete_id": "zoë", "name": "Zoë"}]


def test_a_file_that_breaks_its_reader_in_an_unforeseen_way_is_refused_and_the_night_goes_on(stories: list[Seen]) -> None:
    seen = stories[0]
    assert (seen.state("odd/odd.csv"), seen.exit_code) == ("quarantined", 3)
    assert "ZeroDivisionError" in seen.files["odd/odd.csv"]["reason"]
    assert seen.kilometres["odd"] == [6]


def test_the_same_log_at_the_root_and_in_a_folder_keeps_the_athletes_runs(stories: list[Seen]) -> None:
    assert (stories[0].state("twice/runs.csv"), stories[0].state("copy.csv")) == ("loaded", "quarantined")  # its rows name nobody
    assert [seen.kilometres["twice"] for seen in stories[:2]] == [[5, 6], [5, 6]]


def test_a_path_with_a_quotation_mark_or_an_sql_word_is_a_path_like_others(stories: list[Seen]) -> None:
    assert stories[0].state(QUOTED) == "loaded"
    assert stories[0].kilometres["o'hara; drop table raw.paths --"] == [5]


def test_an_acknowledged_file_with_refused_rows_gives_exit_code_0(stories: list[Seen]) -> None:
    (row,) = [row for row in stories[4].rows if row["path"] == "february/runs.csv"]
    assert (stories[4].exit_code, row["is_acknowledged"]) == (0, True)


class DeadlyPath(PosixPath):
    """A path whose reading kills the process, as a decoder in C may."""

    def open(self, *_: Any, **__: Any) -> Any:
        os._exit(139)


def test_a_file_that_kills_its_reader_is_refused_and_the_others_are_read(tmp_path: Path) -> None:
    def job(path: Path) -> Job:
        return Job("ada", hashlib.sha256(path.read_bytes()).hexdigest(), path, f"ada/{path.name}")

    write_files(tmp_path, {f"{number}.csv": one_run(number) for number in (1, 2, 3)})
    deadly = Job("ada", "deadly", DeadlyPath(tmp_path / "2.csv"), "ada/2.csv")
    jobs = [job(tmp_path / "1.csv"), deadly, job(tmp_path / "3.csv")]
    results = {parsed.file_id: parsed for parsed in parse_all(jobs, workers=2)}
    assert len(results) == 3
    assert results["deadly"].outcome == "quarantined"
    assert "killed" in (results["deadly"].reason or "")
    assert {parsed.outcome for file_id, parsed in results.items() if file_id != "deadly"} == {"loaded"}


def test_two_workers_read_what_one_reads(tmp_path: Path) -> None:
    files = {f"ada/{number}.csv": one_run(number) for number in range(1, 6)} | {"ben/run.fit": b"", "ben/plan.fit": PDF}
    raw = write_files(tmp_path / "raw", files)
    contents = []
    for workers in (1, 2):
        memory = tmp_path / f"memory-{workers}.duckdb"
        assert ingest.import_files(raw, memory, workers).files_parsed == 7
        with database.reader(memory) as connection:
            contents.append(
                {name: connection.execute(f"from raw.{name} order by all").fetchall() for name in ("contents", "runs")}
            )
    assert contents[0] == contents[1]


def test_what_a_replaced_log_said_is_kept_though_somebody_else_holds_the_same_content(tmp_path: Path) -> None:
    memory, both = tmp_path / "memory.duckdb", runs_csv(date(2026, 9, 10), [5])
    raw = write_files(tmp_path / "raw", {"ada/runs.csv": both, "ben/runs.csv": both})
    ingest.import_files(raw, memory, 1)
    (raw / "ada/runs.csv").write_text("nothing that is a log\n", encoding="utf-8")
    ingest.import_files(raw, memory, 1)
    ingest.import_files(raw, memory, 1, full=True)
    with database.reader(memory) as connection:
        loaded = connection.execute("select athlete_id from raw.contents where outcome = 'loaded' order by all").fetchall()
        assert loaded == [("ada",), ("ben",)]
        assert connection.execute("select athlete_id from raw.runs order by all").fetchall() == [("ada",), ("ben",)]


def test_a_file_that_changes_while_it_is_read_is_tried_again_the_next_night(tmp_path: Path) -> None:
    write_files(tmp_path, {"runs.csv": one_run(5)})
    parsed = parse.parse_file(Job("ada", hashlib.sha256(b"as it was").hexdigest(), tmp_path / "runs.csv", "ada/runs.csv"))
    assert parsed.outcome == "unreadable"
    assert "changed" in (parsed.reason or "")


@contextmanager
def plain_user() -> Iterator[None]:
    """Without root's right to read everything, where we have it."""
    if os.geteuid() != 0:
        yield
        return
    os.seteuid(65534)
    try:
        yield
    finally:
        os.seteuid(0)


def test_what_may_not_be_opened_is_refused_by_name_and_read_once_it_may_be() -> None:
    with plain_user(), tempfile.TemporaryDirectory() as folder:  # pytest's own folders are closed to other users
        raw = write_files(
            Path(folder) / "raw",
            {"ada/locked.csv": one_run(5), "ada/runs.csv": one_run(6), "ben/runs.csv": one_run(7), "cy/runs.csv": one_run(8)},
        )
        (raw / "cy/pointer.csv").symlink_to("nowhere.csv")
        os.mkfifo(raw / "cy/pipe.csv")
        (raw / "ada/locked.csv").chmod(0)
        (raw / "ben").chmod(0)
        memory = Path(folder) / "memory.duckdb"
        ingest.import_files(raw, memory, workers=1)
        closed = {"ada/locked.csv", "ben", "cy/pointer.csv", "cy/pipe.csv"}
        assert outcomes(memory) == dict.fromkeys(closed, "unreadable") | dict.fromkeys(["ada/runs.csv", "cy/runs.csv"], "loaded")

        (raw / "ada/locked.csv").chmod(0o644)
        (raw / "ben").chmod(0o755)
        (raw / "cy/pointer.csv").unlink()
        (raw / "cy/pipe.csv").unlink()
        assert ingest.import_files(raw, memory, workers=1).files_parsed == 2
        assert outcomes(memory) == dict.fromkeys(["ada/locked.csv", "ada/runs.csv", "ben/runs.csv", "cy/runs.csv"], "loaded")


def test_a_file_that_may_no_longer_be_opened_keeps_what_it_said() -> None:
    with plain_user(), tempfile.TemporaryDirectory() as folder:
        raw = write_files(Path(folder) / "raw", {"ada/runs.csv": one_run(5)})
        memory = Path(folder) / "memory.duckdb"
        ingest.import_files(raw, memory, workers=1)
        (raw / "ada/runs.csv").chmod(0)
        ingest.import_files(raw, memory, workers=1)
        with database.reader(memory) as connection:
            assert database.scalar(connection, "select summary_distance_m from raw.runs") == 5000


def outcomes(memory: Path) -> dict[str, str]:
    with database.reader(memory) as connection:
        return dict(
            connection.execute("select path, outcome from raw.paths join raw.contents using (athlete_id, file_id)").fetchall()
        )


# ---------------------------------------------------------------- refused, accepted, mended


def test_the_night_exits_3_until_what_was_refused_is_acknowledged_or_mended(tmp_path: Path) -> None:
    bad_row = f"{HEADER}\n2026-09-01T12:00,5,25:00\n2026-02-30T12:00,5,25:00\n"
    raw = write_files(tmp_path / "raw", {"ada/run.fit": b"", "ada/runs.csv": bad_row})
    first = tables_over(raw, tmp_path, AS_OF)
    memory = database.memory_path(first.warehouse)
    assert (first.outcome.exit_code, first.outcome.refused_files, first.outcome.refused_rows) == (3, 1, 1)

    assert verbs.acknowledge(memory, "ada/run.fit")
    still = tables_over(raw, tmp_path, AS_OF).outcome
    assert (still.exit_code, still.refused_files, still.refused_rows) == (3, 0, 1)

    write_files(raw, {"ada/runs.csv": bad_row.replace("02-30", "02-28")})
    mended = look(tables_over(raw, tmp_path, AS_OF))
    assert (mended.exit_code, mended.kilometres) == (0, {"ada": [5, 5]})
    assert mended.state("ada/run.fit") == "quarantined"
    assert mended.files["ada/run.fit"]["is_acknowledged"]

    write_files(raw, {"ada/run.fit": PDF})
    assert tables_over(raw, tmp_path, AS_OF).outcome.exit_code == 3, "other content at an acknowledged path is news"


def test_nothing_unknown_can_be_acknowledged(tmp_path: Path) -> None:
    memory = tmp_path / "memory.duckdb"
    ingest.import_files(write_files(tmp_path / "raw", {"ada/runs.csv": one_run(5)}), memory, workers=1)
    assert not verbs.acknowledge(memory, "ada/run.csv")


def test_retry_reads_refused_files_again_and_no_others(tmp_path: Path) -> None:
    raw = write_files(tmp_path / "raw", {"ada/a.fit": b"", "ada/b.fit": PDF, "ada/runs.csv": one_run(5)})
    memory = tmp_path / "memory.duckdb"
    ingest.import_files(raw, memory, workers=1)
    assert verbs.retry(memory, ["ada/b.fit", "ada/runs.csv"]) == ["ada/b.fit"]
    assert ingest.import_files(raw, memory, workers=1).files_parsed == 1
    assert verbs.retry(memory) == ["ada/a.fit", "ada/b.fit"]
    assert ingest.import_files(raw, memory, workers=1).files_parsed == 2


# ---------------------------------------------------------------- bad input, with the guards


def left_on(elapsed_s: float) -> bytes:
    """A run of ten minutes at 3 m/s whose watch was stopped much later."""
    *run, _ = fit_builder.even_run(seconds=600)
    total = fit_builder.session(0, elapsed_s, total_timer_time=600.0, total_distance=1800.0)
    return fit_builder.fit_file(fit_builder.file_id(), *run, total)


@pytest.fixture(scope="module")
def bad_input(tmp_path_factory: pytest.TempPathFactory) -> Seen:
    folder = tmp_path_factory.mktemp("bad")
    rows = f"{HEADER},avg_heart_rate_bpm,note\n2026-09-01T12:00,5,25:00,140,Sköna spår\n"
    raw = write_files(
        folder / "raw",
        {
            "good/runs.csv": one_run(5),
            "good/strength.csv": strength_csv({DAY: ["Single-leg calf raise"]}),
            "bom/runs.csv": b"\xef\xbb\xbf" + rows.encode(),
            "utf16/runs.csv": rows.encode("utf-16"),
            "latin1/runs.csv": rows.encode("latin-1"),
            "comma/runs.csv": f"{HEADER.replace(',', ';')}\n2026-09-01T12:00;5,25;26:15\n",
            "february/runs.csv": f"{HEADER}\n2026-02-30T12:00,5,25:00\n2026-09-01T12:00,6,30:00\n",
            "clock/runs.csv": f"{HEADER}\n1989-12-31T00:10,5,25:00\n2026-09-01T12:00,6,30:00\n",
            "heart/runs.csv": rows + "2026-09-02T12:00,6,30:00,900,\n",
            "negative/runs.csv": f"{HEADER}\n2026-09-01T12:00,-5,25:00\n2026-09-02T12:00,6,30:00\n",
            "left-on/run.fit": left_on(27 * 86400),
            "fast/runs.csv": f"{HEADER}\n2026-09-01T12:00,42,0:25:00\n2026-09-02T12:00,6,30:00\n",
            "empty/run.fit": b"",
            "pdf/run.fit": PDF,
        },
    )
    (raw / "bytes").mkdir()
    Path(os.fsdecode(bytes(raw / "bytes") + b"/l\xf6p.csv")).write_text(one_run(5), encoding="utf-8")
    (raw / "huge").mkdir()
    with (raw / "huge/run.fit").open("wb") as stream:
        stream.write(os.urandom(1 << 20))
        stream.truncate(200 << 20)
    return look(night_over(raw, folder, AS_OF, has_pages=False))


@pytest.mark.parametrize("athlete", ["bom", "utf16", "latin1"])
def test_a_csv_is_read_in_the_encodings_that_spreadsheets_write(bad_input: Seen, athlete: str) -> None:
    assert bad_input.kilometres[athlete] == [5]
    assert bad_input.night.value("select note from marts.runs where athlete_id = ?", athlete) == "Sköna spår"


def test_a_decimal_comma_between_semicolons_is_a_number(bad_input: Seen) -> None:
    assert bad_input.kilometres["comma"] == [5.25]


@pytest.mark.parametrize(
    ("athlete", "place", "word"),
    [
        ("february", "row 2", "2026-02-30"),
        ("clock", "row 2", "before 1990"),
        ("negative", "row 2", "500 km"),
        ("fast", "row 2", "9 m/s"),
    ],
)
def test_an_impossible_row_goes_to_quarantine_with_its_place_reason_and_remedy_and_the_others_stay(
    bad_input: Seen, athlete: str, place: str, word: str
) -> None:
    (row,) = [row for row in bad_input.rows if row["athlete_id"] == athlete]
    assert (row["path"], row["place"]) == (f"{athlete}/runs.csv", place)
    assert word in row["reason"]
    assert row["remedy"]
    assert row["row_text"]
    assert len(bad_input.kilometres[athlete]) == 1


@pytest.mark.parametrize(("athlete", "note"), [("left-on", "elapsed_dropped"), ("heart", "heart_rate_dropped")])
def test_an_impossible_value_that_no_run_needs_is_dropped_with_a_note_and_the_run_stays(
    bad_input: Seen, athlete: str, note: str
) -> None:
    assert [row for row in bad_input.rows if row["athlete_id"] == athlete] == []
    assert bad_input.night.value("select last(notes order by run_date) from marts.runs where athlete_id = ?", athlete) == [note]
    assert bad_input.kilometres[athlete][-1] in (1.8, 6)


@pytest.mark.parametrize("athlete", ["empty", "pdf", "huge"])
def test_a_file_that_is_no_log_is_refused_with_reason_and_remedy(bad_input: Seen, athlete: str) -> None:
    file = bad_input.files[f"{athlete}/run.fit"]
    assert (file["state"], bool(file["reason"]), bool(file["remedy"])) == ("quarantined", True, True)


def test_a_night_with_bad_input_ends_with_3_and_loses_nothing_else(bad_input: Seen) -> None:
    assert bad_input.exit_code == 3
    assert bad_input.night.outcome.refused_files == 3
    assert bad_input.kilometres["good"] == [5]
    assert bad_input.night.value("select count(*) from marts.strength_sets where athlete_id = 'good'") == 3
    assert bad_input.night.value("select count(*) from marts.athlete_status where load_date = date '2026-09-30'") == 15


def test_200_megabytes_of_garbage_cost_less_than_twice_their_size_in_memory(tmp_path: Path) -> None:
    with (tmp_path / "run.fit").open("wb") as stream:
        stream.write(os.urandom(1 << 20))
        stream.truncate(200 << 20)
    script = f"""
import hashlib, resource
from pathlib import Path
from flows.intake.contents import Job
from flows.intake.parse import parse_file
path = Path({str(tmp_path / "run.fit")!r})
before_kb = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
with path.open("rb") as stream:
    file_id = hashlib.file_digest(stream, "sha256").hexdigest()
assert parse_file(Job("ada", file_id, path, "ada/run.fit")).outcome == "quarantined"
print((resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before_kb) // 1024)
"""
    child = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True, cwd=PROJECT)
    assert int(child.stdout) < 400


def test_a_file_name_that_is_no_text_is_read_all_the_same(bad_input: Seen) -> None:
    assert bad_input.kilometres["bytes"] == [5]
    assert bad_input.night.value("select state from ops.files where path like 'bytes/l%p.csv'") == "loaded"
