"""`reelmill serve`, `work` and `migrate`: what runs on a server."""

import socket
import time
from collections.abc import Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager, nullcontext
from typing import Annotated, Any, cast

import typer

from reelmill import logs
from reelmill.app import App, installed
from reelmill.cli.words import OK, Told, examples
from reelmill.config import is_loopback
from reelmill.desk import Desk, System
from reelmill.errors import Refused

#: Connections that wait to be answered.
BACKLOG = 128

#: Longest time until a signal is noticed. The kernel may hand it to any thread, and a main thread
#: that waits without end is not woken by a signal of another.
NOTICE_S = 0.5


class OpenToEverybody(Refused):
    """Nobody has to sign in yet, so only this machine is answered."""


class CannotListen(Refused):
    """Nothing can listen there."""


def add_to(whole: typer.Typer) -> None:
    """Mount the commands of this room."""
    whole.command(epilog=examples("reelmill serve", "reelmill serve --port 0 --no-work"))(serve)
    whole.command(epilog=examples("reelmill work", "reelmill work --queue stories --children 8"))(
        work
    )
    whole.command(epilog=examples("reelmill migrate"))(migrate)


def serve(
    context: typer.Context,
    *,
    host: Annotated[
        str | None, typer.Option(help="Address to listen on.", show_default="127.0.0.1")
    ] = None,
    port: Annotated[
        int | None,
        typer.Option(min=0, max=65535, help="Port; 0 takes a free one.", show_default="8040"),
    ] = None,
    no_work: Annotated[
        bool, typer.Option("--no-work", help="Only the site; nodes work elsewhere.")
    ] = False,
) -> None:
    """Serve the dashboard and the API, and work beside it.

    Without accounts it answers this machine alone: `reelmill users add` makes the first.

    SIGTERM ends it in good order: running jobs get time to finish.
    """
    from reelmill.web.app import server_of  # noqa: PLC0415 - a node has no site

    desk: Desk = context.obj()
    wanted = {"host": host, "port": port}
    given = {name: value for name, value in wanted.items() if value is not None}
    with _closed(desk, **given) as system, _until_told(), _worker(system, idle=no_work):
        chosen = system.settings
        with _listening(chosen.host, chosen.port) as door:
            _introduce(desk, system, [] if no_work else [each.name for each in installed()])
            at = f"http://{_shown(chosen.host)}:{door.getsockname()[1]}"
            desk.terminal.line(f"listening on {at}  (Ctrl-C stops)")
            server = server_of(cast("App", system), host=chosen.host, port=chosen.port)
            server.run(sockets=[door])


def _listening(host: str, port: int) -> socket.socket:
    """A bound socket: the port is known, and taken, before anything is promised."""
    try:
        family = socket.AF_INET6 if ":" in host else socket.AF_INET
        return socket.create_server((host, port), family=family, backlog=BACKLOG)
    except OSError as error:
        raise CannotListen(
            address=f"{host}:{port}",
            problem=error.strerror or str(error),
            hint="Choose another with --host and --port; port 0 takes a free one.",
        ) from error


def _shown(host: str) -> str:
    return f"[{host}]" if ":" in host else host


def work(
    context: typer.Context,
    *,
    children: Annotated[
        int | None,
        typer.Option(min=1, max=256, help="Jobs at once.", show_default="the cores"),
    ] = None,
    queue: Annotated[
        list[str] | None,
        typer.Option(help="Take the jobs of this pipeline; may be repeated.", show_default="all"),
    ] = None,
) -> None:
    """Work on jobs until told to stop.

    As many of these as you like, on as many machines.

    SIGTERM ends it in good order: running jobs get time to finish, the rest goes to others.
    """
    desk: Desk = context.obj()
    given = {} if children is None else {"children": children}
    with _opened(desk, **given) as system, _until_told(), system.node(queue or ()):
        _introduce(desk, system, queue or [pipeline.name for pipeline in installed()])
        while True:
            time.sleep(NOTICE_S)


def migrate(context: typer.Context) -> None:
    """Bring the database up to date.

    Every start does it too; safe while others run.
    """
    desk: Desk = context.obj()
    with desk.open() as system:
        desk.terminal.line(f"up to date: {system.services.catalog.shown_url}")


@contextmanager
def _opened(desk: Desk, **given: Any) -> Iterator[System]:
    """The system, logging as much as the operator chose."""
    settings = desk.settings()
    logs.set_up(settings.log_level, settings.log_format)
    with desk.open(log_level=settings.log_level, **given) as system:
        yield system


@contextmanager
def _closed(desk: Desk, **given: Any) -> Iterator[System]:
    """The system, where not everybody who can reach it may do everything.

    Raises:
        OpenToEverybody: others can reach it, and nobody would have to say who they are.
    """
    with _opened(desk, **given) as system:
        host = system.settings.host
        if not is_loopback(host) and not system.accounts.are_set_up():
            raise OpenToEverybody(
                host=host,
                hint="Add somebody with `reelmill users add NAME --operator`, or set [accounts].",
            )
        yield system


def _worker(system: System, *, idle: bool) -> AbstractContextManager[None]:
    return nullcontext() if idle else system.node()


@contextmanager
def _until_told() -> Iterator[None]:
    """SIGTERM is the ordinary end of a server."""
    try:
        yield
    except Told as told:
        raise typer.Exit(OK) from told


def _introduce(desk: Desk, system: System, queues: Sequence[str]) -> None:
    """What this process uses, and works on."""
    here, settings = system.services, system.settings
    desk.terminal.note(f"database  {here.catalog.shown_url}")
    desk.terminal.note(f"store     {here.store.url}")
    if queues:
        desk.terminal.note(f"working   on {', '.join(queues)}, {settings.children} at once")
