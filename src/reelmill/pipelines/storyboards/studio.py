"""What a caller does with boards."""

from typing import Final

from reelmill.catalog.job import Place
from reelmill.engine.lifecycle import AlreadyEnded
from reelmill.pipelines.storyboards import rules
from reelmill.pipelines.storyboards.bench import Bench, Whole
from reelmill.pipelines.storyboards.budgets import Payer
from reelmill.pipelines.storyboards.owned import board_of
from reelmill.pipelines.storyboards.pieces import Piece, pieces_of
from reelmill.pipelines.storyboards.records import (
    Board,
    Entry,
)
from reelmill.pipelines.storyboards.refusals import (
    BoardBusy,
    NothingToCancel,
    NothingToRetry,
    VideoNotReady,
)
from reelmill.pipelines.storyboards.spec import (
    STORYBOARDS,
    RenderSpec,
    VideoStatus,
)
from reelmill.pipelines.storyboards.tables import boards, ledger, scenes
from reelmill.pipelines.storyboards.tables.boards import Wanted
from reelmill.units import JobId

#: Any board.
ANY: Final = Wanted()


class Studio(Bench):
    """Where one caller has boards drafted, changes, approves and renders them."""

    def page(
        self,
        *,
        limit: int,
        before: Place | None = None,
        wanted: Wanted = ANY,
    ) -> list[Whole]:
        """Boards of the caller, the newest first."""
        with self.here.catalog.read() as conn:
            own = wanted._replace(owner=self.caller.sees_only)
            found = boards.page(conn, own, limit=limit, before=before)
            ids = [board.id for board in found]
            rows, costs = scenes.of_boards(conn, ids), ledger.costs(conn, ids)
        return [self.told(board, rows[board.id], costs[board.id]) for board in found]

    def approve(self, board_id: str) -> Whole:
        """Approve a board as it is now.

        Raises:
            CannotApprove, NothingToApprove, PictureMissing: as they say.
        """
        with self.here.catalog.begin() as conn:
            board = self.held(conn, board_id)
            rules.admit_approval(board, scenes.of_board(conn, board_id))
            now = self.here.clock()
            told = {"approved_edition": board.edition, "approved_at": now}
            boards.change(conn, board_id, now=now, **told, message="Storyboard approved")
        return self.whole(board_id)

    def render(self, board_id: str) -> Whole:
        """Have an approved board made into a video; one that is being made, or is made, is that.

        Raises:
            NotApproved, NothingToRender, PictureMissing, BoardBusy, OnlyMadeHere: as they say.
            BudgetSpent, ProviderResting, ModelBarred: nothing can be bought now.
        """
        whole = self.whole(board_id)
        board = whole.board
        is_at_it = board.status in {VideoStatus.RENDERING, VideoStatus.COMPLETED}
        if is_at_it and board.is_approved:
            return whole
        rules.admit_render(board, whole.scenes)
        rules.admit_looks(board.looks, self.makers(board).video)
        with self.here.catalog.read() as conn:
            self.admit_provider(conn, board.provider, self.makers(board).video)
        warnings = self.affordable(Payer.of(board), self.most_to_come(whole))
        spec = RenderSpec(board_id=board_id, edition=board.edition)
        try:
            self.submit(spec, owner=board.owner, force=True)
        except BoardBusy:
            # Somebody else asked for the same in this moment.
            if self.whole(board_id).board.status is not VideoStatus.RENDERING:
                raise
        return self.whole(board_id)._replace(warnings=tuple(warnings))

    def cancel(self, board_id: str) -> Whole:
        """Stop the work on a board; its provider is told to stop too.

        Raises:
            NothingToCancel: nobody works on it.
        """
        board = self.whole(board_id).board
        rules.admit_cancel(board)
        try:
            self.jobs.cancel(board.job_id)
        except AlreadyEnded:
            raise NothingToCancel(status=self.whole(board_id).board.status.value) from None
        return self.whole(board_id)

    def retry(self, board_id: str) -> Whole:
        """Go on with a board that failed or was canceled, or that lacks pictures of its draft.

        What was paid is not paid again.

        Raises:
            NothingToRetry: there is nothing to go on with.
            BudgetSpent, ProviderResting, NotApproved: as when it was asked for first.
        """
        whole = self.whole(board_id)
        board = whole.board
        job_id = board.job_id
        if board.status is VideoStatus.STORYBOARD_READY and rules.lacks_drafts(whole.scenes):
            job_id = JobId(f"{STORYBOARDS}/draft-{board_id}")
        elif board.status not in {VideoStatus.FAILED, VideoStatus.CANCELED}:
            raise NothingToRetry(status=board.status.value)
        with self.here.catalog.read() as conn:
            self.admit_provider(conn, board.provider)
        self.affordable(Payer.of(board), self.most_to_come(whole))
        self.jobs.retry(job_id)
        return self.whole(board_id)

    def delete(self, board_id: str) -> None:
        """Delete a board; what works on it is stopped, what it cost stays on record."""
        board = self.whole(board_id).board
        if board.status.is_working:
            self._stop(board)
        with self.here.catalog.begin() as conn:
            boards.delete(conn, board_id, now=self.here.clock())

    def purchases(self, board_id: str) -> list[Entry]:
        """What was bought for a board, the first first."""
        with self.here.catalog.read() as conn:
            board_of(conn, self.caller, board_id)
            return ledger.of_board(conn, board_id)

    def pieces(self, board_id: str) -> list[Piece]:
        """The pieces of work of a board, in the order in which they are done."""
        whole = self.whole(board_id)
        exports = self.jobs.listed(pipeline=STORYBOARDS, text=f"export-{board_id}-")
        return pieces_of(whole, self.purchases(board_id), exports[::-1])

    def video(self, board_id: str) -> Board:
        """A board whose video can be watched.

        Raises:
            VideoNotReady: it cannot.
        """
        board = self.whole(board_id).board
        if board.film is None or board.status is not VideoStatus.COMPLETED:
            raise VideoNotReady(status=board.status.value)
        return board

    def count_download(self, board_id: str) -> None:
        """Count one download of the video more."""
        with self.here.catalog.begin() as conn:
            boards.count_download(conn, board_id)

    def _stop(self, board: Board) -> None:
        try:
            self.jobs.cancel(board.job_id)
        except AlreadyEnded:
            return
