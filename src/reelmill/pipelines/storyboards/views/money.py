"""Quotes, purchases, costs and budgets, told."""

from collections.abc import Sequence
from datetime import datetime
from decimal import Decimal
from typing import Self

from reelmill.pipelines.storyboards import plan
from reelmill.pipelines.storyboards.asking import Quote
from reelmill.pipelines.storyboards.bench import Whole
from reelmill.pipelines.storyboards.budgets import Budget
from reelmill.pipelines.storyboards.records import Board, Costs, Entry, EntryState
from reelmill.pipelines.storyboards.spec import Tier, VideoStatus
from reelmill.pipelines.storyboards.views.common import Dollars, Said


class QuoteOut(Said):
    """What a board would cost; nothing was begun."""

    scenes: int
    """Scenes of one board, and so pictures."""

    seconds: float
    """Seconds of one video."""

    variations: int
    """Boards; all costs are of all of them."""

    tier: Tier
    """How good they would be."""

    image_model: str
    """Who would make the pictures."""

    video_model: str
    """Who would make the videos."""

    images_cost: Dollars
    """Of all pictures, US dollars."""

    video_cost: Dollars
    """Of all videos."""

    estimated_cost: Dollars
    """Of both, to the cent."""

    warnings: list[str]
    """What is worth knowing before."""

    @classmethod
    def of(cls, quote: Quote) -> Self:
        """A quote, told."""
        return cls(
            scenes=quote.scenes,
            seconds=float(quote.seconds),
            variations=quote.variations,
            tier=quote.tier,
            image_model=quote.models.image,
            video_model=quote.models.video,
            images_cost=quote.images_usd,
            video_cost=quote.video_usd,
            estimated_cost=quote.total_usd,
            warnings=quote.warnings,
        )


class EntryOut(Said):
    """One purchase."""

    id: str
    """Names it."""

    purpose: str
    """What was bought: the same for every attempt at it."""

    attempt: int
    """Counts the attempts."""

    provider: str
    """Who is paid."""

    state: EntryState
    """Where it is."""

    estimated_cost: Dollars
    """Expected, US dollars."""

    held_cost: Dollars
    """Kept back while the price is not known."""

    actual_cost: Dollars | None
    """Paid; null while that is not known."""

    prediction_id: str | None
    """The provider's name for it."""

    error: str | None
    """Why it came to nothing."""

    reserved_at: datetime
    """When its money was set aside."""

    settled_at: datetime | None
    """When its price was known."""

    @classmethod
    def of(cls, entry: Entry) -> Self:
        """An entry of the ledger, told."""
        return cls(
            estimated_cost=entry.estimated,
            held_cost=entry.held if entry.state.is_open else Decimal(0),
            actual_cost=entry.actual,
            error=entry.error or None,
            **{name: getattr(entry, name) for name in _OF_ENTRY},
        )


_OF_ENTRY = (
    *("id", "purpose", "attempt", "provider", "state", "prediction_id"),
    *("reserved_at", "settled_at"),
)


class CostsOut(Said):
    """What a board has cost, and what it will."""

    estimated_cost: Dollars
    """Expected in all, US dollars."""

    actual_cost: Dollars
    """Paid so far."""

    held_cost: Dollars
    """Kept back for what is under way."""

    cost_to_come: Dollars
    """Yet to be paid until it is a video."""

    warnings: list[str]
    """What is worth knowing."""

    purchases: list[EntryOut]
    """Everything that was bought, failed and canceled attempts included."""

    @classmethod
    def of(cls, whole: Whole, entries: Sequence[Entry]) -> Self:
        """The money of a board, told."""
        return cls(
            estimated_cost=whole.board.estimated,
            actual_cost=whole.costs.actual,
            held_cost=whole.costs.held,
            cost_to_come=whole.to_come,
            warnings=warnings_of(whole.board, whole.costs),
            purchases=[EntryOut.of(entry) for entry in entries],
        )


class BudgetOut(Said):
    """One budget, today."""

    whose: str
    """`user` or `day`, which is of all users together."""

    spent: Dollars
    """Spent or held, US dollars."""

    soft_limit: Dollars
    """Above it, a warning."""

    hard_limit: Dollars
    """Never more."""

    @classmethod
    def of(cls, budget: Budget) -> Self:
        """A budget, told."""
        return cls(
            whose=budget.whose,
            spent=budget.spent,
            soft_limit=budget.soft,
            hard_limit=budget.hard,
        )


def warnings_of(board: Board, costs: Costs) -> list[str]:
    """What is worth knowing of a board: of its cost, and of its video."""
    found = []
    if plan.is_over(costs.actual, board.estimated):
        spent, expected = plan.rounded(costs.actual), plan.rounded(board.estimated)
        found.append(
            f"Actual cost {spent} USD exceeds the estimate of {expected} USD by more than 20 %"
        )
    if costs.strays:
        found.append(
            f"{plan.rounded(costs.strays_usd)} USD of it for what was bought a second time, "
            f"by requests that left late"
        )
    if board.film is not None and board.status is VideoStatus.COMPLETED:
        found += board.film.differs
    return found
