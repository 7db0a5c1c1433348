"""The two stages as durable jobs: a TAR -> records, records -> what checks say of them."""

from contextlib import suppress

from pydantic import ConfigDict, RootModel

from reelmill.engine.retry import ON_OUTAGE
from reelmill.engine.words import step, workflow
from reelmill.errors import Canceled, ReelmillError, Unavailable
from reelmill.pipelines.captures.judging import CHECK_S, judged
from reelmill.pipelines.captures.manifest.asked import BatchResult, BatchSpec
from reelmill.pipelines.captures.settings import settings_of
from reelmill.pipelines.captures.spec import CaptureResult, CaptureSpec, Failure
from reelmill.pipelines.captures.work import Work, failure_of, tell
from reelmill.services import services


class CapturesSpec(RootModel[CaptureSpec | BatchSpec]):
    """One TAR of the first stage, or some records of the second."""

    model_config = ConfigDict(frozen=True)


class CapturesResult(RootModel[CaptureResult | BatchResult]):
    """What became of it."""

    model_config = ConfigDict(frozen=True)


@workflow("captures.work")
def work(spec: CapturesSpec) -> CapturesResult:
    """See to one TAR, or to one batch of records."""
    asked = spec.root
    if isinstance(asked, BatchSpec):
        return CapturesResult(check(asked))
    try:
        return CapturesResult(extract(asked))
    except Canceled:
        raise
    except ReelmillError as error:
        with suppress(Unavailable):
            tell_why(asked, failure_of(asked.key, error))
        raise


@step("captures.extract", retry=ON_OUTAGE)
def extract(spec: CaptureSpec) -> CaptureResult:
    """Look, sample, put: one step, for each record is in the target as soon as it is made."""
    here = services()
    with here.scratch() as folder:
        return Work(here=here, spec=spec, folder=folder).done()


@step("captures.tell", retry=ON_OUTAGE)
def tell_why(spec: CaptureSpec, failure: Failure) -> None:
    """Have the reason beside the records, so that the manifest has a row for it."""
    tell(spec.target, failure)


@step("captures.check", retry=ON_OUTAGE)
def check(spec: BatchSpec) -> BatchResult:
    """Look into a batch of records."""
    here = services()
    return here.in_child(judged, CHECK_S, spec, settings_of(here).vision)
