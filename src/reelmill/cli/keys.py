"""`reelmill keys ...`: what programs show instead of a password."""

from typing import Annotated, Any

import typer

from reelmill.catalog.accounts import Held
from reelmill.cli.words import CONTEXT, examples
from reelmill.desk import Desk

JsonOption = Annotated[bool, typer.Option("--json", help="Print JSON, for a script.")]


def add_to(whole: typer.Typer) -> None:
    """Mount the commands of this room."""
    group = typer.Typer(no_args_is_help=True, context_settings=CONTEXT)
    for name, command, lines in (
        ("new", new, ("new ann --label nightly", "new robot --label ci --json")),
        ("list", list_keys, ("list", "list --user ann --json")),
        ("revoke", revoke, ("revoke 0a1b2c3d4e5f",)),
    ):
        typed = (f"reelmill keys {line}" for line in lines)
        group.command(name, epilog=examples(*typed))(command)
    whole.add_typer(group, name="keys", help="Make and end keys for programs.")


def new(
    context: typer.Context,
    *,
    user: Annotated[str, typer.Argument(metavar="USER", help="Whose key it is.")],
    label: Annotated[str, typer.Option(help="What it is for.")] = "made at the machine",
    as_json: JsonOption = False,
) -> None:
    """Make a key and print it, this once.

    Programs send it as `Authorization: Bearer rm_...` or `X-API-Key: rm_...`.
    """
    desk: Desk = context.obj()
    with desk.open() as system:
        owner = system.accounts.find(user)
        made = system.accounts.new_key(owner.id, label)
    if as_json:
        desk.terminal.document({**facts(Held(made.key, owner)), "key": made.parts.text})
        return
    desk.terminal.line(made.parts.text)
    desk.terminal.note("shown this once; nobody can find it out again")


def list_keys(
    context: typer.Context,
    *,
    user: Annotated[str | None, typer.Option(help="Only of this user.")] = None,
    as_json: JsonOption = False,
) -> None:
    """List keys that work, the newest first."""
    desk: Desk = context.obj()
    with desk.open() as system:
        owner = None if user is None else system.accounts.find(user).id
        held = system.accounts.keys_of(owner)
    if as_json:
        desk.terminal.document([facts(each) for each in held])
        return
    desk.terminal.table(("id", "user", "label", "made", "last used"), [_row(each) for each in held])
    if not held:
        desk.terminal.note("no keys")


def revoke(
    context: typer.Context,
    *,
    key: Annotated[str, typer.Argument(metavar="ID", help="As `keys list` shows it.")],
) -> None:
    """End a key; whoever uses it is refused from now on."""
    desk: Desk = context.obj()
    with desk.open() as system:
        system.accounts.revoke(key)
    desk.terminal.line(f"{key} revoked")


def facts(held: Held) -> dict[str, Any]:
    """A key and its owner, as JSON can hold it; of the secret there is nothing."""
    key, used = held.key, held.key.last_used_at
    return {
        "id": key.id,
        "user": held.user.name,
        "label": key.label,
        "created_at": key.created_at.isoformat(),
        "last_used_at": used.isoformat() if used else None,
    }


def _row(held: Held) -> tuple[str, ...]:
    key, used = held.key, held.key.last_used_at
    made = f"{key.created_at:%Y-%m-%d %H:%M:%S}"
    return (
        key.id,
        held.user.name,
        key.label,
        made,
        f"{used:%Y-%m-%d %H:%M}" if used else "never",
    )
