"""A board -> its pictures; an approved board -> its video."""

from reelmill.engine.words import workflow
from reelmill.errors import Refused
from reelmill.pipelines.storyboards.results import StoryboardsResult
from reelmill.pipelines.storyboards.spec import StoryboardsSpec


@workflow("storyboards.make")
def make(spec: StoryboardsSpec) -> StoryboardsResult:
    """Whatever is asked of a board."""
    raise Refused(hint="Boards are not made yet.", kind=spec.root.kind)
