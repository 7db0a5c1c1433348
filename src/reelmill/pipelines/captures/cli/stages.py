"""The two stages, and a look before them: `scout`, `extract`, `manifest`, `run`."""

from pathlib import Path
from typing import Annotated

import typer

from reelmill.pipelines.captures.cli.group import (
    JsonOption,
    LogLevel,
    SourceOption,
    TargetOption,
    TasksOption,
    group,
)

#: Where the log of a run goes. Source: the documented pipeline.
LOG_FILE = Path("two_stage_pipeline.log")

OutputOption = Annotated[
    str,
    typer.Option(
        "--output-path",
        "-o",
        metavar="PARQUET",
        show_default="manifest.parquet",
        help="The manifest: a path or s3://bucket/key.",
    ),
]
PrefixOption = Annotated[
    str, typer.Option(metavar="PREFIX", help="Only records whose keys begin so.")
]
AnewOption = Annotated[
    bool, typer.Option("--no-skip-existing", help="Make records again that are there.")
]
KeyFramesOption = Annotated[
    bool,
    typer.Option("--key-frames", help="Take the nearest key frames: faster, less exact in time."),
]
MenuOption = Annotated[
    str,
    typer.Option(metavar="WHO", help="Who tells menus: lettering, online, or module:function."),
]
ThresholdOption = Annotated[
    list[str] | None,
    typer.Option("--threshold", metavar="NAME=NUMBER", help="Hold figures against another one."),
]
LevelOption = Annotated[
    LogLevel | None,
    typer.Option(
        case_sensitive=False,
        show_default="INFO to the file alone",
        help="Least level that is logged, to the console and to a file.",
    ),
]
FileOption = Annotated[Path, typer.Option(metavar="FILE", help="Where the log is kept.")]
NoWorkOption = Annotated[
    bool, typer.Option("--no-work", help="Leave the work to nodes that run elsewhere.")
]


@group.command(
    epilog="Examples:\n\n\b\n"
    "  reelmill captures scout --source-bucket s3://game-data --keep hopeful.txt\n"
    "  reelmill captures scout --json"
)
def scout(
    context: typer.Context,
    *,
    source: SourceOption = "",
    tasks: TasksOption = Path("task_list.txt"),
    keep: Annotated[
        Path | None,
        typer.Option(metavar="FILE", help="Write the keys that are worth it, one a line."),
    ] = None,
    as_json: JsonOption = False,
) -> None:
    """Tell hopeless TARs by a look at a few frames, before anything is extracted.

    Names those that are dark, have bars, lie in a corner, or cannot be read; a bundle, when all of
    it is so. Ends with 0 when every TAR is worth to be extracted.
    """
    from reelmill.pipelines.captures import lookout

    all_hopeful = lookout.scout(context.obj(), source, tasks, keep, as_json=as_json)
    raise typer.Exit(0 if all_hopeful else 1)


@group.command(
    epilog="Examples:\n\n\b\n"
    "  reelmill captures extract --task-list tasks.txt\n"
    "  reelmill captures extract --source-bucket s3://game-data "
    "--manifest-bucket s3://game-data-manifest\n"
    "  reelmill captures extract --source-bucket recordings --key-frames --no-skip-existing"
)
def extract(  # noqa: PLR0913 - the options of a command
    context: typer.Context,
    *,
    source: SourceOption = "",
    target: TargetOption = "",
    tasks: TasksOption = Path("task_list.txt"),
    no_skip_existing: AnewOption = False,
    key_frames: KeyFramesOption = False,
    log_level: LevelOption = None,
    log_file: FileOption = LOG_FILE,
    no_work: NoWorkOption = False,
    as_json: JsonOption = False,
) -> None:
    """Stage one: sample the frames of every TAR of a list.

    Each TAR is a durable job. May be stopped at any moment and run again: records that are there
    are left alone, TARs of no bytes or too many are skipped with the reason, and one that cannot
    be used stops nothing. Ends with 0 when every TAR that was looked into has its records.
    """
    from reelmill.pipelines.captures import commands

    where = commands.Where(
        source=source,
        target=target,
        works=not no_work,
        log_level=log_level or "",
        log_file=log_file,
    )
    wanted = commands.Extract(
        tasks=tasks, skip_existing=not no_skip_existing, key_frames=key_frames
    )
    done = commands.extract(context.obj(), where, wanted, as_json=as_json)
    raise typer.Exit(0 if done else 1)


@group.command(
    epilog="Examples:\n\n\b\n"
    "  reelmill captures manifest --output-path experiment_v2.parquet\n"
    "  reelmill captures manifest --prefix 2024/01/ -o jan_2024.parquet\n"
    "  reelmill captures manifest -o darker.parquet --threshold dark_mean_under=20"
)
def manifest(  # noqa: PLR0913 - the options of a command
    context: typer.Context,
    *,
    target: TargetOption = "",
    output: OutputOption = "",
    prefix: PrefixOption = "",
    menu_by: MenuOption = "lettering",
    threshold: ThresholdOption = None,
    log_level: LevelOption = None,
    log_file: FileOption = LOG_FILE,
    no_work: NoWorkOption = False,
    as_json: JsonOption = False,
) -> None:
    """Stage two: check every record, and write one row for each.

    What was found before is not looked for again: another threshold reads no frame. Ends with 0
    when every record could be looked into, whatever was found.
    """
    from reelmill.pipelines.captures import commands

    where = commands.Where(
        target=target, works=not no_work, log_level=log_level or "", log_file=log_file
    )
    wanted = commands.Manifest(
        output=output,
        prefix=prefix,
        menu_by=menu_by,
        thresholds=commands.thresholds(threshold or ()),
    )
    done = commands.manifest(context.obj(), where, wanted, as_json=as_json)
    raise typer.Exit(0 if done else 1)


@group.command(
    epilog="Examples:\n\n\b\n"
    "  reelmill captures run --task-list tasks.txt --output-path manifest.parquet\n"
    "  reelmill captures run --source-bucket recordings --manifest-bucket records --json"
)
def run(  # noqa: PLR0913 - the options of a command
    context: typer.Context,
    *,
    source: SourceOption = "",
    target: TargetOption = "",
    tasks: TasksOption = Path("task_list.txt"),
    output: OutputOption = "",
    prefix: PrefixOption = "",
    no_skip_existing: AnewOption = False,
    key_frames: KeyFramesOption = False,
    menu_by: MenuOption = "lettering",
    threshold: ThresholdOption = None,
    log_level: LevelOption = None,
    log_file: FileOption = LOG_FILE,
    no_work: NoWorkOption = False,
    as_json: JsonOption = False,
) -> None:
    """Both stages, one after the other; the manifest is of all records that are there."""
    from reelmill.pipelines.captures import commands

    where = commands.Where(
        source=source,
        target=target,
        works=not no_work,
        log_level=log_level or "",
        log_file=log_file,
    )
    first = commands.Extract(tasks=tasks, skip_existing=not no_skip_existing, key_frames=key_frames)
    second = commands.Manifest(
        output=output,
        prefix=prefix,
        menu_by=menu_by,
        thresholds=commands.thresholds(threshold or ()),
    )
    done = commands.run(context.obj(), where, first, second, as_json=as_json)
    raise typer.Exit(0 if done else 1)
