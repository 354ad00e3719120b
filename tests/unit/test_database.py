"""What a connection to a file of ours does not do."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

PROJECT = Path(__file__).resolve().parents[2]
# No main file of its own, as a worker has none.
ASK = """
import sys
from pathlib import Path
import duckdb
from flows.state import database
setting = "select current_setting('enable_progress_bar')"
with database.writer(Path(sys.argv[1])) as connection:
    print(database.scalar(connection, setting))
with database.reader(Path(sys.argv[1])) as connection:
    print(database.scalar(connection, setting))
print(duckdb.connect().execute(setting).fetchone()[0])
"""


def test_a_long_query_draws_no_bar_into_the_output_of_a_worker(tmp_path: Path) -> None:
    command = [sys.executable, "-c", ASK, str(tmp_path / "some.duckdb")]
    answers = subprocess.run(command, check=True, capture_output=True, text=True, cwd=PROJECT).stdout.split()
    # The last is DuckDB's own way: without it the first two would show nothing.
    assert answers == ["False", "False", "True"]
