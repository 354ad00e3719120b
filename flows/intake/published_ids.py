"""Ids of runs and sessions that were ever published stay in the import memory: an old one can be asked for the new one."""

from __future__ import annotations

from datetime import date
from pathlib import Path

from flows.state import database


def remember_ids(work: Path, memory: Path, as_of: date) -> dict[str, int]:
    """Keep what each of tonight's ids stands for, and note since which as-of date others are gone. Returns how many of each.

    An id that is gone keeps the recordings that it stood for last. A night that looks from an earlier day lets no later run go.
    """
    with database.writer(memory) as connection:
        connection.execute(f"attach {database.quoted(work)} as work (read_only)")
        connection.execute("create temp table tonight as from work.activities.published_ids")
        connection.execute("create temp table aside as select athlete_id from work.staging.set_aside")
        connection.execute("detach work")
        connection.execute("begin")
        connection.execute(
            """
            delete from raw.published_ids
            where (kind, id) in (select (kind, id) from tonight)
                and (kind, id, file_id, place, started_at, recording_rank) not in (
                    select (kind, id, file_id, place, started_at, recording_rank) from tonight
                )
            """
        )
        connection.execute(
            """
            insert into raw.published_ids by name
            from tonight anti join raw.published_ids using (kind, id, athlete_id, file_id, place)
            """
        )
        connection.execute(
            """
            update raw.published_ids set gone_date = null
            where gone_date is not null and (kind, id) in (select (kind, id) from tonight)
            """
        )
        connection.execute(
            """
            update raw.published_ids set gone_date = $as_of
            where gone_date is null and cast(started_at as date) <= $as_of
                and (kind, id) not in (select (kind, id) from tonight)
                and athlete_id not in (select athlete_id from aside) -- tonight nobody looked
            """,
            {"as_of": as_of},
        )
        connection.execute("commit")
        ids = dict(
            connection.execute(
                "select gone_date is null, count(distinct (kind, id)) from raw.published_ids group by gone_date is null"
            ).fetchall()
        )
    return {"ids": ids.get(True, 0), "former_ids": ids.get(False, 0)}
