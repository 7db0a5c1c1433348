"""Films of one form become one by copying their pictures; their sounds, one to the sample."""

from collections.abc import Callable
from dataclasses import replace
from fractions import Fraction
from itertools import chain
from pathlib import Path

import av
import numpy as np
import pytest
from tests.media.coded import draw
from tests.media.sounds import read, tone, write

from reelmill.errors import BadMedia
from reelmill.media.geometry import Size
from reelmill.media.joined import join_sounds, joined, same_form
from reelmill.media.moving import encode_moving
from reelmill.media.mux import NotWritten
from reelmill.media.profiles import Profile
from reelmill.media.raster import Held
from reelmill.media.sound import silence, write_aac
from reelmill.media.verify import verify

pytestmark = pytest.mark.ffmpeg

Shoot = Callable[..., Path]


@pytest.fixture
def form(tiny: Profile) -> Profile:
    return replace(tiny, spliceable=False)


@pytest.fixture
def shoot(tmp_path: Path, form: Profile, drawn: Callable[..., list[Held]]) -> Shoot:
    """Makes films of the form, silent, of so many frames."""

    def film(name: str, frames: int) -> Path:
        track = tmp_path / f"{name}.m4a"
        write_aac(silence(form.audio_samples(frames), form.audio), track, form.audio)
        pictures = [held.picture for held in drawn([1] * frames)]
        encode_moving(pictures, track, tmp_path / f"{name}.mp4", form, crf=18)
        return tmp_path / f"{name}.mp4"

    return film


def packets(path: Path) -> list[bytes]:
    with av.open(str(path)) as file:
        return [bytes(packet) for packet in file.demux(video=0) if packet.size]


def test_every_picture_is_copied_as_it_is_and_stands_at_its_place(
    shoot: Shoot, form: Profile, tmp_path: Path
) -> None:
    films = [shoot("one", 40), shoot("two", 1), shoot("three", 31)]
    assert same_form(films, form)
    join_sounds([*films[:2], None], [64000, 1600, 49600], tmp_path / "all.m4a", form.audio)
    assert joined(films, tmp_path / "all.m4a", tmp_path / "all.mp4", form) == 72
    found = verify(tmp_path / "all.mp4", form, frames=72)
    assert found.frames == 72
    assert packets(tmp_path / "all.mp4") == [*chain.from_iterable(map(packets, films))]


@pytest.mark.parametrize(
    "change",
    [
        pytest.param({}, id="pictures that are not shown in the order in which they lie"),
        pytest.param({"options": {"bf": "0"}, "size": Size(160, 120)}, id="another size"),
        pytest.param({"options": {"bf": "0"}, "rate": Fraction(25)}, id="another rate"),
    ],
)
def test_what_is_of_another_form_is_not_copied(
    shoot: Shoot, form: Profile, tmp_path: Path, change: dict[str, object]
) -> None:
    other = draw(tmp_path / "other.mp4", **{"size": form.size, **change})
    assert not same_form([shoot("one", 10), other], form)
    assert not same_form([other], form)


def test_what_is_no_film_is_told_of(form: Profile, tmp_path: Path) -> None:
    (tmp_path / "film.mp4").write_bytes(b"\0\0\0\x18ftypisom" + b"x" * 500)
    with pytest.raises(BadMedia):
        same_form([tmp_path / "film.mp4"], form)


def test_each_sound_begins_where_its_film_does(form: Profile, tmp_path: Path) -> None:
    loud = write(tmp_path / "loud.m4a", tone(0.5), "-c:a", "aac")
    rate_hz = form.audio.rate_hz
    lengths = [rate_hz // 2, rate_hz, rate_hz // 2]
    join_sounds([loud, None, loud], lengths, tmp_path / "all.m4a", form.audio)
    heard = np.abs(read(tmp_path / "all.m4a")[:, 0])
    assert len(heard) == pytest.approx(2 * 48_000, abs=48)
    levels = [float(part.mean()) for part in np.array_split(heard[: 2 * 48_000], 20)]
    is_heard = [level > 0.1 for level in levels]
    assert is_heard == [*[True] * 5, *[False] * 10, *[True] * 5]


def test_a_disk_that_takes_nothing_is_told_of(shoot: Shoot, form: Profile, tmp_path: Path) -> None:
    film = shoot("one", 5)
    with pytest.raises(NotWritten):
        joined([film, film], tmp_path / "one.m4a", tmp_path / "none" / "all.mp4", form)
