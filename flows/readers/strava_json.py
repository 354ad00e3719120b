"""Activities of the Strava API as JSON."""

from __future__ import annotations

from flows.readers import sports
from flows.readers.json_items import Item, activity_at, local, number, sport_of, text_of, utc
from flows.records import Activity

FORMATS = ("strava_json",)


def strava_activity(item: Item) -> Activity:
    """One activity of the Strava API: m, s, and the cadence of one foot."""
    sport = sport_of(item.get("sport_type")) or sport_of(item.get("type"))
    said = sports.look_up(sport)
    cadence_spm = number(item, "average_cadence", 2)
    return activity_at(
        sport=sport,
        sub_sport="treadmill" if item.get("trainer") is True and said and said.kind == "run" else None,
        started_at=utc(item.get("start_date")),
        started_local=local(item.get("start_date_local")),
        distance_m=number(item, "distance"),
        moving_s=number(item, "moving_time") or number(item, "elapsed_time"),  # 0 means not measured
        elapsed_s=number(item, "elapsed_time"),
        ascent_m=number(item, "total_elevation_gain"),
        avg_heart_rate_bpm=number(item, "average_heartrate"),
        avg_cadence_spm=cadence_spm if said and said.kind in sports.ON_FOOT else None,
        title=text_of(item.get("name"), as_written=True),
        gear=text_of(item.get("gear_id"), as_written=True),
        note=text_of(item.get("description"), as_written=True),
    )
