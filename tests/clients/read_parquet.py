"""Reads every Parquet file of a folder with polars and with pandas over pyarrow, and tells as JSON what each found.

Neither is installed with the project: with pyarrow beside it pandas keeps texts differently from what the program runs on.
"""

import json
import sys
from collections.abc import Iterator
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pandas as pd
import polars as pl
import pyarrow as pa


def plain(value: Any) -> Any:
    """A value as JSON has it, whoever read it; times in UTC."""
    if hasattr(value, "tolist"):  # a list, in pandas
        value = value.tolist()
    if isinstance(value, list):
        return [plain(one) for one in value]
    if isinstance(value, dict):
        return {name: plain(one) for name, one in value.items()}
    if value is None or value is pd.NA or value is pd.NaT:
        return None
    if isinstance(value, datetime):
        return (value.astimezone(UTC) if value.tzinfo else value).replace(tzinfo=None).isoformat()
    return value.isoformat() if isinstance(value, date) else value


def by_polars(path: Path) -> Iterator[list[Any]]:
    frame = pl.read_parquet(path)
    return ([plain(value) for value in row] for row in [tuple(frame.columns), *frame.rows()])


def by_pandas(path: Path) -> Iterator[list[Any]]:
    # Arrow's own types: numpy's would turn null into nan, and whole numbers beside a null into fractions.
    frame = pd.read_parquet(path, engine="pyarrow", dtype_backend="pyarrow")
    assert all(isinstance(dtype, pd.ArrowDtype) for dtype in frame.dtypes), pa.__version__
    return ([plain(value) for value in row] for row in [tuple(frame.columns), *frame.itertuples(index=False, name=None)])


if __name__ == "__main__":
    for path in sorted(Path(sys.argv[1]).glob("*.parquet")):
        print(json.dumps({"table": path.stem, "polars": list(by_polars(path)), "pandas": list(by_pandas(path))}))
