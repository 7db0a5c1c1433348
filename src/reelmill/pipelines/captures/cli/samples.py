"""Fake captures, for a first look and for trying checks out."""

from typing import Annotated

import typer

from reelmill.pipelines.captures.cli.group import JsonOption, group


@group.command(
    epilog="Examples:\n\n\b\n"
    "  reelmill captures fake captures/\n"
    "  reelmill captures fake captures/ --kinds dark,menu,bundle --count 9 --seed 7\n"
    "  reelmill captures fake s3://game-data --count 100 --size 320x180 --seconds 36 --motion 1"
)
def fake(  # noqa: PLR0913 - the options of a command
    context: typer.Context,
    *,
    target: Annotated[
        str, typer.Argument(metavar="DIR_OR_URL", help="Where they go; a folder is made.")
    ],
    count: Annotated[
        int | None,
        typer.Option(min=1, max=1_000_000, help="How many.", show_default="one of each kind"),
    ] = None,
    seed: Annotated[int, typer.Option(min=0, help="The same seed makes the same captures.")] = 0,
    kinds: Annotated[
        list[str] | None,
        typer.Option(metavar="KIND,KIND", help="Only these, in turn.", show_default="all"),
    ] = None,
    size: Annotated[str, typer.Option(metavar="WxH", help="Of the videos.")] = "1280x720",
    fps: Annotated[int, typer.Option(min=1, max=60, help="Frames a second.")] = 60,
    seconds: Annotated[
        float,
        typer.Option(min=1, max=3600, help="How long they are, where their kind does not say."),
    ] = 48.0,
    motion: Annotated[
        float, typer.Option(min=0.1, max=60, help="Different pictures a second.")
    ] = 2.0,
    as_json: JsonOption = False,
) -> None:
    """Make captures of every kind that is met, and labels.json with what is true of each.

    There are three generations of recorders, keyboards and controllers, bundles, and what goes
    wrong: dark, frozen and letterboxed ones, menus, bad inputs, damaged and hostile TARs.
    """
    from reelmill.pipelines.captures import faking
    from reelmill.pipelines.captures.tools.places import apart

    form = faking.form_of(size, fps=fps, length_s=seconds, motion=motion)
    order = faking.order_of(apart(kinds or []), count=count, seed=seed, form=form)
    faking.fake(context.obj(), target, order, as_json=as_json)
