"""What is asked of a story, what comes back, and what can be wrong with it. Pure."""

from enum import StrEnum
from typing import Annotated, Final

from pydantic import BaseModel, ConfigDict, Field

from reelmill.engine.words import ArtifactMade
from reelmill.errors import BadMedia, Conflict, NotFound, Oversize, Refused, Unavailable
from reelmill.units import StoreKey

#: Width and height of the picture, in pixels. Source: specification, section 5.
RESOLUTION: Final = "3840x2160"

#: Frames a second. Source: specification, section 5.
FRAME_RATE: Final = 30

#: Longest voice, in seconds: four hours.
MAX_VOICE_S: Final = 4 * 3600.0

#: Shortest voice that is a chapter, in seconds.
MIN_VOICE_S: Final = 1.0


class NotReadable(BadMedia):
    """The file cannot be read as what its folder says it is."""


class NotForUs(Refused):
    """The file lies where nothing of its kind belongs."""


class AlreadyHere(Conflict):
    """The same content was taken in before."""


class FileTooLarge(Oversize):
    """The file is larger than what is taken in."""


class VoiceLength(Refused):
    """The voice is shorter or longer than a chapter may be."""


class Silent(BadMedia):
    """There is nothing to be heard."""


class StillWritten(Unavailable):
    """Somebody is writing the file."""


class NoClips(Conflict):
    """There is no clip of this category yet."""


class NoMusic(Conflict):
    """There is no music of this category yet."""


class NoSuchTask(NotFound):
    """There is no such task."""


class NotInTrash(NotFound):
    """There is nothing of that name in the trash."""


class UploadFailed(Unavailable):
    """The finished story could not be put into the store."""

    retryable = False


class Part(StrEnum):
    """What a piece of picture is to a story."""

    INTRO = "intro"
    """Shown first; from `frame/`, its name begins with `intro`."""

    CLIP = "clip"
    """From `video/`."""

    OUTRO = "outro"
    """Shown last; from `frame/`, its name begins with `outro`."""

    PLATE = "plate"
    """Shown behind clips that do not fill the picture; any other from `frame/`."""


class Source(BaseModel):
    """A file of the project that a story is made of."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    key: StoreKey
    """Where it lies."""

    sha256: str
    """Of its content, hex."""


class Piece(Source):
    """A clip, and how much of it is shown."""

    part: Part = Part.CLIP
    """What it is to the story."""

    frames: Annotated[int, Field(gt=0)]
    """Frames of the whole clip at the story's rate."""

    shown_frames: Annotated[int, Field(gt=0)]
    """Frames shown, from its first on; at most `frames`."""


class Sound(Source):
    """A voice, or music."""

    duration_s: Annotated[float, Field(gt=0)]
    """Seconds, counted from decoded samples."""

    loudness_lufs: float
    """Integrated loudness of the whole file, EBU R128; -70 and below is silence."""


class Render(BaseModel):
    """How a story is rendered: the `render` of `metadata.json`."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    resolution: Annotated[str, Field(pattern=r"^[1-9][0-9]{1,4}x[1-9][0-9]{1,4}$")] = RESOLUTION
    """Width and height in pixels, both even."""

    frame_rate: Annotated[int, Field(ge=1, le=60)] = FRAME_RATE
    """Frames a second."""

    logo: str | None = None
    """Name of the picture at 20,20; None where there is none."""

    output_format: Annotated[str, Field(pattern="^mp4$")] = "mp4"
    """Container."""

    ducking: bool = True
    """Whether music gives way to speech."""

    burn_captions: bool = False
    """Whether captions are drawn into the picture; that takes encoding all of it."""

    loudness_lufs: Annotated[float, Field(ge=-40, le=-5)] = -16.0
    """Integrated loudness of the result."""

    true_peak_dbtp: Annotated[float, Field(ge=-9, le=0)] = -1.5
    """Highest true peak of the result."""


class StorySpec(BaseModel):
    """One chapter of one story, with everything that decides how its video looks and sounds."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    task_id: str
    """Natural key; the same voice of the same chapter is the same task."""

    category: str
    """Folder that music and clips are taken from."""

    story_name: str
    """Folder of the story."""

    chapter: Annotated[int, Field(ge=1)] = 1
    """Number of the chapter."""

    voice: Sound
    """Narration; the video lasts as long, to the frame."""

    music: Sound | None
    """Looped, under the voice; None when the operator wants none."""

    pieces: tuple[Piece, ...]
    """What is shown, in order; their shown frames are those of the voice."""

    plate: Source | None = None
    """Video behind clips that do not fill the picture; None is black."""

    logo: Source | None = None
    """Picture burnt in at 20,20."""

    text_keys: tuple[StoreKey, ...] = ()
    """Text of this chapter, in order; empty where there is none, or none that belongs to it."""

    captions_note: str = ""
    """Why the text of the story is not used; empty where it is, or where there is none."""

    seed: int
    """What music and clips were chosen with."""

    render: Render = Render()
    """How it is rendered."""

    @property
    def frames(self) -> int:
        """Frames of the video."""
        return sum(piece.shown_frames for piece in self.pieces)


class StoryResult(BaseModel):
    """A finished story."""

    model_config = ConfigDict(frozen=True)

    video_key: StoreKey
    """`output/<task>/final.mp4` of the project."""

    captions_key: StoreKey | None = None
    """`output/<task>/final.vtt`; None where no text fits the voice."""

    frames: int
    """Decoded frames, or frames whose packets are those that were decoded before."""

    duration_s: float
    """Seconds of picture."""

    size_bytes: int
    """Size of the video."""

    loudness_lufs: float
    """Measured in the result."""

    true_peak_dbtp: float
    """Measured in the result."""

    joined: bool
    """Whether known clips were joined by stream copy; else all of it was encoded."""

    download_s: float
    """Seconds spent on bringing files to the node."""

    render_s: float
    """Seconds spent on rendering, conforming clips included."""

    upload_s: float
    """Seconds spent on putting the result into the store."""

    artifacts: tuple[ArtifactMade, ...]
    """Video, captions, poster."""
