"""How long work on videos may take. Pure."""

from collections.abc import Iterable
from typing import Final

from reelmill.pipelines.shorts.spec import Cut

#: Seconds that a look into a video may take: a long one on a machine that does much else.
LOOK_LIMIT_S: Final = 4 * 3600.0

#: Seconds that a step of an export may take at least. Source: export worker, time limit.
EXPORT_LIMIT_S: Final = 600.0

#: Seconds that a reel may take at least. Source: highlights worker, time limit.
REEL_LIMIT_S: Final = 1800.0

#: Seconds that each second of a video may take on top: 4K sources on a busy machine.
WORK_LIMIT: Final = 10.0


def export_limit_s(cut: Cut) -> float:
    """Seconds that a step of an export may take.

    >>> export_limit_s(Cut(source_key="shorts/a", start_s=0, end_s=60))
    1200.0
    """
    return EXPORT_LIMIT_S + WORK_LIMIT * cut.duration_s


def reel_limit_s(cuts: Iterable[Cut]) -> float:
    """Seconds that a reel may take.

    >>> reel_limit_s([Cut(source_key="shorts/a", start_s=0, end_s=60)] * 2)
    3000.0
    """
    return REEL_LIMIT_S + WORK_LIMIT * sum(cut.duration_s for cut in cuts)
