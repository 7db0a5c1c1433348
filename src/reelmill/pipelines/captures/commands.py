"""What `reelmill captures extract|manifest|run` does: TARs -> records -> a manifest."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Final, TextIO

from reelmill import logs
from reelmill.desk import Desk, System
from reelmill.errors import Refused
from reelmill.foreground import CannotWriteThere
from reelmill.pipelines.captures.assembling import Opened, assemble
from reelmill.pipelines.captures.batch.extraction import Ended, Ending, Extraction
from reelmill.pipelines.captures.batch.tasks import task_list
from reelmill.pipelines.captures.checks.check import with_thresholds
from reelmill.pipelines.captures.manifest.build import Built, Order
from reelmill.pipelines.captures.manifest.choosing import checks_by
from reelmill.pipelines.captures.manifest.parquet import publish
from reelmill.pipelines.captures.settings import CapturesSettings, chosen_in, settings_of
from reelmill.pipelines.captures.spec import CaptureSpec
from reelmill.pipelines.captures.telling import MB, Done, tell
from reelmill.pipelines.captures.tools.places import url_of
from reelmill.pipelines.captures.work import source_at, target_at
from reelmill.terminal import seconds
from reelmill.units import StoreKey

#: The one queue that is worked on here.
QUEUE: Final = ("captures",)

#: Records named that could not be looked into; the manifest names all of them.
MAX_NAMED: Final = 5

_STYLES: Final = {Ending.EXTRACTED: "green", Ending.FAILED: "red", Ending.SKIPPED: "yellow"}


class NotAThreshold(Refused):
    """A threshold is a name and a number."""


@dataclass(frozen=True, kw_only=True)
class Where:
    """Stores as they were typed, and how the command works; empty is what the settings say."""

    source: str = ""
    """Of the TARs."""

    target: str = ""
    """Of the records."""

    works: bool = True
    """Whether the jobs are done here; else nodes elsewhere do them."""

    log_level: str = ""
    """Least level that is logged to console and file; empty is INFO, to the file alone."""

    log_file: Path | None = None
    """The file; None: there is none."""


@dataclass(frozen=True, kw_only=True)
class Extract:
    """What stage one is to do."""

    tasks: Path
    """Lists the TARs."""

    skip_existing: bool = True
    """Whether records that are there are left alone."""

    key_frames: bool = False
    """Whether the nearest key frames are good enough."""


@dataclass(frozen=True, kw_only=True)
class Manifest:
    """What stage two is to do."""

    output: str
    """Path or URL of the manifest; empty is what the settings say, which the pages show."""

    prefix: str = ""
    """What the keys of the records begin with."""

    menu_by: str
    """Who tells menus from gameplay."""

    thresholds: Mapping[str, float]
    """Those that are set otherwise."""


def thresholds(given: Sequence[str]) -> dict[str, float]:
    """Thresholds as they are typed.

    >>> thresholds(["dark_mean_under=20"])
    {'dark_mean_under': 20.0}

    Raises:
        NotAThreshold: one is not `name=number`.
    """
    found = {}
    for each in given:
        name, _, number = each.partition("=")
        try:
            found[name.strip()] = float(number)
        except ValueError as error:
            raise NotAThreshold(given=each, hint="Write name=number.") from error
    return found


def extract(desk: Desk, where: Where, wanted: Extract, *, as_json: bool) -> bool:
    """Make the records of a list of TARs; whether every one that was looked into has its own."""
    keys = task_list(wanted.tasks)
    with _logged(desk, where) as console, _working(desk, where, console) as system:
        done = _extracted(desk, system, where, wanted, keys, tells=not as_json)
    tell(desk, done, as_json=as_json)
    return done.sound


def manifest(desk: Desk, where: Where, wanted: Manifest, *, as_json: bool) -> bool:
    """Make the manifest of a store of records; whether everything could be looked into."""
    with _logged(desk, where) as console:
        # Where nothing has to be looked into, nobody waits for an engine to start.
        done = _judged(desk, partial(_working, desk, where, console), where, wanted)
    tell(desk, done, as_json=as_json)
    return done.sound


def run(desk: Desk, where: Where, first: Extract, second: Manifest, *, as_json: bool) -> bool:
    """Both, one after the other; the manifest is made whatever becomes of single TARs."""
    keys = task_list(first.tasks)
    with _logged(desk, where) as console, _working(desk, where, console) as system:
        extracted = _extracted(desk, system, where, first, keys, tells=not as_json)
        if not as_json:
            tell(desk, extracted, as_json=False)
        judged = _judged(desk, lambda: nullcontext(system), where, second)
    if as_json:
        desk.terminal.document({"extract": extracted.document, "manifest": judged.document})
    else:
        tell(desk, judged, as_json=False)
    return extracted.sound and judged.sound


@contextmanager
def _logged(desk: Desk, where: Where) -> Iterator[str]:
    """A log that is kept; gives the least level that is told on the console."""
    level = where.log_level.lower()
    # What failed is told by the command itself.
    console = level or (desk.settings().log_level if desk.verbose else "critical")
    with _log_file(where.log_file) as file:
        logs.set_up(console, "auto", copy=logs.Copy(file, level or "info") if file else None)
        yield console


@contextmanager
def _working(desk: Desk, where: Where, console: str) -> Iterator[System]:
    """The system, which works on jobs here unless they are left to nodes elsewhere."""
    with (
        desk.open(log_level=console) as system,
        system.node(QUEUE) if where.works else nullcontext(),
    ):
        yield system


@contextmanager
def _log_file(path: Path | None) -> Iterator[TextIO | None]:
    if path is None:
        yield None
        return
    try:
        file = path.open("a", encoding="utf-8")
    except OSError as error:
        hint = "Give another one by --log-file."
        raise CannotWriteThere(path=str(path), problem=error.strerror, hint=hint) from error
    with file:
        yield file


def _extracted(  # noqa: PLR0913 - what a command was told
    desk: Desk, system: System, where: Where, wanted: Extract, keys: list[str], *, tells: bool
) -> Done:
    look = _look(where, wanted, settings_of(system.services))
    # Known to be missing before any job is asked for.
    source_at(look.source)
    extraction = Extraction(system=system, keys=keys, look=look)
    kept: list[Ended] = []
    with desk.terminal.bar("extract") as bar:
        for ended in extraction:
            bar.at(extraction.counts.total(), len(keys), ended.key)
            kept.append(ended)
            if tells and (ended.ending is not Ending.EXISTING or desk.verbose):
                desk.terminal.line(_line(ended), _STYLES.get(ended.ending, "dim"))
    counts = {ending.value: extraction.counts[ending] for ending in Ending}
    told = ", ".join(f"{number} {name}" for name, number in counts.items() if number)
    return Done(
        sound=not extraction.counts[Ending.FAILED],
        document={**counts, "records_in": look.target, "tars": [vars(each) for each in kept]},
        lines=(f"{told or 'no TARs'}; records in {look.target}",),
    )


def _look(where: Where, wanted: Extract, chosen: CapturesSettings) -> CaptureSpec:
    return CaptureSpec(
        source=url_of(where.source or chosen.source_bucket),
        key=StoreKey("any"),
        target=url_of(where.target or chosen.manifest_bucket),
        key_frames=wanted.key_frames,
        skip_existing=wanted.skip_existing,
        max_bytes=chosen.max_tar_bytes,
    )


def _line(ended: Ended) -> str:
    """One TAR for people.

    >>> _line(Ended(key="0a.tar", ending=Ending.EXTRACTED, records=1, took_s=0.5, read_bytes=9**7))
    'extracted  0a.tar  1 record  0.50 s  4.8 MB read'
    """
    made = f"{ended.records} record{'' if ended.records == 1 else 's'}" if ended.records else ""
    took = seconds(ended.took_s) if ended.took_s is not None else ""
    read = f"{ended.read_bytes / MB:.1f} MB read" if ended.read_bytes else ""
    parts = [f"{ended.ending.value:9}", ended.key, made, took, read, ended.reason]
    return "  ".join(part for part in parts if part)


def _judged(desk: Desk, opened: Opened, where: Where, wanted: Manifest) -> Done:
    chosen = chosen_in(desk.settings())
    checks = checks_by(wanted.menu_by, chosen.vision)
    order = Order(
        checks=with_thresholds(checks, wanted.thresholds),
        menu_by=wanted.menu_by,
        prefix=wanted.prefix,
    )
    with desk.terminal.bar("manifest") as bar:
        url = url_of(where.target or chosen.manifest_bucket)
        # A mistyped folder is said to be missing, and not made.
        source_at(url)
        target = target_at(url)
        built = assemble(opened, target, order, bar.at)
    output = wanted.output or chosen.manifest
    return _made(built, output, publish(built.table, output))


def _made(built: Built, output: str, size_bytes: int) -> Done:
    rows = built.table.num_rows
    errors = rows - built.table["error"].null_count
    looked = f"{built.looked_into} looked into now"
    problems = list(built.problems.items())
    return Done(
        sound=not problems,
        document={
            "manifest": output,
            "rows": rows,
            "errors": errors,
            "looked_into": built.looked_into,
            "size_bytes": size_bytes,
            "problems": dict(problems),
        },
        lines=(
            *(() if rows else ("no records there; `reelmill captures extract` makes them",)),
            f"{rows} rows, {errors} of them errors, {looked}: {output}",
            *(f"not looked into: {key}: {reason}" for key, reason in problems[:MAX_NAMED]),
        ),
    )
