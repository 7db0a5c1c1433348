"""What is spent today, and what would come to it -> let pass, warned about, or refused."""

from decimal import Decimal
from typing import Final, NamedTuple, Self

import structlog

from reelmill.catalog.database import Transaction
from reelmill.pipelines.storyboards.house import settings_of
from reelmill.pipelines.storyboards.plan import cover, rounded
from reelmill.pipelines.storyboards.records import Board, Entry
from reelmill.pipelines.storyboards.refusals import BudgetSpent, CampaignSpent, ModelBarred
from reelmill.pipelines.storyboards.settings import ModelPrice
from reelmill.pipelines.storyboards.tables import campaigns, ledger
from reelmill.services import Services

#: A limit that nothing passes.
NO_LIMIT: Final = Decimal("Infinity")

log = structlog.get_logger()


class Budget(NamedTuple):
    """One budget, today."""

    whose: str
    """`user` or `day`, both of today, or `campaign`, of all its time."""

    spent: Decimal
    """Spent or held so far, dollars."""

    soft: Decimal
    """Above it, a warning."""

    hard: Decimal
    """Never more."""

    def refuses(self, more: Decimal) -> bool:
        """Whether so much more is too much; nothing is never too much.

        >>> Budget("user", Decimal(149), Decimal(100), Decimal(150)).refuses(Decimal("1.01"))
        True
        """
        return more > 0 and self.spent + more > self.hard

    def warns(self, more: Decimal) -> bool:
        """Whether so much more is worth a warning.

        >>> Budget("user", Decimal(99), Decimal(100), Decimal(150)).warns(Decimal(1))
        False
        """
        return more > 0 and self.spent + more > self.soft


def today(conn: Transaction, here: Services, owner: str) -> tuple[Budget, Budget]:
    """The budget of an owner, and that of everybody together."""
    chosen, now = settings_of(here).budgets, here.clock()
    own, all_ = ledger.spent_on(conn, now, owner=owner), ledger.spent_on(conn, now)
    return (
        Budget("user", own, chosen.user_soft_usd, chosen.user_hard_usd),
        Budget("day", all_, chosen.day_soft_usd, chosen.day_hard_usd),
    )


class Payer(NamedTuple):
    """Whose budgets an expense is of."""

    owner: str
    """The user, who is one of all."""

    campaign_id: str | None = None
    """The campaign of the user; None for none."""

    @classmethod
    def of(cls, board: Board) -> Self:
        """Who pays for a board."""
        return cls(board.owner, board.campaign_id)


def of_campaign(conn: Transaction, payer: Payer) -> Budget | None:
    """The budget of a campaign; None where it has none."""
    if payer.campaign_id is None:
        return None
    found = campaigns.find(conn, payer.owner, payer.campaign_id)
    if found is None or (found.soft is None and found.hard is None):
        return None
    spent = campaigns.spent(conn, payer.owner, payer.campaign_id)
    soft, hard = (NO_LIMIT if limit is None else limit for limit in (found.soft, found.hard))
    return Budget("campaign", spent, soft, hard)


def admit(conn: Transaction, here: Services, payer: Payer, more: Decimal) -> list[str]:
    """Let an expense pass; for it to be sure, hold the ledger until it is written.

    Returns:
        Warnings for people.

    Raises:
        BudgetSpent, CampaignSpent: a hard limit would be passed.
    """
    own = of_campaign(conn, payer)
    found = (*today(conn, here, payer.owner), *([own] if own else []))
    for budget in found:
        if budget.refuses(more):
            raise _refusal(budget, payer, more)
    warned = [budget for budget in found if budget.warns(more)]
    for budget in warned:
        log.warning("budget is nearly spent", owner=payer.owner, whose=budget.whose)
    return [_warning(budget, more) for budget in warned]


def admit_model(conn: Transaction, provider: str, model: str, terms: ModelPrice) -> None:
    """Let a model be ordered of, unless it charged more than is held for it by its price.

    Raises:
        ModelBarred: until somebody gives it another price, or more that may come to it.
    """
    for entry in ledger.overcharged(conn, provider, model):
        if not is_covered(entry, terms):
            raise ModelBarred(
                model=model,
                held_usd=str(entry.held.normalize()),
                actual_usd=str((entry.actual or Decimal(0)).normalize()),
                hint=f'Raise most_times in [pipelines.storyboards.prices."{model}"].',
            )


def is_covered(entry: Entry, terms: ModelPrice) -> bool:
    """Whether as much as something cost would be held for it at other terms."""
    then = ModelPrice.model_validate_json(entry.terms)
    if not entry.held:
        return then != terms
    return entry.actual is None or entry.actual <= entry.held * cover(then, terms)


def _refusal(budget: Budget, payer: Payer, more: Decimal) -> BudgetSpent:
    told = {
        "spent_usd": str(rounded(budget.spent)),
        "asked_usd": str(rounded(more)),
        "limit_usd": str(rounded(budget.hard)),
    }
    if budget.whose == "campaign":
        return CampaignSpent(campaign_id=payer.campaign_id, **told)
    return BudgetSpent(whose=budget.whose, **told)


def _warning(budget: Budget, more: Decimal) -> str:
    spent, soft = rounded(budget.spent + more), rounded(budget.soft)
    if budget.whose == "campaign":
        return f"Campaign budget warning: {spent} USD, more than {soft}"
    return f"Daily budget warning: {spent} USD of the {budget.whose}, more than {soft}"
