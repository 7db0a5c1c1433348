"""`reelmill shorts ...`: what may be typed. What it does is loaded when it is called."""

from pathlib import Path
from typing import Annotated

import typer

from reelmill.pipelines.shorts.spec import Quality, Strategy

group = typer.Typer(no_args_is_help=True, rich_markup_mode=None)


def _time(text: str) -> float:
    from reelmill.pipelines.shorts import single

    try:
        return single.time_of(text)
    except single.BadTime as error:
        raise typer.BadParameter(error.hint) from error


VideoArgument = Annotated[Path, typer.Argument(metavar="VIDEO", help="A video file.")]
StartOption = Annotated[
    float, typer.Option(parser=_time, metavar="TIME", help="Where it begins: 75.5 or 1:15.5.")
]
EndOption = Annotated[
    float, typer.Option(parser=_time, metavar="TIME", help="Where it ends: 135 or 2:15.")
]
JsonOption = Annotated[bool, typer.Option("--json", help="Print JSON, for a script.")]
ForceOption = Annotated[bool, typer.Option("--force", help="Overwrite OUT even if it is no video.")]


@group.command(
    epilog="Examples:\n\n\b\n"
    "  reelmill shorts export talk.mp4 --start 1:15 --end 2:10 -o short.mp4\n"
    "  reelmill shorts export talk.mp4 --start 75 --end 130 --strategy smart_crop -o short.mp4\n"
    "  reelmill shorts export talk.mp4 --start 75 --end 130 --strategy smart_crop "
    "--crop-plan plan.json -o short.mp4\n"
    "  reelmill shorts export talk.mp4 --start 75 --end 130 --captions talk.srt -o short.mp4"
)
def export(  # noqa: PLR0913 - the options of a command
    context: typer.Context,
    *,
    video: VideoArgument,
    start: StartOption,
    end: EndOption,
    output: Annotated[Path, typer.Option("--output", "-o", metavar="OUT.mp4", help="The short.")],
    strategy: Annotated[
        Strategy, typer.Option(help="How the picture becomes vertical.")
    ] = Strategy.CENTER_CROP,
    quality: Annotated[
        Quality, typer.Option(help="At most 60 MB, or at most 30 MB.")
    ] = Quality.HIGH,
    crop_plan: Annotated[
        Path | None,
        typer.Option(metavar="PLAN.json", help="For smart_crop: a plan; one is made without it."),
    ] = None,
    captions: Annotated[
        Path | None,
        typer.Option(metavar="FILE.srt", help="SRT or WebVTT to draw, in the times of VIDEO."),
    ] = None,
    force: ForceOption = False,
    as_json: JsonOption = False,
) -> None:
    """Make a vertical short of a part of a video, here and now.

    The short is 1080x1920 and appears under its name when it was decoded and checked, not before.
    A video that has that name already is replaced; any other file only with --force.
    """
    from reelmill.pipelines.shorts import commands, single

    if crop_plan is not None and strategy is not Strategy.SMART_CROP:
        raise typer.BadParameter("A crop plan goes with --strategy smart_crop.")
    cut = single.cut_of(start, end)
    asked = commands.asked(cut, strategy, quality, plan=crop_plan, captions=captions)
    commands.export(context.obj(), video, asked, output, force=force, as_json=as_json)


@group.command(
    epilog="Examples:\n\n\b\n  reelmill shorts scenes talk.mp4\n"
    "  reelmill shorts scenes talk.mp4 --json"
)
def scenes(context: typer.Context, *, video: VideoArgument, as_json: JsonOption = False) -> None:
    """Find the scenes of a video.

    Each line is the start and the end of a scene, and how many seconds it lasts.
    """
    from reelmill.pipelines.shorts import commands

    commands.scenes(context.obj(), video, as_json=as_json)


@group.command(
    "crop-plan",
    epilog="Examples:\n\n\b\n"
    "  reelmill shorts crop-plan talk.mp4 --start 1:15 --end 2:10 -o plan.json",
)
def crop_plan(
    context: typer.Context,
    *,
    video: VideoArgument,
    start: StartOption,
    end: EndOption,
    output: Annotated[
        Path | None,
        typer.Option(
            "--output", "-o", metavar="PLAN.json", help="The plan.", show_default="stdout"
        ),
    ] = None,
) -> None:
    """Plan how a vertical window follows the subject, as JSON that may be edited.

    Hand it to `reelmill shorts export --strategy smart_crop --crop-plan`.
    """
    from reelmill.pipelines.shorts import commands

    commands.crop_plan(context.obj(), video, start, end, output=output)
