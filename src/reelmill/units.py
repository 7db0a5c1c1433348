"""Names for plain values that travel through every room, and arithmetic on them. Pure."""

from typing import NewType

#: Where an object lies in the store: `replays/0a1b.mp4`, slashes, never a leading one.
StoreKey = NewType("StoreKey", str)

#: `<pipeline>/<natural key>`: the same request is the same job.
JobId = NewType("JobId", str)


def even(n: float) -> int:
    """The largest even whole number not above `n`.

    yuv420p halves both sides of the chroma planes, so odd sides cannot be encoded.

    >>> even(607.5)
    606
    """
    return int(n) // 2 * 2


def pipeline_of(job_id: JobId) -> str:
    """The pipeline that a job belongs to.

    >>> pipeline_of(JobId("replays/0a1b"))
    'replays'
    """
    return job_id.partition("/")[0]
