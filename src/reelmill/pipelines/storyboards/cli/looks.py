"""How the video of a board looks beside its scenes."""

from decimal import Decimal
from pathlib import Path
from typing import Annotated

import typer

from reelmill.pipelines.storyboards.cli.group import (
    BoardArgument,
    JsonOption,
    ResolutionOption,
    group,
    number_of,
    usage,
)
from reelmill.pipelines.storyboards.looks import Corner


def _seconds(text: str) -> Decimal:
    return number_of(text, "seconds")


@group.command(
    epilog="Examples:\n\n\b\n"
    "  reelmill storyboards looks 0a1b --fade-in 0.5 --fade-out 2\n"
    "  reelmill storyboards looks 0a1b --watermark logo.png --corner top_right --width 0.2\n"
    "  reelmill storyboards looks 0a1b --no-watermark --resolution 2160p"
)
def looks(  # noqa: PLR0913 - the options of a command
    context: typer.Context,
    *,
    board: BoardArgument,
    fade_in: Annotated[
        Decimal | None,
        typer.Option(parser=_seconds, metavar="SECONDS", help="Out of black, up to 3."),
    ] = None,
    fade_out: Annotated[
        Decimal | None,
        typer.Option(parser=_seconds, metavar="SECONDS", help="Into black at the end, up to 3."),
    ] = None,
    watermark: Annotated[
        Path | None, typer.Option(metavar="FILE", help="A picture over the whole video.")
    ] = None,
    corner: Annotated[Corner | None, typer.Option(help="Where the watermark lies.")] = None,
    width: Annotated[
        float | None, typer.Option(min=0.02, max=0.5, help="Its share of the video's width.")
    ] = None,
    opacity: Annotated[
        float | None, typer.Option(min=0.05, max=1, help="How little one sees through it.")
    ] = None,
    margin: Annotated[
        float | None,
        typer.Option(min=0, max=0.2, help="From both edges, a share of the shorter side."),
    ] = None,
    no_watermark: Annotated[bool, typer.Option("--no-watermark", help="Take it away.")] = False,
    resolution: ResolutionOption = None,
    as_json: JsonOption = False,
) -> None:
    """Say how the video looks beside its scenes; what is not given stays.

    That is for videos that are made on this machine: a model that is paid makes its own.
    """
    from reelmill.pipelines.storyboards import looking

    how = {"corner": corner, "width_share": width, "opacity": opacity, "margin_share": margin}
    typed = looking.TypedMark(watermark, no_watermark, how)
    with usage():
        told = {"fade_in_s": fade_in, "fade_out_s": fade_out, "resolution": resolution}
        wish = looking.looks_wish(told, typed)
        looking.looks(context.obj(), board, wish, typed, as_json=as_json)
