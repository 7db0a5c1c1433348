"""The project of the stories over HTTP: what it has, what is made of it, what came to nothing."""

from fastapi import APIRouter

from reelmill.pipelines.stories.routes import api, pages

router = APIRouter()
router.include_router(api.router)
router.include_router(pages.router)
