"""A voice and its text -> captions in time with it."""

from collections.abc import Sequence
from pathlib import Path
from typing import Final

import numpy as np
from numpy.typing import NDArray

from reelmill.media.cues import Cue
from reelmill.media.loudness import LEVEL_STEP_S, levels
from reelmill.media.sound import decoded
from reelmill.pipelines.stories.text import Pause, cues

#: Shortest silence of a voice that is a pause and not a consonant, in seconds.
MIN_PAUSE_S: Final = 0.2

#: Longest sound inside a pause that is a breath or a click, in seconds.
MAX_CLICK_S: Final = 0.05

#: How far above what is heard in pauses a voice begins, as a share of the way to its own level.
VOICE_SHARE: Final = 0.35

#: Hundredths of a voice below which its pauses lie, and above which its vowels.
QUIET, LOUD = 5, 90

#: Most that pauses are taken to lie below the voice, in decibels: digital silence lies anywhere.
MAX_RANGE_DB: Final = 60.0

#: Least distance of the two, in decibels; in less, as in a crowd, no pauses are told.
MIN_RANGE_DB: Final = 12.0


def captions_of(texts: Sequence[str], voice: Path, duration_s: float) -> tuple[Cue, ...] | None:
    """Captions for a voice; None where the text cannot be what it says.

    Args:
        texts: The chapter's text, in order.
        voice: Narration, only read.
        duration_s: Its seconds.

    Raises:
        BadMedia: a leaf that says why the voice cannot be read.
    """
    text = "\n\n".join(texts)
    if not text.strip():
        return None
    return cues(text, duration_s, pauses_of(voice))


def pauses_of(voice: Path) -> tuple[Pause, ...]:
    """Where a voice says nothing, in order.

    Raises:
        BadMedia: a leaf that says why it cannot be read.
    """
    return pauses_in(levels(decoded(voice)))


def pauses_in(heard_db: NDArray[np.float32]) -> tuple[Pause, ...]:
    """Where nothing is said.

    Args:
        heard_db: Level of each hundredth of a second, in decibels of full scale.
    """
    if not len(heard_db):
        return ()
    quiet, loud = (float(one) for one in np.percentile(heard_db, (QUIET, LOUD)))
    quiet = max(quiet, loud - MAX_RANGE_DB)
    if loud - quiet < MIN_RANGE_DB:
        return ()
    spoken = heard_db > quiet + VOICE_SHARE * (loud - quiet)
    for begins, ends in _runs(spoken):
        if (ends - begins) * LEVEL_STEP_S <= MAX_CLICK_S:
            spoken[begins:ends] = False
    return tuple(
        Pause(begins * LEVEL_STEP_S, ends * LEVEL_STEP_S)
        for begins, ends in _runs(~spoken)
        if (ends - begins) * LEVEL_STEP_S >= MIN_PAUSE_S
    )


def _runs(claims: NDArray[np.bool_]) -> list[tuple[int, int]]:
    """Where a claim holds: first and behind last, of each stretch."""
    edges = np.flatnonzero(np.diff(claims, prepend=False, append=False))
    return [(int(first), int(behind)) for first, behind in edges.reshape(-1, 2)]
