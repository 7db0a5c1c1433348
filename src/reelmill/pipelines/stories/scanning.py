"""The periodic full look into `raw/`: what the watcher did not hear of is found here."""

from typing import Final

from reelmill.engine.recipe import Asks
from reelmill.pipeline import Chore
from reelmill.pipelines.stories.intake.take import Scanned, scan
from reelmill.pipelines.stories.spec import StorySpec
from reelmill.services import Services

#: Seconds from one look to the next. A look at a folder without news is a listing.
EVERY_S: Final = 10.0


def scan_for(here: Services, jobs: Asks) -> Scanned:
    """Take in what is finished, and hand tasks in at the desk for jobs."""

    def submit(spec: StorySpec, owner: str) -> object:
        return jobs.submit("stories", spec, owner=owner)

    return scan(here, submit)


def look_again(here: Services, jobs: Asks) -> None:
    """The same, told to nobody."""
    scan_for(here, jobs)


SCANNING: Final = Chore(name="stories.scan", every_s=EVERY_S, run=look_again)
