"""How the video of a board looks beside its scenes."""

from decimal import Decimal
from typing import Annotated

import typer

from reelmill.pipelines.storyboards.cli.group import (
    BoardArgument,
    JsonOption,
    group,
    number_of,
    usage,
)


def _seconds(text: str) -> Decimal:
    return number_of(text, "seconds")


@group.command(
    epilog="Examples:\n\n\b\n"
    "  reelmill storyboards looks 0a1b --fade-in 0.5 --fade-out 2\n"
    "  reelmill storyboards looks 0a1b --fade-out 0"
)
def looks(
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
    as_json: JsonOption = False,
) -> None:
    """Say how the video looks beside its scenes; what is not given stays.

    That is for videos that are made on this machine: a model that is paid makes its own.
    """
    from reelmill.pipelines.storyboards import commands

    with usage():
        wish = commands.looks_wish({"fade_in_s": fade_in, "fade_out_s": fade_out})
    commands.looks(context.obj(), board, wish, as_json=as_json)
