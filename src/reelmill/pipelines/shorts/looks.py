"""A video -> what is worked out when somebody first looks at it: pictures, crop plans.

It is work of seconds inside of a request, so only a few may do it at once, in children, with a
time limit; what was worked out once is kept in the store beside the video.
"""

import threading
from collections.abc import Callable
from pathlib import Path
from typing import Final, TypeVar

from reelmill.errors import Canceled
from reelmill.media.frames import write_jpeg
from reelmill.media.shown import stills
from reelmill.pipelines.shorts.crop import plan_crop
from reelmill.pipelines.shorts.ingest import STILL_PX, with_picture
from reelmill.pipelines.shorts.keys import picture_key, plan_key, video_id_of
from reelmill.pipelines.shorts.places import Places
from reelmill.pipelines.shorts.records import Video
from reelmill.pipelines.shorts.refusals import PlannersBusy
from reelmill.pipelines.shorts.source import at_hand
from reelmill.pipelines.shorts.spec import CropPlan, Cut
from reelmill.services import Services
from reelmill.units import StoreKey

R = TypeVar("R")

#: Requests of one process that may work something out at once; the others go on being answered.
AT_ONCE: Final = 4

#: Seconds that one may wait for a child that is free.
WAIT_S: Final = 20.0

#: Seconds that a picture may take, and a crop plan of the longest scene on a busy machine.
PICTURE_LIMIT_S: Final = 30.0
PLAN_LIMIT_S: Final = 120.0

PLACES: Final = Places(AT_ONCE, PlannersBusy)


def picture(here: Services, video: Video, at_s: float) -> StoreKey:
    """Where the picture of a moment lies; it is made when there is none yet.

    Raises:
        PlannersBusy: too many work something out; worth another attempt.
    """
    key = picture_key(video.id, at_s)
    if not here.store.exists(key):
        with PLACES.one(), at_hand(here, video.source_key) as (source, folder):
            drawn = folder / "still.jpg"
            _in_child(here, PICTURE_LIMIT_S, _draw_still, source, at_s, drawn)
            here.store.put(key, drawn)
    return key


def crop_plan(here: Services, video: Video, cut: Cut) -> CropPlan:
    """How the crop window follows the subject of a cut; worked out once.

    Raises:
        PlannersBusy: too many work something out; worth another attempt.
        TimedOut: it takes too long.
    """

    def planned() -> CropPlan:
        with PLACES.one(), at_hand(here, video.source_key) as (source, _):
            return _in_child(here, PLAN_LIMIT_S, plan_crop, source, cut)

    return plan_once(here, cut, planned)


def plan_once(here: Services, cut: Cut, planned: Callable[[], CropPlan]) -> CropPlan:
    """The crop plan that is kept beside the video of a cut; without one, it is planned and kept."""
    key = plan_key(video_id_of(cut.source_key), cut.start_s, cut.end_s)
    if here.store.exists(key):
        return CropPlan.model_validate_json(here.store.read(key))
    plan = planned()
    here.store.put_bytes(key, plan.model_dump_json().encode())
    return plan


def _in_child(here: Services, limit_s: float, work: Callable[..., R], *args: object) -> R:
    """Have it done by a child, also while others keep all of them busy for a moment."""
    given_up = threading.Event()
    timer = threading.Timer(WAIT_S + limit_s, given_up.set)
    timer.daemon = True
    timer.start()
    try:
        return here.children.run(work, *args, timeout_s=limit_s, canceled=given_up)
    except Canceled as error:
        raise PlannersBusy(waited_s=WAIT_S) from error
    finally:
        timer.cancel()


def _draw_still(source: Path, at_s: float, to: Path) -> None:
    """In a child: the picture of a moment, as a JPEG."""
    shape = with_picture(source).video[0]
    (still,) = stills(source, [at_s], shape, STILL_PX)
    write_jpeg(still, to)
