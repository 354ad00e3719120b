"""`python -m bench [FOLDER WITH FIT FILES]`: all benchmarks, one after the other."""

from __future__ import annotations

import sys
from pathlib import Path

from bench import bench_export, bench_import, bench_page, bench_rates, bench_ratio

if __name__ == "__main__":
    bench_import.run(Path(sys.argv[1]) if len(sys.argv) > 1 else None)
    print()
    bench_rates.run()
    print()
    bench_export.run()
    print()
    bench_ratio.run()
    print()
    bench_page.run()
