"""The group of commands, and options that several of them have."""

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

group = typer.Typer(no_args_is_help=True, rich_markup_mode=None)


class LogLevel(StrEnum):
    """Least level that is logged."""

    DEBUG = "DEBUG"
    INFO = "INFO"
    WARNING = "WARNING"
    ERROR = "ERROR"


SourceOption = Annotated[
    str,
    typer.Option(
        "--source-bucket",
        metavar="STORE",
        show_default="game-data",
        help="Store of the TARs: a folder or s3://bucket.",
    ),
]
TargetOption = Annotated[
    str,
    typer.Option(
        "--manifest-bucket",
        metavar="STORE",
        show_default="game-data-manifest",
        help="Store of the records: a folder or s3://bucket.",
    ),
]
TasksOption = Annotated[
    Path, typer.Option("--task-list", metavar="FILE", help="Keys of TARs, one a line.")
]
JsonOption = Annotated[bool, typer.Option("--json", help="Print JSON, for a script.")]
