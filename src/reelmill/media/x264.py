"""A picture -> one slice of H.264 by libx264, of the form that h264.py can number and repeat."""

from fractions import Fraction

import av
import numpy as np
from av.video.codeccontext import VideoCodecContext
from av.video.frame import PictureType

from reelmill.errors import Refused
from reelmill.media.h264 import (
    IDR_SLICE,
    PPS,
    SLICE,
    SPS,
    UnsuitableStream,
    kind_of,
    nal_units,
    slice_form,
)
from reelmill.media.profiles import Profile
from reelmill.media.raster import Yuv420, blank

#: BT.709 as primaries, transfer and matrix, and limited range. Source: ITU-T H.273, tables 2-4.
BT709, LIMITED = 1, 1

#: One reference, no picture waited for, each with the same quantiser, key frames where we say.
PARAMS = (
    "bframes=0:ref=1:weightp=0:scenecut=0:keyint=infinite:rc-lookahead=0:sync-lookahead=0:"
    "mbtree=0:aq-mode=0:cabac=0:8x8dct=0:repeat-headers=0:open-gop=0:force-cfr=1"
)


class WrongSize(Refused):
    """The picture is not of the profile's size."""


class PictureEncoder:
    """libx264, shown one picture at a time, answering with its slice at once.

    It may be used for one file after another: quantisers are constant and every file begins
    with an IDR, so nothing of one file reaches the next. One thread at a time.
    """

    def __init__(self, profile: Profile) -> None:
        self._profile = profile
        self._context = _opened(profile)
        sets = {kind_of(nal): nal for nal in nal_units(self._context.extradata or b"")}
        self.form = slice_form(sets[SPS], sets[PPS])
        self._frame = av.VideoFrame(*profile.size, "yuv420p")
        self._frame.time_base = 1 / profile.rate
        self._planes = [
            np.asarray(memoryview(plane)).reshape(plane.height, plane.line_size)[:, : plane.width]
            for plane in self._frame.planes
        ]
        self._shown = 0
        self._keys = 0

    def begin(self) -> None:
        """Start a file: IDRs differ in a bit by turns, and each file must start with the same."""
        if self._keys % 2:
            self.slice_of(blank(self._profile.size), key=True)

    def slice_of(self, picture: Yuv420, *, key: bool) -> bytes:
        """Encode a picture.

        Args:
            picture: Of the profile's size; not looked at after the return.
            key: As an IDR; otherwise as what changed since the last one shown.

        Returns:
            A NAL unit, numbered as if no picture lay between those shown.

        Raises:
            WrongSize: it is larger or smaller than the profile.
        """
        if picture.size != self._profile.size:
            raise WrongSize(size=picture.size, profile=self._profile.name)
        for plane, drawn in zip(self._planes, (picture.y, picture.u, picture.v), strict=True):
            plane[:] = drawn
        self._frame.pts = self._shown
        self._frame.pict_type = PictureType.I if key else PictureType.NONE
        self._shown += 1
        self._keys += key
        return self._only_slice()

    def _only_slice(self) -> bytes:
        slices = [
            nal
            for packet in self._context.encode(self._frame)
            for nal in nal_units(bytes(packet))
            if kind_of(nal) in (SLICE, IDR_SLICE)
        ]
        if len(slices) != 1:
            raise UnsuitableStream(slices=len(slices))
        return slices[0]


def configure(context: VideoCodecContext, profile: Profile) -> None:
    """Say how pictures of a profile are encoded; two contexts so set write the same headers."""
    context.width, context.height = profile.size
    context.pix_fmt = "yuv420p"
    context.framerate = profile.rate
    context.time_base = 1 / profile.rate
    context.sample_aspect_ratio = Fraction(1)
    context.color_primaries = context.color_trc = context.colorspace = BT709
    context.color_range = LIMITED
    context.thread_count = 1
    context.options = {
        "preset": profile.preset,
        "qp": str(profile.qp),
        "forced-idr": "1",
        "x264-params": PARAMS,
    }


def _opened(profile: Profile) -> VideoCodecContext:
    context = av.CodecContext.create("libx264", "w")
    configure(context, profile)
    # Headers go to the container, once, and not before each IDR.
    context.flags |= av.codec.context.Flags.global_header
    context.open()
    return context
