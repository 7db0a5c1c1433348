"""A TAR -> whether it is worth to be extracted at all, from a small part of its bytes.

Looks at two key frames of each recording with the very checks of the second stage, and at a third
where they find something, or cannot say. What it rejects is hopeless: dark, with bars, in a corner,
or impossible to read.
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from reelmill.errors import ReelmillError, Unavailable
from reelmill.media.info import Limits
from reelmill.media.moments import Footage, by_key_frames
from reelmill.media.probe import opened_stream
from reelmill.pipelines.captures.checks.dark import DARK
from reelmill.pipelines.captures.checks.padding import PADDING
from reelmill.pipelines.captures.extract.making import MAX_METADATA_BYTES
from reelmill.pipelines.captures.keys import s3_key
from reelmill.pipelines.captures.plan import sampled_size
from reelmill.pipelines.captures.reading.contents import Group, groups
from reelmill.pipelines.captures.reading.headers import members
from reelmill.pipelines.captures.reading.metadata import parsed
from reelmill.pipelines.captures.record import NO_FRAMES, STRIDES, Record
from reelmill.pipelines.captures.spec import NotASession, NoVideo
from reelmill.storage.objects import open_source
from reelmill.storage.ranged import SPARING, Ranged
from reelmill.storage.store import Stat, Store

#: Where to look, as shares of the duration. The first frame comes with the header, for nothing.
LOOKS: Final = (0.0, 1 / 2)

#: Where to look before anything is rejected.
LAST_LOOK: Final = 3 / 4

#: Fewer frames prove nothing.
LEAST_FRAMES: Final = 2

#: Checks whose flag makes a recording hopeless, with that flag.
HOPELESS: Final = ((DARK, "is_video_mostly_dark"), (PADDING, "is_dpi_scale_issue"))

#: Series that the frames are shown to the checks as; both look at the longest they find.
SERIES: Final = "stride-30_chw"

#: Bytes of pictures that libav may read behind the header: of an MP4 that tells all it needs.
PROBE_BYTES: Final = 4096

#: Seconds that a TAR may take.
SCOUT_S: Final = 600.0


class Scouted(NamedTuple):
    """One recording of a TAR, or all of a TAR that cannot be read."""

    s3_key: str
    """Key of the TAR; `<key>/<base>` for one group of a bundle."""

    faults: tuple[str, ...]
    """Flags that make it hopeless, or the code of the error; none: worth to be extracted."""

    problem: str = ""
    """The error, one line."""


class Report(NamedTuple):
    """What a scout says of a TAR."""

    recordings: tuple[Scouted, ...]
    """One or more."""

    read_bytes: int
    """Bytes of the TAR that were read."""

    @property
    def is_hopeless(self) -> bool:
        """Whether not one of its recordings is worth it."""
        return all(one.faults for one in self.recordings)


def scout(source: str, known: Stat) -> Report:
    """Look at a TAR.

    Raises:
        Unavailable: the store does not answer.
    """
    store = open_source(source)
    headers = Ranged(store, known, pace=SPARING)
    try:
        inside = groups(members(headers, known.size_bytes))
    except Unavailable:
        raise
    except ReelmillError as error:
        unread = Scouted(known.key, (error.code,), error.message)
        return Report((unread,), headers.fetched_bytes)
    found = [_scouted(store, known, group) for group in inside]
    read_bytes = headers.fetched_bytes + sum(part for _, part in found)
    return Report(tuple(one for one, _ in found), read_bytes)


def _scouted(store: Store, known: Stat, group: Group) -> tuple[Scouted, int]:
    """What is wrong with a recording, and how many bytes it took to see that."""
    files: list[Ranged] = []
    key = s3_key(known.key, group.base)
    try:
        faults = tuple(_faults(store, known, group, files))
    except Unavailable:
        raise
    except ReelmillError as error:
        scouted = Scouted(key, (error.code,), error.message)
    else:
        scouted = Scouted(key, faults)
    return scouted, sum(file.fetched_bytes for file in files)


def _faults(store: Store, known: Stat, group: Group, files: list[Ranged]) -> Iterator[str]:
    if group.video is None:
        raise NoVideo(group=group.base)
    if group.metadata is not None:
        if group.metadata.size_bytes > MAX_METADATA_BYTES:
            raise NotASession(problem="too large", size_bytes=group.metadata.size_bytes)
        files.append(Ranged(store, known, group.metadata.offset, group.metadata.size_bytes))
        parsed(files[-1].read())
    files.append(Ranged(store, known, group.video.offset, group.video.size_bytes, SPARING))
    verdicts = _judged(files[-1])
    yield from (flag for flag, is_so in verdicts.items() if is_so)


def _judged(video: Ranged) -> dict[str, bool | None]:
    with opened_stream(video, Limits(probe_bytes=PROBE_BYTES)) as file:
        footage = Footage(file, by_key_frames)
        timing = footage.indexed
        # Without an index, where frames are would have to be read out of all of it.
        duration_s = timing.duration_s if timing else footage.duration_s_from_header or 0.0
        seen = _frames(footage, [share * duration_s for share in LOOKS])
        verdicts = _verdicts(seen)
        if any(is_so is not False for is_so in verdicts.values()):
            verdicts = _verdicts(seen | _frames(footage, [LAST_LOOK * duration_s]))
    return verdicts


def _frames(footage: Footage, moments_s: Sequence[float]) -> dict[float, NDArray[np.uint8]]:
    """Frames by when they begin: two moments may have the same key frame."""
    found = footage.at(moments_s, sampled_size)
    return {one.begins_s: np.moveaxis(one.pixels, -1, 0) for one in found}


def _verdicts(frames: Mapping[float, NDArray[np.uint8]]) -> dict[str, bool | None]:
    """What the checks say; None where there is one frame, which may be like no other."""
    if len(frames) < LEAST_FRAMES:
        return {flag: None for _, flag in HOPELESS}
    record = _glimpsed(np.stack(list(frames.values())))
    return {
        flag: getattr(check.judge(check.measure(record), check.limits), flag)
        for check, flag in HOPELESS
    }


def _glimpsed(frames: NDArray[np.uint8]) -> Record:
    """The frames, as a record that checks can look at."""
    return Record(
        s3_key="",
        video_id="",
        video_metadata={},
        session_metadata={},
        sampled_frames={name: frames if name == SERIES else NO_FRAMES for name in STRIDES},
    )
