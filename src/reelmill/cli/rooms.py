"""Which commands there are. Each is loaded when it is called: to list them, none is."""

from importlib import import_module
from typing import Any, Final, NamedTuple

import typer
from typer.core import TyperGroup

from reelmill.pipelines import about, part, with_part


class Room(NamedTuple):
    """Where a command of the house is."""

    module: str
    """The module of `cli/` that mounts it."""

    line: str
    """What it does, as the list of commands says it; the first line of its own help."""


#: Commands of the house, in the order in which they are listed; those of pipelines follow.
HOUSE: Final = {
    "demo": Room("demo", "Make sample videos and say where they are."),
    "run": Room("jobs", "Run any pipeline with a spec in JSON."),
    "serve": Room("server", "Serve the dashboard and the API, and work beside it."),
    "work": Room("server", "Work on jobs until told to stop."),
    "migrate": Room("server", "Bring the database up to date."),
    "doctor": Room("doctor", "Try out everything that the work leans on."),
    "jobs": Room("jobs", "Look at jobs, stop them, try them again."),
    "users": Room("users", "Say who may sign in; the first one closes the door."),
    "keys": Room("keys", "Make and end keys for programs."),
}


class Rooms(TyperGroup):
    """All commands, and the group of every pipeline, each loaded when it is asked for."""

    def list_commands(self, _ctx: Any) -> list[str]:
        """Their names, in order."""
        return [*HOUSE, *with_part("cli")]

    def get_command(self, _ctx: Any, cmd_name: str) -> Any:
        """The command of that name; None when there is none."""
        mounted = typer.Typer(rich_markup_mode=None)
        if cmd_name in HOUSE:
            import_module(f"reelmill.cli.{HOUSE[cmd_name].module}").add_to(mounted)
        elif cmd_name in with_part("cli"):
            mounted.add_typer(part(cmd_name, "cli").group, name=cmd_name, help=about(cmd_name))
        else:
            return None
        return typer.main.get_group(mounted).commands[cmd_name]

    def format_commands(self, _ctx: Any, formatter: Any) -> None:
        """The list that `reelmill --help` shows."""
        lines = [(name, room.line) for name, room in HOUSE.items()]
        with formatter.section("Commands"):
            formatter.write_dl([*lines, *((name, about(name)) for name in with_part("cli"))])
