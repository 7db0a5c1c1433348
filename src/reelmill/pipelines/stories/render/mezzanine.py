"""A clip and the form of a story -> how it is encoded, so that it joins others, and its name. Pure.

What is conformed once is kept under a name that tells all that its bytes depend on.
"""

import hashlib
import json
import sys
from dataclasses import asdict, dataclass
from fractions import Fraction
from typing import Final

from reelmill.media.geometry import Size
from reelmill.media.profiles import AudioSpec, Profile
from reelmill.media.transcode import Recipe
from reelmill.pipelines.stories.spec import Piece

#: Counts up when the same clip comes out other than before, so that old and new are never joined.
MEZZANINE_VERSION: Final = 1

#: Form of a story's sound: voice over music.
SOUND: Final = AudioSpec(bitrate_bps=192_000)

#: Constant quality, on the scale of libx264; a bit better than its own default of 23.
CRF: Final = 21

#: Bits for each pixel that are never exceeded for long: 40 Mbit/s at 3840x2160 and 30 a second.
BITS_A_PIXEL: Final = 0.16

#: Bits a second that also the smallest picture may take.
LEAST_BPS: Final = 2_000_000

#: Seconds of a clip that are conformed at least, though less may be shown.
LEAST_S: Final = 32

#: Frames that libx264 looks ahead: with 30, a 4K encode takes 1.2 GB, with 10 it takes 0.75 GB,
#: and the file is no larger, measured.
LOOKAHEAD: Final = 10

#: Threads of libx264, for its bytes depend on their number.
THREADS: Final = 4

#: Each picture needs only those before it, so that a clip may be cut behind any frame; the same
#: bytes whatever the processor can do. Source: x264 --fullhelp, --cpu-independent.
JOINABLE_X264: Final = (
    *("-x264-params", f"bframes=0:mbtree=1:rc-lookahead={LOOKAHEAD}:cpu-independent=1"),
    *("-threads", str(THREADS)),
)


@dataclass(frozen=True, kw_only=True)
class Form:
    """What makes all clips of a story joinable."""

    size: Size
    """Width and height of the picture, both even."""

    rate: int
    """Frames a second."""

    logo_sha256: str | None = None
    """Of the picture burnt in; None where there is none."""

    plate_sha256: str | None = None
    """Of the video behind clips that do not fill the picture; None is black."""

    encoder: str = "libx264"
    """As ffmpeg calls it, of those that it found to work: never `auto`."""

    @property
    def profile(self) -> Profile:
        """The form as verification knows it; what clips may take is looked to as they are made."""
        return Profile(
            name="story",
            size=self.size,
            rate=Fraction(self.rate),
            audio=SOUND,
            max_bitrate_bps=sys.maxsize,
            spliceable=False,
        )

    @property
    def max_video_bps(self) -> int:
        """Bits a second that pictures may take for long."""
        pixels = self.size.width * self.size.height
        return max(LEAST_BPS, int(pixels * self.rate * BITS_A_PIXEL))

    def recipe(self, picture: str) -> Recipe:
        """How pictures of this form are encoded.

        Args:
            picture: Filters from the upright picture to one of this size.
        """
        return Recipe(
            picture=picture, profile=self.profile, crf=CRF, max_video_bps=self.max_video_bps
        )


def conformed_frames(piece: Piece, rate: int) -> int:
    """Frames of a clip that are conformed: all, unless it is far longer than what is shown of it.

    An hour of which ten seconds are shown would take an hour's work. The number is one of few,
    so that stories which show different parts still share what is conformed.

    >>> piece = Piece(key="a", sha256="00", frames=108_000, shown_frames=1000)
    >>> conformed_frames(piece, 30), conformed_frames(piece.model_copy(update={"frames": 1200}), 30)
    (1920, 1200)
    """
    frames = LEAST_S * rate
    while frames < piece.shown_frames:
        frames *= 2
    return min(frames, piece.frames)


def mezzanine_name(piece: Piece, form: Form) -> str:
    """The name under which a conformed clip is kept, hex.

    >>> piece = Piece(key="a", sha256="00", frames=60, shown_frames=60)
    >>> form = Form(size=Size(320, 180), rate=30)
    >>> cut = piece.model_copy(update={"shown_frames": 10})
    >>> mezzanine_name(piece, form) == mezzanine_name(cut, form)
    True
    """
    depends_on = {
        "version": MEZZANINE_VERSION,
        "source": piece.sha256,
        "frames": conformed_frames(piece, form.rate),
        **asdict(form),
    }
    return hashlib.sha256(json.dumps(depends_on, sort_keys=True).encode()).hexdigest()
