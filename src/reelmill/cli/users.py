"""`reelmill users ...`: who has an account here."""

import sys
from typing import Annotated, Any

import typer

from reelmill.catalog.accounts import User
from reelmill.cli.words import CONTEXT, examples
from reelmill.desk import Desk

JsonOption = Annotated[bool, typer.Option("--json", help="Print JSON, for a script.")]
NameArgument = Annotated[str, typer.Argument(metavar="NAME", help="What they sign in with.")]
StdinOption = Annotated[
    bool, typer.Option("--password-stdin", help="Read the password from stdin, one line.")
]


def add_to(whole: typer.Typer) -> None:
    """Mount the commands of this room."""
    group = typer.Typer(no_args_is_help=True, context_settings=CONTEXT)
    for name, command, lines in (
        (
            "add",
            add,
            (
                "add ann --operator",
                "add bob --password-stdin",
                "add robot --no-password",
            ),
        ),
        ("list", list_users, ("list", "list --json")),
        ("password", password, ("password ann",)),
        ("disable", disable, ("disable bob",)),
        ("enable", enable, ("enable bob",)),
    ):
        typed = (f"reelmill users {line}" for line in lines)
        group.command(name, epilog=examples(*typed))(command)
    whole.add_typer(group, name="users", help="Say who may sign in; the first one closes the door.")


def add(  # noqa: PLR0913 - the options of a command
    context: typer.Context,
    *,
    name: NameArgument,
    operator: Annotated[
        bool, typer.Option("--operator", help="Sees and steers everybody's jobs.")
    ] = False,
    password_stdin: StdinOption = False,
    no_password: Annotated[
        bool, typer.Option("--no-password", help="Cannot sign in; has keys alone.")
    ] = False,
    as_json: JsonOption = False,
) -> None:
    """Add a user.

    As soon as there is one, everybody has to sign in or bring a key. A server that runs need not
    be started again.
    """
    desk: Desk = context.obj()
    given = "" if no_password else _password(from_stdin=password_stdin)
    with desk.open() as system:
        user = system.accounts.add_user(name, password=given, is_operator=operator)
        steered = any(each.is_operator for each in system.accounts.users())
    _tell(desk, user, as_json=as_json)
    if not steered:
        desk.terminal.note("nobody is an operator yet: nobody sees the jobs of all")


def list_users(context: typer.Context, *, as_json: JsonOption = False) -> None:
    """List everybody who was ever added."""
    desk: Desk = context.obj()
    with desk.open() as system:
        users = system.accounts.users()
    if as_json:
        desk.terminal.document([facts(user) for user in users])
        return
    desk.terminal.table(("name", "id", "role", "state", "added"), [_row(user) for user in users])
    if not users:
        desk.terminal.note("no users: everybody who reaches this machine is the one local user")


def password(
    context: typer.Context, *, name: NameArgument, password_stdin: StdinOption = False
) -> None:
    """Give a user another password; every browser of theirs has to sign in again."""
    desk: Desk = context.obj()
    given = _password(from_stdin=password_stdin)
    with desk.open() as system:
        system.accounts.set_password(name, given)
    desk.terminal.line(f"{name}: the password is changed")


def disable(context: typer.Context, *, name: NameArgument, as_json: JsonOption = False) -> None:
    """Shut a user out: sessions end and keys stop working. What they made stays."""
    desk: Desk = context.obj()
    with desk.open() as system:
        user = system.accounts.disable(name)
    _tell(desk, user, as_json=as_json)


def enable(context: typer.Context, *, name: NameArgument, as_json: JsonOption = False) -> None:
    """Let a user in again."""
    desk: Desk = context.obj()
    with desk.open() as system:
        user = system.accounts.enable(name)
    _tell(desk, user, as_json=as_json)


def facts(user: User) -> dict[str, Any]:
    """A user, as JSON can hold it; without the hash of the password."""
    return {
        "id": user.id,
        "name": user.name,
        "is_operator": user.is_operator,
        "has_password": bool(user.password_hash),
        "created_at": user.created_at.isoformat(),
        "disabled_at": user.disabled_at.isoformat() if user.disabled_at else None,
    }


def _row(user: User) -> tuple[str, ...]:
    role, state = ("operator" if user.is_operator else "user"), _state(user)
    return (user.name, user.id, role, state, f"{user.created_at:%Y-%m-%d %H:%M:%S}")


def _state(user: User) -> str:
    if user.disabled_at is not None:
        return "disabled"
    return "enabled" if user.password_hash else "keys alone"


def _tell(desk: Desk, user: User, *, as_json: bool) -> None:
    if as_json:
        desk.terminal.document(facts(user))
    else:
        desk.terminal.line("\t".join(_row(user)[:4]))


def _password(*, from_stdin: bool) -> str:
    """The password that was typed, twice and unseen, or came in a pipe."""
    if from_stdin:
        return sys.stdin.readline().rstrip("\r\n")
    if not sys.stdin.isatty():
        raise typer.BadParameter("nobody is there to type a password; give --password-stdin")
    typed: str = typer.prompt("Password", hide_input=True, confirmation_prompt=True, err=True)
    return typed
