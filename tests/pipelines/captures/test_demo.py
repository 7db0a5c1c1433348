"""What `reelmill demo` shows of the captures."""

from pathlib import Path

import pyarrow.parquet as pq
import pytest

from reelmill.app import build
from reelmill.config import Settings
from reelmill.pipelines.captures.demo import KINDS, demo
from reelmill.terminal import Terminal

pytestmark = pytest.mark.ffmpeg


def test_the_demo_ends_with_a_manifest_that_says_what_is_true(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with build(Settings(home=tmp_path, children=2)) as app, app.node():
        assert demo(Terminal(), app)
    told = capsys.readouterr().out
    folder = tmp_path / "samples" / "captures"
    assert f"manifest: {folder}/manifest.parquet, {len(KINDS) + 2} recordings, 0 flags" in told
    assert pq.read_table(folder / "manifest.parquet").num_rows == len(KINDS) + 2
    assert (folder / "report.html").read_text().startswith("<!doctype html>")
