"""Videos, scenes, exports and highlight reels: the API, and the pages that use it."""

from typing import Final

from fastapi import APIRouter, Depends

from reelmill.pipelines.shorts.routes import exports, pages, reels, scenes, videos
from reelmill.pipelines.shorts.routes.old_clients import in_old_words

#: Paths whose POST has a limit of its own; the body is not held in memory.
UPLOADS: Final = frozenset({"/v1/videos"})

api = APIRouter(prefix="/v1", dependencies=[Depends(in_old_words)])
for room in (videos, scenes, exports, reels):
    api.include_router(room.router)

router = APIRouter()
router.include_router(api)
router.include_router(pages.router)
