"""A library streams without encoding again: films joined by stream copy are one film."""

import subprocess
from pathlib import Path

import pytest

from reelmill.media.ffmpeg import Ffmpeg
from reelmill.media.frames import planes
from reelmill.pipelines.replays.film import make_film
from reelmill.pipelines.replays.samples.games import sample_games
from reelmill.pipelines.replays.spec import ReplaySpec

pytestmark = pytest.mark.ffmpeg


@pytest.mark.parametrize("profile_name", ["720p", "vertical"])
def test_films_of_one_profile_join_by_stream_copy(profile_name: str, tmp_path: Path) -> None:
    frames = 0
    listing = tmp_path / "list.txt"
    with listing.open("w") as file:
        for number, (name, data) in enumerate(sample_games(3)[:4]):
            folder = tmp_path / str(number)
            folder.mkdir()
            (folder / name).write_bytes(data)
            asked = {"replay_key": name, "profile": profile_name, "seconds_per_round": 0.1}
            film = make_film(folder / name, folder, ReplaySpec.model_validate(asked))
            frames += film.frames
            file.write(f"file '{film.video}'\n")
    joined = tmp_path / "joined.mp4"
    _ffmpeg("-f", "concat", "-safe", "0", "-i", str(listing), "-c", "copy", str(joined))
    _ffmpeg("-xerror", "-err_detect", "explode", "-i", str(joined), "-f", "null", "-")
    assert sum(1 for _ in planes(joined)) == frames


def _ffmpeg(*words: str) -> None:
    """Any word of complaint is a failure."""
    command = [str(Ffmpeg().path), "-nostdin", "-hide_banner", "-v", "warning", *words]
    done = subprocess.run(command, capture_output=True, text=True, timeout=120, check=False)
    assert (done.returncode, done.stderr) == (0, "")
