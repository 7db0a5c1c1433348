"""What is done with boards: listed, shown, changed, approved, rendered, copied."""

from decimal import Decimal
from pathlib import Path
from typing import Annotated

import typer

from reelmill.pipelines.storyboards.cli.group import (
    BoardArgument,
    DescriptionOption,
    ForceOption,
    JsonOption,
    PromptOption,
    SceneArgument,
    WaitOption,
    group,
    number_of,
    usage,
)
from reelmill.pipelines.storyboards.spec import (
    Quality,
    Transition,
    VideoStatus,
)


@group.command("list", epilog="Examples:\n\n\b\n  reelmill storyboards list --status failed")
def list_boards(  # noqa: PLR0913 - each is one filter of the same form
    context: typer.Context,
    *,
    status: Annotated[VideoStatus | None, typer.Option(help="Only in this status.")] = None,
    client: Annotated[str | None, typer.Option(help="Only for this client.")] = None,
    campaign: Annotated[str | None, typer.Option(help="Only of this campaign.")] = None,
    limit: Annotated[int, typer.Option(min=1, max=1000, help="At most so many.")] = 50,
    as_json: JsonOption = False,
) -> None:
    """List boards, the newest first."""
    from reelmill.pipelines.storyboards import commands

    wanted = {"status": status, "client_id": client, "campaign_id": campaign}
    commands.list_boards(context.obj(), wanted, limit, as_json=as_json)


@group.command(epilog="Examples:\n\n\b\n  reelmill storyboards show 0a1b --json")
def show(context: typer.Context, *, board: BoardArgument, as_json: JsonOption = False) -> None:
    """Show a board with its scenes and its cost."""
    from reelmill.pipelines.storyboards import commands

    commands.show(context.obj(), board, as_json=as_json)


@group.command(epilog="Examples:\n\n\b\n  reelmill storyboards approve 0a1b")
def approve(context: typer.Context, *, board: BoardArgument, as_json: JsonOption = False) -> None:
    """Approve a board as it is now; every change takes that back."""
    from reelmill.pipelines.storyboards import commands

    commands.approve(context.obj(), board, as_json=as_json)


@group.command(
    epilog="Examples:\n\n\b\n  reelmill storyboards render 0a1b -o sea.mp4\n"
    "  reelmill storyboards render 0a1b --no-wait --json"
)
def render(  # noqa: PLR0913 - the options of a command
    context: typer.Context,
    *,
    board: BoardArgument,
    output: Annotated[
        Path | None, typer.Option("--output", "-o", metavar="OUT.mp4", help="A copy of the video.")
    ] = None,
    force: ForceOption = False,
    wait: WaitOption = True,
    as_json: JsonOption = False,
) -> None:
    """Make the video of an approved board; asking twice makes one.

    The exit code is 1 when it failed or was canceled.
    """
    from reelmill.pipelines.storyboards import commands

    if output is not None and not wait:
        raise typer.BadParameter("--output needs --wait.")
    commands.render(context.obj(), board, output, force=force, wait=wait, as_json=as_json)


@group.command(
    epilog="Examples:\n\n\b\n  reelmill storyboards cost 0a1b\n  reelmill storyboards cost --json"
)
def cost(
    context: typer.Context,
    *,
    board: Annotated[
        str, typer.Argument(metavar="[BOARD]", help="A board; today's budgets without it.")
    ] = "",
    as_json: JsonOption = False,
) -> None:
    """What a board has cost and will cost; without one, what is spent today.

    Purchases about which a person must decide are listed too.
    """
    from reelmill.pipelines.storyboards import commands

    commands.cost(context.obj(), board, as_json=as_json)


@group.command("sub-jobs", epilog="Examples:\n\n\b\n  reelmill storyboards sub-jobs 0a1b")
def sub_jobs(context: typer.Context, *, board: BoardArgument, as_json: JsonOption = False) -> None:
    """The pieces of work of a board: its pictures, its video, its copies."""
    from reelmill.pipelines.storyboards import showing

    showing.sub_jobs(context.obj(), board, as_json=as_json)


@group.command(epilog="Examples:\n\n\b\n  reelmill storyboards refinements 0a1b")
def refinements(
    context: typer.Context, *, board: BoardArgument, as_json: JsonOption = False
) -> None:
    """What was refined of a board, the first first."""
    from reelmill.pipelines.storyboards import showing

    showing.refinements(context.obj(), board, as_json=as_json)


@group.command(
    epilog="Examples:\n\n\b\n"
    '  reelmill storyboards edit 0a1b 2 --duration 4.5 --title "By the sea"\n'
    "  reelmill storyboards edit 0a1b 1 --picture sea.jpg"
)
def edit(  # noqa: PLR0913 - the options of a command
    context: typer.Context,
    *,
    board: BoardArgument,
    scene: SceneArgument,
    description: DescriptionOption = None,
    duration: Annotated[
        Decimal | None,
        typer.Option(
            parser=lambda text: number_of(text, "seconds"),
            metavar="SECONDS",
            help="How long it lasts.",
        ),
    ] = None,
    prompt: PromptOption = None,
    transition: Annotated[
        Transition | None, typer.Option(help="How it follows the one before.")
    ] = None,
    title: Annotated[str | None, typer.Option(help="Text on the picture.")] = None,
    picture: Annotated[
        Path | None, typer.Option(metavar="FILE", help="A picture of your own.")
    ] = None,
    last_picture: Annotated[
        Path | None, typer.Option(metavar="FILE", help="A picture that the scene ends in.")
    ] = None,
    as_json: JsonOption = False,
) -> None:
    """Give a scene other values; what is not given stays."""
    from reelmill.pipelines.storyboards import commands

    changes = {
        "description": description,
        "duration": duration,
        "image_prompt": prompt,
        "transition": transition,
        "title": title,
    }
    with usage():
        wish = commands.scene_wish(changes)
    pictures = (picture, last_picture)
    commands.edit(context.obj(), board, scene, wish, pictures, as_json=as_json)


@group.command(
    epilog="Examples:\n\n\b\n"
    '  reelmill storyboards refine 0a1b 2 --prompt "A lighthouse in a storm"'
)
def refine(  # noqa: PLR0913 - the options of a command
    context: typer.Context,
    *,
    board: BoardArgument,
    scene: SceneArgument,
    prompt: PromptOption = None,
    description: DescriptionOption = None,
    wait: WaitOption = True,
    as_json: JsonOption = False,
) -> None:
    """Give a scene other words, and with another prompt another picture; five times at most."""
    from reelmill.pipelines.storyboards import commands

    with usage():
        wish = commands.refinement(scene, prompt, description)
    commands.refine(context.obj(), board, wish, wait=wait, as_json=as_json)


@group.command(
    epilog="Examples:\n\n\b\n"
    '  reelmill storyboards regenerate 0a1b 2 --feedback "warmer light, no people"'
)
def regenerate(  # noqa: PLR0913 - the options of a command
    context: typer.Context,
    *,
    board: BoardArgument,
    scene: SceneArgument,
    feedback: Annotated[str, typer.Option(help="What is to be otherwise.")] = "",
    wait: WaitOption = True,
    as_json: JsonOption = False,
) -> None:
    """Make the picture of a scene anew."""
    from reelmill.pipelines.storyboards import commands

    with usage():
        wish = commands.feedback_wish(feedback)
    commands.regenerate(context.obj(), board, scene, wish, wait=wait, as_json=as_json)


@group.command(epilog="Examples:\n\n\b\n  reelmill storyboards reorder 0a1b 3 1 2")
def reorder(
    context: typer.Context,
    *,
    board: BoardArgument,
    order: Annotated[
        list[int], typer.Argument(metavar="SCENE...", help="All scenes, in the wanted order.")
    ],
    as_json: JsonOption = False,
) -> None:
    """Give the scenes another order."""
    from reelmill.pipelines.storyboards import commands

    commands.reorder(context.obj(), board, order, as_json=as_json)


@group.command(epilog="Examples:\n\n\b\n  reelmill storyboards remove 0a1b 2")
def remove(
    context: typer.Context,
    *,
    board: BoardArgument,
    scene: SceneArgument,
    as_json: JsonOption = False,
) -> None:
    """Remove a scene; those behind it move up."""
    from reelmill.pipelines.storyboards import commands

    commands.remove(context.obj(), board, scene, as_json=as_json)


@group.command(
    epilog="Examples:\n\n\b\n  reelmill storyboards sounds 0a1b --voice voice.mp3 --music song.mp3"
)
def sounds(
    context: typer.Context,
    *,
    board: BoardArgument,
    voice: Annotated[Path | None, typer.Option(metavar="FILE", help="Speaks over it.")] = None,
    music: Annotated[Path | None, typer.Option(metavar="FILE", help="Plays under it.")] = None,
    as_json: JsonOption = False,
) -> None:
    """Say what is heard over the video: nothing unless it is given."""
    from reelmill.pipelines.storyboards import commands

    commands.sounds(context.obj(), board, voice, music, as_json=as_json)


@group.command(epilog="Examples:\n\n\b\n  reelmill storyboards cancel 0a1b")
def cancel(context: typer.Context, *, board: BoardArgument, as_json: JsonOption = False) -> None:
    """Stop the work on a board; its provider is told to stop too."""
    from reelmill.pipelines.storyboards import commands

    commands.cancel(context.obj(), board, as_json=as_json)


@group.command(
    epilog="Examples:\n\n\b\n  reelmill storyboards retry 0a1b\n"
    "  reelmill storyboards retry --all-stuck"
)
def retry(
    context: typer.Context,
    *,
    board: Annotated[
        str, typer.Argument(metavar="[BOARD]", help="A board's id, or a beginning of it.")
    ] = "",
    all_stuck: Annotated[
        bool, typer.Option("--all-stuck", help="All boards that failed or stand still.")
    ] = False,
    wait: WaitOption = True,
    as_json: JsonOption = False,
) -> None:
    """Go on with a board that failed, was canceled or lacks pictures; nothing is paid twice.

    The exit code is 1 when a board fails again or does not go on.
    """
    from reelmill.pipelines.storyboards import commands

    if bool(board) is all_stuck:
        raise typer.BadParameter("Give a BOARD or --all-stuck.")
    if all_stuck:
        commands.retry_all_stuck(context.obj(), wait=wait, as_json=as_json)
        return
    commands.retry(context.obj(), board, wait=wait, as_json=as_json)


@group.command(
    epilog="Examples:\n\n\b\n  reelmill storyboards export 0a1b -o sea.webm --quality low\n"
    "  reelmill storyboards export 0a1b -o sea.mov -o sea.gif"
)
def export(  # noqa: PLR0913 - the options of a command
    context: typer.Context,
    *,
    board: BoardArgument,
    output: Annotated[
        list[Path],
        typer.Option(
            "--output",
            "-o",
            metavar="OUT",
            help="Ends in .mp4, .mov, .webm or .gif; repeatable.",
        ),
    ],
    quality: Annotated[
        Quality, typer.Option(help="480, 720 or 1080 lines; of a GIF 180, 270 or 360.")
    ] = Quality.MEDIUM,
    force: ForceOption = False,
    as_json: JsonOption = False,
) -> None:
    """Copy a finished video into other formats and another quality."""
    from reelmill.pipelines.storyboards import commands

    commands.export(context.obj(), board, output, quality, force=force, as_json=as_json)


@group.command(
    epilog="Examples:\n\n\b\n"
    "  reelmill storyboards combine 0a1b 7f20 -o both.mp4\n"
    "  reelmill storyboards combine 0a1b 7f20 03cc -o all.webm --transition crossfade"
)
def combine(  # noqa: PLR0913 - the options of a command
    context: typer.Context,
    *,
    board: Annotated[
        list[str], typer.Argument(metavar="BOARD...", help="Boards with videos, in their order.")
    ],
    output: Annotated[
        Path, typer.Option("--output", "-o", metavar="OUT", help="Ends in .mp4, .mov or .webm.")
    ],
    transition: Annotated[
        Transition, typer.Option(help="How each follows the one before.")
    ] = Transition.CUT,
    force: ForceOption = False,
    as_json: JsonOption = False,
) -> None:
    """Make one video of the finished videos of several boards, in the shape of the first."""
    from reelmill.pipelines.storyboards import commands

    commands.combine(context.obj(), board, output, transition, force=force, as_json=as_json)


@group.command(
    epilog="Examples:\n\n\b\n"
    "  reelmill storyboards decide 5f0e... --not-bought\n"
    "  reelmill storyboards decide 5f0e... --bought gm3qorzdhgbfurvjtvhg6dckhu"
)
def decide(
    context: typer.Context,
    *,
    purchase: Annotated[str, typer.Argument(metavar="PURCHASE", help="As `cost` lists it.")],
    bought: Annotated[
        str | None, typer.Option(metavar="PREDICTION", help="The provider's name for it.")
    ] = None,
    not_bought: Annotated[bool, typer.Option("--not-bought", help="It was not bought.")] = False,
    as_json: JsonOption = False,
) -> None:
    """Say whether something was bought that the provider cannot tell; then retry the board."""
    from reelmill.pipelines.storyboards import commands

    if (bought is None) is not not_bought:
        raise typer.BadParameter("Give --bought PREDICTION or --not-bought.")
    commands.decide(context.obj(), purchase, bought, as_json=as_json)


@group.command(
    "simulate-provider",
    epilog="Examples:\n\n\b\n"
    "  reelmill storyboards simulate-provider\n"
    "  reelmill storyboards simulate-provider --port 9000 --seed 7 --share 0.3",
)
def simulate_provider(
    context: typer.Context,
    *,
    port: Annotated[int, typer.Option(min=0, max=65535, help="Port; 0 takes a free one.")] = 0,
    seed: Annotated[
        int | None, typer.Option(help="Let things go wrong, the same ones for the same seed.")
    ] = None,
    share: Annotated[
        float, typer.Option(min=0, max=1, help="Share of calls that go wrong, with a seed.")
    ] = 0.25,
    webhook_secret: Annotated[
        str, typer.Option(metavar="SECRET", help="Signs webhooks; none are sent without it.")
    ] = "",
) -> None:
    """Stand in for the provider that is paid, on this machine, until Ctrl-C.

    It speaks the same HTTP, makes small pictures and short videos, and keeps books.
    """
    from reelmill.pipelines.storyboards.providers.simulator import running

    running.simulate(
        context.obj().terminal, running.provider_of(seed, share, webhook_secret), port=port
    )
