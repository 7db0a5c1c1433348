"""The chore that removes what this machine made long ago, and of which boards have copies."""

import structlog

from reelmill.engine.recipe import Asks
from reelmill.pipeline import Chore
from reelmill.pipelines.storyboards.providers.local import tidy
from reelmill.services import Services

#: Seconds from one look to the next.
EVERY_S = 3600.0

log = structlog.get_logger()


def clear(here: Services, _asks: Asks) -> None:
    """Remove it, and say how much that was."""
    if files := tidy(here):
        log.info("made files removed", files=files)


TIDYING = Chore(name="storyboards.tidy", every_s=EVERY_S, run=clear)
