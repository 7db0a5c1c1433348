"""Values -> the text of ffmpeg's filters. The only file that knows their grammar. Pure."""

import re
from collections.abc import Sequence
from fractions import Fraction
from itertools import pairwise
from typing import NamedTuple

from reelmill.media.geometry import Crop, Size
from reelmill.media.info import UNKNOWN_COLOUR, Colours
from reelmill.units import even

#: Numbers of ITU-T H.273 that are told apart here.
BT709, BT601, RGB, PQ, HLG = 1, 6, 0, 16, 18

#: Curves that are one and the same on a screen, or close to it.
LIKE_BT709 = 1

#: Pictures lower than this are BT.601 where nothing is said, as players take them.
HD_LINES = 720

#: Size to which a backdrop is brought to be blurred; a tenth of 1080x1920, so a hundredth of work.
BACKDROP = Size(108, 192)

#: Radius of the blur at that size, in pixels.
BACKDROP_SIGMA = 4

#: Seconds by which the timestamp of a frame may lie before the time that was noted for it.
ROUNDED_S = 0.002


class Stop(NamedTuple):
    """Where a moving window is at one moment."""

    at_s: float
    """Seconds, as the clock of the filter counts them."""

    x: int
    """Pixels left of it."""

    y: int
    """Pixels above it."""

    jump: bool = False
    """True: it is here at once, having stayed where it was. False: it glides here."""


def crop_then_scale(crop: Crop, to: Size) -> str:
    """Cut out a part and bring it to a size, with square pixels.

    >>> crop_then_scale(Crop(656, 0, 606, 1080), Size(1080, 1920))
    'crop=606:1080:656:0,zscale=1080:1920:f=lanczos,setsar=1'
    """
    return f"crop={crop.width}:{crop.height}:{crop.x}:{crop.y},{scaled(to)}"


def scaled(to: Size) -> str:
    """Bring the whole picture to a size, with square pixels.

    >>> scaled(Size(1080, 1920))
    'zscale=1080:1920:f=lanczos,setsar=1'
    """
    # Lanczos of swscale, the filter `scale`, takes three times as long, measured at this size.
    return f"zscale={to.width}:{to.height}:f=lanczos,setsar=1"


def scale_then_pad(inner: Crop, to: Size, colour: str = "black") -> str:
    """Bring the whole picture to where `contain` puts it, and fill up the rest.

    >>> scale_then_pad(Crop(0, 656, 1080, 606), Size(1080, 1920))
    'zscale=1080:606:f=lanczos,setsar=1,pad=1080:1920:0:656:color=black'
    """
    return (
        f"{scaled(Size(inner.width, inner.height))},"
        f"pad={to.width}:{to.height}:{inner.x}:{inner.y}:color={colour}"
    )


def teed(target: str) -> str:
    r"""One of the files of the muxer `tee`, which divides them by bars and strips them of spaces.

    >>> teed("[f=mp4]file:/a b|c")
    '[f=mp4]file:/a\\ b\\|c'
    """
    return re.sub(r"([\\'|\s])", r"\\\1", target)


def at_rate(fps: Fraction) -> str:
    """Constant frame rate, and the one pixel format.

    >>> at_rate(Fraction(30000, 1001))
    'fps=30000/1001,format=yuv420p'
    """
    return f"fps={fps.numerator}/{fps.denominator},format=yuv420p"


def chain(*filters: str) -> str:
    """One filter after the other.

    >>> chain("hflip", "", "vflip")
    'hflip,vflip'
    """
    return ",".join(one for one in filters if one)


def over_blurred(inner: Crop, behind: Crop, to: Size) -> str:
    """The whole picture where `contain` puts it, in front of its own middle, large and blurred.

    >>> over_blurred(Crop(0, 656, 1080, 606), Crop(656, 0, 606, 1080), Size(1080, 1920))[:33]
    'split[whole][part];[part]crop=606'
    """
    return (
        f"split[whole][part];"
        f"[part]crop={behind.width}:{behind.height}:{behind.x}:{behind.y},"
        f"scale={BACKDROP.width}:{BACKDROP.height}:flags=area,gblur=sigma={BACKDROP_SIGMA},"
        f"scale={to.width}:{to.height}:flags=bilinear,setsar=1[backdrop];"
        f"[whole]{scaled(Size(inner.width, inner.height))}[front];"
        f"[backdrop][front]overlay={inner.x}:{inner.y}:format=yuv420:eof_action=endall"
    )


def over(behind: str, front: str, x: int, y: int) -> str:
    """One pad's pictures with another's in front; a front that ends stays as it was last.

    >>> over("base", "logo", 20, 20)
    '[base][logo]overlay=20:20:format=yuv420'
    """
    return f"[{behind}][{front}]overlay={x}:{y}:format=yuv420"


def still() -> str:
    """A picture of RGB with its transparency, as it is laid over a video in BT.709.

    >>> still()[:11]
    'format=rgba'
    """
    return "format=rgba,scale=out_color_matrix=bt709:out_range=tv,format=yuva420p"


def laid_over(file: str, x: int, y: int) -> str:
    """A video of ours that one can see through, over the picture; its last frame stays.

    >>> laid_over("/tmp/a b.mov", 4, 8)[:49]
    'null[under];movie=/tmp/a b.mov:f=mov[over];[under'
    """
    # Once for the option's value, once for the graph that it stands in.
    value = re.sub(r"([\\':])", r"\\\1", file)
    name = re.sub(r"([\\'\[\],;])", r"\\\1", value)
    return f"null[under];movie={name}:f=mov[over];[under][over]overlay={x}:{y}:format=yuv420"


def exactly(begins_at: Fraction, half_gap: Fraction, rate: Fraction, frames: int) -> str:
    """That many frames from a timestamp on, at a constant rate; the last is held where they end.

    >>> exactly(Fraction(3), Fraction(1, 100), Fraction(25), 50).split(",")[:2]
    ['trim=start=2.990000', 'setpts=PTS-3.000000000/TB']
    """
    return (
        f"trim=start={float(begins_at - half_gap):.6f},setpts=PTS-{float(begins_at):.9f}/TB,"
        f"fps={rate.numerator}/{rate.denominator}:start_time=0,"
        f"tpad=stop=-1:stop_mode=clone,trim=end_frame={frames}"
    )


def palette() -> str:
    """The 256 colours that a whole video is shown in best, as one picture.

    >>> palette()
    'palettegen=stats_mode=full'
    """
    return "palettegen=stats_mode=full"


def in_palette(behind: str, colours: str) -> str:
    """One pad's pictures in the colours of another's only picture.

    The pattern of what is mixed stands still, so that it is half as large as one that swims.

    >>> in_palette("film", "colours")[:28]
    '[film][colours]paletteuse=di'
    """
    return f"[{behind}][{colours}]paletteuse=dither=bayer:bayer_scale=3:diff_mode=rectangle"


def numbered(rate: Fraction) -> str:
    """Every frame at its place in a constant rate, whatever time it came with.

    >>> numbered(Fraction(25))
    'settb=1/25,setpts=N'
    """
    return f"settb={rate.denominator}/{rate.numerator},setpts=N"


def progressive(*, interlaced: bool) -> str:
    """Whole pictures of one moment from those whose lines are of two; as many as there were.

    >>> progressive(interlaced=False)
    ''
    """
    # Only frames that say so: a video may have both kinds.
    return "bwdif=mode=send_frame:deint=interlaced" if interlaced else ""


def heard(begins_at: Fraction, samples: int, rate_hz: int) -> str:
    """That many samples of sound from a timestamp on, in stereo; silence where there is none.

    >>> heard(Fraction(3), 44_100, 44_100).split(",")[0]
    'atrim=start=3.000000'
    """
    return (
        f"atrim=start={float(begins_at):.6f},asetpts=PTS-{float(begins_at):.9f}/TB,"
        f"aresample={rate_hz}:async=1:first_pts=0,"
        f"aformat=sample_fmts=fltp:channel_layouts=stereo,apad,atrim=end_sample={samples}"
    )


def silence(samples: int, rate_hz: int) -> str:
    """That many samples of nothing, in stereo.

    >>> silence(441, 44_100)
    'anullsrc=sample_rate=44100:channel_layout=stereo,atrim=end_sample=441'
    """
    return f"anullsrc=sample_rate={rate_hz}:channel_layout=stereo,atrim=end_sample={samples}"


def to_bt709(colours: Colours, size: Size, pixel_format: str) -> str:
    """Bring the colours of any source to BT.709 in limited range; nothing where they are.

    >>> to_bt709(Colours(), Size(1920, 1080), "yuv420p")
    ''
    >>> to_bt709(Colours(matrix=6), Size(720, 576), "yuv420p").partition(",")[0]
    'zscale=min=6:pin=1:tin=1:rin=0:m=1:p=1:t=1:r=0:d=ordered'
    """
    if pixel_format.startswith(("rgb", "bgr", "gbr", "argb", "abgr", "0rgb", "pal")):
        return f"format=gbrp,{_from(RGB, BT709, LIKE_BT709, full=True)}:{_AS_BT709}"
    full = colours.full_range
    matrix = colours.matrix
    if matrix in (UNKNOWN_COLOUR, RGB):
        matrix = BT601 if size.height < HD_LINES else BT709
    primaries = BT709 if colours.primaries == UNKNOWN_COLOUR else colours.primaries
    if colours.transfer in (PQ, HLG):
        return _tone_mapped(_from(matrix, primaries, colours.transfer, full=full))
    if (matrix, primaries, full) == (BT709, BT709, False):
        return ""
    return f"{_from(matrix, primaries, LIKE_BT709, full=full)}:{_AS_BT709}"


# The formats leave out libav's old `yuvj` ones, which would be taken for full range once more.
_AS_BT709 = "m=1:p=1:t=1:r=0:d=ordered,format=yuv420p|yuv422p|yuv444p|yuv420p10|yuv422p10|yuv444p10"


def _from(matrix: int, primaries: int, transfer: int, *, full: bool) -> str:
    return f"zscale=min={matrix}:pin={primaries}:tin={transfer}:rin={int(full)}"


def _tone_mapped(source: str) -> str:
    """High dynamic range -> what an ordinary screen shows, in linear light."""
    return (
        f"{source}:t=linear:npl=100,format=gbrpf32le,zscale=p=1,"
        f"tonemap=hable:desat=0,zscale={_AS_BT709}"
    )


def as_told_bt709() -> str:
    """The one pixel format, its colours told, and nothing else of the source's frames.

    >>> as_told_bt709()[:14]
    'format=yuv420p'
    """
    return (
        "format=yuv420p,setparams=range=tv:color_primaries=bt709:color_trc=bt709:"
        "colorspace=bt709,sidedata=mode=delete"
    )


def upright(shown: Size, *, full_range: bool) -> str:
    """Square pixels, also where the size changes on the way; frames that are so pass untouched.

    >>> upright(Size(1024, 576), full_range=False)
    'scale=1024:576:flags=lanczos:in_range=tv:out_range=tv,setsar=1'
    """
    # Left to itself, `scale` agrees with the encoder on a range and converts to it, unasked.
    told = "pc" if full_range else "tv"
    ranges = f"in_range={told}:out_range={told}"
    return f"scale={shown.width}:{shown.height}:flags=lanczos:{ranges},setsar=1"


def moving_crop(stops: Sequence[Stop], window: Size, to: Size) -> str:
    """Cut a moving part out and bring it to a size; right at the time of each frame.

    A window that only jumps is cut out first. One that glides is cut out of the enlarged picture,
    for whole pixels of the small one are steps that one sees.

    Args:
        stops: At least one, the first at 0, each later than the one before.
        window: Size of the part; both sides even.
        to: What it is brought to.

    >>> moving_crop([Stop(0, 0, 0), Stop(2, 8, 0, jump=True)], Size(606, 1080), Size(1080, 1920))
    "crop=606:1080:x='if(lt(t,1.998),0,8)':y='0',zscale=1080:1920:f=lanczos,setsar=1"
    """
    if not any(_glides(*pair) for pair in pairwise(stops)):
        x = _over_time(stops, [one.x for one in stops])
        y = _over_time(stops, [one.y for one in stops])
        return f"crop={window.width}:{window.height}:x='{x}':y='{y}',{scaled(to)}"
    area = _swept(stops, window)
    large = Size(
        even(area.width * to.width / window.width + 2),
        even(area.height * to.height / window.height + 2),
    )
    across, down = large.width / area.width, large.height / area.height
    x = _over_time(stops, [(one.x - area.x) * across for one in stops])
    y = _over_time(stops, [(one.y - area.y) * down for one in stops])
    return (
        f"crop={area.width}:{area.height}:{area.x}:{area.y},{scaled(large)},"
        f"crop={to.width}:{to.height}:x='0.5+{x}':y='0.5+{y}':exact=1"
    )


def _glides(before: Stop, after: Stop) -> bool:
    return not after.jump and (before.x, before.y) != (after.x, after.y)


def _swept(stops: Sequence[Stop], window: Size) -> Crop:
    """The part of the picture that a window passes over."""
    x, y = even(min(one.x for one in stops)), even(min(one.y for one in stops))
    right = max(one.x for one in stops) + window.width
    bottom = max(one.y for one in stops) + window.height
    return Crop(x=x, y=y, width=even(right - x + 1), height=even(bottom - y + 1))


def _over_time(stops: Sequence[Stop], values: Sequence[float]) -> str:
    """An expression of `t`: straight lines from stop to stop, level before a jump."""
    pieces = [(0.0, _line(stops[0].at_s, values[0], 0.0))]
    for (before, after), (old, new) in zip(pairwise(stops), pairwise(values), strict=True):
        slope = 0.0 if after.jump else (new - old) / (after.at_s - before.at_s)
        pieces.append((before.at_s, _line(before.at_s, old, slope)))
    pieces.append((stops[-1].at_s, _line(stops[-1].at_s, values[-1], 0.0)))
    told = [pieces[0]] + [b for a, b in pairwise(pieces) if a[1] != b[1]]
    return _choice(told)


def _line(from_s: float, value: float, slope: float) -> str:
    if not slope:
        return _number(value)
    return f"({_number(value)}+(t-{_number(from_s)})*{_number(slope)})"


def _number(value: float) -> str:
    return f"{value:.4f}".rstrip("0").rstrip(".")


def _choice(pieces: Sequence[tuple[float, str]]) -> str:
    """The piece that holds at `t`, found by halving: ffmpeg gives up at a hundred nested terms."""
    if len(pieces) == 1:
        return pieces[0][1]
    half = len(pieces) // 2
    # A timestamp may be rounded down to less than the time that somebody wrote down for it.
    begins_s = _number(pieces[half][0] - ROUNDED_S)
    return f"if(lt(t,{begins_s}),{_choice(pieces[:half])},{_choice(pieces[half:])})"
