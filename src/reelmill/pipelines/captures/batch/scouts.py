"""A list of TARs -> what scouts say of them, several at a time. No jobs: a look is soon done."""

from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import partial

from reelmill.children import Children
from reelmill.errors import ReelmillError
from reelmill.pipelines.captures.extract.scouting import SCOUT_S, Report, Scouted, scout
from reelmill.pipelines.captures.work import skipped, source_at
from reelmill.storage.store import checked

#: Nobody looked.
UNSEEN = Report((), 0)


@dataclass(frozen=True, kw_only=True)
class Sighted:
    """One TAR that was looked at."""

    key: str
    """The TAR."""

    size_bytes: int = 0
    """Of the TAR; 0 when it cannot be reached."""

    report: Report = UNSEEN
    """What the scout says; nothing of a TAR that is skipped."""

    skipped: str = ""
    """Why it was not looked at."""

    @property
    def is_hopeless(self) -> bool:
        """Whether it is not worth to be extracted."""
        return bool(self.skipped) or self.report.is_hopeless


def sightings(
    children: Children, source: str, keys: Sequence[str], *, max_bytes: int
) -> Iterator[Sighted]:
    """Every TAR of a list, in its order.

    Args:
        children: Look at videos of strangers.
        source: URL of the store.
        keys: The TARs.
        max_bytes: Larger ones are skipped.
    """
    sighted = partial(_sighted, children, source, max_bytes)
    with ThreadPoolExecutor(children.count) as threads:
        try:
            yield from threads.map(sighted, keys)
        finally:
            threads.shutdown(cancel_futures=True)


def _sighted(children: Children, source: str, max_bytes: int, key: str) -> Sighted:
    try:
        known = source_at(source).stat(checked(key))
        if why := skipped(known, max_bytes):
            return Sighted(key=key, size_bytes=known.size_bytes, skipped=why)
        report = children.run(scout, source, known, timeout_s=SCOUT_S)
    except ReelmillError as error:
        failed = Scouted(key, (error.code,), error.message)
        return Sighted(key=key, report=Report((failed,), 0))
    return Sighted(key=key, size_bytes=known.size_bytes, report=report)
