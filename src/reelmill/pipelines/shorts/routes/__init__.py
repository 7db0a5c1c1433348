"""The API of videos, scenes, exports and highlight reels."""

from typing import Final

from fastapi import APIRouter, Depends

from reelmill.pipelines.shorts.routes import exports, reels, scenes, videos
from reelmill.pipelines.shorts.routes.old_clients import in_old_words

#: Paths whose POST has a limit of its own; the body is not held in memory.
UPLOADS: Final = frozenset({"/v1/videos"})

router = APIRouter(prefix="/v1", dependencies=[Depends(in_old_words)])
for room in (videos, scenes, exports, reels):
    router.include_router(room.router)
