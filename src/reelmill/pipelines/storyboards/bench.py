"""One caller's boards, found and changed: what all that is done with them has in common."""

from dataclasses import dataclass
from decimal import Decimal
from typing import NamedTuple

from reelmill.accounts.caller import Caller
from reelmill.catalog.database import Transaction
from reelmill.catalog.job import Job
from reelmill.desk import JobsDesk
from reelmill.pipelines.storyboards import budgets, rules
from reelmill.pipelines.storyboards.breaker import Breaker
from reelmill.pipelines.storyboards.budgets import Payer
from reelmill.pipelines.storyboards.house import is_made_here, models_of, prices_of, settings_of
from reelmill.pipelines.storyboards.owned import board_of
from reelmill.pipelines.storyboards.platforms import admit_length
from reelmill.pipelines.storyboards.records import (
    Board,
    Costs,
    SceneRow,
)
from reelmill.pipelines.storyboards.refusals import (
    TooLong,
)
from reelmill.pipelines.storyboards.settings import ModelPrice, Models
from reelmill.pipelines.storyboards.sizes import too_small
from reelmill.pipelines.storyboards.spec import (
    MAX_DURATION_S,
    STORYBOARDS,
    CombineSpec,
    DraftSpec,
    ExportSpec,
    PictureSpec,
    RenderSpec,
    StoryboardsSpec,
    VideoStatus,
)
from reelmill.pipelines.storyboards.tables import boards, ledger, scenes
from reelmill.services import Services


class Whole(NamedTuple):
    """A board with all that belongs to it."""

    board: Board
    """The board."""

    scenes: list[SceneRow]
    """Its scenes, in order."""

    costs: Costs
    """What it has cost."""

    to_come: Decimal
    """What is yet to be paid until it is a video, dollars."""

    warnings: tuple[str, ...] = ()
    """What is worth knowing of the budgets, when something was asked for."""

    remarks: tuple[str, ...] = ()
    """What is worth knowing of how the video will look."""


@dataclass(frozen=True, kw_only=True)
class Bench:
    """Where one caller works on boards."""

    here: Services
    """Catalog, store and clock."""

    jobs: JobsDesk
    """Where jobs are asked for."""

    caller: Caller
    """Who asks."""

    def whole(self, board_id: str) -> Whole:
        """A board of the caller.

        Raises:
            BoardNotFound: none, or somebody else's.
        """
        with self.here.catalog.read() as conn:
            board = board_of(conn, self.caller, board_id)
            return self.told(
                board, scenes.of_board(conn, board_id), ledger.costs(conn, [board_id])[board_id]
            )

    def scene(self, board_id: str, number: int) -> tuple[Board, SceneRow]:
        """A scene of a board.

        Raises:
            SceneNotFound: it has none there.
        """
        with self.here.catalog.read() as conn:
            board = board_of(conn, self.caller, board_id)
            return board, self.numbered(conn, board_id, number)

    def told(self, board: Board, rows: list[SceneRow], costs: Costs) -> Whole:
        """A board, its scenes and its costs, with what is yet to come."""
        prices = prices_of(settings_of(self.here), board.provider, board.tier)
        to_come = rules.to_come(board, rows, prices) if rows else board.estimated
        is_here = is_made_here(settings_of(self.here), board.provider, board.tier)
        remarks = tuple(too_small(board, rows)) if is_here else ()
        return Whole(board, rows, costs, to_come, remarks=remarks)

    def most_to_come(self, whole: Whole) -> Decimal:
        """What may yet come until a board is a video, dollars: so much will be held."""
        prices = prices_of(settings_of(self.here), whole.board.provider, whole.board.tier)
        if not whole.scenes:
            return max(price.most(whole.to_come) for price in prices)
        return rules.most_to_come(whole.board, whole.scenes, prices)

    def held(self, conn: Transaction, board_id: str) -> Board:
        """A board of the caller, held until the transaction ends."""
        board_of(conn, self.caller, board_id)
        boards.hold(conn, board_id)
        return board_of(conn, self.caller, board_id)

    @staticmethod
    def numbered(conn: Transaction, board_id: str, number: int) -> SceneRow:
        """The scene at a place.

        Raises:
            SceneNotFound: there is none.
        """
        return rules.scene_numbered(scenes.of_board(conn, board_id), number)

    def changed(self, conn: Transaction, board: Board) -> int:
        """Count a change, by which an approval falls; gives the new edition."""
        rows = scenes.of_board(conn, board.id)
        if rules.length(rows) > MAX_DURATION_S:
            raise TooLong(limit_s=MAX_DURATION_S)
        admit_length(board.platform, rules.length(rows))
        chosen = settings_of(self.here)
        extra = chosen.refinement_usd * board.refinement_count
        estimated = rules.estimate_of(rows, prices_of(chosen, board.provider, board.tier), extra)
        boards.change(
            conn,
            board.id,
            now=self.here.clock(),
            edition=board.edition + 1,
            approved_edition=None,
            approved_at=None,
            status=VideoStatus.STORYBOARD_READY,
            error_message="",
            message="Storyboard changed, awaiting approval",
            refinement_count=board.refinement_count,
            estimated=estimated,
        )
        return board.edition + 1

    def admit_provider(self, conn: Transaction, provider: str, *models: str) -> None:
        """See that a provider may be asked now, and models of it be ordered of.

        Raises:
            ProviderResting: it is left alone.
            ModelBarred: a model has charged more than it may.
        """
        Breaker(here=self.here, provider=provider).admit(conn)
        prices = settings_of(self.here).prices
        for model in models:
            budgets.admit_model(conn, provider, model, prices.get(model, ModelPrice()))

    def makers(self, board: Board) -> Models:
        """Who makes the pictures and the video of a board."""
        return models_of(settings_of(self.here), board.provider, board.tier)

    def affordable(self, payer: Payer, most_usd: Decimal) -> list[str]:
        """See that so much may be spent today, as far as that can be told before.

        Returns:
            Warnings for people.

        Raises:
            BudgetSpent: it may not.
        """
        with self.here.catalog.read() as conn:
            return budgets.admit(conn, self.here, payer, most_usd)

    def submit(
        self,
        spec: DraftSpec | PictureSpec | RenderSpec | ExportSpec | CombineSpec,
        *,
        owner: str = "",
        force: bool = False,
    ) -> Job:
        """Ask for work on a board.

        Args:
            spec: The work.
            owner: Whose board it is; the caller's unless given.
            force: Do it again when it has ended.
        """
        owner = owner or self.caller.user_id
        return self.jobs.submit(STORYBOARDS, StoryboardsSpec(spec), owner=owner, force=force)
