"""Pictures and how long each is held -> a finished MP4 of a profile."""

from collections import defaultdict, deque
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import chain
from pathlib import Path

from reelmill.errors import Refused
from reelmill.media.h264 import framed, renumbered, repeating_slice
from reelmill.media.mux import Mp4Writer, make_template, written_to
from reelmill.media.profiles import Profile
from reelmill.media.raster import Held
from reelmill.media.x264 import PictureEncoder


class NothingToShow(Refused):
    """A video needs a picture, and each picture a frame at least."""


@dataclass(frozen=True, kw_only=True)
class Encoded:
    """What was written."""

    frames: int
    """Frames in the file."""

    size_bytes: int
    """Size of the file."""

    duration_s: float
    """Seconds that the frames last."""


class Press:
    """What a process keeps ready to write files of one profile; for one thread at a time."""

    def __init__(self, profile: Profile) -> None:
        self.profile = profile
        self.encoder = PictureEncoder(profile)
        self.template = make_template(profile)
        form = self.encoder.form
        self.numbers = 1 << form.frame_num_bits
        self.repeats = [
            framed(repeating_slice(form, profile.size, number)) for number in range(self.numbers)
        ]


_idle: defaultdict[Profile, deque[Press]] = defaultdict(lambda: deque(maxlen=2))


@contextmanager
def _press(profile: Profile) -> Iterator[Press]:
    """Take one that stands idle, or make one; one that failed is not used again."""
    try:
        press = _idle[profile].pop()
    except IndexError:
        press = Press(profile)
    yield press
    _idle[profile].append(press)


def encode_held(pictures: Iterable[Held], path: Path, profile: Profile) -> Encoded:
    """Write a video whose pictures stand still, showing the encoder each a single time.

    The frames after a picture's first are slices that skip every macroblock: legal H.264 that
    decodes to the same picture. A picture that would outlast its group of pictures begins a new
    one, and is repeated as that same IDR whenever `gop_s` have passed.

    Args:
        pictures: At least one; each is done with before the next is asked for.
        path: Appears when the video is complete.
        profile: Size, rate and the rest.

    Raises:
        NothingToShow: no pictures, or one held for less than a frame.
        WrongSize: a picture that is not of the profile's size.
        NotWritten: the disk does not take it.
    """
    return _encode(pictures, path, profile, _hold)


def encode_plain(pictures: Iterable[Held], path: Path, profile: Profile) -> Encoded:
    """Write the same video by encoding every frame: the slow witness of `encode_held`."""
    return _encode(pictures, path, profile, _show_each)


def _encode(
    pictures: Iterable[Held],
    path: Path,
    profile: Profile,
    put: Callable[[Iterable[Held], Press, Mp4Writer], None],
) -> Encoded:
    waiting = iter(pictures)
    first = next(waiting, None)
    if first is None:
        raise NothingToShow
    with _press(profile) as press:
        press.encoder.begin()
        with written_to(path, press.template, profile) as file:
            put(_lasting(chain([first], waiting)), press, file)
        return Encoded(
            frames=file.frames,
            size_bytes=path.stat().st_size,
            duration_s=float(file.frames / profile.rate),
        )


def _lasting(pictures: Iterable[Held]) -> Iterator[Held]:
    for held in pictures:
        if held.frames < 1:
            raise NothingToShow(frames=held.frames)
        yield held


def _hold(pictures: Iterable[Held], press: Press, file: Mp4Writer) -> None:
    form, gop = press.encoder.form, press.profile.gop_frames
    repeats = [file.coded(sample) for sample in press.repeats]
    since_key = gop
    for picture, frames in pictures:
        key = since_key + frames > gop
        since_key = 0 if key else since_key
        nal = press.encoder.slice_of(picture, key=key)
        if not key:
            nal = renumbered(nal, form, since_key % press.numbers)
        shown = file.coded(framed(nal), key=key)
        file.add(shown)
        for _again in range(frames - 1):
            since_key += 1
            if since_key == gop:
                since_key = 0
            file.add(repeats[since_key % press.numbers] if since_key else shown)
        since_key += 1


def _show_each(pictures: Iterable[Held], press: Press, file: Mp4Writer) -> None:
    gop = press.profile.gop_frames
    for picture, frames in pictures:
        for _again in range(frames):
            key = file.frames % gop == 0
            nal = press.encoder.slice_of(picture, key=key)
            file.add(file.coded(framed(nal), key=key))
