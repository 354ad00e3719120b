"""Valid small files of every format that is read, and the ways in which the fuzzer breaks them."""

from __future__ import annotations

import gzip
import io
import json
import random
import re
import struct
import zipfile
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from garmin_fit_sdk import CrcCalculator

from tests.unit.readers import fit_builder, strength_dialects
from tests.unit.readers.fit_builder import Message, at, even_run, file_id, fit_file, message, record, session, timer

START = fit_builder.START
POINTS = 120

# What a damaged or hostile file holds in place of a number, and in place of a text.
NUMBERS = (
    "0", "-1", "1", "0.999", "1e-9", "NaN", "inf", "-inf", "1e300", "1e-300", "-0.0", "255", "65535", "4294967295",
    "1795000000", "10000000", "999999999", "3130000000", "3000000000", "9223372036854775808", "100000", "1720", "29999", "0000",
    "99999", "1.5.2", "1,5", "0x1F", "١٢٣", "１２", "1_000", "9" * 400, "9" * 5000, "",
)  # fmt: skip
TEXTS = (
    "\ud83c", "\udcff", "\0", "\x1b[31mred\x1b[0m", "\x07\x08\x7f\x9b31m", "\u202egpj.exe", "\u200f\u200e", "\u2028\u2029\x85",
    "\ufffe", "a\nb\r\nc\td", "x" * 131_073, "e\u0301" * 50, "'; drop table raw.runs; --", "<script>",
    "{{ 7*7 }}", "=cmd|' /C calc'!A0", "../../etc/passwd", "NULL", "null", "None", "-", "--", '"', '""', ";", ",", "&", "&lt;",
    "<", "]]>", " ", "", "Cycling", "running", "Kajak", "kg", "lbs", "km/h",
)  # fmt: skip
YEARS = ("0000", "0001", "1601", "1899", "1970", "1989", "2038", "2106", "2262", "2263", "9999", "99999", "-001")
UNITS = (
    ("km", "m"), ("_km", "_m"), ("_m", "_mi"), ("kg", "lb"), ("lbs", "kg"), ("min", "s"), ("bpm", "spm"), ("local", "utc"),
    ("Z", ""), ("+0200", "-9999"), ("unning", "iking"), (",", ";"), (".", ","), ("T", " "), ("left", "both"), ("run", "bike"),
)  # fmt: skip


@dataclass(frozen=True)
class Seed:
    """A valid file: its kind (fit, xml, csv, json, zip), its name and its bytes."""

    kind: str
    name: str
    data: bytes


# ---------------------------------------------------------------- valid files


def gpx() -> bytes:
    points = "".join(
        f'<trkpt lat="{46.5 + second * 27e-6:.6f}" lon="6.57"><ele>{410 + second % 20}</ele>'
        f"<time>{START + timedelta(seconds=second):%Y-%m-%dT%H:%M:%SZ}</time><extensions><gpxtpx:TrackPointExtension>"
        f"<gpxtpx:hr>{140 + second % 9}</gpxtpx:hr><gpxtpx:cad>84</gpxtpx:cad></gpxtpx:TrackPointExtension></extensions>"
        "</trkpt>\n"
        for second in range(POINTS)
    )
    return (
        '<?xml version="1.0" encoding="UTF-8"?>\n<gpx version="1.1" creator="watch" xmlns="http://www.topografix.com/GPX/1/1" '
        'xmlns:gpxtpx="http://www.garmin.com/xmlschemas/TrackPointExtension/v1"><metadata><name>Morning</name></metadata>'
        f"<trk><name>Morning Run</name><type>running</type><trkseg>\n{points}</trkseg></trk></gpx>\n"
    ).encode()


def tcx() -> bytes:
    points = "".join(
        f"<Trackpoint><Time>{START + timedelta(seconds=second):%Y-%m-%dT%H:%M:%S.000Z}</Time><Position><LatitudeDegrees>"
        f"{46.5 + second * 27e-6:.6f}</LatitudeDegrees><LongitudeDegrees>6.57</LongitudeDegrees></Position><AltitudeMeters>410"
        f"</AltitudeMeters><DistanceMeters>{3.0 * second}</DistanceMeters><HeartRateBpm><Value>150</Value></HeartRateBpm>"
        "<Cadence>82</Cadence><Extensions><TPX><Speed>3.0</Speed></TPX></Extensions></Trackpoint>\n"
        for second in range(POINTS)
    )
    return (
        '<?xml version="1.0"?>\n<TrainingCenterDatabase><Activities><Activity Sport="Running"><Id>2026-05-01T06:00:00.000Z</Id>'
        f'<Lap StartTime="2026-05-01T06:00:00.000Z"><TotalTimeSeconds>{POINTS - 1}</TotalTimeSeconds><DistanceMeters>'
        f"{3.0 * (POINTS - 1)}</DistanceMeters><Intensity>Active</Intensity><Track>\n{points}</Track></Lap><Notes>easy</Notes>"
        "</Activity></Activities></TrainingCenterDatabase>\n"
    ).encode()


def apple_health() -> bytes:
    from tests.unit.readers.test_apple_health import HEAD, NEW, OLD, RECORD

    old = OLD.format(kind="Running", distance="6.5", unit="mi") + OLD.format(
        kind="FunctionalStrengthTraining", distance=0, unit="km"
    )
    return (HEAD + RECORD * 5 + old + NEW + "</HealthData>\n").encode()


def json_documents() -> dict[str, Any]:
    from tests.unit.readers.test_json import GYM, RUN, STRAVA

    account = {
        "activityId": 7, "name": "Zürich", "activityType": "trail_running", "startTimeGmt": 1777615200000, "distance": 1001000,
        "duration": 3600000, "elapsedDuration": 3700000, "avgHr": 150, "avgDoubleCadence": 168, "steps": 9900,
    }  # fmt: skip
    health = {
        "summaryId": "x", "activityId": 9, "activityType": "RUNNING", "startTimeInSeconds": 1777615200, "durationInSeconds": 1800,
        "distanceInMeters": 5000.5, "averageHeartRateInBeatsPerMinute": 151, "steps": 5000,
    }  # fmt: skip
    samples: list[dict[str, Any]] = [
        {"TimeISO8601": f"{START + timedelta(seconds=second):%Y-%m-%dT%H:%M:%S.000Z}", "Latitude": 0.81 + second * 4.7e-7,
         "Longitude": 0.11, "Altitude": 400, "Distance": 3.0 * second, "Speed": 3.0, "HR": 2.5, "Cadence": 1.4}
        for second in range(60)
    ]  # fmt: skip
    samples.append({"Events": [{"Pause": {"State": True}}], "TimeISO8601": "2026-05-01T06:01:02.000Z"})
    header = {
        "Activity": "Running",
        "ActivityType": 1,
        "DateTime": "2026-05-01T06:00:00.000+02:00",
        "Duration": 60,
        "Distance": 180,
    }
    return {
        "garmin_list": {"activityList": [RUN, GYM]},
        "garmin_account": [{"summarizedActivitiesExport": [account, account | {"activityId": 8}]}],
        "garmin_health": [health],
        "strava": [STRAVA, STRAVA | {"type": "Ride"}],
        "suunto": {"DeviceLog": {"Header": header, "Samples": samples, "R-R": {"Data": [700, 710, 690]}}},
    }


def own_tables() -> dict[str, str]:
    days = [f"2026-05-{day:02d}" for day in range(1, 15)]
    return {
        "runs.csv": "started_at,distance_km,moving_time,sport,carried_kg,ascent_m,avg_heart_rate_bpm,cadence_spm,rpe,note\n"
        + "".join(f'{day}T07:00,10.5,52:30,run,2,120,148,166,4,"easy, flat"\n' for day in days),
        "strength.csv": "performed_at,exercise,set,reps,weight_kg,hold_s,side,rpe,rir,is_warmup,note\n"
        + "".join(f"{day}T18:00,seated calf raise,{number},12,40,,both,8,2,no,\n" for day in days for number in (1, 2, 3)),
        "symptoms.csv": "date,side,pain_0_10,morning_stiffness_min,visa_a,next_morning_worse,event,note\n"
        + "".join(f"{day},left,3,10,80,no,,stiff\n" for day in days),
        "injuries.csv": "onset_date,site,side,resolved_date,note\n2026-05-02,achilles,left,2026-05-20,sore\n",
        "calf_tests.csv": "date,side,repetitions,knee\n2026-05-03,left,24,straight\n2026-05-03,right,26,bent\n"
        "2026-05-10,both,25,straight\n",
        "marks.csv": "from_date,to_date,kind\n2026-05-04,2026-05-06,illness\n",
    }


def app_tables() -> dict[str, bytes]:
    from tests.unit.readers.test_strava_csv import GERMAN, GERMAN_ROW

    sets = [
        strength_dialects.Lift(
            datetime(2026, 5, 1 + day, 18, 0), "Seated Calf Raise", number, 12, None, 40.0, 8, number == 1, "ok"
        )
        for day in range(5)
        for number in (1, 2, 3)
    ]
    garmin = (
        "Activity Type,Date,Favorite,Title,Distance,Calories,Time,Avg HR,Max HR,Avg Run Cadence,Elapsed Time,Total Ascent\n"
        + ('Running,2026-05-01 07:00:00,false,Morning,"10.02",600,00:52:30,148,170,166,00:53:00,"1,020"\n' * 6)
    )
    return {
        "activities.csv": "\n".join([GERMAN, *[GERMAN_ROW] * 4, ""]).encode(),
        "Activities.csv": garmin.encode(),
        "strong.csv": strength_dialects.strong_comma(sets),
        "strong2.csv": strength_dialects.strong_semicolon(sets),
        "hevy.csv": strength_dialects.hevy(sets, strength_dialects.HEVY_KG),
        "hevy2.csv": strength_dialects.hevy(sets, strength_dialects.HEVY_LBS),
    }


def fit_messages() -> list[list[Message]]:
    gym = [
        message("set", timestamp=at(40 * number), start_time=at(40 * number), duration=30.0, repetitions=12, weight=40.0,
                set_type="active", category=[1, 65535], category_subtype=[6, 65535])
        for number in range(4)
    ]  # fmt: skip
    hills = [
        record(second, position_lat=554000000 + 320 * second, position_long=78000000, altitude=400.0 + second / 5, heart_rate=150)
        for second in range(POINTS)
    ]
    return [
        [file_id(), *even_run(0, POINTS)],
        [file_id(), *even_run(0, 60), *even_run(90, 60, sport="cycling")],
        [file_id(), timer(0, "start"), *gym, session(0, 160, "training", sub_sport="strength_training"), timer(160, "stop_all")],
        [file_id(), *hills, session(0, POINTS, total_distance=357.0, total_ascent=20, avg_heart_rate=150, workout_rpe=40)],
        [file_id(), *even_run(0, 60), message("hr", event_timestamp=[0.0], filtered_bpm=[140], timestamp=at(1))],
        [file_id("monitoring_b"), message("monitoring", timestamp=at(0), heart_rate=60)],
    ]


def seeds() -> list[Seed]:
    """Every format, each as small as it can be and still be read."""
    found = [Seed("xml", "run.gpx", gpx()), Seed("xml", "run.tcx", tcx()), Seed("xml", "export.xml", apple_health())]
    found += [Seed("json", f"{name}.json", json.dumps(document).encode()) for name, document in json_documents().items()]
    found += [Seed("csv", name, text.encode()) for name, text in own_tables().items()]
    found += [Seed("csv", name, data) for name, data in app_tables().items()]
    found += [Seed("fit", f"run{number}.fit", fit_file(*messages)) for number, messages in enumerate(fit_messages())]
    found.append(Seed("fit", "compressed.fit", fit_builder.compressed_timestamps()))
    return found


# ---------------------------------------------------------------- any bytes


def flip(dice: random.Random, data: bytes) -> bytes:
    changed = bytearray(data)
    for _ in range(dice.choice((1, 1, 2, 5, 20))):
        changed[dice.randrange(len(changed))] = dice.choice((0, 0xFF, 0x7F, 0x80, 0x0A, dice.randrange(256)))
    return bytes(changed)


def cut(dice: random.Random, data: bytes) -> bytes:
    start, end = sorted(dice.randrange(len(data) + 1) for _ in range(2))
    return dice.choice((data[:end], data[start:], data[:start] + data[end:]))


def insert(dice: random.Random, data: bytes) -> bytes:
    place = dice.randrange(len(data) + 1)
    return data[:place] + dice.randbytes(dice.choice((1, 4, 50))) + data[place:]


def duplicate(dice: random.Random, data: bytes) -> bytes:
    start, end = sorted(dice.randrange(len(data) + 1) for _ in range(2))
    return data[:end] + data[start:end] * dice.choice((1, 1, 3)) + data[end:]


# ---------------------------------------------------------------- text


def encoded(text: str) -> bytes:
    """UTF-8 in which half a surrogate pair stands as three bytes that are none."""
    return text.encode("utf-8", "surrogatepass")


def replace_one(dice: random.Random, text: str, pattern: str, new: str) -> str:
    found = list(re.finditer(pattern, text))
    if not found:
        return text
    place = dice.choice(found)
    return text[: place.start()] + new + text[place.end() :]


def other_number(dice: random.Random, text: str) -> str:
    return replace_one(dice, text, r"-?\d+(\.\d+)?", dice.choice(NUMBERS))


def other_text(dice: random.Random, text: str) -> str:
    return replace_one(dice, text, r"(?<=[>,;\"])[A-Za-z][^<>,;\"\n]*", dice.choice(TEXTS))


def other_year(dice: random.Random, text: str) -> str:
    return replace_one(dice, text, r"20\d\d(?=-)", dice.choice(YEARS))


def other_units(dice: random.Random, text: str) -> str:
    old, new = dice.choice(UNITS)
    return text.replace(old, new, dice.choice((1, 5, -1)))


def other_lines(dice: random.Random, text: str) -> str:
    lines = text.split("\n")
    start, end = sorted(dice.randrange(len(lines) + 1) for _ in range(2))
    match dice.randrange(5):
        case 0:
            del lines[start:end]
        case 1:
            lines[start:start] = lines[start:end] * dice.choice((1, 3, 40))
        case 2:
            dice.shuffle(lines)
        case 3:
            lines[start:start] = [dice.choice(("", ",,,,", " ", "\t", ";;;"))] * dice.choice((1, 50, 20_000))
        case _:
            lines = lines[:1] + lines[:0:-1]
    return "\n".join(lines)


def other_column(dice: random.Random, text: str) -> str:
    mark = ";" if text.split("\n", maxsplit=1)[0].count(";") > text.split("\n", maxsplit=1)[0].count(",") else ","
    rows = [line.split(mark) for line in text.split("\n")]
    width = len(rows[0])
    one, two = dice.randrange(width), dice.randrange(width)
    what = dice.randrange(4)
    for row in rows:
        if len(row) < width:
            continue
        if what == 0:
            del row[one]
        elif what == 1:
            row.insert(two, row[one])
        elif what == 2:
            row[one], row[two] = row[two], row[one]
    if what == 3:
        rows[0][one] = dice.choice((*TEXTS, "date", "started_at", "athlete_id", "athlete_id", rows[0][two]))
    return "\n".join(mark.join(row) for row in rows)


def other_element(dice: random.Random, text: str) -> str:
    """Drop, repeat, move or hollow out one element without children, or one whole point."""
    found = list(re.finditer(r"<(\w[\w:]*)[^<>]*>[^<>]*</\1>|<(trkpt|Trackpoint|Workout)\b.*?</\2>|<\w[^<>]*/>", text, re.DOTALL))
    if not found:
        return text
    one, two = dice.choice(found), dice.choice(found)
    element, rest = one.group(), text[: one.start()] + text[one.end() :]
    match dice.randrange(4):
        case 0:
            return rest
        case 1:
            return text[: one.end()] + element * dice.choice((1, 3, 500)) + text[one.end() :]
        case 2:
            place = min(two.start(), len(rest))
            return rest[:place] + element + rest[place:]
        case _:
            hollow = re.sub(r">[^<>]*<", "><", element, count=1)
            return text[: one.start()] + hollow + text[one.end() :]


TEXT_CHANGES: dict[str, tuple[Callable[[random.Random, str], str], ...]] = {
    "csv": (other_number, other_number, other_text, other_year, other_units, other_lines, other_column, other_column),
    "xml": (other_number, other_number, other_text, other_year, other_units, other_lines, other_element, other_element),
}


def other_node(dice: random.Random, document: Any) -> Any:
    """A JSON document with one of its nodes replaced, dropped, repeated, or wrapped in itself."""
    places: list[tuple[Any, Any]] = []
    nodes = [document]
    while nodes:
        node = nodes.pop()
        for key, value in list(node.items() if isinstance(node, dict) else enumerate(node)):
            places.append((node, key))
            if isinstance(value, dict | list):
                nodes.append(value)
    node, key = dice.choice(places)
    match dice.randrange(6):
        case 0:
            del node[key]
        case 1:
            node[key] = dice.choice((None, True, [], {}, [[]], [{}], [None] * 1000))
        case 2:
            node[key] = dice.choice(TEXTS)
        case 3 if isinstance(node, list):
            node[key:key] = [node[key]] * dice.choice((1, 3, 500))
        case 4 if isinstance(node[key], str):
            node[key] = other_year(dice, node[key])
        case _:
            node[key] = RawNumber(dice.choice(NUMBERS))
    return document


class RawNumber(float):
    """A number that is written as it stands, also where it is none of JSON's."""

    def __new__(cls, text: str) -> RawNumber:
        number = super().__new__(cls, 0)
        number.text = text
        return number

    text: str

    def __repr__(self) -> str:
        return self.text


def written(document: Any) -> str:
    """JSON with RawNumber as it stands; half surrogates become \\ud83c."""
    marks: dict[str, str] = {}

    def marked(node: Any) -> Any:
        if isinstance(node, RawNumber):
            mark = f"@{len(marks)}@"
            marks[f'"{mark}"'] = node.text
            return mark
        if isinstance(node, dict):
            return {key: marked(value) for key, value in node.items()}
        return [marked(value) for value in node] if isinstance(node, list) else node

    text = json.dumps(marked(document))
    for mark, number in marks.items():
        text = text.replace(mark, number)
    return text


# ---------------------------------------------------------------- FIT


def with_right_checksums(data: bytes) -> bytes:
    """A damaged FIT file that its checksum calls whole: so the damage reaches the decoders."""
    if len(data) < 16 or data[8:12] != b".FIT":
        return data
    body = data[data[0] : -2] if data[0] in (12, 14) else data[14:-2]
    head = struct.pack("<BBHI4s", 12, data[1], 2132, len(body), b".FIT")
    whole = head + body
    return whole + struct.pack("<H", CrcCalculator.calculate_crc(whole, 0, len(whole)))


def other_messages(dice: random.Random, messages: list[Message]) -> bytes:
    """A FIT file of these messages with fields at their extremes, or messages dropped, repeated and out of order."""
    changed = [dict(entry) for entry in messages]
    for _ in range(dice.choice((1, 2, 5))):
        one = dice.randrange(1, len(changed))
        match dice.randrange(5):
            case 0:
                del changed[one]
            case 1:
                changed[one:one] = [dict(changed[one])] * dice.choice((1, 3, 50))
            case 2:
                head, *rest = changed
                dice.shuffle(rest)
                changed = [head, *rest]
            case _:
                entry = changed[one]
                key = dice.choice([name for name in entry if name != "mesg_num"] or ["timestamp"])
                if isinstance(entry.get(key), datetime):
                    entry[key] = dice.choice((datetime(1990, 1, 2, tzinfo=UTC), datetime(2106, 1, 1, tzinfo=UTC), START, at(1e6)))
                elif isinstance(entry.get(key), int | float):
                    entry[key] = dice.choice((0, 1, 2, 100, 254, 255, 1000, 65534, 65535, 655, 2**31 - 1, 2**32 - 2, 2**32 - 1))
                else:
                    entry.pop(key, None)
        if len(changed) < 2:
            break
    try:
        return fit_file(*changed)
    except (OverflowError, ValueError, KeyError, TypeError, struct.error):  # a number that the field cannot hold
        return with_right_checksums(flip(dice, fit_file(*messages)))


# ---------------------------------------------------------------- one input


def packed(dice: random.Random, name: str, data: bytes) -> tuple[str, bytes]:
    """The file as it is, mostly; else with gzip, or in a zip archive, whole or damaged."""
    how = dice.randrange(12)
    if how == 0:
        zipped = gzip.compress(data, 1)
        return f"{name}.gz", flip(dice, zipped) if dice.randrange(3) == 0 else zipped
    if how == 1:
        store = io.BytesIO()
        with zipfile.ZipFile(store, "w", dice.choice((zipfile.ZIP_DEFLATED, zipfile.ZIP_STORED))) as archive:
            archive.writestr(dice.choice((name, f"activities/{name}", f"Ä\x1b[31m/{name}", f"{'d/' * 40}{name}")), data)
        return f"{name}.zip", flip(dice, store.getvalue()) if dice.randrange(3) == 0 else store.getvalue()
    return name, data


RUNS_HEADER = "started_at,distance_km,moving_time"
RUNS_ROW = "2026-05-01,1,5:00"

# Small files that cost much to read where nothing bounds the work: what they unpack to.
BOMBS: dict[str, Callable[[], str]] = {
    "newlines.csv": lambda: RUNS_HEADER + "\n" * 16_000_000,
    "newlines_between.csv": lambda: RUNS_HEADER + "\n" * 16_000_000 + RUNS_ROW + "\n",
    "blanks.csv": lambda: RUNS_HEADER + "\n" + " \n" * 8_000_000,
    "commas.csv": lambda: RUNS_HEADER + "\n" + ",,,,,\n" * 2_500_000,
    "one_line.csv": lambda: RUNS_HEADER + "\n" + "," * 15_000_000,
    "quotes.csv": lambda: RUNS_HEADER + "\n" + '"\n' * 8_000_000,
    "quoted.csv": lambda: RUNS_HEADER + "\n" + '"' + "\n" * 15_000_000,
    "wide_header.csv": lambda: ",".join([RUNS_HEADER, *["x"] * 7_000_000]) + "\n" + RUNS_ROW + "\n",
    "rows.csv": lambda: RUNS_HEADER + "\n" + "2026-05-01,1,5:00\n" * 800_000,
    "carriage_returns.csv": lambda: RUNS_HEADER + "\r" * 16_000_000,
    "wide.json": lambda: "[" + "[]," * 5_000_000 + "[]]",
    "wide_objects.json": lambda: "[" + "{}," * 5_000_000 + "{}]",
    "wide_numbers.json": lambda: "[" + "0," * 8_000_000 + "0]",
    "many_bad.json": lambda: '[{"activityId":1,"activityType":{},"startTimeGMT":"2026-05-01 06:00:00"}' + ",0" * 7_000_000 + "]",
    "deep.json": lambda: "[" * 8_000_000,
    "deep_objects.json": lambda: '{"a":' * 3_000_000,
    "strings.json": lambda: '["' + "\\u0000" * 2_500_000 + '"]',
    "wide.gpx": lambda: "<gpx><trk><trkseg>" + "<trkpt/>" * 1_900_000 + "</trkseg></trk></gpx>",
    "deep.gpx": lambda: "<gpx>" + "<trk>" * 3_000_000,
    "tracks.gpx": lambda: "<gpx>" + "<trk/>" * 2_500_000 + "</gpx>",
    "other.gpx": lambda: "<gpx>" + "<a/>" * 4_000_000 + "</gpx>",
    "attributes.gpx": lambda: "<gpx " + " ".join(f'a{number}=""' for number in range(100_000)) + "/>",
    "wide.tcx": lambda: "<TrainingCenterDatabase>" + "<Activity><Lap/></Activity>" * 600_000 + "</TrainingCenterDatabase>",
    "wide.xml": lambda: "<HealthData>" + "<Workout/>" * 1_600_000 + "</HealthData>",
    "other.xml": lambda: "<HealthData>" + "<a/>" * 4_000_000 + "</HealthData>",
}


def bomb(name: str) -> bytes:
    """One of BOMBS, packed: some ten kilobytes."""
    return gzip.compress(BOMBS[name]().encode(), 6)


def mutated(dice: random.Random, known: list[Seed]) -> tuple[str, bytes]:
    """One input: a seed, changed once or more, perhaps packed."""
    seed = dice.choice(known)
    data = seed.data
    structured = dice.random() < 0.75
    for _ in range(dice.choice((1, 1, 1, 2, 4))):
        if not data:
            break
        if not structured:
            data = dice.choice((flip, flip, cut, insert, duplicate))(dice, data)
        elif seed.kind == "fit":
            data = (
                other_messages(dice, dice.choice(fit_messages()))
                if dice.randrange(2)
                else with_right_checksums(dice.choice((flip, insert, duplicate))(dice, data))
            )
        elif seed.kind == "json":
            try:
                document = json.loads(data)
                data = encoded(written(other_node(dice, document)))
            except (ValueError, IndexError, RecursionError):  # broken by the change before
                data = flip(dice, data)
        else:
            data = encoded(dice.choice(TEXT_CHANGES[seed.kind])(dice, data.decode("utf-8", "surrogatepass")))
    if seed.kind != "fit" and dice.randrange(20) == 0:
        data = data.decode("utf-8", "replace").encode(dice.choice(("utf-16", "utf-8-sig", "latin-1", "cp1252")), "replace")
    return packed(dice, seed.name, data)
