"""Which contents to read, in which order, and the worker processes that read them."""

from __future__ import annotations

import gc
import os
import signal
import threading
from collections.abc import Iterable, Iterator
from concurrent.futures import ProcessPoolExecutor, as_completed
from concurrent.futures.process import BrokenProcessPool
from dataclasses import replace
from multiprocessing import get_context, parent_process

from flows.intake.contents import ROOT, FoundFile, Job, ParsedFile, refused
from flows.intake.form_words import may_be_table
from flows.intake.parse import parse_file, why_ignored_by_name
from flows.intake.store import store
from flows.records import FormWords
from flows.squad.own_files import OWN_FILES
from flows.state import database


def unread_contents(connection: database.Connection, found: list[FoundFile], words: FormWords) -> tuple[list[Job], list[Job]]:
    """One job for each owner and content not read yet: logs at the root, then the athletes' own files.

    The rows of a log at the root and those of an athlete's copy of it differ in nothing but the athlete, so a copy is
    read (again) after the log at the root. Large files come first, so that all cores end at about the same time.
    """
    read = set(connection.execute("select athlete_id, file_id from raw.contents").fetchall())
    new_at_root = {file.file_id for file in found if file.athlete_id == ROOT and (ROOT, file.file_id) not in read}
    jobs: dict[tuple[str, str], tuple[int, Job]] = {}
    outcomes = []
    for file in found:
        key = (file.athlete_id, file.file_id)
        if file.problem or key in jobs or file.path in OWN_FILES or (key in read and file.file_id not in new_at_root):
            continue
        if reason := why_ignored_by_name(file):
            read.add(key)
            outcomes.append(ParsedFile(*key, "ignored", reason=reason))
            continue
        asked = replace(words, owner=file.athlete_id) if words.questions and may_be_table(file) else None
        jobs[key] = (file.size_bytes, Job(*key, file.location, file.path, file.names, file.is_in_export, asked))
    store(connection, outcomes)
    # An archive within an archive is held in memory, so its files are read one after the other.
    by_size = [job for _, job in sorted(jobs.values(), key=lambda sized: (sized[1].names[:-1], -sized[0], sized[1].shown))]
    return [job for job in by_size if job.athlete_id == ROOT], [job for job in by_size if job.athlete_id != ROOT]


def parse_all(jobs: list[Job], workers: int) -> Iterator[ParsedFile]:
    """Read the files on all cores. A file that kills its worker is read once more alone; if that fails too, it is refused."""
    if workers == 1 or len(jobs) < 2:  # noqa: PLR2004
        gc.freeze()  # what is there before is no garbage of these files: searching it again and again takes a tenth of the time
        try:
            yield from map(parse_file, jobs)
        finally:
            gc.unfreeze()
        return
    unfinished = dict.fromkeys(jobs)
    context = get_context("forkserver")
    context.set_forkserver_preload([__name__])  # the readers are imported once, not once for each worker
    try:
        with ProcessPoolExecutor(min(workers, len(jobs)), mp_context=context, initializer=_live_and_die_with_the_night) as pool:
            futures = {pool.submit(parse_file, job): job for job in jobs}
            for future in as_completed(futures):
                parsed = future.result()
                del unfinished[futures.pop(future)]
                yield parsed
    except BrokenProcessPool:
        for job in unfinished:
            yield _parse_alone(job)


def _live_and_die_with_the_night() -> None:
    """In a worker: ignore Ctrl-C, which the night handles, and exit when the night is killed."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    gc.freeze()  # as above

    def follow() -> None:
        if night := parent_process():
            night.join()
        os._exit(1)

    threading.Thread(target=follow, daemon=True).start()


def _parse_alone(job: Job) -> ParsedFile:
    try:
        with ProcessPoolExecutor(1, get_context("forkserver"), initializer=_live_and_die_with_the_night) as pool:
            return pool.submit(parse_file, job).result()
    except BrokenProcessPool:
        return refused(job, "reading it killed the reader", "Export it again, or leave it out; please report it.")


def batches(results: Iterable[ParsedFile], size: int) -> Iterator[list[ParsedFile]]:
    batch: list[ParsedFile] = []
    for result in results:
        batch.append(result)
        if len(batch) == size:
            yield batch
            batch = []
    if batch:
        yield batch
