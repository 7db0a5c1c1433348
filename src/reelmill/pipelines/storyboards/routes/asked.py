"""What these routes ask for, and how often that may be."""

from collections.abc import Callable
from datetime import timedelta
from typing import Annotated, Any, Final

from fastapi import Depends, Path

from reelmill.catalog import tries
from reelmill.catalog.tries import Limit as Often
from reelmill.pipelines.storyboards.asking import Asking
from reelmill.pipelines.storyboards.bank import Bank
from reelmill.pipelines.storyboards.combinations import Combinations
from reelmill.pipelines.storyboards.editing import Editing
from reelmill.pipelines.storyboards.exports import Exports
from reelmill.pipelines.storyboards.house import settings_of
from reelmill.pipelines.storyboards.refusals import TooOften
from reelmill.pipelines.storyboards.settings import RateLimits
from reelmill.pipelines.storyboards.shelf import Shelf
from reelmill.pipelines.storyboards.stuck import Stuck
from reelmill.pipelines.storyboards.studio import Studio
from reelmill.web.deps import TheApp, TheCaller

#: What rates are counted in.
MINUTE: Final = timedelta(minutes=1)

SceneNumber = Annotated[int, Path(ge=1, description="The scene's place, from 1.")]


async def studio_of(app: TheApp, caller: TheCaller) -> Studio:
    """Boards, as the caller may see them."""
    return Studio(here=app.services, jobs=app.jobs, caller=caller)


async def asking_of(app: TheApp, caller: TheCaller) -> Asking:
    """Boards, as the caller may ask for them."""
    return Asking(here=app.services, jobs=app.jobs, caller=caller)


async def editing_of(app: TheApp, caller: TheCaller) -> Editing:
    """Boards, as the caller may change them."""
    return Editing(here=app.services, jobs=app.jobs, caller=caller)


async def exports_of(app: TheApp, caller: TheCaller) -> Exports:
    """Copies of videos, as the caller may have them."""
    return Exports(here=app.services, jobs=app.jobs, caller=caller)


async def combinations_of(app: TheApp, caller: TheCaller) -> Combinations:
    """Videos of several boards, as the caller may have them."""
    return Combinations(here=app.services, jobs=app.jobs, caller=caller)


async def shelf_of(app: TheApp, caller: TheCaller) -> Shelf:
    """Assets, as the caller may see them."""
    return Shelf(here=app.services, caller=caller)


async def stuck_of(app: TheApp, caller: TheCaller) -> Stuck:
    """Boards of the caller that are stuck."""
    return Stuck(here=app.services, jobs=app.jobs, caller=caller)


async def bank_of(app: TheApp, caller: TheCaller) -> Bank:
    """Money, as the caller may see it."""
    return Bank(here=app.services, caller=caller)


TheBank = Annotated[Bank, Depends(bank_of)]
TheStuck = Annotated[Stuck, Depends(stuck_of)]
TheAsking = Annotated[Asking, Depends(asking_of)]
TheStudio = Annotated[Studio, Depends(studio_of)]
TheEditing = Annotated[Editing, Depends(editing_of)]
TheCombinations = Annotated[Combinations, Depends(combinations_of)]
TheExports = Annotated[Exports, Depends(exports_of)]
TheShelf = Annotated[Shelf, Depends(shelf_of)]


def limited(what: str, most: Callable[[RateLimits], int]) -> Any:
    """A dependency that lets one user ask for something only so often in a minute.

    Raises:
        TooOften: with the seconds until the next time.
    """

    def admit(app: TheApp, caller: TheCaller) -> None:
        admit_rate(app, caller, what, most(settings_of(app.services).rates))

    return Depends(admit)


def admit_rate(app: TheApp, caller: TheCaller, what: str, limit: int) -> None:
    """Let a user ask for something once more in this minute.

    Raises:
        TooOften: with the seconds until the next time.
    """
    kind = tries.kind_of("storyboards", what, caller.user_id)
    with app.services.catalog.begin() as conn:
        wait_s = tries.begin(conn, [Often(kind, limit, MINUTE)], app.services.clock())
    if wait_s:
        raise TooOften(limit=limit, retry_after_s=max(1, round(wait_s)))
