"""What is known of a file, each figure named for where it was read; limits for strangers. Pure."""

from dataclasses import dataclass
from fractions import Fraction
from typing import NamedTuple

from reelmill.errors import BadMedia
from reelmill.media.geometry import Size
from reelmill.units import even


class UnknownFormat(BadMedia):
    """The file is of no format that is read here."""


class NothingToPlay(BadMedia):
    """The file holds neither picture nor sound that can be decoded."""


class TooLarge(BadMedia):
    """The file has more pixels, streams or seconds than are taken."""


@dataclass(frozen=True, kw_only=True)
class Limits:
    """What a stranger's file may be at most."""

    pixels: int = 8192 * 4320
    """Pixels of one frame."""

    streams: int = 64
    """Streams of any kind."""

    duration_s: float = 12 * 3600.0
    """Seconds, as the header says."""

    open_s: float = 20.0
    """Seconds that the look into the file may take."""

    probe_bytes: int = 5_000_000
    """Bytes that libav may read, behind the header, to find out what the streams are."""


#: Numbers of ITU-T H.273, as libav tells them: matrices, primaries and transfers by table 2 to 4.
UNKNOWN_COLOUR = 2


@dataclass(frozen=True, kw_only=True)
class Colours:
    """What the numbers of a picture mean, as its stream says. Source: ITU-T H.273."""

    primaries: int = UNKNOWN_COLOUR
    """1 is BT.709, 9 is BT.2020."""

    transfer: int = UNKNOWN_COLOUR
    """1 is BT.709, 16 is PQ, 18 is HLG."""

    matrix: int = UNKNOWN_COLOUR
    """0 is RGB, 1 is BT.709, 5 and 6 are BT.601, 9 is BT.2020."""

    full_range: bool = False
    """True: black is 0. False: black is 16, also where nothing is said."""


@dataclass(frozen=True, kw_only=True)
class VideoInfo:
    """One stream of pictures."""

    index: int
    """Its place among all streams."""

    codec: str
    """As libav calls it: `h264`."""

    size: Size
    """Pixels as they are stored, before rotation and stretching."""

    rotation_deg: int
    """How far a player turns it, clockwise: 0, 90, 180 or 270."""

    pixel_shape: Fraction
    """Width of a pixel by its height."""

    pixel_format: str
    """As libav calls it: `yuv420p`."""

    rate_from_header: Fraction | None
    """Mean frames a second."""

    frames_from_header: int | None
    """Frames; None where the format does not say."""

    duration_s_from_header: float | None
    """Seconds; None where the format does not say."""

    colours: Colours = Colours()
    """What its numbers mean."""

    interlaced: bool = False
    """Whether its lines are of two moments in turn, by what its first frame says."""

    default: bool = False
    """Whether the file wants this one to be shown before others."""

    frames_from_packets: int | None = None
    """Packets counted; None until they are."""

    duration_s_from_packets: float | None = None
    """From the first packet's start to the last one's end; None until measured."""

    @property
    def shown(self) -> Size:
        """Size on a screen of square pixels, sides even."""
        return shown_size(self.size, self.pixel_shape, self.rotation_deg)


@dataclass(frozen=True, kw_only=True)
class AudioInfo:
    """One stream of sound."""

    index: int
    """Its place among all streams."""

    codec: str
    """As libav calls it: `aac`."""

    rate_hz: int
    """Samples a second and channel."""

    channels: int
    """1 is mono, 2 is stereo."""

    duration_s_from_header: float | None
    """Seconds; None where the format does not say."""

    default: bool = False
    """Whether the file wants this one to be heard before others."""

    duration_s_from_packets: float | None = None
    """From the first packet's start to the last one's end; None until measured."""


@dataclass(frozen=True, kw_only=True)
class MediaInfo:
    """What is known of a file."""

    demuxer: str
    """The one reader that was let near it: `mov`, `matroska`."""

    size_bytes: int
    """Size of the file."""

    duration_s_from_header: float | None
    """Seconds of the whole, as the file says or libav guesses; None where neither does."""

    video: tuple[VideoInfo, ...]
    """Streams of pictures, covers left out; the first is what a player shows."""

    audio: tuple[AudioInfo, ...]
    """Streams of sound; the first is what a player plays."""


class Signature(NamedTuple):
    """Bytes by which a format is known."""

    at: int
    """Where they lie."""

    magic: bytes
    """What they are."""

    demuxer: str
    """Who reads it."""


#: Formats that are read here, surest first. Playlists are none of them: they name other files.
SIGNATURES = (
    Signature(4, b"ftyp", "mov"),
    Signature(4, b"moov", "mov"),
    Signature(4, b"mdat", "mov"),
    Signature(4, b"wide", "mov"),
    Signature(4, b"free", "mov"),
    Signature(4, b"skip", "mov"),
    Signature(0, b"\x1a\x45\xdf\xa3", "matroska"),
    Signature(0, b"OggS", "ogg"),
    Signature(0, b"fLaC", "flac"),
    Signature(0, b"FLV\x01", "flv"),
    Signature(8, b"AVI ", "avi"),
    Signature(8, b"WAVE", "wav"),
    Signature(0, b"\x00\x00\x01\xba", "mpeg"),
    Signature(188, b"\x47", "mpegts"),
    Signature(0, b"ID3", "mp3"),
    Signature(0, b"\xff\xf1", "aac"),
    Signature(0, b"\xff\xf9", "aac"),
    Signature(0, b"\xff\xfb", "mp3"),
    Signature(0, b"\xff\xf3", "mp3"),
    Signature(0, b"\xff\xf2", "mp3"),
)

#: First byte of a packet of an MPEG transport stream, too common to be trusted at one place.
TS_SYNC = 0x47

#: Bytes of a file that are enough to know its format.
SNIFF_BYTES = 192


def sniff(beginning: bytes) -> str:
    """Name the demuxer for a file by its first bytes, never by its name.

    Args:
        beginning: At least `SNIFF_BYTES` bytes, or the whole file if it is shorter.

    Raises:
        UnknownFormat: text, a playlist, a picture, or anything else.

    >>> sniff(bytes.fromhex("0000002066747970") + b"isom")
    'mov'
    """
    for at, magic, demuxer in SIGNATURES:
        if beginning[at : at + len(magic)] != magic:
            continue
        if demuxer == "mpegts" and beginning[0] != TS_SYNC:
            continue
        return demuxer
    raise UnknownFormat(begins_with=beginning[:12].hex())


def shown_size(size: Size, pixel_shape: Fraction, rotation_deg: int) -> Size:
    """Size on a screen of square pixels, both sides even.

    >>> shown_size(Size(720, 576), Fraction(64, 45), 0)
    Size(width=1024, height=576)
    >>> shown_size(Size(1920, 1080), Fraction(1), 90)
    Size(width=1080, height=1920)
    """
    width, height = even(float(size.width * pixel_shape)), even(size.height)
    return Size(height, width) if rotation_deg % 180 else Size(width, height)
