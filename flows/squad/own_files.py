"""The files of the squad that are read each night, by their names at the root of the input folder."""

from __future__ import annotations

from flows.squad.exercise_names import ALIASES
from flows.squad.own_rules import RULES
from flows.squad.people import PEOPLE

OWN_TABLES = (PEOPLE, RULES, ALIASES)
OWN_FILES = frozenset(table.file for table in OWN_TABLES)
