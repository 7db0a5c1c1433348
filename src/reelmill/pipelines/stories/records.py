"""What is recorded of assets, their text and tasks, as it is read back. Pure."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from reelmill.catalog.job import JobState
from reelmill.pipelines.stories.keys import Kind
from reelmill.pipelines.stories.spec import Part, StorySpec
from reelmill.units import StoreKey


class AssetState(StrEnum):
    """Where an asset stands."""

    TAKING = "taking"
    """It is on its way from `raw/` to its key."""

    READY = "ready"
    """It lies under its key, and may be used."""

    MISSING = "missing"
    """It was there, and somebody took it away."""


@dataclass(frozen=True, kw_only=True)
class Facts:
    """What was found out about a file; empty where a kind has no such thing."""

    width: int | None = None
    """Pixels, as a player shows it."""

    height: int | None = None
    """Pixels, as a player shows it."""

    duration_s: float | None = None
    """Seconds, counted from decoded frames or samples."""

    codec: str = ""
    """As libav calls it."""

    part: Part | None = None
    """What a picture may be to a story."""

    loudness_lufs: float | None = None
    """Integrated loudness of the whole file, EBU R128."""

    true_peak_dbtp: float | None = None
    """Highest true peak."""

    picture_key: StoreKey | None = None
    """Where its poster or waveform lies."""

    note: str = ""
    """What people should know of it: addresses that gave no text."""


@dataclass(frozen=True, kw_only=True)
class Asset:
    """A file that was taken in, or is about to be."""

    id: str
    """Made from folder and content: the same content in the same folder is the same asset."""

    kind: Kind
    """What it is."""

    category: str
    """Folder under the kind."""

    story: str
    """Folder under the category; empty but for voices and links."""

    chapter: int | None
    """Number of the chapter, of a voice."""

    name: str
    """What its file was called, without ending."""

    raw_path: str
    """Where it lay, from `raw/` on."""

    key: StoreKey
    """Where it lies, or will lie."""

    sha256: str
    """Of its content, hex."""

    size_bytes: int
    """Size of the file."""

    facts: Facts
    """What was found out about it."""

    state: AssetState
    """Where it stands."""

    created_at: datetime
    """When it was seen first."""

    updated_at: datetime
    """When anything of this changed last."""

    uses: int = 0
    """Tasks that it is part of."""


@dataclass(frozen=True, kw_only=True)
class Chunk:
    """Some text of a page that a link led to."""

    key: StoreKey
    """Where it lies."""

    asset_id: str
    """The link."""

    category: str
    """Folder of the story."""

    story: str
    """Folder of the text."""

    number: int
    """Counts from 1 in the story."""

    title: str
    """Of the page."""

    address: str
    """Of the page."""

    words: int
    """How many it has."""


@dataclass(frozen=True, kw_only=True)
class NewTask:
    """A video that is to be made of a voice."""

    id: str
    """Made from story, chapter and voice: the same voice never makes two."""

    voice_id: str
    """The asset that is the voice."""

    spec: StorySpec
    """Everything that decides about the video."""

    duration_s: float
    """Seconds that the voice lasts."""

    created_at: datetime
    """When it was made."""


@dataclass(frozen=True, kw_only=True)
class Task(NewTask):
    """A task as it is known."""

    node: str
    """Where it was worked on last; empty before."""

    began_at: datetime | None
    """When its download began last."""

    ended_at: datetime | None
    """When the node was done with it, in whichever way; None before."""

    download_s: float | None
    """Seconds that the download took; None before, as below."""

    render_s: float | None
    """Seconds that rendering took."""

    upload_s: float | None
    """Seconds that the upload took."""

    state: JobState | None
    """Where its job stands; None where it was not handed in yet."""

    stage: str
    """What the job is doing."""

    done: int
    """Units of the stage that are done."""

    total: int
    """Units of the stage, 0 when unknown."""

    error_code: str
    """Why it failed; empty when it did not."""

    error_message: str
    """The same, for people."""
