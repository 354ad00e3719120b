"""`python -m bench [FOLDER WITH FIT FILES]`: both benchmarks, one after the other."""

from __future__ import annotations

import sys
from pathlib import Path

from bench import bench_import, bench_ratio

if __name__ == "__main__":
    bench_import.run(Path(sys.argv[1]) if len(sys.argv) > 1 else None)
    print()
    bench_ratio.run()
