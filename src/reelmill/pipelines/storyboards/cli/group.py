"""The group of commands, and options that several of them have."""

from collections.abc import Iterator
from contextlib import contextmanager
from decimal import Decimal, InvalidOperation
from typing import Annotated

import typer

from reelmill.pipelines.storyboards.looks import Resolution
from reelmill.pipelines.storyboards.spec import (
    MAX_DURATION_S,
    MAX_VARIATIONS,
    MIN_DURATION_S,
    AspectRatio,
    Platform,
    Tier,
)

group = typer.Typer(no_args_is_help=True, rich_markup_mode=None)


@contextmanager
def usage() -> Iterator[None]:
    """What was typed outside of its limits is wrong usage."""
    from reelmill.pipelines.storyboards.room import BadWish

    try:
        yield
    except BadWish as error:
        raise typer.BadParameter(str(error.facts["problem"])) from error


def number_of(text: str, what: str) -> Decimal:
    """A number as it was typed."""
    try:
        return Decimal(text)
    except InvalidOperation:
        raise typer.BadParameter(f"{text!r} is no number of {what}") from None


BoardArgument = Annotated[
    str, typer.Argument(metavar="BOARD", help="A board's id, or a beginning that no other has.")
]
SceneArgument = Annotated[
    int, typer.Argument(metavar="SCENE", min=1, help="The scene's place, from 1.")
]
JsonOption = Annotated[bool, typer.Option("--json", help="Print JSON, for a script.")]
WaitOption = Annotated[
    bool, typer.Option("--wait/--no-wait", help="Work on it here until it has ended.")
]
DurationOption = Annotated[
    int, typer.Option(min=MIN_DURATION_S, max=MAX_DURATION_S, help="Seconds of the video.")
]
PromptOption = Annotated[
    str | None, typer.Option("--prompt", help="What its picture is made from.")
]
DescriptionOption = Annotated[str | None, typer.Option(help="What happens in it.")]
AboutOption = Annotated[
    str | None, typer.Option("--prompt", help="What the video is about; its name.")
]
RatioOption = Annotated[
    AspectRatio | None, typer.Option(help="Width to height; 16:9, or that of the platform.")
]
PlatformOption = Annotated[
    Platform | None, typer.Option(help="Where it will be shown; see `platforms`.")
]
TierOption = Annotated[
    Tier, typer.Option(help="How good it is to be, where somebody is paid for it.")
]
VariationsOption = Annotated[
    int, typer.Option(min=1, max=MAX_VARIATIONS, help="So many boards that differ.")
]
ResolutionOption = Annotated[
    Resolution | None, typer.Option(help="Lines of the video's shorter side; 1080p at first.")
]
ClientOption = Annotated[str | None, typer.Option(help="Whom it is for.")]
CampaignOption = Annotated[str | None, typer.Option(help="The campaign that it is of.")]
LimitOption = Annotated[
    Decimal | None,
    typer.Option(
        parser=lambda text: number_of(text, "dollars"),
        metavar="USD",
        help="Of all its time together.",
    ),
]
ForceOption = Annotated[bool, typer.Option("--force", help="Overwrite OUT even if it is no video.")]
