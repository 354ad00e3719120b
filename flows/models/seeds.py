"""Loads the seeds of sql/seeds and the rules that apply to each athlete."""

from __future__ import annotations

import hashlib
import json
from importlib.metadata import version
from pathlib import Path
from typing import Any

from flows.intake import bins
from flows.models import contract
from flows.places import SQL_DIR
from flows.seed_files import seed_path
from flows.state import database

# Seeds and columns that only explain: they do not affect any result.
EXPLAINING_SEEDS = ("choices", "export_headers", "judgement", "ratio_example", "research", "retired_rules")
EXPLAINING_COLUMNS = ("meaning", "not_above", "source_tag", "topic", "short", "name", "exercise", "work", "sets")
# The narrowest row of rules.csv holds: the athlete's own, the squad's, one for everybody; else what the house has.
SETTLED_RULES = """
    create or replace table seeds.settled_rules as
    with house as (
        select key, value from seeds.rules
        union all
        select 'action.' || code, action from seeds.reasons
    ),

    told as (
        select
            *,
            case
                when athlete_id is not null then 'athlete'
                when squad is not null then 'squad'
                else 'everybody'
            end as set_by,
            (athlete_id is not null)::integer * 2 + (squad is not null)::integer as narrowness
        from raw.rule_overrides
    )

    select
        athletes.athlete_id,
        house.key,
        coalesce(arg_max(told.value, told.narrowness), any_value(house.value)) as value,
        coalesce(arg_max(told.set_by, told.narrowness), 'house') as set_by
    from raw.athletes as athletes
    cross join house
    left join told
        on told.key = house.key
        and coalesce(told.athlete_id, athletes.athlete_id) = athletes.athlete_id
        and coalesce(told.squad, coalesce(athletes.squad, 'all')) = coalesce(athletes.squad, 'all')
    group by athletes.athlete_id, house.key
    order by athletes.athlete_id, house.key
"""


def load_seeds(work: Path, default_timezone: str, overrides: dict[str, str] | None = None) -> None:
    """Load every CSV of sql/seeds into the schema seeds, with tonight's settings and the rules that apply to each athlete.

    `overrides` and the squad's own rules.csv (raw.rule_overrides) replace the seed's value of a rule: for everybody, for a squad,
    or for one athlete; the most specific wins. ruleset_version is a hash of everything that affects a result (not of explaining
    texts, nor of the order of rows), so that a status can be traced to its rules.
    Raises KeyError if `overrides` names a rule that does not exist, contract.WrongSeed if a seed's header is not the contract's.
    """
    digest = hashlib.sha256()
    seeds = {table.name.split(".")[1]: table.columns for table in contract.tables("seeds")}
    with database.writer(work) as connection:
        for name, columns in seeds.items():
            path = database.quoted(seed_path(name))
            options = f"header = true, columns = {columns}, delim = ',', quote = '\"'"  # nothing left to DuckDB's guess
            connection.execute(f"create or replace table seeds.{name} as from read_csv({path}, {options})")
            if name not in EXPLAINING_SEEDS:
                digest.update(_content(name, database.rows(connection, f"from seeds.{name}")))
        for key, value in (overrides or {}).items():
            if not database.scalar(connection, "select count(*) from seeds.rules where key = ?", [key]):
                raise KeyError(f"no rule is called {key!r}")
            connection.execute("insert into raw.rule_overrides values (?, ?, null, null, 0)", [key, value])
        own_rules = database.rows(
            connection, "select key, value, athlete_id, squad from raw.rule_overrides anti join seeds.retired_rules using (key)"
        )
        digest.update(_content("rule_overrides", own_rules))
        digest.update(
            _content("exercise_aliases", database.rows(connection, "select alias, exercise_id from raw.exercise_aliases"))
        )
        connection.execute(
            """
            create or replace table seeds.night as
            select ? as default_timezone, ? as ruleset_version, null::date as as_of_date,
                ? as contract_version, ? as program_version, ? as storage_version
            """,
            [
                default_timezone,
                digest.hexdigest()[:12],
                contract.contract_version(),
                version("tendonwatch"),
                database.STORAGE_VERSION,
            ],
        )
        connection.execute((SQL_DIR / "macros.sql").read_text(encoding="utf-8") + bins.MACROS)
        _settle_rules(connection)


def _content(name: str, of: list[dict[str, Any]]) -> bytes:
    """The part of a table that affects results, as bytes, independent of the order of its rows."""
    deciding = [json.dumps({key: value for key, value in row.items() if key not in EXPLAINING_COLUMNS}) for row in of]
    return json.dumps([name, *sorted(deciding)]).encode()


def _settle_rules(connection: database.Connection) -> None:
    """seeds.settled_rules: one row per athlete and rule or text of an action, with who set it.

    From it seeds.athlete_rules: one row per athlete, one column per rule; seeds.athlete_actions: one row per athlete and reason.
    """
    connection.execute(SETTLED_RULES)
    columns = [
        f"cast(values[{number}] as {rule['type']}) as {rule['key']}"
        for number, rule in enumerate(database.rows(connection, "select key, type from seeds.rules order by key"), start=1)
    ]
    connection.execute(
        f"""
        create or replace table seeds.athlete_rules as
        select athlete_id, {", ".join(columns)}
        from (
            select athlete_id, list(value order by key) as values
            from seeds.settled_rules
            where key in (select rules.key from seeds.rules)
            group by athlete_id
        )
        """
    )
    connection.execute(
        """
        create or replace table seeds.athlete_actions as
        select athlete_id, key[8:] as code, value as action from seeds.settled_rules where starts_with(key, 'action.')
        """
    )
