"""Made-up runners of steady weeks, whose rows a test then spoils."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date, timedelta

from tests.lib.any_squads import AS_OF, Tables

EVERY_OTHER_DAY = range(91, 0, -2)
TWICE_A_WEEK = range(85, 0, -3)
RAISES = ("Single-leg calf raise", "Single-leg bent-knee calf raise")


def day(days_ago: int) -> date:
    return AS_OF - timedelta(days=days_ago)


class Squad:
    """Runners of 8 km on every other day with calf work twice a week."""

    def __init__(self) -> None:
        self.tables = Tables()

    def runner(
        self,
        athlete_id: str,
        run_days: Iterable[int] = EVERY_OTHER_DAY,
        longer: Mapping[int, int] | None = None,
        set_days: Iterable[int] = TWICE_A_WEEK,
        exercises: Iterable[str] = RAISES,
        reps: int = 8,
        rpe: int | None = 8,
        weight_kg: float = 20,
        **person: object,
    ) -> None:
        """One runner; `longer` holds the metres of the runs that are not of 8 km, by their days ago."""
        self.tables.add(
            "athletes", athlete_id=athlete_id, is_in_squad_file=True, timezone="UTC", **{"body_mass_kg": 70.0} | person
        )
        for ago in run_days:
            self.run(athlete_id, ago, (longer or {}).get(ago, 8000))
        for number, (ago, exercise) in enumerate((ago, exercise) for ago in set_days for exercise in 3 * tuple(exercises)):
            self.tables.add(
                "strength_sets", athlete_id=athlete_id, file_id=f"{athlete_id}-sets", set_row=number, source_format="csv",
                reps=reps, rpe=rpe, weight_kg=weight_kg, is_warmup=False, performed_local=f"{day(ago)} 18:00:00",
                exercise_name=exercise, row_number=number + 2,
            )  # fmt: skip

    def run(self, athlete_id: str, days_ago: int, metres: int, file: str = "runs") -> None:
        self.tables.add(
            "runs", athlete_id=athlete_id, file_id=f"{athlete_id}-{file}", source_format="csv", parser="csv",
            activity_number=1000 + days_ago, summary_distance_m=metres, summary_moving_s=0.3 * metres, sport_stated="run",
            sport_kind="run", started_at=f"{day(days_ago)} 08:00:00+00",
        )  # fmt: skip

    def report(self, athlete_id: str, days_ago: int, row: int = 2, **said: object) -> None:
        self.tables.add(
            "symptoms", athlete_id=athlete_id, file_id=f"{athlete_id}-symptoms", row_number=row, report_date=day(days_ago), **said
        )

    def mark(self, athlete_id: str, kind: str, from_ago: int, to_ago: int) -> None:
        self.tables.add(
            "marks", athlete_id=athlete_id, file_id=f"{athlete_id}-marks", row_number=100 - from_ago, kind=kind,
            from_date=day(from_ago), to_date=day(to_ago),
        )  # fmt: skip

    def injury(self, athlete_id: str, onset_ago: int, resolved_ago: int, site: str = "calf") -> None:
        self.tables.add(
            "injuries", athlete_id=athlete_id, file_id=f"{athlete_id}-injuries", row_number=2, site=site,
            onset_date=day(onset_ago), resolved_date=day(resolved_ago),
        )  # fmt: skip

    def lost(
        self,
        athlete_id: str,
        log: str,
        *days_ago: int | None,
        is_acknowledged: bool = False,
        is_whole: bool = False,
    ) -> None:
        """Rows that could not be read, or the whole log, in a file that arrived ten days ago."""
        key = {"athlete_id": athlete_id, "file_id": f"{athlete_id}-lost"}
        may_be = {"may_be_run": log == "runs", "may_be_strength": log == "strength"}
        self.tables.add(
            "paths", path=f"{athlete_id}/{log}.csv", is_current=True, is_present=True, is_acknowledged=is_acknowledged,
            is_held=False, first_seen=day(10), **key,
        )  # fmt: skip
        self.tables.add(
            "contents", format=None if is_whole else f"{log}_csv", parser="csv", outcome="quarantined" if is_whole else "loaded",
            is_partial=False, **(may_be if is_whole else dict.fromkeys(may_be, False)), **key,
        )  # fmt: skip
        for number, ago in enumerate(() if is_whole else days_ago):
            self.tables.add(
                "refused_rows", place=f"row {number + 2}", reason="no number", remedy="Mend it.", row_text="x",
                activity_date=None if ago is None else day(ago), **may_be, **key,
            )  # fmt: skip
