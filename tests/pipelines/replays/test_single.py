"""One replay to one video: where it may be written, and what is left when it goes wrong."""

import io
from pathlib import Path

import pytest

from reelmill.pipelines.replays import single
from reelmill.pipelines.replays.batch.sources import NothingThere, Unreadable
from reelmill.pipelines.replays.samples.games import SAMPLES, write_sample
from reelmill.pipelines.replays.spec import NotAReplay, ReplaySpec
from reelmill.terminal import Terminal
from reelmill.units import StoreKey

LOOK = ReplaySpec(game_id="any", replay_key=StoreKey("any"), fps=10, seconds_per_round=0.1)
TERMINAL = Terminal(quiet=True)
NAME, GAME = write_sample(SAMPLES[4], seed=5, number=4)


def test_a_stream_becomes_a_video_and_nothing_else_is_left(tmp_path: Path) -> None:
    output = tmp_path / "a.mp4"
    made = single.render(io.BytesIO(GAME), output, LOOK, terminal=TERMINAL, verbose=False)
    assert made.facts["frames"] == 15 + (made.film.rounds + 1) + 25
    assert made.facts["size_bytes"] == output.stat().st_size
    assert list(tmp_path.iterdir()) == [output]


def test_a_failure_leaves_what_was_there(tmp_path: Path) -> None:
    output, source = tmp_path / "a.mp4", tmp_path / "a.json"
    output.write_bytes(b"\0\0\0\x18ftypold")
    source.write_text("[]")
    with pytest.raises(NotAReplay):
        single.render(source, output, LOOK, terminal=TERMINAL, verbose=False)
    assert output.read_bytes() == b"\0\0\0\x18ftypold"
    assert sorted(path.name for path in tmp_path.iterdir()) == ["a.json", "a.mp4"]


def test_stages_are_told_one_by_one(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    source = tmp_path / NAME
    source.write_bytes(GAME)
    single.render(source, tmp_path / "a.mp4", LOOK, terminal=Terminal(), verbose=True)
    said = capsys.readouterr().err.splitlines()
    assert said[:2] == ["loading JSON", "rendering frames"]


@pytest.mark.parametrize(
    ("name", "error"),
    [
        pytest.param("gone.json", NothingThere, id="no such file"),
        pytest.param(".", Unreadable, id="a folder"),
    ],
)
def test_a_source_that_is_no_file_is_said(
    tmp_path: Path, name: str, error: type[Exception]
) -> None:
    with pytest.raises(error):
        single.render(tmp_path / name, tmp_path / "a.mp4", LOOK, terminal=TERMINAL, verbose=False)
