"""Game replay JSON -> stream-ready MP4 library."""

from reelmill.pipeline import Pipeline
from reelmill.pipelines.replays.intake import receive
from reelmill.pipelines.replays.spec import ReplayResult, ReplaySpec
from reelmill.pipelines.replays.workflow import render_replay

#: Short films take less than a quarter of the time between two looks into the queue.
FILMS_PER_CHILD = 4

PIPELINE = Pipeline(
    name="replays",
    title="Replays",
    about="Game replay JSON becomes a stream-ready MP4 with a poster.",
    spec=ReplaySpec,
    result=ReplayResult,
    run=render_replay,
    key=lambda spec: spec.key,
    names=lambda spec: () if spec.replay_key is None else (spec.replay_key,),
    receive=receive,
    per_child=FILMS_PER_CHILD,
)
