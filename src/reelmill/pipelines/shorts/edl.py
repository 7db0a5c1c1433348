"""Scenes of a video -> an edit decision list, CMX 3600, which editing programs read. Pure."""

from collections.abc import Iterator, Sequence
from typing import Final, NamedTuple

#: Rates of NTSC run slower than their number by this.
NTSC: Final = 1000 / 1001

#: By how much a rate that was averaged may be off.
NEAR: Final = 0.01

#: Whole rates whose NTSC relatives leave out numbers of frames, so that the clock keeps time.
DROPPING: Final = (30, 60)

#: Letters of a name that are kept: a line is not longer than editing programs read.
NAME_LETTERS: Final = 60


class Rate(NamedTuple):
    """How a timecode counts frames."""

    fps: float
    """Frames a second."""

    counted: int
    """Frames in what the timecode calls a second."""

    drops: bool
    """Whether numbers are left out each minute but the tenth."""


class Event(NamedTuple):
    """A scene in the list."""

    name: str
    """What it is called."""

    start_s: float
    """Seconds into the video at which it begins."""

    end_s: float
    """Seconds into the video at which it ends."""


def rate_of(fps: float) -> Rate:
    """How a video of that rate is counted; of one that is uneven, at the nearest whole rate.

    >>> (*rate_of(29.97)[1:], *rate_of(23.976)[1:], rate_of(25.4).counted)
    (30, True, 24, False, 25)
    """
    whole = max(1, round(fps))
    if abs(fps - whole * NTSC) < NEAR:
        return Rate(whole * NTSC, whole, whole in DROPPING)
    return Rate(float(whole), whole, drops=False)


def timecode(frame: int, rate: Rate) -> str:
    """The number of a frame as a clock; with a semicolon where numbers are left out.

    >>> timecode(1800, rate_of(29.97)), timecode(17982, rate_of(29.97)), timecode(60, rate_of(25))
    ('00:01:00;02', '00:10:00;00', '00:00:02:10')
    """
    if rate.drops:
        left_out = rate.counted // 15
        ten_minutes, minute = rate.counted * 600 - 9 * left_out, rate.counted * 60 - left_out
        tens, rest = divmod(frame, ten_minutes)
        frame += 9 * left_out * tens + left_out * max(0, (rest - left_out) // minute)
    seconds, frames = divmod(frame, rate.counted)
    sign = ";" if rate.drops else ":"
    clock = f"{seconds // 3600:02}:{seconds // 60 % 60:02}:{seconds % 60:02}"
    return f"{clock}{sign}{frames:02}"


def edl(title: str, fps: float, events: Sequence[Event], *, has_audio: bool) -> str:
    """The list: each scene after the other, cut hard.

    Args:
        title: Of the video, as a stranger may have written it.
        fps: Frames a second of the video.
        events: The scenes, in order.
        has_audio: Whether the sound goes along.
    """
    rate = rate_of(fps)
    mode = "DROP FRAME" if rate.drops else "NON-DROP FRAME"
    lines = [f"TITLE: {_line(title)}", f"FCM: {mode}", ""]
    lines += _events(title, rate, events, "B" if has_audio else "V")
    return "\r\n".join([*lines, ""])


def _events(title: str, rate: Rate, events: Sequence[Event], track: str) -> Iterator[str]:
    at = 0
    for number, event in enumerate(events, 1):
        begins, ends = round(event.start_s * rate.fps), round(event.end_s * rate.fps)
        ends = max(ends, begins + 1)
        codes = (begins, ends, at, at + ends - begins)
        told = " ".join(timecode(code, rate) for code in codes)
        yield f"{number:03}  AX       {track:<5} C        {told}"
        yield f"* FROM CLIP NAME: {_line(title)}"
        yield f"* COMMENT: {_line(event.name)}"
        yield ""
        at = codes[3]


def _line(text: str) -> str:
    """A name on one line: a list has no way to write another."""
    kept = "".join(char if char.isprintable() else " " for char in text)
    return " ".join(kept.split())[:NAME_LETTERS] or "Untitled"
