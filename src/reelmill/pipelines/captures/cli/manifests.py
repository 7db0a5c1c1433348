"""What is done with a manifest: `query`, `report`, `export`."""

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from reelmill.pipelines.captures.cli.group import JsonOption, TargetOption, group

ManifestArgument = Annotated[
    str, typer.Argument(metavar="MANIFEST", help="A path, or s3://bucket/manifest.parquet.")
]
WhereOption = Annotated[
    str,
    typer.Option(metavar="SQL", help="Only rows for which this holds.", show_default="all rows"),
]


class ExportForm(StrEnum):
    """What frames are handed on as."""

    WEBDATASET = "webdataset"
    HUGGINGFACE = "huggingface"


@group.command(
    epilog="Examples:\n\n\b\n"
    '  reelmill captures query manifest.parquet "SELECT game_title, count(*) FROM manifest '
    'GROUP BY 1 ORDER BY 2 DESC"\n'
    '  reelmill captures query manifest.parquet "SELECT s3_key FROM manifest WHERE '
    'is_video_mostly_dark" --json'
)
def query(
    context: typer.Context,
    *,
    manifest: ManifestArgument,
    question: Annotated[
        str, typer.Argument(metavar="SQL", help="One SELECT from the table `manifest`.")
    ],
    most: Annotated[int, typer.Option("--most", min=1, help="Most rows of the answer.")] = 10_000,
    as_json: JsonOption = False,
) -> None:
    """Ask a manifest in SQL; the question reaches nothing else, neither files nor networks.

    With --json each row is a line of its own.
    """
    from reelmill.pipelines.captures import showing

    showing.query(context.obj(), manifest, question, most=most, as_json=as_json)


@group.command(
    epilog="Examples:\n\n\b\n"
    "  reelmill captures report manifest.parquet\n"
    "  reelmill captures report manifest.parquet --where 'NOT is_video_legacy_aug28' -o new.html\n"
    "  reelmill captures report s3://bucket/m.parquet --manifest-bucket s3://game-data-manifest"
)
def report(  # noqa: PLR0913 - the options of a command
    context: typer.Context,
    *,
    manifest: ManifestArgument,
    output: Annotated[
        Path, typer.Option("--output", "-o", metavar="HTML", help="The file to write.")
    ] = Path("report.html"),
    target: TargetOption = "",
    where: WhereOption = "",
    on_a_sheet: Annotated[
        int, typer.Option("--sheet", min=1, max=500, help="Most pictures on a contact sheet.")
    ] = 24,
    no_pictures: Annotated[
        bool, typer.Option("--no-pictures", help="Plots alone; no record is read.")
    ] = False,
) -> None:
    """Write what a manifest says to one HTML file: every figure's spread, a sheet of every flag.

    A sheet shows the very frame that made the check fail.
    """
    from reelmill.pipelines.captures import showing

    showing.report(
        context.obj(),
        showing.Choice(manifest=manifest, where=where, records=target),
        output,
        on_a_sheet=on_a_sheet,
        with_pictures=not no_pictures,
    )


@group.command(
    epilog="Examples:\n\n\b\n"
    "  reelmill captures export manifest.parquet webdataset shards/\n"
    "  reelmill captures export manifest.parquet huggingface s3://bucket/set "
    "--where 'NOT is_video_mostly_dark AND is_video_first_person'"
)
def export(  # noqa: PLR0913 - the options of a command
    context: typer.Context,
    *,
    manifest: ManifestArgument,
    form: Annotated[ExportForm, typer.Argument(help="What trainers read.")],
    output: Annotated[str, typer.Argument(metavar="STORE", help="A folder or a URL.")],
    target: TargetOption = "",
    where: WhereOption = "",
    shard_mb: Annotated[int, typer.Option(min=1, help="A file is full at so many MB.")] = 256,
    as_json: JsonOption = False,
) -> None:
    """Hand the frames of a manifest's captures on, with what is known of each.

    Ends with 1 when records could not be read; all others are there.
    """
    from reelmill.pipelines.captures import showing

    choice = showing.Choice(manifest=manifest, where=where, records=target)
    whole = showing.export(
        context.obj(), choice, form.value, output, shard_mb=shard_mb, as_json=as_json
    )
    raise typer.Exit(0 if whole else 1)
