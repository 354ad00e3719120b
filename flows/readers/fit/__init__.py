"""FIT files: sessions, tracks and strength sets, exactly as the watch wrote them.

Three decoders share the work: fitfast (fast, columns), garmin-fit-sdk (merges heart rate stored by a strap,
unpacks the field that holds both speed and distance) and fitdecode (slow, reads what the others refuse).
A damaged file is read up to its last complete message.
"""

from __future__ import annotations

from collections.abc import Sequence

from flows.readers.fit.activities import activities_of, lacks_summary
from flows.readers.fit.container import EXPORT_AGAIN, split_chain
from flows.readers.fit.decoders import PARSERS, Messages, decode, file_type, join_heart_rate
from flows.readers.fit.profile import enum_name
from flows.records import Activity, FileContent, RefusedRow, UnreadableFile

FORMATS = ("fit",)


def read_fit(data: bytes) -> FileContent:
    """Read one FIT file, also a chained or damaged one; each `session` message becomes one Activity.

    Raises UnreadableFile if nothing at all can be read. If only a part can be read, `partly_because` names
    the byte at which reading stopped.
    """
    spans, rest_because = split_chain(data)
    found = [decode(data[start:end], start) for start, end in join_heart_rate(data, spans)]

    parts = [part for messages in found for part in activities_of(messages)]
    activities = tuple(part for part in parts if isinstance(part, Activity))
    refused = tuple(part for part in parts if isinstance(part, RefusedRow))

    broken = [messages.broken_because for messages in found if messages.broken_because]
    broken += [rest_because] if rest_because else []
    if not activities and (broken or refused):
        reasons = "; ".join([*broken, *(row.reason for row in refused)])
        refusal = UnreadableFile("byte 0", f"{reasons}; no session and no track before that", EXPORT_AGAIN)
        refusal.started_at = next((row.started_at for row in refused if row.started_at), None)
        if len({(row.sport, row.sub_sport) for row in refused}) == 1:
            refusal.sport, refusal.sub_sport = refused[0].sport, refused[0].sub_sport
        raise refusal
    if any(lacks_summary(messages) for messages in found):
        broken.append("the summary of the session is missing, so only the track speaks")
    return FileContent(
        format="fit",
        parser=max((messages.parser for messages in found), key=PARSERS.index),
        activities=activities,
        refused_rows=refused,
        nothing_because=None if activities else why_nothing(found),
        partly_because=f"{'; '.join(broken)}; what could be read was taken" if broken else None,
    )


def why_nothing(found: Sequence[Messages]) -> str:
    kinds = sorted({enum_name("file", kind) or "" for kind in map(file_type, found) if kind is not None})
    kind = " and ".join(kinds).replace("_", " ")
    if not kind or kind == "activity":
        return "the file is whole but holds no session and no track"
    return f"it is a {kind} file of the watch, not an activity: it holds no session"
