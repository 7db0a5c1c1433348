"""Where the files of a project lie: section 2 of the specification, read and written. Pure."""

import re
import uuid
from dataclasses import dataclass
from enum import StrEnum
from typing import Final, NamedTuple

from reelmill.units import StoreKey

#: What ids are derived from, so that the same content has the same id on every node.
NAMESPACE: Final = uuid.UUID("6d1b6c0e-5c53-5f0b-9d3a-7a1f5f6a2b10")

#: Names that are kept as ids; others get one from their content.
_PLAIN = re.compile(r"^[A-Za-z0-9][A-Za-z0-9-]{0,63}$")

_CHAPTER = re.compile(r"^chapter_(\d{1,6})$")

#: Endings of files that somebody is still writing.
_UNFINISHED = (
    *(".part", ".partial", ".tmp", ".temp", ".crdownload", ".download", ".opdownload"),
    *(".filepart", ".incomplete", ".aria2", ".!qb", ".!ut", ".!sync", ".swp", "~"),
)

#: Files that desktops leave in folders that somebody has looked into.
_LITTER = frozenset({"thumbs.db", "desktop.ini"})


class Kind(StrEnum):
    """What a file under `raw/` is, by its folder."""

    VOICE = "voice"
    """`story/<category>/<story>/voice/chapter_NNNN.mp3`."""

    LINK = "link"
    """`story/<category>/<story>/link/<uuid>.txt`: addresses, one a line."""

    VIDEO = "video"
    """`video/<category>/<uuid>.mp4`."""

    FRAME = "frame"
    """`frame/<category>/<uuid>.mp4`: intro, outro, background plate."""

    MUSIC = "music"
    """`music/<category>/<uuid>.mp3`."""


#: The ending that files of a kind have.
SUFFIXES: Final = {
    Kind.VOICE: ".mp3",
    Kind.LINK: ".txt",
    Kind.VIDEO: ".mp4",
    Kind.FRAME: ".mp4",
    Kind.MUSIC: ".mp3",
}


class Place(StrEnum):
    """Where a task is, as its folder tells."""

    TASKS = "tasks"
    """Waiting."""

    PROCESSING = "processing"
    """At a node."""

    OUTPUT = "output"
    """Finished."""

    FAILED = "trash/failed"
    """Came to nothing."""


class RawFile(NamedTuple):
    """A file under `raw/`, as its path tells."""

    kind: Kind
    """What it should be."""

    category: str
    """Folder under the kind."""

    story: str
    """Folder under the category; empty but for voices and links."""

    stem: str
    """Name without ending."""


@dataclass(frozen=True)
class Layout:
    """The keys of one project.

    >>> Layout("stories").output("t1", "final.mp4")
    'stories/output/t1/final.mp4'
    """

    root: str
    """Where it lies in the store; empty for the store itself."""

    def key(self, path: str) -> StoreKey:
        """The key of a path inside the project."""
        return StoreKey(f"{self.root}/{path}" if self.root else path)

    def path(self, key: StoreKey) -> str:
        """The path inside the project of a key.

        >>> Layout("stories").path(StoreKey("stories/raw/video/sea/a.mp4"))
        'raw/video/sea/a.mp4'
        """
        return key.removeprefix(f"{self.root}/") if self.root else key

    def task(self, place: Place, task_id: str, name: str) -> StoreKey:
        """A file in the folder of a task."""
        return self.key(f"{place}/{task_id}/{name}")

    def output(self, task_id: str, name: str) -> StoreKey:
        """A file of a finished story."""
        return self.task(Place.OUTPUT, task_id, name)

    def trash_invalid(self, path: str) -> StoreKey:
        """Where a file of `raw/` lies that cannot be used.

        >>> Layout("").trash_invalid("raw/video/sea/a.mp4")
        'trash/invalid/video/sea/a.mp4'
        """
        return self.key(f"trash/invalid/{path.removeprefix('raw/')}")

    def picture(self, asset_id: str, suffix: str) -> StoreKey:
        """Where the poster or the waveform of an asset lies.

        >>> Layout("").picture("0a", ".jpg")
        'cache/library/0a.jpg'
        """
        return self.key(f"cache/library/{asset_id}{suffix}")

    def logos(self, category: str) -> tuple[StoreKey, StoreKey]:
        """Where the logo of a category may lie: its own, and the one of the project.

        >>> Layout("").logos("sea")
        ('logos/sea.png', 'logo.png')
        """
        return self.key(f"logos/{category}.png"), self.key("logo.png")

    def mezzanine(self, name: str) -> StoreKey:
        """Where a conformed clip lies; outside of the folders that the specification names."""
        return self.key(f"cache/mezzanine/{name}.mp4")


def read_raw(path: str) -> RawFile | None:
    """What a path inside the project is, or None where nothing is expected.

    >>> read_raw("raw/story/fantasy/dragon_flight/voice/chapter_0001.mp3").story
    'dragon_flight'
    >>> read_raw("raw/video/sea/a.mkv") is None
    True
    """
    match path.split("/"):
        case ["raw", "story", category, story, ("voice" | "link") as kind, name]:
            found = RawFile(Kind(kind), category, story, name.rpartition(".")[0])
        case ["raw", ("video" | "frame" | "music") as kind, category, name]:
            found = RawFile(Kind(kind), category, "", name.rpartition(".")[0])
        case _:
            return None
    return found if found.stem and path.lower().endswith(SUFFIXES[found.kind]) else None


def is_unfinished(path: str) -> bool:
    """Whether a name says that somebody is still writing it, or that it is nobody's business.

    >>> is_unfinished("raw/video/sea/.a.mp4.Xy12"), is_unfinished("raw/video/sea/a.mp4.part")
    (True, True)
    """
    name = path.rpartition("/")[2].lower()
    return name.startswith(".") or name.endswith(_UNFINISHED) or name in _LITTER


def chapter_of(stem: str) -> int | None:
    """The number of a chapter, from 1, or None where the name tells none.

    >>> chapter_of("chapter_0012")
    12
    """
    found = _CHAPTER.match(stem)
    return int(found[1]) or None if found else None


def asset_id(stem: str, sha256: str) -> str:
    """The id of an asset: its name where that is a plain one, else one made from its content.

    >>> asset_id("b54a", "00"), len(asset_id("holiday at sea", "00"))
    ('b54a', 36)
    """
    return stem if _PLAIN.match(stem) else str(uuid.uuid5(NAMESPACE, sha256))


def same_id(raw: RawFile, sha256: str) -> str:
    """The id of what is recorded of a file: the same content in the same folder has the same.

    >>> a = RawFile(Kind.VIDEO, "sea", "", "a")
    >>> same_id(a, "00") == same_id(a._replace(stem="b"), "00")
    True
    """
    folder = f"{raw.kind}/{raw.category}/{raw.story}"
    return str(uuid.uuid5(NAMESPACE, f"{folder}/{sha256}"))


def task_id_of(category: str, story: str, chapter: int, voice_sha256: str) -> str:
    """The id of the task of a voice: the same voice of the same chapter never makes two."""
    return str(uuid.uuid5(NAMESPACE, f"{category}/{story}/{chapter}/{voice_sha256}"))


def shown_duration(duration_s: float) -> str:
    """Seconds with one decimal, rounded half up, as names have them.

    >>> shown_duration(15.45), shown_duration(125.04)
    ('15.5', '125.0')
    """
    tenths = int(duration_s * 10 + 0.5)
    return f"{tenths // 10}.{tenths % 10}"


def scanned_video(raw: RawFile, size: tuple[int, int], duration_s: float, asset: str) -> str:
    """Path of a scanned clip or frame; width and height as shown.

    >>> scanned_video(RawFile(Kind.VIDEO, "sea", "", "a"), (1920, 1080), 12.4, "a")
    'scanned/video/sea/mp4_w1920_h1080/12.4_a.mp4'
    """
    form = f"mp4_w{size[0]}_h{size[1]}"
    return f"scanned/{raw.kind}/{raw.category}/{form}/{shown_duration(duration_s)}_{asset}.mp4"


def scanned_music(raw: RawFile, duration_s: float, asset: str) -> str:
    """Path of scanned music."""
    return f"scanned/music/{raw.category}/mp3/{shown_duration(duration_s)}_{asset}.mp3"


def scanned_voice(raw: RawFile, chapter: int, version: str = "") -> str:
    """Path of a scanned voice; a later version of a chapter has one of its own.

    >>> scanned_voice(RawFile(Kind.VOICE, "sea", "storm", "x"), 1, "0a1b")
    'scanned/story/sea/storm/voice/chapter_0001_0a1b.mp3'
    """
    name = f"chapter_{chapter:04d}_{version}" if version else f"chapter_{chapter:04d}"
    return f"scanned/story/{raw.category}/{raw.story}/voice/{name}.mp3"


def scanned_link(raw: RawFile, asset: str) -> str:
    """Path of a link that was followed; beside the text it led to."""
    return f"scanned/story/{raw.category}/{raw.story}/link/{asset}.txt"


def scanned_chunk(raw: RawFile, number: int) -> str:
    """Path of a chunk of text, counted from 1 in its story."""
    return f"scanned/story/{raw.category}/{raw.story}/chunk_{number:04d}.txt"
