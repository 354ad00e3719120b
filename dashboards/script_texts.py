"""The texts of the pages' scripts: one object, written into each page."""

from __future__ import annotations

from typing import Any

from babel.dates import get_day_names

from flows.words.language import ENGLISH, gettext, locale, ngettext, spoken

# The days are written before the months.
SCRIPT_LOCALES = {ENGLISH: "en-GB"}


def language() -> str:
    """The language of the page as HTML names it."""
    return spoken().replace("_", "-")


def script_texts() -> dict[str, Any]:
    """The texts, with {names} that the script fills, and the locale for its numbers and dates."""
    weekdays = get_day_names("abbreviated", locale=locale())
    return {
        "locale": SCRIPT_LOCALES.get(spoken(), language()),
        "weekdays": [weekdays[day] for day in range(7)],
        "weekOf": gettext("week of {day}"),
        "yes": gettext("yes"),
        "pagesAreOld": forms(
            "These pages are {} day old: no night has been published since.",
            "These pages are {} days old: no night has been published since.",
        ),
        "columnsFound": forms("{} column found", "{} columns found"),
        "runnersShown": forms("{shown} of {} runner shown", "{shown} of {} runners shown"),
        "sinceWorkingDay": gettext("since {day}"),
        "sinceLook": gettext("since {day}, your last look"),
        "copied": gettext("copied"),
        "selected": gettext("selected: copy it with Ctrl+C"),
        "nightStates": {
            "published": gettext("published"),
            "failed": gettext("failed"),
            "killed": gettext("killed"),
            "running": gettext("running"),
        },
    }


def forms(one: str, many: str) -> dict[str, str]:
    """A message about a number, by plural category; the script gets the category from Intl.PluralRules."""
    category = locale().plural_form
    return {category(count): ngettext(one, many, count) for count in reversed(range(200))}
