"""Names of the squad's files at the root of the input folder that are read each night."""

from __future__ import annotations

from flows.squad.exercise_names import ALIASES
from flows.squad.form_columns import FORM_COLUMNS
from flows.squad.own_rules import RULES
from flows.squad.people import PEOPLE

OWN_TABLES = (PEOPLE, RULES, ALIASES)
OWN_FILES = frozenset(name for table in (*OWN_TABLES, FORM_COLUMNS) for name in table.names)
