"""A watched folder of voice, music, clips and links -> narrated videos."""

from reelmill.pipeline import Pipeline
from reelmill.pipelines.stories.measures import gauges
from reelmill.pipelines.stories.room import has_room
from reelmill.pipelines.stories.scanning import SCANNING
from reelmill.pipelines.stories.settings import StoriesSettings
from reelmill.pipelines.stories.spec import StoryResult, StorySpec
from reelmill.pipelines.stories.tidy import TIDYING
from reelmill.pipelines.stories.workflow import ended, render_story

PIPELINE = Pipeline(
    name="stories",
    title="Stories",
    about="Voice, music, clips and links in a watched folder become narrated videos.",
    spec=StorySpec,
    result=StoryResult,
    run=render_story,
    key=lambda spec: spec.task_id,
    settings=StoriesSettings,
    home="/stories",
    takes_specs=False,
    ended=ended,
    # One in each lane, and one before the first: no lane waits for the next look into the queue.
    at_once=4,
    has_room=has_room,
    gauges=gauges,
    chores=(SCANNING, TIDYING),
)
