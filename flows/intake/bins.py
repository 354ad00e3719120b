"""The widths of the bins of speed, grade and heart rate, for the tracks (run_summary) and for the models alike."""

from __future__ import annotations

SPEED_BIN_MPS = 0.2
GRADE_BIN = 0.02
HEART_RATE_BIN_BPM = 5

# The 1e-9 keeps a speed that lies on the edge of a bin, but for rounding, in the bin that begins there.
MACROS = f"""
    create or replace macro speed_bin_of(speed_mps) as try_cast(floor(speed_mps / {SPEED_BIN_MPS} + 1e-9) as integer);
    create or replace macro speed_bin_start_mps(speed_bin) as
    round({SPEED_BIN_MPS} * cast(speed_bin as double), 6);
    create or replace macro grade_of(grade_bin) as {GRADE_BIN} * grade_bin;
    create or replace macro heart_rate_bin_of(heart_rate_bpm) as
    cast(floor(heart_rate_bpm / {HEART_RATE_BIN_BPM}) * {HEART_RATE_BIN_BPM} as integer);
    create or replace macro heart_rate_bin_end_bpm(heart_rate_bin_bpm) as
    cast(heart_rate_bin_bpm as double) + {HEART_RATE_BIN_BPM};
"""
