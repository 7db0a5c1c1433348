"""A batch of records -> figures of the checks, kept beside the records. Runs in a child."""

from functools import partial
from typing import Final

from reelmill.children import report
from reelmill.pipelines.captures.manifest.asked import BatchResult, BatchSpec
from reelmill.pipelines.captures.manifest.choosing import checks_by
from reelmill.pipelines.captures.manifest.online import Vision
from reelmill.storage.objects import open_store

#: Seconds that a batch may take: fifty records of 24 MB from a slow store, or as many questions.
CHECK_S: Final = 3600.0


def judged(spec: BatchSpec, vision: Vision) -> BatchResult:
    """Look into every record of a batch.

    Raises:
        Unavailable: the store does not answer.
    """
    # Every process loads every pipeline, and tables would take 50 MB in each of them.
    from reelmill.pipelines.captures.manifest.measuring import measure_batch  # noqa: PLC0415

    checks = checks_by(spec.menu_by, vision)
    return measure_batch(open_store(spec.target), spec, checks, partial(report, "check"))
