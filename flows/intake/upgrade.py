"""What an older version laid out, brought to what this one asks of it: a file that is gone is not read anew.

Columns that are new since are null in its rows (database.create_tables); what they would say is worked out here where it can be.
"""

from __future__ import annotations

from flows.readers import sports
from flows.state import database

# table -> the columns of a word for a sport, of what narrows it, and of its kind
SPORT_WORDS = {
    "runs": (("sport_stated", "sub_sport", "sport_kind"), ("sport_hint", "null", "hint_kind")),
    "named_files": (("sport_stated", "null", "sport_kind"),),
}


def fill_new_columns(connection: database.Connection) -> None:
    """Fill what can be told from the other columns of a row. Words for sports that a list has learnt since count as well."""
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
    connection.execute("commit")
