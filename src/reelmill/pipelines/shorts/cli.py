"""`reelmill shorts ...`: a video file -> its scenes, a crop plan, a vertical short."""

from pathlib import Path
from typing import Annotated

import typer

from reelmill.desk import Desk
from reelmill.foreground import may_write
from reelmill.media.ffmpeg import Ffmpeg
from reelmill.pipelines.shorts import single
from reelmill.pipelines.shorts.demo import demo
from reelmill.pipelines.shorts.render import Asked
from reelmill.pipelines.shorts.spec import Quality, Strategy

__all__ = ["demo", "group"]

group = typer.Typer(
    no_args_is_help=True, rich_markup_mode=None, help="Scenes of long videos become shorts."
)


def _time(text: str) -> float:
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
    "--crop-plan plan.json -o short.mp4"
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
    force: ForceOption = False,
    as_json: JsonOption = False,
) -> None:
    """Make a vertical short of a part of a video, here and now.

    The short is 1080x1920 and appears under its name when it was decoded and checked, not before.
    A video that has that name already is replaced; any other file only with --force.
    """
    desk: Desk = context.obj
    if crop_plan is not None and strategy is not Strategy.SMART_CROP:
        raise typer.BadParameter("A crop plan goes with --strategy smart_crop.")
    asked = Asked(
        cut=single.cut_of(start, end),
        strategy=strategy,
        quality=quality,
        crop_plan=None if crop_plan is None else single.read_plan(crop_plan),
    )
    may_write(output, force=force)
    settings = desk.settings()
    ffmpeg = Ffmpeg(settings.ffmpeg, encoder=settings.encoder)
    exported = single.export(video, asked, output, ffmpeg=ffmpeg, bench=_bench(desk))
    if as_json:
        desk.terminal.document(exported.facts)
    else:
        desk.terminal.line(exported.sentence)


@group.command(
    epilog="Examples:\n\n\b\n  reelmill shorts scenes talk.mp4\n"
    "  reelmill shorts scenes talk.mp4 --json"
)
def scenes(context: typer.Context, *, video: VideoArgument, as_json: JsonOption = False) -> None:
    """Find the scenes of a video.

    Each line is the start and the end of a scene, and how many seconds it lasts.
    """
    desk: Desk = context.obj
    found = single.scenes(video, bench=_bench(desk))
    if as_json:
        desk.terminal.document(
            {
                "width": found.size.width,
                "height": found.size.height,
                "duration_s": found.duration_s,
                "fps": found.fps,
                "has_audio": found.has_audio,
                "scenes": [scene._asdict() for scene in found.scenes],
            }
        )
        return
    desk.terminal.table(
        ("start", "end", "seconds"),
        [
            (
                single.timecode(scene.start_s),
                single.timecode(scene.end_s),
                f"{scene.end_s - scene.start_s:.3f}",
            )
            for scene in found.scenes
        ],
    )


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
    desk: Desk = context.obj
    plan = single.crop_plan(video, single.cut_of(start, end), bench=_bench(desk))
    if output is None:
        desk.terminal.document(plan.model_dump(mode="json"))
        return
    single.write_plan(plan, output)
    desk.terminal.line(
        f"{output}: {len(plan.keyframes)} key frames, confidence {plan.confidence:.2f}"
    )
    desk.terminal.note(plan.reason)


def _bench(desk: Desk) -> single.Bench:
    return single.Bench(terminal=desk.terminal, verbose=desk.verbose > 0)
