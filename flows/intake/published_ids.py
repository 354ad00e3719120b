"""Keeps every published run and session id in the import memory, so that an old id can be mapped to the new one."""

from __future__ import annotations

from datetime import date
from pathlib import Path

from flows.state import database


def remember_ids(work: Path, memory: Path, as_of: date) -> dict[str, int]:
    """Store what each of tonight's ids stands for, and since which as-of date other ids are gone. Returns how many of each.

    An id that is gone keeps its last recordings. A night with an earlier as-of date does not mark later runs as gone.
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
