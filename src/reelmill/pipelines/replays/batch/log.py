"""A batch as it goes -> lines for people, or one document for a script."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict
from pathlib import PurePosixPath

from reelmill.pipelines.replays.batch.sources import Finds
from reelmill.pipelines.replays.batch.tally import Ended, Ending, Tally
from reelmill.storage.store import Store
from reelmill.terminal import Bar, Terminal, seconds
from reelmill.units import StoreKey

#: Least time between two lines of progress in a pipe, seconds.
PROGRESS_S = 5.0

#: Failures named in the summary; the rest is counted.
MAX_NAMED = 20

_STYLES = {
    Ending.SUCCEEDED: "green",
    Ending.FAILED: "red",
    Ending.LEFT: "yellow",
    Ending.SAME: "yellow",
    Ending.SKIPPED: "dim",
}


class BatchLog:
    """Tells a batch.

    Args:
        terminal: Where it is told.
        verbose: A line also for games that were skipped.
        as_json: Say nothing before the end, and then everything.
    """

    def __init__(self, terminal: Terminal, *, verbose: bool, as_json: bool) -> None:
        self._terminal = terminal
        self._verbose = verbose
        self._as_json = as_json
        self._bar: Bar | None = None
        self._began_s = self._told_s = time.monotonic()
        self._kept: list[Ended] = []
        self._video_key = ""
        self._told_line = ""
        self._siblings: tuple[str, ...] = ()

    def begin(self, source: str, finds: Finds) -> None:
        """Say what was found."""
        self._siblings = finds.siblings
        self._say(f"Found {counted(len(finds.files), 'replay file')} in {source}")
        for name in finds.siblings:
            self._say(passed_over(name))

    @contextmanager
    def watching(self) -> Iterator[None]:
        """Keep a bar at the bottom of a terminal while the batch runs."""
        if self._as_json:
            yield
            return
        with self._terminal.bar("replays") as self._bar:
            yield
        self._bar = None

    def ended(self, ended: Ended, tally: Tally) -> None:
        """One file is done with."""
        self._video_key = ended.video_key or self._video_key
        if self._as_json or ended.ending in {Ending.FAILED, Ending.LEFT}:
            self._kept.append(ended)
        if ended.ending is not Ending.SKIPPED or self._verbose:
            self._say(_line(ended), _STYLES[ended.ending])
        if self._bar is not None:
            self._bar.at(tally.processed, tally.total, tally.counts)
        if not self._terminal.interactive and self._time_to_tell():
            self._tell(tally.line)

    def _time_to_tell(self) -> bool:
        now_s = time.monotonic()
        if now_s - self._told_s < PROGRESS_S:
            return False
        self._told_s = now_s
        return True

    def finish(self, tally: Tally, store: Store) -> bool:
        """Sum up.

        Returns:
            Whether every file that was looked at has its video.
        """
        took_s = time.monotonic() - self._began_s
        if self._as_json:
            self._document(tally, took_s, store)
        else:
            self._summary(tally, took_s, store)
        return not (tally.ended[Ending.FAILED] or tally.ended[Ending.LEFT])

    def _tell(self, line: str) -> None:
        """Say how far it is, unless that was said last."""
        if line != self._told_line:
            self._told_line = line
            self._say(line)

    def _summary(self, tally: Tally, took_s: float, store: Store) -> None:
        self._tell(tally.line)
        made = tally.ended[Ending.SUCCEEDED]
        pace = f", {made / took_s * 60:.0f} games/min" if made else ""
        self._say(f"Finished in {seconds(took_s)}{pace}")
        for ended in self._kept[:MAX_NAMED]:
            self._say(f"  {ended.ending.value}: {ended.name}: {ended.reason}", "red")
        if len(self._kept) > MAX_NAMED:
            more = len(self._kept) - MAX_NAMED
            self._say(f"  and {more} more; `reelmill replays status` names them all")
        if tally.ended[Ending.LEFT]:
            self._say("  `--retry-failed` tries games again that failed before")
        if library := self._library(store):
            self._say(f"Videos: {library}")

    def _document(self, tally: Tally, took_s: float, store: Store) -> None:
        self._terminal.document(
            {
                "processed": tally.processed,
                "total": tally.total,
                **{ending.value: number for ending, number in tally.ended.items()},
                "took_s": round(took_s, 3),
                "library": self._library(store),
                "passed_over": list(self._siblings),
                "games": [asdict(ended) for ended in self._kept],
            }
        )

    def _library(self, store: Store) -> str:
        """Where the videos lie, as people open it; empty when there is none."""
        if not self._video_key:
            return ""
        path = store.local_path(StoreKey(self._video_key))
        if path is not None:
            return str(path.parent)
        return f"{store.url.rstrip('/')}/{PurePosixPath(self._video_key).parent}"

    def _say(self, text: str, style: str = "") -> None:
        if not self._as_json:
            self._terminal.line(text, style)


def passed_over(name: str) -> str:
    """A file that lies beside replays, for people."""
    return f"passed over  {name}: an index or statistics, not a replay"


def counted(number: int, thing: str) -> str:
    """A number of things.

    >>> counted(1, "replay file"), counted(2, "replay file")
    ('1 replay file', '2 replay files')
    """
    return f"{number} {thing}" if number == 1 else f"{number} {thing}s"


def _line(ended: Ended) -> str:
    """One game for people.

    >>> _line(Ended(name="a.json", ending=Ending.SUCCEEDED, game_id="0a1b", took_s=0.42))
    'succeeded  0a1b  0.42 s'
    """
    parts = [
        f"{ended.ending.value:9}",
        ended.game_id or ended.name,
        seconds(ended.took_s) if ended.took_s is not None else "",
        *ended.notes,
        ended.reason,
    ]
    return "  ".join(part for part in parts if part)
