"""Finished films of one form -> one MP4: their pictures copied as they are, under one sound."""

from collections.abc import Iterator, Sequence
from fractions import Fraction
from pathlib import Path
from typing import Final

from av.audio.frame import AudioFrame
from av.container import InputContainer, OutputContainer
from av.packet import Packet
from av.video.stream import VideoStream

from reelmill.media.moving import INTERLEAVE, Track, written
from reelmill.media.mux import ticks_of
from reelmill.media.probe import opened
from reelmill.media.profiles import AudioSpec, Profile
from reelmill.media.promises import video_promises
from reelmill.media.sound import Filter, decoded, filtered, silence, write_aac

#: Samples of sound that are handed on together, a whole number of frames of AAC.
SAMPLES_AT_ONCE: Final = 24 * 1024


def same_form(films: Sequence[Path], profile: Profile) -> bool:
    """Whether pictures of films can be copied one behind the other into a file of a profile.

    They are all of that profile, carry the same headers, begin with a picture that needs none
    before it, and lie in the order in which they are shown, without a gap.

    Raises:
        BadMedia: a leaf that says why a film cannot be read.
    """
    headers = set()
    for path in films:
        with opened(path) as file:
            headers.add(_headers(file, profile))
    return len(headers) == 1 and None not in headers


def joined(films: Sequence[Path], sound: Path, path: Path, profile: Profile) -> int:
    """Join films for which `same_form` holds; the index comes first.

    Args:
        films: What is shown, in its order.
        sound: An `.m4a` of the profile's sound, as long as all that is shown.
        path: The MP4 to write.
        profile: Its rate.

    Returns:
        How many frames there are.

    Raises:
        NotWritten: the disk does not take it.
    """
    with written(path, sound) as (file, heard):
        shown = _Shown(file, films[0], profile)
        track = Track(file, heard)
        for film in films:
            shown.add(film, track)
        track.until(float("inf"))
    return shown.frames


def join_sounds(
    films: Sequence[Path | None], samples: Sequence[int], to: Path, spec: AudioSpec
) -> None:
    """Encode the sound of films one after the other, each to the sample.

    Args:
        films: Files with sound; None for silence.
        samples: How long each is heard; what is shorter is followed by silence.
        to: The `.m4a` to write.
        spec: Form of the sound.

    Raises:
        BadMedia: a leaf that says why a sound cannot be read.
        NotWritten: the disk does not take it.
    """
    write_aac(_heard(films, samples, spec), to, spec)


def _heard(
    films: Sequence[Path | None], samples: Sequence[int], spec: AudioSpec
) -> Iterator[AudioFrame]:
    at = 0
    for film, length in zip(films, samples, strict=True):
        for frame in _sound_of(film, length, spec):
            frame.pts, frame.time_base = at, Fraction(1, spec.rate_hz)
            at += frame.samples
            yield frame


def _sound_of(film: Path | None, samples: int, spec: AudioSpec) -> Iterator[AudioFrame]:
    if film is None:
        return silence(samples, spec)
    return filtered(
        decoded(film),
        Filter("aresample", f"{spec.rate_hz}:async=1:first_pts=0"),
        Filter("aformat", "sample_fmts=fltp:channel_layouts=stereo"),
        Filter("apad"),
        Filter("atrim", f"end_sample={samples}"),
        Filter("asetnsamples", f"n={SAMPLES_AT_ONCE}:p=0"),
    )


class _Shown:
    """The pictures of the file that grows by one film after the other."""

    def __init__(self, file: OutputContainer, first: Path, profile: Profile) -> None:
        self._file, self._ticks, self._rate = file, ticks_of(profile.rate), profile.rate
        with opened(first) as film:
            self._video = file.add_stream_from_template(film.streams.video[0])
        self._video.time_base = Fraction(1, self._ticks.a_second)
        self.frames = 0

    def add(self, path: Path, track: Track) -> None:
        """Copy a film."""
        for packet in _packets(path):
            self._show(packet)
            if self.frames % INTERLEAVE == 0:
                track.until(float(self.frames / self._rate))

    def _show(self, packet: "Packet[VideoStream]") -> None:
        packet.pts = packet.dts = self.frames * self._ticks.a_frame
        packet.duration = self._ticks.a_frame
        packet.time_base = Fraction(1, self._ticks.a_second)
        packet.stream = self._video
        self._file.mux_one(packet)
        self.frames += 1


def _packets(path: Path) -> Iterator["Packet[VideoStream]"]:
    """The pictures of a film. What is done with them is outside: a full disk is no bad film."""
    with opened(path) as film:
        for packet in film.demux(film.streams.video[0]):
            if packet.size:
                yield packet


def _headers(file: InputContainer, profile: Profile) -> bytes | None:
    """The headers of a film that can be copied; None of one that cannot."""
    if len(file.streams.video) != 1:
        return None
    video = file.streams.video[0]
    promises = video_promises(video, profile)
    if any(found != promised for _, found, promised in promises):
        return None
    frames = 0
    for packet in file.demux(video):
        if packet.size and not _is_next(packet, frames, profile):
            return None
        frames += packet.size > 0
    return video.codec_context.extradata if frames else None


def _is_next(packet: "Packet[VideoStream]", number: int, profile: Profile) -> bool:
    if packet.pts is None or packet.pts != packet.dts or (not number and not packet.is_keyframe):
        return False
    return packet.pts * packet.time_base * profile.rate == number
