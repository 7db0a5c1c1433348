"""The members of a TAR -> the captures in it: one, or the groups of a bundle. Pure."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Final, NamedTuple

from reelmill.pipelines.captures.reading.headers import Member
from reelmill.pipelines.captures.spec import NoVideo

#: Endings of videos. What is in them decides how they are read, not this.
VIDEOS: Final = frozenset({"mp4", "mkv", "mov", "m4v", "webm", "avi", "flv", "ts"})

#: Names of the documents of a TAR that holds one capture.
METADATA, INPUTS = "metadata", "inputs"


class Group(NamedTuple):
    """One capture in a TAR."""

    base: str
    """What tells it from the others of a bundle: `000001`; empty when it is the only one."""

    video: Member | None
    """The recording; None: a bundle holds documents of it, and no video."""

    metadata: Member | None
    """The session's document."""

    inputs: Member | None
    """What the player did."""

    @property
    def video_id(self) -> str:
        """Stem of the video's name, or what stands for it."""
        return _stem(self.video.name).rpartition("/")[2] if self.video else self.base


def groups(members: Iterable[Member]) -> tuple[Group, ...]:
    """The captures of a TAR, in the order of their names.

    That there are several is told by the names of videos and of their documents, not by how many
    documents there are: `metadata.json` is of the one video that a capture has.

    Raises:
        NoVideo: there is none at all.
    """
    by_kind = _by_kind(members)
    videos, documents, inputs = (by_kind[kind] for kind in ("video", "json", "csv"))
    if not videos:
        raise NoVideo(members=sum(map(len, by_kind.values())))
    bases = sorted({*videos, *_without(documents, METADATA)})
    if len(bases) > 1:
        return tuple(
            Group(base, videos.get(base), documents.get(base), inputs.get(base)) for base in bases
        )
    ((stem, video),) = videos.items()
    return (Group("", video, _of(stem, METADATA, documents), _of(stem, INPUTS, inputs)),)


def _by_kind(members: Iterable[Member]) -> dict[str, dict[str, Member]]:
    """Members by kind, then by path without ending."""
    found: dict[str, dict[str, Member]] = {"video": {}, "json": {}, "csv": {}}
    for member in members:
        ending = member.name.rpartition(".")[2].lower()
        kind = "video" if ending in VIDEOS else ending
        if kind in found and not _is_hidden(member.name):
            found[kind].setdefault(_stem(member.name), member)
    return found


def _is_hidden(name: str) -> bool:
    # macOS puts `._recording.mp4` beside `recording.mp4`.
    return name.rpartition("/")[2].startswith(".")


def _stem(name: str) -> str:
    return name.rpartition(".")[0]


def _without(documents: Mapping[str, Member], name: str) -> Sequence[str]:
    return [base for base in documents if base.rpartition("/")[2] != name]


def _of(stem: str, name: str, found: Mapping[str, Member]) -> Member | None:
    """The document of the only video: by the video's name, or by its own."""
    folder = stem.rpartition("/")[0]
    return found.get(stem) or found.get(f"{folder}/{name}" if folder else name)
