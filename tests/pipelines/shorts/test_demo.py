from pathlib import Path

import pytest

from reelmill.app import App
from reelmill.media.probe import measure
from reelmill.pipelines.shorts.demo import demo
from reelmill.terminal import Terminal

pytestmark = pytest.mark.ffmpeg


def test_the_demo_finds_scenes_and_makes_a_short_and_may_be_run_again(
    app: App, capsys: pytest.CaptureFixture[str]
) -> None:
    with app.node():
        assert demo(Terminal(), app)
        first = capsys.readouterr().out.splitlines()
        assert demo(Terminal(), app)
    assert [line for line in first if line.startswith("scene:")] == [
        "scene: 0:00.000 to 0:04.000, 4.00 s",
        "scene: 0:04.000 to 0:10.000, 6.00 s",
        "scene: 0:10.000 to 0:14.000, 4.00 s",
    ]
    [short] = (app.settings.home / "store" / "exports" / "local").glob("*.mp4")
    assert str(short) in next(line for line in first if line.startswith("short:"))
    assert measure(Path(short)).video[0].frames_from_packets == 180
