"""Numbers and names of the FIT profile that the reader uses."""

from __future__ import annotations

from typing import Any

from garmin_fit_sdk.profile import Profile

FIT_EPOCH_S = 631065600  # 1989-12-31T00:00:00Z, where FIT clocks start
SEMICIRCLE_DEG = 180 / 2**31
EVENT_TIMER = 0
EVENT_STARTS = {0}
EVENT_STOPS = {1, 4, 8, 9}  # stop, stop_all, stop_disable, stop_disable_all
FILE_TYPE_ACTIVITY = 4
SET_ACTIVE = 1
SUB_SPORT_STRENGTH = 20
NO_GUESS = 65535


def enum_name(kind: str, number: Any) -> str | None:
    """Name of an enum value in the FIT profile, or its number if the profile is older than the watch."""
    return None if number is None else Profile["types"][kind].get(int(number), f"{kind} {int(number)}")
