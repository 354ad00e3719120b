"""The joins of docs/analysts.md, held against the keys of the contract."""

from __future__ import annotations

import re

import pytest

from flows.models import contract
from tests.conftest import PROJECT

TABLES = {table.name: table for schema in ("marts", "ops") for table in contract.tables(schema)}
TEXT = (PROJECT / "docs" / "analysts.md").read_text(encoding="utf-8")
Join = tuple[str, str, str]


def joins(heading: str) -> list[Join]:
    """(table, partner, columns) of each row under a heading."""
    section = TEXT.partition(f"## {heading}\n")[2].partition("\n## ")[0]
    return re.findall(r"^\| `([\w.]+)` \| `([\w.]+)` \| (`[^|]+?) \|", section, flags=re.MULTILINE)


MULTIPLYING, PLAIN = joins("Joins that multiply rows"), joins("Joins that do not")


def columns_of(joined_on: str) -> tuple[set[str], set[str]]:
    """The columns of either side: `a`, `b` = `c` joins a to a and b to c."""
    pairs = [re.findall(r"`(\w+)`", one) for one in joined_on.split(",")]
    return {pair[0] for pair in pairs}, {pair[-1] for pair in pairs}


@pytest.mark.parametrize("join", [*MULTIPLYING, *PLAIN], ids=" ".join)
def test_a_join_names_columns_that_there_are(join: Join) -> None:
    left, right, joined_on = join
    of_left, of_right = columns_of(joined_on)
    assert of_left <= set(TABLES[left].columns)
    assert of_right <= set(TABLES[right].columns)


@pytest.mark.parametrize("join", MULTIPLYING, ids=" ".join)
def test_a_join_multiplies_where_it_leaves_some_of_the_partners_key_open(join: Join) -> None:
    _, right, joined_on = join
    assert not set(TABLES[right].key or ()) <= columns_of(joined_on)[1]


@pytest.mark.parametrize("join", PLAIN, ids=" ".join)
def test_a_join_multiplies_nothing_where_it_names_the_partners_whole_key(join: Join) -> None:
    _, right, joined_on = join
    assert set(TABLES[right].key or ()) <= columns_of(joined_on)[1]


def test_both_lists_are_read() -> None:
    assert (len(MULTIPLYING), len(PLAIN)) == (24, 11)
