"""Writes a file of the demo squad, the same bytes every time."""

from __future__ import annotations

import gzip
from pathlib import Path


def write(path: Path, content: bytes) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    if path.suffix != ".gz":
        path.write_bytes(content)
        return
    # gzip.compress writes the operating system into the header, and its value differs between Python versions.
    with path.open("wb") as file, gzip.GzipFile(filename="", mode="wb", fileobj=file, mtime=0) as packed:
        packed.write(content)
