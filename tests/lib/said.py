"""All that a night says about its runners, surface by surface, and what none of it may hold."""

from __future__ import annotations

import html
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from icalendar import Calendar

from dashboards import planned, tables
from flows.alerts import news
from flows.commands.why import lines_of_flag
from flows.state import database
from tests.lib.squads import Night

# A planned strength session of which nothing is said: in a calendar its title alone, in a table a state that forbids nothing.
STRENGTH_UNSAID = r"(?m:^Strength$)|kinds=strength; state=(?!forbidden)"
# What would be said, were it allowed: each pattern stands somewhere for a person of whom nothing is forbidden.
FORBIDDEN = {
    "exercise": r"(?<![\d.])[23] × \d|sets of \d|raises at body weight|How to do|Target a week|Watch from day"
    r"|(?:, |the )target (?:is )?\d|[Ff]ew (?:soleus|straight-knee) sets|[Ff]ew (?:bent|straight)-knee|× this week"
    r"|heavy calf session|goal \d|below its goal|next_step=|target_sets="
    rf"|{STRENGTH_UNSAID}",
    "own_dose": r"(?<![\d.])[23] × \d|sets of \d|How to do|Target a week|Watch from day|(?:, |the )target (?:is )?\d"
    r"|[Ff]ew (?:soleus|straight-knee) sets|keep runs at or under|times this week|[Ff]ew (?:bent|straight)-knee|× this week"
    r"|[Mm]ax [\d.]+ (?:km|mi)|goal \d|below its goal|next_step=|target_sets="
    rf"|{STRENGTH_UNSAID}",
    "dose": r"(?<![\d.])[23] × \d|sets of \d|How to do|Target a week|Watch from day|(?:, |the )target (?:is )?\d|body weight"
    r"|keep runs at or under|times this week|[Rr]aises go on|easy runs|easy flat|small steps|× this week|[Mm]ax [\d.]+ (?:km|mi)"
    r"|goal \d|below its goal|next_step=|target_sets="
    rf"|{STRENGTH_UNSAID}",
    "heavy_dose": r"3 × 8–12|3–4 sets|heavy calf session|a weight that leaves|Hold a weight|Target a week|, target \d"
    r"|the target is|are asked for|add load|goal \d|below its goal|easy: add \d|next_step=(?!dose)|target_sets="
    r"|and none is planned|no calf work planned|state=no_calf_work_planned",
    "new_exercise": r"[Ss]hort-foot|Short foot|[Pp]ogos|[Ff]oot work this week|next_step=(?:begin|jump)",
    "more_load": r"are asked for|add load|then load|Next step|add a jump|add contacts|Add load|Work up to|Start 3 ×"
    r"|the flag rises|more calf sets|then more by|easy: add \d|once they are easy|the small jump|next_step=(?:more|jump)"
    r"|swap the fast run|kinds=fast; state=ok",
    "ceiling": r"keep runs at or under|[Mm]ax [\d.]+ (?:km|mi)|longest_run_ceiling_m=|\d km longest run"
    r"|[Ee]very run against its ceiling|[Ii]ts ceiling|longest run [\d.]+ (?:km|mi)|ceiling of that week"
    r"|Longest run up to|(?:km|mi|h|min) over|ceiling_[ms]=|over_by_[ms]=|longest_[ms]="
    r"|kinds=(?:easy|fast|long); state=(?:ok|over|fast)",
    "room": r"Usual week [\d.]+ |week_distance_ceiling_m=|week_moving_ceiling_s=|km a week is usual|the flag rises"
    r"|[Rr]epeat the last 7 days|week_(?:planned|usual|ceiling)_[ms]=|[Ww]eek [\d.]+ (?:km|mi) over|the week holds",
    "norms": r"heel raises? on the (?:left|right), usually|is usual, fewer than",
    "keep_running": r"keep running|[Nn]othing to change|Restart gently|(?<!then )[Ss]hort, easy runs",
}


# What no line for a coach may hold: a code, a decimal of a set, a ratio with two decimals, a place not filled in.
UNREADABLE = r"[A-Z]+_[A-Z]|\b[RC][0-2W] × |\d\.\d+ sets?\b|\d\.\d\d+|[{}]|\bnan\b|\bNone\b"
# Where an entry of the digest's text begins, or what follows the entries: "ACT TODAY  Ada", "  Ada (road), watch since ...".
DIGEST_ENTRY = (
    r"(?m)^(?:[A-Z][A-Z ]*  |  (?=\S.*, (?:act today|watch|not assessed|on track) since )"
    r"|(?=Since yesterday$|As before$|Not assessed:|Data$|The squad:))"
)
MAIL_ENTRY = r'<tr><td style="padding:0 16px (?:10|12|24)px|<p style="margin:0 0 8px">'
# Orders that no line gives together.
CONTRARY = (
    (
        r"[Nn]o running|[Aa]s the clinician says|see a clinician",
        r"max \d|× this week|heavy calf|nothing to change|repeat the last",
    ),
    (r"[Hh]old the load|weights of now", r"add load|more calf sets"),
    (r"[Ss]horter runs|[Ss]hort, easy runs|easier week", r"repeat the last|nothing to change"),
)


@dataclass(frozen=True)
class Said:
    """All that is said about somebody, surface by surface."""

    surfaces: dict[str, str]

    def found(self, pattern: str) -> dict[str, str]:
        """Where the pattern stands, with what it found."""
        hits = {surface: re.search(pattern, text) for surface, text in self.surfaces.items()}
        return {surface: hit.group(0) for surface, hit in hits.items() if hit}


def all_said(night: Night, athletes: Iterable[str], as_of: date) -> dict[str, Said]:
    """What the night says about each of them on the as-of date."""
    statuses = {row["athlete_id"]: row for row in night.rows("select * from marts.athlete_status where load_date = ?", as_of)}
    actions = night.rows("select athlete_id, code, action from marts.flags where load_date = ? and action is not null", as_of)
    told = night.rows("select athlete_id, evidence, facts from marts.flags where evidence is not null")
    rooms = {row["athlete_id"]: row for row in night.rows("select * from marts.next_week_room where load_date = ?", as_of)}
    tables_of = {
        "check of the plan": _planned(night),
        "board": _rows_of(night, "select * from marts.squad_board"),
        "exercises": _rows_of(night, "select * from marts.exercises_today"),
        "ceilings": _rows_of(night, "select * from marts.run_ceilings"),
    }
    alerts, because = _alerts(night), _why(night, athletes, as_of)
    squad_page = (night.site / "index.html").read_text(encoding="utf-8").split("</ol>")[0]  # the table repeats the names
    digest = (night.site / "digest.txt").read_text(encoding="utf-8")
    mail = (night.site / "digest.html").read_text(encoding="utf-8")
    return {
        name: Said(
            {
                "headline": statuses[name]["headline"],
                "next action": statuses[name]["next_action"],
                "short reason": statuses[name]["short_reason"],
                "short action": statuses[name]["short_action"],
                "evidence": " ".join(f"{row['evidence']} {row['facts']}" for row in told if row["athlete_id"] == name),
                "actions": " ".join(row["action"] for row in actions if row["athlete_id"] == name),
                "room": " ".join(f"{key}={value}" for key, value in rooms.get(name, {}).items() if value is not None),
                "page": words_of(night.site / "athletes" / f"{name}.html"),
                "sheet": words_of(night.site / "runners" / f"{name}.html"),
                "squad page": _part_of(squad_page, r"<li class=\"row", name),
                "digest": _part_of(digest, DIGEST_ENTRY, name),
                "mail": _part_of(mail, MAIL_ENTRY, name),
                "calendar": _calendar(night.site / "plans" / f"{name}.ics"),
                "alert": alerts.get(name, ""),
                "why": because[name],
                **{surface: of_all.get(name, "") for surface, of_all in tables_of.items()},
            }
        )
        for name in athletes
    }


def _rows_of(night: Night, query: str) -> dict[str, str]:
    """The rows of a table, runner by runner: column=value, a line for each row, without what is null."""
    found = tables.grouped(night.rows(query), "athlete_id")
    return {name: "\n".join("; ".join(_told(row)) for row in rows) for name, rows in found.items()}


def _told(row: Mapping[str, Any]) -> list[str]:
    return [f"{key}={'+'.join(value) if key == 'kinds' else value}" for key, value in row.items() if value is not None]


def _planned(night: Night) -> dict[str, str]:
    """Each planned day: kinds and state first, then its row, and what stands in its cell and in its sentence."""
    rows = night.rows(
        """
        select plan.kinds, plan.state, plan.*, athletes.units
        from marts.plan_check as plan
        inner join marts.athletes as athletes using (athlete_id)
        order by plan.plan_date
        """
    )
    told: dict[str, list[str]] = {}
    for row in rows:
        said = [*_told(row), planned.short(row) or "", planned.words(row)]
        told.setdefault(row["athlete_id"], []).append("; ".join(said))
    return {name: "\n".join(lines) for name, lines in told.items()}


def _calendar(path: Path) -> str:
    """Titles and descriptions, a line each."""
    if not path.exists():
        return ""
    events = Calendar.from_ical(path.read_bytes()).walk("VEVENT")
    return "\n".join(f"{event['summary']}\n{event['description']}" for event in events)


def _alerts(night: Night) -> dict[str, str]:
    with database.reader(night.warehouse) as connection:
        found = news.red_runners(connection, night.settings)
    return {one.key.removeprefix("red:"): f"{one.title}\n{one.text}\n{one.html}" for one in found}


def _why(night: Night, athletes: Iterable[str], day: date) -> dict[str, str]:
    with database.reader(night.warehouse) as connection:
        return {name: "\n".join(lines_of_flag(connection, name, day)) for name in athletes}


def words_of(page: Path) -> str:
    """What a page says, its pictures and charts too."""
    text = re.sub(r"<style.*?</style>", "", page.read_text(encoding="utf-8"), flags=re.DOTALL)
    named = re.findall(r'(?:aria-label|title)="([^"]*)"', text)
    return html.unescape(re.sub(r"\s+", " ", re.sub(r"<[^>]*>", " ", text) + " ".join(named))).replace("\u00a0", " ")


def _part_of(page: str, begins: str, name: str) -> str:
    """The part of a page about one runner; empty where it does not name them."""
    parts = re.split(begins, page)
    own = [part for part in parts if re.search(rf"\b{name}\b", re.sub(r"<[^>]*>", " ", part))]
    return html.unescape(re.sub(r"\s+", " ", re.sub(r"<[^>]*>", " ", " ".join(own)))).replace("\u00a0", " ")
