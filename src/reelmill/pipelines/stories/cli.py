"""`reelmill stories ...`: what may be typed. What it does is loaded when it is called."""

from typing import Annotated

import typer

group = typer.Typer(no_args_is_help=True, rich_markup_mode=None)

JsonOption = Annotated[bool, typer.Option("--json", help="Print JSON, for a script.")]
WorkOption = Annotated[
    bool, typer.Option("--work", help="Render the tasks here, too; else nodes elsewhere do.")
]


@group.command(
    epilog="Examples:\n\n\b\n  reelmill stories watch --work\n  reelmill stories watch --json"
)
def watch(context: typer.Context, *, work: WorkOption = False, as_json: JsonOption = False) -> None:
    """Take in what is dropped into raw/, and make tasks of it, until told to stop.

    A file is taken when it has stopped growing. What cannot be used is moved to trash/invalid/
    with the reason; nothing is deleted. SIGTERM ends it in good order, as it ends `reelmill work`.
    """
    from reelmill.pipelines.stories import commands

    try:
        commands.watch(context.obj(), works=work, as_json=as_json)
    except SystemExit as told:
        # SIGTERM is its ordinary end.
        raise typer.Exit from told


@group.command(epilog="Examples:\n\n\b\n  reelmill stories scan\n  reelmill stories scan --json")
def scan(context: typer.Context, *, as_json: JsonOption = False) -> None:
    """Look into raw/ until everything there was taken in, then stop."""
    from reelmill.pipelines.stories import commands

    commands.scan(context.obj(), as_json=as_json)


@group.command(epilog="Examples:\n\n\b\n  reelmill stories plan\n  reelmill stories plan --json")
def plan(context: typer.Context, *, as_json: JsonOption = False) -> None:
    """Show what would be made from what, and what waits for what; nothing is changed."""
    from reelmill.pipelines.stories import commands

    commands.plan(context.obj(), as_json=as_json)


@group.command(
    epilog="Examples:\n\n\b\n"
    "  reelmill stories render 0e1218c9-4772-5a6f-af6b-957598e4ee45\n"
    "  reelmill stories render 0e1218c9-4772-5a6f-af6b-957598e4ee45 --json"
)
def render(
    context: typer.Context,
    *,
    task: Annotated[str, typer.Argument(metavar="TASK", help="Id of the task.")],
    as_json: JsonOption = False,
) -> None:
    """Make the video of one task here and now, also one that has failed or is done."""
    from reelmill.pipelines.stories import commands

    raise typer.Exit(0 if commands.render(context.obj(), task, as_json=as_json) else 1)


@group.command(
    epilog="Examples:\n\n\b\n  reelmill stories stats\n  reelmill stories stats --hours 1"
)
def stats(
    context: typer.Context,
    *,
    hours: Annotated[float, typer.Option(min=0.01, help="How far back to look.")] = 24.0,
    as_json: JsonOption = False,
) -> None:
    """Tell how well the nodes worked lately, and what waits."""
    from reelmill.pipelines.stories import commands

    commands.stats(context.obj(), hours=hours, as_json=as_json)


@group.command(
    epilog="Examples:\n\n\b\n"
    "  reelmill stories trash\n"
    "  reelmill stories restore video/sea/harbour.mp4"
)
def trash(context: typer.Context, *, as_json: JsonOption = False) -> None:
    """List what is in the trash, and why."""
    from reelmill.pipelines.stories import commands

    commands.trash(context.obj(), as_json=as_json)


@group.command(
    epilog="Examples:\n\n\b\n"
    "  reelmill stories restore video/sea/harbour.mp4\n"
    "  reelmill stories restore 0e1218c9-4772-5a6f-af6b-957598e4ee45"
)
def restore(
    context: typer.Context,
    *,
    names: Annotated[
        list[str], typer.Argument(metavar="NAME...", help="As `reelmill stories trash` lists them.")
    ],
) -> None:
    """Bring files back from the trash to raw/, and failed tasks to another run."""
    from reelmill.pipelines.stories import commands

    commands.restore(context.obj(), names)
