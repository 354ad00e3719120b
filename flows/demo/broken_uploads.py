"""The folder of one demo runner, damaged as bad connections and tired people damage files."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from pathlib import Path

from flows.demo.files import write
from flows.demo.formats import fit_run, gpx_route_without_times
from flows.demo.runners import BROKEN_UPLOADS
from flows.demo.runs import run_track

PDF = b"""\
%PDF-1.4
1 0 obj << /Type /Catalog /Pages 2 0 R >> endobj
2 0 obj << /Type /Pages /Kids [] /Count 0 >> endobj
trailer << /Root 1 0 R >>
%%EOF
"""

# The day after 31 August, and a heart rate typed with one zero too many.
IMPOSSIBLE_ROWS = b"""\
2026-08-32T06:05,7.00,0:41:40,146,167,3,
2026-08-22T06:02,5.00,0:29:50,900,167,3,900 bpm is what I read
"""


def break_uploads(folder: Path) -> None:
    """Damage the files of a tidy folder: cut, empty, foreign, duplicate and impossible ones."""
    runs = folder / "runs"
    cut = runs / "2026-10-01-run.fit"
    whole = cut.read_bytes()
    cut.write_bytes(whole[: len(whole) * 6 // 10])

    write(runs / "2026-10-15-sync-failed.fit", b"")
    write(runs / "training-plan.fit", PDF)
    write(runs / "2026-11-15-run (1).fit", (runs / "2026-11-15-run.fit").read_bytes())

    cyclist = replace(BROKEN_UPLOADS, gait=replace(BROKEN_UPLOADS.gait, easy_mps=7.5, threshold_mps=10.0))
    write(runs / "2026-11-04-ride.fit", fit_run(run_track(cyclist, date(2026, 11, 4), "24"), sport="cycling"))
    planned = run_track(BROKEN_UPLOADS, date(2026, 11, 22), "15")
    write(runs / "next-sunday.gpx", gpx_route_without_times(planned))

    typed = folder / "runs.csv"
    typed.write_bytes(typed.read_bytes() + IMPOSSIBLE_ROWS)
