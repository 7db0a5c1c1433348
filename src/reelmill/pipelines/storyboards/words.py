"""Values -> the words of the pages. Pure."""

from decimal import ROUND_HALF_UP, Decimal
from typing import Final

from reelmill.pipelines.storyboards.looks import Corner, Looks, Resolution
from reelmill.pipelines.storyboards.records import PICTURE, STRAY
from reelmill.pipelines.storyboards.spec import (
    AspectRatio,
    PictureStatus,
    Quality,
    Tier,
    Transition,
    VideoFormat,
    VideoStatus,
)

#: What each state of a board is called, and as which state of a job it looks.
STATUSES: Final = {
    VideoStatus.PENDING: ("Waiting", "pending"),
    VideoStatus.PARSING: ("Writing scenes", "in_progress"),
    VideoStatus.GENERATING_STORYBOARD: ("Making pictures", "in_progress"),
    VideoStatus.STORYBOARD_READY: ("Awaiting approval", "canceled"),
    VideoStatus.RENDERING: ("Rendering", "in_progress"),
    VideoStatus.COMPLETED: ("Completed", "completed"),
    VideoStatus.FAILED: ("Failed", "failed"),
    VideoStatus.CANCELED: ("Canceled", "canceled"),
}

#: What each state of a picture is called.
PICTURES: Final = {
    PictureStatus.PENDING: "Picture is waiting",
    PictureStatus.GENERATING: "Picture is being made",
    PictureStatus.COMPLETED: "Picture is there",
    PictureStatus.FAILED: "Picture failed",
}

#: What each transition is called.
TRANSITIONS: Final = {
    Transition.CUT: "Cut",
    Transition.CROSSFADE: "Crossfade",
    Transition.FADE: "Fade",
}

#: What each size of a film is called.
RESOLUTIONS: Final = {
    Resolution.P720: "HD, 720p",
    Resolution.P1080: "Full HD, 1080p",
    Resolution.P2160: "4K, 2160p",
}

#: What each corner is called.
CORNERS: Final = {
    Corner.TOP_LEFT: "Top left",
    Corner.TOP_RIGHT: "Top right",
    Corner.BOTTOM_LEFT: "Bottom left",
    Corner.BOTTOM_RIGHT: "Bottom right",
}

#: What each shape is called.
RATIOS: Final = {
    AspectRatio.WIDE: "Wide",
    AspectRatio.TALL: "Tall",
    AspectRatio.SQUARE: "Square",
    AspectRatio.CLASSIC: "Classic",
}

#: What each tier is called.
TIERS: Final = {
    Tier.ECONOMY: "Economy",
    Tier.BALANCED: "Balanced",
    Tier.PREMIUM: "Premium",
}

#: What each format of a copy is called.
FORMATS: Final = {
    VideoFormat.MP4: "MP4",
    VideoFormat.MOV: "MOV",
    VideoFormat.WEBM: "WebM",
    VideoFormat.GIF: "GIF",
}

#: What each quality of a copy is called.
QUALITIES: Final = {
    Quality.LOW: "Low, 480p",
    Quality.MEDIUM: "Medium, 720p",
    Quality.HIGH: "High, 1080p",
}

#: What money below a cent is told in.
_FINE, _CENT = Decimal("0.0001"), Decimal("0.01")


def usd(amount: Decimal) -> str:
    """Dollars as people read them; what is less than a cent keeps its digits.

    >>> usd(Decimal("2.0300")), usd(Decimal("0.003")), usd(Decimal("0")), usd(Decimal("0.706"))
    ('$2.03', '$0.003', '$0.00', '$0.71')
    """
    if Decimal(0) < amount < _CENT:
        return f"${amount.quantize(_FINE, ROUND_HALF_UP).normalize():f}"
    return f"${amount.quantize(_CENT, ROUND_HALF_UP)}"


def seconds(length: Decimal) -> str:
    """A length as people read it.

    >>> seconds(Decimal("5.00")), seconds(Decimal("4.25"))
    ('5 s', '4.25 s')
    """
    return f"{length.normalize():f} s"


def looks(made: Looks) -> str:
    """How a video looks beside its scenes, in a line; empty where nothing is added.

    >>> looks(Looks(fade_in_s=Decimal("0.50"), fade_out_s=Decimal(1)))
    '0.5 s out of black, 1 s into black'
    """
    mark = made.watermark
    parts = [
        f"{seconds(made.fade_in_s)} out of black" if made.fade_in_s else "",
        f"{seconds(made.fade_out_s)} into black" if made.fade_out_s else "",
        made.resolution.value if made.resolution is not Resolution.P1080 else "",
        f"a watermark at the {CORNERS[mark.corner].lower()}" if mark else "",
    ]
    return ", ".join(filter(None, parts))


def copy_name(kind: VideoFormat, quality: Quality) -> str:
    """What a copy is called; a GIF has fewer lines than its quality says of others.

    >>> copy_name(VideoFormat.WEBM, Quality.LOW), copy_name(VideoFormat.GIF, Quality.LOW)
    ('WebM, low, 480p', 'GIF, low')
    """
    told = QUALITIES[quality].lower()
    if kind is VideoFormat.GIF:
        told = told.partition(",")[0]
    return f"{FORMATS[kind]}, {told}"


def length(seconds: float) -> str:
    """Minutes and seconds, as players tell them.

    >>> length(9.6), length(300)
    ('0:10', '5:00')
    """
    minutes, rest = divmod(round(seconds), 60)
    return f"{minutes}:{rest:02}"


def shape_class(ratio: AspectRatio) -> str:
    """The class of what has a shape.

    >>> shape_class(AspectRatio.TALL)
    'r-9-16'
    """
    return f"r-{ratio.value.replace(':', '-')}"


def purpose(told: str) -> str:
    """What a purchase is for, by what the ledger calls it.

    >>> purpose("picture-0a-draft"), purpose("stray-film-0b-2")
    ('a picture', 'the video, once more by a request that left late')
    """
    bare = told.removeprefix(STRAY)
    what = "a picture" if bare.startswith(PICTURE) else "the video"
    return what if bare == told else f"{what}, once more by a request that left late"


def name_of(prompt: str) -> str:
    """What a board is called: the first sentence of its prompt, not too long.

    >>> name_of("A lake at dawn. Then a river.")
    'A lake at dawn.'
    """
    line = " ".join(prompt.split())
    end = min(
        (at + 1 for at in (line.find(". "), line.find("! "), line.find("? ")) if at > 0),
        default=len(line),
    )
    first = line[:end]
    return first if len(first) <= NAME_LETTERS else first[:NAME_LETTERS].rpartition(" ")[0] + "…"


#: Letters of a name.
NAME_LETTERS: Final = 90
