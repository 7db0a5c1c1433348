"""What `reelmill captures scout` does: a list of TARs -> those that are worth to be extracted."""

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from reelmill.desk import Desk
from reelmill.foreground import write_whole
from reelmill.pipelines.captures.batch.scouts import Sighted, sightings
from reelmill.pipelines.captures.batch.tasks import task_list
from reelmill.pipelines.captures.settings import settings_of
from reelmill.pipelines.captures.telling import MB, Done, tell
from reelmill.pipelines.captures.tools.places import url_of
from reelmill.pipelines.captures.work import source_at


def scout(desk: Desk, source: str, tasks: Path, keep: Path | None, *, as_json: bool) -> bool:
    """Look at the TARs of a list; whether all of them are worth to be extracted.

    Args:
        desk: Where it is asked.
        source: Store of the TARs, as it was typed; empty is what the settings say.
        tasks: Lists the TARs.
        keep: Gets the keys of those that are worth it.
        as_json: Print JSON.
    """
    keys = task_list(tasks)
    seen = list(_looked_at(desk, source, keys, tells=not as_json))
    hopeful = [one.key for one in seen if not one.is_hopeless]
    if keep is not None:
        write_whole(keep, "".join(f"{key}\n" for key in hopeful))
    done = _done(seen, len(hopeful))
    tell(desk, done, as_json=as_json)
    return done.sound


def _looked_at(desk: Desk, source: str, keys: Sequence[str], *, tells: bool) -> Iterator[Sighted]:
    with desk.open() as system, desk.terminal.bar("scout") as bar:
        chosen = settings_of(system.services)
        url = url_of(source or chosen.source_bucket)
        # Known to be missing before anybody looks.
        source_at(url)
        children = system.services.children
        looks = sightings(children, url, keys, max_bytes=chosen.max_tar_bytes)
        for number, one in enumerate(looks, 1):
            bar.at(number, len(keys), one.key)
            if tells and one.is_hopeless:
                desk.terminal.line(f"hopeless  {one.key}  {_why(one)}", "yellow")
            yield one


def _why(one: Sighted) -> str:
    faults = (fault for each in one.report.recordings for fault in each.faults)
    return one.skipped or ", ".join(dict.fromkeys(faults))


def _done(seen: Sequence[Sighted], hopeful: int) -> Done:
    read_bytes = sum(one.report.read_bytes for one in seen)
    size_bytes = sum(one.size_bytes for one in seen)
    share = read_bytes / size_bytes if size_bytes else 0.0
    read = f"{read_bytes / MB:.1f} of {size_bytes / MB:.1f} MB read, {share:.1%}"
    return Done(
        sound=hopeful == len(seen),
        document={
            "hopeful": hopeful,
            "read_bytes": read_bytes,
            "size_bytes": size_bytes,
            "tars": [_as_document(one) for one in seen],
        },
        lines=(f"{hopeful} of {len(seen)} worth to be extracted; {read}",),
    )


def _as_document(one: Sighted) -> dict[str, Any]:
    return {
        "key": one.key,
        "hopeless": one.is_hopeless,
        "skipped": one.skipped,
        "size_bytes": one.size_bytes,
        "read_bytes": one.report.read_bytes,
        "recordings": [each._asdict() for each in one.report.recordings],
    }
