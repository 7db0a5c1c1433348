"""What the commands of the storyboards work with: the opened system, and boards told to people."""

import shutil
from collections.abc import Collection, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

from pydantic import BaseModel, ValidationError

from reelmill.accounts.caller import LOCAL
from reelmill.catalog.job import Job
from reelmill.desk import Desk, System
from reelmill.errors import Refused
from reelmill.foreground import folder_beside
from reelmill.pipelines.storyboards import words
from reelmill.pipelines.storyboards.asking import Asking
from reelmill.pipelines.storyboards.bank import Bank
from reelmill.pipelines.storyboards.bench import Whole
from reelmill.pipelines.storyboards.combinations import Combinations
from reelmill.pipelines.storyboards.editing import Editing
from reelmill.pipelines.storyboards.exports import Exports
from reelmill.pipelines.storyboards.refusals import BoardNotFound
from reelmill.pipelines.storyboards.shelf import Shelf
from reelmill.pipelines.storyboards.spec import (
    STORYBOARDS,
    VideoStatus,
)
from reelmill.pipelines.storyboards.stuck import Stuck
from reelmill.pipelines.storyboards.studio import Studio
from reelmill.pipelines.storyboards.tables import boards
from reelmill.pipelines.storyboards.views.boards import JobResponse
from reelmill.pipelines.storyboards.views.money import warnings_of
from reelmill.units import JobId, StoreKey

ModelT = TypeVar("ModelT", bound=BaseModel)

#: A status that a command fails with: exit code 1.
_BAD = (VideoStatus.FAILED, VideoStatus.CANCELED)


class BadWish(Refused):
    """That cannot be asked."""


class AmbiguousBoard(Refused):
    """Several boards begin so."""


class NoSuchFile(Refused):
    """There is no such file."""


class Ended(Refused):
    """The board came to a bad end."""


@dataclass(frozen=True, kw_only=True)
class Room:
    """What the commands work with."""

    desk: Desk
    """The terminal."""

    system: System
    """The opened system."""

    studio: Studio
    """Boards approved, rendered, copied."""

    asking: Asking
    """Boards asked for."""

    editing: Editing
    """Boards changed."""

    stuck: Stuck
    """Boards that do not go on by themselves."""

    exports: Exports
    """Videos copied."""

    combinations: Combinations
    """Videos of several boards."""

    shelf: Shelf
    """Files taken in."""

    bank: Bank
    """Money."""

    def board_id(self, beginning: str) -> str:
        """The board whose id begins so.

        Raises:
            BoardNotFound, AmbiguousBoard: none does, or several do.
        """
        with self.system.services.catalog.read() as conn:
            found = boards.beginning_with(conn, beginning, limit=2)
        if not found:
            raise BoardNotFound(board_id=beginning, hint="See `reelmill storyboards list`.")
        if len(found) > 1:
            raise AmbiguousBoard(beginning=beginning, hint="Give more of the id.")
        return found[0]

    def told(self, whole: Whole) -> dict[str, Any]:
        """A board as JSON."""
        return JobResponse.of(whole, self.system.services.clock()).model_dump(mode="json")

    def wait_for(self, job_id: JobId, label: str) -> Job:
        """Work here until a job has ended, and show how far it is."""
        with self.system.node([STORYBOARDS]), self.desk.terminal.bar(label) as bar:

            def changed(job: Job) -> None:
                bar.at(job.done, job.total, job.message or job.stage)

            return self.system.jobs.wait([job_id], on_change=changed)[job_id]

    def wait_for_all(self, job_ids: Collection[JobId], label: str) -> None:
        """Work here until several jobs have ended."""
        ended: set[JobId] = set()
        with self.system.node([STORYBOARDS]), self.desk.terminal.bar(label) as bar:

            def changed(job: Job) -> None:
                if job.state.ended:
                    ended.add(job.id)
                bar.at(len(ended), len(job_ids), job.message or job.stage)

            self.system.jobs.wait(job_ids, on_change=changed)

    def all_followed(self, wholes: Sequence[Whole], *, wait: bool, as_json: bool) -> None:
        """The same as `followed`, of boards that were asked for together.

        Raises:
            Ended: one failed or was canceled.
        """
        if len(wholes) == 1:
            self.followed(wholes[0], wait=wait, as_json=as_json)
            return
        if wait:
            self.wait_for_all([whole.board.job_id for whole in wholes], "boards")
            wholes = [self.studio.whole(whole.board.id) for whole in wholes]
        if as_json:
            self.desk.terminal.document([self.told(whole) for whole in wholes])
        else:
            for whole in wholes:
                self.tell(whole, as_json=False)
        for whole in wholes:
            self.judge(whole)

    def followed(self, whole: Whole, *, wait: bool, as_json: bool) -> None:
        """Wait for the work on a board where that is wanted, and tell how it is.

        Raises:
            Ended: it failed or was canceled.
        """
        board = whole.board
        if wait and board.status.is_working:
            self.wait_for(board.job_id, board.id[:8])
            whole = self.studio.whole(board.id)
        self.tell(whole, as_json=as_json)
        self.judge(whole)

    @staticmethod
    def judge(whole: Whole) -> None:
        """Let a good end pass.

        Raises:
            Ended: it failed or was canceled.
        """
        if whole.board.status in _BAD:
            raise Ended(status=whole.board.status.value, problem=whole.board.error_message)

    def tell(self, whole: Whole, *, as_json: bool) -> None:
        """Tell of a board."""
        if as_json:
            self.desk.terminal.document(self.told(whole))
            return
        board, terminal = whole.board, self.desk.terminal
        approved = ", approved" if board.is_approved else ""
        terminal.line(f"{board.id} {board.status.value}{approved}")
        for row in whole.scenes:
            state = row.error or row.picture_status.value
            terminal.line(f"  {row.number}  {row.duration} s  {state}  {row.description[:70]}")
        if made := words.looks(board.looks):
            terminal.line(f"  looks: {made}")
        terminal.line(f"  cost: {whole.costs.actual} USD, to come: {whole.to_come} USD")
        if board.film is not None and board.status is VideoStatus.COMPLETED:
            path = self.system.services.store.local_path(board.film.key)
            terminal.line(f"  video: {path or board.film.key}")
        if board.message:
            terminal.note(board.message)
        for warning in (*whole.warnings, *warnings_of(board, whole.costs), *whole.remarks):
            terminal.note(warning)


@contextmanager
def room_of(desk: Desk) -> Iterator[Room]:
    """Open the system for a command of the one person of this machine."""
    with desk.open() as system:
        who: dict[str, Any] = {"here": system.services, "caller": LOCAL}
        yield Room(
            desk=desk,
            system=system,
            studio=Studio(**who, jobs=system.jobs),
            asking=Asking(**who, jobs=system.jobs),
            stuck=Stuck(**who, jobs=system.jobs),
            editing=Editing(**who, jobs=system.jobs),
            exports=Exports(**who, jobs=system.jobs),
            combinations=Combinations(**who, jobs=system.jobs),
            shelf=Shelf(**who),
            bank=Bank(**who),
        )


def copy_to(room: Room, key: StoreKey, output: Path) -> None:
    """A file of the store under a name of the user's, whole or not at all."""
    with folder_beside(output) as folder:
        copy = folder / output.name
        room.system.services.store.fetch(key, copy)
        copy.replace(output)


def uploaded(room: Room, file: Path) -> str:
    """Take in a file of the user's, which stays."""
    if not file.is_file():
        raise NoSuchFile(path=str(file))
    with room.system.services.scratch() as folder:
        copy = folder / "upload"
        shutil.copyfile(file, copy)
        return room.shelf.take(copy, file.name).id


def model(kind: type[ModelT], told: dict[str, Any]) -> ModelT:
    """What was typed, as a model; what was not is left to its defaults.

    Raises:
        BadWish: outside of its limits.
    """
    given = {name: value for name, value in told.items() if value is not None}
    try:
        return kind.model_validate(given)
    except ValidationError as error:
        first = error.errors()[0]
        where = ".".join(map(str, first["loc"]))
        raise BadWish(problem=f"{where}: {first['msg']}") from None
