"""Activities of Garmin Connect as JSON: its own list, the account export and the Health API."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import count

from garmin_fit_sdk.profile import Profile

from flows.readers.json_items import Item, activity_at, epoch, local, number, sport_of, text_of, utc
from flows.records import Activity, StrengthSet

MILLISECONDS_FACTOR = 999  # above this ratio of elapsed to moving time, "elapsed" must be in ms
MOST_SETS = 100  # of one exercise in one session: more is a damaged number
# Garmin's names of exercises -> codes of the FIT profile, which the catalogue uses.
FIT_CATEGORIES = {name: code for code, name in Profile["types"]["exercise_category"].items()}
FORMATS = ("garmin_json",)


def garmin_list_activity(item: Item) -> Activity:
    """One activity of Garmin Connect's own list: m and s, but elapsedDuration in ms in older lists."""
    moving_s, elapsed_s = number(item, "duration"), number(item, "elapsedDuration")
    if moving_s and elapsed_s and elapsed_s >= MILLISECONDS_FACTOR * moving_s:
        elapsed_s /= 1000
    return activity_at(
        sport=sport_of(kind.get("typeKey")) if isinstance(kind := item.get("activityType"), dict) else None,
        sets=summarised_sets(item),
        started_at=utc(item.get("startTimeGMT")) or epoch(item, "beginTimestamp", 0.001),
        started_local=local(item.get("startTimeLocal")),
        distance_m=number(item, "distance"),
        moving_s=moving_s,
        elapsed_s=elapsed_s,
        ascent_m=number(item, "elevationGain"),
        descent_m=number(item, "elevationLoss"),
        avg_heart_rate_bpm=number(item, "averageHR"),
        avg_cadence_spm=number(item, "averageRunningCadenceInStepsPerMinute"),
        steps=number(item, "steps"),
        title=text_of(item.get("activityName"), as_written=True),
        note=text_of(item.get("description"), as_written=True),
    )


def garmin_account_activity(item: Item) -> Activity:
    """One activity of the account export (summarizedActivities.json): cm, ms, and times in ms since 1970.

    The file does not state its units; these are the ones that public readers of such exports agree on.
    """
    return activity_at(
        sport=sport_of(item.get("activityType")),
        sets=summarised_sets(item),
        started_at=epoch(item, "startTimeGmt", 0.001) or epoch(item, "beginTimestamp", 0.001),
        distance_m=number(item, "distance", 0.01),
        moving_s=number(item, "duration", 0.001),
        elapsed_s=number(item, "elapsedDuration", 0.001),
        ascent_m=number(item, "elevationGain", 0.01),
        descent_m=number(item, "elevationLoss", 0.01),
        avg_heart_rate_bpm=number(item, "avgHr"),
        avg_cadence_spm=number(item, "avgDoubleCadence"),
        steps=number(item, "steps"),
        title=text_of(item.get("name"), as_written=True),
        note=text_of(item.get("description"), as_written=True),
    )


def garmin_health_activity(item: Item) -> Activity:
    """One summary of Garmin's Health API. Its cadence is not read: it may count one foot or both."""
    return activity_at(
        sport=sport_of(item.get("activityType")),
        sets=summarised_sets(item),
        started_at=epoch(item, "startTimeInSeconds"),
        distance_m=number(item, "distanceInMeters"),
        moving_s=number(item, "durationInSeconds"),
        ascent_m=number(item, "totalElevationGainInMeters"),
        descent_m=number(item, "totalElevationLossInMeters"),
        avg_heart_rate_bpm=number(item, "averageHeartRateInBeatsPerMinute"),
        steps=number(item, "steps"),
        title=text_of(item.get("activityName"), as_written=True),
    )


def summarised_sets(item: Item) -> Iterator[StrengthSet]:
    """The sets of Garmin's summarizedExerciseSets: one entry for all sets of an exercise, grams and ms.

    The entry has only totals, so each of its sets gets a share: whole repetitions that add up to the total, the mean weight
    of a repetition (volume is g x repetitions; maxWeight would make every set the heaviest) and the mean time.
    """
    # {"category": "CALF_RAISE", "subCategory": "SEATED_CALF_RAISE", "reps": 36, "volume": 960000, "duration": 118076, "sets": 4}
    entries = item.get("summarizedExerciseSets")
    set_numbers = count(1)
    for entry in entries if isinstance(entries, list) else []:
        if not isinstance(entry, dict):
            continue
        sets, reps, grams = whole(entry, "sets"), whole(entry, "reps"), number(entry, "volume") or 0
        category, name = text_of(entry.get("category")), text_of(entry.get("subCategory"))
        fit_category = FIT_CATEGORIES.get(category) if category else None
        subtypes = Profile["types"].get(f"{category}_exercise_name", {})
        duration_s = number(entry, "duration", 0.001)
        for one in range(min(sets, MOST_SETS)):
            yield StrengthSet(
                exercise_name=(name or category or "").replace("_", " ") or None,
                set_number=next(set_numbers),
                reps=(reps // sets + (one < reps % sets)) or None,
                weight_kg=grams / reps / 1000 if reps and grams > 0 else None,
                duration_s=duration_s / sets if duration_s else None,
                fit_category=fit_category,
                fit_subtype=next((code for code, known in subtypes.items() if known == name), None),
            )


def whole(item: Item, key: str) -> int:
    return int(max(number(item, key) or 0, 0))
