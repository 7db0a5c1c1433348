"""What `reelmill captures query|report|export` does."""

from dataclasses import dataclass
from pathlib import Path

from reelmill.desk import Desk
from reelmill.foreground import write_whole
from reelmill.pipelines.captures.manifest.exhibits import said
from reelmill.pipelines.captures.manifest.handing import plain
from reelmill.pipelines.captures.manifest.huggingface import write_dataset
from reelmill.pipelines.captures.manifest.parquet import Table, read_manifest, read_own_manifest
from reelmill.pipelines.captures.manifest.query import answer, matching
from reelmill.pipelines.captures.manifest.webdataset import write_shards
from reelmill.pipelines.captures.report import Wanted
from reelmill.pipelines.captures.report import report as report_of
from reelmill.pipelines.captures.settings import chosen_in
from reelmill.pipelines.captures.tools.places import source_at, target_at
from reelmill.storage.store import Store

#: Bytes of a megabyte.
MB = 1024 * 1024


@dataclass(frozen=True, kw_only=True)
class Choice:
    """Rows of a manifest, and where their records are."""

    manifest: str
    """Path or URL."""

    where: str = ""
    """Condition in SQL; empty is all rows."""

    records: str = ""
    """Store of the records; empty is what the settings say."""

    def rows(self) -> Table:
        """The rows.

        Raises:
            NoManifest, NotAManifest: there is none.
            BadQuestion: that is no condition.
        """
        return matching(read_own_manifest(self.manifest), self.where)

    def store(self, desk: Desk) -> Store:
        """The store of the records.

        Raises:
            MissingFolder, BadStoreUrl: there is none.
        """
        return source_at(self.records or chosen_in(desk.settings()).manifest_bucket)


def query(desk: Desk, manifest: str, question: str, *, most: int, as_json: bool) -> None:
    """Answer a question."""
    found = answer(read_manifest(manifest), question, most_rows=most)
    rows = found.to_pylist()
    if as_json:
        for row in rows:
            desk.terminal.record({name: plain(value) for name, value in row.items()})
        return
    desk.terminal.table(
        found.column_names, ([said(value) for value in row.values()] for row in rows)
    )
    if len(rows) == most:
        desk.terminal.note(f"the first {most} rows; --most shows more")


def report(
    desk: Desk, choice: Choice, output: Path, *, on_a_sheet: int, with_pictures: bool
) -> None:
    """Write a report."""
    table = choice.rows()
    store = choice.store(desk) if with_pictures else None
    wanted = Wanted(source=choice.manifest, where=choice.where, on_a_sheet=on_a_sheet)
    with desk.terminal.bar("report") as bar:
        text = report_of(table, store, wanted, bar.at)
    write_whole(output, text)
    desk.terminal.line(f"{output}: {table.num_rows} captures, {len(text) / MB:.1f} MB")


def export(  # noqa: PLR0913 - the options of a command
    desk: Desk, choice: Choice, form: str, output: str, *, shard_mb: int, as_json: bool
) -> bool:
    """Hand frames on; whether every record could be read."""
    write = {"webdataset": write_shards, "huggingface": write_dataset}[form]
    table, records, target = choice.rows(), choice.store(desk), target_at(output)
    with desk.terminal.bar("export") as bar:
        handed = write(table, records, target, bar.at, shard_mb * MB)
    if as_json:
        left_out = dict(handed.left_out)
        desk.terminal.document(
            {
                "samples": handed.samples,
                "frames": handed.frames,
                "files": handed.files,
                "left_out": left_out,
            }
        )
    else:
        told = f"{handed.samples} captures, {handed.frames} frames, {len(handed.files)} files"
        desk.terminal.line(f"{target.url}: {told}")
        for key, why in handed.left_out[:5]:
            desk.terminal.line(f"left out: {key}: {why}", style="red")
    return not handed.left_out
