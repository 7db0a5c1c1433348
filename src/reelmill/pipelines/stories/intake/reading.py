"""A stranger's file -> what it is, and a picture of it for the library. In a child process."""

from pathlib import Path
from typing import Final

from reelmill.children import report
from reelmill.errors import BadMedia
from reelmill.media.frames import write_jpeg
from reelmill.media.info import MediaInfo, NothingToPlay, UnknownFormat
from reelmill.media.probe import probe
from reelmill.media.shown import previews, stills
from reelmill.pipelines.stories.intake.listen import Heard, listen, waveform
from reelmill.pipelines.stories.keys import Kind
from reelmill.pipelines.stories.records import Facts
from reelmill.pipelines.stories.spec import (
    MAX_VOICE_S,
    MIN_VOICE_S,
    NotReadable,
    Part,
    Silent,
    VoiceLength,
)

#: The one format that clips come in, as libav calls its reader.
FORMAT: Final = "mov"

#: Longest side of a poster, and of the pictures that are only decoded, in pixels.
POSTER_PX, LOOK_PX = 640, 64

#: Share of its length, and seconds, by which a clip may end before its header says.
SHORT_SHARE, SHORT_S = 0.02, 0.5

#: Frames between two reports of progress.
REPORT_FRAMES: Final = 64

#: Loudness of silence, and of what is too short to be measured. Source: EBU R128, absolute gate.
SILENCE_LUFS: Final = -70.0

#: Endings of the pictures of the library.
POSTER, WAVEFORM = ".jpg", ".svg"


def read_film(path: Path, kind: Kind, stem: str, picture: Path) -> Facts:
    """Decode all of a clip, and take a poster from its middle.

    Args:
        path: The clip, only read.
        kind: Where it was dropped.
        stem: Its name, which tells what a frame asset is.
        picture: Where the poster is written.

    Raises:
        NotReadable: it is no MP4, or damaged, or ends before its header says.
    """
    try:
        found = _probed(path)
        duration_s = _decoded_s(path, found)
        still = next(stills(path, [duration_s / 2], found.video[0], POSTER_PX))
    except BadMedia as error:
        raise NotReadable(problem=error.message) from error
    write_jpeg(still, picture)
    size = found.video[0].shown
    return Facts(
        width=size.width,
        height=size.height,
        duration_s=duration_s,
        codec=found.video[0].codec,
        part=part_of(kind, stem),
    )


def read_sound(path: Path, kind: Kind, picture: Path) -> Facts:
    """Decode all of a voice or music, measure it, and draw its outline.

    Args:
        path: The sound, only read.
        kind: Where it was dropped.
        picture: Where the outline is written.

    Raises:
        NotReadable: it is no MP3, or damaged.
        VoiceLength: it is no chapter.
        Silent: nothing is heard, or for less than 0.4 s.
    """
    heard = listen(path)
    if kind is Kind.VOICE and not MIN_VOICE_S <= heard.duration_s <= MAX_VOICE_S:
        raise VoiceLength(duration_s=heard.duration_s, from_s=MIN_VOICE_S, to_s=MAX_VOICE_S)
    if heard.loudness_lufs <= SILENCE_LUFS:
        raise Silent(loudness_lufs=heard.loudness_lufs, duration_s=heard.duration_s)
    picture.write_text(waveform(heard.peaks), encoding="utf-8")
    return _sound_facts(heard)


def part_of(kind: Kind, stem: str) -> Part:
    """What a clip may be to a story.

    >>> part_of(Kind.FRAME, "Intro 2"), part_of(Kind.FRAME, "waves"), part_of(Kind.VIDEO, "intro")
    (<Part.INTRO: 'intro'>, <Part.PLATE: 'plate'>, <Part.CLIP: 'clip'>)
    """
    if kind is Kind.VIDEO:
        return Part.CLIP
    ends = (part for part in (Part.INTRO, Part.OUTRO) if stem.lower().startswith(part))
    return next(ends, Part.PLATE)


def _probed(path: Path) -> MediaInfo:
    found = probe(path)
    if found.demuxer != FORMAT:
        raise UnknownFormat(found=found.demuxer, wanted=FORMAT)
    if not found.video:
        raise NothingToPlay(wanted="pictures")
    return found


def _decoded_s(path: Path, found: MediaInfo) -> float:
    """Seconds until the last frame has been shown."""
    ends_s, promised_s = 0.0, found.video[0].duration_s_from_header or 0.0
    for number, shown in enumerate(previews(path, found.video[0], LOOK_PX)):
        ends_s = max(ends_s, shown.at_s + shown.lasts_s)
        if number % REPORT_FRAMES == 0:
            report("look", int(ends_s), int(promised_s), "looking into the clip")
    if ends_s < promised_s - max(SHORT_S, SHORT_SHARE * promised_s):
        raise NotReadable(problem="it breaks off", ends_s=ends_s, promised_s=promised_s)
    return ends_s


def _sound_facts(heard: Heard) -> Facts:
    return Facts(
        duration_s=heard.duration_s,
        codec=heard.codec,
        loudness_lufs=heard.loudness_lufs,
        true_peak_dbtp=heard.true_peak_dbtp,
    )
