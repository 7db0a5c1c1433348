"""What `reelmill replays ...` does: one video, a library of them, or what is known of them."""

import sys
from collections.abc import Sequence
from contextlib import nullcontext
from dataclasses import asdict
from pathlib import Path

from reelmill.catalog.job import JobState
from reelmill.desk import Desk
from reelmill.foreground import may_write
from reelmill.pipelines.replays import doctor, highlights, single
from reelmill.pipelines.replays.batch.backfill import Batch, Order
from reelmill.pipelines.replays.batch.choices import Asked
from reelmill.pipelines.replays.batch.log import BatchLog, counted, passed_over
from reelmill.pipelines.replays.batch.sources import files_below, find
from reelmill.pipelines.replays.highlights import Form
from reelmill.pipelines.replays.spec import ProfileName, ReplaySpec, Theme
from reelmill.pipelines.replays.survey import survey, write_report, written
from reelmill.units import StoreKey

__all__ = ["Asked", "Order", "analyze", "backfill", "examine", "look", "render", "status"]


def look(profile: ProfileName, theme: Theme, fps: int, seconds_per_round: float) -> ReplaySpec:
    """How the videos are to look; the game is filled in later."""
    return ReplaySpec(
        game_id="any",
        replay_key=StoreKey("any"),
        profile=profile,
        theme=theme,
        fps=fps,
        seconds_per_round=seconds_per_round,
    )


def render(  # noqa: PLR0913 - the options of a command
    desk: Desk, source: str, output: Path, wanted: ReplaySpec, *, force: bool, as_json: bool
) -> None:
    """Make one video here and now."""
    may_write(output, force=force)
    made = single.render(
        sys.stdin.buffer if source == "-" else Path(source),
        output,
        wanted,
        terminal=desk.terminal,
        verbose=desk.verbose > 0,
    )
    if as_json:
        desk.terminal.document(made.facts)
        return
    desk.terminal.line(made.sentence)
    for repair in made.film.repairs:
        desk.terminal.note(f"repaired: {repair}")


def backfill(desk: Desk, source: str, order: Order, *, works: bool, as_json: bool) -> bool:
    """Make a video of every replay; whether every game has one now."""
    wanted = {} if order.max_parallel is None else {"children": order.max_parallel}
    with desk.open(**wanted) as system:
        log = BatchLog(desk.terminal, verbose=desk.verbose > 0, as_json=as_json)
        finds = find(source, open_store=desk.open_store, http=system.services.http)
        log.begin(source, finds)
        with system.node(["replays"]) if works else nullcontext():
            batch = Batch(system, finds.files, order)
            with log.watching():
                for ended in batch:
                    log.ended(ended, batch.tally)
            return log.finish(batch.tally, system.services.store)


def status(desk: Desk, *, as_json: bool) -> None:
    """Count the games in each state, with reasons."""
    with desk.open() as system:
        counts = {state.value: 0 for state in JobState}
        for (pipeline, state), number in system.jobs.counts().items():
            counts[state.value] += number if pipeline == "replays" else 0
        failed = system.jobs.listed(
            pipeline="replays", state=JobState.FAILED, limit=max(counts["failed"], 1)
        )
    reasons = [
        {"game_id": job.key, "code": job.error_code, "reason": job.error_message, "run": job.run}
        for job in failed
    ]
    if as_json:
        desk.terminal.document({"counts": counts, "failed": reasons})
        return
    desk.terminal.table(("state", "games"), [(name, str(n)) for name, n in counts.items()])
    for each in reasons:
        desk.terminal.line(f"failed: {each['game_id']}: {each['reason']}", style="red")


def examine(desk: Desk, folder: Path, *, repair: bool, output: Path | None, as_json: bool) -> bool:
    """Name each fault of each file; whether all can be shown."""
    finds = files_below(folder)
    ward = doctor.Ward(folder, into=output, mend=repair)
    seen = [ward.see(found) for found in finds.files]
    if as_json:
        desk.terminal.document({"files": [asdict(each) for each in seen]})
    else:
        _tell(desk, seen, finds.siblings)
    return all(each.can_be_shown for each in seen)


def _tell(desk: Desk, seen: list[doctor.Diagnosis], siblings: tuple[str, ...]) -> None:
    for name in siblings:
        desk.terminal.line(passed_over(name))
    for each in seen:
        for fault in each.faults:
            desk.terminal.line(f"{each.name}: {fault.severity.value}: {fault.sentence}")
        if each.repaired_to is not None:
            kept = f", the original is {each.kept_as}" if each.kept_as else ""
            desk.terminal.line(f"{each.name}: repaired: {each.repaired_to}{kept}", style="green")
    faulty = sum(bool(each.faults) for each in seen)
    hopeless = sum(not each.can_be_shown for each in seen)
    desk.terminal.line(
        f"{counted(len(seen), 'file')}, {faulty} with faults, {hopeless} that cannot be shown"
    )


def analyze(  # noqa: PLR0913 - the options of a command
    desk: Desk,
    folders: Sequence[Path],
    *,
    top: int,
    since: str,
    form: Form,
    output: Path | None,
) -> None:
    """List the dearest, longest, best and worst games, of that day (`2025-12-01`) and later."""
    rows, unread = survey(folders)
    chosen = highlights.since(rows, since) if since else rows
    text = written(highlights.sections(chosen, top), form)
    if output is None:
        for line in text.splitlines():
            desk.terminal.line(line)
    else:
        write_report(output, text)
    desk.terminal.note(f"{len(chosen)} games" + (f", {unread} files left out" if unread else ""))
