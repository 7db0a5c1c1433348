"""The disk of this machine -> whether it takes another task."""

import shutil
import time
from pathlib import Path
from typing import Final

import structlog

from reelmill.pipelines.stories.settings import GB, settings_of
from reelmill.services import Services

#: Seconds between two warnings of the same disk.
WARN_EVERY_S: Final = 60.0

log = structlog.get_logger(component="render_worker")

#: When each disk was warned of last, on the monotonic clock.
_warned_s: dict[Path, float] = {}


def has_room(here: Services) -> bool:
    """Whether there is room for another task; where not, a warning says so each minute."""
    chosen = settings_of(here)
    here.scratch_root.mkdir(parents=True, exist_ok=True)
    free_gb = shutil.disk_usage(here.scratch_root).free / GB
    if free_gb >= chosen.free_disk_gb:
        return True
    _warn(here.scratch_root, free_gb)
    return False


def _warn(disk: Path, free_gb: float) -> None:
    now_s = time.monotonic()
    if now_s - _warned_s.get(disk, float("-inf")) >= WARN_EVERY_S:
        _warned_s[disk] = now_s
        log.warning("low disk space", free_gb=round(free_gb, 1))
