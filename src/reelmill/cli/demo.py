"""`reelmill demo`: what every pipeline has to show, from material that it makes itself."""

import typer

from reelmill.app import installed
from reelmill.cli.words import FAILED, OK, examples
from reelmill.desk import Desk
from reelmill.pipelines import part, with_part


def add_to(whole: typer.Typer) -> None:
    """Mount the command of this room."""
    whole.command(epilog=examples("reelmill demo", "reelmill demo --home /tmp/reelmill"))(demo)


def demo(context: typer.Context) -> None:
    """Make sample videos and say where they are.

    Each pipeline makes its own material, so nothing is needed but this command.
    """
    desk: Desk = context.obj()
    shown = with_part("demo")
    every_video = True
    with desk.open() as system, system.node():
        for pipeline in installed():
            if pipeline.name in shown:
                desk.terminal.line(f"{pipeline.title}: {pipeline.about}", style="bold")
                every_video &= part(pipeline.name, "demo").demo(desk.terminal, system)
        home = system.settings.home
    desk.terminal.line("Now try:", style="bold")
    at = "" if home == desk.settings().__class__.model_fields["home"].default else f" --home {home}"
    for command in ("serve", "jobs list", "doctor"):
        desk.terminal.line(f"  reelmill {command}{at}")
    raise typer.Exit(OK if every_video else FAILED)
