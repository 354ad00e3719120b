"""Our own CSV logs: every dialect a spreadsheet writes, and a refusal per row that nobody can read."""

from __future__ import annotations

import csv
import io
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from flows.readers.own_logs import read_own_log
from flows.records import CalfTest, FileContent, Injury, Mark, StrengthSet, Symptom, UnreadableFile

SAMPLES = Path(__file__).parents[2] / "samples"
BROKEN = SAMPLES / "broken"

RUNS_HEADER = "started_at,distance_km,moving_time"


def read_sample(name: str) -> FileContent:
    return read_own_log((SAMPLES / name).read_bytes())


def read_text(text: str, encoding: str = "utf-8") -> FileContent:
    return read_own_log(text.encode(encoding))


def refusals(content: FileContent) -> dict[str, str]:
    return {row.place: row.reason for row in content.refused_rows}


# ---- what each log says


def test_runs_come_in_metres_and_seconds_and_in_local_time_unless_an_offset_is_given():
    content = read_sample("runs.csv")
    easy, long, walk = content.activities
    assert content.format == "runs_csv"
    assert (easy.started_at, easy.started_local) == (None, datetime(2026, 11, 16, 7, 30))
    assert (easy.sport, easy.distance_m, easy.moving_s, easy.elapsed_s) == (
        "running",
        10_000,
        52 * 60 + 30,
        None,
    )
    assert (easy.ascent_m, easy.avg_heart_rate_bpm, easy.avg_cadence_spm, easy.rpe) == (85, 148, 172, 4)
    assert (easy.note, easy.row) == ("easy, flat", 2)
    assert (long.started_at, long.started_local) == (datetime(2026, 11, 18, 5, 45, tzinfo=UTC), None)
    assert (long.distance_m, long.moving_s) == (21_100, 2 * 3600 + 17 * 60)
    assert (walk.sport, walk.carried_kg, walk.moving_s) == ("Walking", 8, 64 * 60)
    assert walk.started_local == datetime(2026, 11, 19)


def test_strength_sets_keep_the_name_as_logged():
    content = read_sample("strength.csv")
    warm_up, hard, seated, march = content.strength_sets
    assert content.format == "strength_csv"
    assert hard == StrengthSet(
        exercise_name="Single Leg Standing Calf Raise",
        performed_local=datetime(2026, 11, 17, 18, 0),
        set_number=2,
        reps=10,
        weight_kg=20,
        side="left",
        rpe=8,
        rir=2,
        note="on the step",
        row=3,
    )
    assert (warm_up.is_warmup, warm_up.weight_kg) == (True, None)
    assert seated.weight_kg == 42.5
    assert (march.performed_at, march.performed_local) == (datetime(2026, 11, 17, 17, 20, tzinfo=UTC), None)
    assert (march.reps, march.hold_s) == (None, 45)


def test_symptoms_injuries_calf_tests_and_marks_are_read():
    assert read_sample("symptoms.csv").symptoms == (
        Symptom(date(2026, 11, 17), "left", 3, 10, 78, False, row=2),
        Symptom(date(2026, 11, 18), "left", 5, 25, None, True, "pop", "heard it on the hill", row=3),
    )
    assert read_sample("injuries.csv").injuries == (
        Injury(date(2026, 8, 3), "calf", "right", date(2026, 8, 24), row=2),
        Injury(date(2026, 11, 10), "achilles_midportion", "left", None, "open", row=3),
    )
    assert read_sample("calf_tests.csv").calf_tests == (
        CalfTest(date(2026, 11, 1), "left", 24, "straight", row=2),
        CalfTest(date(2026, 11, 1), "right", 27, "bent", row=3),
    )
    assert read_sample("marks.csv").marks == (
        Mark(date(2026, 10, 5), date(2026, 10, 9), "illness", row=2),
        Mark(date(2026, 10, 20), date(2026, 10, 26), "missing", row=3),
    )


@pytest.mark.parametrize(
    ("column", "value", "metres"),
    [("distance_km", "5", 5000), ("distance_m", "5000", 5000), ("distance_mi", "3", 3 * 1609.344)],
)
def test_every_unit_of_distance_becomes_metres(column, value, metres):
    content = read_text(f"started_at,{column},moving_time\n2026-11-20,{value},30\n")
    assert content.activities[0].distance_m == pytest.approx(metres, rel=1e-15)


def test_a_pound_is_0_45359237_kg():
    content = read_text("performed_at,exercise,reps,weight_lb\n2026-11-20,Calf raise,10,100\n")
    assert content.strength_sets[0].weight_kg == 45.359237


def test_two_columns_of_one_quantity_must_agree():
    content = read_text(
        "started_at,distance_km,distance_m,moving_time\n"
        "2026-11-20,5,5003,30\n"  # rounded
        "2026-11-21,,5000,30\n"
        "2026-11-22,5,8000,30\n"
    )
    assert [run.distance_m for run in content.activities] == [5000, 5000]
    assert refusals(content) == {"row 4": "distance_km and distance_m contradict each other"}


@pytest.mark.parametrize(
    ("written", "seconds"),
    [
        ("1:02:03", 3600 + 2 * 60 + 3),
        ("52:30", 52 * 60 + 30),
        ("137:00", 137 * 60),
        ("137", 137 * 60),
        ("42.5", 42 * 60 + 30),
        ("0:59", 59),
        ("00:59:59", 3599),
        ("100:00:00", 360_000),
        ("52:30.5", 52 * 60 + 30.5),
    ],
)
def test_moving_time_may_be_written_in_three_ways(written, seconds):
    content = read_text(f"{RUNS_HEADER}\n2026-11-20,10,{written}\n")
    assert content.activities[0].moving_s == seconds


@pytest.mark.parametrize("written", ["1:75", "1:60:00", "1:2:3", "52:30:", "an hour", "-1:00:00", "1:02:03:04"])
def test_a_moving_time_that_is_none_of_them_is_refused(written):
    content = read_text(f"{RUNS_HEADER}\n2026-11-20,10,{written}\n2026-11-21,10,50:00\n")
    assert list(refusals(content)) == ["row 2"]
    assert len(content.activities) == 1


@pytest.mark.parametrize(
    ("written", "utc", "local"),
    [
        ("2026-11-20", None, datetime(2026, 11, 20)),
        ("2026-11-20 07:30", None, datetime(2026, 11, 20, 7, 30)),
        ("2026-11-20T07:30:15", None, datetime(2026, 11, 20, 7, 30, 15)),
        ("2026-11-20T07:30:00Z", datetime(2026, 11, 20, 7, 30, tzinfo=UTC), None),
        ("2026-11-20 07:30:00+11:00", datetime(2026, 11, 19, 20, 30, tzinfo=UTC), None),
        ("1989-12-31T00:00:00Z", datetime(1989, 12, 31, tzinfo=UTC), None),
    ],
)
def test_a_start_is_utc_with_an_offset_and_local_without(written, utc, local):
    (run,) = read_text(f"{RUNS_HEADER}\n{written},10,50:00\n").activities
    assert (run.started_at, run.started_local) == (utc, local)


@pytest.mark.parametrize(
    "written",
    [
        "2026-02-30",
        "2026-13-01",
        "20/11/2026",
        "11/20/2026",
        "20261120",
        "2026-11-20 25:00",
        "0001-01-01T00:00+14:00",
    ],
)
def test_a_start_that_is_no_iso_date_of_the_calendar_is_refused(written):
    content = read_text(f"{RUNS_HEADER}\n{written},10,50:00\n")
    assert list(refusals(content)) == ["row 2"]
    assert written in content.refused_rows[0].reason


@pytest.mark.parametrize(
    ("written", "local"),
    [
        ("20. Nov. 2026", datetime(2026, 11, 20)),
        ("3 août 2026", datetime(2026, 8, 3)),
        ("1er mai 2026", datetime(2026, 5, 1)),
        ("1 paź 2026", datetime(2026, 10, 1)),
        ("1 paz\u0301 2026", datetime(2026, 10, 1)),  # as macOS writes it
        ("12. Okt. 2026 07:30", datetime(2026, 10, 12, 7, 30)),
        ("12-OCT-2026", datetime(2026, 10, 12)),
        ("8 de set. de 2026", datetime(2026, 9, 8)),
        ("2 setiembre 2026", datetime(2026, 9, 2)),
        ("5. Jänner 2026", datetime(2026, 1, 5)),
        ("2026年10月3日", datetime(2026, 10, 3)),
        ("2026年10月3日 7:05", datetime(2026, 10, 3, 7, 5)),
    ],
)
def test_a_start_may_name_its_month_in_any_language(written, local):
    (run,) = read_text(f"{RUNS_HEADER}\n{written},10,50:00\n").activities
    assert (run.started_at, run.started_local) == (None, local)


@pytest.mark.parametrize("written", ["3 Brumaire 2026", "3 jui 2026", "3. Sommer 2026"])
def test_a_month_of_no_language_or_of_two_refuses_its_row(written):
    content = read_text(f"{RUNS_HEADER}\n{written},10,50:00\n2 May 2026,10,50:00\n")
    assert list(refusals(content)) == ["row 2"]
    assert "a month of no known language" in content.refused_rows[0].reason
    assert len(content.activities) == 1


@pytest.mark.parametrize(
    ("word", "meaning"),
    [("yes", True), ("TRUE", True), ("1", True), ("no", False), ("False", False), ("0", False), ("", None)],
)
def test_yes_and_no_in_three_spellings(word, meaning):
    content = read_text(f"date,pain_0_10,next_morning_worse\n2026-11-20,3,{word}\n")
    assert content.symptoms[0].is_worse_next_morning is meaning


@pytest.mark.parametrize(
    ("words", "side"),
    [
        ("left L Links linkes_Bein gauche jambe-gauche izquierda pierna-izquierda sinistra sx gamba-sinistra esquerda linkerbeen"
         " vänster VENSTRE lewa lewa-noga 左 左足 左下肢 linke-Wade mollet-gauche gemelo-izquierdo", "left"),
        ("right R rechts rechtes_Bein droite jambe-droite derecha pierna-derecha destra dx gamba-destra direita rechterbeen"
         " höger høyre højre prawa prawa-noga 右 右足 みぎ rechter_kuit wade-rechts polpaccio-destro", "right"),
        ("both beide deux ambas entrambe bilateral båda begge obie 両足 L/R left-and-right links-und-rechts"
         " gauche-et-droite izquierda-y-derecha destra-e-sinistra vänster-och-höger venstre-og-høyre 左右", "both"),
    ],
)  # fmt: skip
def test_a_side_in_each_language(words, side):
    text = "".join(f"2026-11-20,{word.replace('-', ' ').replace('_', ' ')},20\n" for word in words.split())
    content = read_text(f"date,side,repetitions\n{text}")
    assert content.refused_rows == ()
    assert {row.side for row in content.calf_tests} == {side}


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("date,side,repetitions\n2026-11-20,upper,20\n", 'side is "upper"'),
        ("date,side,repetitions\n2026-11-20,leg,20\n", 'side is "leg"'),
        ("date,side,repetitions\n2026-11-20,,20\n", "side is empty"),
        ("date,side,repetitions,knee\n2026-11-20,left,20,stiff\n", 'knee is "stiff"'),
        ("onset_date,site\n2026-11-20,elbow\n", 'site is "elbow"'),
        ("onset_date,site,resolved_date\n2026-11-20,calf,2026-11-01\n", "resolved_date 2026-11-01 is before"),
        ("from_date,to_date,kind\n2026-11-20,2026-11-21,party\n", 'kind is "party"'),
        ("from_date,to_date,kind\n2026-11-20,2026-11-19,race\n", "to_date 2026-11-19 is before"),
        ("date,pain_0_10,event\n2026-11-20,3,bang\n", 'event is "bang"'),
        ("date,pain_0_10,next_morning_worse\n2026-11-20,3,maybe\n", 'next_morning_worse is "maybe"'),
        ("performed_at,exercise,reps\n2026-11-20,Calf raise,\n", "reps and hold_s are both empty"),
        ("performed_at,exercise,reps\n2026-11-20,,10\n", "exercise is empty"),
        ("performed_at,exercise,reps,set\n2026-11-20,Calf raise,10,W\n", 'set is "W"'),
        ("performed_at,exercise,reps,set\n2026-11-20,Calf raise,10,1.5\n", 'set is "1.5"'),
        ("performed_at,exercise,reps\n2026-11-20,Calf raise,1e999\n", "too large"),
        ("performed_at,exercise,reps\n2026-11-20,Calf raise,nan\n", "not a number"),
    ],
)
def test_a_row_with_a_word_or_number_nobody_knows_is_refused_with_its_reason(text, reason):
    content = read_text(text)
    assert reason in refusals(content)["row 2"]
    assert content.refused_rows[0].remedy
    assert content.refused_rows[0].text == text.splitlines()[1]


SYMPTOMS_HEADER = "date,side,pain_0_10,morning_stiffness_min,visa_a,next_morning_worse,event,note"
POP_DAY = date(2026, 11, 20)


@pytest.mark.parametrize(
    ("cells", "report", "reason"),
    [
        ("left,3,,,maybe,pop,", Symptom(POP_DAY, "left", 3, event="pop", row=2), 'next_morning_worse is "maybe"'),
        ("left,seven,,,,pop,", Symptom(POP_DAY, "left", event="pop", row=2), 'pain_0_10 is "seven"'),
        ("left,3,half an hour,,,pop,", Symptom(POP_DAY, "left", 3, event="pop", row=2), "morning_stiffness_min is"),
        ("left,3,,good,no,pop,", Symptom(POP_DAY, "left", 3, None, None, False, "pop", row=2), 'visa_a is "good"'),
        ("Achilles,3,,,,pop,loud", Symptom(POP_DAY, None, 3, event="pop", note="loud", row=2), 'side is "Achilles"'),
        ("left,6,,,yes,Knall,", Symptom(POP_DAY, "left", 6, None, None, True, row=2), 'event is "Knall"'),
        ("left,6,,,,no pop,", Symptom(POP_DAY, "left", 6, row=2), 'event is "no pop"'),
        ("left,,,,,pop; not examined,", Symptom(POP_DAY, "left", event="pop", row=2), 'event is "pop; not examined"'),
    ],
)
def test_a_report_counts_without_the_cells_that_nobody_understands_and_names_them(cells, report, reason):
    content = read_text(f"{SYMPTOMS_HEADER}\n{POP_DAY},{cells}\n{POP_DAY},right,1,,,,,\n")
    assert content.symptoms == (report, Symptom(POP_DAY, "right", 1, row=3))
    (refused,) = content.refused_rows
    assert (refused.place, refused.text, refused.activity_date) == ("row 2", f"{POP_DAY},{cells}", POP_DAY)
    assert reason in refused.reason
    assert "the rest of the row counts" in refused.reason
    assert refused.remedy


def test_two_cells_that_nobody_understands_are_one_refusal():
    content = read_text(f"{SYMPTOMS_HEADER}\n{POP_DAY},Achilles,seven,,,,pop,\n")
    (refused,) = content.refused_rows
    assert 'side is "Achilles"' in refused.reason
    assert 'pain_0_10 is "seven"' in refused.reason
    assert refused.remedy.count("Write") == 2


@pytest.mark.parametrize("cells", ["left,seven,,,,,", "left,,,,maybe,,sore", "Achilles,,,,,,", "left,,,,,Knall,"])
def test_a_report_of_which_nothing_is_left_is_refused_whole(cells):
    content = read_text(f"{SYMPTOMS_HEADER}\n{POP_DAY},{cells}\n")
    assert content.symptoms == ()
    assert "the rest" not in refusals(content)["row 2"]


def test_a_report_without_a_day_is_refused_whatever_else_it_says():
    content = read_text(f"{SYMPTOMS_HEADER}\nlast week,left,7,,,yes,pop,\n")
    assert content.symptoms == ()
    assert list(refusals(content)) == ["row 2"]


@pytest.mark.parametrize(
    "cell",
    [
        '"pop, cannot_raise"',
        "pop; cannot_raise",
        "pop/cannot_raise",
        "Pop + cannot raise",
        "pop cannot_raise",
        "pop and cannot-raise",
    ],
)
def test_every_event_of_a_cell_is_taken_and_the_scores_of_its_row_once(cell):
    content = read_text(f"{SYMPTOMS_HEADER}\n{POP_DAY},left,8,,,yes,{cell},heard it\n")
    assert content.symptoms == (
        Symptom(POP_DAY, "left", 8, None, None, True, "pop", "heard it", row=2),
        Symptom(POP_DAY, "left", event="cannot_raise", row=2),
    )
    assert content.refused_rows == ()


@pytest.mark.parametrize(
    ("end", "reason"),
    [
        ("soon", 'resolved_date is "soon", not a date, so the injury counts as open'),
        ("2026-11-31", "so the injury counts as open"),
        ("2026-11-01", "resolved_date 2026-11-01 is before onset_date 2026-11-20, so the injury counts as open"),
    ],
)
def test_an_injury_is_open_until_its_end_is_proven(end, reason):
    content = read_text(f"onset_date,site,side,resolved_date\n2026-11-20,calf,left,{end}\n")
    assert content.injuries == (Injury(date(2026, 11, 20), "calf", "left", None, row=2),)
    assert reason in refusals(content)["row 2"]


def test_an_injury_of_a_side_that_nobody_understands_is_one_of_no_known_side():
    content = read_text("onset_date,site,side,resolved_date\n2026-11-20,calf,upper,2026-11-25\n")
    assert content.injuries == (Injury(date(2026, 11, 20), "calf", None, date(2026, 11, 25), row=2),)
    assert 'side is "upper"' in refusals(content)["row 2"]


def test_words_are_known_in_any_case():
    assert read_text("date,side,repetitions\n2026-11-20,LEFT,20\n").calf_tests[0].side == "left"


def test_an_athlete_id_in_the_row_is_kept():
    content = read_text(f"athlete_id,{RUNS_HEADER}\nada,2026-11-20,10,50:00\n,2026-11-20,10,50:00\n")
    assert [run.athlete_id for run in content.activities] == ["ada", None]


# ---- headings


def test_headings_may_come_in_any_order_case_and_spacing_and_unknown_ones_are_noted():
    content = read_text("Moving Time , mood,Distance-KM, STARTED AT\n50:00,fine,10,2026-11-20\n")
    assert content.activities[0].distance_m == 10_000
    assert content.notes == ("columns not used: mood",)


def test_a_missing_column_is_named_with_what_was_found_and_what_was_meant():
    with pytest.raises(UnreadableFile) as refusal:
        read_own_log((BROKEN / "missing_column.csv").read_bytes())
    assert refusal.value.place == "row 1"
    assert "no column started_at" in refusal.value.reason
    assert "found: started, distance_km, moving_time" in refusal.value.reason
    assert refusal.value.remedy == 'Rename the column "started" to started_at.'


@pytest.mark.parametrize(("text", "reason"), [("\n ; \n", "no headings"), ("a,b\n1,2\n", "none of our logs: a, b")])
def test_a_table_that_is_no_log_of_ours_is_refused(text, reason):
    with pytest.raises(UnreadableFile, match=reason):
        read_text(text)


def test_strength_needs_a_column_for_repetitions_or_for_seconds():
    with pytest.raises(UnreadableFile, match="no column reps or hold_s"):
        read_text("performed_at,exercise,weight_kg\n2026-11-20,Calf raise,20\n")


def test_headings_alone_are_no_rows_yet():
    content = read_text(f"{RUNS_HEADER}\n")
    assert (content.activities, content.nothing_because) == ((), "no rows yet")


def test_headings_in_the_middle_are_skipped_and_noted():
    content = read_text(f"{RUNS_HEADER}\n2026-11-20,10,50:00\n{RUNS_HEADER}\n2026-11-21,10,50:00\n")
    assert [run.row for run in content.activities] == [2, 4]
    assert content.refused_rows == ()
    assert content.notes == ("row 3 repeats the headings and is skipped",)


def test_a_column_given_twice_counts_once():
    content = read_text(f"{RUNS_HEADER},note,note\n2026-11-20,10,50:00,first,second\n")
    assert content.activities[0].note == "first"
    assert content.notes == ("columns given twice, the first is used: note",)


def test_a_first_row_as_long_as_a_book_is_cut_where_headings_end():
    content = read_text(f"{RUNS_HEADER},{'x' * 200_000}\n2026-11-20,10,50:00,\n")
    assert len(content.activities) == 1
    assert len(content.notes[0]) < 100


# ---- rows that break


def test_each_bad_row_is_refused_by_its_line_and_absurd_numbers_pass_on():
    content = read_own_log((BROKEN / "bad_rows.csv").read_bytes())
    assert [row.place for row in content.refused_rows] == [f"row {n}" for n in (2, 4, 6, 7, 8, 9)]
    heart, time_alone, clock = content.activities
    assert (time_alone.row, time_alone.distance_m, time_alone.moving_s) == (5, None, 3000)
    assert (heart.row, heart.avg_heart_rate_bpm) == (3, 900)
    assert (clock.started_local, clock.distance_m) == (datetime(1989, 12, 31), -3000)
    assert refusals(content)["row 9"] == "The row has 6 cells under 5 headings"
    assert content.refused_rows[0].text == "2026-02-30,10,50:00,140,no such day"


def test_a_file_cut_in_a_row_loses_that_row_only():
    content = read_own_log((BROKEN / "cut_row.csv").read_bytes())
    assert len(content.activities) == 1
    assert refusals(content) == {"row 3": "The file ends in the middle of this row"}


def test_a_last_row_without_line_end_is_whole_when_no_cell_is_missing():
    assert len(read_text(f"{RUNS_HEADER}\n2026-11-20,10,50:00").activities) == 1


def test_an_open_quotation_mark_swallows_no_row_but_its_own():
    content = read_own_log((BROKEN / "open_quote.csv").read_bytes())
    assert [run.row for run in content.activities] == [3, 4]
    assert list(refusals(content)) == ["row 2"]


def test_a_note_over_two_lines_is_one_row_and_the_rows_after_keep_their_line_numbers():
    content = read_text(f'{RUNS_HEADER},note\n2026-11-20,10,50:00,"two\nlines"\nx,10,50:00,\n')
    assert content.activities[0].note == "two\nlines"
    assert list(refusals(content)) == ["row 4"]


def test_empty_rows_and_rows_of_separators_are_skipped():
    content = read_text(f"{RUNS_HEADER}\n\n2026-11-20,10,50:00\n,,\n  \n")
    assert len(content.activities) == 1
    assert content.refused_rows == ()


def test_zeros_that_a_power_cut_left_are_one_refused_row():
    content = read_text(f"{RUNS_HEADER}\n2026-11-20,10,50:00\n" + "\0" * 300)
    assert len(content.activities) == 1
    assert list(refusals(content)) == ["row 3"]
    assert "\0" not in content.refused_rows[0].text


# ---- dialects


def test_a_file_cut_inside_a_letter_is_still_utf_8():
    whole = f"{RUNS_HEADER},note\n2026-11-20,10,50:00,grün\n2026-11-21,10,50:00,grü".encode()
    content = read_own_log(whole[:-1])
    assert [run.note for run in content.activities] == ["grün", "gr"]
    assert content.notes == ()


def test_windows_text_that_ends_in_its_only_accent_keeps_it():
    content = read_text(f"{RUNS_HEADER},note\n2026-11-20,10,50:00,café", "cp1252")
    assert content.activities[0].note == "café"


def test_windows_text_is_read_and_noted():
    content = read_text(f"{RUNS_HEADER},note\n2026-11-20,10,50:00,Åre – kallt\n", "cp1252")
    assert content.activities[0].note == "Åre – kallt"
    assert content.notes == ("read as Windows text (cp1252), because it is not UTF-8",)


CELL_TEXT = st.text(st.characters(codec="cp1252", exclude_categories=("C", "Z")), min_size=1, max_size=12)
RUN_ROWS = st.lists(
    st.tuples(
        st.datetimes(datetime(1990, 1, 1), datetime(2035, 12, 31)).map(lambda moment: moment.replace(microsecond=0)),
        st.integers(0, 300_000),  # metres
        st.integers(0, 400_000),  # seconds
        CELL_TEXT | st.sampled_from(['says "ow"', "a;b,c\td", "two words"]),
    ),
    min_size=1,
    max_size=6,
)
DIALECTS = [
    (delimiter, decimal_mark, encoding)
    for delimiter in ",;\t"
    for decimal_mark in ".,"
    for encoding in ("utf-8", "utf-8-sig", "utf-16", "cp1252")
]


def is_utf_8(data: bytes) -> bool:
    return data.decode("utf-8", errors="ignore").encode() == data


@pytest.mark.parametrize(("delimiter", "decimal_mark", "encoding"), DIALECTS)
@settings(deadline=None)
@given(rows=RUN_ROWS, line_end=st.sampled_from(["\n", "\r\n"]))
def test_what_a_spreadsheet_writes_is_read_back(delimiter, decimal_mark, encoding, rows, line_end):
    table = io.StringIO()
    writer = csv.writer(table, delimiter=delimiter, lineterminator=line_end)
    writer.writerow(["started_at", "distance_km", "moving_time", "note"])
    for started, metres, seconds, note in rows:
        kilometres = f"{metres // 1000}{decimal_mark}{metres % 1000:03}"
        moving_time = f"{seconds // 3600}:{seconds // 60 % 60:02}:{seconds % 60:02}"
        writer.writerow([started.isoformat(" "), kilometres, moving_time, note])

    data = table.getvalue().encode(encoding)
    # Windows text that happens to be UTF-8 as well ("Ã©") can be told by nobody.
    assume(encoding != "cp1252" or data.isascii() or not is_utf_8(data))

    content = read_own_log(data)

    assert content.refused_rows == ()
    assert [(run.started_local, round(run.distance_m or 0), run.moving_s, run.note) for run in content.activities] == rows


@settings(deadline=None)
@given(data=st.binary(max_size=400))
def test_no_bytes_after_the_headings_can_stop_the_reader(data):
    content = read_own_log(f"{RUNS_HEADER}\n2026-11-20,10,50:00\n".encode() + data)
    assert content.activities[0].distance_m == 10_000


def test_a_table_of_anything_else_below_our_headings_is_refused_whole():
    rubbish = "started_at,distance_km,moving_time\n" + "a,b,c\n" * 5000
    with pytest.raises(UnreadableFile, match=r"More than 1,000 rows cannot be understood, the first being row 2"):
        read_own_log(rubbish.encode())


@pytest.mark.parametrize(
    ("header", "cells", "gear"),
    [
        ("gear", "Grey shoes", "Grey shoes"),
        ("shoes", "Grey shoes", "Grey shoes"),
        ("gear,shoes", "Vest,Grey shoes", "Vest"),
        ("gear,shoes", ",Grey shoes", "Grey shoes"),
        ("shoes", "", None),
    ],
)
def test_shoes_and_other_gear_are_kept_as_written(header: str, cells: str, gear: str | None):
    (run,) = read_text(f"{RUNS_HEADER},{header}\n2026-05-04T07:00,10,50:00,{cells}\n").activities
    assert run.gear == gear


@pytest.mark.parametrize("column", ["avg_heart_rate_bpm", "cadence_spm", "rpe", "carried_kg", "ascent_m"])
def test_a_value_that_a_run_does_without_costs_no_run(column):
    (run,) = read_text(f"started_at,distance_km,moving_time,{column}\n2026-11-20,10,60,none\n").activities
    assert (run.distance_m, run.moving_s, run.notes) == (10_000, 3600, ("value_not_read",))
    (run,) = read_text(f"started_at,distance_km,moving_time,{column}\n2026-11-20,10,60,\n").activities
    assert run.notes == ()


def test_a_run_needs_its_distance_or_its_time():
    content = read_text("started_at,distance_km,moving_time\n2026-11-20,10,\n2026-11-21,,60\n2026-11-22,,\n")
    assert [(run.distance_m, run.moving_s) for run in content.activities] == [(10_000, None), (None, 3600)]
    assert refusals(content) == {"row 4": "The distance and moving_time are both empty"}


# ---- sites in the words of each language, and notes with commas


@pytest.mark.parametrize(
    ("said", "site"),
    [
        ("Achillessehne", "achilles"), ("tendon d'Achille", "achilles"), ("Tendón de Aquiles", "achilles"),
        ("アキレス腱", "achilles"),
        ("hälsena", "achilles"), ("ścięgno Achillesa", "achilles"), ("Achillespees", "achilles"), ("akillessene", "achilles"),
        ("tendão de Aquiles", "achilles"), ("tendine d'Achille", "achilles"), ("Achilles tendon", "achilles"),
        ("Achillessehnenansatz", "achilles_insertion"), ("achilles midportion", "achilles_midportion"),
        ("Achilles-Insertion", "achilles_insertion"), ("Wade", "calf"), ("mollet", "calf"), ("łydka", "calf"),
        ("Fuß", "foot"), ("stopa", "foot"), ("Knie", "other"), ("genou", "other"), ("CALF", "calf"), ("other", "other"),
    ],
)  # fmt: skip
def test_a_site_may_be_said_in_any_of_the_twelve_languages(said, site):
    content = read_text(f'onset_date,site,side\n2026-11-20,"{said}",left\n')
    assert content.injuries == (Injury(date(2026, 11, 20), site, "left", row=2),)


@pytest.mark.parametrize("said", ["Achilles?", "left calf", "no calf", "Sehne", "heel"])
def test_a_site_that_no_language_has_is_refused_not_guessed(said):
    content = read_text(f"onset_date,site,side\n2026-11-20,{said},left\n2026-11-21,calf,left\n")
    if said == "Achilles?":  # a mark of doubt is no other place
        assert [injury.site for injury in content.injuries] == ["achilles", "calf"]
    else:
        assert refusals(content) == {"row 2": f'site is "{said}"'}


def test_a_note_in_the_last_column_is_read_to_the_end_of_its_line():
    content = read_text(
        "date,side,pain_0_10,next_morning_worse,note\n2026-11-20,left,6,yes,stiff, then fine, later\n2026-11-21,left,2,no,well\n"
    )
    assert [(row.pain_0_10, row.is_worse_next_morning, row.note) for row in content.symptoms] == [
        (6, True, "stiff, then fine, later"), (2, False, "well"),
    ]  # fmt: skip
    assert content.refused_rows == ()
    assert content.notes == ("the note of row 2 was read to the end of its line: it holds the separating mark unquoted",)
    injured = read_text("onset_date,site,side,resolved_date,note\n2026-11-20;calf\n2026-11-20,calf,left,,felt it, on the hill\n")
    assert [(injury.site, injury.note) for injury in injured.injuries] == [("calf", "felt it, on the hill")]


@pytest.mark.parametrize(
    "row",
    [
        "2026-11-20,left,2,5,no,stiff",  # 2,5 of 10: "no" would be the note, and 5 the morning
        "2026-11-20,left,2,1,no,stiff",  # 2,1 of 10, and a 1 that might be a yes
        "2026-11-20,left,2,1,0,stiff",
        "2026-11-20,left,2,maybe,stiff, then fine",
        "2026-11-20,left,2,no,,,stiff",
    ],
)
def test_a_row_that_may_be_shifted_by_a_decimal_comma_is_refused(row):
    content = read_text(f"date,side,pain_0_10,next_morning_worse,note\n{row}\n2026-11-21,left,2,no,well\n")
    assert len(content.symptoms) == 1
    assert "cells under 5 headings" in refusals(content)["row 2"]


def test_no_other_log_takes_more_cells_than_headings():
    content = read_text("started_at,distance_km,moving_time,note\n2026-11-20 08:00,10,5,50:00,x\n2026-11-21 08:00,10,50:00,x\n")
    assert (len(content.activities), refusals(content)) == (1, {"row 2": "The row has 5 cells under 4 headings"})
