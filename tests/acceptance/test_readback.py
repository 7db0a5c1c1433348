"""What a viewer sees is what was played: the board, read back from the decoded video."""

from pathlib import Path

import pytest
from tests.pipelines.replays.readback import differences, expected_board, read_board

from reelmill.media.frames import planes
from reelmill.media.profiles import profile
from reelmill.pipelines.replays.film import make_film
from reelmill.pipelines.replays.plan import ShotKind, moments, timeline
from reelmill.pipelines.replays.reading.reader import read_game
from reelmill.pipelines.replays.render.layout import Look
from reelmill.pipelines.replays.samples.games import sample_games
from reelmill.pipelines.replays.spec import ReplaySpec

pytestmark = pytest.mark.ffmpeg

REAL_GAMES = Path(__file__).parents[3] / "shared" / "replays"

SAMPLES = sample_games(7)


@pytest.mark.parametrize(("name", "data"), SAMPLES, ids=[name for name, _ in SAMPLES])
def test_every_round_of_every_sample_is_on_the_screen(
    name: str, data: bytes, tmp_path: Path
) -> None:
    _assert_reads_back(name, data, tmp_path, ReplaySpec(replay_key=name, fps=10))


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("profile_name", ["720p", "1080p", "vertical"])
def test_every_size_and_theme_shows_the_board(
    profile_name: str, theme: str, tmp_path: Path
) -> None:
    name, data = SAMPLES[-1]
    asked = {"replay_key": name, "fps": 10, "profile": profile_name, "theme": theme}
    _assert_reads_back(name, data, tmp_path, ReplaySpec.model_validate(asked))


@pytest.mark.campaign
@pytest.mark.skipif(not REAL_GAMES.is_dir(), reason="no real replays beside the checkout")
def test_every_round_of_every_real_game_is_on_the_screen(tmp_path: Path) -> None:
    for path in sorted(REAL_GAMES.rglob("snake_game_*.json")):
        spec = ReplaySpec(replay_key=path.name, fps=10)
        _assert_reads_back(path.name, path.read_bytes(), tmp_path, spec)


def _assert_reads_back(name: str, data: bytes, folder: Path, spec: ReplaySpec) -> None:
    """Render, decode, and hold every frame of every round against the state it stands for."""
    game = read_game(data, name=name)
    (folder / name).write_bytes(data)
    film = make_film(folder / name, folder, spec)
    look = Look(size=profile(spec.profile).size, theme=spec.theme)
    shots = timeline(game, fps=spec.fps, seconds_per_round=spec.seconds_per_round).shots
    shown = [shot for shot in shots for _ in range(shot.frames)]
    states = moments(game)
    rounds = 0
    for shot, frame in zip(shown, planes(film.video), strict=True):
        if shot.kind is ShotKind.ROUND:
            assert shot.moment_index is not None
            expected = expected_board(states[shot.moment_index], game)
            assert differences(read_board(frame, game, look), expected) == {}, name
            rounds += 1
    assert rounds == len(states) * shots[1].frames
