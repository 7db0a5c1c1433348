"""`reelmill replays ...`: what may be typed. What it does is loaded when it is called."""

from datetime import datetime
from pathlib import Path
from typing import Annotated

import typer

from reelmill.pipelines.replays.batch.choices import Mode
from reelmill.pipelines.replays.highlights import Form
from reelmill.pipelines.replays.spec import (
    DEFAULT_FPS,
    DEFAULT_SECONDS_PER_ROUND,
    ProfileName,
    Theme,
)

group = typer.Typer(no_args_is_help=True, rich_markup_mode=None)

ProfileOption = Annotated[ProfileName, typer.Option(help="Size and encoding of the video.")]
ThemeOption = Annotated[Theme, typer.Option(help="Colours of the page.")]
FpsOption = Annotated[int, typer.Option(min=10, max=60, help="Frames per second.")]
PaceOption = Annotated[float, typer.Option(min=0.1, max=10, help="How long a round is shown.")]
JsonOption = Annotated[bool, typer.Option("--json", help="Print JSON, for a script.")]


@group.command(
    epilog="Examples:\n\n\b\n"
    "  reelmill replays render snake_game_0a1b.json -o game.mp4\n"
    "  reelmill replays render game.json -o short.mp4 --profile vertical --theme dark\n"
    "  curl -s https://example.org/game.json | reelmill replays render - -o game.mp4"
)
def render(  # noqa: PLR0913 - the options of a command
    context: typer.Context,
    *,
    source: Annotated[str, typer.Argument(metavar="IN.json", help="A replay; - reads stdin.")],
    output: Annotated[Path, typer.Option("--output", "-o", metavar="OUT.mp4", help="The video.")],
    profile: ProfileOption = "720p",
    theme: ThemeOption = "light",
    fps: FpsOption = DEFAULT_FPS,
    seconds_per_round: PaceOption = DEFAULT_SECONDS_PER_ROUND,
    force: Annotated[
        bool, typer.Option("--force", help="Overwrite OUT even if it is no video.")
    ] = False,
    as_json: JsonOption = False,
) -> None:
    """Make one video from one replay, here and now.

    The video appears under its name when it was decoded and checked, not before. A video that
    has that name already is replaced; any other file only with --force.
    """
    from reelmill.pipelines.replays import commands

    look = commands.look(profile, theme, fps, seconds_per_round)
    commands.render(context.obj(), source, output, look, force=force, as_json=as_json)


@group.command(
    epilog="Examples:\n\n\b\n"
    "  reelmill replays backfill completed_games/\n"
    "  reelmill replays backfill completed_games/ --limit 100 --max-parallel 4\n"
    "  reelmill replays backfill completed_games/ --mode failed-only\n"
    "  reelmill replays backfill https://example.org/completed_games/game_index.json\n"
    "  reelmill replays backfill s3://bucket/completed_games --game-ids 0a1b,2c3d --force"
)
def backfill(  # noqa: PLR0913 - the options of a batch
    context: typer.Context,
    *,
    source: Annotated[
        str,
        typer.Argument(
            metavar="DIR_OR_URL",
            help="A folder, one file, s3://bucket/prefix, or the address of a replay or an index.",
        ),
    ],
    mode: Annotated[
        Mode, typer.Option(help="Every game without a sound video, or only those that failed.")
    ] = Mode.ALL,
    limit: Annotated[
        int | None, typer.Option(min=1, help="Start at most so many.", show_default="all")
    ] = None,
    max_parallel: Annotated[
        int | None,
        typer.Option(min=1, max=256, help="At most so many at once.", show_default="the cores"),
    ] = None,
    retry_failed: Annotated[
        bool, typer.Option("--retry-failed", help="Try also those again that failed before.")
    ] = False,
    resume_stale: Annotated[
        bool,
        typer.Option(
            "--resume-stale",
            help="See at once to games that a dead worker left in progress; without it they "
            "are taken over within a minute.",
        ),
    ] = False,
    game_ids: Annotated[
        str, typer.Option(metavar="ID,ID", help="Only these games.", show_default="all")
    ] = "",
    force: Annotated[bool, typer.Option("--force", help="Do finished games again.")] = False,
    profile: ProfileOption = "720p",
    theme: ThemeOption = "light",
    fps: FpsOption = DEFAULT_FPS,
    seconds_per_round: PaceOption = DEFAULT_SECONDS_PER_ROUND,
    no_work: Annotated[
        bool, typer.Option("--no-work", help="Leave the work to nodes that run elsewhere.")
    ] = False,
    as_json: JsonOption = False,
) -> None:
    """Make a video of every replay in a folder or bucket.

    May be stopped at any moment and run again: what is done, on disk and sound is skipped,
    what is missing or damaged is done again, and a file that cannot be shown is reported and
    stops nothing. Ends with 0 when every game has its video, else with 1.
    """
    from reelmill.pipelines.replays import commands

    order = commands.Order(
        asked=commands.Asked(
            mode=mode, retry_failed=retry_failed, resume_stale=resume_stale, force=force
        ),
        look=commands.look(profile, theme, fps, seconds_per_round),
        limit=limit,
        max_parallel=max_parallel,
        game_ids=frozenset(part.strip() for part in game_ids.split(",") if part.strip()),
    )
    every_video = commands.backfill(
        context.obj(), source, order, works=not no_work, as_json=as_json
    )
    raise typer.Exit(0 if every_video else 1)


@group.command(
    epilog="Examples:\n\n\b\n  reelmill replays status\n  reelmill replays status --json"
)
def status(context: typer.Context, *, as_json: JsonOption = False) -> None:
    """Count the games in each state, with reasons.

    Each failed game is listed with why it failed.
    """
    from reelmill.pipelines.replays import commands

    commands.status(context.obj(), as_json=as_json)


@group.command(
    "doctor",
    epilog="Examples:\n\n\b\n"
    "  reelmill replays doctor completed_games/\n"
    "  reelmill replays doctor completed_games/ --repair\n"
    "  reelmill replays doctor broken.json --repair --output repaired/",
)
def examine(
    context: typer.Context,
    *,
    source: Annotated[str, typer.Argument(metavar="DIR", help="A folder or one file.")],
    repair: Annotated[
        bool, typer.Option("--repair", help="Write repaired documents where that is possible.")
    ] = False,
    output: Annotated[
        Path | None,
        typer.Option(help="Write them below this folder.", show_default="beside the original"),
    ] = None,
    as_json: JsonOption = False,
) -> None:
    """Name each fault of each file, without a video.

    With --repair the original stays beside the repaired document as `.bak`. Ends with 1 when a
    file remains that cannot be shown.
    """
    from reelmill.pipelines.replays import commands

    all_can_be_shown = commands.examine(
        context.obj(), Path(source), repair=repair, output=output, as_json=as_json
    )
    raise typer.Exit(0 if all_can_be_shown else 1)


@group.command(
    epilog="Examples:\n\n\b\n"
    "  reelmill replays analyze completed_games/\n"
    "  reelmill replays analyze completed_games/ more_games/ --since 2025-12-01 --top 3\n"
    "  reelmill replays analyze completed_games/ --format csv --output games.csv"
)
def analyze(  # noqa: PLR0913 - the options of a command
    context: typer.Context,
    *,
    source: Annotated[list[Path], typer.Argument(metavar="DIR...", help="Folders of replays.")],
    top: Annotated[int, typer.Option(min=1, help="Games in each list.")] = 10,
    since: Annotated[
        datetime | None,
        typer.Option(
            metavar="YYYY-MM-DD", formats=["%Y-%m-%d"], help="Only games of that day and later."
        ),
    ] = None,
    form: Annotated[Form, typer.Option("--format", help="How it is written.")] = Form.MD,
    output: Annotated[
        Path | None, typer.Option("--output", "-o", help="A file to write.", show_default="stdout")
    ] = None,
) -> None:
    """List the dearest, longest, best and worst games.

    Files that cannot be shown are left out, and counted.
    """
    from reelmill.pipelines.replays import commands

    day = f"{since:%Y-%m-%d}" if since else ""
    commands.analyze(context.obj(), source, top=top, since=day, form=form, output=output)
