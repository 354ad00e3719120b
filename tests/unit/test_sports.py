"""What files call a sport, in twelve languages and the spellings of many apps, and what becomes of it up to the raw rows."""

from __future__ import annotations

import hashlib
from pathlib import Path

import pytest

from flows.intake.contents import Job, ParsedFile
from flows.intake.parse import parse_file
from flows.readers.sports import known_sports, look_up, normalised, sport_in_names, sub_sport_of
from tests.unit.readers.fit_builder import even_run, file_id, fit_file, session, steady_records

# As the apps write them: Strava and Garmin Connect in each language, OpenTracks, Apple, Google, Polar, Suunto, FIT.
RUNS = {
    "en": "Running|Run|run|RUNNING|Trail Running|trail-running|TrailRun|trail_run|Trail Run|Treadmill Running|Treadmill|"
          "Track Running|Indoor Track|Street Running|Indoor Running|Virtual Running|VirtualRun|Ultra Run|Ultra Running|"
          "Obstacle Racing|Obstacle Run|Jogging|Road Running|Fell Running|Cross-Country Running|Running/Jogging|10k run",
    "de": "Laufen|Lauf|Traillauf|Trail-Lauf|Virtueller Lauf|Virtuelles Laufen|Laufbandlauf|Laufband|Laufen auf Laufband|Bahnlauf|"
          "Berglauf|Geländelauf|Straßenlauf|Hallenlauf|Hindernislauf|Ultralauf|Joggen|Waldlauf|LAUFEN",
    "fr": "Course à pied|Course a pied|COURSE À PIED|Course à pied sur tapis roulant|Course sur piste|Course virtuelle|Trail|"
          "Course en sentier|Course de trail|Course à obstacles|Footing",
    "es": "Carrera|Correr|Carrera en cinta|Carrera de montaña|Carrera por sendero|Carrera virtual|Carrera en pista|"
          "Carrera de obstáculos|Correr en cinta",
    "it": "Corsa|Corsa su tapis roulant|Corsa virtuale|Corsa su pista|Corsa indoor|Corsa in montagna|Corsa su strada",
    "pt": "Corrida|Corrida em esteira|Corrida na passadeira|Corrida de trilha|Corrida virtual|Corrida em pista|Corrida de rua",
    "nl": "Hardlopen|Hardloopsessie|Trailrunning|Traillopen|Virtueel hardlopen|Hardlopen op loopband|Loopband|Baanlopen",
    "da": "Løb|løb|Trailløb|Virtuelt løb|Løbebånd|Løbebåndsløb|Baneløb|Gadeløb|Ultraløb|Terrænløb|Forhindringsløb",
    "nb": "Joggingtur|Orientering|"
          "Løping|Terrengløping|Tredemølleløping|Løping på tredemølle|Tredemølle|Baneløping|Virtuell løping|Joggetur",
    "sv": "Löpning|Traillöpning|Terränglöpning|Virtuell löpning|Löpband|Löpning på löpband|Banlöpning|Hinderlöpning|Löprunda",
    "pl": "Bieganie|Bieg|Bieg trailowy|Bieg w terenie|Bieganie na bieżni|Bieg wirtualny|Bieg przełajowy|Bieg górski",
    "cs": "Běh|Běhání|Běh na pásu|Běh v terénu|Trailový běh|Virtuální běh|Běh na dráze|Běžecký pás|Halový běh",
    "apps": "HKWorkoutActivityTypeRunning|street_running|treadmill_running|virtual_run|obstacle_run|indoor_running|ultra_run|"
            "com.google.android.running",
}  # fmt: skip
WALKS = {
    "en": "Walking|Walk|speed walking|casual_walking|indoor_walking|Nordic Walking|Race Walking|Dog walk",
    "de": "Gehen|Spaziergang|Spazierengehen|Nordic-Walking|Walken",
    "fr": "Marche|Marche nordique|Marche à pied",
    "es": "Caminata|Caminar|Marcha nórdica",
    "it": "Camminata|Camminare|Passeggiata",
    "pt": "Caminhada|Caminhar",
    "nl": "Wandelen|Wandeling",
    "da": "Gang|Gåtur",
    "nb": "Gåtur|Gange",
    "sv": "Promenad|Gång|Promenera",
    "pl": "Chód|Spacer|Marsz",
    "cs": "Chůze|Procházka",
}
HIKES = {
    "en": "Hiking|Hike|hike|rucking|Trekking",
    "de": "Wandern|Wanderung|Bergwandern",
    "fr": "Randonnée|Randonnée pédestre",
    "es": "Senderismo",
    "it": "Escursionismo",
    "pt": "Trekking",
    "nl": "Hiken",
    "da": "Vandring|Vandretur",
    "nb": "Fottur|Fjelltur",
    "sv": "Vandring",
    "pl": "Wędrówka|Piesze wędrówki",
    "cs": "Turistika|Pěší turistika",
}
OTHERS = {
    "en": "Cycling|Ride|E-Bike Ride|EBikeRide|MountainBikeRide|Gravel Ride|VirtualRide|Swim|Pool Swim|Rowing|Kayaking|Padel|"
          "Tennis|Golf|Yoga|Pilates|Skating|InlineSkate|Rock Climbing|StandUpPaddling|NordicSki|"
          "Ski run|Snowshoe Running|Walking Football|"
          "Wheelchair Run Pace|Aqua Jogging|HIIT|Elliptical|Stair-Stepper|Horseback Riding|Driving|Roller ski",
    "de": "Radfahren|Fahrrad|Rennradfahren|Mountainbike-Fahrt|Virtuelle Radfahrt|Skilanglauf|Langlauf|Schwimmen|Rudern|Kajak|"
          "Klettern|Eislaufen|Schneeschuhwandern|Reiten|Fußball",
    "fr": "Vélo|Sortie vélo|Cyclisme|VTT|Natation|Aviron|Ski de fond|Raquettes|Escalade|Canoë|Patinage",
    "es": "Ciclismo|Bicicleta|Natación|Remo|Esquí de fondo|Pádel|Fútbol|Escalada|Caminata con raquetas de nieve",
    "it": "Ciclismo|Bici|Nuoto|Canottaggio|Sci di fondo|Arrampicata|Calcio",
    "pt": "Bicicleta|Passeio de bicicleta|Natação|Canoagem|Futebol",
    "nl": "Fietsen|Fietsrit|Zwemmen|Roeien|Schaatsen|Langlaufen|Voetbal",
    "da": "Cykling|Cykeltur|Svømning|Langrend|Skøjteløb|Rulleskøjteløb|Roning|Fodbold",
    "nb": "Sykling|Svømming|Bassengsvømming|Langrenn|Skøyter|Klatring|Padling",
    "sv": "Cykling|Simning|Längdskidåkning|Skridskor|Rodd|Klättring|Ridning",
    "pl": "Jazda na rowerze|Kolarstwo|Pływanie|Narciarstwo biegowe|Bieganie na nartach|Biegi narciarskie|Wioślarstwo|Wspinaczka",
    "cs": "Cyklistika|Jízda na kole|Plavání|Běh na lyžích|Bruslení|Veslování|Lezení",
}  # fmt: skip
UNKNOWN = ("Sepak takraw", "Zorbing", "Kopfstand", "sport 88", "Бег", "跑步", "Quidditch", "Trailhead")


def words(*tables: dict[str, str]) -> list[str]:
    return [word for table in tables for said in table.values() for word in said.split("|")]


KINDS = [(kind, word) for kind, table in (("run", RUNS), ("walk", WALKS), ("hike", HIKES), ("other", OTHERS))
         for word in words(table)]  # fmt: skip


def parsed(folder: Path, name: str, content: bytes) -> ParsedFile:
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)
    return parse_file(Job("ada", hashlib.sha256(content).hexdigest(), path, f"ada/{name}"))


def gpx(type_: str = "", name: str = "", speed_mps: float = 3.0, seconds: int = 600) -> bytes:
    """A track straight to the north: 111,195 m to the degree."""
    points = "".join(
        f'<trkpt lat="{10 + second * speed_mps / 111_195:.7f}" lon="20">'
        f"<time>2026-11-02T06:{second // 60:02}:{second % 60:02}Z</time></trkpt>"
        for second in range(0, seconds + 1, 5)
    )
    said = (f"<name>{name}</name>" if name else "") + (f"<type>{type_}</type>" if type_ else "")
    return f"<gpx><trk>{said}<trkseg>{points}</trkseg></trk></gpx>".encode()


def test_there_are_words_enough_of_every_language_and_none_twice() -> None:
    assert len({word for _, word in KINDS}) > 250
    assert len(known_sports()) > 1500
    assert all(word == normalised(word) for word in known_sports())


@pytest.mark.parametrize(
    "spelling", ["Trail Running", "trail-running", "TRAIL_RUNNING", "TrailRunning", "trail  running", "Tráil Rünning"]
)
def test_case_blanks_hyphens_underscores_camels_and_accents_do_not_count(spelling: str) -> None:
    assert normalised(spelling) == "trail running"


def test_letters_that_no_decomposition_takes_apart_are_folded_too() -> None:
    assert normalised("Løb på Straße, żółw, Ægir") == "lob pa strasse zolw aegir"


@pytest.mark.parametrize(("kind", "word"), KINDS)
def test_a_word_becomes_what_it_means_from_the_file_to_the_raw_rows(kind: str, word: str, tmp_path: Path) -> None:
    laid_out = parsed(tmp_path, "a.gpx", gpx(word))
    runs = laid_out.rows.get("runs", [])
    if kind == "other":
        assert (laid_out.outcome, runs) == ("ignored", [])
        assert "only running, walking, hiking and strength work count" in (laid_out.reason or "")
    else:
        assert [(run["sport_stated"], run["sport_kind"]) for run in runs] == [(word, kind)]


@pytest.mark.parametrize("word", UNKNOWN)
def test_a_word_in_no_list_is_neither_run_nor_no_run(word: str, tmp_path: Path) -> None:
    assert look_up(word) is None
    (run,) = parsed(tmp_path, "a.gpx", gpx(word)).rows["runs"]
    assert (run["sport_stated"], run["sport_kind"], run["hint_kind"]) == (word, None, None)


@pytest.mark.parametrize("word", ["", "Other", "generic", "Workout", "Autre", "Sonstige", "Otro", "Annet", "Inne", "Walk/Run"])
def test_words_that_say_nothing_are_unstated(word: str) -> None:
    said = look_up(word)
    assert said is not None
    assert said.kind == "unstated"


@pytest.mark.parametrize("word", ["Triathlon", "multi_sport", "SwimBikeRun", "Duathlon", "swimrun"])
def test_several_sports_in_one_are_no_run_and_not_nothing(word: str, tmp_path: Path) -> None:
    (run,) = parsed(tmp_path, "a.gpx", gpx(word)).rows["runs"]
    assert run["sport_kind"] == "multisport"


@pytest.mark.parametrize(
    ("word", "sub_sport"),
    [("Corrida em esteira", "treadmill"), ("Laufbandlauf", "treadmill"), ("Tredemølleløping", "treadmill"), ("Běh na pásu", None),
     ("Virtueller Lauf", "virtual_activity"), ("Trailløb", "trail"), ("Indoor Running", "indoor_running"), ("Lauf", None)],
)  # fmt: skip
def test_a_word_that_says_how_tells_the_sub_sport(word: str, sub_sport: str | None) -> None:
    assert sub_sport_of(word) == sub_sport


@pytest.mark.parametrize(
    ("sport", "sub_sport", "kind"),
    [("fitness_equipment", "treadmill", "run"), ("fitness_equipment", "elliptical", "other"),
     ("fitness_equipment", None, "other"),
     ("fitness_equipment", "generic", "other"), ("training", "strength_training", "strength"), ("training", "yoga", "other"),
     ("training", "cardio_training", "other"), ("generic", "generic", "unstated"), ("walking", "speed_walking", "walk"),
     ("generic", "track_running", "run"), ("cycling", "treadmill", "other"), ("hiking", "rucking", "hike")],
)  # fmt: skip
def test_the_sub_sport_speaks_where_the_sport_leaves_it_open(sport: str, sub_sport: str | None, kind: str) -> None:
    said = look_up(sport, sub_sport)
    assert said is not None
    assert said.kind == kind


@pytest.mark.parametrize(
    ("name", "kind"),
    [("Cycling 5/1/26 6:00 am", "other"), ("Lunch Ride", "other"), ("Vélo du matin", "other"), ("Pádel con Juan", "other"),
     ("Kajaktour", None), ("Morning Run", "run"), ("Morgenlauf", "run"), ("Kveldstur løping", "run"),
     ("Randonnée Mont Blanc", "hike"),
     ("Bike path loop", None), ("Run to the tennis club", "run"), ("Bike and run", None), ("2026-05-01-060000.gpx", None),
     ("Golf course run", "run"), ("March 2026", None), ("Train hard", None), ("activity_123.fit", None),
     ("Rund um den See", None)],
)  # fmt: skip
def test_a_name_speaks_of_one_sport_or_of_none(name: str, kind: str | None) -> None:
    said = sport_in_names(name)
    assert (said and said.kind) == kind


def test_the_name_of_the_track_comes_before_those_of_file_and_folder(tmp_path: Path) -> None:
    hints = {
        name: parsed(tmp_path, path, gpx(name=name, seconds=600 + 60 * number)).rows["runs"][0]["hint_kind"]
        for number, (path, name) in enumerate(
            [("running/1.gpx", "Cycling 5/1/26"), ("running/2.gpx", "x"), ("rides/run-3.gpx", "y"), ("4.gpx", "z")]
        )
    }
    assert hints == {"Cycling 5/1/26": "other", "x": "run", "y": "run", "z": None}


def test_a_leg_that_states_no_sport_is_no_run(tmp_path: Path) -> None:
    legs = [
        session(0, 600, "running"),
        session(600, 60, "generic"),
        session(660, 600, "transition"),
        session(1260, 600, "running"),
    ]
    laid_out = parsed(tmp_path, "running/race.fit", fit_file(file_id(), *steady_records(0, 1860), *legs))
    assert [run["activity_number"] for run in laid_out.rows["runs"]] == [1, 4]
    assert "a leg of a multisport activity that does not say its sport" in (laid_out.reason or "")
    alone = parsed(tmp_path, "running/run.fit", fit_file(file_id(), *even_run(sport="generic")))
    assert [run["hint_kind"] for run in alone.rows["runs"]] == ["run"]
