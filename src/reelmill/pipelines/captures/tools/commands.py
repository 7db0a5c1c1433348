"""What the small commands of `reelmill captures` do."""

from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import Any

from reelmill.desk import Desk
from reelmill.errors import ReelmillError, Refused
from reelmill.foreground import done_in_child, folder_beside, may_write
from reelmill.media.ffmpeg import Ffmpeg
from reelmill.media.tools import Tools
from reelmill.media.verify import Verified
from reelmill.pipelines.captures.keys import TAR
from reelmill.pipelines.captures.tools import frames as drawing
from reelmill.pipelines.captures.tools import lists
from reelmill.pipelines.captures.tools import overlay as playing
from reelmill.pipelines.captures.tools.choosing import Days, captures
from reelmill.pipelines.captures.tools.crop import crop as cropped
from reelmill.pipelines.captures.tools.grid import Form
from reelmill.pipelines.captures.tools.lists import Share
from reelmill.pipelines.captures.tools.opened import Opened, opened
from reelmill.pipelines.captures.tools.organise import Sorted, copied, sorted_out
from reelmill.pipelines.captures.tools.overlay import Wanted
from reelmill.pipelines.captures.tools.places import (
    apart,
    beginning,
    object_at,
    source_at,
    target_at,
)
from reelmill.pipelines.captures.tools.sizes import MB, Summary, range_of
from reelmill.pipelines.captures.tools.split import split as divided
from reelmill.pipelines.captures.tools.unpack import unpack as unpacked
from reelmill.storage.store import Stat, Store
from reelmill.terminal import seconds as spoken

#: Seconds that making a video of a recording of an hour may take, and making its table.
FILM_S, TABLE_S = 4 * 3600.0, 3600.0


class UnknownMode(Refused):
    """Frames are not drawn in that way."""


def tasks(  # noqa: PLR0913 - what a command was asked
    desk: Desk, source: str, output: Path, *, prefix: str, between: Days, share: Share
) -> None:
    """Write a task list."""
    keys = lists.write_tasks(source, output, prefix=prefix, between=between, share=share)
    desk.terminal.line(f"{output}: {len(keys)} captures")


def shard(desk: Desk, task_list: Path, output: Path, share: Share) -> None:
    """Write one node's share of a task list."""
    keys = lists.write_share(task_list, output, share)
    desk.terminal.line(f"{output}: {len(keys)} captures")


def sizes(desk: Desk, source: str, folder: Path, *, prefix: str, as_json: bool) -> None:
    """Write an inventory, and tell its summary."""
    found = lists.write_sizes(source, folder, prefix=prefix)
    if as_json:
        desk.terminal.document(found.model_dump(mode="json"))
        return
    desk.terminal.table(("MB", "captures"), [(k, str(n)) for k, n in found.buckets.items()])
    desk.terminal.line(_sized(found))
    desk.terminal.note(f"Written to {folder}: sizes.csv, sizes.json, sizes.svg, sizes-log.svg.")


def _sized(found: Summary) -> str:
    if found.mean_mb is None:
        return "no captures"
    parts = [f"{name} {value:.1f}" for name, value in found.percentiles_mb.items()]
    span = f"{found.min_mb:.1f} to {found.max_mb:.1f} MB, mean {found.mean_mb:.1f}"
    return f"{found.count} captures, {found.total_mb:.1f} MB: {span}, {', '.join(parts)}"


def ranges(  # noqa: PLR0913 - what a command was asked
    desk: Desk, source: str, wanted: Sequence[str], *, prefix: str, limit: int, as_json: bool
) -> None:
    """Tell which captures are of some sizes."""
    found = lists.in_ranges(source, [range_of(text) for text in wanted], prefix=prefix)
    if as_json:
        desk.terminal.document([_of_range(str(one), stats, limit) for one, stats in found])
        return
    for one, stats in found:
        total_mb = sum(stat.size_bytes for stat in stats) / MB
        desk.terminal.line(f"{one}: {len(stats)} captures, {total_mb:.1f} MB", style="bold")
        for stat in stats[:limit]:
            desk.terminal.line(f"  {stat.key}  {stat.size_bytes / MB:.2f} MB")
        if len(stats) > limit:
            desk.terminal.note(f"  and {len(stats) - limit} more")


def _of_range(name: str, stats: Sequence[Stat], limit: int) -> dict[str, Any]:
    return {
        "range": name,
        "count": len(stats),
        "size_bytes": sum(stat.size_bytes for stat in stats),
        "captures": [{"key": one.key, "size_bytes": one.size_bytes} for one in stats[:limit]],
    }


def flagged(desk: Desk, manifest: str, output: Path, flags: Sequence[str], *, root: str) -> None:
    """Write what flags condemn, and tell how much that is."""
    reasons = lists.write_doomed(manifest, output, apart(flags), root)
    counts = {reason: reasons.count(reason) for reason in sorted(set(reasons))}
    desk.terminal.table(("why", "recordings"), [(why, str(n)) for why, n in counts.items()])
    desk.terminal.line(f"{output}: {len(reasons)} recordings")


def unpack(desk: Desk, tar: str, folder: Path, *, force: bool) -> None:
    """Unpack a capture."""
    for path in unpacked(opened(*object_at(tar)), folder, force=force):
        desk.terminal.line(str(path))


def split(desk: Desk, source: str, target: str, *, prefix: str) -> bool:
    """Divide bundles; whether all of them could be."""
    store, keys = _tars(source, prefix)
    into, sound = target_at(target), True
    for key in keys:
        try:
            _divide(desk, opened(store, key), into)
        except ReelmillError as error:
            desk.terminal.problem(f"{key}: {error.message}")
            sound = False
    return sound


def _divide(desk: Desk, tar: Opened, into: Store) -> None:
    made = 0
    for key in divided(tar, into):
        desk.terminal.line(f"{tar.stat.key}  {key}")
        made += 1
    if not made:
        desk.terminal.note(f"{tar.stat.key}: one recording")


def _tars(source: str, prefix: str) -> tuple[Store, list[Any]]:
    """One capture, or all of a store that have any bytes."""
    if source.endswith(TAR):
        store, key = object_at(source)
        return store, [key]
    store = source_at(source)
    return store, [stat.key for stat in captures(beginning(store, prefix)) if stat.size_bytes]


def organise(desk: Desk, source: str, target: str | None, *, prefix: str, as_json: bool) -> bool:
    """Copy captures to where they belong, or only tell; whether it can be told of all."""
    store = source_at(source)
    keys = [stat.key for stat in captures(beginning(store, prefix))]
    found = sorted_out(store, keys)
    if target is not None:
        found = copied(found, store, target_at(target))
    sound = True
    with desk.terminal.bar("organising") as bar:
        for number, one in enumerate(found, start=1):
            bar.at(number, len(keys), one.key)
            _tell_place(desk, one, as_json=as_json)
            sound = sound and one.place is not None
    return sound


def _tell_place(desk: Desk, one: Sorted, *, as_json: bool) -> None:
    why = one.why.message if one.why else ""
    if as_json:
        desk.terminal.record({"key": one.key, "place": one.place, "error": why or None})
    elif one.place is None:
        desk.terminal.problem(f"{one.key}: {why}")
    else:
        desk.terminal.line(f"{one.key}  {one.place}")


def mode_of(name: str) -> Form:
    """Which frames are drawn.

    Raises:
        UnknownMode: there is no such way.
    """
    try:
        return Form(name)
    except ValueError as error:
        raise UnknownMode(mode=name, hint=f"Choose among {', '.join(Form)}.") from error


def keys_of(records: str, keys: Sequence[str], *, prefix: str, limit: int | None) -> list[str]:
    """The records that are meant: some by name, else all under a prefix."""
    if keys:
        return list(keys)[:limit]
    return list(drawing.records(source_at(records), prefix, limit))


def listed(desk: Desk, keys: Iterable[str]) -> None:
    """Tell keys, one a line."""
    for key in keys:
        desk.terminal.line(key)


def frames(desk: Desk, records: str, keys: Sequence[str], folder: Path, form: Form) -> bool:
    """Draw records; whether every one could be."""
    sound = True
    if not keys:
        desk.terminal.note(f"There are no records in {records}.")
    with desk.terminal.bar("drawing") as bar:
        for number, one in enumerate(drawing.draw(source_at(records), keys, folder, form), 1):
            bar.at(number, len(keys), one.key)
            if one.why is not None:
                desk.terminal.problem(f"{one.key}: {one.why.message}")
                sound = False
            else:
                desk.terminal.line(str(one.picture))
    return sound


def wanted(tar: str, *, group: str, start_s: float, seconds: float | None) -> Wanted:
    """Which recording, and which part of it."""
    return Wanted(tar=tar, group=group, start_s=start_s, seconds=seconds)


def controls(desk: Desk, tar: str, output: Path, *, group: str) -> None:
    """Write the table of a recording's controls."""
    asked = Wanted(tar=tar, group=group)
    work = playing.tabulate
    rows = done_in_child(desk.terminal, "tabulating", work, asked, output, timeout_s=TABLE_S)
    desk.terminal.line(f"{output}: {rows} frames")


def overlay(desk: Desk, asked: Wanted, output: Path, *, force: bool) -> None:
    """Draw controls over a recording, and give the video its name when it was verified."""
    _film(desk, "overlay", playing.overlay, (asked,), output, force=force)


def crop(desk: Desk, tar: str, output: Path, *, group: str, force: bool) -> None:
    """Cut black off a recording, and give the video its name when it was verified."""
    _film(desk, "crop", cropped, (tar, group), output, force=force)


def _film(  # noqa: PLR0913 - what is made, of what, and where it goes
    desk: Desk,
    label: str,
    work: Callable[..., Verified],
    asked: tuple[Any, ...],
    output: Path,
    *,
    force: bool,
) -> None:
    may_write(output, force=force)
    settings = desk.settings()
    tools = Tools(ffmpeg=Ffmpeg(settings.ffmpeg, encoder=settings.encoder))
    with folder_beside(output) as folder:
        draft = folder / "video.mp4"
        found = done_in_child(
            desk.terminal, label, work, *asked, draft, folder, tools, timeout_s=FILM_S
        )
        draft.replace(output)
    size = f"{found.size.width}x{found.size.height}"
    desk.terminal.line(
        f"{output}: {size}, {spoken(found.duration_s)}, {found.size_bytes / 1e6:.2f} MB"
    )
