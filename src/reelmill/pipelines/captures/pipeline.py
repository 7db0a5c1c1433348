"""TARs of recorded gameplay -> sampled frames -> what checks say of them."""

from reelmill.pipeline import Pipeline
from reelmill.pipelines.captures.settings import CapturesSettings
from reelmill.pipelines.captures.workflow import CapturesResult, CapturesSpec, work

PIPELINE = Pipeline(
    name="captures",
    title="Captures",
    about="TARs of recorded gameplay become sampled frames and a manifest of their quality.",
    spec=CapturesSpec,
    result=CapturesResult,
    run=work,
    key=lambda spec: spec.root.job_key,
    settings=CapturesSettings,
    home="/captures",
    # A spec names stores by URL, which nobody may do who is not at the keyboard of a node.
    takes_specs=False,
)
