"""Storyboards over HTTP: boards, their scenes, their videos, assets; and what is open to all."""

from typing import Final

from fastapi import APIRouter

from reelmill.pipelines.storyboards.routes import (
    assets,
    boards,
    calls,
    campaigns,
    combinations,
    combined_pages,
    drafts,
    money,
    pages,
    scenes,
    videos,
    work,
)

#: Paths whose POST has a limit of its own.
UPLOADS: Final = frozenset({"/v1/storyboards/assets"})

api = APIRouter(prefix="/v1", tags=["storyboards"])
# Assets and combinations first: a board's path is one part behind the prefix, as theirs is.
for room in (assets, campaigns, combinations, drafts, work, money, boards, scenes, videos):
    api.include_router(room.router)

router = APIRouter()
router.include_router(api)
# The page of combined videos first, for the same reason.
for room in (combined_pages, pages):
    router.include_router(room.router)

#: Open to whoever can prove with what they send that they may: a signature.
links = calls.router
