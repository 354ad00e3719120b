"""The files inside the archives in athletes' folders, and the sheets of workbooks anywhere.

The list is stored, so that each archive is unpacked once."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterable, Iterator

from flows.intake.contents import ROOT, UNREADABLE, FoundFile
from flows.intake.folder import is_export
from flows.intake.store import insert
from flows.readers.archive import DAMAGED, DEEPEST_ARCHIVE, holds_sheets, is_archive, members_of, open_content
from flows.records import UnreadableFile
from flows.squad.own_files import OWN_FILES
from flows.state import database


def archive_members(connection: database.Connection, found: list[FoundFile], lists_anew: bool) -> list[FoundFile]:
    """The files in all archives of the athletes' folders, and the sheets of all workbooks.

    A known archive is not unpacked again, unless `lists_anew`; one that is refused holds nothing.
    """
    connection.execute("begin")
    connection.execute(
        "delete from raw.archive_members where ? or archive_id not in (select file_id from raw.paths)", [lists_anew]
    )
    members = []
    refusals = "select athlete_id, file_id from raw.contents where outcome = 'quarantined' and not ?"
    refused = set(connection.execute(refusals, [lists_anew]).fetchall())
    for file in found:
        if not file.is_archive or file.path in OWN_FILES:
            continue
        query = "select names, shown, size_bytes, file_id, problem, remedy from raw.archive_members where archive_id = ?"
        known = connection.execute(query, [file.file_id]).fetchall()
        if not known:
            if (file.athlete_id, file.file_id) in refused or (file.athlete_id == ROOT and not holds_sheets(file.location)):
                continue
            known = list(listed(file))
            columns = ("names", "shown", "size_bytes", "file_id", "problem", "remedy")
            rows = [dict(zip(columns, row, strict=True)) | {"archive_id": file.file_id} for row in known]
            insert(connection, "archive_members", rows)
        is_in_export = file.is_in_export or _holds_export(shown for _, shown, *_ in known)
        for names, shown, size_bytes, file_id, problem, remedy in known:
            path = f"{file.path}!{shown}"
            members.append(
                FoundFile(
                    path,
                    file.athlete_id,
                    size_bytes,
                    file_id or f"{UNREADABLE}{path}",
                    file.location,
                    problem,
                    remedy,
                    tuple(json.loads(names)),
                    is_in_export=is_in_export,
                )
            )
    connection.execute("commit")
    return members


def listed(file: FoundFile, names: tuple[str, ...] = (), shown: str = "") -> Iterator[tuple[str, str, int, str, str, str]]:
    """Rows of raw.archive_members for an archive and the archives in it; none if the archive itself is refused."""
    try:
        members = members_of(file.location, names)
    except (UnreadableFile, *DAMAGED):
        return
    for member in members:
        path, label = (*names, member.name), f"{shown}{member.shown}"
        problem, remedy, file_id, is_inner = member.problem, member.remedy, "", False
        if not problem:
            try:
                with open_content(file.location, path) as stream:
                    digest = hashlib.sha256(head := stream.read(4))
                    while chunk := stream.read(1 << 20):
                        digest.update(chunk)
                file_id, is_inner = digest.hexdigest(), is_archive(head)
            except DAMAGED as error:
                problem, remedy = f"it is damaged in the archive ({error})", "Copy or download the archive again."
        yield json.dumps(path), label, member.size_bytes, file_id, problem, remedy
        if is_inner and len(path) < DEEPEST_ARCHIVE:
            yield from listed(file, path, f"{label}!")


def _holds_export(paths: Iterable[str]) -> bool:
    """Whether any folder in an archive is that of an account export; `paths` are the paths of the archive's files."""
    folders: dict[str, set[str]] = {}
    for path in paths:
        folder = ""
        for name in re.split("[/!]", path):
            folders.setdefault(folder, set()).add(name)
            folder = f"{folder}/{name}"
    return any(is_export(names) for names in folders.values())
