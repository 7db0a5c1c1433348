"""Values -> the text of ffmpeg's filters. The only file that knows their grammar. Pure."""

from fractions import Fraction

from reelmill.media.geometry import Crop, Size


def crop_then_scale(crop: Crop, to: Size) -> str:
    """Cut out a part and bring it to a size, with square pixels.

    >>> crop_then_scale(Crop(656, 0, 606, 1080), Size(1080, 1920))
    'crop=606:1080:656:0,scale=1080:1920:flags=lanczos,setsar=1'
    """
    return (
        f"crop={crop.width}:{crop.height}:{crop.x}:{crop.y},"
        f"scale={to.width}:{to.height}:flags=lanczos,setsar=1"
    )


def scale_then_pad(inner: Crop, to: Size, colour: str = "black") -> str:
    """Bring the whole picture to where `contain` puts it, and fill up the rest.

    >>> scale_then_pad(Crop(0, 656, 1080, 606), Size(1080, 1920))
    'scale=1080:606:flags=lanczos,setsar=1,pad=1080:1920:0:656:color=black'
    """
    return (
        f"scale={inner.width}:{inner.height}:flags=lanczos,setsar=1,"
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
