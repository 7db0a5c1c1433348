"""Boards that failed or stand still -> all of them going on; and why those do not that do not."""

from datetime import timedelta
from typing import Final, NamedTuple

from reelmill.errors import ReelmillError
from reelmill.pipelines.storyboards.bench import Whole
from reelmill.pipelines.storyboards.dealings import DECIDE
from reelmill.pipelines.storyboards.house import settings_of
from reelmill.pipelines.storyboards.records import Board, EntryState
from reelmill.pipelines.storyboards.refusals import PersonMustDecide
from reelmill.pipelines.storyboards.settling import give_up
from reelmill.pipelines.storyboards.spec import VideoStatus
from reelmill.pipelines.storyboards.studio import Studio
from reelmill.pipelines.storyboards.tables import boards
from reelmill.pipelines.storyboards.tables.boards import Wanted

#: Boards that one call looks at.
MOST: Final = 200


class Left(NamedTuple):
    """A board that does not go on."""

    board: Board
    """The board."""

    error: ReelmillError
    """Why not."""


class Retried(NamedTuple):
    """What came of it."""

    going: list[Whole]
    """Boards that go on."""

    left: list[Left]
    """Boards that do not."""

    more: bool
    """Whether there are further ones, to be asked for again."""


class Stuck(Studio):
    """Where one caller lets all boards go on that failed or stand still."""

    def retry_all(self) -> Retried:
        """Let them go on, the newest first; what was paid is not paid again.

        What somebody canceled stays canceled.
        """
        found = self._found()
        going: list[Whole] = []
        left: list[Left] = []
        for board in found[:MOST]:
            try:
                going.append(self._gone_on(board))
            except ReelmillError as error:
                left.append(Left(board, error))
        return Retried(going, left, more=len(found) > MOST)

    def _found(self) -> list[Board]:
        owner = self.caller.sees_only
        since = self.here.clock() - timedelta(seconds=settings_of(self.here).waits.stalled_s)
        failed = Wanted(owner=owner, status=VideoStatus.FAILED)
        with self.here.catalog.read() as conn:
            stalled = [one for one in boards.stalled(conn, since) if self.caller.owns(one.owner)]
            return stalled + boards.page(conn, failed, limit=MOST + 1)

    def _gone_on(self, board: Board) -> Whole:
        if board.status.is_working:
            give_up(self.here, self.jobs, board)
        for entry in self.purchases(board.id):
            if entry.state is EntryState.UNDECIDED:
                raise PersonMustDecide(entry_id=entry.id, hint=DECIDE)
        return self.retry(board.id)
