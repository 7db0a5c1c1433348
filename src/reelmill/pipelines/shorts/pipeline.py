"""A scene of a long video -> a vertical short."""

from reelmill.pipeline import Pipeline
from reelmill.pipelines.shorts.expiry import EXPIRING, TIDYING
from reelmill.pipelines.shorts.ledger import ended, entering
from reelmill.pipelines.shorts.measures import gauges
from reelmill.pipelines.shorts.results import ShortsResult
from reelmill.pipelines.shorts.settings import ShortsSettings
from reelmill.pipelines.shorts.spec import SHORTS, ShortsSpec
from reelmill.pipelines.shorts.workflow import make

PIPELINE = Pipeline(
    name=SHORTS,
    title="Shorts",
    about="A scene of a long video becomes a vertical short.",
    spec=ShortsSpec,
    result=ShortsResult,
    run=make,
    key=lambda spec: spec.key,
    settings=ShortsSettings,
    home="/shorts",
    takes_specs=False,
    entering=entering,
    ended=ended,
    gauges=gauges,
    chores=(EXPIRING, TIDYING),
)
