"""Money over HTTP: what a board has cost, what is left today, what a person must decide."""

from fastapi import APIRouter

from reelmill.pipelines.storyboards.bodies import DecideWish
from reelmill.pipelines.storyboards.routes.asked import TheBank, TheStudio
from reelmill.pipelines.storyboards.views.money import BudgetOut, CostsOut, EntryOut
from reelmill.web.jobs import problem_documents

router = APIRouter(prefix="/storyboards")


@router.get("/budget", operation_id="read_budget")
def read_budget(bank: TheBank) -> list[BudgetOut]:
    """What is spent today, of you and of all together, and the limits."""
    return [BudgetOut.of(budget) for budget in bank.today()]


@router.get("/{board_id}/costs", operation_id="read_costs", responses=problem_documents(404))
def read_costs(studio: TheStudio, board_id: str) -> CostsOut:
    """What a board has cost and will cost, with every attempt."""
    return CostsOut.of(studio.whole(board_id), studio.purchases(board_id))


@router.post(
    "/ledger/{entry_id}/decide",
    operation_id="decide_purchase",
    responses=problem_documents(403, 404, 409, 422),
)
def decide(bank: TheBank, entry_id: str, wish: DecideWish) -> EntryOut:
    """Say whether something was bought that the provider cannot tell; then retry the board."""
    return EntryOut.of(bank.decide(entry_id, wish.prediction_id))
