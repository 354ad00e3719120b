"""Publishing: one symlink swap, read-only files, readers and nights never in each other's way."""

from __future__ import annotations

import stat
import subprocess
import sys
from datetime import date
from pathlib import Path

import duckdb
import pytest

from flows.models import layers, seeds
from flows.settings import Settings
from flows.state import database, publication
from tests.conftest import PROJECT
from tests.lib.squads import night_over, runs_csv, write_files


def publish(published: Path, number: int, night: str) -> Path:
    """A warehouse that holds one number, published under the night's name."""
    work, site = database.work_path(published), published.with_name(f"{published.stem}-site")
    with database.writer(work) as connection:
        connection.execute(f"create table numbers as select {number} as number")
    pages = published.with_name("pages")
    (pages / "athletes").mkdir(parents=True)
    (pages / "athletes/ada.html").write_text(str(number))
    publication.publish(Settings(warehouse=published, site=site), work, pages, night)
    return publication.night_path(published, night)


def number_in(published: Path) -> int:
    with database.reader(published) as connection:
        return int(database.scalar(connection, "select number from numbers"))


def test_the_published_path_is_a_link_to_a_read_only_file(tmp_path: Path) -> None:
    published = tmp_path / "warehouse.duckdb"
    sealed = publish(published, 1, "20260101T020000Z")
    assert published.is_symlink()
    assert published.resolve() == sealed.resolve()
    assert published.readlink() == Path(sealed.name), "a relative link survives a move of the folder"
    assert stat.S_IMODE(sealed.stat().st_mode) == 0o440
    assert not database.work_path(published).exists()


def test_another_program_opens_it_read_only(tmp_path: Path) -> None:
    published = tmp_path / "warehouse.duckdb"
    publish(published, 7, "20260101T020000Z")
    script = f"import duckdb; print(duckdb.connect({str(published)!r}, read_only=True).execute('from numbers').fetchall())"
    child = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert child.stdout.strip() == "[(7,)]"


def test_an_older_duckdb_can_read_the_format(tmp_path: Path) -> None:
    publish(tmp_path / "warehouse.duckdb", 1, "20260101T020000Z")
    with database.reader(tmp_path / "warehouse.duckdb") as connection:
        tags = database.scalar(connection, "select tags from duckdb_databases() where database_name like 'warehouse%'")
    # DuckDB writes "v1.2.0+" for what every client from 1.2.0 on can open.
    assert tags["storage_version"].startswith("v1.2.0")


def test_a_reader_keeps_its_rows_while_a_new_night_is_published_and_the_next_reader_sees_the_new(tmp_path: Path) -> None:
    published = tmp_path / "warehouse.duckdb"
    publish(published, 1, "20260101T020000Z")
    script = f"""
import sys
import duckdb
connection = duckdb.connect({str(published)!r}, read_only=True)
print(connection.execute("from numbers").fetchone()[0], flush=True)
sys.stdin.readline()
print(connection.execute("from numbers").fetchone()[0], flush=True)
"""
    analyst = subprocess.Popen([sys.executable, "-c", script], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    assert analyst.stdin
    assert analyst.stdout
    assert analyst.stdout.readline() == "1\n"
    publish(published, 2, "20260102T020000Z")
    assert number_in(published) == 2
    answer, _ = analyst.communicate("go on\n", timeout=30)
    assert answer == "1\n"


def test_a_log_left_by_a_writer_who_died_never_reaches_readers_of_the_next_night(tmp_path: Path) -> None:
    published = tmp_path / "warehouse.duckdb"
    publish(published, 1, "20260101T020000Z")
    published.resolve().chmod(0o644)  # root may write all the same; this is the analyst who made it writable
    script = f"""
import os
import duckdb
connection = duckdb.connect({str(published)!r})
connection.execute("insert into numbers values (666)")
print("written", flush=True)
os._exit(1)
"""
    child = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=False)
    assert "written" in child.stdout
    assert list(tmp_path.glob("*.wal")), "the write-ahead log that this test is about"
    publish(published, 2, "20260102T020000Z")
    with database.reader(published) as connection:
        assert connection.execute("from numbers").fetchall() == [(2,)]
    assert not Path(f"{published}.wal").exists()


def test_a_real_file_in_the_way_is_never_replaced(tmp_path: Path) -> None:
    link = tmp_path / "warehouse.duckdb"
    link.write_text("somebody's own")
    (tmp_path / "new.duckdb").touch()
    with pytest.raises(FileExistsError, match=r"warehouse\.duckdb is not a link of ours"):
        publication.point(link, tmp_path / "new.duckdb")
    assert link.read_text() == "somebody's own"


def test_a_link_is_swapped_although_a_killed_night_left_its_half(tmp_path: Path) -> None:
    (tmp_path / ".site.new").symlink_to("site-of-a-killed-night")
    (tmp_path / "site-1").mkdir()
    publication.point(tmp_path / "site", tmp_path / "site-1")
    assert (tmp_path / "site").readlink() == Path("site-1")


def test_the_newest_nights_are_kept_and_others_of_the_folder_are_left_alone(tmp_path: Path) -> None:
    published = tmp_path / "warehouse.duckdb"
    for day in (1, 2, 3, 4):
        publish(published, day, f"2026010{day}T020000Z")
    foreign = [
        tmp_path / "warehouse-memory.duckdb",
        tmp_path / "warehouse-mine.duckdb",
        tmp_path / "other-20260101T020000Z.duckdb",
    ]
    for path in foreign:
        path.touch()
    publication.prune(published, keep=2)
    kept = sorted(path.name for path in tmp_path.glob("warehouse-2*.duckdb"))
    assert kept == ["warehouse-20260103T020000Z.duckdb", "warehouse-20260104T020000Z.duckdb"]
    assert all(path.exists() for path in foreign)
    assert number_in(published) == 4


def test_the_published_night_is_kept_although_newer_ones_lie_beside_it(tmp_path: Path) -> None:
    published = tmp_path / "warehouse.duckdb"
    first = publish(published, 1, "20260101T020000Z")
    for day in (2, 3):
        publish(published, day, f"2026010{day}T020000Z")
    publication.point(published, first)
    publication.prune(published, keep=1)
    assert number_in(published) == 1


def test_two_warehouses_in_one_folder_share_nothing(tmp_path: Path) -> None:
    club, school = tmp_path / "club.duckdb", tmp_path / "club-school.duckdb"
    publish(club, 1, "20260101T020000Z")
    publish(school, 2, "20260101T020000Z")
    publish(school, 3, "20260102T020000Z")
    assert database.memory_path(club) != database.memory_path(school)
    publication.prune(club, keep=1)
    assert (number_in(club), number_in(school)) == (1, 3)
    assert len(list(tmp_path.glob("club-school-2*.duckdb"))) == 2


def test_a_reader_of_nothing_is_told_what_to_run(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError, match="tendonwatch nightly"), database.reader(tmp_path / "warehouse.duckdb"):
        pass


def test_nothing_is_ever_fetched_from_the_network_and_the_clock_is_utc(tmp_path: Path) -> None:
    publish(tmp_path / "warehouse.duckdb", 1, "20260101T020000Z")
    with database.reader(tmp_path / "warehouse.duckdb") as connection:
        assert database.scalar(connection, "select current_setting('autoinstall_known_extensions')") is False
        assert database.scalar(connection, "select current_setting('TimeZone')") == "UTC"


def test_models_are_built_after_those_they_read(tmp_path: Path) -> None:
    with duckdb.connect() as connection:
        order = layers.model_order(connection, "activities")
    chain = ["recordings", "recording_pairs", "run_recordings", "runs"]
    assert sorted(chain, key=order.index) == chain


def test_a_select_tells_which_tables_it_reads() -> None:
    with duckdb.connect() as connection:
        read = layers.tables_read(
            connection,
            "with a as (from raw.runs) select * from a join staging.athletes using (athlete_id) "
            "where x in (select y from seeds.rules) -- from raw.marks",
        )
    assert read == {("raw", "runs"), ("staging", "athletes"), ("seeds", "rules")}


def test_a_rule_that_does_not_exist_cannot_be_overridden(tmp_path: Path) -> None:
    with pytest.raises(KeyError, match="acwr_hihg"):
        seeds.load_seeds(prepared(tmp_path), "UTC", {"acwr_hihg": "2"})


def test_the_ruleset_version_changes_with_a_rule_and_only_then(tmp_path: Path) -> None:
    def version(overrides: dict[str, str] | None) -> str:
        work = prepared(tmp_path)
        seeds.load_seeds(work, "UTC", overrides)
        with database.reader(work) as connection:
            return str(database.scalar(connection, "select ruleset_version from seeds.night"))

    assert version(None) == version(None)
    assert version({"acwr_high": "1.6"}) not in (version(None), version({"acwr_high": "1.7"}))


def prepared(folder: Path) -> Path:
    """A work file with the schemas of a night and empty raw tables."""
    work = folder / "work.duckdb"
    database.discard(work)
    with database.writer(work) as connection:
        connection.execute("create schema seeds; create schema staging")
        connection.execute((PROJECT / "sql" / "raw.sql").read_text(encoding="utf-8"))
    return work


def test_no_model_reads_a_clock() -> None:
    for path in (PROJECT / "sql").rglob("*.sql"):
        words = path.read_text(encoding="utf-8").lower()
        assert not any(
            word in words for word in ("now()", "current_date", "current_timestamp", "random()", "uuid()", "today()")
        ), path


def test_files_of_a_published_site_are_read_only_and_the_link_is_swapped(tmp_path: Path) -> None:
    for number, night in [(1, "20260101T020000Z"), (2, "20260102T020000Z")]:
        publish(tmp_path / "warehouse.duckdb", number, night)
    site = tmp_path / "warehouse-site"
    page = site / "athletes/ada.html"
    assert page.read_text() == "2"
    assert stat.S_IMODE(page.stat().st_mode) == 0o440
    assert (tmp_path / "warehouse-site-20260101T020000Z/athletes/ada.html").read_text() == "1"
    publication.prune(site, keep=1)
    assert sorted(path.name for path in tmp_path.glob("*site*")) == ["warehouse-site", "warehouse-site-20260102T020000Z"]


def test_a_folder_in_the_way_of_the_pages_leaves_the_warehouse_unpublished_too(tmp_path):
    raw = write_files(tmp_path / "raw", {"ada/runs.csv": runs_csv(date(2026, 6, 1), [5.0])})
    first = night_over(raw, tmp_path / "out", as_of="2026-06-10")
    published = first.warehouse.readlink()
    first.site.unlink()
    first.site.mkdir()
    with pytest.raises(FileExistsError, match="not a link of ours"):
        night_over(raw, tmp_path / "out", as_of="2026-06-11")
    assert first.warehouse.readlink() == published


FULL_DISK = """
import resource, signal, sys
from pathlib import Path
from flows.models.published import keep_published
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
resource.setrlimit(resource.RLIMIT_FSIZE, (int(sys.argv[2]), resource.RLIM_INFINITY))
keep_published(Path(sys.argv[1]))
"""


@pytest.mark.parametrize("most_bytes", [20_000, 300_000, 600_000])
def test_a_disk_that_fills_as_the_published_tables_are_copied_loses_none(tmp_path: Path, most_bytes: int) -> None:
    work = tmp_path / "w-work.duckdb"
    with database.writer(work) as connection:
        connection.execute("create schema raw; create schema seeds; create schema marts; create schema ops")
        connection.execute("create table marts.runs as select range as number, md5(range::text) as text from range(40_000)")
    copied = subprocess.run(
        [sys.executable, "-c", FULL_DISK, str(work), str(most_bytes)], cwd=PROJECT, capture_output=True, text=True, check=False
    )
    assert copied.returncode != 0, copied.stderr
    with database.writer(work) as connection:
        assert database.scalar(connection, "select count(*) from marts.runs") == 40_000
