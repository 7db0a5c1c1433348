"""`reelmill stories`, as operators type it, from dropped files to a finished video."""

import json
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest
from tests.commands import typed
from tests.pipelines.stories.studio import CLIPS, clip, music, voice

pytestmark = pytest.mark.ffmpeg

Said = subprocess.CompletedProcess[str]
Run = Callable[..., Said]

SECTIONS = json.dumps(
    {"stories": {"resolution": "160x90", "frame_rate": 10, "settle_s": 0.1, "free_disk_gb": 0}}
)


@pytest.fixture
def raw(tmp_path: Path) -> Path:
    return tmp_path / "reelmill-data" / "store" / "stories" / "raw"


@pytest.fixture
def stories(tmp_path: Path) -> Run:
    """Runs a command of the group in a fresh folder, to its end."""

    def run(*words: str) -> Said:
        settings = {"REELMILL_PIPELINES": SECTIONS, "REELMILL_ENCODER": "libx264"}
        return typed("stories", *words, cwd=tmp_path, **settings)

    return run


def drop(raw: Path, path: str, data: bytes) -> None:
    (raw / path).parent.mkdir(parents=True, exist_ok=True)
    (raw / path).write_bytes(data)


def test_dropped_files_are_scanned_planned_rendered_and_counted(stories: Run, raw: Path) -> None:
    drop(raw, "story/sea/voyage/voice/chapter_0001.mp3", voice(2.0))
    scanned = stories("scan")
    assert scanned.returncode == 0, scanned.stderr
    assert "chapter_0001.mp3" in scanned.stdout
    held = json.loads(stories("plan", "--json").stdout)["held"]
    assert [one["code"] for one in held] == ["no_clips"]
    assert "waits: raw/story/sea/voyage/voice/chapter_0001.mp3" in stories("plan").stdout
    for colour in CLIPS:
        drop(raw, f"video/sea/{colour}.mp4", clip(colour))
    drop(raw, "music/sea/m.mp3", music())
    (task,) = [
        task
        for line in stories("scan", "--json").stdout.splitlines()
        for task in json.loads(line)["tasks"]
    ]
    rendered = stories("render", task, "--json")
    assert rendered.returncode == 0, rendered.stderr
    told = json.loads(rendered.stdout)
    assert told["state"] == "completed"
    assert Path(told["video"].removeprefix("file://")).stat().st_size > 0
    stats = json.loads(stories("stats", "--json").stdout)
    assert [node["tasks"] for node in stats["nodes"]] == [1, 1]
    assert stats["tasks"] == {"completed": 1}
    assert "completed" in stories("stats").stdout


def test_the_first_scan_makes_the_folders_to_drop_into(stories: Run, raw: Path) -> None:
    assert stories("scan").returncode == 0
    assert sorted(path.name for path in raw.iterdir()) == ["frame", "music", "story", "video"]


def test_what_cannot_be_used_is_listed_and_comes_back(stories: Run, raw: Path) -> None:
    drop(raw, "video/sea/torn.mp4", b"no video at all")
    assert "trash: stories/trash/invalid/video/sea/torn.mp4" in stories("scan").stdout
    (one,) = json.loads(stories("trash", "--json").stdout)
    assert (one["name"], one["code"]) == ("video/sea/torn.mp4", "not_readable")
    assert one["name"] in stories("trash").stdout
    back = stories("restore", one["name"])
    assert back.stdout == "restored: raw/video/sea/torn.mp4\n"
    assert (raw / "video/sea/torn.mp4").read_bytes() == b"no video at all"
    assert json.loads(stories("trash", "--json").stdout) == []


@pytest.mark.parametrize("command", ["render", "restore"])
def test_what_is_not_there_is_one_line(stories: Run, command: str) -> None:
    said = stories(command, "nothing")
    assert said.returncode == 1
    assert "There is no" in said.stderr
    assert said.stderr.count("\n") == 1
