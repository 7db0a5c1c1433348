"""Captions in order, one at a time, and those of a part."""

from reelmill.media.cues import Cue, one_at_a_time, within


def test_a_caption_goes_when_the_next_one_comes() -> None:
    shown = one_at_a_time([Cue(4, 6, "c"), Cue(0, 9, "a"), Cue(2, 3, "b")])
    assert shown == [Cue(0, 2, "a"), Cue(2, 3, "b"), Cue(4, 6, "c")]


def test_captions_of_one_moment_stand_below_each_other() -> None:
    shown = one_at_a_time([Cue(1, 2, "a"), Cue(1, 3, "b"), Cue(1, 2, "c"), Cue(2.5, 4, "d")])
    assert shown == [Cue(1, 2.5, "a\nb\nc"), Cue(2.5, 4, "d")]


def test_a_part_shows_what_of_captions_is_in_it() -> None:
    cues = [Cue(0, 1, "before"), Cue(0.5, 2.5, "in"), Cue(3, 9, "out"), Cue(5, 6, "after")]
    assert list(within(cues, 2, 5)) == [Cue(0, 0.5, "in"), Cue(1, 3, "out")]
    assert list(within(cues, 1, 1)) == []
