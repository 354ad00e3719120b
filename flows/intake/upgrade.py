"""Brings rows of an older version up to date, because a file that is gone cannot be read again.

New columns are null in old rows (database.create_tables); they are filled here as far as the other columns allow.
"""

from __future__ import annotations

from flows.readers import sports
from flows.state import database

# table -> columns of the stated sport, of its sub-sport, and of its kind
SPORT_WORDS = {
    "runs": (("sport_stated", "sub_sport", "sport_kind"), ("sport_hint", "null", "hint_kind")),
    "named_files": (("sport_stated", "null", "sport_kind"),),
}


def fill_new_columns(connection: database.Connection) -> None:
    """Fill new columns from the other columns of a row. Words added to the list of sports since then count as well."""
    connection.execute("begin")
    for table, columns in SPORT_WORDS.items():
        for word, narrower, kind in columns:
            unknown = connection.execute(
                f"select distinct {word}, {narrower}::text from raw.{table} where {kind} is null and {word} is not null"
            ).fetchall()
            for said, narrowed in unknown:
                if found := sports.look_up(said, narrowed):
                    rows = f"{kind} is null and {word} = ? and {narrower}::text is not distinct from ?"
                    connection.execute(f"update raw.{table} set {kind} = ? where {rows}", [found.kind, said, narrowed])
    connection.execute("update raw.runs set track_unmeasured_s = track_gap_s where track_unmeasured_s is null")
    connection.execute(
        """
        update raw.refused_rows set may_be_strength = true
        from raw.contents
        where
            refused_rows.file_id = contents.file_id
            and contents.athlete_id in ('', refused_rows.athlete_id)
            and contents.format in ('strength_csv', 'strong_csv', 'hevy_csv')
            and not refused_rows.may_be_strength
        """
    )
    connection.execute("commit")
