"""The forms in which videos leave the house, by name. Pure."""

from dataclasses import dataclass, replace
from fractions import Fraction

from reelmill.errors import Refused
from reelmill.media.geometry import Size


class UnknownProfile(Refused):
    """There is no profile of that name."""


class BadRate(Refused):
    """That is no frame rate a profile can have."""


#: Frame rates that a profile may be given; the upper end is what level 4.2 plays at 1080p.
RATES = (Fraction(1), Fraction(60))


@dataclass(frozen=True, kw_only=True)
class AudioSpec:
    """The form of the sound."""

    codec: str = "aac"
    """Name of the codec; its profile is low complexity."""

    rate_hz: int = 48_000
    """Samples a second and channel."""

    channels: int = 2
    """Stereo."""

    frame_samples: int = 1024
    """Samples a channel in each packet. Source: ISO/IEC 14496-3, AAC-LC."""

    bitrate_bps: int = 128_000
    """Bits a second that the encoder aims at; silence takes far fewer."""


@dataclass(frozen=True, kw_only=True)
class Profile:
    """Everything that is the same in all files made by one name: H.264, yuv420p, BT.709, AAC."""

    name: str
    """What people call it."""

    size: Size
    """Width and height of every frame."""

    rate: Fraction = Fraction(30)
    """Frames a second, constant."""

    gop_s: Fraction = Fraction(2)
    """Longest distance between two key frames, in seconds."""

    preset: str = "ultrafast"
    """libx264's preset; for flat graphics the slower ones gain little, measured."""

    qp: int = 20
    """Quantiser of every picture, 0 (lossless) to 51; at 20 text of 15 pixels stays crisp."""

    max_bitrate_bps: int = 12_000_000
    """A file whose mean lies above it is not what was promised."""

    audio: AudioSpec = AudioSpec()
    """The sound."""

    spliceable: bool = True
    """Whether all its files carry the same headers, so that they join by stream copy."""

    @property
    def gop_frames(self) -> int:
        """Longest distance between two key frames, in frames.

        >>> profile("720p").gop_frames
        60
        """
        return max(1, int(self.gop_s * self.rate))

    def audio_samples(self, frames: int) -> int:
        """How many samples a channel last as long as that many frames, rounded down.

        >>> profile("720p").audio_samples(15)
        24000
        """
        # Whole numbers: asked for each frame, and a Fraction takes ten times as long, measured.
        return frames * self.audio.rate_hz * self.rate.denominator // self.rate.numerator

    def with_rate(self, fps: Fraction | int) -> "Profile":
        """The same at another frame rate.

        Raises:
            BadRate: not within `RATES`.

        >>> profile("vertical").with_rate(25).gop_frames
        50
        """
        rate, (lowest, highest) = Fraction(fps), RATES
        if not lowest <= rate <= highest:
            raise BadRate(fps=str(fps), lowest=int(lowest), highest=int(highest))
        return replace(self, rate=rate)


#: All profiles, by name.
PROFILES: dict[str, Profile] = {
    known.name: known
    for known in (
        Profile(name="720p", size=Size(1280, 720)),
        Profile(name="1080p", size=Size(1920, 1080), max_bitrate_bps=24_000_000),
        Profile(name="vertical", size=Size(1080, 1920), max_bitrate_bps=24_000_000),
    )
}


def profile(name: str) -> Profile:
    """Look a profile up.

    Raises:
        UnknownProfile: none is called that.

    >>> profile("vertical").size
    Size(width=1080, height=1920)
    """
    try:
        return PROFILES[name]
    except KeyError:
        raise UnknownProfile(profile=name, hint=f"Choose among {', '.join(PROFILES)}.") from None
