from collections.abc import Callable
from fractions import Fraction
from pathlib import Path

import av
import pytest

from reelmill.media.boxes import boxes
from reelmill.media.encode import encode_held
from reelmill.media.mux import headers_of, ticks_of
from reelmill.media.profiles import PROFILES, Profile
from reelmill.media.raster import Held

Draw = Callable[..., list[Held]]


@pytest.mark.parametrize("fps", [1, 24, 25, 30, 60, Fraction(24000, 1001), Fraction(25, 2)])
def test_every_frame_lasts_whole_ticks(fps: Fraction) -> None:
    ticks = ticks_of(Fraction(fps))
    assert Fraction(ticks.a_second, ticks.a_frame) == fps


def test_the_index_lies_before_the_data(tmp_path: Path, tiny: Profile, drawn: Draw) -> None:
    encode_held(drawn([15]), tmp_path / "made.mp4", tiny)
    kinds = [box.kind for box in boxes(tmp_path / "made.mp4")]
    assert [kind for kind in kinds if kind != "free"] == ["ftyp", "moov", "mdat"]


def test_headers_differ_between_profiles_and_nowhere_else(
    tmp_path: Path, tiny: Profile, drawn: Draw
) -> None:
    seen = set()
    for seed in range(3):
        encode_held(drawn([15], seed=seed), tmp_path / "made.mp4", tiny)
        with av.open(str(tmp_path / "made.mp4")) as file:
            seen.add(tuple(stream.codec_context.extradata for stream in file.streams))
    assert seen == {tuple(headers_of(tiny))}
    assert len({headers_of(known).video for known in PROFILES.values()}) == len(PROFILES)


def test_sound_never_runs_far_from_the_picture(tmp_path: Path, tiny: Profile, drawn: Draw) -> None:
    encode_held(drawn([200]), tmp_path / "made.mp4", tiny)
    with av.open(str(tmp_path / "made.mp4")) as file:
        at = [Fraction(0), Fraction(0)]
        for packet in file.demux():
            if packet.pts is not None:
                at[packet.stream_index] = packet.pts * packet.time_base
                assert abs(at[0] - at[1]) < Fraction(1, 10)
