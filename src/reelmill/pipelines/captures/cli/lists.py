"""Lists of captures: by date, size and flag, and each node's share of one."""

from pathlib import Path
from typing import Annotated

import typer

from reelmill.pipelines.captures.cli.group import JsonOption, group

SourceArgument = Annotated[
    str, typer.Argument(metavar="SOURCE", help="Store of the captures: a folder or a URL.")
]
PrefixOption = Annotated[str, typer.Option(metavar="PREFIX", help="Only keys that begin so.")]
NodesOption = Annotated[
    int, typer.Option("--num-nodes", "--num_nodes", min=1, help="How many nodes share the work.")
]
RankOption = Annotated[
    int, typer.Option("--node-rank", "--node_rank", min=0, help="Which one this is, from 0.")
]
ListOption = Annotated[
    Path, typer.Option("--output", "-o", metavar="LIST", help="The task list to write.")
]


@group.command(
    epilog="Examples:\n\n\b\n"
    "  reelmill captures tasks s3://game-data\n"
    "  reelmill captures tasks s3://game-data --start 2025-09-01 --end 2025-09-17\n"
    "  reelmill captures tasks captures/ --num-nodes 4 --node-rank 0 -o mine.txt"
)
def tasks(  # noqa: PLR0913 - the options of a command
    context: typer.Context,
    *,
    source: SourceArgument,
    output: ListOption = Path("task_list.txt"),
    prefix: PrefixOption = "",
    start: Annotated[
        str | None,
        typer.Option(metavar="DATE", help="Written then or later; UTC.", show_default="any"),
    ] = None,
    end: Annotated[
        str | None,
        typer.Option(
            metavar="DATE",
            help="Written then or earlier; UTC. A date is meant to its last moment.",
            show_default="any",
        ),
    ] = None,
    num_nodes: NodesOption = 1,
    node_rank: RankOption = 0,
) -> None:
    """Write the keys of a store's captures to a task list, one a line."""
    from reelmill.pipelines.captures.tools import commands
    from reelmill.pipelines.captures.tools.choosing import days
    from reelmill.pipelines.captures.tools.lists import Share

    between, share = days(start, end), Share(nodes=num_nodes, rank=node_rank)
    commands.tasks(context.obj(), source, output, prefix=prefix, between=between, share=share)


@group.command(
    epilog="Examples:\n\n\b\n"
    "  reelmill captures shard task_list.txt --num-nodes 8 --node-rank 3 -o shard3.txt"
)
def shard(
    context: typer.Context,
    *,
    task_list: Annotated[Path, typer.Argument(metavar="LIST", help="A task list.")],
    output: ListOption,
    num_nodes: NodesOption,
    node_rank: RankOption,
) -> None:
    """Write one node's share of a task list: every key belongs to exactly one node."""
    from reelmill.pipelines.captures.tools import commands
    from reelmill.pipelines.captures.tools.lists import Share

    share = Share(nodes=num_nodes, rank=node_rank)
    commands.shard(context.obj(), task_list, output, share)


@group.command(
    epilog="Examples:\n\n\b\n"
    "  reelmill captures sizes s3://game-data -o sizes/\n"
    "  reelmill captures sizes captures/ --json"
)
def sizes(
    context: typer.Context,
    *,
    source: SourceArgument,
    output: Annotated[
        Path, typer.Option("--output", "-o", metavar="DIR", help="Folder for what is written.")
    ] = Path("sizes"),
    prefix: PrefixOption = "",
    as_json: JsonOption = False,
) -> None:
    """Write how large the captures of a store are: sizes.csv, sizes.json and histograms."""
    from reelmill.pipelines.captures.tools import commands

    commands.sizes(context.obj(), source, output, prefix=prefix, as_json=as_json)


@group.command(
    epilog="Examples:\n\n\b\n"
    "  reelmill captures ranges s3://game-data --range 0,0 --range 1000,\n"
    "  reelmill captures ranges captures/ --range 0,10 --limit 5 --json"
)
def ranges(  # noqa: PLR0913 - the options of a command
    context: typer.Context,
    *,
    source: SourceArgument,
    wanted: Annotated[
        list[str],
        typer.Option("--range", metavar="MIN,MAX", help="MB, both included; may be repeated."),
    ],
    limit: Annotated[int, typer.Option(min=0, help="Name at most so many of each.")] = 20,
    prefix: PrefixOption = "",
    as_json: JsonOption = False,
) -> None:
    """Tell which captures are of some sizes."""
    from reelmill.pipelines.captures.tools import commands

    commands.ranges(context.obj(), source, wanted, prefix=prefix, limit=limit, as_json=as_json)


@group.command(
    epilog="Examples:\n\n\b\n"
    "  reelmill captures flagged manifest.parquet\n"
    "  reelmill captures flagged manifest.parquet --flag dark --flag menu --root /data/captures"
)
def flagged(
    context: typer.Context,
    *,
    manifest: Annotated[
        str, typer.Argument(metavar="MANIFEST", help="A Parquet file, or the URL of one.")
    ],
    output: Annotated[
        Path, typer.Option("--output", "-o", metavar="CSV", help="The list to write.")
    ] = Path("to_delete.csv"),
    flags: Annotated[
        list[str],
        typer.Option(
            "--flag", help="A flag that condemns: its column, or dark, menu, dpi; error. Repeat."
        ),
    ] = ["dark", "menu", "dpi"],  # noqa: B006 - Typer copies it
    root: Annotated[str, typer.Option(help="Put before every folder.")] = "",
) -> None:
    """List what flags of a manifest condemn: the folder of each recording, and why."""
    from reelmill.pipelines.captures.tools import commands

    commands.flagged(context.obj(), manifest, output, flags, root=root)
