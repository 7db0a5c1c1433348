"""What is in captures and records: unpacked, divided, sorted, drawn, tabulated."""

from pathlib import Path
from typing import Annotated

import typer

from reelmill.pipelines.captures.cli.group import JsonOption, group
from reelmill.pipelines.captures.cli.lists import PrefixOption, SourceArgument

TarArgument = Annotated[str, typer.Argument(metavar="TAR", help="A capture: a path or a URL.")]
TargetArgument = Annotated[
    str, typer.Argument(metavar="TARGET", help="Store that they go to: a folder or a URL.")
]
GroupOption = Annotated[
    str, typer.Option("--group", help="Which recording of a bundle.", show_default="the only one")
]
VideoOption = Annotated[
    Path, typer.Option("--output", "-o", metavar="OUT.mp4", help="The video to write.")
]
ForceOption = Annotated[bool, typer.Option("--force", help="Overwrite OUT even if it is no video.")]


@group.command(
    epilog="Examples:\n\n\b\n"
    "  reelmill captures unpack captures/0a1b2c3d4e5f6071.tar out/\n"
    "  reelmill captures unpack s3://game-data/0a1b2c3d4e5f6071.tar out/ --force"
)
def unpack(
    context: typer.Context,
    *,
    tar: TarArgument,
    folder: Annotated[Path, typer.Argument(metavar="DIR", help="Made when missing.")],
    force: Annotated[bool, typer.Option("--force", help="Replace files that are there.")] = False,
) -> None:
    """Unpack a capture. One with links, devices or names that climb is refused whole."""
    from reelmill.pipelines.captures.tools import commands

    commands.unpack(context.obj(), tar, folder, force=force)


@group.command(
    epilog="Examples:\n\n\b\n"
    "  reelmill captures split s3://game-data s3://game-data-single\n"
    "  reelmill captures split captures/0a1b2c3d4e5f6071.tar singles/"
)
def split(
    context: typer.Context,
    *,
    source: Annotated[
        str, typer.Argument(metavar="SOURCE", help="A bundle, or the store of some.")
    ],
    target: TargetArgument,
    prefix: PrefixOption = "",
) -> None:
    """Write a TAR of each recording of legacy bundles; those that hold one are left alone."""
    from reelmill.pipelines.captures.tools import commands

    raise typer.Exit(0 if commands.split(context.obj(), source, target, prefix=prefix) else 1)


@group.command(
    epilog="Examples:\n\n\b\n"
    "  reelmill captures organise captures/ --dry-run\n"
    "  reelmill captures organise s3://game-data s3://game-data-sorted"
)
def organise(  # noqa: PLR0913 - the options of a command
    context: typer.Context,
    *,
    source: SourceArgument,
    target: Annotated[
        str | None, typer.Argument(metavar="TARGET", help="Store that copies go to.")
    ] = None,
    prefix: PrefixOption = "",
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Copy nothing, only tell where each belongs.")
    ] = False,
    as_json: JsonOption = False,
) -> None:
    """Copy captures to DEVICE/GENRE/KEY, by what was played with and what kind of game it is.

    DEVICE is controller, kbm or unknown; GENRE is fps, 3ps or other, by the program.
    """
    from reelmill.pipelines.captures.tools import commands

    if target is None and not dry_run:
        raise typer.BadParameter("say where copies go, or add --dry-run", param_hint="TARGET")
    where = None if dry_run else target
    done = commands.organise(context.obj(), source, where, prefix=prefix, as_json=as_json)
    raise typer.Exit(0 if done else 1)


@group.command(
    epilog="Examples:\n\n\b\n"
    "  reelmill captures frames records/ -o frames/ --limit 20\n"
    "  reelmill captures frames s3://game-data-manifest --pt-keys 0a1b.pt,2c3d.pt --mode summary\n"
    "  reelmill captures frames records/ --list-all"
)
def frames(  # noqa: PLR0913 - the options of a command
    context: typer.Context,
    *,
    records: Annotated[
        str, typer.Argument(metavar="RECORDS", help="Store of the records: a folder or a URL.")
    ],
    output: Annotated[
        Path, typer.Option("--output", "-o", metavar="DIR", help="Folder for the pictures.")
    ] = Path("frames"),
    mode: Annotated[
        str, typer.Option(help="detailed: every frame; summary: the middle one of each stride.")
    ] = "detailed",
    pt_keys: Annotated[
        list[str] | None,
        typer.Option(
            "--pt-keys", "--pt_keys", metavar="KEY,KEY", help="Only these.", show_default="all"
        ),
    ] = None,
    prefix: PrefixOption = "",
    limit: Annotated[
        int | None, typer.Option(min=1, help="At most so many.", show_default="all")
    ] = None,
    list_all: Annotated[
        bool, typer.Option("--list-all", "--list_all", help="List the records and draw nothing.")
    ] = False,
) -> None:
    """Draw the sampled frames of records, a PNG each: titles tell stride and time."""
    from reelmill.pipelines.captures.tools import commands
    from reelmill.pipelines.captures.tools.places import apart

    desk = context.obj()
    keys = commands.keys_of(records, apart(pt_keys or []), prefix=prefix, limit=limit)
    if list_all:
        commands.listed(desk, keys)
    elif not commands.frames(desk, records, keys, output, commands.mode_of(mode)):
        raise typer.Exit(1)


@group.command(
    epilog="Examples:\n\n\b\n"
    "  reelmill captures controls captures/0a1b2c3d4e5f6071.tar -o controls.parquet\n"
    "  reelmill captures controls s3://game-data/0a1b.tar --group 000002 -o controls.csv"
)
def controls(
    context: typer.Context,
    *,
    tar: TarArgument,
    output: Annotated[
        Path, typer.Option("--output", "-o", metavar="TABLE", help="A .parquet or .csv file.")
    ],
    group_name: GroupOption = "",
) -> None:
    """Write what was held and moved in every frame of a recording."""
    from reelmill.pipelines.captures.tools import commands

    commands.controls(context.obj(), tar, output, group=group_name)


@group.command(
    epilog="Examples:\n\n\b\n"
    "  reelmill captures overlay captures/0a1b2c3d4e5f6071.tar -o overlay.mp4\n"
    "  reelmill captures overlay s3://game-data/0a1b.tar --start 60 --seconds 20 -o part.mp4"
)
def overlay(  # noqa: PLR0913 - the options of a command
    context: typer.Context,
    *,
    tar: TarArgument,
    output: VideoOption,
    start: Annotated[float, typer.Option(min=0, help="Seconds into the video.")] = 0.0,
    seconds: Annotated[
        float | None, typer.Option(min=0.1, help="How much of it.", show_default="all")
    ] = None,
    group_name: GroupOption = "",
    force: ForceOption = False,
) -> None:
    """Draw keys, mouse and sticks over a recording, to see that they are in time with it."""
    from reelmill.pipelines.captures.tools import commands

    wanted = commands.wanted(tar, group=group_name, start_s=start, seconds=seconds)
    commands.overlay(context.obj(), wanted, output, force=force)


@group.command(
    epilog="Examples:\n\n\b\n"
    "  reelmill captures crop captures/0a1b2c3d4e5f6071.tar -o cropped.mp4\n"
    "  reelmill captures crop s3://game-data/0a1b.tar --group 000001 -o cropped.mp4"
)
def crop(
    context: typer.Context,
    *,
    tar: TarArgument,
    output: VideoOption,
    group_name: GroupOption = "",
    force: ForceOption = False,
) -> None:
    """Cut bars and black off a recording, and enlarge its picture to the canvas.

    For what `is_dpi_scale_issue` is true of: a picture in the upper left, or between bars.
    """
    from reelmill.pipelines.captures.tools import commands

    commands.crop(context.obj(), tar, output, group=group_name, force=force)
