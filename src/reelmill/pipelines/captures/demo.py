"""Fake captures -> records, a manifest, a report. What `reelmill demo` shows of the captures."""

from contextlib import nullcontext
from pathlib import Path
from typing import Final

from reelmill.desk import System
from reelmill.foreground import write_whole
from reelmill.media.geometry import Size
from reelmill.pipelines.captures.assembling import assemble
from reelmill.pipelines.captures.batch.extraction import Ending, Extraction
from reelmill.pipelines.captures.checks.registry import CHECKS
from reelmill.pipelines.captures.manifest.build import Order as ManifestOrder
from reelmill.pipelines.captures.manifest.parquet import Table, publish
from reelmill.pipelines.captures.report import Wanted, report
from reelmill.pipelines.captures.samples.fake import Order, fake, kinds_of
from reelmill.pipelines.captures.samples.labels import RecordLabels
from reelmill.pipelines.captures.samples.tapes import Form
from reelmill.pipelines.captures.spec import CaptureSpec
from reelmill.storage.folder import FolderStore
from reelmill.terminal import Terminal
from reelmill.units import StoreKey

#: The captures of the demo are the same on every machine.
SEED: Final = 2026

#: Some of each: sound, unsound, and more than one in a TAR.
KINDS: Final = ("keyboard", "dark", "cornered", "menu", "bundle")

#: No larger than the frames of a record, for nothing else of them is looked at.
FORM: Final = Form(size=Size(640, 360), length_s=36.0, motion=1 / 3)


def demo(terminal: Terminal, system: System) -> bool:
    """Make captures, extract and judge them, and report.

    Returns:
        Whether every flag says what is true.
    """
    home = system.settings.home / "samples" / "captures"
    source, target = FolderStore(home / "tars"), FolderStore(home / "records")
    kinds = kinds_of(KINDS)
    with terminal.bar("captures") as bar:
        made = []
        for one in fake(Order(count=len(kinds), seed=SEED, kinds=kinds, form=FORM), source):
            made.append(one)
            bar.at(len(made), len(kinds), one.kind)
        look = CaptureSpec(source=source.url, key=StoreKey("any"), target=target.url)
        extraction = Extraction(system=system, keys=[one.key for one in made], look=look)
        for number, ended in enumerate(extraction, start=1):
            bar.at(number, len(made), ended.key)
        order = ManifestOrder(checks=CHECKS)
        table = assemble(lambda: nullcontext(system), target, order, bar.at).table
    manifest = home / "manifest.parquet"
    publish(table, str(manifest))
    page = home / "report.html"
    write_whole(page, report(table, target, Wanted(source=str(manifest)), lambda _done, _all: None))
    wrong = _wrong(table, {each.s3_key: each for one in made for each in one.records})
    _tell(terminal, table, manifest, page, wrong)
    return not wrong and not extraction.counts[Ending.FAILED]


def _wrong(table: Table, labels: dict[str, RecordLabels]) -> int:
    """Flags that do not say what is true, and recordings without a row."""
    flags = [each.name for check in CHECKS for each in check.judged if each.kind is bool]
    rows = {row["s3_key"]: row for row in table.to_pylist()}
    return sum(
        len({flag for flag in flags if rows[key][flag]} ^ {*label.flags}) if key in rows else 1
        for key, label in labels.items()
    )


def _tell(terminal: Terminal, table: Table, manifest: Path, page: Path, wrong: int) -> None:
    terminal.line(
        f"manifest: {manifest}, {table.num_rows} recordings, {wrong} flags that are wrong",
        style="red" if wrong else "green",
    )
    terminal.line(f"report: {page}")
    question = "SELECT s3_key FROM manifest WHERE is_video_mostly_dark"
    terminal.line(f'Try:  reelmill captures query {manifest} "{question}"')
