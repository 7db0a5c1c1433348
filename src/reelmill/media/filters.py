"""Values -> the text of ffmpeg's filters. The only file that knows their grammar. Pure."""

from fractions import Fraction

from reelmill.media.geometry import Crop, Size
from reelmill.media.info import UNKNOWN_COLOUR, Colours

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
    >>> to_bt709(Colours(matrix=6), Size(720, 576), "yuv420p")
    'zscale=min=6:pin=1:tin=1:rin=0:m=1:p=1:t=1:r=0:d=ordered'
    """
    if pixel_format.startswith(("rgb", "bgr", "gbr", "argb", "abgr", "0rgb", "pal")):
        return f"format=gbrp,{_from(RGB, BT709, LIKE_BT709, full=True)}:{_AS_BT709}"
    full = colours.full_range or pixel_format.startswith("yuvj")
    matrix = colours.matrix
    if matrix in (UNKNOWN_COLOUR, RGB):
        matrix = BT601 if size.height < HD_LINES else BT709
    primaries = BT709 if colours.primaries == UNKNOWN_COLOUR else colours.primaries
    if colours.transfer in (PQ, HLG):
        return _tone_mapped(_from(matrix, primaries, colours.transfer, full=full))
    if (matrix, primaries, full) == (BT709, BT709, False):
        return ""
    return f"{_from(matrix, primaries, LIKE_BT709, full=full)}:{_AS_BT709}"


_AS_BT709 = "m=1:p=1:t=1:r=0:d=ordered"


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


def upright(shown: Size) -> str:
    """Square pixels, also where the size changes on the way; frames that are so pass untouched.

    >>> upright(Size(1024, 576))
    'scale=1024:576:flags=lanczos,setsar=1'
    """
    return f"scale={shown.width}:{shown.height}:flags=lanczos,setsar=1"
