"""The periodic full look into `raw/`: what the watcher did not hear of is found here."""

from typing import Final

from reelmill.engine.recipe import Asks
from reelmill.pipeline import Chore
from reelmill.pipelines.stories.intake.take import scan
from reelmill.pipelines.stories.spec import StorySpec
from reelmill.services import Services

#: Seconds from one look to the next. A look at a folder without news is a listing.
EVERY_S: Final = 10.0


def look_again(here: Services, jobs: Asks) -> None:
    """Take in what is finished, and hand in tasks."""

    def submit(spec: StorySpec, owner: str) -> object:
        return jobs.submit("stories", spec, owner=owner)

    scan(here, submit)


SCANNING: Final = Chore(name="stories.scan", every_s=EVERY_S, run=look_again)
