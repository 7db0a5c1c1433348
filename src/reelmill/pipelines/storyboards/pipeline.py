"""A prompt -> a storyboard -> an approval -> a finished video."""

from reelmill.pipeline import Pipeline
from reelmill.pipelines.storyboards.measures import gauges
from reelmill.pipelines.storyboards.results import StoryboardsResult
from reelmill.pipelines.storyboards.settings import StoryboardsSettings
from reelmill.pipelines.storyboards.settling import LOOKING, SWEEPING
from reelmill.pipelines.storyboards.spec import STORYBOARDS, StoryboardsSpec
from reelmill.pipelines.storyboards.standing import ended, entering
from reelmill.pipelines.storyboards.tidying import CLEARING, TIDYING
from reelmill.pipelines.storyboards.workflow import make

PIPELINE = Pipeline(
    name=STORYBOARDS,
    title="Storyboards",
    about="A prompt becomes a storyboard, and an approved storyboard a video.",
    spec=StoryboardsSpec,
    result=StoryboardsResult,
    run=make,
    key=lambda spec: spec.key,
    settings=StoryboardsSettings,
    home="/storyboards",
    takes_specs=False,
    entering=entering,
    ended=ended,
    gauges=gauges,
    chores=(SWEEPING, LOOKING, CLEARING, TIDYING),
)
