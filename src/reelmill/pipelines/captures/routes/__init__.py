"""The manifest over HTTP: what it says as a whole, contact sheets by flag, one capture."""

from fastapi import APIRouter

from reelmill.pipelines.captures.routes import pages, stills

router = APIRouter()
router.include_router(pages.router)
router.include_router(stills.router)
